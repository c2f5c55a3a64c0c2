//! `onemap locate --address-col`, as a user's shell runs it: good input and bad.

use std::{collections::HashMap, fs, io::Write, process::Stdio, sync::OnceLock};

use onemap::app::demo::{Content, DemoPlan, generate};
use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::support::shell::Shell;

const UNITS: u64 = 300;

/// The district that all of these tests ask, only read; and the name of a building that no other has.
fn store() -> (&'static str, &'static str) {
    static MADE: OnceLock<(Shell, String, String)> = OnceLock::new();
    let (_, path, name) = MADE.get_or_init(|| {
        let shell = Shell::new();
        shell.done(&format!("generate --units {UNITS} --seed 2 --editions 1 --store s.gpkg"));
        let demo = generate(&DemoPlan::new(UNITS, 2, Content::Buildings).expect("a plan"), &mut |_, _| {});
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for place in &demo.places {
            *counts.entry(&place.name).or_default() += 1;
        }
        let is_alone = |name: &str| name.ends_with("号楼") && counts[name] == 1 && !name.contains('社');
        let building = demo.places.iter().find(|place| place.building.is_some() && is_alone(&place.name));
        let path = shell.path("s.gpkg").display().to_string();
        (shell, path, building.expect("a building with a name of its own").name.clone())
    });
    (path, name)
}

fn with(name: &str, content: impl AsRef<[u8]>) -> Shell {
    let shell = Shell::new();
    fs::write(shell.path(name), content).expect("written");
    shell
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row as wide as the header")).collect()
}

#[track_caller]
fn refused(shell: &Shell, rest: &str, code: i32, words: &[&str]) {
    shell.refused(&format!("locate --store {} {rest}", store().0), code, words);
}

#[test]
fn each_row_of_a_table_comes_back_with_its_answer_or_its_reason() {
    let (store, name) = store();
    let long = "凤".repeat(5000);
    let table = format!("编号,住址\n007,{name}\n2,\"不存在,小区20号楼\"\n3,\n4,{long}\n5,广东省深圳市\n6\n");
    let shell = with("t.csv", table);
    let ran = shell.run(&format!("locate t.csv --address-col 住址 --headings zh --store {store}"));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let rows = rows(&ran.stdout);
    assert_eq!((&rows[0][0], &rows[0][1], &rows[0][2], &rows[0][4]), ("编号", "住址", "匹配地址", "匹配类型"));
    assert_eq!((&rows[1][0], &rows[1][1], &rows[1][4], &rows[1][5]), ("007", name, "building", "false"));
    assert!(rows[1][2].ends_with(name) && rows[1].iter().any(|cell| cell.starts_with("350304")), "{:?}", rows[1]);
    let told = |row: usize, word: &str| {
        assert!(rows[row].iter().any(|cell| cell.contains(word)), "{word}: {:?}", rows[row]);
    };
    told(2, "没有找到");
    told(3, "没有文字或数字");
    told(4, "5000");
    told(5, "广东省");
    told(6, "字段");
    assert!(ran.stderr.contains("找到 1，有歧义 0，没有找到 2，有误 3"), "{}", ran.stderr);
    assert!(ran.stderr.contains("1 found, 0 ambiguous, 2 not found, 3 wrong"), "{}", ran.stderr);
}

#[test]
fn workbooks_gb18030_and_stdin_are_read_and_every_format_is_written() {
    let (store, name) = store();
    let shell = Shell::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("报事").expect("a name");
    for (at, cell) in ["编号", "地址"].into_iter().enumerate() {
        sheet.write(0, at as u16, cell).expect("a cell");
    }
    sheet.write(1, 0, 7).expect("a cell");
    sheet.write(1, 1, name).expect("a cell");
    book.save(shell.path("t.xlsx")).expect("saved");
    let is_found = |text: &str| {
        let rows = rows(text);
        let at = rows[0].iter().position(|heading| heading == "address_found").expect("a column");
        assert!(rows.len() == 2 && rows[1][at].ends_with(name), "{text}");
    };
    is_found(&shell.done(&format!("locate t.xlsx --sheet 报事 --address-col 地址 --store {store}")));
    let table = format!("编号,地址\n7,{name}\n");
    fs::write(shell.path("g.csv"), encoding_rs::GB18030.encode(&table).0).expect("written");
    is_found(&shell.done(&format!("locate g.csv --address-col 地址 --store {store}")));
    let line = format!("locate - --address-col 地址 --store {store}");
    let mut child = shell.command(&line).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
    child.stdin.take().expect("a pipe").write_all(table.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("an end");
    is_found(&String::from_utf8(output.stdout).expect("UTF-8"));

    shell.done(&format!("locate g.csv --address-col 地址 --store {store} -o out.ndjson"));
    let line = fs::read_to_string(shell.path("out.ndjson")).expect("written");
    let answer: Value = serde_json::from_str(line.lines().next().expect("a line")).expect("JSON");
    assert_eq!(answer["address"]["candidates"][0]["kind"], "building", "{line}");
    shell.done(&format!("locate g.csv --address-col 地址 --store {store} -o out.geojson"));
    let all: Value = serde_json::from_slice(&fs::read(shell.path("out.geojson")).expect("written")).expect("JSON");
    assert_eq!(all["features"].as_array().map(Vec::len), Some(1), "{all}");
}

#[test]
fn what_is_no_table_of_addresses_is_refused_by_name() {
    let shell = with("t.csv", "编号,地址\n1,荔园\n");
    refused(&shell, "t.csv --address-col 住址", 1, &["t.csv", "没有“住址”列", "there is no column 住址", "编号, 地址"]);
    refused(&shell, "t.csv --address-col 地址 -o a.xlsx", 2, &["--address-col", "XLSX", ".csv"]);
    assert!(!shell.path("a.xlsx").exists());
    refused(&shell, "t.csv --address-col 地址 --sheet 一", 2, &["--sheet"]);
    refused(&shell, "none.csv --address-col 地址", 1, &["none.csv", "无法读取"]);
    for other in ["--lon-col x", "--crs gcj02", "--accuracy-m 5", "--accuracy-kind ios"] {
        let ran = shell.run(&format!("locate t.csv --store {} --address-col 地址 {other}", store().0));
        let option = other.split(' ').next().expect("an option");
        assert!(ran.code == Some(2) && ran.stderr.contains(option), "{other}: {}", ran.stderr);
    }
    for (name, content, code, word) in [
        ("a.json", &b"[\"a\"]"[..], 2, "CSV"),
        ("a.geojson", b"{}", 2, "CSV"),
        ("a.csv", b"", 1, "empty"),
        ("a.csv", b"\xff\xfe1\0", 1, "UTF-16"),
        ("a.gpkg", b"SQLite format 3\0", 1, "GeoPackage"),
        ("a.xlsx", b"PK\x03\x04", 1, "a.xlsx"),
    ] {
        refused(&with(name, content), &format!("{name} --address-col 地址"), code, &[name, word]);
    }
}
