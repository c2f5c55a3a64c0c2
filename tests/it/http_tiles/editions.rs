//! Tiles of editions, and of times.

use super::*;
use crate::http_api::service;

#[tokio::test(flavor = "multi_thread")]
async fn tiles_of_an_edition_stay_what_they_are_for_ever() {
    let service = service(300).await;
    let (coord, gzip) = (middle(&service, 14), [("accept-encoding", "gzip")]);
    let before = get(&service, &format!("/tiles/areas/{coord}"), &gzip).await;
    let path = format!("/editions/1/tiles/areas/{coord}");
    let present = get(&service, &path, &gzip).await;
    assert_eq!((present.header("etag"), &present.bytes), (before.header("etag"), &before.bytes));
    assert_eq!(present.header("cache-control"), "public, max-age=31536000, immutable");
    rename(&service, |name| format!("新{name}")).await;
    let past = get(&service, &path, &gzip).await;
    assert_eq!((past.status.as_u16(), past.header("x-edition")), (200, "1"));
    assert_eq!((past.header("etag"), &past.bytes), (before.header("etag"), &before.bytes));
    assert_eq!(past.header("cache-control"), "public, max-age=31536000, immutable");
    let known = get(&service, &path, &[gzip[0], ("if-none-match", before.header("etag"))]).await;
    assert_eq!((known.status.as_u16(), known.header("cache-control")), (304, "public, max-age=31536000, immutable"));
    let now = get(&service, &format!("/tiles/areas/{coord}"), &gzip).await;
    assert_ne!(now.header("etag"), before.header("etag"));
    assert_eq!(now.bytes, get(&service, &format!("/editions/2/tiles/areas/{coord}.mvt"), &gzip).await.bytes);
    let document = get(&service, "/editions/1/tiles/areas.json", &[]).await;
    assert_eq!((document.header("x-edition"), document.header("cache-control")), ("1", "no-cache"));
    assert_eq!(document.json()["tiles"], serde_json::json!(["/editions/1/tiles/areas/{z}/{x}/{y}"]));
    assert_eq!(document.json()["version"], "1.0.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_leads_to_the_edition_in_force_then() {
    let service = service(300).await;
    let first = service.app.served().snapshot.edition.clone().expect("an edition").effective_from;
    rename(&service, |name| format!("新{name}")).await;
    let second = service.app.served().snapshot.edition.clone().expect("an edition").effective_from;
    assert!(first < second);
    let text =
        |at: time::OffsetDateTime| at.format(&time::format_description::well_known::Rfc3339).expect("a time of today");
    let millisecond = time::Duration::MILLISECOND;
    for (at, edition) in [(first, 1), (second - millisecond, 1), (second, 2), (second + time::Duration::days(400), 2)] {
        for (asked, there) in [
            ("areas.json", "areas.json"),
            ("areas/9/424/218", "areas/9/424/218"),
            ("areas/9/424/218.mvt", "areas/9/424/218"),
        ] {
            let answer = get(&service, &format!("/tiles/{asked}?as_of={}", text(at)), &[]).await;
            let expected = format!("/editions/{edition}/tiles/{there}");
            assert_eq!((answer.status.as_u16(), answer.header("location")), (307, &*expected), "{at}");
            assert_eq!(answer.header("cache-control"), "no-cache");
            assert!(get(&service, &expected, &[]).await.status.is_success());
        }
    }
    let early = get(&service, &format!("/tiles/areas.json?as_of={}", text(first - millisecond)), &[]).await;
    assert_eq!((early.status.as_u16(), &early.json()["parameter"]), (404, &"as_of".into()));
    assert_eq!(get(&service, "/tiles/areas.json?as_of=2001-01-01", &[]).await.status, 404);
    assert_eq!(get(&service, "/tiles/areas.json?as_of=2999-01-01", &[]).await.status, 307);
    for bad in ["", "yesterday", "2026-11-22T08:00:00", "2026-11-22T08:00:00+08:00", "2026-02-30", "1"] {
        let answer = get(&service, &format!("/tiles/areas/9/424/218?as_of={bad}"), &[]).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["parameter"]), (400, &"as_of".into()), "{bad}");
    }
}
