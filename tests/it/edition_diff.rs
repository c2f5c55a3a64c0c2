//! What differs between two editions, and what an import that is complete retires.

use onemap::{
    app::import::{ImportError, ImportOptions, ImportReport, Outcome, Scope, ScopeError},
    domain::{
        area::{Kind, Level, NewArea, Rule, Severity, Snapshot},
        geometry::Position,
        redraw::diff::{Change, Diff, Kinship, Party, Weighting, diff, heirs},
    },
    store::Store,
};

use crate::support::{
    drawn::{self, NEAR, SIDE, area, p, polygon, rectangle},
    world::{World, errors},
};

/// An area of the second level: the last three digits of its code, from and to in cells.
type Strip = (u32, f64, f64);

fn outline(from: f64, to: f64) -> onemap::domain::geometry::MultiPolygon {
    let at = |cells: f64| (cells * SIDE as f64) as i64;
    rectangle(at(from), 0, at(to), SIDE)
}

fn strip(&(number, from, to): &Strip) -> NewArea {
    area(&format!("11{number:03}"), Kind::Comprehensive, outline(from, to))
}

/// The district, four cells wide, and strips of it.
fn district(strips: &[Strip]) -> Vec<NewArea> {
    let whole = area("11", Kind::None, outline(0.0, 4.0));
    std::iter::once(whole).chain(strips.iter().map(strip)).collect()
}

/// Options of an import that holds all areas of the second level.
fn complete() -> ImportOptions {
    let scope = Scope::new("11", vec![Level(1)]).expect("a code");
    ImportOptions { complete: Some(scope), ..Default::default() }
}

/// A world with two editions.
fn two(before: Vec<NewArea>, after: Vec<NewArea>) -> World {
    let world = World::empty(&drawn::profile("overlay", "warning", NEAR));
    for (name, areas) in [("before.geojsonl", before), ("after.geojsonl", after)] {
        let report = world.import_text(name, drawn::features(&areas), complete());
        assert_eq!(report.outcome, Outcome::Published, "{:#?}", errors(&report.findings));
    }
    world
}

fn edition(world: &World, number: u32) -> Snapshot {
    world
        .wait(world.district.snapshot_of_edition(number, std::future::ready(Ok(Default::default())), None))
        .expect("an answer")
        .expect("an edition")
}

fn differ(world: &World, homes: &[(Position, u32)]) -> Diff {
    diff(&edition(world, 1), &edition(world, 2), homes).expect("a difference")
}

fn code(party: &Option<Party>) -> &str {
    party.as_ref().map_or("-", |party| &party.code[2..])
}

/// The changes as `kind before after`, codes without their prefix.
fn told(diff: &Diff) -> Vec<String> {
    let line = |change: &Change| format!("{} {} {}", change.kind.id(), code(&change.before), code(&change.after));
    diff.changes.iter().map(line).collect()
}

/// The lineage as `before after relation share share`.
fn kin(diff: &Diff) -> Vec<String> {
    let line = |kin: &Kinship| {
        let relation = kin.relation().id();
        format!("{} {} {relation} {} {}", code(&kin.before), code(&kin.after), kin.share_before, kin.share_after)
    };
    diff.lineage.iter().map(line).collect()
}

#[track_caller]
fn check(before: &[Strip], after: &[Strip], changes: &[&str], lineage: &[&str]) {
    let found = differ(&two(district(before), district(after)), &[]);
    assert_eq!(
        (told(&found), kin(&found)),
        (changes.iter().map(|it| it.to_string()).collect(), lineage.iter().map(|it| it.to_string()).collect())
    );
}

