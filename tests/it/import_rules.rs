//! What an import takes, what it refuses and where it says so; a refused one leaves no trace.

use std::{fs::File, io::Write};

use onemap::{
    app::import::{ImportOptions, ImportReport, Outcome},
    domain::{
        area::{NewArea, Rule, Severity},
        crs::Crs,
        geometry::{MultiPolygon, Position},
        redraw::{Change, validate},
    },
    store::Store,
};

use crate::support::{
    data,
    drawn::{self, NEAR, SIDE},
    world::{World, errors},
};

#[path = "import_rules/load_units.rs"]
mod load_units;

fn quad_world() -> World {
    let world = World::empty(&drawn::profile("overlay", "error", NEAR));
    let report = world.import_text("quad.geojsonl", drawn::features(&drawn::quad()), ImportOptions::default());
    assert_eq!(report.outcome, Outcome::Published, "{:?}", errors(&report.findings));
    world
}

/// What an error must say: its rule, a part of its text, the number of the record.
type Expected<'a> = (Rule, &'a str, Option<u64>);

/// Imports a file onto [`quad_world`]: it is refused with the expected error, and the store is as before.
#[track_caller]
fn refused(world: &World, name: &str, content: impl AsRef<[u8]>, expected: Expected<'_>) -> ImportReport {
    let before = world.digest();
    let report = world.import_text(name, content, ImportOptions::default());
    check_refused(&report, name, expected);
    assert_eq!(world.digest(), before, "{name}");
    report
}

#[track_caller]
fn check_refused(report: &ImportReport, name: &str, (rule, text, record): Expected<'_>) {
    assert_eq!((report.outcome, report.edition), (Outcome::Rejected, None), "{name}: {:?}", report.findings);
    let is_it = |finding: &&onemap::domain::area::Finding| {
        let source = &finding.source;
        let is_there = source.record == record && source.file.starts_with(name);
        finding.severity == Severity::Error && finding.rule == rule && finding.en.contains(text) && is_there
    };
    assert!(report.findings.iter().any(|finding| is_it(&finding)), "{name}, {text}: {:#?}", report.findings);
    let blank = report.findings.iter().find(|finding| finding.zh.is_empty() || finding.en.is_empty());
    assert_eq!(blank, None);
}

/// A good feature, then this one.
fn after_a_good_one(feature: &str) -> String {
    let mut good = drawn::quad().remove(3);
    good.name = "改过".to_owned();
    drawn::feature(&good) + feature
}

/// A feature of level c with the coordinates of one polygon as text.
fn raw(code: &str, coordinates: &str) -> String {
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\",\"level\":\"c\",\"name\":\"x\"}},\
         \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{coordinates}}}}}\n"
    )
}

