//! Contact channels (联络群): entered, shown beside who answers, ended, and known as they were.

use http::StatusCode;
use onemap::{app::AppOptions, clock::Clock};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, macros::datetime};

use crate::http_api::{Service, service_by, some_unit};

const NOON: OffsetDateTime = datetime!(2026-11-22 04:00 UTC);

async fn post(service: &Service, path: &str, body: Value) -> (StatusCode, Value) {
    service.post(path, "application/json", body.to_string()).await
}

async fn groups(service: &Service, path: &str) -> Vec<String> {
    let (status, answer) = service.get(path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    let list = answer["items"].as_array().or(answer["channels"].as_array()).cloned().unwrap_or_default();
    list.iter().map(|channel| channel["group"].as_str().expect("a group").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_shown_where_its_area_answers_until_it_is_ended() {
    let clock = Clock::fixed(NOON);
    let service = service_by(300, AppOptions::default(), None, clock.clone()).await;
    let (lon, lat, unit) = some_unit(&service).await;
    let community = &unit[..12];
    // The demo's own: of the community, and of some grids.
    let here = format!("/lookup?lon={lon}&lat={lat}");
    let before = groups(&service, &here).await;
    assert!(before.contains(&format!("示例群{community}")), "{before:?}");
    let body = json!({"area": unit, "group": " 示例一 ", "link": "https://example.invalid/1", "author": "张三"});
    let (status, made) = post(&service, "/channels", body.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (status, problem) = post(&service, "/channels", body).await;
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("group")), "{problem}");
    // Finest area first.
    let with: Vec<String> = std::iter::once("示例一".to_owned()).chain(before.clone()).collect();
    assert_eq!(groups(&service, &here).await, with);
    assert_eq!(groups(&service, &format!("/areas/{unit}")).await, with);
    assert_eq!(groups(&service, &format!("/areas/{community}")).await, before[before.len() - 1..]);
    let (_, answer) = service.get(&here).await;
    let expected = json!({"area": unit, "kind": "wechat", "group": "示例一", "link": "https://example.invalid/1"});
    assert_eq!(answer["channels"][0], expected);
    // Codes of a batch say nothing of it, whole answers do.
    let point = json!([{"lon": lon, "lat": lat}]);
    let (_, codes) = post(&service, "/lookup?answer=codes", point.clone()).await;
    assert_eq!(codes["codes"], json!([unit]), "{codes}");
    assert!(codes.get("channels").is_none() && codes["results"].is_null(), "{codes}");
    let (_, full) = post(&service, "/lookup?answer=full", point).await;
    assert_eq!(full["results"][0]["channels"][0], expected, "{full}");
    // Lists.
    assert_eq!(groups(&service, &format!("/channels?area={unit}")).await, ["示例一"]);
    assert!(groups(&service, &format!("/channels?area={community}&below=true&limit=10000")).await.contains(&with[0]));
    assert_eq!(groups(&service, "/channels?q=%E7%A4%BA%E4%BE%8B%E4%B8%80").await, ["示例一"]);
    assert_eq!(groups(&service, &format!("/channels?area={unit}&kind=radio")).await, Vec::<String>::new());
    let (_, list) = service.get(&format!("/channels?area={unit}")).await;
    assert_eq!((&list["items"][0]["id"], &list["items"][0]["area"]["code"]), (&made["id"], &json!(unit)));
    // An end, once; what was known then is still known.
    clock.advance(Duration::hours(1));
    let path = format!("/channels/{}/end", made["id"]);
    let (status, ended) = post(&service, &path, json!({"author": "李四"})).await;
    assert_eq!(status, StatusCode::OK, "{ended}");
    assert_eq!(post(&service, &path, json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(groups(&service, &here).await, before);
    let then = "as_of=2026-11-22T04:30:00Z&known_at=2026-11-22T04:30:00Z";
    assert_eq!(groups(&service, &format!("/channels?area={unit}&{then}")).await, ["示例一"]);
    assert_eq!(groups(&service, &format!("{here}&{then}")).await, with);
    let (_, log) = service.get("/changes?since=0&limit=1000").await;
    let last = log["items"].as_array().expect("items").last().expect("an entry");
    assert_eq!((&last["actor"], &last["seq"]), (&json!("李四"), &ended["revision"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_channel_is_named_by_its_field() {
    let service = service_by(300, AppOptions::default(), None, Clock::fixed(NOON)).await;
    let (.., unit) = some_unit(&service).await;
    let revision = service.get("/channels?limit=1").await.1["revision"].clone();
    for (field, value) in [
        ("area", json!("999")),
        ("kind", json!(" ")),
        ("kind", json!("x".repeat(31))),
        ("group", json!("")),
        ("group", json!("群".repeat(101))),
        ("link", json!("javascript:alert(1)")),
        ("link", json!("example.invalid")),
    ] {
        let mut body = json!({"area": unit, "group": "g"});
        body[field] = value;
        let (status, problem) = post(&service, "/channels", body.clone()).await;
        assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{body} {problem}");
        assert!(problem["allowed"].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
    }
    for (path, body, status) in [
        ("/channels", json!({"area": unit}), StatusCode::BAD_REQUEST),
        ("/channels", json!({"area": unit, "group": "g", "wat": 1}), StatusCode::BAD_REQUEST),
        ("/channels/999999999/end", json!({}), StatusCode::NOT_FOUND),
        ("/channels/x/end", json!({}), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(post(&service, path, body.clone()).await.0, status, "{path} {body}");
    }
    for path in ["/channels?area=9", "/channels?limit=0", "/channels?wat=1", "/channels?below=2"] {
        assert_eq!(service.get(path).await.0, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(service.get("/channels?limit=1").await.1["revision"], revision, "nothing was changed");
    // Answers name all channels of an area, and so these are few.
    for number in 0..8 {
        let body = json!({"area": unit, "group": format!("g{number}"), "kind": "qq"});
        assert_eq!(post(&service, "/channels", body).await.0, StatusCode::CREATED);
    }
    let (status, problem) = post(&service, "/channels", json!({"area": unit, "group": "g9"})).await;
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("area")), "{problem}");
}
