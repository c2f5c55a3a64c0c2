//! Looking up over HTTP: every format both ways, editions of the past, bad input, streams through a real connection.

mod bad_input;
mod codes;
mod formats;
mod lane;
mod million;
mod stacked;
mod streams;

use axum::{body::Body, extract::Request, response::Response};
use http::{Method, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use onemap::http::express::Ask;

use crate::http_api::{Service, service, some_unit};

/// Sends a body and takes the whole answer.
async fn post(service: &Service, path: &str, (from, to): (&str, &str), body: impl Into<Body>) -> (StatusCode, String) {
    let mut request = Request::builder().method(Method::POST).uri(path).header(header::HOST, "127.0.0.1:8080");
    for (name, value) in [(header::CONTENT_TYPE, from), (header::ACCEPT, to)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    let request = request.body(body.into()).expect("a request");
    text_of(service.router.clone().oneshot(request).await.expect("an answer")).await
}

async fn get(service: &Service, path: &str) -> (StatusCode, String) {
    text_of(service.send(Method::GET, path, "", Body::empty()).await).await
}

async fn text_of(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let bytes = response.into_body().collect().await.expect("a whole body").to_bytes();
    (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

/// A problem without the id of its request, which is another each time.
fn problem(text: &str) -> Value {
    let mut problem: Value = serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    problem.as_object_mut().expect("an object").remove("request_id").expect("a problem names its request");
    problem
}

// The express way used to panic on a parameter that it had not named, and the long way answered in silence.
#[tokio::test(flavor = "multi_thread")]
async fn a_plain_look_up_is_answered_before_routing_with_the_bytes_of_the_long_way() {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let express = onemap::http::routes::express(service.app.clone());
    let ask = |target: &str| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut body = Vec::new();
        let answered = express(&Ask { path, query, names_encodings: false }, &mut body)?;
        assert_eq!(answered.edition, 1);
        Some(String::from_utf8(body).expect("UTF-8"))
    };
    for plain in [format!("lon={lon}&lat={lat}"), format!("lon={lon}&lat={lat}&crs=gcj02"), "lon=1&lat=2".to_owned()] {
        let short = ask(&format!("/lookup?{plain}")).expect("an answer before routing");
        let (status, long) = get(&service, &format!("/lookup?{plain}&edition=1")).await;
        assert_eq!((status, &long), (StatusCode::OK, &short), "{plain}");
        assert_eq!(get(&service, &format!("/lookup?{plain}")).await.1, short);
    }
    for other in [
        format!("/lookup?lon={lon}&lat={lat}&accuracy_m=5"),
        format!("/lookup?lon={lon}&lat={lat}&edition=1"),
        format!("/lookup?lon={lon}&lat={lat}&unknown=1"),
        format!("/lookup?lon={lon}"),
        "/lookup".to_owned(),
        "/areas".to_owned(),
    ] {
        assert!(ask(&other).is_none(), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_an_edition_is_the_same_bytes_for_ever() {
    let service = service(300).await;
    let (lon, lat, _) = some_unit(&service).await;
    let paths = [(lon, lat), (lon + 0.01, lat), (lon, lat + 0.02), (122.5, 25.4)]
        .map(|(lon, lat)| format!("/lookup?lon={lon}&lat={lat}&accuracy_m=30&edition=1"));
    let cited = |text: &str| text.split(",\"responsible\":").next().expect("the rest").to_owned();
    let mut before = Vec::new();
    for path in &paths {
        before.push(cited(&get(&service, path).await.1));
    }
    assert_eq!(before[0], cited(&get(&service, &paths[0].replace("&edition=1", "")).await.1));
    let (status, unknown) = get(&service, "/lookup?lon=1&lat=1&edition=2").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(
        problem(&unknown),
        json!({
            "type": "/problems/not-found", "title": "没有找到 / Not found", "status": 404,
            "detail": "there is no edition 2; the newest is 1", "detail_zh": "没有第 2 版；最新为第 1 版",
            "instance": "/lookup", "parameter": "edition", "newest": 1,
        })
    );
    for edition in 2..=5 {
        let renamed = service.export("community", |name| format!("第{edition}版{name}"));
        let (status, report) = service.post("/imports", "application/geo+json-seq", renamed).await;
        assert_eq!(status, StatusCode::CREATED, "{report}");
    }
    let (_, now) = get(&service, &paths[0].replace("&edition=1", "")).await;
    assert!(now.contains("\"edition\":5") && now.contains("第5版"), "{now}");
    // More editions than are kept, in turns, at once.
    for _ in 0..2 {
        let asked = (1..=5).map(|edition| {
            let (service, path) = (&service, paths[0].replace("edition=1", &format!("edition={edition}")));
            async move { get(service, &path).await.1 }
        });
        for (edition, answer) in (1..).zip(futures_util::future::join_all(asked).await) {
            assert!(answer.starts_with(&format!("{{\"edition\":{edition},")), "{answer}");
            assert_eq!(answer.contains(&format!("第{edition}版")), edition > 1, "{answer}");
        }
        for (path, before) in paths.iter().zip(&before) {
            assert_eq!(&cited(&get(&service, path).await.1), before);
        }
    }
    let body = format!("[{{\"lon\":{lon},\"lat\":{lat}}}]");
    let (_, many) = post(&service, "/lookup?edition=1&accuracy_m=30", ("application/json", ""), body).await;
    assert!(many.contains(&before[0][1..]), "{many}");
    let (status, _) = post(&service, "/lookup?edition=6", ("application/json", ""), "[]").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
