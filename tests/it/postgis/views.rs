//! What QGIS and other systems read.

use onemap::{
    domain::duty::{ListedPosting, Order, Period},
    store::Store,
};
use time::macros::datetime;

use crate::{
    store_contract::drafts::{EAST, NORTH, WEST, first, imprint, imprint_from, level_ids, stored_profile, with_north},
    support::{postgres::Database, staff},
};

#[tokio::test]
async fn a_view_of_a_level_shows_the_edition_in_force() {
    let database = Database::new();
    let store = database.open().await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    let level = level_ids().remove(1);
    let codes = format!("select coalesce(string_agg(code, ' ' order by code), '') from \"{level}\"");
    assert_eq!(database.value::<String>(&codes).await, "");
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    assert_eq!(database.value::<String>(&codes).await, "350304001 350304002 350304003");
    let base = store.areas(1).await.expect("areas");
    let planned = imprint_from("规划", datetime!(2999-01-01 00:00 UTC));
    store.publish(&with_north(1, &base), &planned).await.expect("the second edition");
    assert_eq!(database.value::<String>(&codes).await, "350304001 350304002 350304003", "not yet in force");
    database.run("update edition set effective_from = '2026-06-01' where number = 2").await;
    assert_eq!(database.value::<String>(&codes).await, format!("350304001 350304002 350304003 {NORTH}"));
    let parent = format!("select parent_code || ' ' || from_edition from \"{level}\" where code = '{NORTH}'");
    assert_eq!(database.value::<String>(&parent).await, "350304 2");
    assert_eq!(database.value::<i64>("select count(*) from edition_list").await, 2);
    // The map of a GIS client asks by window; the index of the table serves the view.
    let plan =
        format!("select count(*) from \"{level}\" where geom && st_makeenvelope(118.9, 25.39, 119.005, 25.41, 4490)");
    assert_eq!(database.value::<i64>(&plan).await, 3);
}

#[tokio::test]
async fn leaders_come_with_their_areas() {
    let database = Database::new();
    let store = database.open().await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a profile");
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    let line = |area: &str, name: &str| staff::line(area, "grid_leader", Order::A, name);
    let over = Period::new(None, Some(datetime!(2020-01-01 0:00 UTC)));
    let former = ListedPosting { valid: over.expect("a period"), ..line(WEST, "演示乙") };
    let away = ListedPosting { stands_in: true, name: String::new(), ..line(EAST, "") };
    staff::replace(&store, &[line(WEST, "演示甲"), former, line(EAST, "演示丙"), away]).await;
    let shown = "select string_agg(concat_ws(' ', area_code, level, name, organisation, stands_in, geom is not null), ', ' \
                 order by id) from leader_list";
    let level = level_ids().remove(1);
    let centre = "镇海街道网格中心";
    let expected = format!(
        "350304001 {level} 演示甲 {centre} f t, 350304002 {level} 演示丙 {centre} f t, 350304002 {level} {centre} {centre} t t"
    );
    assert_eq!(database.value::<String>(shown).await, expected);
}

#[tokio::test]
async fn views_are_renewed_only_when_they_are_other_ones() {
    let database = Database::new();
    let store = database.open().await;
    let adopt = async || store.adopt_profile(&stored_profile(), &level_ids()).await;
    adopt().await.expect("a profile");
    let level = level_ids().remove(0);
    let born = format!("select xmin::text from pg_class where relname = '{level}'");
    let first = database.value::<String>(&born).await;
    adopt().await.expect("the same profile");
    assert_eq!(database.value::<String>(&born).await, first, "what stands is not touched");
    // As an older program left it; somebody has built upon it.
    database.run(&format!("create view theirs as select * from \"{level}\"")).await;
    database.run(&format!("comment on view \"{level}\" is 'onemap level view 0'")).await;
    adopt().await.expect("renewed");
    let note = database.value::<String>(&format!("select obj_description('\"{level}\"'::regclass)")).await;
    assert!(note.starts_with("onemap level view ") && note.len() > 60, "{note}");
    assert_eq!(database.value::<i64>("select count(*) from theirs").await, 0);
}
