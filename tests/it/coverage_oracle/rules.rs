//! What is beyond the tolerance is found, named, placed and measured.

use onemap::domain::{
    area::{Finding, Kind, NewArea, Rule, Severity},
    geometry::measure::LocalMetric,
};

use super::{said, validated};
use crate::support::{
    drawn::{self, NEAR, SIDE, area, of_code, polygon, rectangle},
    world::World,
};

/// Square metres of a square lattice unit around the drawn districts.
fn unit_m2() -> f64 {
    let metric = LocalMetric::at(drawn::p(SIDE, SIDE));
    metric.metres_per_unit_east() * metric.metres_per_unit_north()
}

fn checked(overlap: &str, areas: Vec<NewArea>) -> Vec<Finding> {
    let mut findings = match validated(&drawn::profile(overlap, "error", NEAR), areas) {
        Ok(draft) => draft.findings().to_vec(),
        Err(invalid) => invalid.findings,
    };
    findings.retain(|found| found.rule != Rule::Body);
    findings
}

/// Rule and areas of a finding.
fn named(found: &Finding) -> (Rule, Vec<&str>) {
    (found.rule, found.areas.iter().map(|code| code.as_str()).collect())
}

/// Moves the border between 11001001 and 11001002 on the first one's side only, by `units` to the east.
fn moved(units: i64) -> Vec<NewArea> {
    let mut areas = drawn::quad();
    of_code(&mut areas, "11001001").geometry = rectangle(0, 0, SIDE + units, SIDE);
    areas
}

#[track_caller]
fn check(findings: &[Finding], expected: &[(Rule, &[&str], i64)]) {
    let ours: Vec<_> = findings.iter().map(named).collect();
    let theirs: Vec<_> = expected.iter().map(|(rule, codes, _)| (*rule, codes.to_vec())).collect();
    assert_eq!(ours, theirs, "{:#?}", said(findings));
    for (found, (_, _, size)) in findings.iter().zip(expected) {
        let (found_m2, expected_m2) = (found.area_m2.expect("a size"), *size as f64 * unit_m2());
        assert!(
            (found_m2 - expected_m2).abs() <= 0.01 + expected_m2 * 1e-5,
            "{} is not {expected_m2}",
            said(findings)[0]
        );
        assert!(found.position.is_some() && found.piece.is_some(), "{found:?} has nowhere to fly to");
    }
}

#[test]
fn borders_up_to_the_tolerance_apart_are_one_and_beyond_it_are_found() {
    for units in [-4, -1, 0, 1, 4] {
        check(&checked("overlay", moved(units)), &[]);
    }
    check(&checked("overlay", moved(50)), &[(Rule::Overlap, &["11001001", "11001002"], 50 * SIDE)]);
    check(&checked("overlay", moved(-50)), &[(Rule::Gap, &["11001"], 50 * SIDE)]);
    let found = checked("overlay", moved(50));
    let position = found[0].position.expect("a place");
    assert!((1_190_000_000 + SIDE as i32..=1_190_000_050 + SIDE as i32).contains(&position.lon()), "{position}");
    assert!(found[0].piece.is_some());
}

#[test]
fn a_level_that_leaks_is_found() {
    // 11001002 reaches out of 11001 into 11002001.
    let mut areas = drawn::quad();
    of_code(&mut areas, "11001002").geometry = rectangle(SIDE, 0, 2 * SIDE + 70, SIDE);
    let expected: [(Rule, &[&str], i64); 2] =
        [(Rule::Overlap, &["11001002", "11002001"], 70 * SIDE), (Rule::Leak, &["11001002"], 70 * SIDE)];
    check(&checked("overlay", areas), &expected);
    // 11002002 reaches out of everything, 11002 with it.
    let mut areas = drawn::quad();
    of_code(&mut areas, "11002002").geometry = rectangle(3 * SIDE, 0, 4 * SIDE + 70, SIDE);
    of_code(&mut areas, "11002").geometry = rectangle(2 * SIDE, 0, 4 * SIDE + 70, SIDE);
    check(&checked("overlay", areas), &[(Rule::Leak, &["11002"], 70 * SIDE)]);
    let mut areas = drawn::quad();
    of_code(&mut areas, "11002002").geometry = rectangle(3 * SIDE, 0, 4 * SIDE + 70, SIDE);
    check(&checked("overlay", areas), &[(Rule::Leak, &["11002002"], 70 * SIDE)]);
}

