//! Tables, types and constraints.

use onemap::store::{Store, copy::tables::TABLES};
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr};

use crate::{
    store_contract::drafts::{first, imprint, level_ids, stored_profile, with_node},
    support::postgres::Database,
};

/// A store with two editions.
async fn published(database: &Database) {
    let store = database.open().await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a new store takes a profile");
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    let base = store.areas(1).await.expect("areas");
    store.publish(&with_node(1, &base), &imprint("第二版")).await.expect("the second edition");
}

#[tokio::test]
async fn geometry_is_real_and_indexed() {
    let database = Database::new();
    published(&database).await;
    let columns: Vec<String> = rows(
        &database,
        "select f_table_name || ' ' || type || ' ' || srid from geometry_columns \
         where f_table_name in ('area', 'place', 'leader_list', 'grid') order by f_table_name",
    )
    .await;
    assert_eq!(
        columns,
        ["area MULTIPOLYGON 4490", "grid MULTIPOLYGON 4490", "leader_list MULTIPOLYGON 4490", "place GEOMETRY 4490"]
    );
    let indexes: Vec<String> =
        rows(&database, "select indexname::text from pg_indexes where indexdef like '%USING gist (geom)%' order by 1")
            .await;
    assert_eq!(indexes, ["area_by_geometry", "place_by_geometry"]);
    assert!(database.value::<bool>("select bool_and(st_isvalid(geom)) from area").await);
    let areas = "select bool_and(abs(st_area(geom::geography) / area_m2 - 1) < 1e-6) from area";
    assert!(database.value::<bool>(areas).await);
}

#[tokio::test]
async fn two_rows_of_a_code_or_a_number_in_one_edition_are_impossible() {
    let database = Database::new();
    published(&database).await;
    let columns = "level, parent_id, name, figures, area_m2, label_lon, label_lat, cause, digest, geom";
    let again = |id: &str, code: &str, from: i64, to: &str| {
        format!(
            "insert into area (area_id, code, from_edition, to_edition, {columns}) \
             select {id}, {code}, {from}, {to}, {columns} from area where area_id = 2 and from_edition = 1"
        )
    };
    // The west street has a row in [1, 2) and one from 2 on.
    for (statement, constraint) in [
        (again("90", "code", 1, "2"), "area_code_once"),
        (again("90", "code", 1, "null"), "area_code_once"),
        (again("90", "code", 2, "null"), "area_code_once"),
        (again("2", "'350304900'", 1, "2"), "area_pkey"),
        (again("1", "'350304900'", 2, "null"), "area_number_once"),
        (again("90", "'350304900'", 9, "null"), "area_from_edition_fkey"),
        (again("90", "'350304900'", 2, "1"), "area_check"),
    ] {
        let mut connection = database.connect().await;
        let refused = connection.execute(AssertSqlSafe(statement.clone())).await.expect_err(&statement);
        assert!(refused.to_string().contains(constraint), "{statement}: {refused}");
    }
    database.run(&again("90", "'350304900'", 2, "null")).await;
}

#[tokio::test]
async fn every_statement_is_one_that_the_database_takes() {
    let database = Database::new();
    database.open().await;
    let mut connection = database.connect().await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/sql/postgres");
    let mut prepared = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        assert!(text.starts_with("-- "), "{} begins with what it is for", path.display());
        let done = connection.prepare(AssertSqlSafe(text).into_sql_str()).await;
        done.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        prepared += 1;
    }
    assert!(prepared > 30, "{prepared} statements");
}

#[tokio::test]
async fn a_copy_knows_every_table_and_column() {
    let database = Database::new();
    database.open().await;
    let found: Vec<String> = rows(
        &database,
        "select table_name || '.' || column_name from information_schema.columns \
         join information_schema.tables using (table_schema, table_name) \
         where table_schema = 'public' and table_type = 'BASE TABLE' \
         and table_name not in ('spatial_ref_sys', 'store_schema') order by 1",
    )
    .await;
    assert_eq!(found, listed());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.gpkg");
    onemap::store::SqliteStore::open(&path).await.expect("a store").close().await.expect("closed");
    let mut file = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.expect("a file");
    let found: Vec<String> = sqlx::query_scalar(
        "select tables.name || '.' || columns.name from sqlite_schema as tables \
         join pragma_table_info(tables.name) as columns where tables.type = 'table' \
         and tables.name not like 'gpkg_%' and tables.name not like 'sqlite_%' and tables.name <> 'store_schema' order by 1",
    )
    .fetch_all(&mut file)
    .await
    .expect("the schema");
    assert_eq!(found, listed());
}

/// What a copy takes along.
fn listed() -> Vec<String> {
    let of_table = |table: &'static onemap::store::copy::tables::Table| {
        table.columns.iter().map(move |column| format!("{}.{}", table.name, column.name))
    };
    let mut listed: Vec<String> = TABLES.iter().flat_map(of_table).collect();
    listed.sort_unstable();
    listed
}

async fn rows(database: &Database, query: &str) -> Vec<String> {
    let mut connection = database.connect().await;
    sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_all(&mut connection).await.expect(query)
}
