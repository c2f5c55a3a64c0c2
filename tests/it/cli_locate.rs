//! `onemap locate`, as a user's shell runs it: good input and bad.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::OnceLock,
};

use calamine::{Data, Reader, Xlsx, open_workbook};
use onemap::formats::moment::moment_text;
use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::support::shell::{Ran, Shell};

/// The district that all of these tests ask; only read.
fn store() -> &'static str {
    static SHELL: OnceLock<(Shell, String)> = OnceLock::new();
    let (_, path) = SHELL.get_or_init(|| {
        let shell = Shell::new();
        shell.done("generate --units 300 --seed 2 --editions 1 --store s.gpkg");
        let path = shell.path("s.gpkg").display().to_string();
        (shell, path)
    });
    path
}

/// The same with units that are stacked, some under several leaders.
fn stacked_store() -> &'static str {
    static SHELL: OnceLock<(Shell, String)> = OnceLock::new();
    let (_, path) = SHELL.get_or_init(|| {
        let shell = Shell::new();
        shell.done("generate --units 600 --seed 4 --editions 1 --store s.gpkg");
        let path = shell.path("s.gpkg").display().to_string();
        (shell, path)
    });
    path
}

/// A shell with a file of points.
fn with(name: &str, content: impl AsRef<[u8]>) -> Shell {
    let shell = Shell::new();
    fs::write(shell.path(name), content).expect("written");
    shell
}

fn locate(shell: &Shell, rest: &str) -> Ran {
    shell.run(&format!("locate --store {} {rest}", store()))
}

/// Runs what must work: stdout as rows of a CSV, and stderr.
#[track_caller]
fn rows(shell: &Shell, rest: &str) -> (Vec<csv::StringRecord>, String) {
    let ran = locate(shell, rest);
    assert_eq!(ran.code, Some(0), "{rest}: {}", ran.stderr);
    (parse(&ran.stdout), ran.stderr)
}

fn parse(text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row as wide as the header")).collect()
}

fn column(rows: &[csv::StringRecord], name: &str) -> Vec<String> {
    let at = rows[0].iter().position(|heading| heading == name).unwrap_or_else(|| panic!("{name}: {:?}", rows[0]));
    rows[1..].iter().map(|row| row[at].to_owned()).collect()
}

#[track_caller]
fn refused(shell: &Shell, rest: &str, code: i32, words: &[&str]) {
    shell.refused(&format!("locate --store {} {rest}", store()), code, words);
}

const HEADER: &str = "编号,经度,纬度\n";
const INSIDE: &str = "7,119.011,25.434\n";

