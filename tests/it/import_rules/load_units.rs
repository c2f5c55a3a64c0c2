//! The files of `../shared/load/make_units.py`.

use onemap::{
    app::import::{ImportOptions, Outcome},
    domain::area::Severity,
};

use crate::support::{data, world::World};

#[test]
fn load_units_import_from_every_format_without_an_error_and_twice_changes_nothing() {
    let world = World::empty(data::licheng());
    let options = || ImportOptions { crs: data::make_units_crs(), ..Default::default() };
    for (i, format) in ["csv", "seq", "geojson"].into_iter().enumerate() {
        let files = data::make_units(21, format, world.folder());
        let report = world.import(&files, options());
        assert_eq!(report.count(Severity::Error), 0, "{format}");
        assert!(report.records > 4_300, "{format}: {} records", report.records);
        // The formats say the same to the last bit, so only the first one changes anything.
        let expected = if i == 0 { Outcome::Published } else { Outcome::Unchanged };
        assert_eq!((report.outcome, report.created + report.unchanged), (expected, report.records), "{format}");
    }
    let files = data::make_units(21, "csv", world.folder());
    let again = world.import(&files, options());
    assert_eq!((again.outcome, again.unchanged, again.edition), (Outcome::Unchanged, again.records, None));
}

#[test]
fn load_units_of_another_seed_import_from_one_file_a_level() {
    let world = World::empty(data::licheng());
    let files = data::make_units(22, "geojson", world.folder());
    let report = world.import(&files, ImportOptions::default());
    assert_eq!((report.outcome, report.created), (Outcome::Published, report.records), "{:?}", report.findings);
    assert_eq!(report.count(Severity::Error), 0);
}
