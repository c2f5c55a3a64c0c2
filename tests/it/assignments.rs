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
    assert_eq!((status, &told["basis"], &told["rule"]), (StatusCode::OK, &json!("nowhere"), &Value::Null), "{told}");
    // Where nobody answers, the organisation of last resort does, by its duty telephone.
    let lead = &told["lead"];
    assert_eq!((&lead["area"], &lead["person"]), (&Value::Null, &Value::Null), "{told}");
    assert!(lead["name"].as_str().is_some_and(|name| name.starts_with("荔城区网格化服务管理中心")), "{told}");
    assert!(lead["phone"].as_str().is_some_and(|phone| phone.starts_with("000")), "{told}");
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

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_lists_every_category_that_a_case_may_have() {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let (status, profile) = service.get("/profile").await;
    assert_eq!(status, StatusCode::OK, "{profile}");
    let categories = profile["categories"].as_array().expect("categories").clone();
    let known = &service.app.served().snapshot.profile.categories;
    let ids: Vec<&str> = categories.iter().map(|it| it["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, known.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), "in the profile's order");
    for (listed, known) in categories.iter().zip(known) {
        assert_eq!(
            (&listed["name"]["zh"], &listed["line"]["en"], &listed["sensitive"]),
            (&json!(known.name.zh), &json!(known.line.en), &json!(known.is_sensitive))
        );
    }
    assert!(
        categories.iter().any(|it| it["sensitive"] == true) && categories.iter().any(|it| it["sensitive"] == false)
    );
    let cases: Vec<Value> = ids.iter().map(|id| json!({"lon": lon, "lat": lat, "category": id})).collect();
    let (_, told) = post(&service, "/assignments", &Value::Array(cases)).await;
    let results = told["results"].as_array().expect("results");
    assert!(results.iter().all(|it| it["error"].is_null() && !it["lead"].is_null()), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_names_departments_with_duty_telephones() {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let at = "2026-11-20T10:00:00+08:00";
    let case = json!({ "lon": lon, "lat": lat, "category": "market.food", "at": at });
    let (_, told) = post(&service, "/assignments", &case).await;
    let lead = &told["lead"];
    assert!(lead["person"].is_null() && lead["phone"].as_str().is_some_and(|it| it.starts_with("000")), "{told}");
    assert!(lead["organisation"].as_str().is_some_and(|it| it.ends_with("市场监管所（示例）")), "{told}");
    // Every organisation of the demo has a made-up duty telephone; the one of last resort is found by its name in the profile.
    let (_, all) = service.get("/organisations?limit=10000").await;
    let organisations = all["items"].as_array().expect("organisations");
    let is_made_up = |it: &Value| it["duty_phone"].as_str().is_some_and(|phone| phone.starts_with("000-"));
    assert!(organisations.iter().all(is_made_up), "{all}");
    let profile = &service.app.served().snapshot.profile;
    let last = profile.escalation.organisation.as_deref().expect("the profile names one");
    let found = organisations.iter().filter(|it| it["short_name"] == last || it["name"] == last).count();
    assert_eq!(found, 1, "{last}");
    // Channels go nowhere.
    let (_, grids) = service.get("/channels?limit=10000").await;
    let links = grids["items"].as_array().expect("channels");
    assert!(
        links.len() > 130 && links.iter().all(|it| it["link"].as_str().is_some_and(|link| link.contains(".invalid/")))
    );
}
