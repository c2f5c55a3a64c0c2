//! What every store must do. Generic over the store: each backend hands in how to open a fresh one, twice if need be.

pub mod drafts;
mod duties;
mod history;
pub mod indicators;
mod rows;

use onemap::{
    domain::{
        area::{Area, AreaChanges, AreaId, Edition},
        duty::Staff,
        place::{Place, PlaceGeometry, PlaceLayer},
    },
    store::{Counts, LogHead, PublishError, Revisions, SqliteStore, Store, StoreError, StoredArea, StoredProfile},
};
use time::{UtcOffset, macros::datetime};

use crate::support::{postgres::Database, staff};
use duties::{
    a_channel_that_is_ended_stays_known, duties_are_changed_on_what_is_known, one_post_is_held_by_one_at_a_time,
    staff_comes_back, what_was_known_of_duties_stays_known,
};
use history::{the_log_is_read_behind_a_number, what_is_retired_is_closed_and_found_again};
use indicators::{
    values_are_recorded_on_what_is_known_and_never_before_it, values_of_indicators_are_superseded_and_never_lost,
    values_that_break_a_rule_are_not_half_recorded,
};
use rows::{places_are_changed_on_their_revision, places_come_back, positions_come_back_bit_for_bit};

use drafts::{
    DISTRICT, EAST, ENCLAVE, NORTH, WEST, expected_areas, first, imprint, imprint_from, level_ids, stored_profile,
    with_node, with_north,
};

/// Runs every behaviour against a fresh store of each kind, of which the behaviour may open as many handles as it likes.
macro_rules! every_store {
    ($($behaviour:ident)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    let folder = tempfile::tempdir().expect("a folder");
                    let path = folder.path().join("一张图 store.gpkg");
                    super::$behaviour(async || super::SqliteStore::open(&path).await.expect("a store")).await;
                }
            )*
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    let database = super::Database::new();
                    super::$behaviour(async || database.open().await).await;
                }
            )*
        }
    };
}

every_store! {
    a_new_store_is_empty
    a_profile_is_adopted_once_and_kept
    a_level_with_the_name_of_a_table_is_refused
    what_is_published_is_read_back
    times_are_kept_in_utc_to_the_millisecond
    a_draft_on_an_old_head_is_stale
    of_two_publishers_at_once_one_wins
    of_two_processes_at_once_one_wins
    numbers_of_areas_outlive_their_rows
    a_new_area_gets_a_new_number
    what_differs_between_editions_leads_from_one_to_the_other
    places_and_postings_have_revisions
    what_is_retired_is_closed_and_found_again
    the_log_is_read_behind_a_number
    nothing_to_change_is_published_as_an_edition
    a_publish_that_is_dropped_is_whole_or_nothing
    places_come_back
    places_are_changed_on_their_revision
    positions_come_back_bit_for_bit
    staff_comes_back
    what_was_known_of_duties_stays_known
    one_post_is_held_by_one_at_a_time
    duties_are_changed_on_what_is_known
    a_channel_that_is_ended_stays_known
    values_are_recorded_on_what_is_known_and_never_before_it
    values_of_indicators_are_superseded_and_never_lost
    values_that_break_a_rule_are_not_half_recorded
    everything_is_counted
    a_store_that_was_dropped_opens_whole
    a_closed_store_says_so
}

/// How a behaviour gets a store.
trait Open<S>: AsyncFn() -> S {}
impl<S, F: AsyncFn() -> S> Open<S> for F {}

async fn adopted<S: Store>(open: &impl Open<S>) -> S {
    let store = open().await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("a new store takes a profile");
    store
}

/// A store with the first edition.
async fn published<S: Store>(open: &impl Open<S>) -> S {
    let store = adopted(open).await;
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    store
}

fn codes(areas: &[StoredArea]) -> Vec<&str> {
    areas.iter().map(|stored| stored.area.code.as_str()).collect()
}

