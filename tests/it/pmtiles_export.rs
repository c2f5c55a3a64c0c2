//! An exported archive, read by readers that are not ours, against what the server answers.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use axum::body::Body;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use onemap::{
    app::{
        export::{ExportError, Order, Progress, export_pmtiles},
        tiles::Tileset,
    },
    domain::{area::Snapshot, place::Place},
    store::Store,
};
use onemap_tiles::{LatticeBounds, MatrixSet, TileRange};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    http_api::{Service, service},
    support::data,
};

/// What `pmtiles_read.py` finds in a file; of GDAL's layers, `layer` with its features.
pub(crate) fn read(path: &Path, layer: Option<&str>) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/pmtiles_read.py");
    let read = Command::new(data::python()).arg(script).arg(path).args(layer).output().expect("python runs");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).expect("JSON")
}

pub(crate) fn tiles(found: &Value) -> BTreeMap<String, String> {
    let tiles = found["tiles"].as_object().expect("tiles").iter();
    tiles.map(|(name, digest)| (name.clone(), digest.as_str().expect("a digest").to_owned())).collect()
}

fn export(snapshot: &Arc<Snapshot>, places: &[Place], order: &Order, path: &Path) -> Result<u64, ExportError> {
    let file = File::create(path).expect("a file");
    let progress = Progress::default();
    let exported = export_pmtiles(snapshot, places, order, &file, &progress)?;
    let [total, tried] = [progress.total, progress.tried].map(std::sync::atomic::AtomicU64::into_inner);
    assert!(total == tried && total >= exported.tiles, "{total} {tried} {}", exported.tiles);
    Ok(exported.tiles)
}

fn order(tileset: Tileset, zooms: std::ops::RangeInclusive<u8>) -> Order {
    Order { tileset, zooms, area: None }
}

/// What the server answers for every tile of `zooms` in which something may be, and one more on each side.
async fn served(service: &Service, set: &str, zooms: std::ops::RangeInclusive<u8>) -> BTreeMap<String, String> {
    let extent = service.app.served().extent.expect("areas");
    let corner = |position: onemap::domain::geometry::Position| [position.lon(), position.lat()];
    let bounds = LatticeBounds::new(corner(extent.min()), corner(extent.max())).expect("an extent");
    let mut found = BTreeMap::new();
    for zoom in zooms {
        let range = TileRange::covering(MatrixSet::WebMercatorQuad, zoom, bounds).expect("a zoom");
        let last = (1 << zoom) - 1;
        for x in range.columns().start().saturating_sub(1)..=(range.columns().end() + 1).min(last) {
            for y in range.rows().start().saturating_sub(1)..=(range.rows().end() + 1).min(last) {
                let path = format!("/tiles/{set}/{zoom}/{x}/{y}");
                let response = service.send(Method::GET, &path, "", Body::empty()).await;
                if response.status() == StatusCode::NO_CONTENT {
                    continue;
                }
                assert_eq!(response.status(), StatusCode::OK, "{path}");
                let tile = response.into_body().collect().await.expect("a whole body").to_bytes();
                let digest = Sha256::digest(&tile).iter().map(|byte| format!("{byte:02x}")).collect();
                found.insert(format!("{zoom}/{x}/{y}"), digest);
            }
        }
    }
    found
}

#[tokio::test]
async fn every_tile_of_the_file_is_the_one_that_is_served_and_none_is_missing() {
    let service = service(300).await;
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = &service.app.served().snapshot;
    let places = service.app.district().store().places().await.expect("places");
    for (set, tileset) in [("areas", Tileset::Areas), ("places", Tileset::Places)] {
        let path = folder.path().join(set);
        let count = export(snapshot, &places, &order(tileset, 5..=15), &path).expect("an archive");
        let found = read(&path, None);
        assert_eq!(found["header"]["addressed_tiles_count"], count, "{set}");
        let (stored, served) = (tiles(&found), served(&service, set, 5..=15).await);
        let differing: Vec<&String> =
            served.keys().chain(stored.keys()).filter(|name| stored.get(*name) != served.get(*name)).collect();
        assert!(
            differing.is_empty() && stored.len() > 200,
            "{set}: {} of {}: {differing:?}",
            differing.len(),
            stored.len()
        );
    }
}

