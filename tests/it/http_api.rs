//! The business routes over a small demo district, through the whole shell.

use std::{fmt::Write, sync::Arc};

use axum::{body::Body, extract::Request, response::Response};
use http::{Method, StatusCode, header};
use http_body_util::BodyExt;
use onemap::{
    app::{
        App, AppOptions, District,
        basemap::Basemap,
        demo::{Content, DemoPlan, generate},
    },
    clock::Clock,
    formats::geojson_text::area_geometry_text,
    http::{
        gate::Gated,
        limits::Limits,
        links::Links,
        routes,
        shell::{ShellSettings, ShellState, shell},
        write_guard::WritePolicy,
    },
    store::Store,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::http_shell::{config, viewer};

/// A served district in a folder of its own.
pub(crate) struct Service {
    pub(crate) router: Gated,
    pub(crate) app: App,
    folder: tempfile::TempDir,
}

pub(crate) async fn service(units: u64) -> Service {
    service_with(units, AppOptions::default()).await
}

pub(crate) async fn service_with(units: u64, options: AppOptions) -> Service {
    service_over(units, options, None).await
}

pub(crate) async fn service_over(units: u64, options: AppOptions, basemap: Option<Arc<Basemap>>) -> Service {
    service_by(units, options, basemap, Clock::system()).await
}

/// A service that tells the time by `clock`.
pub(crate) async fn service_by(
    units: u64,
    options: AppOptions,
    basemap: Option<Arc<Basemap>>,
    clock: Clock,
) -> Service {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let district = District::open(&folder.path().join("district.gpkg"), None, clock).await.expect("a new store");
    if units > 0 {
        let plan = DemoPlan::new(units, 7, Content::Buildings).expect("a plan");
        district.adopt_demo(generate(&plan, &mut |_, _| {}), "演示").await.expect("a valid demo");
    }
    service_of(district, options, basemap, folder).await
}

/// A service over a district in `folder`.
pub(crate) async fn service_of(
    district: District,
    options: AppOptions,
    basemap: Option<Arc<Basemap>>,
    folder: tempfile::TempDir,
) -> Service {
    let app = App::start_with(district, options).await.expect("a district that can be served");
    let mut config = config();
    config.max_body_bytes = 1 << 20;
    config.max_import_bytes = 64 << 20;
    let state = ShellState::default();
    state.set_ready(true);
    let (business, openapi) = routes::business(app.clone(), Links::default(), state.clone(), basemap);
    let writes = WritePolicy { listen: config.listen, public_url: None, api_key: None };
    let settings = ShellSettings {
        limits: Arc::new(Limits::new(&config)),
        writes,
        state,
        openapi,
        viewer,
        express: Some(routes::express(app.clone())),
    };
    Service { router: shell(business, settings), app, folder }
}

impl Service {
    /// Where the store is.
    pub(crate) fn store_path(&self) -> std::path::PathBuf {
        self.folder.path().join("district.gpkg")
    }

    pub(crate) async fn send(&self, method: Method, path: &str, media_type: &str, body: impl Into<Body>) -> Response {
        let body = body.into();
        let length = axum::body::HttpBody::size_hint(&body).exact().expect("a body of known length");
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
        if !media_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, media_type).header(header::CONTENT_LENGTH, length);
        }
        let mut request = request.body(body).expect("a request");
        let peer = onemap::http::serve::Peer("127.0.0.1:50000".parse().expect("an address"));
        request.extensions_mut().insert(peer);
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        json_of(self.send(Method::GET, path, "", Body::empty()).await).await
    }

    pub(crate) async fn post(&self, path: &str, media_type: &str, body: String) -> (StatusCode, Value) {
        json_of(self.send(Method::POST, path, media_type, body).await).await
    }

    /// One GeoJSON feature a line: every area of a level, with the names changed by `rename`.
    pub(crate) fn export(&self, level: &str, rename: impl Fn(&str) -> String) -> String {
        let served = self.app.served();
        let snapshot = &served.snapshot;
        let mut lines = String::new();
        for index in snapshot.hierarchy.of_level(snapshot.profile.find_level(level).expect("a level")) {
            let area = snapshot.hierarchy.area(index);
            let parent = area.parent.map(|parent| snapshot.hierarchy.area(parent).code.to_string());
            let properties = json!({"code": &*area.code, "parent": parent, "name": rename(&area.name), "level": level});
            let geometry = area_geometry_text(&snapshot.coverage.polygon(index));
            writeln!(lines, r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#).expect("text");
        }
        lines
    }
}