#[test]
fn t_junctions_are_no_fault_and_slivers_are() {
    // 11001002 is cut across: its neighbours have no vertex there.
    let mut areas = drawn::quad();
    of_code(&mut areas, "11001002").geometry = rectangle(SIDE, 0, 2 * SIDE, SIDE / 2);
    areas.push(area("11001003", Kind::Comprehensive, rectangle(SIDE, SIDE / 2, 2 * SIDE, SIDE)));
    check(&checked("overlay", areas.clone()), &[]);
    // A sliver of a triangle: as long as the side, 30 units wide at its base.
    let sliver = [(SIDE, 0), (2 * SIDE, 0), (2 * SIDE, SIDE / 2), (SIDE, SIDE / 2 - 30)].map(|(x, y)| drawn::p(x, y));
    of_code(&mut areas, "11001002").geometry = polygon(&sliver, &[]);
    check(&checked("overlay", areas), &[(Rule::Gap, &["11001"], 15 * SIDE)]);
}

#[test]
fn enclaves_in_enclaves_tile() {
    let square = |reach: i64| {
        let (low, high) = (SIDE / 2 - reach, SIDE / 2 + reach);
        [(low, low), (high, low), (high, high), (low, high)].map(|(x, y)| drawn::p(x, y))
    };
    let mut areas = drawn::quad();
    let walls = [(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE)].map(|(x, y)| drawn::p(x, y));
    of_code(&mut areas, "11001001").geometry = polygon(&walls, &[&square(4_000)]);
    areas.push(area("11001003", Kind::Comprehensive, polygon(&square(4_000), &[&square(3_000)])));
    areas.push(area("11001004", Kind::Comprehensive, polygon(&square(3_000), &[&square(1_000)])));
    check(&checked("overlay", areas.clone()), &[(Rule::Gap, &["11001"], 2_000 * 2_000)]);
    areas.push(area("11001005", Kind::Comprehensive, polygon(&square(1_000), &[])));
    check(&checked("overlay", areas), &[]);
}

#[test]
fn stacked_areas_are_fine_on_a_stackable_level_only() {
    let mut areas = drawn::quad();
    areas.push(area("11001003", Kind::Comprehensive, rectangle(SIDE, 0, 2 * SIDE, SIDE)));
    check(&checked("overlay", areas.clone()), &[]);
    // Not quite the same footprint: no stack.
    of_code(&mut areas, "11001003").geometry = rectangle(SIDE, 0, 2 * SIDE, SIDE - 100);
    let size = SIDE * (SIDE - 100);
    check(&checked("overlay", areas), &[(Rule::Overlap, &["11001002", "11001003"], size)]);
    // Another grid's unit: no stack either, and a leak.
    let mut areas = drawn::quad();
    areas.push(area("11002003", Kind::Comprehensive, rectangle(SIDE, 0, 2 * SIDE, SIDE)));
    let size = SIDE * SIDE;
    let expected: [(Rule, &[&str], i64); 2] =
        [(Rule::Overlap, &["11001002", "11002003"], size), (Rule::Leak, &["11002003"], size)];
    check(&checked("overlay", areas), &expected);
    let mut areas = drawn::quad();
    areas.push(area("11003", Kind::Comprehensive, rectangle(2 * SIDE, 0, 4 * SIDE, SIDE)));
    check(&checked("overlay", areas), &[(Rule::Overlap, &["11002", "11003"], 2 * size)]);
}

