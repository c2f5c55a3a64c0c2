//! `/ogc/collections`: what there are tilesets of.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use serde_json::{Value, json};

use super::{
    super::Desk,
    asked::{CRS84, JSON, TILESETS, answer, collection_of, json_only, link, title_of},
};
use crate::{
    app::tiles::Tileset,
    http::{path::Segments, problem::Problem, query::RawQuery},
};

/// What there are tilesets of.
#[utoipa::path(get, path = "/ogc/collections", tag = "ogc", params(
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Collections / 集合", body = Object)))]
pub(in crate::http::routes) async fn collections(
    State(desk): State<Desk>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    json_only(&query, &headers)?;
    let all = Tileset::ALL.map(|collection| description(&desk, collection));
    let to_itself = link(&desk, "self", JSON, "/ogc/collections", "this document");
    Ok(answer(&desk, json!({"links": [to_itself], "collections": all})))
}

/// One collection.
#[utoipa::path(get, path = "/ogc/collections/{collection}", tag = "ogc", params(
    ("collection" = String, Path, description = "areas or places", example = "areas"),
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "A collection / 集合", body = Object)))]
pub(in crate::http::routes) async fn collection(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let collection = collection_of(&segments)?;
    json_only(&query, &headers)?;
    Ok(answer(&desk, description(&desk, collection)))
}

fn description(desk: &Desk, collection: Tileset) -> Value {
    let path = format!("/ogc/collections/{}", collection.id());
    let mut document = json!({
        "id": collection.id(),
        "title": title_of(collection),
        "links": [
            link(desk, "self", JSON, &path, "this collection"),
            link(desk, TILESETS, JSON, &format!("{path}/tiles"), "vector tilesets"),
        ],
    });
    if let Some(extent) = desk.app.served().extent {
        document["extent"] = json!({"spatial": {"bbox": [extent.to_degrees()], "crs": CRS84}});
    }
    document
}