#[test]
fn what_is_divided_joined_moved_and_recoded_is_told_apart() {
    let halves = [(1, 0.0, 2.0), (2, 2.0, 4.0)];
    check(
        &halves,
        &[(3, 0.0, 1.0), (4, 1.0, 2.0), (2, 2.0, 4.0)],
        &["created - 003", "created - 004", "retired 001 -", "split 001 -"],
        &["001 003 split 0.5 1", "001 004 split 0.5 1"],
    );
    check(
        &halves,
        &[(1, 0.0, 0.5), (3, 0.5, 2.0), (2, 2.0, 4.0)],
        &["created - 003", "split 001 -"],
        &["001 001 kept 0.25 1", "001 003 split 0.75 1"],
    );
    check(
        &halves,
        &[(5, 0.0, 4.0)],
        &["created - 005", "retired 001 -", "retired 002 -", "merged - 005"],
        &["001 005 merged 1 0.5", "002 005 merged 1 0.5"],
    );
    check(
        &halves,
        &[(1, 0.0, 4.0)],
        &["retired 002 -", "merged - 001"],
        &["001 001 kept 1 0.5", "002 001 merged 1 0.5"],
    );
    check(
        &halves,
        &[(1, 0.0, 2.5), (2, 2.5, 4.0)],
        &["reshaped 001 001", "reshaped 002 002"],
        &["001 001 kept 1 0.8", "002 001 transferred 0.25 0.2", "002 002 kept 0.75 1"],
    );
    check(&halves, &[(9, 0.0, 2.0), (2, 2.0, 4.0)], &["recoded 001 009", "renamed 001 009"], &["001 009 recoded 1 1"]);
    check(&halves[..1], &halves, &["created - 002"], &["- 002 created 0 1"]);
    check(&halves, &halves[..1], &["retired 002 -"], &["002 - retired 1 0"]);
}

#[test]
fn names_and_attributes_are_told_and_noded_borders_are_not() {
    let before = district(&[(1, 0.0, 2.0), (2, 2.0, 4.0)]);
    let mut after = before.clone();
    after[1].name = "新名".to_owned();
    after[2].households = Some(12);
    let found = differ(&two(before.clone(), after), &[]);
    assert_eq!(told(&found), ["renamed 001 001", "updated 002 002"]);
    assert_eq!(kin(&found), ["001 001 kept 1 1"]);

    // A node amid the common border, 2 cm aside: both rows are new, nothing has moved.
    let mut after = before.clone();
    let corners = [p(0, 0), p(2 * SIDE, 0), p(2 * SIDE + 2, SIDE / 2), p(2 * SIDE, SIDE), p(0, SIDE)];
    after[1] = area("11001", Kind::Comprehensive, polygon(&corners, &[]));
    let world = two(before, after);
    let rows = world.stored().iter().filter(|stored| stored.area.from_edition == 2).count();
    assert!(rows >= 2, "the neighbour got the node: {rows}");
    let found = differ(&world, &[]);
    assert_eq!((told(&found), kin(&found)), (vec![], vec![]));
}

#[test]
fn households_go_with_buildings_and_else_with_the_ground() {
    let mut before = district(&[(1, 0.0, 4.0)]);
    before[1].households = Some(11);
    let after = district(&[(2, 0.0, 1.0), (3, 1.0, 4.0)]);
    let world = two(before, after);
    let shares = |homes: &[(Position, u32)]| -> Vec<_> {
        let found = differ(&world, homes);
        found.lineage.iter().map(|kin| (kin.households, kin.weighting)).collect()
    };
    let by = |weighting, parts: [u32; 2]| parts.map(|part| (Some(part), Some(weighting))).to_vec();
    assert_eq!(shares(&[]), by(Weighting::Area, [3, 8]));
    let home = |cells: f64, households| (p((cells * SIDE as f64) as i64, SIDE / 2), households);
    assert_eq!(shares(&[home(0.5, 30), home(2.0, 8), home(3.0, 1)]), by(Weighting::Buildings, [8, 3]));
    assert_eq!(shares(&[home(9.0, 5)]), by(Weighting::Area, [3, 8]), "a building elsewhere says nothing");
}

#[test]
fn stairwells_are_their_own_successors() {
    let stairs = |numbers: &[u32]| -> Vec<NewArea> {
        let stair = |number: &u32| area(&format!("11001{number:03}"), Kind::Comprehensive, outline(0.0, 1.0));
        let beside = area("11001009", Kind::Comprehensive, outline(1.0, 4.0));
        let mut areas = district(&[(1, 0.0, 4.0)]);
        areas.extend(numbers.iter().map(stair).chain([beside]));
        areas
    };
    let world = World::empty(&drawn::profile("overlay", "warning", NEAR));
    let scope = Scope::new("*", vec![Level(2)]).expect("a scope");
    let options = || ImportOptions { complete: Some(scope.clone()), ..Default::default() };
    for (name, numbers) in [("a.geojsonl", &[1, 2, 3][..]), ("b.geojsonl", &[1, 2, 4])] {
        let report = world.import_text(name, drawn::features(&stairs(numbers)), options());
        assert_eq!(report.outcome, Outcome::Published, "{:#?}", errors(&report.findings));
    }
    let found = differ(&world, &[]);
    assert_eq!(told(&found), ["recoded 001003 001004", "renamed 001003 001004"]);
}

