//! A store of a former schema that is filled already is brought up to date, and nothing in it changes.

use std::path::Path;

use onemap::{
    domain::place::{Building, Place, PlaceChange, PlaceGeometry, PlaceLayer},
    store::{AnyStore, Store, StoreAddress},
};
use sqlx::{Connection, Executor, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    store_contract::drafts::{EAST, WEST, first, imprint, level_ids, stored_profile, with_north},
    support::postgres::Database,
};

/// What the migrations after the first made, taken away again.
const BACK_TO_FIRST: &str = "drop index area_by_begin; drop index area_by_end; drop index change_by_kind; \
                             drop view place_list; drop index place_by_external_id; \
                             delete from counter where name = 'place_id'; \
                             drop table indicator_value; drop table channel; drop table posting; drop table person; drop table organisation; \
                             delete from counter where name = 'staff'; update store_schema set version = 1";
/// The table of places as it was.
const PLACES_BACK_IN_FILE: &str = "delete from gpkg_geometry_columns where table_name = 'place_list'; \
    delete from gpkg_contents where table_name = 'place_list'; \
    alter table place rename to place_now; \
    create table place (place_id integer primary key not null, \
        class text not null check (class in ('road', 'water', 'building', 'green')), rank integer not null, \
        name text not null, is_building integer not null check (is_building in (0, 1)), estate text, \
        building_number text, stairs integer, floors integer, households integer, residents integer, \
        geom geometry not null); \
    insert into place select place_id, layer, rank, name, is_building, estate, building_number, stairs, floors, \
        households, residents, geom from place_now; \
    drop table place_now";
const PLACES_BACK_IN_DATABASE: &str = "update place set class = layer; \
    alter table place drop column layer, drop column aliases, drop column external_id, drop column video_url, \
        drop column phone, drop column address, drop column owner_code, drop column owner_width_cm, \
        drop column source, drop column dated, \
        add constraint place_class_check check (class in ('road', 'water', 'building', 'green'))";
/// The table of postings that the first migration made, with somebody in it.
fn former_postings(migration: &str) -> String {
    let begin = migration.find("create table posting").expect("the first migration makes it");
    let length = migration[begin..].find(";").expect("a statement ends") + 1;
    let rows =
        [(1, WEST, "A", "演示甲"), (2, WEST, "A", "演示乙"), (3, EAST, "B", "演示甲"), (4, "350304999", "A", "演示丙")];
    let rows = rows.map(|(ordinal, area, order, name)| {
        format!("({ordinal}, '{area}', 'grid_leader', '{order}', '{name}', '000', '网格中心', null, null)")
    });
    format!("{} insert into posting values {};", &migration[begin..begin + length], rows.join(", "))
}

/// Who answered then, answers now.
async fn check_former(address: &StoreAddress) {
    let store = AnyStore::open(address).await.expect("a store");
    let staff = store.staff(None).await.expect("who answers");
    let names: Vec<&str> = staff.people().iter().map(|person| person.name.as_str()).collect();
    assert_eq!((names, staff.organisations().len()), (vec!["演示甲", "演示乙", "演示丙"], 1));
    let seats: Vec<(u16, &str)> = staff.postings().iter().map(|it| (it.post.seat, it.post.order.id())).collect();
    assert_eq!(seats, [(1, "A"), (2, "A"), (1, "B")], "a code without an area names nothing");
    assert_eq!(staff.postings()[0].holder, staff.postings()[2].holder);
    assert_eq!(staff.last_id, 7);
    store.close().await.expect("closed");
}
const SET_FIRST: &str = "insert into store_schema (id, version) values (1, 1)";

/// A store with two editions.
async fn fill(address: &StoreAddress) {
    let store = AnyStore::open(address).await.expect("a store");
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    let base = store.areas(1).await.expect("areas");
    store.publish(&with_north(1, &base), &imprint("第二版")).await.expect("the second edition");
    let house = PlaceGeometry::Polygon(first().changes()[0].area.geometry.clone());
    let at = PlaceGeometry::Point(first().changes()[0].label);
    let building = Some(Building { estate: "荔园".to_owned(), households: 36, ..Building::default() });
    let house = Place { name: "荔园1号楼".to_owned(), building, ..Place::bare(5, PlaceLayer::Building, house) };
    store.replace_places(&[Place::bare(3, PlaceLayer::Green, at), house]).await.expect("places");
    store.close().await.expect("closed");
}