async fn what_differs_between_editions_leads_from_one_to_the_other<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let mut editions = vec![store.areas(1).await.expect("areas")];
    for draft in [with_node, with_north, with_north] {
        let number = editions.len() as u32;
        store.publish(&draft(number, &editions[number as usize - 1]), &imprint("又一版")).await.expect("a publish");
        editions.push(store.areas(number + 1).await.expect("areas"));
    }
    let ids = |areas: &[StoredArea]| areas.iter().map(|stored| stored.area.id).collect::<Vec<_>>();
    for (from, old) in (1..).zip(&editions) {
        for (to, new) in (1..).zip(&editions) {
            let changes = store.area_changes(from, to).await.expect("what differs");
            assert_eq!(from == to, changes == AreaChanges::default(), "from {from} to {to}");
            let gone: Vec<AreaId> = ids(old).into_iter().filter(|id| !ids(new).contains(id)).collect();
            assert_eq!(changes.gone, gone, "from {from} to {to}");
            let mut put = changes.put.iter().peekable();
            for stored in new {
                let is_old = old
                    .iter()
                    .any(|old| (old.area.id, old.area.from_edition) == (stored.area.id, stored.area.from_edition));
                let Some((given, geometry)) = put.next_if(|(put, _)| put.area.id == stored.area.id) else {
                    assert!(is_old, "from {from} to {to} {} is missing", stored.area.code);
                    continue;
                };
                assert!(!is_old, "from {from} to {to} {} is as before", stored.area.code);
                assert_eq!(geometry, &stored.geometry);
                assert_eq!(given.parent, stored.area.parent.map(|parent| new[parent as usize].area.id));
                assert_eq!(Area { parent: stored.area.parent, ..given.area.clone() }, stored.area);
            }
            assert_eq!(put.next(), None, "from {from} to {to}");
        }
    }
}

async fn places_and_postings_have_revisions<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let untouched = store.revisions().await.expect("revisions");
    assert_eq!(untouched, Revisions::default());
    store.replace_places(&[]).await.expect("no places");
    let placed = store.revisions().await.expect("revisions");
    assert!(placed.places > 0 && placed.postings == 0, "{placed:?}");
    staff::replace(&store, &[]).await;
    let posted = store.revisions().await.expect("revisions");
    let head = LogHead { seq: 4, edition: 1, revisions: posted, may_write: true, is_standby: false };
    assert_eq!(store.log_head().await.expect("where the log stands"), head);
    assert!(posted.places == placed.places && posted.postings > posted.places, "{posted:?}");
}

async fn a_new_store_is_empty<S: Store>(open: impl Open<S>) {
    let store = open().await;
    assert_eq!(store.profile().await.expect("an answer"), None);
    assert_eq!(store.head().await.expect("an answer"), None);
    let head = LogHead { may_write: true, ..LogHead::default() };
    assert_eq!(store.log_head().await.expect("an answer"), head);
    assert_eq!(store.editions().await.expect("an answer"), []);
    assert_eq!(store.areas(0).await.expect("an answer"), []);
    assert_eq!(store.area_ids(0).await.expect("an answer"), []);
    assert_eq!(store.retired_codes(0).await.expect("an answer"), Vec::<String>::new());
    assert_eq!(store.places().await.expect("an answer"), []);
    assert_eq!(store.staff(None).await.expect("an answer"), Staff::default());
    assert_eq!(store.counts().await.expect("an answer"), Counts::default());
}

async fn a_profile_is_adopted_once_and_kept<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    store.adopt_profile(&stored_profile(), &level_ids()).await.expect("the same profile again");
    let StoredProfile { id, text } = stored_profile();
    for other in [
        StoredProfile { id: "elsewhere".to_owned(), text: text.clone() },
        StoredProfile { id: id.clone(), text: text + "\n" },
    ] {
        let refused = store.adopt_profile(&other, &level_ids()).await.expect_err("another profile");
        assert!(matches!(refused, StoreError::OtherProfile { kept, given } if kept == id && given == other.id));
    }
    assert_eq!(store.profile().await.expect("an answer"), Some(stored_profile()));
    assert_eq!(store.counts().await.expect("an answer").changes, 1);
}

async fn a_level_with_the_name_of_a_table_is_refused<S: Store>(open: impl Open<S>) {
    let store = open().await;
    for reserved in ["area", "edition", "posting"] {
        let levels = ["district".to_owned(), reserved.to_owned()];
        let refused = store.adopt_profile(&stored_profile(), &levels).await.expect_err("a reserved name");
        assert!(matches!(refused, StoreError::ReservedLevel(level) if level == reserved));
        assert_eq!(store.profile().await.expect("an answer"), None, "nothing is half adopted");
    }
}

async fn what_is_published_is_read_back<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    let draft = first();
    let edition = store.publish(&draft, &imprint("第一版")).await.expect("the first edition");
    assert_eq!(edition.number, 1);
    assert_eq!(store.head().await.expect("an answer"), Some(edition.clone()));
    assert_eq!(store.editions().await.expect("an answer"), [edition]);
    let areas = store.areas(1).await.expect("areas");
    assert_eq!(areas, expected_areas(&draft));
    assert_eq!(codes(&areas), [DISTRICT, WEST, EAST, ENCLAVE]);
    let ids = areas.iter().map(|stored| (stored.area.code.to_string(), stored.area.id)).collect::<Vec<_>>();
    assert_eq!(store.area_ids(1).await.expect("ids"), ids);
    assert_eq!(store.areas(0).await.expect("areas"), []);
}