#[test]
fn a_bad_record_is_named_and_nothing_is_applied() {
    let world = quad_world();
    let unit = drawn::feature(&drawn::quad().remove(4));
    let with = |from: &str, to: &str| {
        assert!(unit.contains(from));
        after_a_good_one(&unit.replace(from, to))
    };
    let coordinates = |ring: &str| after_a_good_one(&raw("11001003", ring));
    let square = "[119.01,25.41],[119.02,25.41],[119.02,25.42],[119.01,25.42]";
    let cases = [
        (with("\"level\":\"c\"", "\"level\":\"z\""), (Rule::Record, "no level", Some(2))),
        (with("\"level\":\"c\"", "\"level\":\"b\""), (Rule::Code, "", Some(2))),
        (with("11001002", "1100A002"), (Rule::Code, "", Some(2))),
        (with("11001002", "1100102"), (Rule::Code, "", Some(2))),
        (with("\"code\":\"11001002\"", "\"code\":\"\""), (Rule::Code, "missing", Some(2))),
        (with("\"code\":\"11001002\"", "\"kode\":\"1\""), (Rule::Code, "missing", Some(2))),
        (with("\"parent\":\"11001\"", "\"parent\":\"11002\""), (Rule::Code, "prefix", Some(2))),
        (with("11001002", "11007001").replace("\"parent\":\"11001\"}", ""), (Rule::Code, "parent", Some(2))),
        (with("11001002", "11001001"), (Rule::Code, "given twice", Some(2))),
        (coordinates(&format!("[[{square}]]")), (Rule::Geometry, "not closed", Some(2))),
        (
            coordinates("[[[119.01,25.41],[119.02,25.42],[119.02,25.41],[119.01,25.42],[119.01,25.41]]]"),
            (Rule::Geometry, "crosses", Some(2)),
        ),
        (coordinates("[[[119.01,25.41],[NaN,25.42],[119.02,25.41],[119.01,25.41]]]"), (Rule::Geometry, "NaN", Some(2))),
        (
            coordinates("[[[25.41,119.01],[25.42,119.01],[25.42,119.02],[25.41,119.01]]]"),
            (Rule::Crs, "latitude before longitude", Some(2)),
        ),
        (
            coordinates("[[[121.1,25.41],[121.2,25.41],[121.2,25.42],[121.1,25.41]]]"),
            (Rule::Crs, "outside the profile's extent", Some(2)),
        ),
        (
            coordinates("[[[119.01,25.41],[119.02,25.41],[119.03,25.41],[119.01,25.41]]]"),
            (Rule::Geometry, "no area", Some(2)),
        ),
        (after_a_good_one("{\"type\":\"Feature\""), (Rule::Record, "", Some(2))),
        (after_a_good_one("oops\n"), (Rule::Record, "", Some(2))),
    ];
    for (i, (content, expected)) in cases.iter().enumerate() {
        refused(&world, &format!("case-{i}.geojsonl"), content, *expected);
    }
    let again = world.import_text("quad.geojsonl", drawn::features(&drawn::quad()), ImportOptions::default());
    assert_eq!((again.outcome, again.unchanged), (Outcome::Unchanged, 7));
}

#[test]
fn a_code_that_stands_twice_is_refused_even_when_it_stands_in_the_store_as_well() {
    let world = quad_world();
    let unit = drawn::feature(&drawn::quad().remove(4));
    refused(&world, "twice.geojsonl", format!("{unit}{unit}"), (Rule::Code, "given twice", Some(2)));
}

#[test]
fn a_table_without_a_declared_system_is_refused_and_taken_with_one() {
    let world = World::empty(&drawn::profile("overlay", "error", NEAR));
    let table = "code,level,name,geom\n11,a,甲,\"POLYGON((119.0 25.4,119.1 25.4,119.1 25.5,119.0 25.5,119.0 25.4))\"\n";
    refused(&world, "areas.csv", table, (Rule::Crs, "does not declare", None));
    for bad in ["119.1 inf", "119.1 nan", "119.1 1e999"] {
        let report = world.import_text("bad.csv", table.replacen("119.1 25.4", bad, 1), with_crs("EPSG:4490"));
        assert_eq!(report.outcome, Outcome::Rejected, "{bad}: {:?}", report.findings);
    }
    let report = world.import_text("areas.csv", table, with_crs("EPSG:4490"));
    assert_eq!((report.outcome, report.created), (Outcome::Published, 1), "{:?}", report.findings);
}

fn with_crs(name: &str) -> ImportOptions {
    ImportOptions { crs: Some(Crs::parse(name).expect("a known system")), ..Default::default() }
}

#[test]
fn files_that_are_none_are_refused() {
    let world = quad_world();
    refused(&world, "empty.geojson", "", (Rule::Record, "", None));
    refused(&world, "empty.csv", "", (Rule::Record, "", None));
    refused(&world, "empty.zip", "", (Rule::Record, "", None));
    refused(&world, "empty.gpkg", "", (Rule::Record, "", None));
    refused(&world, "lonely.shp", shapefile_head(), (Rule::Record, "lonely.dbf is missing", None));
    refused(&world, "text.xyz", "hello", (Rule::Record, "not recognised", None));
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/readers/gdal_shapefile_utf8.zip");
    let whole = std::fs::read(fixture).expect("a fixture of the readers");
    for part in [4, 30, whole.len() / 2, whole.len() - 1] {
        refused(&world, "cut.zip", &whole[..part], (Rule::Record, "", None));
    }
    let before = world.digest();
    let folder = world.folder().join("folder.geojson");
    std::fs::create_dir(&folder).expect("a folder");
    let report = world.import(&[folder, world.folder().join("absent.geojson")], ImportOptions::default());
    check_refused(&report, "folder.geojson", (Rule::Record, "", None));
    check_refused(&report, "absent.geojson", (Rule::Record, "", None));
    assert_eq!(world.digest(), before);
}

