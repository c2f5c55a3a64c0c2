//! Tiles and TileJSON.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Desk,
    answer::{json_of, of},
};
use crate::{
    app::{
        Served, tasks,
        tiles::{BORDERS_LAYER, LABELS_LAYER, MAX_TILE_ZOOM, Tileset, tile_coord},
    },
    domain::place::PlaceClass,
    http::{path::Segments, problem::Problem, query::RawQuery},
};

/// Media type of a tile.
const MVT: HeaderValue = HeaderValue::from_static("application/vnd.mapbox-vector-tile");

/// TileJSON 3 of the areas.
#[utoipa::path(get, path = "/tiles/areas.json", tag = "map", responses((status = 200, description = "TileJSON 3", body = Object)))]
pub(super) async fn areas_json(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    query.allow(&[])?;
    let served = desk.app.served();
    let mut layers: Vec<Value> = Vec::new();
    for level in &served.snapshot.profile.levels {
        let fields =
            json!({"code": "编码 / code", "name": "名称 / name", "kind": "comprehensive 综合, exclusive 专属"});
        layers.push(layer(&level.id, &level.name.zh, level.min_zoom, fields));
    }
    let coarsest = served.snapshot.profile.levels.iter().map(|level| level.min_zoom).min().unwrap_or(0);
    let level_fields = json!({"level": "所分的最粗层级 / coarsest level divided", "rank": "0 = coarsest"});
    layers.push(layer(BORDERS_LAYER, "边界", coarsest, level_fields));
    let label_fields = json!({"code": "编码", "name": "名称", "short": "标注 / text to show", "level": "层级", "rank": "0 = coarsest", "kind": "类别"});
    layers.push(layer(LABELS_LAYER, "标注点", coarsest, label_fields));
    Ok(tile_json(&desk, &served, "areas", layers))
}

/// TileJSON 3 of the places.
#[utoipa::path(get, path = "/tiles/places.json", tag = "map", responses((status = 200, description = "TileJSON 3", body = Object)))]
pub(super) async fn places_json(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    query.allow(&[])?;
    let served = desk.app.served();
    let fields = json!({"name": "名称 / name", "rank": "0 = most important"});
    let layers = PlaceClass::ALL.map(|class| layer(class.id(), class.id(), 0, fields.clone())).to_vec();
    Ok(tile_json(&desk, &served, "places", layers))
}

fn layer(id: &str, description: &str, min_zoom: u8, fields: Value) -> Value {
    json!({"id": id, "description": description, "minzoom": min_zoom, "maxzoom": MAX_TILE_ZOOM, "fields": fields})
}

fn tile_json(desk: &Desk, served: &Served, name: &str, layers: Vec<Value>) -> Response {
    let profile = &served.snapshot.profile;
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": format!("{} {name}", profile.name.zh),
        "scheme": "xyz",
        "tiles": [desk.links.href(&format!("/tiles/{name}/{{z}}/{{x}}/{{y}}"))],
        "minzoom": 0,
        "maxzoom": MAX_TILE_ZOOM,
        "attribution": profile.map.attribution.zh,
        "vector_layers": layers,
    });
    if let Some(extent) = served.extent {
        document["bounds"] = json!(extent.to_degrees());
    }
    json_of(served.snapshot.edition_number(), document)
}

/// A tile of the areas: a layer per level, `borders`, `labels`.
#[utoipa::path(get, path = "/tiles/areas/{z}/{x}/{y}", tag = "map", params(
    ("z" = u8, Path, description = "Zoom, 0 to 18 / 级别"), ("x" = u32, Path, description = "Column / 列"), ("y" = u32, Path, description = "Row / 行"),
), responses(
    (status = 200, description = "Mapbox Vector Tile 2.1", content_type = "application/vnd.mapbox-vector-tile"),
    (status = 204, description = "Nothing is there / 空瓦片"),
    (status = 304, description = "As before / 未变"),
))]
pub(super) async fn area_tile(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tile(desk, Tileset::Areas, query, segments, headers).await
}

/// A tile of the places: roads, water, greens, buildings.
#[utoipa::path(get, path = "/tiles/places/{z}/{x}/{y}", tag = "map", params(
    ("z" = u8, Path, description = "Zoom, 0 to 18 / 级别"), ("x" = u32, Path, description = "Column / 列"), ("y" = u32, Path, description = "Row / 行"),
), responses(
    (status = 200, description = "Mapbox Vector Tile 2.1", content_type = "application/vnd.mapbox-vector-tile"),
    (status = 204, description = "Nothing is there / 空瓦片"),
    (status = 304, description = "As before / 未变"),
))]
pub(super) async fn place_tile(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    tile(desk, Tileset::Places, query, segments, headers).await
}

async fn tile(
    desk: Desk,
    tileset: Tileset,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let coord = tile_coord(segments.u32("z")?, segments.u32("x")?, segments.u32("y")?).map_err(|en| {
        let allowed = format!("zoom 0 to {MAX_TILE_ZOOM}, column and row below 2^zoom");
        Problem::not_found("没有此瓦片", en).with("allowed", allowed)
    })?;
    let served = desk.app.served();
    let edition = served.snapshot.edition_number();
    let tile = tasks::compute(move || served.tile(tileset, coord)).await;
    Ok(of(edition, tile_response(tile, &headers)))
}

/// 204 for nothing, 304 for what the client has, else the bytes with their tag.
fn tile_response(tile: Bytes, request: &HeaderMap) -> Response {
    if tile.is_empty() {
        return (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-cache")]).into_response();
    }
    let digest = Sha256::digest(&tile);
    // Weak: the same tile may go out compressed.
    let tag = format!("W/\"{}\"", digest[..12].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let has_it = |value: &HeaderValue| {
        let known = value.to_str().unwrap_or_default().split(',').map(str::trim);
        known.into_iter().any(|candidate| candidate == tag || candidate == "*")
    };
    let caching = [(header::CACHE_CONTROL, "no-cache".to_owned()), (header::ETAG, tag.clone())];
    if request.get_all(header::IF_NONE_MATCH).iter().any(has_it) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, MVT)], tile).into_response()
}