async fn json_of(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = response.into_body().collect().await.expect("a whole body").to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// The first unit's label: longitude, latitude, code.
pub(crate) async fn some_unit(service: &Service) -> (f64, f64, String) {
    let (_, found) = service.get("/areas?level=unit&limit=1").await;
    let unit = &found["items"][0];
    let at = |i: usize| unit["label"][i].as_f64().expect("a number");
    (at(0), at(1), unit["code"].as_str().expect("a code").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_point_is_answered_with_its_chain_and_who_answers_there() {
    let service = service(300).await;
    let (lon, lat, code) = some_unit(&service).await;
    let (status, answer) = service.get(&format!("/lookup?lon={lon}&lat={lat}")).await;
    assert_eq!((status, &answer["match"], &answer["edition"]), (StatusCode::OK, &json!("inside"), &json!(1)));
    let chain: Vec<&str> = answer["chain"]
        .as_array()
        .expect("a chain")
        .iter()
        .map(|area| area["level"].as_str().expect("a level"))
        .collect();
    assert_eq!(chain, ["district", "street", "community", "grid", "unit"]);
    assert_eq!(answer["chain"][4]["code"], json!(code));
    let roles: Vec<&str> = answer["responsible"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|post| post["role"].as_str().expect("a role"))
        .collect();
    assert!(roles.contains(&"grid_leader") && roles.iter().any(|role| role.ends_with("unit_leader")), "{roles:?}");
    let phone = answer["responsible"][0]["phone"].as_str().expect("a phone");
    assert!(phone.contains("****"), "{phone} is masked");
    // The same place, written in another system.
    let (x, y) = onemap::domain::crs::from_degrees(onemap::domain::crs::Crs::Gcj02, lon, lat).expect("inside China");
    let (_, shifted) = service.get(&format!("/lookup?lon={x}&lat={y}&crs=gcj02")).await;
    assert_eq!(shifted["chain"], answer["chain"]);
    let (_, sea) = service.get("/lookup?lon=122.5&lat=25.4").await;
    assert_eq!((&sea["match"], &sea["chain"]), (&json!("none"), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_points_get_a_reason() {
    let service = service(300).await;
    for (query, says) in [
        ("lon=NaN&lat=25", "finite"),
        ("lon=119", "lat is missing"),
        ("lon=25.44&lat=119.01", ""),
        ("lon=119&lat=25&crs=EPSG:1", "no known coordinate system"),
        ("lon=119&lat=25&wat=1", "wat"),
        ("lon=119&lat=91", "91"),
    ] {
        let (status, problem) = service.get(&format!("/lookup?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {problem}");
        assert!(problem["detail"].as_str().expect("a detail").contains(says), "{query}: {problem}");
        assert!(problem["title"].as_str().expect("a title").contains(" / "), "two languages: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_points_are_answered_in_order_and_bad_ones_in_place() {
    let service = service(300).await;
    let (lon, lat, code) = some_unit(&service).await;
    let points =
        json!([{"lon": lon, "lat": lat}, {"lon": 200, "lat": 0}, {"lon": "x", "lat": 0}, {"lon": 122.5, "lat": 25}]);
    let (status, many) = service.post("/lookup", "application/json", points.to_string()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(many["results"][0]["chain"][4]["code"], json!(code));
    assert!(many["results"][1]["error"]["detail"].as_str().expect("a detail").starts_with("record 2:"), "{many}");
    assert!(many["results"][2]["error"]["detail"].as_str().expect("a detail").starts_with("record 3:"), "{many}");
    assert_eq!(many["results"][3]["match"], json!("none"));
    let columns = json!({"lon": [lon, 122.5], "lat": [lat, 25.0]});
    let (_, codes) = service.post("/lookup?level=grid", "application/json", columns.to_string()).await;
    assert_eq!(codes["codes"], json!([&code[..15], null]));
    let uneven = json!({"lon": [lon], "lat": []});
    let (status, _) = service.post("/lookup", "application/json", uneven.to_string()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn areas_are_found_by_code_name_and_initials_and_paged() {
    let service = service(300).await;
    for query in ["q=350304001", "q=%E9%95%87%E6%B5%B7%E8%A1%97%E9%81%93", "q=zhjd"] {
        let (_, found) = service.get(&format!("/areas?{query}&limit=1")).await;
        assert_eq!(found["items"][0]["name"], json!("镇海街道"), "{query}");
        assert_eq!(found["items"][0]["parent_names"], json!(["荔城区"]), "{query}");
    }
    let (mut path, mut seen) = ("/areas?level=community&limit=50".to_owned(), Vec::new());
    loop {
        let (status, page) = service.get(&path).await;
        assert_eq!((status, &page["numberMatched"]), (StatusCode::OK, &json!(130)));
        seen.extend(page["items"].as_array().expect("items").iter().map(|area| area["code"].to_string()));
        match page["links"][0]["href"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 130);
    let (status, detail) = service.get("/areas/350304001").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&detail["parent"]["code"], &detail["children"]["count"]), (&json!("350304"), &json!(11)));
    assert!(!detail["neighbours"].as_array().expect("a list").is_empty());
    assert_eq!(detail["geometry"]["type"], json!("MultiPolygon"));
    let ring = detail["geometry"]["coordinates"][0][0].as_array().expect("a ring");
    assert_eq!(ring.first(), ring.last(), "rings are closed");
    let (status, _) = service.get("/areas/999999").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn tiles_have_a_layer_per_level_and_a_tag() {
    let service = service(300).await;
    let (_, document) = service.get("/tiles/areas.json").await;
    let layers: Vec<&str> = document["vector_layers"]
        .as_array()
        .expect("layers")
        .iter()
        .map(|layer| layer["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(layers, ["district", "street", "community", "grid", "unit", "borders", "labels"]);
    let (lon, lat, _) = some_unit(&service).await;
    let tile = |z: u32| {
        let n = f64::from(1_u32 << z);
        let y = (1.0 - (lat.to_radians().tan().asinh() / std::f64::consts::PI)) / 2.0 * n;
        format!("/tiles/areas/{z}/{}/{}", ((lon + 180.0) / 360.0 * n) as u32, y as u32)
    };
    let response = service.send(Method::GET, &tile(16), "", Body::empty()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let tag = response.headers()[header::ETAG].clone();
    assert_eq!(response.headers()["x-edition"], "1");
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    let decoded = onemap_tiles::decode(&bytes).expect("a valid tile");
    assert!(decoded.iter().any(|layer| layer.name == "unit"), "units are drawn at 16");
    let request = Request::get(tile(16)).header(header::IF_NONE_MATCH, tag).header(header::HOST, "127.0.0.1:8080");
    let again =
        service.router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let (status, _) = service.get("/tiles/areas/16/0/0").await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    for path in ["/tiles/areas/19/0/0", "/tiles/areas/2/4/0", "/tiles/areas/2/0/-1", "/tiles/wat/2/0/0"] {
        assert_eq!(service.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    for theme in ["dark", "light"] {
        let (status, style) = service.get(&format!("/styles/{theme}.json")).await;
        assert_eq!((status, &style["version"]), (StatusCode::OK, &json!(8)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_the_next_edition_at_once_and_a_bad_one_changes_nothing() {
    let service = service(300).await;
    let media_type = "application/geo+json-seq";
    let same = service.export("community", str::to_owned);
    let (status, report) = service.post("/imports?dry_run=true", media_type, same.clone()).await;
    assert_eq!((status, &report["outcome"]), (StatusCode::OK, &json!("checked")), "{report}");
    assert_eq!(service.get("/profile").await.1["edition"]["number"], json!(1));
    let renamed = service.export("community", |name| format!("新{name}"));
    let (status, report) = service.post("/imports?title=%E6%94%B9%E5%90%8D", media_type, renamed.clone()).await;
    assert_eq!(
        (status, &report["outcome"], &report["changed"]),
        (StatusCode::CREATED, &json!("published"), &json!(130)),
        "{report}"
    );
    let (_, profile) = service.get("/profile").await;
    assert_eq!((&profile["edition"]["number"], &profile["edition"]["title"]), (&json!(2), &json!("改名")));
    let missing = service.send(Method::GET, "/areas/999999", "", Body::empty()).await;
    assert_eq!(missing.headers()["x-edition"], "2", "answers without an edition of their own follow");
    let (status, report) = service.post("/imports", media_type, renamed).await;
    assert_eq!((status, &report["outcome"]), (StatusCode::OK, &json!("unchanged")), "{report}");
    let broken = same.replacen("\"parent\":\"350304001\"", "\"parent\":\"350304999\"", 1);
    let (status, problem) = service.post("/imports", media_type, broken).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["findings"][0]["rule"], json!("G10"), "{problem}");
    assert_eq!(problem["findings"][0]["record"], json!(1), "{problem}");
    assert_eq!(service.app.district().store().counts().await.expect("counts").editions, 2);
    let (status, _) = service.post("/imports", "text/plain", same).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

/// Used to be published and not served: the client's going took the rest of the import with it.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_whose_client_went_away_is_served_all_the_same() {
    let service = service(300).await;
    let renamed = service.export("community", |name| format!("新{name}"));
    let mut gone = Box::pin(service.post("/imports", "application/geo+json-seq", renamed));
    // Until the body is taken in and the import has begun; then the client is gone.
    while !service.app.is_importing() {
        assert!(futures_util::poll!(gone.as_mut()).is_pending(), "an import of 130 areas takes longer than its upload");
        tokio::task::yield_now().await;
    }
    drop(gone);
    service.app.finish().await;
    let head = service.app.district().store().head().await.expect("an answer").map(|edition| edition.number);
    assert_eq!(head, service.app.served().snapshot.edition.as_ref().map(|edition| edition.number));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_store_answers_too() {
    let service = service(0).await;
    let (status, profile) = service.get("/profile").await;
    assert_eq!((status, &profile["edition"], &profile["bounds"]), (StatusCode::OK, &Value::Null, &Value::Null));
    assert_eq!((&profile["sure_share"], &profile["doubtful_share"]), (&json!(0.95), &json!(0.6)));
    let (status, answer) = service.get("/lookup?lon=119&lat=25.4").await;
    assert_eq!((status, &answer["match"]), (StatusCode::OK, &json!("none")));
    assert_eq!(service.get("/areas").await.1["numberMatched"], json!(0));
    assert_eq!(service.get("/tiles/areas/10/850/436").await.0, StatusCode::NO_CONTENT);
}
