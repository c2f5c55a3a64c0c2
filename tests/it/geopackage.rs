//! The embedded store is one file that other programs can read: GDAL's `ogrinfo` stands for QGIS and all the others.

use std::{
    fs::{self, Permissions},
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

use onemap::store::{PublishError, SqliteStore, Store, StoreError};
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use time::macros::datetime;

use crate::store_contract::drafts::{
    EAST, ENCLAVE, WEST_NAME, expected_areas, first, imprint, imprint_from, level_ids, stored_profile, with_node,
    with_north,
};

struct Fixture {
    folder: TempDir,
    store: SqliteStore,
}

impl Fixture {
    /// A store with a profile and nothing published.
    async fn adopted() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("store.gpkg")).await.expect("a store");
        store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a new store takes a profile");
        Self { folder, store }
    }

    /// A store with the first edition.
    async fn published() -> Self {
        let fixture = Self::adopted().await;
        fixture.store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
        fixture
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("store.gpkg")
    }

    /// Somebody else's connection to the file.
    async fn connect(&self) -> SqliteConnection {
        connect(&self.path()).await
    }

    /// The main file alone, in a folder of its own, neither of which may be written.
    fn read_only_copy(&self) -> ReadOnlyCopy {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("copy.gpkg");
        fs::copy(self.path(), &path).expect("a copy");
        fs::set_permissions(&path, Permissions::from_mode(0o444)).expect("permissions");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).expect("permissions");
        ReadOnlyCopy { folder }
    }
}

struct ReadOnlyCopy {
    folder: TempDir,
}

impl ReadOnlyCopy {
    fn path(&self) -> PathBuf {
        self.folder.path().join("copy.gpkg")
    }
}

impl Drop for ReadOnlyCopy {
    fn drop(&mut self) {
        fs::set_permissions(self.folder.path(), Permissions::from_mode(0o755)).expect("permissions");
    }
}

async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    SqliteConnection::connect_with(&options).await.expect("a connection")
}

async fn execute(connection: &mut SqliteConnection, sql: impl SqlSafeStr) {
    sqlx::raw_sql(sql).execute(connection).await.expect("a statement");
}

async fn text(connection: &mut SqliteConnection, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(connection).await.expect("one text")
}

/// What `ogrinfo -ro` prints about a file, or about one layer of it.
///
/// It runs as nobody when we are root, to whom no file is read-only.
fn ogrinfo(path: &Path, option: &str, layer: Option<&str>) -> String {
    let mut command = Command::new("ogrinfo");
    command.args(["-ro", option]).arg(path).args(layer);
    let folder = fs::metadata(path.parent().expect("a folder")).expect("the folder");
    if folder.uid() == 0 && folder.permissions().readonly() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output().expect("ogrinfo is needed: apt-get install --no-install-recommends gdal-bin");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    // How GDAL opens every file in WAL mode that it may not write beside.
    let complaints = err.lines().filter(|line| !line.ends_with("Retrying with IMMUTABLE=YES open option"));
    assert!(output.status.success() && complaints.count() == 0, "{out}{err}");
    out.into_owned()
}

/// User and group without rights.
const NOBODY: u32 = 65_534;

/// The layers that GDAL lists, sorted.
fn layers(path: &Path) -> Vec<String> {
    let listed = ogrinfo(path, "-q", None);
    let mut layers: Vec<String> =
        listed.lines().filter_map(|line| line.split_once(": ")).map(|(_, layer)| layer.to_owned()).collect();
    layers.sort();
    layers
}

fn feature_count(path: &Path, layer: &str) -> usize {
    let summary = ogrinfo(path, "-so", Some(layer));
    let count = summary.lines().find_map(|line| line.strip_prefix("Feature Count: "));
    count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("no count of {layer}: {summary}"))
}

#[track_caller]
fn check_layers(path: &Path, district: usize, street: usize, editions: usize) {
    let mut expected: Vec<String> = level_ids().iter().map(|level| format!("{level} (Multi Polygon)")).collect();
    expected.push("edition_list (None)".to_owned());
    expected.push("place_list".to_owned());
    expected.sort();
    assert_eq!(layers(path), expected);
    for (layer, count) in
        [("district", district), ("street", street), ("unit", 0), ("edition_list", editions), ("place_list", 0)]
    {
        assert_eq!(feature_count(path, layer), count, "{layer}");
    }
}