#[test]
fn a_table_comes_back_with_the_answers_behind_it() {
    let text = "\u{feff}编号;经度;纬度;备注\r\n007;119.011;25.434;\"a;\nb\"\r\nx;25.434;119.011;swapped\r\nn;NaN;25;\r\nf;0;0;=1+1\r\n";
    let shell = with("p.csv", text);
    let ran = locate(&shell, "p.csv");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(b';').from_reader(ran.stdout.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(column(&rows, "编号"), ["007", "x", "n", "f"]);
    assert_eq!(column(&rows, "备注")[0], "a;\nb");
    assert_eq!(column(&rows, "district_code"), ["350304", "", "", ""]);
    assert_eq!(column(&rows, "match")[3], "none");
    let errors = column(&rows, "error");
    assert!(errors[1].contains("look swapped") && !errors[2].is_empty() && errors[3].is_empty(), "{errors:?}");
    let said = ran.stderr;
    assert!(said.contains("经度取“经度”列") && said.contains("longitude from column \"经度\""), "{said}");
    assert!(said.contains("4 records: ") && said.contains("1 none, 2 errors; edition 1"), "{said}");
}

#[test]
fn a_gbk_header_named_columns_and_chinese_headings_are_understood() {
    let (gbk, ..) = encoding_rs::GB18030.encode("名称,东,北\n镇海,119.011,25.434\n");
    let shell = with("p.csv", &gbk);
    refused(&shell, "p.csv", 1, &["p.csv", "名称", "东", "北"]);
    let (rows, said) = rows(&shell, "p.csv --lon-col 东 --lat-col 北 --headings zh");
    assert_eq!((column(&rows, "名称"), column(&rows, "区编码")), (vec!["镇海".to_owned()], vec!["350304".to_owned()]));
    assert!(said.contains("经度取“东”列，纬度取“北”列"), "{said}");
    refused(&shell, "p.csv --lon-col 没有 --lat-col 北", 1, &["没有", "东"]);
}

#[test]
fn systems_and_accuracies_hold_for_records_that_name_none() {
    let shell = with("p.csv", "lon,lat,crs\n119.0158,25.4312,\n119.0158,25.4312,gcj02\n119.0158,25.4312,nowhere\n");
    let (plain, _) = rows(&shell, "p.csv");
    let (shifted, said) = rows(&shell, "p.csv --crs gcj02 --accuracy-m 30");
    let margins = |rows: &[csv::StringRecord]| column(rows, "margin_m");
    assert!(margins(&plain)[0] != margins(&plain)[1]);
    assert_eq!(margins(&shifted)[0], margins(&plain)[1]);
    assert!(column(&plain, "error")[2].contains("nowhere"));
    assert!(said.contains("default crs gcj02"), "{said}");
    refused(&shell, "p.csv --crs EPSG:9999", 2, &["没有坐标系 EPSG:9999", "allowed are EPSG:4490"]);
    for metres in ["-5", "0", "10000", "NaN", "near"] {
        refused(&shell, &format!("p.csv --accuracy-m {metres}"), 2, &["--accuracy-m", "above 0, at most 2000"]);
    }
    refused(&shell, "p.csv --accuracy-m 5 --accuracy-kind best", 2, &["android, w3c, ios, uniform"]);
    refused(&shell, "p.csv --edition 9", 1, &["没有第 9 版", "no edition 9; its newest is 1"]);
}

#[test]
fn the_edition_in_force_answers_and_others_when_they_are_named() {
    let shell = with("p.csv", "lon,lat\n119.0158,25.4312\n");
    shell.done("generate --units 300 --seed 2 --no-buildings --out a.geojsonl");
    shell.done("import a.geojsonl --store s.gpkg");
    let text = fs::read_to_string(shell.path("a.geojsonl")).expect("written");
    fs::write(shell.path("b.geojsonl"), text.replacen("荔城区", "荔城新区", 1)).expect("written");
    let now = onemap::clock::Clock::system().now();
    let (now, later) = (moment_text(now), moment_text(now + time::Duration::days(30)));
    shell.done(&format!("import b.geojsonl --store s.gpkg --effective-from {later}"));
    for (args, number, name) in [
        (String::new(), 1, "荔城区"),
        ("--edition 2".to_owned(), 2, "荔城新区"),
        (format!("--as-of {later}"), 2, "荔城新区"),
        (format!("--as-of {now}"), 1, "荔城区"),
        (format!("--as-of {later} --known-at {now}"), 1, "荔城区"),
    ] {
        let ran = shell.run(&format!("locate p.csv --store s.gpkg {args}"));
        assert_eq!(ran.code, Some(0), "{args}: {}", ran.stderr);
        assert!(
            ran.stdout.contains(name) && ran.stderr.contains(&format!("edition {number}")),
            "{args}: {}",
            ran.stderr
        );
    }
    shell.refused(
        "locate p.csv --store s.gpkg --as-of 2001-01-01",
        1,
        &["当时还没有版本", "no edition was in force then"],
    );
    shell.refused("locate p.csv --store s.gpkg --known-at soon", 2, &["--known-at：soon 不是时间"]);
    for command in ["locate", "export"] {
        let help = shell.done(&format!("{command} --help"));
        assert!(help.contains("不写则为现行版本") && help.contains("the one in force when left out"), "{help}");
        assert!(!help.contains("newest"), "{help}");
    }
}

#[test]
fn exchanged_metres_are_told_as_exchanged_degrees_are() {
    let shell = with("p.csv", "x,y\n400500,2814500\n2814500,400500\n400500,2914500\n");
    let (rows, _) = rows(&shell, "p.csv --crs EPSG:4549");
    assert_eq!(column(&rows, "match"), ["inside", "", "none"]);
    let said = "easting 2814500 and northing 400500 look swapped: exchanged they lie inside the district's extent; \
                allowed: easting in lon, northing in lat";
    assert_eq!(column(&rows, "error"), ["", said, ""]);
}

#[test]
fn a_workbook_goes_in_and_comes_out_with_its_cells() {
    let shell = Shell::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("点位").expect("a name");
    for (column, name) in (0..).zip(["经度", "纬度", "编号", "备注"]) {
        sheet.write(0, column, name).expect("a cell");
    }
    for (row, (lon, lat, note)) in (1..).zip([(119.011, 25.434, "=1+1"), (25.434, 119.011, "@x"), (0.0, 0.0, "")]) {
        sheet.write(row, 0, lon).expect("a cell").write(row, 1, lat).expect("a cell");
        sheet.write(row, 2, "007").expect("a cell");
        sheet.write_string(row, 3, note).expect("a cell");
    }
    workbook.save(shell.path("p.xlsx")).expect("written");
    let said = locate(&shell, "p.xlsx -o out.xlsx --headings zh");
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), ""), "{}", said.stderr);
    let mut out: Xlsx<_> = open_workbook(shell.path("out.xlsx")).expect("a workbook");
    let range = out.worksheet_range_at(0).expect("a sheet").expect("readable");
    let formulas = out.worksheet_formula("Sheet1").expect("readable");
    assert!(formulas.is_empty(), "{formulas:?}");
    let rows: Vec<&[Data]> = range.rows().collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(
        rows[1][..4],
        [Data::Float(119.011), Data::Float(25.434), Data::String("007".into()), Data::String("=1+1".into())]
    );
    let at = |heading: &str| rows[0].iter().position(|cell| *cell == heading).unwrap_or_else(|| panic!("{heading}"));
    assert_eq!(rows[1][at("区编码")], Data::String("350304".into()));
    assert_eq!(rows[3][at("匹配")], Data::String("界外".into()));
    assert!(matches!(&rows[2][at("错误")], Data::String(text) if text.contains("颠倒")), "{:?}", rows[2]);
    let (csv, _) = self::rows(&shell, "p.xlsx --sheet 点位");
    assert_eq!(column(&csv, "district_code"), ["350304", "", ""]);
    refused(&shell, "p.xlsx --sheet 无", 1, &["没有工作表“无”", "there are 点位"]);
    refused(&shell, "p.xlsx --format xlsx", 2, &["an XLSX goes to a file"]);
    let whole = fs::read(shell.path("p.xlsx")).expect("readable");
    fs::write(shell.path("half.xlsx"), &whole[..whole.len() / 2]).expect("written");
    refused(&shell, "half.xlsx", 1, &["half.xlsx", "truncated"]);
    fs::write(shell.path("text.xlsx"), "lon,lat\n1,2\n").expect("written");
    refused(&shell, "text.xlsx", 1, &["text.xlsx", "no zip at all"]);
}

