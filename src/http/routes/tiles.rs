//! Tiles and TileJSON: of what is served, and of any edition.

mod answer;
mod past;
mod tile_json;

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::HeaderMap;

use self::tile_json::tile_json;
use super::{Desk, which};
use crate::{
    app::tiles::{MAX_TILE_ZOOM, TileCoord, Tileset, tile_coord},
    http::{
        negotiate,
        path::Segments,
        problem::{Problem, printable},
        query::RawQuery,
    },
};

pub(super) use answer::{Keeping, tile};
pub(super) use past::{__path_edition_tile, __path_edition_tile_json, edition_tile, edition_tile_json};

/// What stands behind the name of a tileset in the address of its TileJSON.
const JSON_ENDING: &str = ".json";

/// What may stand behind the row of a tile.
const TILE_ENDING: &str = ".mvt";

/// Parameters of tilesets that are part of editions.
const OF_AN_EDITION: &[&str] = &which::PARAMETERS;

/// TileJSON 3 of a tileset.
///
/// `edition`, or `as_of` and `known_at`, leads to that edition. Tiles are at `/tiles/{tileset}/{z}/{x}/{y}`.
#[utoipa::path(get, path = "/tiles/{file}", tag = "map", params(
    ("file" = String, Path, description = "areas.json or places.json", example = "areas.json"),
    ("edition" = Option<u32>, Query, description = "Only areas: of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses(
    (status = 200, description = "TileJSON 3", body = Object),
    (status = 307, description = "To the edition in force then / 转到当时的版本"),
))]
pub(super) async fn live_tile_json(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tileset = file(segments.text("file"))?;
    if let Some(elsewhere) = past::elsewhere(&desk, tileset, &query, &format!("{}{JSON_ENDING}", tileset.id())).await? {
        return Ok(elsewhere);
    }
    tile_json(&desk, &desk.app.served().tiles, tileset, "/tiles", &headers)
}

/// A vector tile: of `areas` a layer per level, `borders`, `labels`; of `places` roads, water, greens, buildings.
///
/// A publish changes the tags of the tiles that it touches and of no others; `GET /events` names them. `.mvt` may stand
/// behind the row. `edition`, or `as_of` and `known_at`, leads to that edition.
#[utoipa::path(get, path = "/tiles/{tileset}/{z}/{x}/{y}", tag = "map", params(
    ("tileset" = String, Path, description = "areas or places", example = "areas"),
    ("z" = u8, Path, description = "Zoom, 0 to 18 / 级别"), ("x" = u32, Path, description = "Column / 列"), ("y" = u32, Path, description = "Row / 行"),
    ("edition" = Option<u32>, Query, description = "Only areas: of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses(
    (status = 200, description = "Mapbox Vector Tile 2.1, plain, gzip or zstd", content_type = "application/vnd.mapbox-vector-tile"),
    (status = 204, description = "Nothing is there / 空瓦片"),
    (status = 304, description = "As before / 未变"),
    (status = 307, description = "To the edition in force then / 转到当时的版本"),
))]
pub(super) async fn live_tile(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tileset = tileset(segments.text("tileset"))?;
    let coord = coord(&segments)?;
    if let Some(elsewhere) = past::elsewhere(&desk, tileset, &query, &format!("{}/{coord}", tileset.id())).await? {
        return Ok(elsewhere);
    }
    negotiate::accepts(&headers, negotiate::MVT)?;
    let source = Arc::clone(&desk.app.served().tiles);
    tile(&desk, &source, (tileset, coord), &headers, Keeping::Ask).await
}

/// The tileset whose TileJSON is asked for.
fn file(name: &str) -> Result<Tileset, Problem> {
    name.strip_suffix(JSON_ENDING).map_or_else(|| Err(no_tileset(name)), tileset)
}

fn tileset(id: &str) -> Result<Tileset, Problem> {
    Tileset::from_id(id).ok_or_else(|| no_tileset(id))
}

fn no_tileset(id: &str) -> Problem {
    let shown = printable(id);
    let problem = Problem::not_found(format!("没有瓦片集 {shown}"), format!("there is no tileset {shown}"));
    problem.with("allowed", Tileset::ALL.map(Tileset::id))
}

fn coord(segments: &Segments) -> Result<TileCoord, Problem> {
    let (z, x, y) = (segments.u32("z")?, segments.u32("x")?, segments.u32_before("y", TILE_ENDING)?);
    tile_coord(z, x, y).map_err(|en| {
        let allowed = format!("zoom 0 to {MAX_TILE_ZOOM}, column and row below 2^zoom");
        Problem::not_found("没有此瓦片", en).with("allowed", allowed)
    })
}