#[tokio::test]
async fn gdal_lists_one_layer_per_level_with_the_areas_in_force() {
    let fixture = Fixture::adopted().await;
    check_layers(&fixture.path(), 0, 0, 0);
    let store = &fixture.store;
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    check_layers(&fixture.path(), 1, 3, 1);
    let base = store.areas(1).await.expect("areas");
    store.publish(&with_node(1, &base), &imprint("第二版")).await.expect("the second edition");
    check_layers(&fixture.path(), 1, 3, 2);
    let base = store.areas(2).await.expect("areas");
    let pending = imprint_from("将来", datetime!(2999-01-01 00:00 UTC));
    store.publish(&with_north(2, &base), &pending).await.expect("the third edition");
    check_layers(&fixture.path(), 1, 3, 3);
}

#[tokio::test]
async fn gdal_reads_every_attribute() {
    let fixture = Fixture::published().await;
    let all = ogrinfo(&fixture.path(), "-al", None);
    for line in [
        "FID Column = OGC_FID",
        "Geometry Column = geom",
        "OGRFeature(street):2",
        "OGRFeature(street):4",
        &format!("  name (String) = {WEST_NAME}"),
        &format!("  code (String) = {ENCLAVE}"),
        "  parent_code (String) = 350304",
        "  kind (String) = exclusive",
        "  branch (String) = urban",
        "  residents (Integer64) = 4294967295",
        "  body_name (String) = 荔城区第一医院",
        "  body_leader (String) = (null)",
        "  from_edition (Integer64) = 1",
        "  title (String) = 第一版",
        "Extent: (119.000000, 25.400000) - (119.020000, 25.410000)",
        "    ID[\"EPSG\",4490]]",
    ] {
        assert!(all.lines().any(|found| found == line), "{line:?} is not in\n{all}");
    }
    assert!(all.contains("MULTIPOLYGON (((119.003 25.403,119.006 25.403,119.006 25.406,119.003 25.406,"), "{all}");
}

#[tokio::test]
async fn a_read_only_copy_without_the_log_is_whole_while_the_store_is_open() {
    let fixture = Fixture::published().await;
    let copy = fixture.read_only_copy();
    check_layers(&copy.path(), 1, 3, 1);
    assert!(ogrinfo(&copy.path(), "-al", None).contains(WEST_NAME));
    let base = fixture.store.areas(1).await.expect("areas");
    fixture.store.publish(&with_node(1, &base), &imprint("第二版")).await.expect("the second edition");
    check_layers(&fixture.read_only_copy().path(), 1, 3, 2);
}

#[tokio::test]
async fn a_closed_store_is_one_file() {
    let fixture = Fixture::published().await;
    fixture.store.close().await.expect("closed");
    let files: Vec<_> =
        fs::read_dir(fixture.folder.path()).expect("a folder").map(|file| file.expect("a file").file_name()).collect();
    assert_eq!(files, ["store.gpkg"]);
    check_layers(&fixture.path(), 1, 3, 1);
}

