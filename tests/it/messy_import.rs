//! Real data that nobody here drew: the raw counties are refused for exactly what is wrong with them.

use std::collections::BTreeSet;

use onemap::{
    app::import::{ImportOptions, Outcome},
    domain::{
        area::{Rule, Severity},
        geometry::Position,
    },
};

use crate::support::{data, world::World};

/// The codes of a file of features, a line each.
fn codes(file: &std::path::Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("the unpacked fixture");
    let code = |line: &str| {
        let feature: serde_json::Value = serde_json::from_str(line).expect("a feature");
        feature["properties"]["code"].as_str().expect("a code").to_owned()
    };
    text.lines().map(code).collect()
}

#[test]
fn raw_counties_are_refused_for_exactly_their_invalid_features() {
    let world = World::empty(&data::us_counties());
    let before = world.digest();
    let file = data::us_counties_file("raw", world.folder());
    let codes = codes(&file);
    let report = world.import(&[file], ImportOptions::default());
    assert_eq!((report.outcome, report.edition, report.records), (Outcome::Rejected, None, codes.len() as u64));
    let mut found = BTreeSet::new();
    for finding in report.findings.iter().filter(|finding| finding.severity == Severity::Error) {
        assert_eq!(finding.rule, Rule::Geometry, "{finding:?}");
        assert_eq!(finding.source.file, "raw.geojsonl");
        let record = finding.source.record.expect("a finding stands at a record");
        found.insert(codes[record as usize - 1].clone());
    }
    let expected: BTreeSet<String> = data::us_counties_invalid().into_iter().collect();
    assert_eq!(expected.len(), 42);
    assert_eq!(found, expected, "only ours: {:?}, only listed: {:?}", &found - &expected, &expected - &found);
    assert_eq!(world.digest(), before);
}

#[test]
fn repaired_counties_import_without_an_error_and_locate() {
    let world = World::empty(&data::us_counties());
    let file = data::us_counties_file("repaired", world.folder());
    let count = codes(&file).len() as u64;
    let report = world.import(std::slice::from_ref(&file), ImportOptions::default());
    assert_eq!(report.count(Severity::Error), 0, "{:?}", report.findings);
    assert_eq!((report.outcome, report.created, report.edition), (Outcome::Published, count, Some(1)));
    let snapshot = world.snapshot();
    for (lon, lat, expected) in [
        (-104.9903, 39.7392, ["08", "08031"]),
        (-73.9857, 40.7585, ["36", "36061"]),
        (-157.8583, 21.3069, ["15", "15003"]),
        (-149.9003, 61.2181, ["02", "02020"]),
        (-66.1057, 18.4655, ["72", "72127"]),
        (-87.6298, 41.8781, ["17", "17031"]),
    ] {
        let located = snapshot.locate(Position::from_degrees(lon, lat).expect("in the world"));
        let codes: Vec<&str> = located.chain.iter().map(|&area| snapshot.hierarchy.area(area).code.as_str()).collect();
        assert_eq!(codes, expected, "{lon} {lat}");
    }
    let again = world.import(&[file], ImportOptions::default());
    assert_eq!((again.outcome, again.unchanged, again.edition), (Outcome::Unchanged, count, None));
}