#[test]
fn stacked_units_are_named_in_tables_and_workbooks() {
    let mut text = String::from("lon,lat\n");
    for at in 0..20_000 {
        text.push_str(&format!(
            "{},{}\n",
            118.90 + f64::from(at % 200) * 0.001_5,
            25.25 + f64::from(at / 200) * 0.003_5
        ));
    }
    let shell = with("p.csv", &text);
    let run = |rest: &str| {
        let ran = shell.run(&format!("locate --store {} {rest}", stacked_store()));
        assert_eq!(ran.code, Some(0), "{rest}: {}", ran.stderr);
        ran.stdout
    };
    let codes_of = |answer: &Value| -> Vec<String> {
        let stacked = answer["stacked"].as_array().expect("a list").iter();
        stacked.map(|area| area["code"].as_str().expect("a code").to_owned()).collect()
    };
    let answers: Vec<Value> =
        run("p.csv --format ndjson").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let rows = parse(&run("p.csv"));
    let expected: Vec<String> = answers.iter().map(|answer| codes_of(answer).join(";")).collect();
    assert!(column(&rows, "stacked") == expected);
    // Nobody said how accurate the positions are: what is answered is trusted.
    assert_eq!(column(&rows, "level"), column(&rows, "answer_level"));
    let coarse = parse(&run("p.csv --accuracy-m 300"));
    assert_eq!(column(&coarse, "level"), column(&rows, "level"));
    let levels = column(&coarse, "answer_level");
    assert!(levels.iter().any(|level| level == "street"), "some are trusted less");
    // Some stack under two leaders; the table has both, in the order of its units.
    let leaders = |answer: &Value| -> Vec<String> {
        let posts = answer["responsible"].as_array().expect("a list");
        let first = |code: &String| posts.iter().find(|post| post["area"] == code.as_str()).expect("a leader");
        codes_of(answer).iter().map(|code| first(code)["name"].as_str().expect("a name").to_owned()).collect()
    };
    let differ = |answer: &Value| leaders(answer).windows(2).any(|pair| pair[0] != pair[1]);
    let at = answers.iter().position(differ).expect("a stack under two leaders");
    assert_eq!(column(&rows, "responsible")[at], leaders(&answers[at]).join(";"));
    fs::write(shell.path("one.csv"), format!("lon,lat\n{}\n", text.lines().nth(at + 1).expect("a row")))
        .expect("written");
    run("one.csv -o out.xlsx --headings zh");
    let mut out: Xlsx<_> = open_workbook(shell.path("out.xlsx")).expect("a workbook");
    let range = out.worksheet_range_at(0).expect("a sheet").expect("readable");
    let sheet: Vec<&[Data]> = range.rows().collect();
    let cell = |heading: &str| &sheet[1][sheet[0].iter().position(|cell| *cell == heading).expect("a column")];
    assert_eq!(cell("同址单元"), &Data::String(expected[at].clone()));
    assert_eq!(cell("责任人"), &Data::String(leaders(&answers[at]).join(";")));
}

