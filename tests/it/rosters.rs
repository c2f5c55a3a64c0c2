//! Rosters as tables: in with findings per row, and out again.

mod bad;
mod channels;
mod served;
mod vacant;

use onemap::{
    app::{
        demo::{Content, DemoDistrict, DemoPlan, generate},
        roster::{Counted, PhoneShown, RosterOptions, RosterOutcome, RosterReport, template},
    },
    domain::{
        area::Severity,
        duty::{Holder, Staff},
    },
    formats::{profile_toml::find_profile, table::TableKind},
    store::Store,
};

use crate::support::world::World;

/// A grid of 镇海街道, and one of a village.
const GRID: &str = "350304001001001";
/// The community of that grid.
const COMMUNITY: &str = "350304001001";
/// A unit of that grid.
const UNIT: &str = "350304001001001001";

const HEAD: &str = "区域编码,岗位,角,席位,姓名,电话,单位,统一社会信用代码,值班电话,起,止,代班\n";

/// A district of 200 units, with everybody in post or nobody.
fn world(has_postings: bool) -> World {
    let profile = find_profile("licheng").expect("built in");
    let plan = DemoPlan::new(200, 1, Content::Declared).expect("a plan");
    let demo = generate(&plan, &mut |_, _| {});
    let postings = if has_postings { demo.postings } else { Vec::new() };
    let world = World::empty(profile);
    let demo = DemoDistrict { areas: demo.areas, places: Vec::new(), postings };
    world.wait(world.district.adopt_demo(demo, "demo")).expect("a demo");
    world
}

fn import_bytes(world: &World, name: &str, bytes: &[u8], options: &RosterOptions) -> RosterReport {
    let path = world.write(name, bytes);
    world.wait(world.district.import_roster(name.to_owned(), path, options)).expect("a report")
}

fn import_with(world: &World, rows: &str, options: &RosterOptions) -> RosterReport {
    import_bytes(world, "a.csv", format!("{HEAD}{rows}").as_bytes(), options)
}

fn import(world: &World, rows: &str) -> RosterReport {
    import_with(world, rows, &RosterOptions::default())
}

fn staff(world: &World) -> Staff {
    world.wait(world.district.store().staff(None)).expect("who answers")
}

/// `E 3/电话: text` for each finding that is no note.
fn told(report: &RosterReport) -> Vec<String> {
    let told = report.findings.iter().filter(|finding| finding.severity != Severity::Info);
    told.map(|finding| {
        let sign = if finding.severity == Severity::Error { "E" } else { "W" };
        let record = finding.source.record.map_or("-".to_owned(), |record| record.to_string());
        assert!(!finding.zh.is_empty() && finding.source.file.starts_with("a."), "{finding:?}");
        assert_eq!(finding.allowed.zh.is_empty(), finding.allowed.en.is_empty(), "{finding:?}");
        format!("{sign} {record}/{}: {}", finding.source.field.as_deref().unwrap_or("-"), finding.en)
    })
    .collect()
}

#[track_caller]
fn check(report: &RosterReport, outcome: RosterOutcome, expected: &[&str]) {
    let found = told(report);
    let agrees = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.starts_with(e));
    assert!(agrees && report.outcome == outcome, "{:?} {found:#?}\nexpected {outcome:?} {expected:#?}", report.outcome);
}

const fn counted(added: u64, changed: u64, ended: u64, unchanged: u64) -> Counted {
    Counted { added, changed, ended, unchanged }
}

