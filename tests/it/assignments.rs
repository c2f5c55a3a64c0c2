//! `POST /assignments`: one case, many, bad ones, positions that are not good enough.

use axum::body::Body;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::http_api::{Service, service, some_unit};

async fn post(service: &Service, path: &str, body: &Value) -> (StatusCode, Value) {
    let response = service.send(Method::POST, path, "application/json", Body::from(body.to_string())).await;
    let status = response.status();
    let bytes = response.into_body().collect().await.expect("a whole body").to_bytes();
    (status, serde_json::from_slice(&bytes).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_answered_with_who_and_why_and_nothing_is_recorded() {
    let service = service(300).await;
    let (lon, lat, code) = some_unit(&service).await;
    let case = json!({ "lon": lon, "lat": lat, "category": "civic.help", "id": "7" });
    let (status, told) = post(&service, "/assignments", &case).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!((&told["edition"], &told["id"], &told["basis"]), (&json!(1), &json!("7"), &json!("position")));
    let chain = told["chain"].as_array().expect("areas");
    assert_eq!((chain.len(), &chain[4]["code"]), (5, &json!(code)));
    assert_eq!((&told["level"], &told["to_check"], &told["certainty"]), (&json!("unit"), &json!(false), &Value::Null));
    assert!(told["margin_m"].as_f64().is_some_and(|margin_m| margin_m >= 0.0), "{told}");
    // Whoever a look-up names first among those who may lead, leads.
    let lead = &told["lead"];
    assert!(lead["name"].as_str().is_some_and(|name| !name.is_empty()), "{told}");
    assert!(lead["phone"].as_str().is_none_or(|phone| phone.contains('*')), "{lead}");
    let lines = told["explain"].as_array().expect("reasons");
    assert!(lines.len() >= 2 && lines.iter().all(|line| line["zh"] != "" && line["en"] != ""), "{told}");
    assert!(lines.iter().any(|line| line["zh"].as_str().is_some_and(|zh| zh.starts_with("主办："))), "{told}");
    // Asked again it is the same but for the clock.
    let (_, mut again) = post(&service, "/assignments", &case).await;
    again["at"] = told["at"].clone();
    assert_eq!(again, told);
    let (_, cited) = post(&service, "/assignments?edition=1", &json!([case])).await;
    assert_eq!((&cited["edition"], &cited["results"][0]["lead"]), (&json!(1), &told["lead"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_is_not_good_enough_goes_to_a_coarser_level_to_be_checked() {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let case = json!({ "lon": lon, "lat": lat, "category": "civic.help", "accuracy_m": 400 });
    let (status, told) = post(&service, "/assignments", &case).await;
    assert_eq!((status, &told["to_check"]), (StatusCode::OK, &json!(true)), "{told}");
    assert_ne!(told["level"], "unit", "{told}");
    assert_ne!(told["lead"]["area"]["level"], "unit", "{told}");
    let outside = json!({ "lon": 100.0, "lat": 40.0, "category": "civic.help" });
    let (status, told) = post(&service, "/assignments", &outside).await;
    assert_eq!((status, &told["basis"], &told["lead"]), (StatusCode::OK, &json!("nowhere"), &Value::Null), "{told}");
    assert_eq!(told["chain"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_cases_are_named_in_place_and_the_others_answered() {
    let service = service(300).await;
    let (lon, lat, code) = some_unit(&service).await;
    let cases = json!([
        { "lon": lon, "lat": lat, "category": "city.vending" },
        { "lon": lon, "lat": lat, "category": "city.dragons", "id": 2 },
        { "lon": lat, "lat": lon, "category": "city.vending" },
        { "lon": lon, "lat": lat, "category": "city.vending", "unit": "350304" },
        { "lon": lon, "lat": lat, "category": "city.vending", "unit": "nowhere" },
        { "lon": lon, "lat": lat, "category": "city.vending", "at": "yesterday" },
        { "lon": lon, "lat": lat, "category": "city.vending", "colour": "red" },
        { "lon": lon, "lat": lat },
        { "lon": lon, "lat": lat, "category": "city.vending", "accuracy_m": -1 },
        { "lon": lon, "lat": lat, "category": "city.vending", "crs": "EPSG:1" },
        { "lon": lon, "lat": lat, "category": "city.vending", "accuracy_kind": "gut" },
        5,
        { "lon": lon, "lat": lat, "category": "city.vending", "unit": code },
    ]);
    let (status, told) = post(&service, "/assignments", &cases).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let results = told["results"].as_array().expect("results");
    let wrong: Vec<(u64, &str)> = results
        .iter()
        .filter(|result| !result["error"].is_null())
        .map(|result| {
            let error = &result["error"];
            assert!(error["detail"] != "" && error["detail_zh"] != "", "{error}");
            (error["record"].as_u64().expect("a number"), error["parameter"].as_str().unwrap_or("-"))
        })
        .collect();
    let expected = [
        (2, "category"),
        (3, "lon"),
        (5, "unit"),
        (6, "at"),
        (7, "-"),
        (8, "-"),
        (9, "accuracy_m"),
        (10, "crs"),
        (11, "accuracy_kind"),
        (12, "-"),
    ];
    assert_eq!(wrong, expected);
    assert_eq!((&results[3]["basis"], &results[3]["level"]), (&json!("unit"), &json!("district")));
    assert_eq!((&results[12]["basis"], &results[12]["chain"][4]["code"]), (&json!("unit"), &json!(code)));
    assert_eq!(results[1]["id"], 2);
    let allowed = results[1]["error"]["allowed"].as_array().expect("the categories");
    assert!(allowed.contains(&json!("city.vending")), "{allowed:?}");

    // One alone is a problem of the whole.
    let (status, problem) = post(&service, "/assignments", &cases[1]).await;
    assert_eq!((status, &problem["parameter"]), (StatusCode::BAD_REQUEST, &json!("category")));
    let many = Value::Array(vec![cases[0].clone(); 1_001]);
    let (status, problem) = post(&service, "/assignments", &many).await;
    assert_eq!((status, &problem["limit"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("max-assignments")));
    let (status, _) = post(&service, "/assignments?colour=red", &cases[0]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
