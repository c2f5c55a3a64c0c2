//! Tiles of an edition, which never change, and the way there from a time.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, LOCATION},
};

use super::{
    super::Desk, Keeping, OF_AN_EDITION, answer::tile, coord, file, no_tileset, tile_json::tile_json, tileset,
};
use crate::{
    app::{
        editions::{ReadError, Which},
        tiles::{TileSource, Tileset},
    },
    http::{
        negotiate::{self, MVT},
        path::Segments,
        problem::Problem,
        query::RawQuery,
        routes::which,
    },
};

/// TileJSON 3 of the areas of an edition.
#[utoipa::path(get, path = "/editions/{edition}/tiles/{file}", tag = "map", params(
    ("edition" = u32, Path, description = "Number of the edition / 版本号", example = 1),
    ("file" = String, Path, description = "areas.json", example = "areas.json"),
), responses((status = 200, description = "TileJSON 3", body = Object)))]
pub(in crate::http::routes) async fn edition_tile_json(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let tileset = of_an_edition(file(segments.text("file"))?)?;
    let source = source(&desk, &segments).await?;
    tile_json(&desk, &source, tileset, &format!("/editions/{}/tiles", source.edition()), &headers)
}

/// A vector tile of the areas of an edition: it may be kept for ever.
#[utoipa::path(get, path = "/editions/{edition}/tiles/{tileset}/{z}/{x}/{y}", tag = "map", params(
    ("edition" = u32, Path, description = "Number of the edition / 版本号", example = 1),
    ("tileset" = String, Path, description = "areas", example = "areas"),
    ("z" = u8, Path, description = "Zoom, 0 to 18 / 级别"), ("x" = u32, Path, description = "Column / 列"), ("y" = u32, Path, description = "Row / 行"),
), responses(
    (status = 200, description = "Mapbox Vector Tile 2.1, plain, gzip or zstd", content_type = "application/vnd.mapbox-vector-tile"),
    (status = 204, description = "Nothing is there / 空瓦片"),
    (status = 304, description = "As before / 未变"),
))]
pub(in crate::http::routes) async fn edition_tile(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let tileset = of_an_edition(tileset(segments.text("tileset"))?)?;
    let coord = coord(&segments)?;
    negotiate::accepts(&headers, MVT)?;
    let source = source(&desk, &segments).await?;
    tile(&desk, &source, (tileset, coord), &headers, Keeping::ForEver).await
}

/// The way to the edition that a query names, where `rest` is asked for; `None` when it names none.
pub(super) async fn elsewhere(
    desk: &Desk,
    tileset: Tileset,
    query: &RawQuery,
    rest: &str,
) -> Result<Option<Response>, Problem> {
    let query = query.allow(if tileset == Tileset::Areas { OF_AN_EDITION } else { &[] })?;
    if tileset != Tileset::Areas {
        return Ok(None);
    }
    let asked = which::which(&query, desk.app.district().profile())?;
    if asked == Which::InForce {
        return Ok(None);
    }
    let edition = desk.app.resolve(asked).await?;
    let there = desk.links.href(&format!("/editions/{edition}/tiles/{rest}"));
    let there = HeaderValue::try_from(there).expect("a public address and a path of ours are ASCII");
    // The next publish may be in force at that time as well.
    let headers = [(LOCATION, there), (CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    Ok(Some((StatusCode::TEMPORARY_REDIRECT, headers).into_response()))
}

fn of_an_edition(tileset: Tileset) -> Result<Tileset, Problem> {
    match tileset {
        Tileset::Areas => Ok(tileset),
        // Places are as they are now, and no part of an edition.
        Tileset::Places => Err(no_tileset(tileset.id()).with("allowed", [Tileset::Areas.id()])),
    }
}

async fn source(desk: &Desk, segments: &Segments) -> Result<Arc<TileSource>, Problem> {
    let number = segments.u32("edition")?;
    let found = if number == 0 { None } else { desk.app.tiles_of(number).await? };
    let newest = desk.app.editions().last().map_or(0, |edition| edition.number);
    Ok(found.ok_or(ReadError::NoEdition { asked: number, newest })?)
}
