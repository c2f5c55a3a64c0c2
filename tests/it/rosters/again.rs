//! Tables that come again: what is over stays over, who changes sides is changed, and all that goes out comes back.

use onemap::{
    app::{
        import::{ImportOptions, Outcome, Scope},
        roster::{PhoneShown, RosterOptions, RosterOutcome},
    },
    domain::{
        area::{Kind, Level},
        duty::{Holder, Object, Order, Period, Person, PersonId, Phone, Post, Posting, PostingId, StaffLists},
    },
    formats::{
        profile_toml::{builtin_schemes, parse_profile},
        table::TableKind,
    },
    store::Store,
};

use super::{GRID, check, counted, holders, import, import_bytes, import_with, staff, told, world};
use crate::support::{
    drawn::{self, NEAR, SIDE, area, rectangle},
    staff::change,
    world::{World, errors},
};

#[test]
fn a_row_without_dates_does_not_revive_what_is_over() {
    let world = world(false);
    let rows = format!("{GRID},网格长,,,张三,13800000001,,,,2025-01-01,2025-06-01,\n");
    check(&import(&world, &rows), RosterOutcome::Applied, &[]);
    let rows = format!("{GRID},网格长,,,张三,13800000001,,,,,,\n");
    let report = import(&world, &rows);
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!(report.postings, counted(1, 0, 0, 0));
    assert_eq!(holders(&world, "grid_leader"), ["A1 张三 2025-01-01..2025-06-01", "A1 张三 2026-01-05.."]);
    check(&import(&world, &rows), RosterOutcome::Unchanged, &[]);
    // An end that is past tells of what is over.
    let rows = format!("{GRID},网格长,,,张三,13800000001,,,,,2025-05-01,\n");
    check(&import(&world, &rows), RosterOutcome::Applied, &[]);
    assert_eq!(holders(&world, "grid_leader")[0], "A1 张三 2025-01-01..2025-05-01");
}

#[test]
fn whoever_works_for_somebody_else_now_keeps_the_chair() {
    let world = world(false);
    let behalf = |world: &World| -> Vec<Option<String>> {
        let staff = staff(world);
        let of = |posting: &Posting| match posting.holder {
            Holder::Person(_, Some(id)) => Some(staff.organisation(id).expect("an organisation").name.clone()),
            _ => None,
        };
        staff.postings().iter().map(|posting| of(posting)).collect()
    };
    let row = |role: &str, organisation: &str, from: &str| {
        format!("{GRID},{role},,,张三,13800000001,{organisation},,,{from},,\n")
    };
    let rows = row("网格长", "甲单位", "2025-01-01") + &row("网格员", "甲单位", "2025-01-01");
    check(&import(&world, &rows), RosterOutcome::Applied, &[]);
    assert_eq!(behalf(&world), [None, None], "for his own");
    let rows = row("网格长", "乙单位", "") + &row("网格员", "乙单位", "2025-02-01");
    let report = import(&world, &rows);
    check(&report, RosterOutcome::Applied, &[]);
    assert_eq!(report.postings, counted(0, 2, 0, 0));
    assert_eq!(behalf(&world), [Some("乙单位".to_owned()), Some("乙单位".to_owned())]);
    assert_eq!(holders(&world, "grid_leader"), ["A1 张三 2025-01-01.."]);
    assert_eq!(holders(&world, "grid_worker"), ["A1 张三 2025-02-01.."]);
    // An empty cell says nothing, in whatever row it stands.
    let rows = row("网格长", "", "") + &row("网格长", "乙单位", "");
    check(&import(&world, &rows), RosterOutcome::Unchanged, &["W 3/姓名: row 2 says the same"]);
    for rows in [row("兼职网格员", "", "") + &row("兼职网格员", "乙单位", ""), row("兼职网格员", "", "")]
    {
        import(&world, &rows);
        assert_eq!(holders(&world, "part_time_grid_worker"), ["A1 张三 2026-01-05.."]);
        assert_eq!(behalf(&world)[2], Some("乙单位".to_owned()));
    }
    check(&import(&world, &row("网格长", "甲单位", "")), RosterOutcome::Applied, &[]);
    assert_eq!(behalf(&world)[0], None);
}

