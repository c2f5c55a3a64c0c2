//! A whole store into another, there and back again.

use std::path::Path;

use onemap::{
    domain::{
        duty::Order,
        place::{Building, Place, PlaceGeometry, PlaceLayer},
    },
    store::{
        AnyStore, Store, StoreAddress, StoreError,
        copy::{CopiedTable, CopyError, copy_store},
    },
};

use crate::{
    store_contract::{
        drafts::{
            DISTRICT, NORTH, WEST, draft, first, imprint, imprint_from, level_ids, outline, rectangle, stored_profile,
            with_node, with_north,
        },
        indicators,
    },
    support::{postgres::Database, shell::Shell, staff},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use time::macros::datetime;

/// A store with three editions, places and postings.
async fn fill(address: &StoreAddress) {
    let store = AnyStore::open(address).await.expect("a store");
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    let base = store.areas(1).await.expect("areas");
    store.publish(&with_node(1, &base), &imprint("第二版")).await.expect("the second edition");
    let base = store.areas(2).await.expect("areas");
    let planned = imprint_from("规划", datetime!(2999-12-31 23:59:59.999 UTC));
    store.publish(&with_north(2, &base), &planned).await.expect("the third edition");
    let at = rectangle(0, 0, 10, 10).positions()[0];
    let outline = outline(vec![vec![rectangle(0, 0, 500, 500), rectangle(100, 100, 200, 200)]]);
    let place = |id: i64, building: Option<Building>, geometry: PlaceGeometry| Place {
        rank: 255,
        name: format!("点位{id}𠮷"),
        building,
        ..Place::bare(id, PlaceLayer::Building, geometry)
    };
    // More than a page of them.
    let mut places: Vec<Place> = (1..2_500).map(|id| place(id, None, PlaceGeometry::Point(at))).collect();
    places.push(place(2_500, Some(Building::default()), PlaceGeometry::Polygon(outline)));
    store.replace_places(&places).await.expect("places");
    let line = |area: &str| staff::line(area, "grid_leader", Order::B, "演示甲");
    staff::replace(&store, &[line(WEST)]).await;
    // Of what was known before, rows that are closed are copied too.
    staff::replace(&store, &[line(WEST), line(DISTRICT)]).await;
    indicators::record(&store, &[WEST, DISTRICT]).await;
    store.close().await.expect("closed");
}

async fn copy(source: &StoreAddress, target: &StoreAddress) -> Vec<CopiedTable> {
    copy_store(source, target, |_| ()).await.unwrap_or_else(|error| panic!("{error}"))
}

/// All that the contract can read of a store.
async fn content(address: &StoreAddress) -> String {
    let store = AnyStore::open(address).await.expect("a store");
    let mut content = format!("{:?} {:?}", store.profile().await, store.editions().await);
    for edition in 0..4 {
        content += &format!("{:?} {:?}", store.areas(edition).await, store.retired_codes(edition).await);
    }
    content += &format!("{:?} {:?} {:?}", store.places().await, store.staff(None).await, store.counts().await);
    content += &format!("{:?}", store.indicator_values(&[("residents", indicators::period("2026Q3"))], i64::MAX).await);
    store.close().await.expect("closed");
    content
}

fn file(path: &Path) -> StoreAddress {
    path.into()
}

#[tokio::test]
async fn everything_goes_there_and_back_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = (file(&folder.path().join("one.gpkg")), file(&folder.path().join("other.gpkg")));
    fill(&one).await;
    let (database, second) = (Database::new(), Database::new());
    let (between, last) = (StoreAddress::from(database.url().as_str()), StoreAddress::from(second.url().as_str()));
    let there = copy(&one, &between).await;
    let across = copy(&between, &last).await;
    let back = copy(&last, &other).await;
    assert_eq!(there, across, "digests do not depend on what keeps the rows");
    assert_eq!(there, back);
    let rows: Vec<(&str, u64)> = there.iter().map(|table| (table.name, table.rows)).collect();
    let levels = level_ids().len() as u64;
    assert_eq!(
        rows,
        [
            ("counter", 5),
            ("profile", 1),
            ("level", levels),
            ("edition", 3),
            ("area", 10),
            ("change_log", 8),
            ("place", 2_500),
            ("organisation", 2),
            ("person", 2),
            ("posting", 3),
            ("channel", 0),
            ("indicator_value", 2)
        ]
    );
    let original = content(&one).await;
    for copied in [&between, &last, &other] {
        assert_eq!(content(copied).await, original);
    }
    // What is derived is there as well: the views, and the counters go on where they were.
    let level = level_ids().remove(1);
    assert_eq!(database.value::<i64>(&format!("select count(*) from \"{level}\"")).await, 3);
    for copied in [&between, &other] {
        let store = AnyStore::open(copied).await.expect("a store");
        store.adopt_profile(&stored_profile(), &level_ids()).await.expect("the profile that it has");
        let base = store.areas(3).await.expect("areas");
        assert!(base.iter().any(|stored| stored.area.code.as_str() == NORTH && stored.area.id.0 == 5));
        let edition = store.publish(&draft(3, &base, vec![]), &imprint("第四版")).await.expect("the fourth edition");
        assert_eq!(edition.number, 4);
        store.close().await.expect("closed");
    }
}

