//! Bad input: each named by row and column, the rest applied only when asked to.

use onemap::app::roster::{RosterOptions, RosterOutcome};
use rust_xlsxwriter::{Format, Workbook};

use super::{
    COMMUNITY, GRID, HEAD, UNIT, check, counted, holders, import, import_bytes, import_with, staff, told, world,
};

#[test]
fn every_wrong_row_is_named_and_nothing_is_written() {
    let world = world(false);
    let cases = [
        (
            "350304001001999,网格长,,,张三,13800000001,,,,,,",
            "E 2/区域编码: edition 1, in force when the posting begins, has no area 350304001001999",
        ),
        (
            "35O304001001001,网格长,,,张三,13800000001,,,,,,",
            "E 2/区域编码: edition 1, in force when the posting begins, has no area 35O",
        ),
        ("?,网格长,,,张三,13800000001,,,,,,", "E 2/区域编码: ? is no area"),
        (",网格长,,,张三,13800000001,,,,,,", "E 2/区域编码: the row names a role and no area"),
        ("GRID,,,,张三,13800000001,,,,,,", "E 2/岗位: the row names an area and no role"),
        ("GRID,村长,,,张三,13800000001,,,,,,", "E 2/岗位: 村长 is no role"),
        (
            "COMMUNITY,网格长,,,张三,13800000001,,,,,,",
            "E 2/岗位: 350304001001 is a community, which has no grid leader",
        ),
        ("GRID,专属单元长,,,张三,13800000001,,,,,,", "E 2/岗位: 350304001001001 is a "),
        ("GRID,网格长,C,,张三,13800000001,,,,,,", "E 2/角: C is no order"),
        ("GRID,网格长,,0,张三,13800000001,,,,,,", "E 2/席位: 0 is no seat"),
        ("GRID,网格长,,2,张三,13800000001,,,,,,", "E 2/席位: seat 2 is beyond the 1"),
        ("GRID,网格长,,,,13800000001,,,,,,", "E 2/姓名: there is a telephone or a number and no name"),
        ("GRID,网格长,,,,,,,,,,", "E 2/姓名: there is no name"),
        ("GRID,网格长,,,缺岗,13800000001,,,,,,", "E 2/姓名: the post is vacant, and yet"),
        ("GRID,网格长,,,张三,1380000001,,,,,,", "E 2/电话: the mobile number has 10 digits"),
        ("GRID,网格长,,,张三,2292110,,,,,,", "E 2/电话: the landline number has no area code"),
        ("GRID,网格长,,,张三,见通讯录,,,,,,", "E 2/电话: character 1 of the phone number"),
        ("GRID,网格长,,,张三,138******01,,,,,,", "E 2/电话: the telephone is masked and fits no number"),
        (
            "GRID,网格长,,,张三,13800000001,甲,91350100M000100Y44,,,,",
            "E 2/统一社会信用代码: the credit code ends in 4 where",
        ),
        (
            "GRID,网格长,,,张三,13800000001,,,0594-2292110,,,",
            "E 2/单位: the row tells of an organisation without its name",
        ),
        (
            "GRID,网格长,,,张三,13800000001,,,,2026-03-01,2026-02-01,",
            "E 2/止: the end 2026-02-01 is not after the beginning 2026-03-01",
        ),
        ("GRID,网格长,,,张三,13800000001,,,,,2026-01-01,", "E 2/起: the end has gone by"),
        (
            "GRID,网格长,,,张三,13800000001,,,,46082,,",
            "E 2/起: the column of dates has the number 46082; if 2026-03-01 is meant",
        ),
        ("GRID,网格长,,,张三,13800000001,,,,下月,,", "E 2/起: 下月 is no date"),
        ("GRID,网格长,,,张三,13800000001,,,,,,也许", "E 2/代班: 也许 is no stand_in"),
        (",,,,,,,,,2026-01-01,,", "E 2/姓名: the row names neither a person nor an organisation"),
    ];
    for (row, expected) in cases {
        let row = row.replace("GRID", GRID).replace("COMMUNITY", COMMUNITY);
        let report = import(&world, &format!("{row}\n"));
        assert_eq!(report.outcome, RosterOutcome::Rejected, "{row}");
        let found = told(&report);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{row}: {found:#?}\nexpected {expected}");
    }
    let known = staff(&world);
    assert_eq!((known.postings().len(), known.people().len(), known.organisations().len()), (0, 0, 0));
}

#[test]
fn postings_that_overlap_are_named_with_the_other_row() {
    let world = world(false);
    let rows = format!(
        "{GRID},网格长,A,,张三,13800000001,,,,2026-01-01,2026-06-01,\n\
         {GRID},网格长,A,,李四,13800000002,,,,2026-05-01,,\n\
         {GRID},网格长,B,,王五,13800000003,,,,2026-01-01,,\n"
    );
    let overlap = "E 3/起: its time overlaps that of 张三 (row 2) in the same post, order A";
    check(&import(&world, &rows), RosterOutcome::Rejected, &[overlap]);
    let report = import_with(&world, &rows, &RosterOptions { partial: true, ..RosterOptions::default() });
    check(&report, RosterOutcome::Applied, &[overlap]);
    assert_eq!((report.left_out, report.postings, report.people), (1, counted(2, 0, 0, 0), counted(2, 0, 0, 0)));
    assert_eq!(holders(&world, "grid_leader"), ["A1 张三 2026-01-01..2026-06-01", "B1 王五 2026-01-01.."]);
    // A longer time for one who is known runs into one who is known too.
    let rows = format!("{GRID},网格长,A,,李四,13800000002,,,,2026-06-01,,\n");
    check(&import(&world, &rows), RosterOutcome::Applied, &[]);
    let rows = format!("{GRID},网格长,A,,张三,13800000001,,,,2026-01-01,,\n");
    check(
        &import(&world, &rows),
        RosterOutcome::Rejected,
        &["E 2/起: its new time overlaps that of 李四, who is known"],
    );
}

#[test]
fn a_person_twice_and_rows_that_contradict_one_another_are_told() {
    let world = world(false);
    let rows = format!(
        "{GRID},网格员,,,张晓明,13800000001,甲单位,,0594-2292110,,,\n\
         {GRID},网格员,,,张小明,13800000001,甲单位,,,,,\n\
         {UNIT},楼栋长,,,ＬＩＳＩ,13800000002,,,,,,\n\
         {UNIT},楼栋长,,,li si,13800000002,,,,,,\n\
         {UNIT},楼栋长,,,孙八,13800000002,,,,,,\n"
    );
    let report = import(&world, &rows);
    check(
        &report,
        RosterOutcome::Applied,
        &[
            "W 3/姓名: 张小明 has the telephone of 张晓明 of row 2 and a name like it",
            "W 5/姓名: li si is another spelling of ＬＩＳＩ",
            "W 5/姓名: row 4 says the same",
            "W 6/姓名: 孙八 has the telephone of ＬＩＳＩ of row 4",
        ],
    );
    assert_eq!(report.people, counted(4, 0, 0, 0));
    let rows =
        "GRID,网格员,,,甲,13800000005,丙单位,,0594-2292110,,,\nGRID,网格员,,,乙,13800000006,丙单位,,0594-2292111,,,\n";
    check(
        &import(&world, &rows.replace("GRID", GRID)),
        RosterOutcome::Rejected,
        &["E 3/值班电话: row 2 says otherwise of the same person or organisation"],
    );
}

#[test]
fn workbooks_with_merged_cells_formulas_and_wrong_sheets_are_named() {
    let world = world(false);
    let head: Vec<&str> = HEAD.trim().split(',').collect();
    let book = |fill: &dyn Fn(&mut rust_xlsxwriter::Worksheet)| {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().set_name("说明").expect("a name").write(0, 0, "请填名册").expect("a cell");
        let sheet = workbook.add_worksheet().set_name("名册").expect("a name");
        for (column, name) in (0..).zip(&head) {
            sheet.write(0, column, *name).expect("a cell");
        }
        fill(sheet);
        workbook.save_to_buffer().expect("memory can be written")
    };
    let row = |sheet: &mut rust_xlsxwriter::Worksheet, row: u32, name: &str, phone: &str| {
        for (column, text) in [(0, GRID), (1, "网格员"), (4, name), (5, phone)] {
            sheet.write(row, column, text).expect("a cell");
        }
    };
    let merged = book(&|sheet| {
        row(sheet, 1, "张三", "13800000001");
        row(sheet, 3, "王五", "13800000003");
        sheet.merge_range(1, 6, 2, 6, "甲单位", &Format::new()).expect("merged");
    });
    let report = import_bytes(&world, "a.xlsx", &merged, &RosterOptions::default());
    check(&report, RosterOutcome::Rejected, &["E 2/-: the cells G2:G3 are merged"]);
    let partial = RosterOptions { partial: true, ..RosterOptions::default() };
    let report = import_bytes(&world, "a.xlsx", &merged, &partial);
    assert_eq!((report.outcome, report.sheet.as_deref()), (RosterOutcome::Applied, Some("名册")));
    assert_eq!(holders(&world, "grid_worker"), ["A1 王五 2026-01-05.."]);

    let formula = book(&|sheet| {
        row(sheet, 1, "李四", "13800000002");
        let formula = rust_xlsxwriter::Formula::new("=\"李\"&\"四\"").set_result("李四");
        sheet.write_formula(1, 4, formula).expect("a cell");
    });
    let report = import_bytes(&world, "a.xlsx", &formula, &RosterOptions::default());
    check(&report, RosterOutcome::Applied, &["W 2/姓名: the cell is a formula; its last result 李四 is taken"]);

    let sheet = |name: &str| RosterOptions { sheet: Some(name.to_owned()), ..RosterOptions::default() };
    let report = import_bytes(&world, "a.xlsx", &formula, &sheet("说明"));
    check(&report, RosterOutcome::Rejected, &["E -/-: none of the first 20 rows has a heading that is known"]);
    let report = import_bytes(&world, "a.xlsx", &formula, &sheet("Sheet1"));
    check(&report, RosterOutcome::Rejected, &["E -/-: there is no sheet \"Sheet1\"; there are 说明, 名册"]);
    let report = import_bytes(&world, "a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", &RosterOptions::default());
    check(&report, RosterOutcome::Rejected, &["E -/-: the file is an old Excel file"]);
}