/// Who holds the role of an area, by name with the bounds of the time: `张三 2026-03-01..`.
fn holders(world: &World, role: &str) -> Vec<String> {
    let staff = staff(world);
    let mut found: Vec<String> = staff
        .postings()
        .iter()
        .filter(|posting| posting.post.role == role)
        .map(|posting| {
            let name = match posting.holder {
                Holder::Person(id, _) => staff.person(id).expect("a person").name.clone(),
                Holder::Organisation(id) => staff.organisation(id).expect("an organisation").name.clone(),
                Holder::Vacant => "-".to_owned(),
            };
            let day = |time: Option<time::OffsetDateTime>| {
                time.map_or(String::new(), |time| {
                    time.to_offset(time::UtcOffset::from_hms(8, 0, 0).expect("+8")).date().to_string()
                })
            };
            let (from, to) = (day(posting.valid.from()), day(posting.valid.to()));
            let (order, seat) = (posting.post.order.id(), posting.post.seat);
            format!("{order}{seat}{} {name} {from}..{to}", if posting.stands_in { "代" } else { "" })
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_table_becomes_postings_and_the_same_table_changes_nothing() {
    let world = world(false);
    let rows = format!(
        "{GRID},网格长,A,,张三,13800000001,镇海街道办事处,91350100M000100Y43,0594-2292110,2026-01-01,,\n\
         {GRID},grid_leader,B角,,李四,0594-2292111,镇海街道办事处,,,2026-01-01,,\n\
         {GRID},网格员,,,王五,13800000003,,,,,,\n\
         {GRID},网格员,,,赵六,13800000004,,,,,,\n\
         {UNIT},楼栋长,,,张三,,,,,,,\n\
         {COMMUNITY},社区民警,,,,,镇海派出所,,000-0000-0110,,,\n\
         {GRID},网格党支部书记,,,缺岗,,,,,,,\n\
         ,,,,钱七,13800000007,镇海派出所,,,,,\n"
    );
    let dry = import_with(&world, &rows, &RosterOptions { dry_run: true, ..RosterOptions::default() });
    check(&dry, RosterOutcome::Checked, &[]);
    assert!(staff(&world).postings().is_empty(), "a dry run writes nothing");
    let report = import(&world, &rows);
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!((report.rows, report.postings), (8, counted(7, 0, 0, 0)));
    assert_eq!((report.people, report.organisations), (counted(5, 0, 0, 0), counted(2, 0, 0, 0)));
    assert!(report.change.is_some());
    assert_eq!(holders(&world, "grid_leader"), ["A1 张三 2026-01-01..", "B1 李四 2026-01-01.."]);
    assert_eq!(holders(&world, "grid_worker"), ["A1 王五 2026-01-05..", "A2 赵六 2026-01-05.."]);
    assert_eq!(holders(&world, "community_police"), ["A1 镇海派出所 2026-01-05.."]);
    assert_eq!(holders(&world, "party_branch_secretary"), ["A1 - 2026-01-05.."]);
    let known = staff(&world);
    let office = known.organisations().iter().find(|one| one.name == "镇海街道办事处").expect("an organisation");
    assert_eq!(office.credit_code.as_deref(), Some("91350100M000100Y43"));
    assert_eq!(office.duty_phone.0, "0594-2292110");

    let again = import(&world, &rows);
    check(&again, RosterOutcome::Unchanged, &[]);
    assert_eq!((again.postings, again.people), (counted(0, 0, 0, 7), counted(0, 0, 0, 5)));
    assert_eq!(staff(&world).revision, known.revision, "nothing was written");
}

#[test]
fn a_post_changes_hands_from_a_day_in_whatever_order_the_rows_stand() {
    let world = world(false);
    check(&import(&world, &format!("{GRID},网格长,,,张三,13800000001,,,,2025-01-01,,\n")), RosterOutcome::Applied, &[]);
    let rows = format!(
        "{GRID},网格长,,,李四,13800000002,,,,2026-03-01,,\n{GRID},网格长,,,张三,13800000001,,,,2025-01-01,2026-03-01,\n"
    );
    let report = import(&world, &rows);
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!(report.postings, counted(1, 0, 1, 0));
    assert_eq!(holders(&world, "grid_leader"), ["A1 张三 2025-01-01..2026-03-01", "A1 李四 2026-03-01.."]);
    check(&import(&world, &rows), RosterOutcome::Unchanged, &[]);

    let next = format!("{GRID},网格长,,,王五,13800000003,,,,2026-06-01,,\n");
    check(&import(&world, &next), RosterOutcome::Rejected, &["E 2/起: its time overlaps that of 李四, who is known"]);
    let report = import_with(&world, &next, &RosterOptions { succeed: true, ..RosterOptions::default() });
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!(report.postings, counted(1, 0, 1, 0));
    assert_eq!(holders(&world, "grid_leader")[1..], ["A1 李四 2026-03-01..2026-06-01", "A1 王五 2026-06-01.."]);
}

#[test]
fn a_stand_in_sits_on_the_chair_of_whoever_is_away() {
    let world = world(false);
    let rows = format!(
        "{GRID},网格长,,,张三,13800000001,,,,2026-01-01,,\n\
         {GRID},网格长,,,李四,13800000002,,,,2026-02-01 08:00,2026-02-08,是\n\
         {GRID},网格员,,,王五,13800000003,,,,2026-01-01,,\n\
         {GRID},网格员,,,赵六,13800000004,,,,2026-01-01,,\n\
         {GRID},网格员,,2,钱七,13800000007,,,,2026-02-01,2026-02-08,是\n"
    );
    check(&import(&world, &rows), RosterOutcome::Applied, &[]);
    assert_eq!(holders(&world, "grid_leader"), ["A1 张三 2026-01-01..", "A1代 李四 2026-02-01..2026-02-08"]);
    assert_eq!(holders(&world, "grid_worker")[2], "A2代 钱七 2026-02-01..2026-02-08");
    check(&import(&world, &rows), RosterOutcome::Unchanged, &[]);
    let rows = format!("{GRID},网格员,,,孙八,13800000008,,,,2026-03-01,2026-03-08,是\n");
    check(&import(&world, &rows), RosterOutcome::Rejected, &["E 2/席位: several hold the role, and whose stand-in"]);
}

#[test]
fn people_are_known_by_name_and_telephone_or_number() {
    let world = world(false);
    let first = format!("{GRID},网格员,,,张三,13800000001,甲单位,,,,,\n{GRID},网格员,,,李四,,,,,,,\n");
    check(&import(&world, &first), RosterOutcome::Applied, &[]);
    // A telephone for somebody without one, another spelling, a mask that fits, on behalf of another organisation.
    let rows = format!(
        "{UNIT},楼栋长,,,李四,13800000002,,,,,,\n{UNIT},楼栋长,,,張 三,13800000001,,,,,,\n{GRID},兼职网格员,,,张三,138******01,乙单位,,,,,\n"
    );
    let report = import(&world, &rows);
    check(&report, RosterOutcome::Applied, &["W 3/姓名: 張 三 is another spelling of 张三"]);
    assert_eq!(report.people, counted(0, 1, 0, 1));
    let known = staff(&world);
    let (zhang, li) = (&known.people()[0], &known.people()[1]);
    assert_eq!(
        (zhang.name.as_str(), zhang.phone.0.as_str(), li.phone.0.as_str()),
        ("张三", "13800000001", "13800000002")
    );
    assert_eq!(known.organisation(zhang.organisation.expect("an employer")).expect("an organisation").name, "甲单位");
    let behalf = known.postings().iter().any(|one| matches!(one.holder, Holder::Person(id, Some(_)) if id == zhang.id));
    assert!(behalf, "张三 works part-time for 乙单位");
    // Somebody else of the same name, whom then nobody can tell by the name alone.
    let rows = format!("{UNIT},楼栋长,,,张三,13800000009,,,,,,\n");
    check(&import(&world, &rows), RosterOutcome::Applied, &[]);
    let rows = format!("{UNIT},楼栋长,,,张三,,,,,,,\n");
    check(&import(&world, &rows), RosterOutcome::Rejected, &["E 2/姓名: 2 people are called 张三"]);
    let id = zhang.id.0;
    let text = format!("人员编号,姓名,电话,区域编码,岗位\n{id},张三,13800000011,,\n");
    let report = import_bytes(&world, "a.csv", text.as_bytes(), &RosterOptions::default());
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!(staff(&world).person(zhang.id).expect("known").phone.0, "13800000011");
}

#[test]
fn what_is_exported_is_imported_without_change() {
    let world = world(true);
    import(
        &world,
        &format!(
            ",,,,无岗,13800000001,单独单位,91350100M000100Y43,0594-2292110,,,\n{COMMUNITY},市场监管人员,,,'=示例,,,,,2026-01-01 08:30,2026-04-01,\n"
        ),
    );
    let known = staff(&world);
    for (kind, phones, name) in [
        (TableKind::Csv, PhoneShown::Whole, "a.csv"),
        (TableKind::Xlsx, PhoneShown::Whole, "a.xlsx"),
        (TableKind::Xlsx, PhoneShown::Masked, "a.masked.xlsx"),
    ] {
        let bytes = world.wait(world.district.export_roster(kind, phones)).expect("a file");
        let report = import_bytes(&world, name, &bytes, &RosterOptions::default());
        check(&report, RosterOutcome::Unchanged, &[]);
        assert_eq!(report.postings.unchanged, known.postings().len() as u64, "{name}");
        assert_eq!(report.people.unchanged, known.people().len() as u64, "{name}");
        assert_eq!(report.organisations.unchanged, known.organisations().len() as u64, "{name}");
        assert!(report.unknown_columns.is_empty() && report.findings.is_empty(), "{:#?}", report.findings);
    }
    let masked = world.wait(world.district.export_roster(TableKind::Csv, PhoneShown::Masked)).expect("a file");
    assert!(!String::from_utf8_lossy(&masked).contains("13800000001"));
    // Into a store that knows nobody, all but the numbers comes over, and masked telephones do not.
    let other = self::world(false);
    let report = import_bytes(&other, "a.csv", &masked, &RosterOptions::default());
    assert_eq!(report.outcome, RosterOutcome::Rejected);
    assert!(told(&report).iter().any(|line| line.contains("the telephone is masked")));
    let whole = world.wait(world.district.export_roster(TableKind::Csv, PhoneShown::Whole)).expect("a file");
    let report = import_bytes(&other, "a.csv", &whole, &RosterOptions::default());
    assert_eq!(report.outcome, RosterOutcome::Applied, "{:#?}", told(&report));
    let copied = staff(&other);
    assert_eq!((copied.postings().len(), copied.people().len()), (known.postings().len(), known.people().len()));
    assert_eq!(copied.organisations().len(), known.organisations().len());
}

#[test]
fn the_template_has_every_column_and_says_what_may_stand_there() {
    let world = world(false);
    let profile = find_profile("licheng").expect("built in");
    for (kind, name) in [(TableKind::Csv, "a.csv"), (TableKind::Xlsx, "a.xlsx")] {
        let bytes = template(profile, kind);
        assert_eq!(bytes, template(profile, kind), "the same profile, the same bytes");
        let report = import_bytes(&world, name, &bytes, &RosterOptions::default());
        check(&report, RosterOutcome::Rejected, &["E -/-: there is no row below the header"]);
        assert!(report.unknown_columns.is_empty());
    }
}
