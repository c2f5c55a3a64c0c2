//! Readers against the conformance set of bad inputs and against files of other programs.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use onemap::formats::record::{DeclaredCrs, RawGeometry, ReadItem, RecordError};
use onemap::formats::safe_zip::SafeZip;
use onemap::formats::shapefile::Sidecars;
use onemap::formats::source_kind::SourceKind;
use onemap::formats::source_layer::{open, open_shapefile};
use onemap::store::geopackage_reader::GeoPackageReader;
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

/// A record of the fixtures of GDAL, one line; rings by their corners, since writers turn them round.
fn outline(item: &ReadItem) -> String {
    let ReadItem::Record(record) = item else { panic!("{item:?}") };
    let field = |name: &str| record.fields.get(name).map_or("-", String::as_str);
    let area = field("area").parse::<f64>().map_or("-".to_owned(), |area| area.to_string());
    let mut line = format!("{} {} {} {} {area}", record.number, field("code"), field("name"), field("households"));
    if let Some(RawGeometry::MultiPolygon(polygons)) = &record.geometry {
        for polygon in polygons {
            let mut holes: Vec<String> = polygon[1..].iter().map(|ring| corners(ring)).collect();
            holes.sort();
            line += &format!(" ({}{})", corners(&polygon[0]), holes.join(""));
        }
    }
    line
}

/// The south-west and north-east corners of a square ring.
fn corners(ring: &[[f64; 2]]) -> String {
    assert_eq!(ring.len(), 5, "a square: {ring:?}");
    let least = |axis: usize| ring.iter().map(|position| position[axis]).fold(f64::INFINITY, f64::min);
    let most = |axis: usize| ring.iter().map(|position| position[axis]).fold(f64::NEG_INFINITY, f64::max);
    format!("[{:.6} {:.6} {:.6} {:.6}]", least(0), least(1), most(0), most(1))
}

/// The four records of every fixture.
const FIXTURE: [&str; 4] = [
    "1 350304001001 镇海社区 120 1.5 ([119.000000 25.400000 119.010000 25.410000])",
    "2 350304001002 胜利社区 0 2 ([119.020000 25.400000 119.030000 25.410000]\
     [119.022000 25.402000 119.023000 25.403000][119.025000 25.405000 119.027000 25.407000])",
    "3 350304001003 联通 4500 - ([119.000000 25.420000 119.010000 25.430000]) \
     ([119.020000 25.420000 119.030000 25.430000][119.022000 25.422000 119.023000 25.423000])",
    "4 350304001004 - 7 0.25",
];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/readers").join(name)
}

#[test]
fn every_format_that_gdal_writes_gives_the_same_records() {
    for (name, expected) in [
        ("gdal.geojson", DeclaredCrs::ByFormat),
        ("gdal_4490.geojson", DeclaredCrs::Epsg(4490)),
        ("gdal.geojsonl", DeclaredCrs::ByFormat),
        ("gdal_rs.geojsons", DeclaredCrs::ByFormat),
        ("gdal.csv", DeclaredCrs::Missing),
        ("gdal_shapefile_gbk.zip", DeclaredCrs::Epsg(4490)),
        ("gdal_shapefile_utf8.zip", DeclaredCrs::Epsg(4490)),
        ("gdal_shapefile_zone.zip", DeclaredCrs::Epsg(4549)),
    ] {
        let (crs, items) = read_file(name, &bytes_of(&fixture(name))).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!(crs, expected, "{name}");
        assert_eq!(items.iter().map(outline).collect::<Vec<_>>(), FIXTURE, "{name}");
    }
}

#[test]
fn a_loose_shapefile_gives_the_same_records() {
    let zip = SafeZip::open(Cursor::new(bytes_of(&fixture("gdal_shapefile_gbk.zip")))).expect("a zip");
    let part = |name: &str| {
        let entry = zip.entries().iter().find(|entry| entry.name == name).expect("a part of the Shapefile");
        zip.read_small(entry, 10_000).expect("a small part")
    };
    let text = |name: &str| Some(String::from_utf8(part(name)).expect("ASCII"));
    let (shp, dbf) = (part("gbk.shp"), part("gbk.dbf"));
    for sidecars in [Sidecars { prj: text("gbk.prj"), cpg: text("gbk.cpg") }, Sidecars::default()] {
        let layer = open_shapefile(&*shp, &*dbf, &*dbf, &sidecars).expect("a Shapefile");
        let expected = if sidecars.prj.is_some() { DeclaredCrs::Epsg(4490) } else { DeclaredCrs::Missing };
        assert_eq!(layer.crs, expected);
        assert_eq!(layer.items.map(|item| outline(&item)).collect::<Vec<_>>(), FIXTURE);
    }
}

#[tokio::test]
async fn a_geopackage_of_gdal_gives_the_same_records() {
    let path = fixture("gdal.gpkg");
    let head = bytes_of(&path);
    assert_eq!(SourceKind::detect(None, None, &head), Ok(SourceKind::GeoPackage));
    let mut reader = GeoPackageReader::open(&path).await.expect("a GeoPackage");
    let [layer] = reader.layers() else { panic!("{:?}", reader.layers()) };
    assert_eq!((layer.name.as_str(), &layer.crs), ("社区", &DeclaredCrs::Epsg(4490)));
    let (layer, (sender, mut receiver)) = (layer.clone(), tokio::sync::mpsc::channel(1));
    let reading = async move { reader.read_layer(&layer, &sender).await };
    let listening = async {
        let mut found = Vec::new();
        while let Some(item) = receiver.recv().await {
            found.push(outline(&item));
        }
        found
    };
    assert_eq!(tokio::join!(reading, listening).1, FIXTURE);
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
