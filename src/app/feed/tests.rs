use super::*;
use crate::app::tiles::tile_coord;
use futures_util::FutureExt;
use time::macros::datetime;

const START: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

fn feed() -> Feed {
    Feed::new(START, 2)
}

fn publish(feed: &Feed, edition: EditionNumber) {
    let title = format!("edition {edition}");
    feed.publish(START, Happened::EditionPublished { edition, title, effective_from: START });
}

/// What is there for a subscriber now: editions, resets and the end in short.
fn now(subscriber: &mut Subscriber) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(next) = subscriber.next().now_or_never() {
        found.push(match next {
            Next::Event(event) => match event.happened {
                Happened::EditionPublished { edition, .. } | Happened::EditionInForce { edition, .. } => {
                    edition.to_string()
                }
                Happened::DutyChanged { revision, .. } => format!("duty {revision}"),
                Happened::IndicatorsChanged { change } => format!("values {change}"),
                Happened::TilesChanged { ref tiles, .. } => format!("{:?}", tiles.as_ref().map(Vec::len)),
            },
            Next::Reset { lost, .. } => format!("{lost:?}"),
            Next::Over => return found.into_iter().chain(["over".to_owned()]).collect(),
        });
    }
    found
}

#[test]
fn numbers_have_no_holes_and_whoever_comes_back_misses_nothing() {
    let feed = feed();
    let mut first = feed.subscribe(Since::Now).expect("a place");
    let began = first.seen();
    (1..=5).for_each(|edition| publish(&feed, edition));
    assert_eq!(now(&mut first), ["1", "2", "3", "4", "5"]);
    assert_eq!(first.seen(), began + 5);
    for (behind, expected) in [(0, 5), (2, 3), (5, 0)] {
        let mut back = feed.subscribe(Since::Number(Some(began + behind))).expect("a place");
        assert_eq!(now(&mut back).len(), expected, "{behind}");
    }
    publish(&feed, 6);
    assert_eq!(now(&mut first), ["6"]);
}

#[tokio::test]
async fn a_subscriber_that_waits_is_woken() {
    let feed = feed();
    let mut waiting = feed.subscribe(Since::Now).expect("a place");
    let woken = async { matches!(waiting.next().await, Next::Event(_)) };
    let (woken, ()) = tokio::join!(woken, async { publish(&feed, 1) });
    assert!(woken);
}

#[test]
fn a_number_that_is_not_ours_or_no_longer_kept_is_told() {
    let feed = feed();
    let began = feed.ring().last;
    (0..MAX_EVENTS as u32 + 10).for_each(|edition| publish(&feed, edition));
    for (number, lost) in [
        (None, Lost::Unknown),
        (Some(0), Lost::Unknown),
        (Some(began - 1), Lost::Unknown),
        (Some(began + MAX_EVENTS as u64 + 11), Lost::Unknown),
        (Some(u64::MAX), Lost::Unknown),
        (Some(began), Lost::TooOld),
        (Some(began + 9), Lost::TooOld),
    ] {
        let mut back = feed.subscribe(Since::Number(number)).expect("a place");
        assert_eq!(now(&mut back), [format!("{lost:?}")], "{number:?}");
    }
    let mut back = feed.subscribe(Since::Number(Some(began + 10))).expect("a place");
    assert_eq!(now(&mut back).len(), MAX_EVENTS);
}

#[test]
fn a_subscriber_that_lags_is_reset_and_goes_on() {
    let feed = feed();
    let mut slow = feed.subscribe(Since::Now).expect("a place");
    (0..=MAX_EVENTS as u32).for_each(|edition| publish(&feed, edition));
    assert_eq!(now(&mut slow), ["TooOld"]);
    publish(&feed, 7);
    assert_eq!(now(&mut slow), ["7"]);
}

#[test]
fn a_large_change_says_all_and_many_of_them_are_bounded() {
    let feed = feed();
    let mut follower = feed.subscribe(Since::Now).expect("a place");
    let tile = tile_coord(0, 0, 0).expect("the world");
    let changed =
        |count: usize| Happened::TilesChanged { tileset: Tileset::Areas, edition: 2, tiles: Some(vec![tile; count]) };
    feed.publish(START, changed(MAX_CHANGED_TILES));
    feed.publish(START, changed(MAX_CHANGED_TILES + 1));
    assert_eq!(now(&mut follower), [format!("Some({MAX_CHANGED_TILES})"), "None".to_owned()]);
    (0..200).for_each(|_| feed.publish(START, changed(MAX_CHANGED_TILES)));
    assert_eq!(feed.ring().tiles, MAX_TILES_KEPT);
    assert_eq!(feed.ring().events.len(), MAX_TILES_KEPT / MAX_CHANGED_TILES);
}

#[test]
fn places_are_limited_and_the_end_comes_after_what_happened() {
    let feed = feed();
    let mut first = feed.subscribe(Since::Now).expect("a place");
    let second = feed.subscribe(Since::Now).expect("a place");
    assert!(feed.subscribe(Since::Now).is_none());
    drop(second);
    assert!(feed.subscribe(Since::Now).is_some());
    publish(&feed, 1);
    feed.close();
    assert_eq!(now(&mut first), ["1", "over"]);
}

#[test]
fn processes_that_start_together_have_numbers_of_their_own() {
    let began: std::collections::HashSet<u64> = (0..8).map(|_| Feed::new(START, 1).ring().began).collect();
    assert!(began.len() > 1, "{began:?}");
}

#[test]
fn a_later_process_has_larger_numbers() {
    let feed = feed();
    (0..5000).for_each(|edition| publish(&feed, edition));
    let later = Feed::new(START + time::Duration::SECOND, 1);
    assert!(feed.ring().last < later.ring().last && later.ring().last < 1 << 53);
}
