//! Readers against the conformance set of bad inputs and against files of other programs.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use onemap::formats::record::{DeclaredCrs, ReadItem, RecordError};
use onemap::formats::source_kind::SourceKind;
use onemap::formats::source_layer::open;
use proptest::prelude::*;

/// What reading a file comes to.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// This many records, all readable; whether they are valid is judged later.
    Records(usize),
    /// The file or its first record cannot be read, for a reason that contains this text.
    Refused(&'static str),
}

use Outcome::{Records, Refused};

/// Every geometry, text and document of the conformance set, with what its reader makes of it.
const GEOJSON: &[(&str, Outcome)] = &[
    ("geom_antimeridian.geojson", Records(1)),
    ("geom_axes_swapped.geojson", Records(1)),
    ("geom_bad_type.geojson", Refused("geometry type polygon is not supported")),
    ("geom_bowtie.geojson", Records(1)),
    ("geom_collection.geojson", Refused("GeometryCollection is not supported")),
    ("geom_empty_ring.geojson", Refused("a ring is empty")),
    ("geom_five_dim.geojson", Records(1)),
    ("geom_hole_crosses.geojson", Records(1)),
    ("geom_hole_outside.geojson", Records(1)),
    ("geom_infinity.geojson", Refused("not Infinity")),
    ("geom_line.geojson", Records(1)),
    ("geom_nan.geojson", Refused("not NaN")),
    ("geom_no_type.geojson", Refused("the geometry has no type")),
    ("geom_null.geojson", Records(1)),
    ("geom_nulls.geojson", Refused("not null")),
    ("geom_out_of_range_lat.geojson", Records(1)),
    ("geom_out_of_range_lon.geojson", Records(1)),
    ("geom_pole.geojson", Records(1)),
    ("geom_self_touch.geojson", Records(1)),
    ("geom_spike.geojson", Records(1)),
    ("geom_strings.geojson", Refused("not \"104\"")),
    ("geom_three_positions.geojson", Refused("a ring has 3 positions")),
    ("geom_unclosed.geojson", Refused("a ring is not closed")),
    ("geom_zero_area.geojson", Records(1)),
    ("json_array.json", Refused("the document is an array")),
    ("json_dup_keys.json", Refused("member code is there twice")),
    ("json_empty.json", Refused("the file is empty")),
    ("json_huge_integer.json", Records(1)),
    ("json_number_code.json", Records(1)),
    ("json_props_array.json", Refused("properties is not an object")),
    ("json_trailing.json", Refused("text after the end")),
    ("text_code_empty.json", Records(1)),
    ("text_code_fullwidth.json", Records(1)),
    ("text_code_letters.json", Records(1)),
    ("text_code_path.json", Records(1)),
    ("text_code_sql.json", Records(1)),
    ("text_gbk.json", Refused("it looks like GBK")),
    ("text_invalid_utf8.json", Refused("not UTF-8")),
    ("text_nul.json", Refused("U+0000")),
    ("text_surrogate.json", Refused("surrogate")),
    ("text_utf16.json", Refused("UTF-16")),
];

/// Every archive of the conformance set.
const ARCHIVES: &[(&str, Outcome)] = &[
    ("shp_bowtie.zip", Records(1)),
    ("shp_count.zip", Refused("2000000000 points are announced")),
    ("shp_gbk.zip", Records(1)),
    ("shp_gbk_lies.zip", Refused("not UTF-8, it looks like GBK")),
    ("shp_nan.zip", Refused("not finite")),
    ("shp_no_dbf.zip", Refused("g.dbf is missing")),
    ("shp_no_prj.zip", Records(1)),
    ("shp_truncated.zip", Refused("the .shp ends before its last record")),
    ("zip_absolute.zip", Refused("unsafe path")),
    ("zip_dup.zip", Refused("twice")),
    ("zip_many.zip", Refused("400 entries")),
    ("zip_nested.zip", Refused("archive in the archive")),
    ("zip_symlink.zip", Refused("is a link")),
    ("zip_traversal.zip", Refused("unsafe path")),
];

fn bad_inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/bad_inputs")
}

fn bytes_of(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{} must be there: {error}", path.display()))
}