#[tokio::test]
async fn a_copy_into_what_is_not_empty_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = (file(&folder.path().join("one.gpkg")), file(&folder.path().join("other.gpkg")));
    fill(&one).await;
    fill(&other).await;
    let before = content(&other).await;
    for target in [&other, &one] {
        let refused = copy_store(&one, target, |_| ()).await.expect_err("not empty");
        assert!(matches!(&refused, CopyError::NotEmpty(address) if address == target), "{refused:?}");
    }
    assert_eq!(content(&other).await, before);
    let database = Database::new();
    let store = database.open().await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    let target = StoreAddress::from(database.url().as_str());
    let refused = copy_store(&one, &target, |_| ()).await.expect_err("not empty");
    assert!(matches!(refused, CopyError::NotEmpty(_)), "{refused:?}");
    assert_eq!(store.counts().await.expect("counts").area_rows, 0);
}

/// It used to fail when all was copied: the log beside the source could not be emptied.
#[tokio::test]
async fn a_file_that_others_read_and_write_is_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one.gpkg");
    let (one, other) = (file(&path), file(&folder.path().join("other.gpkg")));
    fill(&one).await;
    let options = SqliteConnectOptions::new().filename(&path);
    let mut reading = SqliteConnection::connect_with(&options).await.expect("a reader");
    sqlx::raw_sql("begin; select * from edition").execute(&mut reading).await.expect("a read that goes on");
    let mut writing = SqliteConnection::connect_with(&options).await.expect("a writer");
    sqlx::raw_sql("update counter set value = value").execute(&mut writing).await.expect("a write");
    let copied = copy(&one, &other).await;
    sqlx::raw_sql("rollback").execute(&mut reading).await.expect("the read ends");
    assert_eq!(content(&other).await, content(&one).await);
    assert_eq!(copied.iter().find(|table| table.name == "posting").map(|table| table.rows), Some(3));
}

#[tokio::test]
async fn a_copy_that_breaks_or_differs_leaves_an_empty_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = file(&folder.path().join("one.gpkg"));
    fill(&one).await;
    // Somebody's trigger writes something else than it was told.
    let database = Database::new();
    database.open().await;
    let target = StoreAddress::from(database.url().as_str());
    database
        .run(
            "create function meddle() returns trigger language plpgsql as $$ begin new.role = 'x'; return new; end $$; \
             create trigger meddle before insert on posting for each row execute function meddle()",
        )
        .await;
    let refused = copy_store(&one, &target, |_| ()).await.expect_err("other rows");
    assert!(matches!(refused, CopyError::Differs { table: "posting", rows: 3, found: 3, .. }), "{refused:?}");
    // And here it breaks.
    database
        .run(
            "create or replace function meddle() returns trigger language plpgsql as $$ begin \
             perform pg_terminate_backend(pg_backend_pid()); return new; end $$",
        )
        .await;
    let refused = copy_store(&one, &target, |_| ()).await.expect_err("a broken connection");
    assert!(matches!(refused, CopyError::Target { error: StoreError::Unavailable(_), .. }), "{refused:?}");
    let left = "select (select count(*) from area) + (select count(*) from profile) + (select sum(value)::bigint from counter)";
    assert_eq!(database.value::<i64>(left).await, 0);
    database.run("drop trigger meddle on posting").await;
    copy(&one, &target).await;
}

#[test]
fn the_command_says_both_sides_and_what_is_wrong() {
    let shell = Shell::new();
    shell.done("generate --units 300 --store a.gpkg");
    let database = Database::new();
    let url = database.url();
    let told = shell.done(&format!("store copy a.gpkg {url}"));
    assert!(told.contains("area ") && told.contains("已复制") && told.contains("equal table by table"), "{told}");
    assert!(!told.contains(url.split(['/', '@', ':']).nth(4).expect("a password")), "{told}");
    let back = shell.done(&format!("store copy {url} b.gpkg"));
    let digests =
        |text: &str| text.lines().filter(|line| line.len() > 80).map(str::to_owned).take(8).collect::<Vec<_>>();
    assert_eq!(digests(&told).len(), 8);
    assert_eq!(digests(&told), digests(&back));
    shell.refused(&format!("store copy a.gpkg {url}"), 1, &["不是空的", "is not empty"]);
    shell.refused("store copy nothing.gpkg b2.gpkg", 1, &["没有这个存储"]);
    let empty = Database::new();
    shell.refused(&format!("store copy {} c.gpkg", empty.url()), 1, &["no Onemap store"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let tables = runtime.block_on(empty.value::<i64>("select count(*) from pg_class where relname = 'area'"));
    assert_eq!(tables, 0);
    assert!(!shell.path("c.gpkg").exists(), "nothing is made where there is nothing to read");
}
