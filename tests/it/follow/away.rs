//! The database goes away, by breaking off and by falling silent, and comes back.

use time::macros::datetime;

use super::{
    line::{Line, Telephone},
    *,
};

/// By when a write and a read that need the store are refused.
const REFUSED_WITHIN: Duration = Duration::from_secs(1);

/// Slow machines may miss that now and then, not always.
const ROUNDS: usize = 3;

/// A service over a line to a database with two editions, of which it has only the second in memory, and somebody else who
/// publishes.
async fn service_by_telephone() -> (Place, Telephone, Service, Service) {
    let place = Place::database().filled().await;
    let Place::Database(database) = &place else { unreachable!("made so") };
    let telephone = Telephone::to(&database.url(), Line::Whole).await;
    let poll = Duration::from_millis(500);
    let other = place.service(poll).await;
    publish(&other, 2).await;
    let service = service_at(telephone.url.as_str().into(), poll, Clock::system()).await;
    (place, telephone, service, other)
}

fn stale_s(response: &Response) -> Option<u64> {
    text_of(response, "x-data-stale").map(|text| text.parse().expect("whole seconds"))
}

async fn comes_and_goes(line: Line) {
    let (_place, telephone, service, other) = service_by_telephone().await;
    let (lon, lat) = points(&service).await[0];
    let from_memory = [
        format!("/lookup?lon={lon}&lat={lat}"),
        format!("/lookup?lon={lon}&lat={lat}&accuracy_m=30"),
        "/areas?level=street".to_owned(),
        "/areas/350304001".to_owned(),
        "/tiles/areas/10/851/436".to_owned(),
        "/profile".to_owned(),
        "/editions".to_owned(),
        "/areas?level=street&as_of=2999-01-01".to_owned(),
    ];
    let mut bodies = Vec::new();
    for path in &from_memory {
        let response = get(&service, path).await;
        assert!(response.status().is_success() && stale_s(&response).is_none(), "{path}: {}", response.status());
        bodies.push(response.into_body().collect().await.expect("a body").to_bytes());
    }

    let mut quickest = Duration::MAX;
    for round in 0..ROUNDS {
        // A write that is begun while nobody knows yet.
        let lines = service.export("street", |_| "第3版街道".to_owned());
        telephone.set(line);
        let began = Instant::now();
        let refused = service.send(Method::POST, "/imports", "application/geo+json-seq", lines).await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(text_of(&refused, "retry-after").is_some());
        quickest = quickest.min(began.elapsed());
        until("known to be away", || service.app.staleness().seconds().is_some()).await;
        let began = Instant::now();
        for path in ["/changes", "/areas/999999", "/areas?edition=1&limit=1"] {
            let refused = get(&service, path).await;
            assert!(stale_s(&refused).is_some(), "{path}");
            if path.contains("edition=1") && round > 0 {
                assert_eq!(refused.status(), StatusCode::OK, "it is in memory since it was asked for last");
                continue;
            }
            assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(text_of(&refused, "retry-after").is_some(), "{path}");
        }
        assert!(began.elapsed() < REFUSED_WITHIN, "{:?} while it is known", began.elapsed());

        for (path, body) in from_memory.iter().zip(&bodies) {
            let response = get(&service, path).await;
            assert!(response.status().is_success() && stale_s(&response).is_some(), "{path}: {response:?}");
            assert_eq!(text_of(&response, "x-edition"), Some("2"), "{path}");
            assert_eq!(&response.into_body().collect().await.expect("a body").to_bytes(), body, "{path}");
        }
        until("seconds count", || service.app.staleness().seconds() >= Some(1)).await;
        let ready = get(&service, "/readyz").await;
        assert_eq!(ready.status(), StatusCode::OK);
        let ready = json_of(ready).await;
        assert!(ready["stale_s"].as_u64() >= Some(1) && ready["stale_since"].is_string(), "{ready}");

        telephone.set(Line::Whole);
        until("back", || service.app.staleness().seconds().is_none()).await;
        let response = get(&service, "/areas?edition=1&limit=1").await;
        assert!(response.status().is_success() && stale_s(&response).is_none());
        assert_eq!(json_of(get(&service, "/readyz").await).await, json!({"status": "ready"}));
    }
    assert!(quickest < REFUSED_WITHIN, "a write was refused after {quickest:?} at best");

    // What others published meanwhile is taken up, and writes go on.
    telephone.set(line);
    until("away", || service.app.staleness().seconds().is_some()).await;
    publish(&other, 7).await;
    let during = served(&other);
    assert_eq!(served(&service), 2);
    telephone.set(Line::Whole);
    until("caught up", || served(&service) == during).await;
    let next = publish(&service, 8).await;
    assert_eq!(next, during + 1);
    until("served by the other", || served(&other) == next).await;
    service.app.finish().await;
    other.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_breaks_off_comes_back() {
    comes_and_goes(Line::Cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_falls_silent_comes_back() {
    comes_and_goes(Line::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tile_of_an_edition_may_be_kept_for_ever_and_is_never_stale() {
    let (_place, telephone, service, other) = service_by_telephone().await;
    telephone.set(Line::Cut);
    until("away", || service.app.staleness().seconds().is_some()).await;
    let response = get(&service, "/editions/2/tiles/areas/10/851/436").await;
    assert!(response.status().is_success() && stale_s(&response).is_none(), "{response:?}");
    assert!(text_of(&response, "cache-control").is_some_and(|keeping| keeping.contains("immutable")));
    service.app.finish().await;
    other.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_on_duty_answers_while_the_store_is_away() {
    let place = Place::database().filled().await;
    let Place::Database(database) = &place else { unreachable!("made so") };
    let telephone = Telephone::to(&database.url(), Line::Whole).await;
    let clock = Clock::fixed(datetime!(2099-01-01 00:00 UTC));
    let service = service_at(telephone.url.as_str().into(), Duration::from_millis(500), clock.clone()).await;
    let body = json!({"area": "350304001", "role": "duty_chief", "seat": 9, "person": {"name": "示例新任"},
        "valid_from": "2099-01-02T00:00:00Z"});
    let (status, made) = service.post("/postings", "application/json", body.to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let answers = async || json_of(get(&service, "/areas/350304001").await).await["responsible"].to_string();
    assert!(!answers().await.contains("示例新任"));
    telephone.set(Line::Cut);
    until("away", || service.app.staleness().seconds().is_some()).await;
    let mut feed = service.app.feed().subscribe(onemap::app::feed::Since::Now).expect("a place");
    clock.advance(time::Duration::days(2));
    let began = Instant::now();
    while !answers().await.contains("示例新任") {
        assert!(began.elapsed() < PATIENCE, "nobody took over");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let told = tokio::time::timeout(PATIENCE, feed.next()).await.expect("something happens");
    assert!(format!("{told:?}").contains("DutyChanged"), "{told:?}");
    service.app.finish().await;
}
