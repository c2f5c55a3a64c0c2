//! Addresses over HTTP, one and many.

use axum::{body::Body, extract::Request};
use http::{Method, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::http_api::{Service, service};

/// The name of a stairwell of the district, and its code.
fn stairwell(service: &Service) -> (String, String) {
    let served = service.app.served();
    let areas = served.snapshot.hierarchy.areas();
    let is_alone = |name: &str| areas.iter().filter(|area| area.name == name).count() == 1;
    let area = areas.iter().find(|area| area.name.ends_with("2梯") && is_alone(&area.name)).expect("a stairwell");
    (area.name.clone(), area.code.to_string())
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn send(
    service: &Service,
    method: Method,
    path: &str,
    (from, to): (&str, &str),
    body: impl Into<Body>,
) -> (StatusCode, String) {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
    for (name, value) in [(header::CONTENT_TYPE, from), (header::ACCEPT, to)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    let request = request.body(body.into()).expect("a request");
    let response = service.router.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let bytes = response.into_body().collect().await.expect("a whole body").to_bytes();
    (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

async fn ask(service: &Service, query: &str) -> (StatusCode, Value) {
    let (status, text) = send(service, Method::GET, &format!("/lookup?{query}"), ("", ""), Body::empty()).await;
    (status, serde_json::from_str(&text).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_answered_like_its_position_and_says_what_it_was_taken_for() {
    let service = service(600).await;
    let (name, code) = stairwell(&service);
    let (status, answer) = ask(&service, &format!("address={}", encoded(&format!("{name}107室")))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let chain = answer["chain"].as_array().expect("a chain");
    assert_eq!(chain.last().expect("a unit")["code"], json!(code));
    assert_eq!((&answer["stacked"], &answer["missing"]), (&json!([]), &json!([])));
    assert_eq!(answer["address"]["ambiguous"], json!(false));
    let best = &answer["address"]["candidates"][0];
    assert_eq!((&best["kind"], &best["code"]), (&json!("stacked"), &json!(code)));
    assert_eq!(best["missing"], json!([{"part": "room", "said": "107室"}]));
    let parts: Vec<&Value> = best["matched"].as_array().expect("parts").iter().map(|part| &part["part"]).collect();
    assert_eq!(parts, ["estate", "building", "stair"]);
    assert_eq!(best["position"], answer["position"]);
    assert!(!answer["responsible"].as_array().expect("a list").is_empty());
    // Without the stair, all units of the building are told.
    let building = name.strip_suffix("2梯").expect("a stairwell");
    let (_, answer) = ask(&service, &format!("address={}", encoded(building))).await;
    let stacked = answer["stacked"].as_array().expect("a list");
    assert!(stacked.len() > 1 && stacked.iter().any(|unit| unit["code"] == json!(code)), "{answer}");
    assert_eq!(answer["address"]["candidates"][0]["kind"], json!("building"));
    // An edition of the past answers with its own areas.
    let (status, past) = ask(&service, &format!("address={}&edition=1", encoded(building))).await;
    assert_eq!((status, &past["chain"]), (StatusCode::OK, &answer["chain"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_questions_are_refused_by_name() {
    let service = service(300).await;
    let long = format!("address={}", "a".repeat(5000));
    let other = "address=a&lon=119";
    for (query, parameter) in [
        (&*long, "address"),
        (other, "lon"),
        ("address=a&accuracy_m=5", "accuracy_m"),
        ("address=", "address"),
        ("address=%EF%BC%8C", "address"),
        ("lat=1", "lon"),
    ] {
        let (status, problem) = ask(&service, query).await;
        assert_eq!((status, &problem["parameter"]), (StatusCode::BAD_REQUEST, &json!(parameter)), "{problem}");
    }
    let (status, problem) = ask(&service, &format!("address={}", encoded("不存在小区20号楼"))).await;
    assert_eq!((status, &problem["type"]), (StatusCode::NOT_FOUND, &json!("/problems/not-found")));
    assert_eq!(problem["address"], json!("不存在小区20号楼"));
    let (_, problem) = ask(&service, &format!("address={}", encoded("广东省深圳市"))).await;
    assert_eq!(problem["elsewhere"], json!("广东省"));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_addresses_are_answered_in_their_order_in_every_format() {
    let service = service(600).await;
    let (name, code) = stairwell(&service);
    let path = "/lookup/addresses";
    let body =
        json!([name, {"address": "不存在小区1号楼", "id": 7}, {"id": "x"}, "a".repeat(300), {"address": "荔城区"}])
            .to_string();
    let (status, text) = send(&service, Method::POST, path, ("application/json", ""), body).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    let results = answer["results"].as_array().expect("a list");
    assert_eq!(results.len(), 5);
    assert_eq!(results[0]["address"]["candidates"][0]["code"], json!(code));
    assert_eq!((&results[1]["id"], &results[1]["error"]["type"]), (&json!(7), &json!("/problems/not-found")));
    assert_eq!((&results[2]["id"], &results[2]["error"]["record"]), (&json!("x"), &json!(3)));
    assert!(results[3]["error"]["detail"].as_str().expect("text").contains("300 characters"), "{text}");
    assert_eq!(results[4]["chain"].as_array().map(Vec::len), Some(1));
    // A table keeps its columns.
    let table = format!("编号,地址\n1,{name}\n2,\"不存在,小区\"\n");
    let (status, text) = send(&service, Method::POST, &format!("{path}?headings=zh"), ("text/csv", ""), table).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[0].starts_with("编号,地址,匹配地址,匹配度,匹配类型"), "{text}");
    assert!(rows[1].contains(&code) && rows[1].contains(",stacked,false,"), "{text}");
    assert!(rows[2].starts_with("2,\"不存在,小区\",,,") && rows[2].contains("没有找到"), "{text}");
    assert_eq!(csv::Reader::from_reader(text.as_bytes()).records().filter(Result::is_ok).count(), 2);
    // More than one step, on lines.
    let lines: String = (0..200).map(|at| format!("{}\n", json!({"address": name, "id": at}))).collect();
    let (_, text) = send(&service, Method::POST, path, ("application/x-ndjson", ""), lines).await;
    let ids: Vec<u64> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["id"].as_u64().expect("an id"))
        .collect();
    assert_eq!(ids, (0..200).collect::<Vec<u64>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_that_cannot_be_read_are_refused() {
    let service = service(300).await;
    let path = "/lookup/addresses";
    for (path, from, body, status) in [
        (path, "application/json", "{}", 400),
        (path, "text/csv", "lon,lat\n1,2\n", 400),
        ("/lookup/addresses?address_col=x", "text/csv", "address\na\n", 400),
        (path, "application/geo+json", "{}", 415),
        (path, "", "[]", 415),
    ] {
        let (found, text) = send(&service, Method::POST, path, (from, ""), body).await;
        assert_eq!(found.as_u16(), status, "{text}");
    }
    let many = format!("[{}]", vec!["\"a\""; 20_001].join(","));
    let (status, text) = send(&service, Method::POST, path, ("application/json", ""), many).await;
    assert!(status == StatusCode::BAD_REQUEST && text.contains("20000"), "{text}");
}