#[test]
fn features_lines_and_objects_go_in_and_come_out() {
    let feature = |lon: &str| {
        format!(
            r#"{{"type":"Feature","id":5,"properties":{{"a":"b"}},"geometry":{{"type":"Point","coordinates":[{lon},25.434]}}}}"#
        )
    };
    let many: Vec<String> = (0..9_000).map(|_| feature("119.011")).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{},{}]}}"#, many.join(","), feature("\"x\""));
    let shell = with("p.geojson", text);
    let ran = locate(&shell, "p.geojson -o out.geojson");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let out: Value = serde_json::from_slice(&fs::read(shell.path("out.geojson")).expect("written")).expect("JSON");
    let features = out["features"].as_array().expect("features");
    assert_eq!(features.len(), 9_001);
    let first = &features[0];
    assert_eq!((&first["id"], &first["properties"]["a"]), (&Value::from(5), &Value::from("b")));
    assert_eq!(first["properties"]["onemap"]["chain"][0]["code"], "350304");
    assert!(features[9_000]["geometry"].is_null());
    assert_eq!(features[9_000]["properties"]["onemap"]["error"]["record"], 9_001);

    fs::write(shell.path("p.ndjson"), "{\"lon\":119.011,\"lat\":25.434,\"id\":\"a\"}\nnonsense\n").expect("written");
    let ran = locate(&shell, "p.ndjson --format ndjson");
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&lines[0]["id"], &lines[0]["chain"][0]["code"]), (&Value::from("a"), &Value::from("350304")));
    assert_eq!(lines[1]["error"]["record"], 2);
    assert_eq!(column(&rows(&shell, "p.ndjson").0, "id"), ["a", ""]);
    assert_eq!(locate(&shell, "p.ndjson -o out.xlsx").code, Some(0));
    let mut book: Xlsx<_> = open_workbook(shell.path("out.xlsx")).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("readable");
    let text = |row, column| sheet.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!([text(0, 1), text(1, 1), text(2, 1)], ["id", "a", ""]);
    fs::write(shell.path("p.json"), r#"{"lon":[119.011,0],"lat":[25.434,0]}"#).expect("written");
    let ran = locate(&shell, "p.json --format json");
    let out: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((out["results"].as_array().map(Vec::len), &out["results"][1]["match"]), (Some(2), &Value::from("none")));
    let (csv, _) = rows(&shell, "p.json");
    assert_eq!(
        (column(&csv, "record"), column(&csv, "lon")[0].as_str()),
        (vec!["1".to_owned(), "2".to_owned()], "119.011")
    );
}

#[test]
fn order_is_kept_over_many_pieces() {
    let mut text = String::from("n,lon,lat\n");
    for n in 0..60_000 {
        text.push_str(&format!("{n},119.{:04},25.43\n", n % 10_000));
    }
    let shell = with("p.csv", text);
    let (rows, said) = rows(&shell, "p.csv");
    let expected: Vec<String> = (0..60_000).map(|n| n.to_string()).collect();
    assert!(column(&rows, "n") == expected);
    assert!(said.contains("60000 records: "), "{said}");
}

