//! `/ogc` and `/ogc/conformance`.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use serde_json::json;

use super::{
    super::Desk,
    asked::{JSON, TILESETS, answer, json_only, link},
};
use crate::http::{problem::Problem, query::RawQuery};

/// What is kept of the standards.
const CONFORMS_TO: [&str; 14] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
];

/// The root of the OGC API.
#[utoipa::path(get, path = "/ogc", tag = "ogc", params(
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Landing page / 首页", body = Object)))]
pub(in crate::http::routes) async fn landing(
    State(desk): State<Desk>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    json_only(&query, &headers)?;
    let profile = desk.app.district().profile();
    let to = |rel, media_type, path, title| link(&desk, rel, media_type, path, title);
    let document = json!({
        "title": format!("{} / {}", profile.name.zh, profile.name.en),
        "description": "Onemap 一张图",
        "attribution": profile.map.attribution.zh,
        "links": [
            to("self", JSON, "/ogc", "this document"),
            to("service-desc", JSON, "/openapi.json", "OpenAPI 3.1"),
            to("service-doc", "text/html; charset=utf-8", "/docs", "the same to read"),
            to("conformance", JSON, "/ogc/conformance", "conformance classes"),
            to("http://www.opengis.net/def/rel/ogc/1.0/conformance", JSON, "/ogc/conformance", "conformance classes"),
            to("data", JSON, "/ogc/collections", "collections"),
            to("http://www.opengis.net/def/rel/ogc/1.0/data", JSON, "/ogc/collections", "collections"),
            to("http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", JSON, "/ogc/tileMatrixSets", "tile matrix sets"),
            to(TILESETS, JSON, "/ogc/tiles", "vector tilesets of the areas"),
        ],
    });
    Ok(answer(&desk, document))
}

/// What is kept of the standards.
#[utoipa::path(get, path = "/ogc/conformance", tag = "ogc", params(
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Conformance classes / 符合的标准", body = Object)))]
pub(in crate::http::routes) async fn conformance(
    State(desk): State<Desk>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    json_only(&query, &headers)?;
    Ok(answer(&desk, json!({"conformsTo": CONFORMS_TO})))
}
