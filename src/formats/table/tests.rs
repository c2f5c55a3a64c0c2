//! Tables of all kinds, told as lines.

use std::io::Cursor;

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::*;
use crate::domain::area::Severity;

const COLUMNS: [TableColumn<'static>; 4] = [
    TableColumn { names: &["姓名", "name"], kind: ColumnKind::Text, is_required: true },
    TableColumn { names: &["区域编码", "area"], kind: ColumnKind::Token, is_required: true },
    TableColumn { names: &["电话", "phone"], kind: ColumnKind::Token, is_required: false },
    TableColumn { names: &["起", "valid_from"], kind: ColumnKind::Date, is_required: false },
];

/// `3 张三|350304|-|2026-03-01` for rows (`!` before bad ones), `E 3/电话: ...` for findings.
fn told(table: &Table) -> Vec<String> {
    let row = |row: &TableRow| {
        let cells: Vec<&str> = (0..COLUMNS.len()).map(|column| row.get(column).unwrap_or("-")).collect();
        format!("{}{} {}", if row.is_bad { "!" } else { "" }, row.number, cells.join("|"))
    };
    let finding = |finding: &crate::domain::area::Finding| {
        let sign = match finding.severity {
            Severity::Error => "E",
            Severity::Warning => "W",
            Severity::Info => "I",
        };
        let record = finding.source.record.map_or("-".to_owned(), |record| record.to_string());
        format!("{sign} {record}/{}: {}", finding.source.field.as_deref().unwrap_or("-"), finding.en)
    };
    table.rows.iter().map(row).chain(table.findings.iter().map(finding)).collect()
}

#[track_caller]
fn check(found: &Table, expected: &[&str]) {
    let found = told(found);
    let agrees = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.starts_with(e));
    assert!(agrees, "{found:#?}\nexpected {expected:#?}");
}

fn csv(text: impl AsRef<[u8]>) -> Table {
    let bytes = text.as_ref();
    assert_eq!(TableKind::of(bytes), TableKind::Csv);
    read_table(Cursor::new(bytes), TableKind::Csv, &COLUMNS, "a.csv", None)
}

fn xlsx(bytes: &[u8], sheet: Option<&str>) -> Table {
    read_table(Cursor::new(bytes), TableKind::Xlsx, &COLUMNS, "a.xlsx", sheet)
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    workbook.save_to_buffer().expect("memory can be written")
}

fn write(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        sheet.write_string(row, column, *cell).expect("a cell");
    }
}

const HEAD: [&str; 4] = ["姓名", "区域编码", "电话", "起"];

/// A workbook of one sheet with the header in its first row.
fn one_sheet(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        write(sheet, 0, &HEAD);
        fill(sheet);
    })
}

#[test]
fn csv_of_all_sorts_becomes_rows() {
    let rows = ["2 张三|350304|13800000000|2026-03-01", "3 李四|350305|-|-"];
    check(&csv("姓名,区域编码,电话,起\n张三,350304,13800000000,2026/3/1\n李四,350305,,\n"), &rows);
    check(&csv("\u{feff}name;area;phone;valid_from\r\n张三;350304;13800000000;2026-03-01\r\n李四;350305;;\r\n"), &rows);
    let text = "区域编码\t姓名\t起\t电话\n350304\t张三\t2026年3月1日\t13800000000\n350305\t李四";
    check(&csv(text), &rows);
    let (gbk, ..) =
        encoding_rs::GB18030.encode("姓名,区域编码,电话,起\n张三,350304,13800000000,2026-03-01\n李四,350305,,");
    check(&csv(&*gbk), &rows);
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_does() {
    let text = "荔城区网格员名册,,\n\n\"制表,\n2026\",,\n姓名,区域编码,备注\n张三,1,\"a\nb\"\n,,\n李四,2,x\n";
    let table = csv(text);
    check(&table, &["5 张三|1", "7 李四|2", "I 4/-: columns that are not known are passed over: 备注"]);
    assert_eq!((table.header_row, table.unknown.clone()), (4, vec!["备注".to_owned()]));
    assert_eq!(table.headings, [Some("姓名".to_owned()), Some("区域编码".to_owned()), None, None]);
}

#[test]
fn what_a_spreadsheet_does_to_csv_is_undone_or_named() {
    let text = "姓名,区域编码\n'=张三,\"=\"\"007\"\"\"\n李四,3.50304E+17\n王五,=A1\n";
    check(
        &csv(text),
        &[
            "2 =张三|007",
            "!3 李四|-",
            "!4 王五|-",
            "E 3/区域编码: 3.50304E+17 is scientific",
            "E 4/区域编码: the formula has no stored",
        ],
    );
}

#[test]
fn files_that_are_no_table_are_named() {
    check(&csv(""), &["E -/-: the file is empty"]);
    check(&csv("\n\n,,\n"), &["E -/-: the file is empty"]);
    check(&csv("a,b\n1,2\n"), &["E -/-: none of the first 20 rows has a heading that is known"]);
    check(&csv("姓名,备注\n1,2\n"), &["E -/-: the header in row 1 lacks the columns 区域编码; it has 姓名, 备注"]);
    check(&csv("姓名,区域编码\n"), &["E -/-: there is no row below the header"]);
    check(&csv("姓名,区域编码,name\n张三,1,2\n"), &["E -/name: columns \"姓名\" and \"name\" mean the same"]);
    check(&csv(b"\xff\xfe\0a"), &["E -/-: the file is UTF-16"]);
    check(&csv(b"\xd0\x1d,\xe5"), &["E -/-: row 1: the text is not UTF-8 or GB18030"]);
    check(&xlsx(b"PK\x03\x04", None), &["E -/-: "]);
    check(&xlsx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None), &["E -/-: the file is an old Excel file (.xls)"]);
    let many = format!("姓名,区域编码\n{}", "a,1\n".repeat(MAX_TABLE_ROWS + 1));
    check(&csv(many), &["E -/-: the table has more than 250000 rows"]);
    let sheet = read_table(Cursor::new("姓名,区域编码\n"), TableKind::Csv, &COLUMNS, "a.csv", Some("x"));
    assert!(told(&sheet)[0].starts_with("E -/-: a CSV has no sheets"), "{:?}", told(&sheet));
}

