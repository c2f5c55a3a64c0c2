//! TileJSON 3.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue,
    header::{CACHE_CONTROL, VARY},
};
use serde_json::{Map, Value, json};

use super::super::{Desk, answer::of};
use crate::{
    app::tiles::{MAX_TILE_ZOOM, MatrixSet, TileSource, Tileset, VectorLayer, tiles_over},
    http::{negotiate, problem::Problem},
};

/// Media type of TileJSON.
const JSON: &str = "application/json";

/// The TileJSON of a tileset whose tiles are below `base`.
pub(super) fn tile_json(
    desk: &Desk,
    source: &TileSource,
    tileset: Tileset,
    base: &str,
    request: &HeaderMap,
) -> Result<Response, Problem> {
    negotiate::accepts(request, JSON)?;
    let (profile, edition) = (desk.app.district().profile(), source.edition());
    let layers = source.vector_layers(tileset);
    let min_zoom = layers.iter().map(|layer| layer.min_zoom).min().unwrap_or(0);
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": format!("{} {}", profile.name.zh, tileset.id()),
        "description": format!("{}: {}", profile.name.en, tileset.id()),
        "version": format!("{edition}.0.0"),
        "scheme": "xyz",
        "format": "pbf",
        "encoding": "mvt",
        "tiles": [desk.links.href(&format!("{base}/{}/{{z}}/{{x}}/{{y}}", tileset.id()))],
        "minzoom": min_zoom,
        "maxzoom": MAX_TILE_ZOOM,
        "attribution": profile.map.attribution.zh,
        "vector_layers": layers.iter().map(vector_layer).collect::<Vec<_>>(),
    });
    if let Some(extent) = source.extent() {
        let [west, south, east, north] = extent.to_degrees();
        document["bounds"] = json!([west, south, east, north]);
        // The deepest zoom at which one tile may show all of it.
        let whole = |zoom: &u8| tiles_over(MatrixSet::WebMercatorQuad, *zoom, extent).count() == 1;
        let zoom = (min_zoom..=MAX_TILE_ZOOM).rev().find(whole).unwrap_or(min_zoom);
        document["center"] = json!([(west + east) / 2.0, (south + north) / 2.0, zoom]);
    }
    let mut response = of(edition, Json(document).into_response());
    // Names and addresses in it are those of the program that runs now, also for an edition of the past.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

fn vector_layer(layer: &VectorLayer) -> Value {
    let fields: Map<String, Value> = layer.fields.iter().map(|&(name, says)| (name.to_owned(), says.into())).collect();
    json!({
        "id": layer.id, "description": layer.description, "minzoom": layer.min_zoom, "maxzoom": layer.max_zoom,
        "fields": fields,
    })
}
