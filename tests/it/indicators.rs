//! Indicators over HTTP: definitions, values that come in and go out, sums, and what is refused.

mod bad_input;
mod tables;

use axum::body::Body;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use onemap::{app::AppOptions, clock::Clock};
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::datetime};

use crate::http_api::{Service, service_by};

/// In the first quarter of 2026, when the last one of 2025 is still open and the one before is closed.
pub(crate) const START: OffsetDateTime = datetime!(2026-01-05 08:00 UTC);

/// A small district with its made-up values, and its clock.
pub(crate) async fn service() -> (Service, Clock) {
    let clock = Clock::fixed(START);
    (service_by(300, AppOptions::default(), None, clock.clone()).await, clock)
}

/// Codes of the first areas of a level below another.
pub(crate) async fn children(service: &Service, parent: &str) -> Vec<String> {
    let (status, found) = service.get(&format!("/areas?parent={parent}&limit=1000")).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let items = found["items"].as_array().expect("areas");
    items.iter().map(|area| area["code"].as_str().expect("a code").to_owned()).collect()
}

/// A community with at least two grids, and these.
pub(crate) async fn community(service: &Service) -> (String, Vec<String>) {
    let (_, found) = service.get("/areas?level=community&limit=1000").await;
    for area in found["items"].as_array().expect("areas") {
        let code = area["code"].as_str().expect("a code").to_owned();
        let grids = children(service, &code).await;
        if grids.len() >= 2 {
            return (code, grids);
        }
    }
    panic!("a district with a community of two grids");
}

pub(crate) async fn post(service: &Service, query: &str, values: Value) -> (StatusCode, Value) {
    service.post(&format!("/indicators/imports?author=%E5%BC%A0&{query}"), "application/json", values.to_string()).await
}