#[test]
fn odd_characters_are_repaired_or_named() {
    let text = "姓名,区域编码,电话,起\n张　三,３５０３０４,\u{202d}138－0000 0000\u{202c},２０２６-03-01\n\"李\n四\",1,,\n王\u{7}五,1,,\n\u{200b}赵六 , 1 ,,\n";
    check(
        &csv(text),
        &[
            "2 张　三|350304|138-0000 0000|2026-03-01",
            "!4 -|1",
            "!5 -|1",
            "6 赵六|1",
            "I 2/区域编码: full-width characters became plain ones: ３５０３０４ is read as 350304",
            "I 2/电话: characters that nobody sees",
            "I 2/电话: full-width",
            "I 2/起: full-width",
            "E 4/姓名: there is a line break",
            "E 5/姓名: there is the control character \\u{7}",
            "I 6/姓名: characters that nobody sees",
        ]
        .map(|line| line.replacen("!4", "!3", 1).replacen("!5", "!4", 1).replacen("6 赵", "5 赵", 1))
        .map(|line| line.replacen("E 4", "E 3", 1).replacen("E 5", "E 4", 1).replacen("I 6", "I 5", 1))
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>(),
    );
    let long = format!("姓名,区域编码\n{},1\n", "长".repeat(MAX_CELL_CHARACTERS + 1));
    check(&csv(long), &["!2 -|1", "E 2/姓名: the text has 1001 characters, at most 1000"]);
}

#[test]
fn cells_of_a_workbook_are_what_they_look_like() {
    let date = Format::new().set_num_format("yyyy/m/d");
    let bytes = one_sheet(|sheet| {
        write(sheet, 1, &["张三", "350304001001001017"]);
        sheet.write_number(1, 2, 13_800_000_000.0).expect("a cell");
        let day = ExcelDateTime::from_ymd(2026, 3, 1).expect("a date");
        sheet.write_with_format(1, 3, &day, &date).expect("a cell");
        write(sheet, 3, &["李四", "1"]);
        sheet.write_number(3, 3, 46_082.0).expect("a cell");
        write(sheet, 4, &["王五"]);
        sheet
            .write_number(4, 1, 350_304_001_001_001_017.0)
            .expect("a cell")
            .write_number(4, 3, 20_260_301.0)
            .expect("a cell");
        write(sheet, 5, &["赵六", "1", "", "明天"]);
        sheet.write_number(5, 3, 7.0).expect("a cell");
    });
    check(
        &xlsx(&bytes, None),
        &[
            "2 张三|350304001001001017|13800000000|2026-03-01",
            "!4 李四|1|-|-",
            "!5 王五|-|-|-",
            "!6 赵六|1|-|-",
            "E 4/起: the column of dates has the number 46082; if 2026-03-01 is meant, write that",
            "E 5/区域编码: the spreadsheet keeps this as the number 350304001001001000",
            "E 5/起: the column of dates has the number 20260301; if 2026-03-01 is meant",
            "E 6/起: 7 is no date",
        ],
    );
}

