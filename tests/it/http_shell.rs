//! The HTTP shell around a small business: what it says, through `oneshot`.

mod socket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use onemap::config::ServeConfig;
use onemap::http::assets::Asset;
use onemap::http::body::{self, JsonBody};
use onemap::http::gate::Gated;
use onemap::http::limits::Limits;
use onemap::http::links::Links;
use onemap::http::path::Segments;
use onemap::http::problem::Problem;
use onemap::http::query::RawQuery;
use onemap::http::serve::serve;
use onemap::http::shell::{ShellSettings, ShellState, shell};
use onemap::http::write_guard::WritePolicy;
use onemap::telemetry::LogFormat;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

const ORIGIN: &str = "127.0.0.1:8080";

pub(crate) fn config() -> ServeConfig {
    ServeConfig {
        listen: ORIGIN.parse().unwrap(),
        store: "unused.gpkg".into(),
        basemap: None,
        profile: None,
        public_url: None,
        log: "info".to_owned(),
        log_format: LogFormat::Text,
        api_key: None,
        max_connections: 800,
        header_timeout_s: 10,
        request_timeout_s: 30,
        import_timeout_s: 60,
        max_body_bytes: 1000,
        max_import_bytes: 5000,
        min_body_rate: 1024,
        tile_cache_mb: 128,
        poll_ms: 1000,
        drain_s: 20,
    }
}

/// Routes such as the real ones: a list, a look-up both ways, tiles, imports; and four that misbehave.
pub(crate) fn business(links: Links) -> Router {
    let areas = move |query: RawQuery| async move {
        let query = query.allow(&["q", "level", "limit", "after"])?;
        let limit = query.u32_in("limit", 1..=10_000)?.unwrap_or(100);
        let next = links.href(&format!("/areas?limit={limit}&after=x"));
        Ok::<_, Problem>(Json(json!({"numberMatched": 1, "limit": limit, "q": query.text("q"), "next": next})))
    };
    let area = |segments: Segments| async move { Json(json!({"code": segments.text("code")})) };
    Router::new()
        .route("/areas", get(areas))
        .route("/areas/{code}", get(area))
        .route("/lookup", get(lookup).post(lookup_many))
        .route("/tiles/areas/{z}/{x}/{y}", get(tile))
        .route("/imports", post(import))
        .route("/axum-json", post(|Json(body): Json<Vec<u32>>| async move { Json(body) }))
        .route("/panic", get(|| async { panic!("secret at /root/x.rs:1") as StatusCode }))
        .route("/big", get(|| async { vec![b'x'; 32 << 20] }))
        .route("/hang", get(std::future::pending::<StatusCode>))
}

async fn lookup(query: RawQuery) -> Result<Json<Value>, Problem> {
    let query = query.allow(&["lon", "lat", "crs"])?;
    let lon = query.need("lon", query.f64_in("lon", -180.0..=180.0)?)?;
    let lat = query.need("lat", query.f64_in("lat", -90.0..=90.0)?)?;
    Ok(Json(json!({"lon": lon, "lat": lat})))
}

async fn lookup_many(JsonBody(points): JsonBody<Vec<[f64; 2]>>) -> Json<Value> {
    Json(json!({"results": points.len()}))
}

async fn tile(segments: Segments) -> Result<Json<Value>, Problem> {
    let (z, x, y) = (segments.u32("z")?, segments.u32("x")?, segments.u32("y")?);
    if z > 22 || x >> z != 0 || y >> z != 0 {
        return Err(Problem::not_found("没有此瓦片", "there is no such tile"));
    }
    Ok(Json(json!([z, x, y])))
}

async fn import(request: Request) -> Result<(StatusCode, Json<Value>), Problem> {
    let media_type = body::media_type(request.headers()).unwrap_or_default();
    if media_type != "application/geo+json" && media_type != "application/zip" {
        return Err(Problem::unsupported_media_type(&media_type, &["application/geo+json", "application/zip"]));
    }
    let bytes = body::read(request.into_body(), "max-import-bytes", u64::MAX).await?;
    body::parse_json::<Value>(&bytes)?;
    Ok((StatusCode::CREATED, Json(json!({"bytes": bytes.len()}))))
}

