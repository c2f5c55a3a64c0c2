//! Rows that lean on one another, rows in another order, and very many of them.

use onemap::{
    app::roster::{RosterOptions, RosterOutcome, RosterReport},
    domain::area::Severity,
};

use super::{GRID, check, counted, holders, import, import_bytes, import_with, staff, told, world};
use crate::support::world::World;

fn partial() -> RosterOptions {
    RosterOptions { partial: true, ..RosterOptions::default() }
}

/// The same with the rows in another order: the last one first.
fn import_reversed(world: &World, head: &str, rows: &str) -> RosterReport {
    let rows: Vec<&str> = rows.lines().rev().collect();
    import_bytes(world, "a.csv", format!("{head}\n{}\n", rows.join("\n")).as_bytes(), &RosterOptions::default())
}

#[test]
fn findings_are_cut_and_counted() {
    let world = world(false);
    let rows = "9,没有的岗位,,,张三,,,,,,,\n".repeat(10_500);
    let report = import(&world, &rows);
    assert_eq!((report.outcome, report.left_out), (RosterOutcome::Rejected, 10_500));
    assert_eq!((report.findings.len(), report.count(Severity::Error)), (10_001, 10_000));
    let last = report.findings.last().expect("a finding");
    assert_eq!((last.severity, last.en.as_str()), (Severity::Info, "500 more are not listed"));
}

#[test]
fn chains_of_organisations_and_crowds_of_deputies_are_bounded() {
    let world = world(false);
    let head = "区域编码,岗位,角,姓名,单位,上级单位\n";
    let rows: String = (1..4_000).map(|at| format!(",,,,单位{at}号,单位{}号\n", at - 1)).collect();
    let deep = "there are more than 32 organisations above this one";
    let report = import_bytes(&world, "a.csv", format!("{head}{rows}").as_bytes(), &RosterOptions::default());
    assert_eq!(report.outcome, RosterOutcome::Rejected);
    assert!(told(&report)[0].starts_with(&format!("E 34/上级单位: {deep}")), "{:#?}", told(&report)[0]);
    // From below it is as deep.
    let report = import_reversed(&world, head.trim(), &rows);
    assert_eq!(report.outcome, RosterOutcome::Rejected);
    assert!(told(&report)[0].starts_with(&format!("E 2/上级单位: {deep}")), "{:#?}", told(&report)[0]);
    let report = import_bytes(
        &world,
        "a.csv",
        format!("{head}{}", &rows[..rows.find(",,,,单位33号").expect("a row")]).as_bytes(),
        &RosterOptions::default(),
    );
    check(&report, RosterOutcome::Applied, &[]);
    let above = "a,,,,单位0号,单位32号\n".replace('a', "");
    let report = import_bytes(&world, "a.csv", format!("{head}{above}").as_bytes(), &RosterOptions::default());
    check(&report, RosterOutcome::Rejected, &["E 2/上级单位: the organisation above, 单位32号, is itself below"]);

    let rows: String = (0..4_000).map(|at| format!("{GRID},网格员,B,示例{at},,\n")).collect();
    let report = import_bytes(&world, "a.csv", format!("{head}{rows}").as_bytes(), &partial());
    assert_eq!((report.outcome, report.left_out), (RosterOutcome::Applied, 3_901));
    assert_eq!(report.postings, counted(99, 0, 0, 0));
    let allowed = &report.findings.iter().find(|one| one.severity == Severity::Error).expect("an error").allowed;
    assert!(allowed.en.starts_with("at most 99 at one time"), "{allowed:?}");
}

#[test]
fn rows_that_never_settle_are_told_of() {
    let world = world(false);
    let day = |at: usize, day: u32| format!("2025-{at:02}-{day:02}");
    let row = |at: usize, from: u32, to: u32| {
        let (from, to) = (day(at, from), day(at + 1, to));
        format!("{GRID},网格长,,,示例{at},1380000{at:04},,,,{from},{to},\n")
    };
    let rows: String = (1..12).map(|at| row(at, 1, 1)).collect();
    check(&import(&world, &rows), RosterOutcome::Applied, &[]);
    let before = holders(&world, "grid_leader");
    // Each moves by a week, into the time of the next one; the last one may not, which spoils the one before, and so on.
    let rows: String = (1..11).map(|at| row(at, 8, 8)).collect();
    let report = import_with(&world, &rows, &partial());
    let found = told(&report);
    assert_eq!((report.outcome, report.change), (RosterOutcome::Rejected, None));
    let why = "E -/-: without the rows with errors others have some in their turn: 8 rounds did not settle it";
    assert!(found.iter().any(|line| line.starts_with(why)), "{found:#?}");
    assert_eq!(holders(&world, "grid_leader"), before);
}

