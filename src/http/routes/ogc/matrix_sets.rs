//! `/ogc/tileMatrixSets`.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use serde_json::{Value, json};

use super::{
    super::Desk,
    asked::{JSON, answer, json_only, link, set_of},
};
use crate::{
    app::tiles::{MatrixSet, TileMatrix},
    http::{path::Segments, problem::Problem, query::RawQuery},
};

/// The ways to cut the world into tiles.
#[utoipa::path(get, path = "/ogc/tileMatrixSets", tag = "ogc", params(
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Tile matrix sets / 瓦片矩阵集", body = Object)))]
pub(in crate::http::routes) async fn matrix_sets(
    State(desk): State<Desk>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    json_only(&query, &headers)?;
    let all = MatrixSet::ALL.map(|set| {
        let mut entry = json!({
            "id": set.name(), "title": set.title(), "crs": set.crs(),
            "links": [link(&desk, "self", JSON, &path_of(set), set.title())],
        });
        put(&mut entry, "uri", set.uri());
        entry
    });
    let to_itself = link(&desk, "self", JSON, "/ogc/tileMatrixSets", "this document");
    Ok(answer(&desk, json!({"tileMatrixSets": all, "links": [to_itself]})))
}

/// One tile matrix set. `CGCS2000Quad` counts zooms as 天地图 does in its set `c`.
#[utoipa::path(get, path = "/ogc/tileMatrixSets/{set}", tag = "ogc", params(
    ("set" = String, Path, description = "WebMercatorQuad, WorldCRS84Quad or CGCS2000Quad", example = "WebMercatorQuad"),
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Tile matrix set / 瓦片矩阵集", body = Object)))]
pub(in crate::http::routes) async fn matrix_set(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let set = set_of(&segments)?;
    json_only(&query, &headers)?;
    let [lower_left, upper_right] = set.bounding_box();
    let mut document = json!({
        "id": set.name(),
        "title": set.title(),
        "crs": set.crs(),
        "orderedAxes": set.ordered_axes(),
        "boundingBox": {
            "lowerLeft": lower_left, "upperRight": upper_right, "crs": set.crs(), "orderedAxes": set.ordered_axes(),
        },
        "tileMatrices": set.matrices().map(matrix).collect::<Vec<_>>(),
    });
    put(&mut document, "uri", set.uri());
    put(&mut document, "wellKnownScaleSet", set.well_known_scale_set());
    Ok(answer(&desk, document))
}

/// The address of a set within the service.
pub(super) fn path_of(set: MatrixSet) -> String {
    format!("/ogc/tileMatrixSets/{}", set.name())
}

fn put(document: &mut Value, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        document[name] = value.into();
    }
}

fn matrix(matrix: TileMatrix) -> Value {
    json!({
        "id": matrix.zoom.to_string(),
        "scaleDenominator": matrix.scale_denominator,
        "cellSize": matrix.cell_size,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": matrix.point_of_origin,
        "tileWidth": matrix.tile_width,
        "tileHeight": matrix.tile_height,
        "matrixWidth": matrix.matrix_width,
        "matrixHeight": matrix.matrix_height,
    })
}