pub(crate) fn viewer(path: &str) -> Option<Asset> {
    match path {
        "index.html" => Some(Asset::new(&b"<!doctype html><title>map</title>"[..], "text/html; charset=utf-8")),
        "assets/index-B7x.js" => Some(Asset::new(vec![b'1'; 5000], "text/javascript; charset=utf-8")),
        _ => None,
    }
}

pub(crate) fn app(config: &ServeConfig, limits: Limits, viewer: fn(&str) -> Option<Asset>) -> (Gated, ShellState) {
    let state = ShellState::default();
    let writes =
        WritePolicy { listen: config.listen, public_url: config.public_url.clone(), api_key: config.api_key.clone() };
    let openapi = utoipa::openapi::OpenApiBuilder::new().build();
    let settings =
        ShellSettings { limits: Arc::new(limits), writes, state: state.clone(), openapi, viewer, express: None };
    (shell(business(Links::new(config.public_url.clone())), settings), state)
}

struct Answer {
    status: u16,
    headers: http::HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body ends").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

async fn send(method: Method, target: &str, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let config = config();
    let (router, _) = app(&config, Limits::new(&config), viewer);
    ask(router, method, target, headers, body).await
}

async fn ask(router: Gated, method: Method, target: &str, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let mut request = http::Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body)).expect("a request that can be written");
    Answer::of(router.oneshot(request).await.expect("the router never fails")).await
}