/// The hundred bytes that a Shapefile begins with, and no record.
fn shapefile_head() -> Vec<u8> {
    let mut head = vec![0; 100];
    head[..4].copy_from_slice(&9994_i32.to_be_bytes());
    head[24..28].copy_from_slice(&50_i32.to_be_bytes());
    head[28..32].copy_from_slice(&1000_i32.to_le_bytes());
    head[32..36].copy_from_slice(&5_i32.to_le_bytes());
    head
}

#[test]
fn a_record_of_two_gigabytes_is_refused_at_the_limit() {
    let world = quad_world();
    let before = world.digest();
    let good = drawn::feature(&drawn::quad().remove(3));
    let feature = format!("{good}{{\"type\":\"Feature\",\"properties\":{{\"code\":\"11001002\"}},\"x\":\"");
    let table = "code,level,geom\n11001001,c,\"".to_owned();
    for (name, head, record) in [("huge.geojsonl", feature, 2), ("huge.csv", table, 1)] {
        let path = world.write(name, head);
        let mut file = File::options().append(true).open(&path).expect("the file");
        file.write_all(&vec![b'1'; 65 << 20]).expect("65 MiB");
        file.set_len(2 << 30).expect("a sparse file");
        let report = world.import(std::slice::from_ref(&path), with_crs("EPSG:4490"));
        check_refused(&report, name, (Rule::Record, "", Some(record)));
        let said = errors(&report.findings).concat();
        assert!(said.contains("64 MiB") || said.contains(&(64 << 20).to_string()), "{name}: {said}");
        std::fs::remove_file(path).expect("the file");
    }
    assert_eq!(world.digest(), before);
}

#[test]
fn one_changed_record_supersedes_itself_and_the_borders_that_it_gave_a_node() {
    let world = quad_world();
    let store = world.district.store();
    let ids = world.wait(store.area_ids(1)).expect("ids");
    let mut renamed = drawn::quad();
    drawn::of_code(&mut renamed, "11002002").name = "新名".to_owned();
    let report = world.import_text("renamed.geojsonl", drawn::features(&renamed), ImportOptions::default());
    let counts =
        |report: &ImportReport| (report.outcome, report.created, report.changed, report.noded, report.unchanged);
    assert_eq!(counts(&report), (Outcome::Published, 0, 1, 0, 6));

    // A node in the middle of the border between 11001002 and 11002001, which is the border of 11001 and 11002 too.
    let mut unit = renamed.remove(4);
    let corners = [(SIDE, 0), (2 * SIDE, 0), (2 * SIDE + 2, SIDE / 2), (2 * SIDE, SIDE), (SIDE, SIDE)];
    unit.geometry = drawn::polygon(&corners.map(|(x, y)| drawn::p(x, y)), &[]);
    let report = world.import_text("one.geojsonl", drawn::feature(&unit), ImportOptions::default());
    assert_eq!(counts(&report), (Outcome::Published, 0, 1, 3, 0));
    let node = drawn::p(2 * SIDE + 2, SIDE / 2);
    for stored in world.stored() {
        let has_node = stored.geometry.rings().any(|ring| ring.positions().contains(&node));
        let expected = ["11001", "11002", "11001002", "11002001"].contains(&stored.area.code.as_str());
        assert_eq!((has_node, stored.area.from_edition == 3), (expected, expected), "{}", stored.area.code.as_str());
    }
    assert_eq!(world.wait(store.area_ids(3)).expect("ids"), ids);
    let again = world.import_text("one.geojsonl", drawn::feature(&unit), ImportOptions::default());
    assert_eq!(counts(&again), (Outcome::Unchanged, 0, 0, 0, 1));
    // What was only noded is still the record that it came from.
    let all = [&drawn::features(&renamed), &drawn::feature(&unit)].map(String::as_str).concat();
    let again = world.import_text("all.geojsonl", all, ImportOptions::default());
    assert_eq!(counts(&again), (Outcome::Unchanged, 0, 0, 0, 7));
}