#[test]
fn a_complete_file_retires_what_it_leaves_out_and_nothing_else() {
    let world = two(district(&[(1, 0.0, 2.0), (2, 2.0, 4.0)]), district(&[(3, 0.0, 2.0), (2, 2.0, 4.0)]));
    let store = world.district.store();
    assert_eq!(world.wait(store.retired_codes(2)).expect("codes"), ["11001"]);
    let retired = world.wait(store.retired_area("11001", 2)).expect("an answer").expect("it was there");
    assert_eq!((retired.retired_in, retired.level, &*retired.name), (2, Level(1), "区域 11001"));
    let now = edition(&world, 2);
    let follow = heirs(&now, retired.level, &retired.geometry).expect("heirs");
    let codes: Vec<&str> = follow.iter().map(|&(heir, _)| &*now.hierarchy.area(heir).code).collect();
    assert_eq!(codes, ["11003"]);
    // A retired code never comes back.
    let report = world.import_text("again.geojsonl", drawn::features(&[strip(&(1, 0.0, 2.0))]), complete());
    assert_eq!(report.outcome, Outcome::Rejected);
    // Without a scope nothing is retired.
    let report = world.import_text("part.geojsonl", drawn::features(&district(&[])), ImportOptions::default());
    assert_eq!((report.outcome, report.retired), (Outcome::Unchanged, 0));
}

/// Imports the district without its first strip, whose two units stay unless `levels` has theirs.
fn leave_out(levels: Vec<Level>) -> (World, ImportReport) {
    let world = World::empty(&drawn::profile("overlay", "warning", NEAR));
    let mut areas = district(&[(1, 0.0, 2.0), (2, 2.0, 4.0)]);
    areas.extend(
        [(1, 0.0), (2, 1.0)]
            .map(|(number, from)| area(&format!("11001{number:03}"), Kind::Comprehensive, outline(from, from + 1.0))),
    );
    world.import_text("before.geojsonl", drawn::features(&areas), ImportOptions::default());
    let scope = Scope::new("11", levels).expect("a scope");
    let options = ImportOptions { complete: Some(scope), ..Default::default() };
    let after = district(&[(2, 2.0, 4.0)]);
    let report = world.import_text("after.geojsonl", drawn::features(&after[1..]), options);
    (world, report)
}

#[test]
fn nothing_is_left_without_its_parent() {
    let (world, report) = leave_out(Vec::new());
    assert_eq!(report.outcome, Outcome::Rejected);
    let orphaned = report.findings.iter().find(|finding| finding.severity == Severity::Error).expect("an error");
    let areas: Vec<&str> = orphaned.areas.iter().map(|code| &**code).collect();
    assert_eq!((orphaned.rule, areas), (Rule::Code, vec!["11001", "11001001", "11001002"]));
    assert_eq!(world.digest().1, 1, "nothing was published");
    let (world, report) = leave_out(vec![Level(1), Level(2)]);
    assert_eq!((report.outcome, report.retired), (Outcome::Published, 3), "{:#?}", errors(&report.findings));
    assert_eq!(world.stored().len(), 2);
}

#[test]
fn a_scope_names_an_area() {
    let world = two(district(&[(1, 0.0, 4.0)]), district(&[(1, 0.0, 2.0), (2, 2.0, 4.0)]));
    let path = world.write("a.geojsonl", drawn::features(&district(&[])));
    let source = onemap::app::import::ImportSource { name: "a".to_owned(), path, content_type: None };
    let scope = Scope::new("99", Vec::new()).expect("a code");
    let options = ImportOptions { complete: Some(scope), ..Default::default() };
    let failed =
        world.wait(world.district.import(None, vec![source], options, Default::default())).expect_err("no area 99");
    assert!(matches!(failed, ImportError::Scope(ScopeError::NoArea(code)) if code == "99"));
    assert!(Scope::new("一", Vec::new()).is_err() && Scope::new("", Vec::new()).is_err());
}