/// Codes and widths of strips of a district, of which each file has all.
fn editions(files: &[&[&str]]) -> World {
    let roles = "[[roles]]\nid = \"chief\"\nname = { zh = \"长\", en = \"chief\" }\nlevel = \"b\"\nmin = 0\nmax = 1\n";
    let source = drawn::profile("overlay", "warning", NEAR).source + roles;
    let profile = parse_profile(&source, "drawn.toml", builtin_schemes()).expect("a profile");
    let world = World::empty(&profile);
    for (place, &strips) in files.iter().enumerate() {
        let width = 4 * SIDE / strips.len() as i64;
        let mut areas = vec![area("11", Kind::None, rectangle(0, 0, 4 * SIDE, SIDE))];
        for (at, code) in (0..).zip(strips) {
            areas.push(area(code, Kind::Comprehensive, rectangle(at * width, 0, (at + 1) * width, SIDE)));
        }
        let complete = Some(Scope::new("11", vec![Level(1)]).expect("a scope"));
        let options = ImportOptions { complete, ..ImportOptions::default() };
        let report = world.import_text(&format!("{place}.geojsonl"), drawn::features(&areas), options);
        assert_eq!(report.outcome, Outcome::Published, "{:#?}", errors(&report.findings));
    }
    world
}

#[test]
fn what_goes_out_comes_back_though_areas_and_places_are_gone() {
    let world = editions(&[&["11001", "11002"], &["11003", "11002"], &["11004", "11002"]]);
    let store = world.district.store();
    let id_in = |edition, code: &str| {
        let ids = world.wait(store.area_ids(edition)).expect("numbers");
        ids.into_iter().find(|(known, _)| known == code).expect("an area").1
    };
    let objects = [
        Object::Area(id_in(1, "11001")),
        Object::Area(id_in(2, "11003")),
        Object::Area(id_in(3, "11004")),
        Object::Place(77),
    ];
    world.wait(change(store, |known| {
        let id = known.last_id + 1;
        let phone = Phone("13800000001".to_owned());
        let person = Person { id: PersonId(id), name: "张三".to_owned(), phone, organisation: None };
        let posting = |(at, object)| {
            let post = Post { object, role: "chief".to_owned(), order: Order::A, seat: 50 };
            let holder = Holder::Person(PersonId(id), None);
            Posting { id: PostingId(at), post, holder, stands_in: false, valid: Period::ALWAYS }
        };
        let postings = (id + 1..).zip(objects).map(posting).collect();
        StaffLists { people: vec![person], postings, ..StaffLists::default() }
    }));
    for (kind, name) in [(TableKind::Csv, "a.csv"), (TableKind::Xlsx, "a.xlsx")] {
        let bytes = world.wait(world.district.export_roster(kind, PhoneShown::Whole)).expect("a file");
        if kind == TableKind::Csv {
            let text = String::from_utf8_lossy(&bytes);
            assert!(["11001", "11003", "11004", ",77,"].iter().all(|code| text.contains(code)), "{text}");
        }
        let report = import_bytes(&world, name, &bytes, &RosterOptions::default());
        check(&report, RosterOutcome::Unchanged, &[]);
        assert_eq!(report.postings, counted(0, 0, 0, 4), "{name}");
    }
    // Whoever is new there is judged.
    let rows = "区域编码,点位编号,岗位,席位,姓名\n11001,,chief,,李四\n,77,chief,,李四\n11004,,chief,2,李四\n11001,,chief,,张三\n";
    let report = import_bytes(&world, "a.csv", rows.as_bytes(), &RosterOptions::default());
    let expected = [
        "E 2/区域编码: edition 3, in force when the posting begins, has no area 11001",
        "E 3/点位编号: no place has the number 77",
        "E 4/席位: seat 2 is beyond the 1",
    ];
    check(&report, RosterOutcome::Rejected, &expected);
    assert_eq!(told(&report).len(), 3);
}

#[test]
fn times_below_the_millisecond_are_the_same_at_every_import() {
    let world = world(false);
    let rows = format!("{GRID},网格长,,,张三,13800000001,,,,2025-01-01T00:00:00.1234567Z,,\n");
    check(&import(&world, &rows), RosterOutcome::Applied, &[]);
    check(&import(&world, &rows), RosterOutcome::Unchanged, &[]);
    let rows = rows.replace(",,\n", ",2025-01-01T00:00:00.1239999Z,\n");
    let report = import_with(&world, &rows, &RosterOptions::default());
    check(&report, RosterOutcome::Rejected, &["E 2/止: the end 2025-01-01T00:00:00.123"]);
}
