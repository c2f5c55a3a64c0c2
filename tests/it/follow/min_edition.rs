//! Who has seen an edition sees nothing older, whichever service answers.

use super::{
    line::{Line, Telephone},
    *,
};

/// As the header is written.
const HEADER: &str = "X-Min-Edition";

both_stores! {
    what_has_been_seen_is_waited_for
    what_does_not_exist_is_refused_soon
}

async fn what_has_been_seen_is_waited_for(place: Place) {
    // No doorbell reaches the reader, and it does not look by itself.
    let deaf = match &place {
        Place::Database(database) => Some(Telephone::to(&database.url(), Line::Deaf).await),
        Place::File(_) => None,
    };
    let address = deaf.as_ref().map_or_else(|| place.address(), |deaf| deaf.url.as_str().into());
    let (writer, reader) = (place.service(NEVER).await, service_at(address, NEVER, Clock::system()).await);
    let (lon, lat) = points(&reader).await[0];
    let lookup = format!("/lookup?lon={lon}&lat={lat}");
    for (number, path) in (2..).zip([lookup.as_str(), "/areas?level=street", "/tiles/areas.json", "/profile"]) {
        assert_eq!(publish(&writer, number).await, number);
        let seen = (number - 1).to_string();
        let old = get_with(&reader, path, HEADER, &seen).await;
        assert_eq!((old.status(), text_of(&old, "x-edition")), (StatusCode::OK, Some(seen.as_str())), "{path}");
        let began = Instant::now();
        let new = loop {
            let response = get_with(&reader, path, HEADER, &number.to_string()).await;
            // A busy machine may need longer than a request is kept waiting.
            if response.status() != StatusCode::SERVICE_UNAVAILABLE || began.elapsed() > PATIENCE {
                break response;
            }
        };
        assert_eq!((new.status(), text_of(&new, "x-edition")), (StatusCode::OK, Some(number.to_string().as_str())));
    }
    // Many at once are served by one look.
    let number = publish(&writer, 6).await.to_string();
    let asked = (0..50).map(|_| get_with(&reader, &lookup, HEADER, &number));
    for response in futures_util::future::join_all(asked).await {
        let edition = text_of(&response, "x-edition").map(str::to_owned);
        assert!(
            edition.as_deref() == Some(&number) || response.status() == StatusCode::SERVICE_UNAVAILABLE,
            "{edition:?} {}",
            response.status()
        );
    }
    // An edition that waits for its time is known, and nothing newer is in force anywhere.
    let later = onemap::formats::moment::moment_text(onemap::clock::Clock::system().now() + time::Duration::days(30));
    let (status, report) = rename(&writer, 7, &format!("effective_from={later}")).await;
    assert_eq!(status, StatusCode::CREATED, "{report}");
    until("known", || writer.app.has_edition(7)).await;
    assert_eq!(get_with(&writer, &lookup, HEADER, "7").await.status(), StatusCode::OK);
    writer.app.finish().await;
    reader.app.finish().await;
}

async fn what_does_not_exist_is_refused_soon(place: Place) {
    let service = place.service(NEVER).await;
    for path in ["/lookup?lon=119.01&lat=25.43", "/areas", "/profile"] {
        let response = get_with(&service, path, HEADER, "99").await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(text_of(&response, "retry-after"), Some("1"));
        let problem = json_of(response).await;
        assert_eq!(problem["type"], json!("/problems/edition-not-yet"));
        assert_eq!((&problem["asked"], &problem["served"]), (&json!(99), &json!(1)));
        assert!(problem["detail_zh"].as_str().expect("a detail").contains("第 99 版"), "{problem}");
        for bad in ["0", "-1", "x", "1.5", "99999999999"] {
            let response = get_with(&service, path, HEADER, bad).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path} {bad}");
            assert_eq!(json_of(response).await["parameter"], json!(HEADER));
        }
        assert_eq!(get_with(&service, path, HEADER, "1").await.status(), StatusCode::OK, "{path}");
    }
    service.app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_is_away_what_has_not_come_is_refused_at_once() {
    let place = Place::database().filled().await;
    let Place::Database(database) = &place else { unreachable!("made so") };
    let telephone = Telephone::to(&database.url(), Line::Whole).await;
    let poll = Duration::from_millis(200);
    let service = service_at(telephone.url.as_str().into(), poll, Clock::system()).await;
    telephone.set(Line::Silent);
    until("away", || service.app.staleness().seconds().is_some()).await;
    assert_eq!(get_with(&service, "/profile", HEADER, "1").await.status(), StatusCode::OK);
    let refused = get_with(&service, "/profile", HEADER, "2").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(text_of(&refused, "x-data-stale").is_some());
    telephone.set(Line::Whole);
    service.app.finish().await;
}
