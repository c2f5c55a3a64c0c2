//! The base map: TileJSON and tiles from a PMTiles file.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Desk;
use crate::{
    app::{
        basemap::{Basemap, BasemapError, BasemapKind, BasemapTile},
        tasks,
    },
    formats::pmtiles::VectorLayer,
    http::{negotiate, path::Segments, problem::Problem, query::RawQuery},
};

/// When to try a damaged file again, in seconds: somebody must put another in its place first.
const RETRY_AFTER_S: u32 = 300;

/// Whoever has a tile asks each time whether it is still the one: another file may be behind the next start.
const CACHING: HeaderValue = HeaderValue::from_static("no-cache");

/// TileJSON 3 of the base map.
#[utoipa::path(get, path = "/basemap.json", tag = "map", responses(
    (status = 200, description = "TileJSON 3", body = Object),
    (status = 404, description = "No base map is configured / 未配置底图"),
))]
pub(super) async fn basemap_json(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    query.allow(&[])?;
    let basemap = configured(&desk)?;
    let mut document = json!({
        "tilejson": "3.0.0",
        "scheme": "xyz",
        "tiles": [desk.links.href("/basemap/{z}/{x}/{y}")],
        "minzoom": basemap.zooms().start(),
        "maxzoom": basemap.zooms().end(),
    });
    let said = basemap.metadata();
    let texts = [
        ("name", &said.name),
        ("description", &said.description),
        ("attribution", &said.attribution),
        ("version", &said.version),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            document[name] = text.as_str().into();
        }
    }
    if basemap.kind() == BasemapKind::Vector {
        document["vector_layers"] = said.layers.iter().map(VectorLayer::to_json).collect::<Vec<Value>>().into();
    }
    if let Some(bounds) = basemap.bounds() {
        document["bounds"] = json!(bounds);
    }
    if let Some(center) = basemap.center() {
        document["center"] = json!(center);
    }
    Ok(([(header::CACHE_CONTROL, CACHING)], Json(document)).into_response())
}

/// A tile of the base map, as its file has it.
#[utoipa::path(get, path = "/basemap/{z}/{x}/{y}", tag = "map", params(
    ("z" = u8, Path, description = "Zoom / 级别"), ("x" = u32, Path, description = "Column / 列"), ("y" = u32, Path, description = "Row / 行"),
), responses(
    (status = 200, description = "Vector tile or picture, as the file says / 矢量瓦片或图片"),
    (status = 204, description = "Nothing is there / 空瓦片"),
    (status = 304, description = "As before / 未变"),
    (status = 404, description = "No base map is configured, or it has no such zoom / 未配置底图，或没有此级别"),
    (status = 503, description = "The file is damaged / 底图文件已损坏"),
))]
pub(super) async fn basemap_tile(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let basemap = configured(&desk)?;
    let (z, x, y) = (segments.u32("z")?, segments.u32("x")?, segments.u32("y")?);
    let zooms = basemap.zooms();
    let zoom = u8::try_from(z).ok().filter(|zoom| zooms.contains(zoom) && x >> zoom == 0 && y >> zoom == 0);
    let zoom = zoom.ok_or_else(|| {
        let allowed = format!("zoom {} to {}, column and row below 2^zoom", zooms.start(), zooms.end());
        let en = format!("the base map has no tile {z}/{x}/{y}");
        Problem::not_found("底图没有此瓦片", en).with("allowed", allowed)
    })?;
    let takes_gzip = negotiate::takes(&headers, "gzip")?;
    let reader = Arc::clone(&basemap);
    let read = move || -> Result<_, BasemapError> {
        let Some(tile) = reader.tile(zoom, x, y)? else { return Ok(None) };
        let tag = tag_of(&tile);
        let tile = match tile.plain() {
            Some(plain) if tile.encoding.is_some() && !takes_gzip => {
                BasemapTile { bytes: plain?.into(), encoding: None }
            }
            _ => tile,
        };
        Ok(Some((tile, tag)))
    };
    let found = tasks::compute(read).await.map_err(|error| {
        tracing::error!(%zoom, x, y, error = &error as &dyn std::error::Error, "the base map cannot be read");
        let zh = format!("底图读不出来：{}", error.zh());
        Problem::unavailable(zh, "the file of the base map is damaged or gone", RETRY_AFTER_S)
    })?;
    match found {
        Some((tile, tag)) => answer(&basemap, tile, &tag, &headers),
        None => Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, CACHING)]).into_response()),
    }
}

/// 304 for what the client has, 406 for a compression that it does not take, else the bytes with their tag.
fn answer(basemap: &Basemap, tile: BasemapTile, tag: &str, request: &HeaderMap) -> Result<Response, Problem> {
    let mut response = HeaderMap::new();
    response.insert(header::CACHE_CONTROL, CACHING);
    response.insert(header::ETAG, tag.parse().expect("a tag is hexadecimal"));
    if !basemap.has_plain_tiles() || basemap.kind() == BasemapKind::Vector {
        response.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    if known.flat_map(|value| value.split(',')).map(str::trim).any(|candidate| candidate == tag || candidate == "*") {
        return Ok((StatusCode::NOT_MODIFIED, response).into_response());
    }
    if let Some(encoding) = tile.encoding {
        if !negotiate::takes(request, encoding)? {
            let zh = format!("底图瓦片以 {encoding} 压缩，请在 Accept-Encoding 中加入它");
            let en = format!("tiles of the base map are compressed with {encoding}; add it to Accept-Encoding");
            return Err(Problem::new(crate::http::problem::Kind::NotAcceptable, zh, en).with("allowed", [encoding]));
        }
        response.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response.insert(header::CONTENT_TYPE, HeaderValue::from_static(basemap.content_type()));
    Ok((response, tile.bytes).into_response())
}

/// The base map, or what to do to have one.
fn configured(desk: &Desk) -> Result<Arc<Basemap>, Problem> {
    desk.basemap.clone().ok_or_else(|| {
        let zh = "未配置底图；启动服务时用 --basemap FILE 或环境变量 ONEMAP_BASEMAP 指定一个 PMTiles 文件";
        let en = "no base map is configured; name a PMTiles file with --basemap FILE or ONEMAP_BASEMAP when starting";
        Problem::not_found(zh, en)
    })
}

/// Of the stored bytes. Weak: the same tile goes out with and without its compression.
fn tag_of(tile: &BasemapTile) -> String {
    let digest = Sha256::digest(&tile.bytes);
    format!("W/\"{}\"", digest[..12].iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