/// All that can be read of it.
async fn content(address: &StoreAddress) -> String {
    let store = AnyStore::open(address).await.expect("a store");
    let (profile, editions) = (store.profile().await, store.editions().await);
    let (before, after, log) = (store.areas(1).await, store.areas(2).await, store.log_head().await);
    let places = store.places().await;
    store.close().await.expect("closed");
    format!("{profile:?} {editions:?} {before:?} {after:?} {log:?} {places:?}")
}

#[tokio::test]
async fn a_filled_file_of_the_first_schema_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let (filled, bare) = (folder.path().join("filled.gpkg"), folder.path().join("bare.gpkg"));
    let address = StoreAddress::from(filled.as_path());
    fill(&address).await;
    let (before, newest) = (content(&address).await, file_schema(&filled).await);
    let first = include_str!("../../migrations/sqlite/0001_store.sql");
    run_in_file(&filled, BACK_TO_FIRST).await;
    run_in_file(&filled, &former_postings(first)).await;
    run_in_file(&filled, PLACES_BACK_IN_FILE).await;
    run_in_file(&bare, first).await;
    run_in_file(&bare, SET_FIRST).await;
    assert_eq!(file_schema(&filled).await, file_schema(&bare).await, "it is one of the first schema");
    check_former(&address).await;
    assert_eq!(content(&address).await, before);
    assert_eq!(file_schema(&filled).await, newest);
    places_go_on_being_numbered(&address).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filled_database_of_the_first_schema_is_brought_up_to_date_by_one_of_those_who_open_it() {
    let (filled, bare) = (Database::new(), Database::new());
    let address = StoreAddress::from(filled.url().as_str());
    fill(&address).await;
    let (before, newest) = (content(&address).await, database_schema(&filled).await);
    let first = include_str!("../../migrations/postgres/0001_store.sql");
    filled.run("drop view leader_list").await;
    filled.run(BACK_TO_FIRST).await;
    filled.run(&former_postings(first)).await;
    filled.run(&first[first.find("create view leader_list").expect("a view")..]).await;
    filled.run(PLACES_BACK_IN_DATABASE).await;
    bare.run(first).await;
    bare.run(SET_FIRST).await;
    assert_eq!(database_schema(&filled).await, database_schema(&bare).await, "it is one of the first schema");
    let opened = tokio::join!(filled.open(), filled.open(), filled.open(), filled.open());
    drop(opened);
    assert_eq!(database_schema(&filled).await, newest);
    check_former(&address).await;
    assert_eq!(content(&address).await, before);
    places_go_on_being_numbered(&address).await;
}

/// Places that come after the migration get numbers that none before had.
async fn places_go_on_being_numbered(address: &StoreAddress) {
    let store = AnyStore::open(address).await.expect("a store");
    let onto = store.revisions().await.expect("revisions").places;
    let at = PlaceGeometry::Point(first().changes()[0].label);
    let change = PlaceChange { put: vec![Place::bare(0, PlaceLayer::Facility, at)], removed: vec![5] };
    store.change_places(&change, onto, "演示员").await.expect("a change");
    let ids: Vec<i64> = store.places().await.expect("places").iter().map(|place| place.id).collect();
    assert_eq!(ids, [3, 6]);
    store.close().await.expect("closed");
}

async fn run_in_file(path: &Path, statements: &str) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("a file");
    let done = connection.execute(sqlx::AssertSqlSafe(statements.to_owned())).await;
    done.unwrap_or_else(|error| panic!("{statements}: {error}"));
    connection.close().await.expect("closed");
}

/// The statements that made what is in a file, and the version it says it has; tables that belong to levels of a profile
/// and triggers of them come with the profile.
async fn file_schema(path: &Path) -> Vec<String> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("a file");
    let query = "select 'index ' || name from sqlite_schema where type = 'index' and sql is not null \
                 union all select 'version ' || version from store_schema order by 1";
    let rows = connection.fetch_all(query).await.expect("rows");
    connection.close().await.expect("closed");
    rows.iter().map(|row| row.get(0)).collect()
}

/// The indexes of a database, and the version it says it has.
async fn database_schema(database: &Database) -> String {
    let query = "select string_agg(line, ' ' order by line) from ( \
                 select 'index ' || indexname as line from pg_indexes where schemaname = 'public' \
                 and tablename <> 'spatial_ref_sys' \
                 union all select 'version ' || version from store_schema) lines";
    database.value(query).await
}
