//! Reading an edition of the past, by number or by time.

use axum::body::Body;
use http::{Method, header};
use serde_json::json;

use super::*;
use crate::http_api::some_unit;

/// Three editions: at the start, after one hour, after two.
async fn three() -> (Service, Clock) {
    let (service, clock) = service().await;
    for prefix in ["甲", "乙"] {
        clock.advance(Duration::hours(1));
        assert_eq!(rename(&service, prefix, "").await.0, StatusCode::CREATED);
    }
    clock.advance(Duration::hours(1));
    (service, clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_takes_an_edition_or_a_time() {
    let (service, _) = three().await;
    let (lon, lat, _) = some_unit(&service).await;
    let reads = [
        format!("/lookup?lon={lon}&lat={lat}"),
        "/areas?q=zhjd".to_owned(),
        "/areas?parent=350304001".to_owned(),
        "/areas/350304001001?".to_owned(),
    ];
    for read in reads {
        let (_, present) = service.get(&read).await;
        assert_eq!(present["edition"], json!(3), "{read}");
        for (number, at, known_at) in
            [(1, after(0), None), (2, after(1), None), (1, after(9), Some(after(0))), (3, after(9), None)]
        {
            let known = known_at.map_or(String::new(), |at| format!("&known_at={}", text(at)));
            let (_, by_number) = service.get(&format!("{read}&edition={number}")).await;
            let (_, by_time) = service.get(&format!("{read}&as_of={}{known}", text(at))).await;
            assert_eq!((by_number["edition"].as_u64(), &by_time), (Some(number), &by_number), "{read}");
        }
        let (_, known) = service.get(&format!("{read}&known_at={}", text(after(1)))).await;
        assert_eq!(known["edition"], json!(2), "{read}");
    }
    let points = json!([{"lon": lon, "lat": lat}]).to_string();
    let (_, many) = service.post(&format!("/lookup?as_of={}", text(after(1))), "application/json", points).await;
    assert_eq!((&many["edition"], &many["results"][0]["edition"]), (&json!(2), &json!(2)), "{many}");
    for tiles in ["/tiles/areas.json", "/tiles/areas/9/424/218"] {
        for query in ["edition=2".to_owned(), format!("as_of={0}&known_at={0}", text(after(1)))] {
            let answer = service.send(Method::GET, &format!("{tiles}?{query}"), "", Body::empty()).await;
            let there = answer.headers()[header::LOCATION].to_str().expect("ASCII").to_owned();
            assert_eq!(there, format!("/editions/2{tiles}"), "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_edition_is_told() {
    let (service, _) = three().await;
    let early = text(after(-1));
    for (query, status, parameter) in [
        ("edition=1&as_of=2026-01-06".to_owned(), 400, "as_of"),
        ("edition=1&known_at=2026-01-06".to_owned(), 400, "known_at"),
        ("edition=0".to_owned(), 400, "edition"),
        ("edition=1&edition=2".to_owned(), 400, "edition"),
        ("as_of=2026-01-05T08:00:00".to_owned(), 400, "as_of"),
        ("known_at=x".to_owned(), 400, "known_at"),
        ("edition=4".to_owned(), 404, "edition"),
        (format!("as_of={early}"), 404, "as_of"),
        (format!("known_at={early}"), 404, "known_at"),
        (format!("as_of={early}&known_at={early}"), 404, "as_of"),
    ] {
        for read in ["/lookup?lon=119&lat=25.4", "/areas?", "/areas/350304?", "/tiles/areas.json?"] {
            let (found, problem) = service.get(&format!("{read}&{query}")).await;
            assert_eq!((found.as_u16(), &problem["parameter"]), (status, &json!(parameter)), "{read}&{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_past_lead_to_pages_of_the_past() {
    let (service, _) = three().await;
    let mut path = format!("/areas?level=community&limit=50&as_of={}", text(after(1)));
    let mut seen = 0;
    loop {
        let (_, page) = service.get(&path).await;
        assert_eq!((&page["edition"], &page["numberMatched"]), (&json!(2), &json!(130)));
        seen += page["items"].as_array().expect("items").len();
        match page["links"][0]["href"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, 130);
}

/// Whether two English words follow one another: names of parameters and allowed words stand alone.
fn speaks_english(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase());
    let words: Vec<&str> = text.split(' ').collect();
    words.windows(2).any(|pair| is_word(pair[0]) && is_word(pair[1]))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_in_chinese_without_english() {
    let (service, _) = service().await;
    assert!(speaks_english("允许：RFC 3339 with Z or an offset") && !speaks_english("允许：plain, zh"));
    for path in [
        "/lookup?lon=119&lat=25.4&as_of=x",
        "/lookup?lon=119&lat=25.4&edition=0",
        "/lookup?lon=x&lat=25.4",
        "/lookup?lat=25.4",
        "/lookup?lon=119&lat=25.4&crs=x",
        "/lookup?lon=119&lat=25.4&accuracy_m=-1",
        "/lookup?lon=119&lat=25.4&accuracy_kind=x",
        "/areas?limit=0",
        "/areas?level=x",
        "/areas?parent=x",
        "/areas?q=",
        "/areas?wat=1",
        "/areas?limit=1&limit=2",
        "/areas?edition=1&as_of=2026-01-06",
        "/profile?wat=1",
        "/changes?since=x",
        "/changes?since=99",
        "/ogc?f=x",
    ] {
        let (status, problem) = service.get(path).await;
        let told = problem["detail_zh"].as_str().unwrap_or_default();
        assert!(status.is_client_error() && !told.is_empty() && !speaks_english(told), "{path}: {status} {problem}");
    }
    for query in [
        "map=x",
        "map=wat=a",
        "crs=x",
        "snap_m=9",
        "dry_run=x",
        "effective_from=x",
        "effective_from=2001-01-01",
        "complete_under=&level=unit",
        "complete_under=*&complete_levels=x",
        "complete_levels=unit",
    ] {
        let (status, problem) = service.post(&format!("/imports?{query}"), "application/geo+json", String::new()).await;
        let told = problem["detail_zh"].as_str().unwrap_or_default();
        assert!(status.is_client_error() && !told.is_empty() && !speaks_english(told), "{query}: {status} {problem}");
    }
}
