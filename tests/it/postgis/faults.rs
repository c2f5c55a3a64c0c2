//! Connections that break in the middle of a publish.

use onemap::store::{PostgresStore, PublishError, Store, StoreError};
use sqlx::{AssertSqlSafe, Connection, Executor};

use super::wire::{Cut, Wire};
use crate::{
    store_contract::drafts::{expected_areas, first, imprint, level_ids, stored_profile, with_north},
    support::postgres::{Database, postgres_url},
};

/// A store with its profile and nothing published.
async fn adopted(database: &Database) -> PostgresStore {
    let store = database.open().await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    store
}

/// What a publish must not leave half done.
async fn nothing_published(database: &Database, store: &PostgresStore) {
    assert_eq!(store.head().await.expect("an answer"), None);
    let counts = store.counts().await.expect("counts");
    assert_eq!((counts.editions, counts.area_rows, counts.changes), (0, 0, 1));
    let counters = "select string_agg(name || ' ' || value, ', ' order by name) from counter";
    assert_eq!(database.value::<String>(counters).await, "area_id 0, change 1, edition 0, place_id 0, staff 0");
}

/// A trigger that ends the connection which writes to `table`, once, at `when`.
async fn cut_at(database: &Database, table: &str, when: &str) {
    let deferred = if when == "at the commit" { "deferrable initially deferred" } else { "" };
    let (kind, when) = match when {
        "at the commit" => ("constraint trigger", "after insert or update"),
        when => ("trigger", when),
    };
    database
        .run(&format!(
            "create function cut() returns trigger language plpgsql as $$ begin \
             perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return new; end $$; \
             create {kind} cut {when} on {table} {deferred} for each row execute function cut()"
        ))
        .await;
}

#[tokio::test]
async fn a_publish_that_is_cut_off_leaves_nothing() {
    for (table, when) in [
        ("counter", "before update"),
        ("edition", "before insert"),
        ("edition", "after insert"),
        ("area", "before insert"),
        ("area", "after insert"),
        ("change_log", "before insert"),
        ("change_log", "after insert"),
        ("area", "at the commit"),
        ("change_log", "at the commit"),
    ] {
        let database = Database::new();
        let store = adopted(&database).await;
        cut_at(&database, table, when).await;
        let failed = store.publish(&first(), &imprint("第一版")).await.expect_err("a broken connection");
        assert!(matches!(failed, PublishError::Store(StoreError::Unavailable(_))), "{table} {when}: {failed:?}");
        nothing_published(&database, &store).await;
        database.run(&format!("drop trigger cut on {table}")).await;
        // The same store goes on by itself, with the numbers that were not used.
        let edition = store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
        assert_eq!(edition.number, 1, "{table} {when}");
        assert_eq!(store.areas(1).await.expect("areas"), expected_areas(&first()), "{table} {when}");
    }
}

#[tokio::test]
async fn a_publish_that_is_cut_off_from_outside_leaves_the_edition_before() {
    let database = Database::new();
    let store = adopted(&database).await;
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    let base = store.areas(1).await.expect("areas");
    let counts = store.counts().await.expect("counts");
    // Held in the middle by somebody's lock on a row that it must end.
    let mut holder = database.connect().await;
    holder.execute("begin; select 1 from area where area_id = 2 for update").await.expect("a lock");
    let draft = with_north(1, &base);
    let second = imprint("第二版");
    let (published, cut) = tokio::join!(store.publish(&draft, &second), async {
        let waiting = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' \
                       and query like '%update area%'";
        let mut watcher = database.connect().await;
        loop {
            let found: Option<i32> = sqlx::query_scalar(AssertSqlSafe(waiting.to_owned()))
                .fetch_optional(&mut watcher)
                .await
                .expect("an answer");
            if let Some(pid) = found {
                let cut = format!("select pg_terminate_backend({pid})");
                return database.value::<bool>(&cut).await;
            }
            tokio::task::yield_now().await;
        }
    });
    assert!(cut);
    let failed = published.expect_err("a broken connection");
    assert!(matches!(failed, PublishError::Store(StoreError::Unavailable(_))), "{failed:?}");
    assert_eq!(store.counts().await.expect("counts"), counts);
    assert_eq!(store.areas(1).await.expect("areas"), base);
    holder.close().await.expect("closed");
    assert_eq!(store.publish(&draft, &second).await.expect("the second edition").number, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_known_all_the_same() {
    let database = Database::new();
    adopted(&database).await;
    // The commit arrives, its answer does not.
    let wire = Wire::to(&database, Cut::AfterCommit).await;
    let store = PostgresStore::open(&postgres_url(&wire.url)).await.expect("a store");
    let edition = store.publish(&first(), &imprint("第一版")).await.expect("it was committed");
    assert!(wire.was_cut(), "the answer was lost");
    assert_eq!(store.head().await.expect("an answer"), Some(edition));
    assert_eq!(store.counts().await.expect("counts").changes, 2);

    // The commit never arrives.
    let database = Database::new();
    let sound = adopted(&database).await;
    let wire = Wire::to(&database, Cut::BeforeCommit).await;
    let store = PostgresStore::open(&postgres_url(&wire.url)).await.expect("a store");
    let failed = store.publish(&first(), &imprint("第一版")).await.expect_err("it was not committed");
    assert!(wire.was_cut(), "the commit was lost");
    assert!(matches!(failed, PublishError::Store(StoreError::Unavailable(_))), "{failed:?}");
    nothing_published(&database, &sound).await;
    assert_eq!(store.publish(&first(), &imprint("第一版")).await.expect("the first edition").number, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_publishers_at_once_exactly_one_wins_each_edition() {
    let database = Database::new();
    adopted(&database).await;
    let (draft, imprint) = (first(), imprint("第一版"));
    let stores = [database.open().await, database.open().await, database.open().await, database.open().await];
    let [a, b, c, d] = &stores;
    let publish = |store: &PostgresStore| {
        let store = store.clone();
        let (draft, imprint) = (&draft, &imprint);
        async move { store.publish(draft, imprint).await }
    };
    let done = tokio::join!(publish(a), publish(b), publish(c), publish(d));
    let done = [done.0, done.1, done.2, done.3];
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
    for lost in done.iter().filter_map(|done| done.as_ref().err()) {
        assert!(matches!(lost, PublishError::Stale { expected: 0, found: 1 }), "{lost:?}");
    }
    let counts = a.counts().await.expect("counts");
    assert_eq!((counts.editions, counts.area_rows, counts.changes), (1, 4, 2));
}