#[tokio::test]
async fn the_file_has_what_geopackage_requires() {
    let fixture = Fixture::published().await;
    let mut file = fixture.connect().await;
    let bytes = fs::read(fixture.path()).expect("the file");
    assert_eq!(&bytes[68..72], b"GPKG", "application id");
    assert_eq!(&bytes[60..64], 10_300_u32.to_be_bytes(), "user version");
    assert_eq!(text(&mut file, "pragma journal_mode").await, "wal");
    assert_eq!(text(&mut file, "pragma integrity_check").await, "ok");
    let broken_keys = sqlx::query("pragma foreign_key_check").fetch_all(&mut file).await.expect("a check");
    assert!(broken_keys.is_empty());

    let systems = "select group_concat(srs_id || ' ' || organization || ' ' || organization_coordsys_id, ', ')
        from (select * from gpkg_spatial_ref_sys order by srs_id)";
    assert_eq!(text(&mut file, systems).await, "-1 NONE -1, 0 NONE 0, 4326 EPSG 4326, 4490 EPSG 4490");
    let layers = "select group_concat(table_name || ' ' || data_type || ' ' || coalesce(srs_id, '-'), ', ')
        from (select * from gpkg_contents order by table_name)";
    let listed = text(&mut file, layers).await;
    let mut expected: Vec<String> = level_ids().iter().map(|level| format!("{level} features 4490")).collect();
    expected.push("edition_list attributes -".to_owned());
    expected.push("place_list features 4490".to_owned());
    expected.sort();
    assert_eq!(listed, expected.join(", "));
    let columns = "select group_concat(column_name || geometry_type_name || srs_id || z || m)
        from gpkg_geometry_columns where table_name = 'street'";
    assert_eq!(text(&mut file, columns).await, "geomMULTIPOLYGON449000");
    let extent = "select min_x || ' ' || min_y || ' ' || max_x || ' ' || max_y || ' ' || last_change
        from gpkg_contents where table_name = 'street'";
    assert_eq!(text(&mut file, extent).await, "119.0 25.4 119.02 25.41 2026-01-02T03:04:05.678Z");
}

#[tokio::test]
async fn every_statement_fits_the_schema() {
    let fixture = Fixture::adopted().await;
    let mut file = fixture.connect().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sql/sqlite");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the folder of statements") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let sql = fs::read_to_string(&path).expect("a statement");
        assert!(sql.starts_with("-- "), "{} begins with what it answers", path.display());
        let statement = sql.lines().filter(|line| !line.starts_with("--")).collect::<String>();
        assert!(!statement.contains(';'), "{} is one statement", path.display());
        let prepared = file.prepare(AssertSqlSafe(sql).into_sql_str()).await;
        assert!(prepared.is_ok(), "{}: {:?}", path.display(), prepared.err());
        count += 1;
    }
    assert!(count > 30, "only {count} statements were found");
}

#[tokio::test]
async fn a_publish_that_fails_on_the_way_leaves_nothing() {
    let fixture = Fixture::adopted().await;
    let mut file = fixture.connect().await;
    let before = fixture.store.counts().await.expect("counts");
    for (event, condition) in [
        ("update on counter", "old.name = 'edition'"),
        ("update on counter", "old.name = 'area_id'"),
        ("update on counter", "old.name = 'change'"),
        ("insert on edition", "true"),
        ("insert on area", "new.level = 0"),
        ("insert on area", "new.code = '350304003'"),
        ("update on gpkg_contents", "old.table_name = 'street'"),
        ("insert on change_log", "true"),
    ] {
        let trigger = format!(
            "create trigger fault before {event} when {condition} begin select raise(abort, 'the disk is gone'); end"
        );
        execute(&mut file, AssertSqlSafe(trigger)).await;
        let failed = fixture.store.publish(&first(), &imprint("第一版")).await.expect_err("a publish that fails");
        assert!(matches!(failed, PublishError::Store(_)), "{event}: {failed:?}");
        assert_eq!(fixture.store.counts().await.expect("counts"), before, "{event}");
        assert_eq!(fixture.store.head().await.expect("an answer"), None, "{event}");
        execute(&mut file, "drop trigger fault").await;
    }
    fixture.store.publish(&first(), &imprint("第一版")).await.expect("the store works again");
    assert_eq!(fixture.store.areas(1).await.expect("areas"), expected_areas(&first()), "no number was lost");
    let log = "select group_concat(seq || ' ' || actor || ' ' || kind || ' ' || coalesce(edition, '-') || ' ' || summary, '; ')
        from change_log";
    let expected = "1 onemap profile - licheng; 2 区网格中心 edition 1 4 areas created, 0 changed, 0 noded";
    assert_eq!(text(&mut file, log).await, expected, "the log has no holes");
}