/// What an area has of one indicator.
pub(crate) async fn line(service: &Service, area: &str, indicator: &str, query: &str) -> Value {
    let (status, answer) = service.get(&format!("/areas/{area}/indicators?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let items = answer["items"].as_array().expect("indicators");
    items.iter().find(|item| item["id"] == indicator).cloned().unwrap_or(Value::Null)
}

pub(crate) async fn bytes(service: &Service, path: &str) -> (StatusCode, Vec<u8>) {
    let response = service.send(Method::GET, path, "", Body::empty()).await;
    let status = response.status();
    (status, response.into_body().collect().await.expect("a whole body").to_bytes().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_district_says_what_it_counts_and_for_which_periods() {
    let (service, _) = service().await;
    let (status, answer) = service.get("/indicators").await;
    assert_eq!(status, StatusCode::OK);
    let items = answer["items"].as_array().expect("indicators");
    let of = |id: &str| items.iter().find(|item| item["id"] == id).expect("an indicator");
    let present = of("residents_present");
    assert_eq!(
        (&present["name"]["zh"], &present["group"], &present["measure"]["zh"], &present["sum"], &present["decimals"]),
        (&json!("常住人口"), &json!("people"), &json!("人"), &json!("sum"), &json!(0))
    );
    let periods: Vec<(&str, bool)> = present["periods"]
        .as_array()
        .expect("periods")
        .iter()
        .map(|it| (it["period"].as_str().expect("a period"), it["is_open"].as_bool().expect("a truth")))
        .collect();
    assert_eq!(periods, [("2025Q4", true), ("2025Q3", false)]);
    assert_eq!(of("mean_age")["weight"], "residents_present");
    let groups: std::collections::BTreeSet<&str> =
        items.iter().map(|it| it["group"].as_str().expect("a group")).collect();
    assert_eq!(groups.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_sum_to_parents_and_colour_the_map() {
    let (service, _) = service().await;
    let mut sums = Vec::new();
    for level in ["grid", "community", "street", "district"] {
        let (status, answer) = service.get(&format!("/indicators/residents_present?period=2025Q4&level={level}")).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let items = answer["items"].as_array().expect("values");
        assert_eq!(answer["numberMatched"], items.len());
        assert_eq!(answer["areas"], items.len(), "every {level} has a value");
        let declared = items.iter().all(|it| it["is_declared"] == json!(level == "grid"));
        let whole = items.iter().all(|it| it["coverage"]["is_whole"] == json!(level != "grid"));
        assert!(declared && whole, "{level}");
        let values: Vec<u64> = items.iter().map(|it| it["value"].as_u64().expect("a number")).collect();
        assert_eq!(answer["min"].as_u64(), values.iter().min().copied());
        assert_eq!(answer["max"].as_u64(), values.iter().max().copied());
        sums.push(values.iter().sum::<u64>());
    }
    assert!(sums[0] > 1_000 && sums.iter().all(|sum| *sum == sums[0]), "{sums:?}");
    // The mean of a district lies between those of its grids, and is no sum.
    let (_, grids) = service.get("/indicators/mean_age?level=grid").await;
    let (_, top) = service.get("/indicators/mean_age?level=district").await;
    let age = top["items"][0]["value"].as_f64().expect("a number");
    assert!(grids["min"].as_f64().expect("a number") < age && age < grids["max"].as_f64().expect("a number"));
    // Scores do not sum.
    let (_, score) = service.get("/indicators/grid_score?level=district").await;
    assert_eq!(score["numberMatched"], 0);
    // Pages follow one another.
    let (_, first) = service.get("/indicators/residents_present?level=grid&limit=3").await;
    assert_eq!(first["numberReturned"], 3);
    let next = first["links"][0]["href"].as_str().expect("a link");
    let (_, second) = service.get(next).await;
    assert!(second["items"][0]["code"].as_str() > first["items"][2]["code"].as_str(), "{second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_recorded_superseded_and_known_as_of_then() {
    let (service, clock) = service().await;
    let (community, grids) = community(&service).await;
    let before = line(&service, &community, "residents_present", "period=2025Q4").await;
    let of_first = line(&service, &grids[0], "residents_present", "period=2025Q4").await;
    assert_eq!(of_first["source"]["zh"], "示范数据（虚构）");
    clock.advance(time::Duration::hours(2));
    let value = json!([{"area": grids[0], "indicator": "residents_present", "period": "2025Q4", "value": 7_000, "source": "普查", "updated": "2026-01-02"}]);
    let (status, report) = post(&service, "dry_run=true", value.clone()).await;
    assert_eq!((status, &report["outcome"], &report["recorded"]), (StatusCode::OK, &json!("checked"), &json!(1)));
    assert_eq!(line(&service, &community, "residents_present", "period=2025Q4").await, before);
    let (status, report) = post(&service, "", value.clone()).await;
    assert_eq!((status, &report["outcome"]), (StatusCode::CREATED, &json!("recorded")), "{report}");
    let (status, again) = post(&service, "", value).await;
    assert_eq!((status, &again["outcome"], &again["unchanged"]), (StatusCode::OK, &json!("unchanged"), &json!(1)));

    let now = line(&service, &grids[0], "residents_present", "period=2025Q4").await;
    assert_eq!(
        (&now["value"], &now["declared"], &now["source"]["zh"], &now["updated"]),
        (&json!(7_000), &json!(7_000), &json!("普查"), &json!("2026-01-02"))
    );
    let above = line(&service, &community, "residents_present", "period=2025Q4").await;
    let difference = above["value"].as_i64().expect("a sum") - before["value"].as_i64().expect("a sum");
    assert_eq!(difference, 7_000 - of_first["value"].as_i64().expect("a number"));
    assert_eq!(above["source"], Value::Null, "it comes of the grids");
    // What was known before stays known.
    let then = "period=2025Q4&known_at=2026-01-05T09:00:00Z";
    assert_eq!(line(&service, &grids[0], "residents_present", then).await, of_first);
    // The log tells who.
    let (_, log) = service.get("/changes?since=0&limit=1000").await;
    let last =
        log["items"].as_array().expect("changes").iter().rfind(|it| it["kind"] == "indicators").expect("a change");
    assert_eq!((&last["actor"], &last["seq"]), (&json!("张"), &report["change"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_area_shows_its_last_value_though_others_had_later_ones() {
    let (service, _) = service().await;
    let (_, grids) = community(&service).await;
    let days: Vec<String> =
        (27..=31).map(|day| format!("2025-12-{day}")).chain((1..=5).map(|day| format!("2026-01-0{day}"))).collect();
    let later = days.iter().map(|day| json!({"area": grids[1], "indicator": "evacuated", "period": day, "value": 2}));
    let first = json!({"area": grids[0], "indicator": "evacuated", "period": "2025-12-26", "value": 1});
    let values: Vec<Value> = later.chain([first]).collect();
    let (status, report) = post(&service, "", Value::Array(values)).await;
    assert_eq!((status, &report["recorded"]), (StatusCode::CREATED, &json!(11)), "{report}");
    let own = line(&service, &grids[0], "evacuated", "").await;
    assert_eq!((&own["period"], &own["value"]), (&json!("2025-12-26"), &json!(1)));
    let other = line(&service, &grids[1], "evacuated", "").await;
    assert_eq!((&other["period"], &other["value"]), (&json!("2026-01-05"), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_parent_is_checked_against_its_children() {
    let (service, _) = service().await;
    let (community, grids) = community(&service).await;
    let sum = line(&service, &community, "firms", "period=2025Q4").await["value"].as_i64().expect("a sum");
    let declare = |value: i64| json!([{"area": community, "indicator": "firms", "period": "2025Q4", "value": value}]);
    let (status, report) = post(&service, "", declare(sum + 1)).await;
    assert_eq!(status, StatusCode::CREATED, "{report}");
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1, "{report}");
    assert_eq!((&findings[0]["severity"], &findings[0]["areas"]), (&json!("warning"), &json!([community])));
    let told = findings[0]["text"]["en"].as_str().expect("a text");
    assert!(told.contains(&format!("declared as {}; its {} children make {sum}", sum + 1, grids.len())), "{told}");
    let shown = line(&service, &community, "firms", "period=2025Q4").await;
    assert_eq!(
        (&shown["value"], &shown["computed"], &shown["difference"]),
        (&json!(sum + 1), &json!(sum), &json!("differs"))
    );
    let (_, report) = post(&service, "", declare(sum)).await;
    assert_eq!(report["findings"], json!([]));
    assert_eq!(line(&service, &community, "firms", "period=2025Q4").await["difference"], Value::Null);
}