#[test]
fn a_dry_run_judges_and_leaves_no_trace() {
    let world = quad_world();
    let before = world.digest();
    let mut renamed = drawn::quad();
    drawn::of_code(&mut renamed, "11002002").name = "新名".to_owned();
    let options = ImportOptions { dry_run: true, ..Default::default() };
    let report = world.import_text("renamed.geojsonl", drawn::features(&renamed), options);
    assert_eq!((report.outcome, report.edition, report.changed), (Outcome::Checked, None, 1));
    assert_eq!(world.digest(), before);
}

#[test]
fn a_retired_code_does_not_come_back() {
    let profile = drawn::profile("overlay", "error", NEAR);
    let change = |area: NewArea| Change { digest: [1; 32], area, source: Default::default() };
    let changes = || drawn::quad().into_iter().map(change).collect::<Vec<_>>();
    let retired = ["11002001".to_owned()];
    let refused = validate(&profile, 0, Vec::new(), changes(), &retired, 0.05).expect_err("a retired code");
    assert!(errors(&refused.findings)[0].contains("11002001 is retired"), "{:?}", refused.findings);
    assert!(validate(&profile, 0, Vec::new(), changes(), &[], 0.05).is_ok());
}

#[test]
fn the_outline_in_gcj02_is_the_outline_in_wgs84_when_it_is_declared_and_clashes_when_not() {
    let file = |system: &str| data::shared(&format!("fixtures/licheng_350304_boundary_{system}.geojson"));
    let district = |options: ImportOptions| ImportOptions { level: data::licheng().find_level("district"), ..options };
    let import = |system: &str, options: ImportOptions| {
        let world = World::empty(data::licheng());
        let report = world.import(&[file(system)], district(options));
        assert_eq!(report.outcome, Outcome::Published, "{system}: {:?}", report.findings);
        world.stored().remove(0).geometry
    };
    let (gcj, wgs) = (import("gcj02", with_crs("gcj02")), import("wgs84", ImportOptions::default()));
    let positions =
        |area: &MultiPolygon| area.rings().flat_map(|ring| ring.positions().to_vec()).collect::<Vec<Position>>();
    assert_eq!(gcj.vertex_count(), wgs.vertex_count());
    for (one, other) in positions(&gcj).into_iter().zip(positions(&wgs)) {
        let off = (one.lon() - other.lon()).abs().max((one.lat() - other.lat()).abs());
        assert!(off <= 20, "{one} in GCJ-02 is {other}: {off} units apart");
    }
    // Alone, and nobody says which datum: the profile knows how far the district reaches.
    let world = World::empty(data::licheng());
    let report = world.import(&[file("gcj02")], district(ImportOptions::default()));
    let warned = |report: &ImportReport| {
        let mut findings = report.findings.iter();
        findings.any(|finding| finding.rule == Rule::Crs && finding.en.contains("look like gcj02"))
    };
    assert!(warned(&report), "{:?}", report.findings);
    let report = World::empty(data::licheng()).import(&[file("wgs84")], district(ImportOptions::default()));
    assert!(!warned(&report), "{:?}", report.findings);
    // Onto the district in WGS 84: half a kilometre off, so that streets reach out of it.
    let world = World::of_areas(data::licheng(), data::demo(300, 1));
    let before = world.digest();
    let report = world.import(&[file("gcj02")], district(ImportOptions::default()));
    assert_eq!(report.outcome, Outcome::Rejected);
    let rules: Vec<Rule> = report.findings.iter().map(|finding| finding.rule).collect();
    assert!(rules.contains(&Rule::Leak), "{:?}", errors(&report.findings));
    assert_eq!(world.digest(), before);
}
