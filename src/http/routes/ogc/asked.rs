//! What all of these addresses read from a request, and the links that they answer with.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};
use serde_json::{Value, json};

use super::super::{Desk, answer::of};
use crate::{
    app::tiles::{MatrixSet, Tileset},
    http::{
        negotiate,
        path::Segments,
        problem::{Problem, printable},
        query::{Query, RawQuery, bad_value},
    },
};

/// Media type of everything that is no tile.
pub(super) const JSON: &str = "application/json";

/// The coordinate system of extents.
pub(super) const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Relation of a list of vector tilesets.
pub(super) const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";

/// Relation of a tile matrix set.
pub(super) const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";

/// Refuses a request that wants another format than `media_type`: by `f`, its `short` name or itself, else by `Accept`.
pub(super) fn format(query: &RawQuery, headers: &HeaderMap, media_type: &str, short: &str) -> Result<(), Problem> {
    format_of(&query.allow(&["f"])?, headers, media_type, short)
}

/// The same of a query that has been read.
pub(super) fn format_of(query: &Query, headers: &HeaderMap, media_type: &str, short: &str) -> Result<(), Problem> {
    match query.text("f") {
        Some(format) if format == short || format == media_type => Ok(()),
        Some(format) => Err(bad_value("f", format, (short, short))),
        None => negotiate::accepts(headers, media_type),
    }
}

/// The same for what is JSON.
pub(super) fn json_only(query: &RawQuery, headers: &HeaderMap) -> Result<(), Problem> {
    format(query, headers, JSON, "json")
}

/// `document`, to be asked for again each time: it says what is served now.
pub(super) fn answer(desk: &Desk, document: Value) -> Response {
    let mut response = of(desk.app.served().snapshot.edition_number(), Json(document).into_response());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// A link within the service.
pub(super) fn link(desk: &Desk, rel: &str, media_type: &str, path: &str, title: &str) -> Value {
    json!({"rel": rel, "type": media_type, "href": desk.links.href(path), "title": title})
}

/// The collection that an address names; collections and tilesets are one and the same here.
pub(super) fn collection_of(segments: &Segments) -> Result<Tileset, Problem> {
    let id = segments.text("collection");
    Tileset::from_id(id).ok_or_else(|| {
        let shown = printable(id);
        Problem::not_found(format!("没有集合 {shown}"), format!("there is no collection {shown}"))
            .with("allowed", Tileset::ALL.map(Tileset::id))
    })
}

/// The tile matrix set that an address names.
pub(super) fn set_of(segments: &Segments) -> Result<MatrixSet, Problem> {
    let name = segments.text("set");
    MatrixSet::from_name(name).ok_or_else(|| {
        let shown = printable(name);
        Problem::not_found(format!("没有瓦片矩阵集 {shown}"), format!("there is no tile matrix set {shown}"))
            .with("allowed", MatrixSet::ALL.map(MatrixSet::name))
    })
}

/// What a collection is called, in both languages.
pub(super) const fn title_of(collection: Tileset) -> &'static str {
    match collection {
        Tileset::Areas => "区域、边界与标注 / areas, borders and labels",
        Tileset::Places => "道路、水系、绿地与建筑 / roads, water, greens and buildings",
    }
}