async fn times_are_kept_in_utc_to_the_millisecond<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    let given = imprint_from("第一版", datetime!(2026-03-01 00:00:00.123_456_789 +8));
    let edition = store.publish(&first(), &given).await.expect("the first edition");
    let expected = Edition {
        number: 1,
        title: "第一版".to_owned(),
        author: given.author,
        effective_from: datetime!(2026-02-28 16:00:00.123 UTC),
        published_at: given.published_at,
        profile_digest: given.profile_digest,
    };
    assert_eq!(edition, expected);
    let read = store.head().await.expect("an answer").expect("an edition");
    assert_eq!((read.effective_from.offset(), &read), (UtcOffset::UTC, &expected));
}

async fn a_draft_on_an_old_head_is_stale<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let before = (store.areas(1).await.expect("areas"), store.counts().await.expect("counts"));
    let refused = store.publish(&first(), &imprint("又一版")).await.expect_err("a stale draft");
    assert!(matches!(refused, PublishError::Stale { expected: 0, found: 1 }), "{refused:?}");
    assert_eq!((store.areas(1).await.expect("areas"), store.counts().await.expect("counts")), before);
}

async fn of_two_publishers_at_once_one_wins<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    one_wins(&store, &store).await;
}

async fn of_two_processes_at_once_one_wins<S: Store>(open: impl Open<S>) {
    let (one, other) = (adopted(&open).await, adopted(&open).await);
    one_wins(&one, &other).await;
}

async fn one_wins<S: Store>(one: &S, other: &S) {
    let (draft, this, that) = (first(), imprint("甲"), imprint("乙"));
    let (a, b) = tokio::join!(one.publish(&draft, &this), other.publish(&draft, &that));
    let (won, lost) = if a.is_ok() { (a, b) } else { (b, a) };
    let won = won.expect("one wins");
    let lost = lost.expect_err("one loses");
    assert!(matches!(lost, PublishError::Stale { expected: 0, found: 1 }), "{lost:?}");
    for store in [one, other] {
        assert_eq!(store.editions().await.expect("an answer"), std::slice::from_ref(&won));
        assert_eq!(store.areas(1).await.expect("areas"), expected_areas(&draft));
        assert_eq!(store.counts().await.expect("counts").changes, 2, "the profile and one edition");
    }
}

async fn numbers_of_areas_outlive_their_rows<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let before = store.areas(1).await.expect("areas");
    let draft = with_node(1, &before);
    store.publish(&draft, &imprint("第二版")).await.expect("the second edition");
    let mut expected = before.clone();
    for row in draft.changes() {
        let stored = expected.iter_mut().find(|stored| stored.area.code == row.area.code).expect("a standing area");
        let first_row = expected_areas(&first()).into_iter().find(|first| first.area.code == row.area.code);
        let Some(StoredArea { area, .. }) = first_row else { panic!("{} was there", row.area.code) };
        stored.area = onemap::domain::area::Area {
            from_edition: 2,
            name: row.area.name.clone(),
            kind: row.area.kind,
            branch: row.area.branch.clone(),
            households: row.area.households,
            residents: row.area.residents,
            figures: row.area.figures,
            area_m2: row.area_m2,
            label: row.label,
            digest: row.digest,
            ..area
        };
        stored.geometry = row.area.geometry.clone();
    }
    assert_eq!(store.areas(2).await.expect("areas"), expected);
    assert_eq!(store.areas(1).await.expect("areas"), before, "an edition never changes");
    assert_eq!(store.area_ids(2).await.expect("ids"), store.area_ids(1).await.expect("ids"));
    assert_eq!(store.retired_codes(2).await.expect("codes"), Vec::<String>::new());
    assert_eq!(store.counts().await.expect("counts").area_rows, 6);
}

async fn a_new_area_gets_a_new_number<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let base = store.areas(1).await.expect("areas");
    store.publish(&with_node(1, &base), &imprint("第二版")).await.expect("the second edition");
    let base = store.areas(2).await.expect("areas");
    store.publish(&with_north(2, &base), &imprint("第三版")).await.expect("the third edition");
    let expected = [(DISTRICT, 1), (WEST, 2), (EAST, 3), (ENCLAVE, 4), (NORTH, 5)];
    let expected = expected.map(|(code, id)| (code.to_owned(), AreaId(id)));
    assert_eq!(store.area_ids(3).await.expect("ids"), expected);
    let areas = store.areas(3).await.expect("areas");
    let north = areas.last().expect("the new street");
    assert_eq!((north.area.parent, north.area.from_edition), (Some(0), 3), "its parent stands since before");
    assert_eq!(codes(&store.areas(2).await.expect("areas")), [DISTRICT, WEST, EAST, ENCLAVE]);
}