#[tokio::test]
async fn header_and_metadata_say_what_it_is_and_gdal_opens_it() {
    let service = service(300).await;
    let folder = tempfile::tempdir().expect("a folder");
    let served = service.app.served();
    let path = folder.path().join("a.pmtiles");
    export(&served.snapshot, &[], &order(Tileset::Areas, 0..=13), &path).expect("an archive");
    let top = served.snapshot.profile.levels[0].id.as_str();
    let found = read(&path, Some(top));
    let header = &found["header"];
    let expected = [
        ("version", Value::from(3)),
        ("clustered", true.into()),
        ("internal_compression", "GZIP".into()),
        ("tile_compression", "GZIP".into()),
        ("tile_type", "MVT".into()),
        // The coarsest level is shown from zoom 6 on.
        ("min_zoom", 6.into()),
        ("max_zoom", 13.into()),
    ];
    for (name, value) in expected {
        assert_eq!(header[name], value, "{name}: {header}");
    }
    let extent = served.extent.expect("areas");
    let corners = [extent.min().lon(), extent.min().lat(), extent.max().lon(), extent.max().lat()];
    let stated =
        ["min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"].map(|name| header[name].as_i64().expect("a corner"));
    assert_eq!(stated, corners.map(i64::from));
    let metadata = &found["metadata"];
    let layers = metadata["vector_layers"].as_array().expect("layers");
    let ids: Vec<&str> = layers.iter().filter_map(|layer| layer["id"].as_str()).collect();
    // The finest level is shown from zoom 14 on.
    assert_eq!(ids, ["district", "street", "community", "grid", "borders", "labels"]);
    assert!(layers.iter().all(|layer| layer["fields"].is_object() && layer["maxzoom"] == 13), "{layers:?}");
    let (_, tilejson) = service.get("/tiles/areas.json").await;
    assert_eq!(metadata["attribution"], tilejson["attribution"]);
    assert_eq!((&metadata["version"], &metadata["onemap"]["edition"]), (&Value::from("1"), &Value::from(1)));
    let since = metadata["onemap"]["effective_from"].as_str().expect("a date");
    assert!(metadata["description"].as_str().expect("a text").contains(since), "{metadata}");
    assert!(metadata["onemap"]["notice"].as_str().is_some_and(|notice| notice.contains("示意")), "{metadata}");

    let gdal = &found["gdal"];
    let mut seen: Vec<&str> = gdal["layers"].as_array().expect("layers").iter().filter_map(Value::as_str).collect();
    seen.sort_unstable();
    let mut ids = ids;
    ids.sort_unstable();
    assert_eq!((seen, &gdal["crs"]), (ids, &Value::from("EPSG:3857")));
    let features = gdal["features"].as_array().expect("features");
    let wkb_bytes = |feature: &Value| feature["wkb_bytes"].as_u64().expect("a length");
    assert!(features.iter().any(|feature| wkb_bytes(feature) > 500), "{features:?}");
    for feature in features {
        assert_eq!((&feature["code"], &feature["name"]), (&Value::from("350304"), &Value::from("荔城区")));
    }
}

#[tokio::test]
async fn an_area_limits_the_tiles_to_those_that_meet_it() {
    let service = service(300).await;
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = &service.app.served().snapshot;
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    export(snapshot, &[], &order(Tileset::Areas, 8..=15), &path("all")).expect("an archive");
    let all = tiles(&read(&path("all"), None));
    let grid = snapshot.profile.find_level("grid").expect("a level");
    let area = snapshot.hierarchy.of_level(grid).start + 2;
    let limited = Order { area: Some(area), ..order(Tileset::Areas, 10..=15) };
    export(snapshot, &[], &limited, &path("one")).expect("an archive");
    let found = read(&path("one"), None);
    let one = tiles(&found);
    let area = snapshot.hierarchy.area(area);
    assert_eq!(found["metadata"]["onemap"]["area"], *area.code);
    assert!(one.len() * 10 < all.len() && one.iter().all(|(name, digest)| all.get(name) == Some(digest)));
    // By extent and label: what the search finds exactly, its own test judges.
    let stated = ["min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"]
        .map(|name| found["header"][name].as_i64().expect("a corner") as i32);
    let bounds = LatticeBounds::new([stated[0], stated[1]], [stated[2], stated[3]]).expect("an extent");
    let label = LatticeBounds::new([area.label.lon(), area.label.lat()], [area.label.lon(), area.label.lat()]);
    for zoom in 10..=15 {
        let of = |bounds| TileRange::covering(MatrixSet::WebMercatorQuad, zoom, bounds).expect("a zoom");
        let names: Vec<String> = of(bounds).iter().map(|tile| tile.to_string()).collect();
        let found: Vec<&String> = one.keys().filter(|name| name.starts_with(&format!("{zoom}/"))).collect();
        assert!(found.iter().all(|name| names.contains(name)), "{found:?} {names:?}");
        let labelled = of(label.expect("a point")).iter().next().expect("a tile").to_string();
        assert!(found.contains(&&labelled), "{labelled} {found:?}");
    }
}

#[tokio::test]
async fn equal_tiles_are_stored_once_and_two_exports_are_equal() {
    let service = service(300).await;
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = &service.app.served().snapshot;
    // Deep inside of one wide unit, tile after tile is the same square.
    let unit = snapshot.profile.find_level("unit").expect("a level");
    let widest = snapshot.hierarchy.of_level(unit).max_by_key(|&index| {
        let extent = snapshot.coverage.polygon(index).extent().expect("an outline");
        i64::from(extent.max().lon() - extent.min().lon()) * i64::from(extent.max().lat() - extent.min().lat())
    });
    let order = Order { area: widest, ..order(Tileset::Areas, 18..=18) };
    let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
    let count = export(snapshot, &[], &order, &one).expect("an archive");
    export(snapshot, &[], &order, &other).expect("an archive");
    assert!(fs::read(&one).expect("written") == fs::read(&other).expect("written"));
    let found = read(&one, None);
    let different: std::collections::BTreeSet<String> = tiles(&found).into_values().collect();
    let header = &found["header"];
    assert_eq!(header["addressed_tiles_count"], count);
    assert_eq!(header["tile_contents_count"], different.len());
    assert!(header["tile_contents_count"].as_u64() < header["tile_entries_count"].as_u64(), "{header}");
    assert!(header["tile_entries_count"].as_u64() < header["addressed_tiles_count"].as_u64(), "{header}");
}

#[tokio::test]
async fn what_cannot_be_exported_is_said() {
    let (empty, service) = (service(0).await, service(300).await);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a");
    let try_order = |service: &Service, order: Order| export(&service.app.served().snapshot, &[], &order, &path);
    assert!(matches!(try_order(&empty, order(Tileset::Areas, 0..=18)), Err(ExportError::Empty)));
    assert!(matches!(try_order(&service, order(Tileset::Places, 0..=18)), Err(ExportError::Empty)));
    assert!(matches!(try_order(&service, order(Tileset::Areas, 0..=4)), Err(ExportError::NothingDrawn(_))));
}