#[test]
fn formulas_are_taken_at_their_last_result_with_a_warning() {
    let bytes = one_sheet(|sheet| {
        write(sheet, 1, &["", "1"]);
        sheet.write_formula(1, 0, Formula::new("=\"张\"&\"三\"").set_result("张三")).expect("a cell");
    });
    check(&xlsx(&bytes, None), &["2 张三|1", "W 2/姓名: the cell is a formula; its last result 张三 is taken"]);
}

#[test]
fn merged_cells_over_rows_are_named_and_titles_may_be_merged() {
    let bytes = workbook(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 0, 3, "名册", &Format::new()).expect("merged");
        write(sheet, 1, &HEAD);
        write(sheet, 2, &["张三", "1"]);
        sheet.merge_range(3, 1, 4, 1, "2", &Format::new()).expect("merged");
        write(sheet, 3, &["李四"]);
        write(sheet, 4, &["王五"]);
    });
    check(&xlsx(&bytes, None), &["3 张三|1", "!4 李四|2", "!5 王五|-", "E 4/-: the cells B4:B5 are merged"]);
    let many = one_sheet(|sheet| {
        for row in (1..=300).step_by(2) {
            sheet.merge_range(row, 0, row + 1, 0, "张三", &Format::new()).expect("merged");
        }
    });
    let table = xlsx(&many, None);
    assert_eq!((table.rows.len(), table.findings.len()), (0, 101), "{:?}", told(&table));
}

#[test]
fn the_sheet_is_the_one_that_fits_or_is_named() {
    let named = |workbook: &mut Workbook, name: &str, head: &[&str]| {
        let sheet = workbook.add_worksheet().set_name(name).expect("a name");
        write(sheet, 0, head);
        write(sheet, 1, &["张三", "1", name]);
    };
    let one = workbook(|workbook| {
        named(workbook, "说明", &["本表怎么填"]);
        named(workbook, "名册", &HEAD);
    });
    let table = xlsx(&one, None);
    check(&table, &["2 张三|1|名册"]);
    assert_eq!(table.sheet.as_deref(), Some("名册"));
    check(&xlsx(&one, Some("说明")), &["E -/-: none of the first 20 rows"]);
    check(&xlsx(&one, Some("Sheet1")), &["E -/-: there is no sheet \"Sheet1\"; there are 说明, 名册"]);
    let two = workbook(|workbook| {
        named(workbook, "镇海", &HEAD);
        named(workbook, "拱辰", &HEAD);
    });
    check(&xlsx(&two, None), &["E -/sheet: several sheets have a header that fits: 镇海, 拱辰; name one with sheet"]);
    check(&xlsx(&two, Some("拱辰")), &["2 张三|1|拱辰"]);
    let none = workbook(|workbook| named(workbook, "统计", &["a", "b"]));
    check(&xlsx(&none, None), &["E -/-: no sheet has a header that fits; there are 统计"]);
    let near = workbook(|workbook| named(workbook, "名册", &["姓名", "网格"]));
    check(&xlsx(&near, None), &["E -/-: the header in row 1 lacks the columns 区域编码; it has 姓名, 网格"]);
}

#[test]
fn what_stands_beside_the_table_is_told_once() {
    check(&csv("姓名,区域编码,\n张三,1,x\n李四,2,y\n"), &["2 张三|1", "3 李四|2", "W 2/C: this column has no heading"]);
    let wide = one_sheet(|sheet| {
        write(sheet, 1, &["张三", "1"]);
        sheet.write_string(1, 300, "x").expect("a cell");
    });
    check(&xlsx(&wide, None), &["2 张三|1", "W 2/IW: what stands behind column 256 is passed over"]);
}

#[test]
fn findings_are_cut_and_counted() {
    let text = format!("姓名,区域编码\n{}", "a,１\n".repeat(MAX_TABLE_FINDINGS + 5));
    let table = csv(text);
    assert_eq!((table.rows.len(), table.findings.len()), (MAX_TABLE_FINDINGS + 5, MAX_TABLE_FINDINGS + 1));
    assert!(table.findings[MAX_TABLE_FINDINGS].en.starts_with("5 more are not listed"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[姓名区域编码,;\"\n=' 0-9a]{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        csv(format!("a{text}"));
        csv(format!("姓名,区域编码,起\n{text}"));
        csv([b"name,area\n".as_slice(), &bytes].concat());
    }
}
