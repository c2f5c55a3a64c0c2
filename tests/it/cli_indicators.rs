//! `onemap indicators`: templates are filled in and imported, exports come back, and what is wrong is told.

use std::fs;

use onemap::{
    clock::Clock,
    domain::indicator::{Period, PeriodKind},
};
use serde_json::{Value, json};

use crate::support::shell::Shell;

/// A store with a small district, the period of now, and the codes of two grids.
struct Desk {
    shell: Shell,
    period: Period,
    grids: [String; 2],
}

impl Desk {
    fn new() -> Self {
        let shell = Shell::new();
        shell.done("generate --profile licheng --units 300 --seed 7 --editions 1 --store made.gpkg");
        let period =
            Period::containing(PeriodKind::Quarter, Clock::system().now().date()).expect("a quarter of our time");
        let said = shell.done(&format!("indicators template t.csv --period {period} --level grid --store made.gpkg"));
        let text = fs::read_to_string(shell.path("t.csv")).expect("written");
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert!(said.ends_with(&format!("wrote {} rows to t.csv\n", rows.len())), "{said}");
        let code = |row: usize| rows[row].split(',').next().expect("a code").to_owned();
        let grids = [code(0), code(1)];
        Self { shell, period, grids }
    }

    /// Writes a long table of values of firms.
    fn table(&self, name: &str, values: &[&str]) {
        let rows = self.grids.iter().zip(values).map(|(grid, value)| format!("{grid},firms,{value}\n"));
        fs::write(self.shell.path(name), format!("区域编码,指标,数值\n{}", rows.collect::<String>())).expect("written");
    }

    fn import(&self, line: &str) -> String {
        format!("indicators import {line} --period {} --store made.gpkg", self.period)
    }

    /// What the store has of firms, in the order of the grids.
    fn firms(&self) -> Vec<String> {
        let line = format!("indicators export all.csv --force --period {} --level grid --store made.gpkg", self.period);
        self.shell.done(&line);
        let text = fs::read_to_string(self.shell.path("all.csv")).expect("written");
        let column = text.lines().next().expect("a heading").split(',').position(|it| it.ends_with(" firms"));
        let column = column.expect("a column");
        let row = |grid: &String| text.lines().find(|row| row.starts_with(grid.as_str()));
        self.grids.iter().filter_map(row).map(|row| row.split(',').nth(column).expect("a cell").to_owned()).collect()
    }
}

#[test]
fn values_go_in_and_come_out_again() {
    let desk = Desk::new();
    let shell = &desk.shell;
    desk.table("in.csv", &["12", "34"]);
    let said = shell.done(&desk.import("in.csv --source 普查 --dry-run"));
    assert!(said.contains("checked, nothing was recorded: 2 values, 2 new, 0 there already, 0 refused"), "{said}");
    assert_eq!(desk.firms(), [""; 0], "nobody has any");
    let said = shell.done(&desk.import("in.csv --source 普查 --report clean.json"));
    assert!(said.contains("已录入：共 2 个值，新 2，已有 0，不收 0 / recorded: 2 values, 2 new"), "{said}");
    let report: Value = serde_json::from_slice(&fs::read(shell.path("clean.json")).expect("written")).expect("JSON");
    assert_eq!(
        (&report["outcome"], &report["recorded"], &report["findings"]),
        (&json!("recorded"), &json!(2), &json!([]))
    );
    assert_eq!(desk.firms(), ["12", "34"]);
    // In either form it comes back, says nothing of a source, and changes nothing.
    let period = desk.period;
    shell.done(&format!("indicators export out.xlsx --period {period} --sums --level grid --store made.gpkg"));
    for file in ["all.csv", "out.xlsx"] {
        let said = shell.done(&desk.import(file));
        assert!(said.contains("unchanged: 2 values, 0 new, 2 there already, 0 refused"), "{said}");
    }
    let again = format!("indicators export out.xlsx --period {period} --store made.gpkg");
    shell.refused(&again, 1, &["out.xlsx", "文件已存在", "the file exists; --force replaces it"]);
    shell.done(&format!("{again} --force"));
    // With sums there are also the parents.
    shell.done(&format!("indicators export sums.csv --sums --period {period} --store made.gpkg"));
    let lines = |name: &str| fs::read_to_string(shell.path(name)).expect("written").lines().count();
    assert!(lines("sums.csv") > lines("all.csv"));
}

#[test]
fn what_is_wrong_is_told_by_row_and_column_and_fails() {
    let desk = Desk::new();
    let shell = &desk.shell;
    desk.table("bad.csv", &["12", "many"]);
    let ran = shell.run(&desk.import("bad.csv --report all.csv"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stdout.contains("必改 error 行 row 3 列 column 数值：企业 firms 的值“many”不是数字"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("rejected: mend it, or record the rest with --partial: 2 values, 0 new"),
        "{}",
        ran.stdout
    );
    assert!(fs::read_to_string(shell.path("all.csv")).expect("written").contains("many of 企业 firms is no number"));
    assert_eq!(desk.firms(), [""; 0]);
    // As with a roster: what could be is done, and something was left out.
    let ran = shell.run(&desk.import("bad.csv --partial"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stdout.contains("recorded: 2 values, 1 new, 0 there already, 1 refused"), "{}", ran.stdout);
    assert_eq!(desk.firms(), ["12"]);
}

#[test]
fn no_file_is_written_over_and_nothing_is_recorded_before_that_is_known() {
    let desk = Desk::new();
    let shell = &desk.shell;
    desk.table("in.csv", &["12", "34"]);
    let input = fs::read(shell.path("in.csv")).expect("there");
    for (report, code, words) in [
        (
            "made.gpkg",
            2,
            ["made.gpkg", "--report：不能覆盖导入文件或存储", "this would write over a file that is used"],
        ),
        ("in.csv", 2, ["in.csv", "--report：不能覆盖导入文件或存储", "this would write over a file that is used"]),
        ("r.txt", 2, ["r.txt", "文件名须以 .json 或 .csv 结尾", "the name must end in .json or .csv"]),
        ("nowhere/r.csv", 1, ["nowhere/r.csv", "无法写入", "cannot write"]),
    ] {
        shell.refused(&desk.import(&format!("in.csv --report {report}")), code, &words);
        assert_eq!(desk.firms(), [""; 0], "{report}");
    }
    assert_eq!(fs::read(shell.path("in.csv")).expect("there"), input);
    let period = desk.period;
    let ending = ["文件名须以 .csv 或 .xlsx 结尾", "the name must end in .csv or .xlsx"];
    shell.refused(&format!("indicators export x.ods --period {period} --store made.gpkg"), 2, &ending);
    shell.refused(
        "indicators export x.csv --period soon --store made.gpkg",
        2,
        &["--period：soon 不是期次", "no period"],
    );
    shell.refused(&desk.import("absent.csv"), 1, &["absent.csv", "无法读取", "cannot read"]);
    let wrong = format!("indicators template x.csv --period {period} --level galaxy --store made.gpkg");
    shell.refused(&wrong, 2, &["galaxy", "grid"]);
    assert!(!shell.path("x.csv").exists() && !shell.path("x.ods").exists());
}