/// The coordinate system of the first layer, and all items of all layers.
fn read(kind: SourceKind, bytes: &[u8]) -> Result<(DeclaredCrs, Vec<ReadItem>), RecordError> {
    let layers = open(kind, Cursor::new(bytes.to_vec()))?;
    let crs = layers[0].crs.clone();
    Ok((crs, layers.into_iter().flat_map(|layer| layer.items).collect()))
}

fn read_file(name: &str, bytes: &[u8]) -> Result<(DeclaredCrs, Vec<ReadItem>), RecordError> {
    read(SourceKind::detect(Some(name), None, bytes)?, bytes)
}

#[track_caller]
fn check(name: &str, expected: &Outcome) {
    let bytes = bytes_of(&bad_inputs().join(name));
    let errors: Vec<RecordError> = match read_file(name, &bytes) {
        Err(error) => vec![error],
        Ok((_, items)) => {
            if let Records(count) = expected {
                assert_eq!(items.len(), *count, "{name}: {items:?}");
            }
            let error = |item| if let ReadItem::Bad { error, .. } = item { Some(error) } else { None };
            items.into_iter().filter_map(error).collect()
        }
    };
    match expected {
        Records(_) => assert_eq!(errors, [], "{name}"),
        Refused(reason) => {
            let error = errors.first().unwrap_or_else(|| panic!("{name} was not refused"));
            assert!(error.en.contains(reason), "{name}: {}", error.en);
            assert!(!error.zh.is_empty() && !error.allowed.is_empty(), "{name}: {error:?}");
        }
    }
}

#[test]
fn every_bad_document_is_refused_or_left_to_validation() {
    GEOJSON.iter().for_each(|(name, expected)| check(name, expected));
}

#[test]
fn every_bad_archive_is_refused_or_left_to_validation() {
    ARCHIVES.iter().for_each(|(name, expected)| check(name, expected));
}

#[test]
fn no_file_of_the_conformance_set_is_left_out() {
    let cases = bytes_of(&bad_inputs().join("cases.json"));
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&cases).expect("cases.json is a list");
    let ours = |name: &&str| ["geom_", "json_", "text_", "shp_", "zip_"].iter().any(|start| name.starts_with(start));
    let wanted: BTreeSet<&str> = cases.iter().filter_map(|case| case["file"].as_str()).filter(ours).collect();
    let tested: BTreeSet<&str> = GEOJSON.iter().chain(ARCHIVES).map(|(name, _)| *name).collect();
    assert_eq!(tested, wanted);
    // What the reader lets pass must be a case whose answer is not forced by reading alone.
    for (name, outcome) in ARCHIVES {
        let case = cases.iter().find(|case| case["file"] == *name).expect("every file has a case");
        let may_pass = case["expect"].as_array().expect("a list").iter().any(|status| status == 200);
        assert!(may_pass || *outcome != Records(1), "{name}");
    }
}

#[test]
fn gbk_attributes_come_out_right() {
    let (crs, items) = read_file("shp_gbk.zip", &bytes_of(&bad_inputs().join("shp_gbk.zip"))).expect("a Shapefile");
    assert!(matches!(crs, DeclaredCrs::Epsg(4326 | 4490)), "{crs:?}");
    let [ReadItem::Record(record)] = items.as_slice() else { panic!("{items:?}") };
    let values: Vec<&str> = record.fields.values().map(String::as_str).collect();
    assert!(values.iter().any(|value| value.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c))), "{values:?}");
    assert!(!values.iter().any(|value| value.contains('\u{fffd}')), "{values:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_by_every_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for kind in [SourceKind::GeoJson, SourceKind::Csv, SourceKind::ShapefileZip] {
            drop(read(kind, &bytes));
        }
    }

    #[test]
    fn any_damage_to_an_archive_is_survived(at in 0_usize..900, byte in any::<u8>(), cut in 0_usize..900) {
        let mut bytes = bytes_of(&bad_inputs().join("shp_gbk.zip"));
        let at = at % bytes.len();
        bytes[at] = byte;
        drop(read(SourceKind::ShapefileZip, &bytes));
        bytes.truncate(cut);
        drop(read(SourceKind::ShapefileZip, &bytes));
    }
}