/// An exclusive unit in the middle of the border between 11001001 and 11001002.
fn with_exclusive() -> Vec<NewArea> {
    let mut areas = drawn::quad();
    areas.push(area("11001900", Kind::Exclusive, rectangle(SIDE - 1_000, 2_000, SIDE + 3_000, 4_000)));
    areas
}

#[test]
fn an_exclusive_area_lies_over_the_others_under_overlay_and_cuts_them_under_carve() {
    check(&checked("overlay", with_exclusive()), &[]);
    let expected: [(Rule, &[&str], i64); 2] =
        [(Rule::Exclusive, &["11001002"], 3_000 * 2_000), (Rule::Exclusive, &["11001001"], 1_000 * 2_000)];
    check(&checked("carve", with_exclusive()), &expected);
    for (policy, cut) in [("overlay", 0), ("carve", 1)] {
        let world = World::of_areas(&drawn::profile(policy, "error", NEAR), with_exclusive());
        let size = |code: &str| {
            let stored = world.stored().into_iter().find(|stored| stored.area.code.as_str() == code);
            super::doubled(&stored.expect("the unit").geometry) / 2
        };
        assert_eq!(size("11001001"), i128::from(SIDE * SIDE - cut * 1_000 * 2_000), "{policy}");
        assert_eq!(size("11001002"), i128::from(SIDE * SIDE - cut * 3_000 * 2_000), "{policy}");
        assert_eq!(size("11001900"), 4_000 * 2_000, "{policy}");
        let snapshot = world.snapshot();
        let code = |x: i64, y: i64| {
            let chain = snapshot.locate(drawn::p(x, y)).chain;
            chain.last().map(|&area| snapshot.hierarchy.area(area).code.as_str().to_owned())
        };
        assert_eq!(code(SIDE + 1, 3_000).as_deref(), Some("11001900"), "{policy}");
        assert_eq!(code(SIDE + 1, 5_000).as_deref(), Some("11001002"), "{policy}");
    }
    // Two exclusive ones on one ground are an overlap under both.
    let mut areas = with_exclusive();
    areas.push(area("11001901", Kind::Exclusive, rectangle(SIDE, 3_000, SIDE + 1_000, 5_000)));
    for policy in ["overlay", "carve"] {
        let found = checked(policy, areas.clone());
        let overlap = found.iter().find(|found| found.rule == Rule::Overlap).expect("an overlap");
        assert_eq!(named(overlap).1, ["11001900", "11001901"]);
        assert_eq!(overlap.severity, Severity::Error);
    }
}

/// Used to be an overlap: the units below an exclusive grid share ground with those below the grid that it lies over.
#[test]
fn what_lies_below_an_exclusive_area_lies_over_the_others_too() {
    let mut areas = drawn::quad();
    let ground = || rectangle(SIDE - 1_000, 2_000, SIDE + 3_000, 4_000);
    areas.push(area("11900", Kind::Exclusive, ground()));
    areas.push(area("11900001", Kind::Comprehensive, ground()));
    check(&checked("overlay", areas.clone()), &[]);
    let snapshot = World::of_areas(&drawn::profile("overlay", "error", NEAR), areas).snapshot();
    let chain = snapshot.locate(drawn::p(SIDE + 1, 3_000)).chain;
    let codes: Vec<&str> = chain.iter().map(|&area| snapshot.hierarchy.area(area).code.as_str()).collect();
    assert_eq!(codes, ["11", "11900", "11900001"]);
}

/// Used to panic: an area without an inside has no place for a label.
#[test]
fn an_exclusive_area_over_the_whole_of_another_leaves_nothing_to_carve() {
    let mut areas = drawn::quad();
    areas.push(area("11001900", Kind::Exclusive, rectangle(SIDE, 0, 2 * SIDE, SIDE)));
    check(&checked("overlay", areas.clone()), &[]);
    let found = checked("carve", areas);
    let error = found.iter().find(|found| found.severity == Severity::Error).expect("an error");
    assert_eq!((error.rule, error.areas[0].as_str()), (Rule::Exclusive, "11001002"), "{error:?}");
    assert!(error.en.contains("11001002"), "{error:?}");
}