/// The answer must be a whole problem of this status and kind, with the place and id, and nothing of the inside.
#[track_caller]
fn check_problem(answer: &Answer, status: u16, slug: &str) {
    let problem = answer.json();
    assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{problem}");
    assert_eq!(problem["type"], format!("/problems/{slug}"), "{problem}");
    assert_eq!(problem["status"], status);
    assert!(problem["title"].as_str().is_some_and(|title| title.contains(" / ")), "{problem}");
    assert!(problem["detail_zh"].is_string() && problem["instance"].is_string(), "{problem}");
    assert_eq!(problem["request_id"], answer.header("x-request-id"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(!answer.text.contains(".rs") && !answer.text.contains("/root"), "{}", answer.text);
}

#[tokio::test]
async fn every_answer_has_the_common_headers_and_a_good_id_is_kept() {
    let config = config();
    let (router, state) = app(&config, Limits::new(&config), viewer);
    state.set_edition(7);
    let answer = ask(router, Method::GET, "/areas?limit=3", &[("x-request-id", "case-0001")], "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["next"], "/areas?limit=3&after=x");
    assert_eq!(answer.header("x-request-id"), "case-0001");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    assert_eq!(answer.header("x-edition"), "7");
    assert!(!answer.headers.contains_key("server"));
    assert!(!answer.headers.contains_key("content-security-policy"));
    assert_eq!(send(Method::GET, "/areas", &[("x-request-id", "<script>")], "").await.header("x-request-id").len(), 32);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    check_problem(&send(Method::GET, "/nowhere", &[], "").await, 404, "not-found");
    let answer = send(Method::DELETE, "/areas", &[], "").await;
    check_problem(&answer, 405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "GET,HEAD");
    check_problem(&send(Method::from_bytes(b"FROB").unwrap(), "/areas", &[], "").await, 405, "method-not-allowed");
    check_problem(&send(Method::TRACE, "/areas", &[], "").await, 405, "method-not-allowed");
}

#[tokio::test]
async fn malformed_paths_and_queries_are_problems() {
    for target in
        ["/%ff", "/%00", "/%2e%2e%2f", "/areas/%ff", "/areas/a%2fb", "/tiles/areas/..%2f..%2fetc/0/0", "/app/../x"]
    {
        check_problem(&send(Method::GET, target, &[], "").await, 400, "bad-request");
    }
    for target in
        ["/areas?q=%ff", "/areas?nope=1", "/areas?limit=1&limit=1", "/areas?limit=0", "/areas?q=%00", "/lookup?lon=1"]
    {
        check_problem(&send(Method::GET, target, &[], "").await, 400, "bad-parameter");
    }
    for lon in ["NaN", "Infinity", "1e400", "181", "", "104)%3B--", "0x68"] {
        let answer = send(Method::GET, &format!("/lookup?lon={lon}&lat=30"), &[], "").await;
        check_problem(&answer, 400, "bad-parameter");
        assert_eq!(answer.json()["parameter"], "lon");
    }
    for tile in [
        "31/0/0",
        "-1/0/0",
        "abc/0/0",
        "2/4/0",
        "12/18446744073709551616/0",
        "12/1e3/0",
        "12/0x10/0",
        "12/%EF%BC%91/0",
        "12/+1/0",
    ] {
        check_problem(&send(Method::GET, &format!("/tiles/areas/{tile}"), &[], "").await, 404, "not-found");
    }
    assert_eq!(send(Method::GET, "/tiles/areas/12/4095/1", &[], "").await.json(), json!([12, 4095, 1]));
    let long = format!("/areas?q={}", "a".repeat(20_000));
    check_problem(&send(Method::GET, &long, &[], "").await, 414, "uri-too-long");
}

#[tokio::test]
async fn bodies_are_judged_before_the_route() {
    let length = |bytes| [("content-length", bytes), ("content-type", "application/geo+json")];
    let answer = send(Method::POST, "/areas", &length("1001"), "").await;
    check_problem(&answer, 413, "content-too-large");
    assert_eq!(
        (answer.json()["limit"].as_str(), answer.json()["limit_bytes"].as_u64()),
        (Some("max-body-bytes"), Some(1000))
    );
    check_problem(&send(Method::POST, "/nowhere", &length("10000000000"), "").await, 413, "content-too-large");
    check_problem(&send(Method::POST, "/imports", &length("5001"), "").await, 413, "content-too-large");
    check_problem(&send(Method::POST, "/areas", &length("-1"), "").await, 400, "bad-request");
    check_problem(&send(Method::POST, "/areas", &length("1000"), "").await, 405, "method-not-allowed");

    let gzip = [("content-encoding", "gzip"), ("content-type", "application/geo+json")];
    let answer = send(Method::POST, "/imports", &gzip, "{}").await;
    check_problem(&answer, 415, "unsupported-media-type");
    assert_eq!(answer.header("accept-encoding"), "identity");
    let chunked = [("transfer-encoding", "chunked")];
    check_problem(&send(Method::POST, "/areas", &chunked, "").await, 411, "length-required");
    check_problem(&send(Method::DELETE, "/areas/1", &[("if-match", "\"\\")], "").await, 400, "bad-request");
}

#[tokio::test]
async fn json_bodies_are_read_or_refused_with_their_place() {
    let json_type = [("content-type", "application/json; charset=utf-8")];
    assert_eq!(send(Method::POST, "/lookup", &json_type, "[[1,2],[3,4]]").await.json(), json!({"results": 2}));
    let answer = send(Method::POST, "/lookup", &json_type, "[[1,\n\"x\"]]").await;
    check_problem(&answer, 400, "bad-request");
    assert_eq!(answer.json()["line"], 2);
    check_problem(&send(Method::POST, "/lookup", &[], "[]").await, 415, "unsupported-media-type");
    // A rejection of the framework itself does not leak through either.
    check_problem(&send(Method::POST, "/axum-json", &json_type, "{").await, 400, "bad-request");
    check_problem(&send(Method::POST, "/axum-json", &json_type, "{}").await, 400, "bad-request");
    check_problem(&send(Method::POST, "/axum-json", &[], "{}").await, 415, "unsupported-media-type");
}

#[tokio::test]
async fn a_panic_and_a_hanging_handler_are_problems_without_internals() {
    check_problem(&send(Method::GET, "/panic", &[], "").await, 500, "internal");
    let config = config();
    let mut limits = Limits::new(&config);
    limits.default.answer_within = Duration::from_millis(10);
    let (router, _) = app(&config, limits, viewer);
    let answer = ask(router, Method::GET, "/hang", &[], "").await;
    check_problem(&answer, 503, "took-too-long");
    assert_eq!(answer.header("retry-after"), "30");
}

#[tokio::test]
async fn writes_from_elsewhere_need_the_key() {
    let forwarded = [("x-forwarded-for", "10.0.0.1"), ("content-type", "application/geo+json")];
    check_problem(&send(Method::POST, "/imports", &forwarded, "{}").await, 403, "forbidden");
    assert_eq!(send(Method::POST, "/imports", &forwarded[1..], "{}").await.status, 201);
    let config = ServeConfig { api_key: Some("0123456789abcdef".parse().unwrap()), ..config() };
    let (router, _) = app(&config, Limits::new(&config), viewer);
    let answer = ask(router.clone(), Method::POST, "/imports", &forwarded, "{}").await;
    check_problem(&answer, 401, "unauthorized");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    let with_key = [forwarded[0], forwarded[1], ("authorization", "Bearer 0123456789abcdef")];
    assert_eq!(ask(router, Method::POST, "/imports", &with_key, "{}").await.status, 201);
}

#[tokio::test]
async fn readiness_follows_the_state_and_life_does_not() {
    let config = config();
    let (router, state) = app(&config, Limits::new(&config), viewer);
    let status = |target| {
        let answer = ask(router.clone(), Method::GET, target, &[], "");
        async { answer.await.status }
    };
    assert_eq!((status("/healthz").await, status("/readyz").await), (200, 503));
    state.set_ready(true);
    assert_eq!((status("/healthz").await, status("/readyz").await), (200, 200));
}

#[tokio::test]
async fn screens_are_one_page_with_a_policy_and_files_are_cached() {
    let answer = send(Method::GET, "/", &[], "").await;
    assert_eq!((answer.status, answer.header("location")), (302, "/app/command"));
    for screen in ["command", "lookup", "planner", "admin"] {
        let answer = send(Method::GET, &format!("/app/{screen}"), &[], "").await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"));
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "),
            "{policy}"
        );
    }
    let script = send(Method::GET, "/app/assets/index-B7x.js", &[("accept-encoding", "gzip")], "").await;
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(script.header("content-encoding"), "gzip");
    let known = [("if-none-match", script.header("etag"))];
    assert_eq!(send(Method::GET, "/app/assets/index-B7x.js", &known, "").await.status, 304);
    for target in ["/app/index.html", "/app/other", "/app/command/", "/app/assets/none.js"] {
        check_problem(&send(Method::GET, target, &[], "").await, 404, "not-found");
    }
    let config = config();
    let (unbuilt, _) = app(&config, Limits::new(&config), |_| None);
    check_problem(&ask(unbuilt, Method::GET, "/app/command", &[], "").await, 503, "viewer-not-built");
}

#[tokio::test]
async fn documentation_and_problem_pages_are_served() {
    let answer = send(Method::GET, "/docs", &[], "").await;
    assert!(
        answer.status == 200
            && answer.text.contains("docs/docs.js")
            && !answer.header("content-security-policy").is_empty()
    );
    for (file, media_type) in [("docs.js", "text/javascript"), ("docs.css", "text/css")] {
        let answer = send(Method::GET, &format!("/docs/{file}"), &[], "").await;
        assert!(answer.status == 200 && answer.header("content-type").starts_with(media_type), "{file}");
    }
    assert_eq!(send(Method::GET, "/openapi.json", &[], "").await.json()["openapi"], "3.1.0");
    check_problem(&send(Method::GET, "/openapi.json?x=1", &[], "").await, 400, "bad-parameter");
    let page = send(Method::GET, "/problems/content-too-large", &[], "").await;
    assert!(
        page.text.contains("正文超过上限") && page.text.contains("href=\"../problems/content-too-large\""),
        "{}",
        page.text
    );
    assert!(send(Method::GET, "/problems", &[], "").await.text.contains("href=\"./problems/internal\""));
    check_problem(&send(Method::GET, "/problems/none", &[], "").await, 404, "not-found");
}

#[tokio::test]
async fn links_come_from_the_public_address_never_from_the_host() {
    let hosts = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
    assert!(!send(Method::GET, "/areas", &hosts, "").await.text.contains("evil"));
    let config = ServeConfig { public_url: Some("https://map.example/one".parse().unwrap()), ..config() };
    let (router, _) = app(&config, Limits::new(&config), viewer);
    let answer = ask(router, Method::GET, "/areas", &hosts, "").await;
    assert_eq!(answer.json()["next"], "https://map.example/one/areas?limit=100&after=x");
}