#[test]
fn bad_files_are_one_line_and_leave_nothing() {
    let shell = with("empty.csv", "");
    refused(&shell, "empty.csv -o out.csv", 1, &["empty.csv", "empty"]);
    fs::write(shell.path("cols.csv"), "code,name\n1,a\n").expect("written");
    refused(&shell, "cols.csv -o out.csv", 1, &["code", "name"]);
    fs::write(shell.path("cut.geojson"), "{\"type\":\"FeatureCollection\",\"features\":[").expect("written");
    refused(&shell, "cut.geojson -o out.csv", 1, &["cut.geojson", "ends before"]);
    fs::write(shell.path("a.pdf"), "%PDF-1.4").expect("written");
    refused(&shell, "a.pdf", 1, &["不认识的格式", "CSV, XLSX, GeoJSON"]);
    refused(&shell, "absent.csv", 1, &["absent.csv", "无法读取", "cannot read"]);
    refused(&shell, "cols.csv --sheet a", 2, &["only an XLSX has sheets"]);
    shell.refused("locate cols.csv --store none.gpkg", 1, &["none.gpkg", "没有这个存储", "no such store"]);
    shell.refused("locate cols.csv --store cut.geojson", 1, &["cut.geojson", "is no Onemap store"]);
    let mut names: Vec<String> = fs::read_dir(shell.folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["a.pdf", "cols.csv", "cut.geojson", "empty.csv"]);
}

#[test]
fn nothing_is_overwritten_unasked() {
    let shell = with("p.csv", format!("{HEADER}{INSIDE}"));
    fs::write(shell.path("out.csv"), "mine").expect("written");
    refused(&shell, "p.csv -o out.csv", 1, &["out.csv", "文件已存在", "--force replaces it"]);
    assert_eq!(fs::read_to_string(shell.path("out.csv")).expect("there"), "mine");
    assert_eq!(locate(&shell, "p.csv -o out.csv --force").code, Some(0));
    assert!(fs::read_to_string(shell.path("out.csv")).expect("there").contains("350304"));
    refused(&shell, "p.csv -o ./p.csv --force", 2, &["不能覆盖", "write over"]);
    refused(&shell, &format!("p.csv --format csv -o {} --force", store()), 2, &["不能覆盖", "write over"]);
    refused(&shell, "p.csv -o no/such/folder.csv", 1, &["无法写入", "cannot write"]);
    refused(&shell, "p.csv -o out.doc", 2, &[".xlsx", "--format"]);
    assert_eq!(fs::read_dir(shell.folder.path()).expect("a folder").count(), 2);
}

#[test]
fn more_records_than_a_sheet_has_rows_are_refused_before_the_work() {
    let shell = with("p.csv", format!("x,y\n{}", "0,0\n".repeat(1_048_576)));
    refused(&shell, "p.csv -o out.xlsx", 1, &["1048575", "write .csv instead"]);
    assert_eq!(fs::read_dir(shell.folder.path()).expect("a folder").count(), 1);
}

#[test]
fn an_interrupted_run_leaves_no_file() {
    for signal in ["INT", "TERM"] {
        let shell = Shell::new();
        let line = format!("locate - --store {} -o out.csv", store());
        let mut command = shell.command(&line);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        // More than the format is told from, so that the work has begun; and the end never comes.
        stdin.write_all(format!("{HEADER}{}", INSIDE.repeat(20_000)).as_bytes()).expect("taken");
        while fs::read_dir(shell.folder.path()).expect("a folder").count() == 0 {
            std::thread::yield_now();
        }
        let sent = Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
        assert!(sent.expect("sh runs").success());
        let said =
            BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok).collect::<Vec<_>>();
        assert_eq!(child.wait().expect("a status").code(), Some(130), "{said:?}");
        assert!(said.iter().any(|line| line.contains("已中断")), "{said:?}");
        assert_eq!(fs::read_dir(shell.folder.path()).expect("a folder").count(), 0);
    }
}

#[test]
fn points_come_through_a_pipe() {
    let shell = Shell::new();
    let line = format!("locate - --store {}", store());
    let mut child =
        shell.command(&line).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    child.stdin.take().expect("a pipe").write_all(format!("{HEADER}{INSIDE}").as_bytes()).expect("taken");
    let out = child.wait_with_output().expect("an end");
    assert!(out.status.success());
    let rows = parse(&String::from_utf8(out.stdout).expect("UTF-8"));
    assert_eq!(
        (column(&rows, "编号"), column(&rows, "district_code")),
        (vec!["7".to_owned()], vec!["350304".to_owned()])
    );
}
