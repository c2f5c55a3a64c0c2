//! Opening: what is refused, with which words, and how soon.

use std::time::{Duration, Instant};

use onemap::store::{Barrier, PostgresStore, PublishError, Store, StoreAddress, StoreError};

use crate::{
    store_contract::drafts::{first, imprint, level_ids, stored_profile},
    support::postgres::{Database, Kind, postgres_url},
};

/// Longer than any refusal may take, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(20);

async fn refused(url: &str) -> StoreError {
    let began = Instant::now();
    let error = PostgresStore::open(&postgres_url(url)).await.expect_err(url);
    assert!(began.elapsed() < PATIENCE, "{error} came late");
    assert!(!error.to_string().contains("secret"), "{error}");
    error
}

#[track_caller]
fn check(error: &StoreError, words: &str) {
    assert!(error.to_string().contains(words), "{error}");
}

#[tokio::test]
async fn wrong_names_and_passwords_are_told() {
    let database = Database::new();
    let wrong = refused(&database.url_of("onemap", "secret")).await;
    assert!(matches!(wrong, StoreError::Denied(_)), "{wrong:?}");
    check(&wrong, "password authentication failed");
    let nobody = refused(&database.url_of("nobody_of_that_name", "secret")).await;
    assert!(matches!(nobody, StoreError::Denied(_)), "{nobody:?}");
    let nowhere = refused(&database.url().replace(database.name(), "no_such_database")).await;
    assert!(matches!(nowhere, StoreError::Denied(_)), "{nowhere:?}");
    check(&nowhere, "no_such_database");
    let address = StoreAddress::from("postgres://u:secret@h:port/d").check().expect_err("no port");
    assert!(matches!(address, StoreError::Address { .. }), "{address:?}");
}

#[tokio::test]
async fn a_server_that_is_away_or_silent_is_told() {
    // Bound and let go: nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let away = refused(&format!("postgres://u:secret@{free}/d")).await;
    assert!(matches!(away, StoreError::Unreachable { barrier: Barrier::Refused, .. }), "{away:?}");
    // It takes connections and never says a word.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("postgres://u:secret@{}/d", silent.local_addr().expect("an address"));
    let away = refused(&url).await;
    assert!(matches!(away, StoreError::Unreachable { barrier: Barrier::Silent, .. }), "{away:?}");
    check(&away, "within 5 seconds");
}

#[tokio::test]
async fn foreign_and_newer_databases_are_refused_untouched() {
    let foreign = Database::new();
    foreign.run("create table theirs (id integer)").await;
    let error = refused(&foreign.url()).await;
    assert!(matches!(error, StoreError::Foreign(_)), "{error:?}");
    let tables = "select count(*) from information_schema.tables where table_schema = 'public' and table_name <> 'spatial_ref_sys' \
                  and table_name not like 'geo%_columns'";
    assert_eq!(foreign.value::<i64>(tables).await, 1);

    let newer = Database::new();
    newer.open().await;
    newer.run("update store_schema set version = 99").await;
    let error = refused(&newer.url()).await;
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error:?}");
    check(&error, "update the program");
    assert_eq!(newer.value::<i64>("select version from store_schema").await, 99);
}

#[tokio::test]
async fn a_database_without_the_extensions_gets_them_or_says_which_is_missing() {
    let bare = Database::of(Kind::Bare);
    bare.open().await;
    assert_eq!(
        bare.value::<i64>("select count(*) from pg_extension where extname in ('postgis', 'btree_gist')").await,
        2
    );

    let plain = Database::of(Kind::Bare);
    let user = format!("plain_{}", plain.name());
    plain.run(&format!("create role {user} login password 'word'; grant all on schema public to {user}")).await;
    let error = refused(&plain.url_of(&user, "word")).await;
    assert!(matches!(&error, StoreError::Extension { name, .. } if name == "postgis"), "{error:?}");
    check(&error, "create extension postgis");
    // As the message says: the administrator makes it, and all is well. btree_gist is trusted: who may create in the
    // database may make it.
    plain.run(&format!("create extension postgis; grant create on database {} to {user}", plain.name())).await;
    PostgresStore::open(&postgres_url(&plain.url_of(&user, "word"))).await.expect("a store");
    plain.run(&format!("reassign owned by {user} to onemap; drop owned by {user}; drop role {user}")).await;
}

#[tokio::test]
async fn another_encoding_is_refused() {
    let error = refused(&Database::of(Kind::Latin).url()).await;
    assert!(matches!(error, StoreError::Unsuited(_)), "{error:?}");
    check(&error, "LATIN1");
}

#[tokio::test]
async fn who_may_only_read_reads_and_is_told_that_it_may_not_write() {
    let database = Database::new();
    let user = format!("reader_{}", database.name());
    database.run(&format!("create role {user} login password 'word'")).await;
    let url = database.url_of(&user, "word");
    let error = refused(&url).await;
    assert!(matches!(error, StoreError::ReadOnly(_)), "an empty database: {error:?}");

    let store = database.open().await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    database.run(&format!("grant select on all tables in schema public to {user}")).await;
    let reader = PostgresStore::open(&postgres_url(&url)).await.expect("a store to read");
    reader.adopt_profile(&stored_profile(), &level_ids()).await.expect("the profile that it has");
    assert_eq!(reader.areas(1).await.expect("areas"), store.areas(1).await.expect("areas"));
    let refused = reader.publish(&first(), &imprint("又一版")).await.expect_err("no right to write");
    assert!(matches!(refused, PublishError::Store(StoreError::ReadOnly(_))), "{refused:?}");
    let refused = reader.replace_places(&[]).await.expect_err("no right to write");
    assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused:?}");

    // As a standby is.
    let standby = format!("{}?options[default_transaction_read_only]=on", database.url());
    let standby = PostgresStore::open(&postgres_url(&standby)).await.expect("a store to read");
    standby.adopt_profile(&stored_profile(), &level_ids()).await.expect("the profile that it has");
    drop((reader, standby));
    database.run(&format!("drop owned by {user}; drop role {user}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_open_an_empty_database() {
    let database = Database::of(Kind::Bare);
    let address = database.address();
    let open = || PostgresStore::open(&address);
    let opened = tokio::join!(open(), open(), open(), open());
    for store in [opened.0, opened.1, opened.2, opened.3] {
        let store = store.expect("a store");
        store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    }
    assert_eq!(database.value::<i64>("select count(*) from counter").await, 5);
    assert_eq!(database.value::<i64>("select count(*) from change_log").await, 1);
}

#[tokio::test]
async fn a_filled_database_opens_as_it_is() {
    let database = Database::new();
    let store = database.open().await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    let before = (store.counts().await.expect("counts"), store.areas(1).await.expect("areas"));
    let again = database.open().await;
    assert_eq!((again.counts().await.expect("counts"), again.areas(1).await.expect("areas")), before);
}
