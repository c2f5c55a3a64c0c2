//! Publishing for a time to come.

use onemap::app::feed::{Happened, Next, Since};
use serde_json::json;

use super::*;

/// What the feed says next, in short.
async fn next(subscriber: &mut onemap::app::feed::Subscriber) -> String {
    match subscriber.next().await {
        Next::Event(event) => match &event.happened {
            Happened::EditionPublished { edition, .. } => format!("published {edition}"),
            Happened::EditionInForce { edition, .. } => format!("in force {edition}"),
            Happened::DutyChanged { edition, .. } => format!("duty {edition}"),
            Happened::IndicatorsChanged { change } => format!("values {change}"),
            Happened::TilesChanged { edition, .. } => format!("tiles {edition}"),
        },
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_edition_takes_force_at_its_time_by_itself() {
    let (service, clock) = service().await;
    let mut feed = service.app.feed().subscribe(Since::Now).expect("a place");
    let (status, report) = rename(&service, "新", &format!("effective_from={}", text(after(5)))).await;
    assert_eq!((status, &report["edition"]), (StatusCode::CREATED, &json!(2)), "{report}");
    assert_eq!(report["effective_from"], json!(text(after(5))));
    assert_eq!(next(&mut feed).await, "published 2");
    assert_eq!(in_force(&service).await, 1, "published, not in force");
    let name = |found: &Value| found["area"]["name"].as_str().expect("a name").to_owned();
    let (_, present) = service.get("/areas/350304001001").await;
    let (_, future) = service.get("/areas/350304001001?edition=2").await;
    assert_eq!((present["edition"].as_u64(), future["edition"].as_u64()), (Some(1), Some(2)));
    assert_eq!(name(&future), format!("新{}", name(&present)));
    let (_, then) = service.get(&format!("/areas/350304001001?as_of={}", text(after(5)))).await;
    assert_eq!(then, future);

    clock.advance(Duration::hours(5) - Duration::milliseconds(1));
    assert_eq!(in_force(&service).await, 1);
    clock.advance(Duration::milliseconds(1));
    assert_eq!(next(&mut feed).await, "in force 2");
    assert_eq!(next(&mut feed).await, "tiles 2");
    assert_eq!(in_force(&service).await, 2);
    assert_eq!(service.get("/areas/350304001001").await.1, future);
    let missing = service.send(http::Method::GET, "/areas/999999", "", axum::body::Body::empty()).await;
    assert_eq!(missing.headers()["x-edition"], "2", "answers without an edition of their own follow");
    service.app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_overtakes_a_pending_edition_and_later_ones_wait_their_turn() {
    let (service, clock) = service().await;
    let mut feed = service.app.feed().subscribe(Since::Now).expect("a place");
    rename(&service, "甲", &format!("effective_from={}", text(after(5)))).await;
    for query in ["".to_owned(), format!("effective_from={}", text(after(4))), "dry_run=true".to_owned()] {
        let (status, problem) = rename(&service, "乙", &query).await;
        assert_eq!(status, StatusCode::CONFLICT, "{query}: {problem}");
        assert_eq!((&problem["edition"], &problem["effective_from"]), (&json!(2), &json!(text(after(5)))));
    }
    let (status, _) = rename(&service, "乙", &format!("effective_from={}", text(after(5)))).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, _) = rename(&service, "丙", &format!("effective_from={}", text(after(9)))).await;
    assert_eq!(status, StatusCode::CREATED);
    clock.advance(Duration::hours(5));
    let mut told = Vec::new();
    while told.last().is_none_or(|last| last != "tiles 3") {
        told.push(next(&mut feed).await);
    }
    assert_eq!(told, ["published 2", "published 3", "published 4", "in force 3", "tiles 3"]);
    clock.advance(Duration::hours(90));
    assert_eq!(next(&mut feed).await, "in force 4");
    // Two hours later somebody asks what was in force when, and known when.
    for (at, known_at, expected) in [(5, 99, 3), (9, 99, 4), (4, 99, 1), (9, 0, 4), (0, 0, 1)] {
        let path = format!("/areas?limit=1&as_of={}&known_at={}", text(after(at)), text(after(known_at)));
        assert_eq!(service.get(&path).await.1["edition"], json!(expected), "{path}");
    }
    service.app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_away_serves_what_took_force_meanwhile() {
    let clock = Clock::fixed(START);
    let service = service_by(300, AppOptions::default(), None, clock.clone()).await;
    rename(&service, "新", &format!("effective_from={}", text(after(1)))).await;
    service.app.finish().await;
    let again = |district: onemap::app::District| async { onemap::app::App::start(district).await.expect("served") };
    let early = again(service.app.district().clone()).await;
    assert_eq!(early.served().snapshot.edition_number(), 1, "the newest edition is not yet in force");
    clock.advance(Duration::hours(2));
    let late = again(service.app.district().clone()).await;
    assert_eq!(late.served().snapshot.edition_number(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_now_or_later_with_a_zone_or_a_date() {
    let (service, _) = service().await;
    for bad in ["2026-01-05T07:59:59Z", "2026-01-05T09:00:00", "2026-01-05", "tomorrow", ""] {
        let (status, problem) = rename(&service, "新", &format!("effective_from={bad}")).await;
        assert_eq!((status, &problem["parameter"]), (StatusCode::BAD_REQUEST, &json!("effective_from")), "{bad}");
    }
    // A mistyped year would close the district to publishing until then.
    for far in ["2072-01-01", "2028-01-06T08:00:00.001Z"] {
        let (status, problem) = rename(&service, "新", &format!("effective_from={far}")).await;
        assert_eq!((status, &problem["parameter"]), (StatusCode::BAD_REQUEST, &json!("effective_from")), "{far}");
        assert_eq!(problem["allowed"], json!("from now to 2028-01-06T08:00:00Z"), "{problem}");
    }
    let (status, report) = rename(&service, "远", "dry_run=true&effective_from=2028-01-06T08:00:00Z").await;
    assert_eq!(status, StatusCode::OK, "{report}");
    // A day begins in the district's time zone.
    let (status, report) = rename(&service, "新", "effective_from=2026-01-06").await;
    assert_eq!((status, &report["effective_from"]), (StatusCode::CREATED, &json!("2026-01-05T16:00:00Z")), "{report}");
}