#[tokio::test]
async fn codes_that_ended_are_retired() {
    let fixture = Fixture::published().await;
    let base = fixture.store.areas(1).await.expect("areas");
    fixture.store.publish(&with_node(1, &base), &imprint("第二版")).await.expect("the second edition");
    let mut file = fixture.connect().await;
    execute(&mut file, "update area set to_edition = 2 where code in ('350304002', '350304003') and from_edition = 1")
        .await;
    let retired = async |edition| fixture.store.retired_codes(edition).await.expect("codes");
    assert_eq!(retired(1).await, Vec::<String>::new());
    assert_eq!(retired(2).await, [ENCLAVE], "the east street has another row");
    execute(&mut file, "delete from area where code = '350304002' and from_edition = 2").await;
    assert_eq!(retired(2).await, [EAST, ENCLAVE]);
}

#[tokio::test]
async fn rows_that_break_an_invariant_are_not_served() {
    for (damage, what) in [
        ("update area set parent_id = 99 where code = '350304001'", "has no parent one level up"),
        ("update area set parent_id = 3 where code = '350304001'", "has no parent one level up"),
        ("update area set geom = x'00' where code = '350304001'", "has a broken outline"),
        ("update area set label_lat = 900000001 where code = '350304001'", "has its label outside the world"),
        ("update area set code = '' where code = '350304001'", "an area code is empty"),
        ("update area set residents = 4294967296 where code = '350304001'", "residents"),
        ("update area set name = x'ff' where code = '350304001'", "name"),
    ] {
        let fixture = Fixture::published().await;
        execute(&mut fixture.connect().await, damage).await;
        match fixture.store.areas(1).await {
            Err(StoreError::Inconsistent(text)) => assert!(text.contains(what), "{damage}: {text}"),
            other => panic!("{damage}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused_untouched() {
    let fixture = Fixture::published().await;
    fixture.store.close().await.expect("closed");
    let mut file = fixture.connect().await;
    execute(&mut file, "update store_schema set version = 7").await;
    file.close().await.expect("closed");
    let before = fs::read(fixture.path()).expect("the file");
    let refused = SqliteStore::open(&fixture.path()).await.expect_err("a newer store");
    assert!(matches!(refused, StoreError::Newer { found: 7, known: 5 }), "{refused:?}");
    assert_eq!(refused.to_string(), "the store has schema version 7; this program knows 5: update the program");
    assert!(fs::read(fixture.path()).expect("the file") == before);
}

#[tokio::test]
async fn a_foreign_file_is_refused_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path
    };
    let database = folder.path().join("other.db");
    let mut other = connect(&database).await;
    execute(&mut other, "create table area (id integer)").await;
    other.close().await.expect("closed");
    let foreign = [
        written("areas.geojson", br#"{"type": "FeatureCollection", "features": []}"#),
        written("short", b"SQLite"),
        database,
    ];
    for path in foreign {
        let before = fs::read(&path).expect("the file");
        let refused = SqliteStore::open(&path).await.expect_err("a foreign file");
        assert!(matches!(&refused, StoreError::Foreign(name) if *name == path.display().to_string()), "{refused:?}");
        assert!(fs::read(&path).expect("the file") == before);
    }
    for path in [folder.path().to_owned(), folder.path().join("absent").join("store.gpkg")] {
        let refused = SqliteStore::open(&path).await.expect_err("no place for a store");
        assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    }
    SqliteStore::open(&written("empty", b"")).await.expect("an empty file becomes a store");
}

#[tokio::test]
async fn a_store_whose_process_was_killed_opens_with_all_that_was_committed() {
    let fixture = Fixture::adopted().await;
    // A reader from outside holds the log, so that the publish stays in it, as after a kill.
    let mut reader = fixture.connect().await;
    let mut reading = reader.begin().await.expect("a transaction");
    sqlx::query("select * from edition").fetch_all(&mut *reading).await.expect("a read");
    fixture.store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["store.gpkg", "store.gpkg-wal"] {
        fs::copy(fixture.folder.path().join(name), folder.path().join(name)).expect("a copy");
    }
    let log = fs::metadata(folder.path().join("store.gpkg-wal")).expect("the log").len();
    assert!(log > 0, "the publish is in the log only");
    let revived = SqliteStore::open(&folder.path().join("store.gpkg")).await.expect("the store again");
    assert_eq!(revived.areas(1).await.expect("areas"), expected_areas(&first()));
}
