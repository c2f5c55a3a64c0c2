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
use time::{Date, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339, macros::format_description};

use super::{
    super::Desk, Keeping, MVT, OF_AN_EDITION, answer::tile, coord, file, no_tileset, tile_json::tile_json, tileset,
};
use crate::{
    app::tiles::{TileSource, Tileset},
    http::{
        negotiate,
        path::Segments,
        problem::Problem,
        query::{RawQuery, bad_value},
    },
};

/// What `as_of` may be.
const TIMES: &str = "RFC 3339 with Z or an offset, whose + is written %2B, as 2026-11-22T08:00:00Z; or a date";

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

/// The way to the edition in force at the `as_of` of a query, where `rest` is asked for; `None` without one.
pub(super) async fn as_of(
    desk: &Desk,
    tileset: Tileset,
    query: &RawQuery,
    rest: &str,
) -> Result<Option<Response>, Problem> {
    let query = query.allow(if tileset == Tileset::Areas { OF_AN_EDITION } else { &[] })?;
    if tileset != Tileset::Areas {
        return Ok(None);
    }
    let Some(text) = query.text("as_of") else { return Ok(None) };
    let (_, offset_minutes) = desk.app.district().profile().time_zone;
    let at = time_of(text, offset_minutes).ok_or_else(|| bad_value("as_of", text, TIMES))?;
    let Some(edition) = desk.app.edition_at(at).await? else {
        let en = "no edition was in force then";
        return Err(Problem::not_found("当时还没有版本", en).with("parameter", "as_of"));
    };
    let there = desk.links.href(&format!("/editions/{edition}/tiles/{rest}"));
    let there = HeaderValue::try_from(there).expect("a public address and a path of ours are ASCII");
    // The next publish may be in force at that time as well.
    let headers = [(LOCATION, there), (CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    Ok(Some((StatusCode::TEMPORARY_REDIRECT, headers).into_response()))
}

/// The time that a text says; a bare date begins in the district's time zone, a time without a zone is none.
fn time_of(text: &str, offset_minutes: i16) -> Option<OffsetDateTime> {
    if let Ok(time) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(time);
    }
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    let offset = UtcOffset::from_whole_seconds(i32::from(offset_minutes) * 60).ok()?;
    Some(date.midnight().assume_offset(offset))
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
    found.ok_or_else(|| {
        let newest = desk.app.served().snapshot.edition_number();
        let zh = format!("没有第 {number} 版；最新为第 {newest} 版");
        Problem::not_found(zh, format!("there is no edition {number}; the newest is {newest}"))
            .with("parameter", "edition")
            .with("newest", newest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_time_has_a_zone_and_a_date_begins_in_the_districts() {
        let at = |text| time_of(text, 480);
        assert_eq!(at("2026-11-22T08:00:00Z"), Some(datetime!(2026-11-22 08:00 UTC)));
        assert_eq!(at("2026-11-22T08:00:00.5+08:00"), Some(datetime!(2026-11-22 00:00:00.5 UTC)));
        assert_eq!(at("2026-11-22"), Some(datetime!(2026-11-21 16:00 UTC)));
        for text in
            ["", "now", "2026-11-22T08:00:00", "2026-11-22T08:00:00 08:00", "2026-13-01", "1700000000", "2026-1-2"]
        {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