#[test]
fn an_organisation_that_is_renamed_is_found_by_its_new_name_in_any_order() {
    for is_reversed in [false, true] {
        let world = world(false);
        let head = "区域编码,岗位,姓名,电话,单位,统一社会信用代码,值班电话";
        let code = "91350100M000100Y43";
        let first = format!("{head}\n,,,,旧名单位,{code},\n");
        check(&import_bytes(&world, "a.csv", first.as_bytes(), &RosterOptions::default()), RosterOutcome::Applied, &[]);
        let rows = format!(",,,,新名单位,{code},\n,,,,新名单位,,0594-2292110\n");
        let report = match is_reversed {
            false => import_bytes(&world, "a.csv", format!("{head}\n{rows}").as_bytes(), &RosterOptions::default()),
            true => import_reversed(&world, head, &rows),
        };
        assert_eq!(report.outcome, RosterOutcome::Applied, "{:#?}", told(&report));
        assert!(staff(&world).organisations().len() == 1, "{:#?}", staff(&world).organisations());
        // Two names are a contradiction, whichever comes first.
        let rows = format!(",,,,另一名,{code},\n,,,,新名单位,{code},\n");
        for rows in [rows.clone(), rows.lines().rev().map(|line| format!("{line}\n")).collect()] {
            let text = format!("{head}\n{rows}");
            let report = import_bytes(&world, "a.csv", text.as_bytes(), &RosterOptions::default());
            assert_eq!(report.outcome, RosterOutcome::Rejected, "{:#?}", told(&report));
            assert!(told(&report).iter().any(|line| line.starts_with("E 3/单位: row 2 says otherwise")));
        }
    }
}

#[test]
fn a_telephone_that_differs_in_one_row_is_told_wherever_the_row_stands() {
    let world = world(false);
    let roles = ["网格员", "兼职网格员", "街巷长", "路段街长", "网格监督员"];
    let row = |role: &str, id: &str, phone: &str| format!("{GRID},{role},张三,{id},{phone}\n");
    let head = "区域编码,岗位,姓名,人员编号,电话";
    let table = |rows: &str| format!("{head}\n{rows}").into_bytes();
    let rows: String = roles.iter().map(|role| row(role, "", "13800000001")).collect();
    check(&import_bytes(&world, "a.csv", &table(&rows), &RosterOptions::default()), RosterOutcome::Applied, &[]);
    let id = staff(&world).people()[0].id.0.to_string();
    for changed in 0..roles.len() {
        let phone = |at| if at == changed { "13800000002" } else { "13800000001" };
        let rows: String = roles.iter().enumerate().map(|(at, role)| row(role, &id, phone(at))).collect();
        let report = import_bytes(&world, "a.csv", &table(&rows), &RosterOptions::default());
        assert_eq!(report.outcome, RosterOutcome::Rejected);
        assert!(told(&report)[0].contains("/电话: row 2 says otherwise"), "{:#?}", told(&report));
        // Masks are of what was known: they say nothing of what is new.
        let masked = |at| if at == changed { "13800000002" } else { "138******01" };
        let rows: String = roles.iter().enumerate().map(|(at, role)| row(role, &id, masked(at))).collect();
        let dry = RosterOptions { dry_run: true, ..RosterOptions::default() };
        let report = import_bytes(&world, "a.csv", &table(&rows), &dry);
        check(&report, RosterOutcome::Checked, &[]);
        assert_eq!((report.people, report.postings), (counted(0, 1, 0, 0), counted(0, 0, 0, 5)));
    }
    // Without the number the row of the old telephone is of the same person, too.
    let rows = row(roles[0], &id, "13800000002") + &row(roles[1], "", "13800000001");
    let report = import_bytes(&world, "a.csv", &table(&rows), &RosterOptions::default());
    check(&report, RosterOutcome::Rejected, &["E 3/电话: row 2 says otherwise"]);
}