async fn nothing_to_change_is_published_as_an_edition<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let base = store.areas(1).await.expect("areas");
    store.publish(&drafts::draft(1, &base, vec![]), &imprint("同上")).await.expect("the second edition");
    assert_eq!(store.areas(2).await.expect("areas"), base);
}

async fn a_publish_that_is_dropped_is_whole_or_nothing<S: Store>(open: impl Open<S>) {
    let store = adopted(&open).await;
    store.publish(&first(), &imprint("第一版")).await.expect("the first edition");
    // On a busy machine the store may have answered whenever it is asked: then a publish ends in one go.
    for _ in 0..20 {
        if publishes_are_dropped(&store).await > 0 {
            return;
        }
    }
    panic!("at least one publish is dropped on its way");
}

/// Drops publishes on the head later and later until one is whole; how many were dropped before.
async fn publishes_are_dropped<S: Store>(store: &S) -> usize {
    let head = store.head().await.expect("an answer").expect("an edition").number;
    let before = store.areas(head).await.expect("areas");
    let changes = store.counts().await.expect("counts").changes;
    let draft = drafts::renamed(head, &before, &format!("镇海街道{head}"));
    let names = |areas: &[StoredArea]| areas.iter().map(|stored| stored.area.name.clone()).collect::<Vec<_>>();
    let mut renamed = names(&before);
    renamed[1] = format!("镇海街道{head}");
    let mut dropped = 0;
    for polls in std::iter::successors(Some(1_u32), |polls| Some(polls + polls / 8 + 1)) {
        let imprint = imprint("又一版");
        let mut publish = Box::pin(store.publish(&draft, &imprint));
        let mut is_whole = false;
        for _ in 0..polls {
            if let std::task::Poll::Ready(done) = futures_util::poll!(publish.as_mut()) {
                assert!(done.is_ok(), "{done:?} after {dropped} were dropped");
                is_whole = true;
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(publish);
        dropped += usize::from(!is_whole);
        // A commit that was already on its way may land at any time; it ends before the next write begins.
        store.adopt_profile(&stored_profile(), &level_ids()).await.expect("the store goes on");
        let areas = names(&store.areas(head + 1).await.expect("areas"));
        let now = store.head().await.expect("an answer").expect("an edition").number;
        if now > head {
            assert_eq!((now, areas), (head + 1, renamed), "after {polls} polls");
            break;
        }
        assert!(!is_whole && areas == names(&before), "after {polls} polls without an edition: {areas:?}");
    }
    assert_eq!(store.counts().await.expect("counts").changes, changes + 1, "one edition more");
    dropped
}

async fn everything_is_counted<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let point = PlaceGeometry::Point(first().changes()[0].label);
    let place = Place::bare(1, PlaceLayer::Green, point);
    store.replace_places(&[place]).await.expect("places");
    staff::replace(&store, &[]).await;
    indicators::record(&store, &[WEST, EAST]).await;
    let expected = Counts { area_rows: 4, editions: 1, places: 1, postings: 0, indicator_values: 2, changes: 5 };
    assert_eq!(store.counts().await.expect("counts"), expected);
}

async fn a_store_that_was_dropped_opens_whole<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    let head = store.head().await.expect("an answer");
    drop(store);
    let store = adopted(&open).await;
    assert_eq!(store.head().await.expect("an answer"), head);
    assert_eq!(store.areas(1).await.expect("areas"), expected_areas(&first()));
    store.close().await.expect("closed");
    let store = open().await;
    let base = store.areas(1).await.expect("areas");
    store.publish(&with_north(1, &base), &imprint("第二版")).await.expect("the second edition");
    assert_eq!(store.area_ids(2).await.expect("ids").last(), Some(&(NORTH.to_owned(), AreaId(5))));
}

async fn a_closed_store_says_so<S: Store>(open: impl Open<S>) {
    let store = published(&open).await;
    store.close().await.expect("closed");
    store.close().await.expect("closed already");
    assert!(matches!(store.head().await, Err(StoreError::Unavailable(_))));
    let refused = store.publish(&first(), &imprint("又一版")).await.expect_err("a closed store");
    assert!(matches!(refused, PublishError::Store(StoreError::Unavailable(_))));
}
