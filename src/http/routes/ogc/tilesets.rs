//! `/ogc/tiles` and `/ogc/collections/{collection}/tiles`: lists of tilesets, their metadata, their tiles.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::{
    super::{Desk, tiles::tile},
    asked::{CRS84, JSON, TILING_SCHEME, answer, collection_of, format_of, json_only, link, set_of, title_of},
    matrix_sets, which,
};
use crate::{
    app::tiles::{
        BORDERS_LAYER, LABELS_LAYER, MAX_TILE_ZOOM, MatrixSet, TileCoord, Tileset, VectorLayer, deepest_zoom,
        tile_coord_in, tiles_over,
    },
    domain::geometry::Extent,
    http::{negotiate::MVT, path::Segments, problem::Problem, query::RawQuery},
};

/// The tilesets of the dataset, one for each tile matrix set.
#[utoipa::path(get, path = "/ogc/tiles", tag = "ogc", params(
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Tilesets / 瓦片集", body = Object)))]
pub(in crate::http::routes) async fn dataset_tilesets(
    State(desk): State<Desk>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    json_only(&query, &headers)?;
    Ok(answer(&desk, Tiles::of_the_dataset().list(&desk)))
}

/// The tilesets of a collection, one for each tile matrix set.
#[utoipa::path(get, path = "/ogc/collections/{collection}/tiles", tag = "ogc", params(
    ("collection" = String, Path, description = "areas or places", example = "areas"),
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Tilesets / 瓦片集", body = Object)))]
pub(in crate::http::routes) async fn collection_tilesets(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tiles = Tiles::of_a_collection(&segments)?;
    json_only(&query, &headers)?;
    Ok(answer(&desk, tiles.list(&desk)))
}

/// What is in a tileset of the dataset, and where.
#[utoipa::path(get, path = "/ogc/tiles/{set}", tag = "ogc", params(
    ("set" = String, Path, description = "WebMercatorQuad, WorldCRS84Quad or CGCS2000Quad", example = "WebMercatorQuad"),
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Tileset metadata / 瓦片集说明", body = Object)))]
pub(in crate::http::routes) async fn dataset_tileset(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let set = set_of(&segments)?;
    json_only(&query, &headers)?;
    Ok(answer(&desk, Tiles::of_the_dataset().metadata(&desk, set)))
}

/// What is in a tileset of a collection, and where.
#[utoipa::path(get, path = "/ogc/collections/{collection}/tiles/{set}", tag = "ogc", params(
    ("collection" = String, Path, description = "areas or places", example = "areas"),
    ("set" = String, Path, description = "WebMercatorQuad, WorldCRS84Quad or CGCS2000Quad", example = "WebMercatorQuad"),
    ("f" = Option<String>, Query, description = "json / 格式"),
), responses((status = 200, description = "Tileset metadata / 瓦片集说明", body = Object)))]
pub(in crate::http::routes) async fn collection_tileset(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (tiles, set) = (Tiles::of_a_collection(&segments)?, set_of(&segments)?);
    json_only(&query, &headers)?;
    Ok(answer(&desk, tiles.metadata(&desk, set)))
}

/// A vector tile of the dataset: the row comes before the column.
#[utoipa::path(get, path = "/ogc/tiles/{set}/{matrix}/{row}/{column}", tag = "ogc", params(
    ("set" = String, Path, description = "WebMercatorQuad, WorldCRS84Quad or CGCS2000Quad", example = "WebMercatorQuad"),
    ("matrix" = u8, Path, description = "Zoom / 级别"), ("row" = u32, Path, description = "Row / 行"), ("column" = u32, Path, description = "Column / 列"),
    ("f" = Option<String>, Query, description = "mvt / 格式"),
    ("edition" = Option<u32>, Query, description = "Of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
    ("datetime" = Option<String>, Query, description = "The same as as_of, as OGC calls it; one time, no interval / 同 as_of"),
), responses(
    (status = 200, description = "Mapbox Vector Tile 2.1, plain, gzip or zstd", content_type = "application/vnd.mapbox-vector-tile"),
    (status = 204, description = "Nothing is there / 空瓦片"),
    (status = 304, description = "As before / 未变"),
))]
pub(in crate::http::routes) async fn dataset_tile(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    one_tile(&desk, Tiles::of_the_dataset(), &query, &segments, &headers).await
}

/// A vector tile of a collection: the row comes before the column.
#[utoipa::path(get, path = "/ogc/collections/{collection}/tiles/{set}/{matrix}/{row}/{column}", tag = "ogc", params(
    ("collection" = String, Path, description = "areas or places", example = "areas"),
    ("set" = String, Path, description = "WebMercatorQuad, WorldCRS84Quad or CGCS2000Quad", example = "WebMercatorQuad"),
    ("matrix" = u8, Path, description = "Zoom / 级别"), ("row" = u32, Path, description = "Row / 行"), ("column" = u32, Path, description = "Column / 列"),
    ("f" = Option<String>, Query, description = "mvt / 格式"),
    ("edition" = Option<u32>, Query, description = "Only areas: of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
    ("datetime" = Option<String>, Query, description = "The same as as_of, as OGC calls it; one time, no interval / 同 as_of"),
), responses(
    (status = 200, description = "Mapbox Vector Tile 2.1, plain, gzip or zstd", content_type = "application/vnd.mapbox-vector-tile"),
    (status = 204, description = "Nothing is there / 空瓦片"),
    (status = 304, description = "As before / 未变"),
))]
pub(in crate::http::routes) async fn collection_tile(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tiles = Tiles::of_a_collection(&segments)?;
    one_tile(&desk, tiles, &query, &segments, &headers).await
}

async fn one_tile(
    desk: &Desk,
    tiles: Tiles,
    query: &RawQuery,
    segments: &Segments,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let coord = coord(segments)?;
    let query = which::query_for(tiles.tileset, query)?;
    format_of(&query, headers, MVT, "mvt")?;
    let (source, keeping) = which::source(desk, tiles.tileset, &query).await?;
    tile(desk, &source, (tiles.tileset, coord), headers, keeping).await
}

fn coord(segments: &Segments) -> Result<TileCoord, Problem> {
    let set = set_of(segments)?;
    let (zoom, row, column) = (segments.u32("matrix")?, segments.u32("row")?, segments.u32("column")?);
    tile_coord_in(set, zoom, column, row).map_err(|en| {
        let allowed = format!("matrix {} to {}, row and column inside it", set.min_zoom(), deepest_zoom(set));
        Problem::not_found("没有此瓦片", en).with("allowed", allowed)
    })
}

/// The tilesets at one address.
struct Tiles {
    tileset: Tileset,
    base: String,
}

impl Tiles {
    fn of_the_dataset() -> Self {
        Self { tileset: Tileset::Areas, base: "/ogc/tiles".to_owned() }
    }

    fn of_a_collection(segments: &Segments) -> Result<Self, Problem> {
        let tileset = collection_of(segments)?;
        Ok(Self { tileset, base: format!("/ogc/collections/{}/tiles", tileset.id()) })
    }

    fn list(&self, desk: &Desk) -> Value {
        let to_itself = link(desk, "self", JSON, &self.base, "this document");
        json!({"links": [to_itself], "tilesets": MatrixSet::ALL.map(|set| self.entry(desk, set))})
    }

    fn entry(&self, desk: &Desk, set: MatrixSet) -> Value {
        let path = format!("{}/{}", self.base, set.name());
        let mut item = link(desk, "item", MVT, &format!("{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"), "tiles");
        item["templated"] = true.into();
        let mut links = vec![
            link(desk, "self", JSON, &path, "this tileset"),
            link(desk, TILING_SCHEME, JSON, &matrix_sets::path_of(set), set.title()),
            item,
        ];
        if set == MatrixSet::WebMercatorQuad {
            let path = format!("/tiles/{}.json", self.tileset.id());
            links.push(link(desk, "alternate", JSON, &path, "TileJSON"));
        }
        let mut entry = json!({
            "title": title_of(self.tileset), "dataType": "vector", "crs": set.crs(), "tileMatrixSetId": set.name(),
            "links": links,
        });
        if let Some(uri) = set.uri() {
            entry["tileMatrixSetURI"] = uri.into();
        }
        entry
    }

    fn metadata(&self, desk: &Desk, set: MatrixSet) -> Value {
        let (profile, served) = (desk.app.district().profile(), desk.app.served());
        let layers = served.tiles.vector_layers(self.tileset);
        let min_zoom = layers.iter().map(|layer| layer.min_zoom).min().unwrap_or(0);
        let mut document = self.entry(desk, set);
        document["attribution"] = profile.map.attribution.zh.as_str().into();
        document["mediaTypes"] = json!([MVT]);
        document["layers"] = layers.iter().map(|layer| layer_of(self.tileset, layer, set)).collect();
        if let Some(extent) = served.extent {
            let [west, south, east, north] = extent.to_degrees();
            document["boundingBox"] = json!({
                "lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84, "orderedAxes": ["Lon", "Lat"],
            });
            document["tileMatrixSetLimits"] = limits(set, zoom_in(set, min_zoom), extent);
        }
        document
    }
}

/// Where tiles with anything on them may be.
fn limits(set: MatrixSet, from_zoom: u8, extent: Extent) -> Value {
    let of_zoom = |zoom: u8| {
        let range = tiles_over(set, zoom, extent);
        json!({
            "tileMatrix": zoom.to_string(),
            "minTileRow": range.rows().start(), "maxTileRow": range.rows().end(),
            "minTileCol": range.columns().start(), "maxTileCol": range.columns().end(),
        })
    };
    (from_zoom..=deepest_zoom(set)).map(of_zoom).collect()
}

/// The zoom of `set` that is about as fine as `zoom` of WebMercatorQuad.
fn zoom_in(set: MatrixSet, zoom: u8) -> u8 {
    let coarser = MAX_TILE_ZOOM - deepest_zoom(set);
    zoom.saturating_sub(coarser).max(set.min_zoom())
}

fn layer_of(tileset: Tileset, layer: &VectorLayer, set: MatrixSet) -> Value {
    let property = |&(name, says): &(&str, &str)| {
        let kind = match name {
            "rank" => "integer",
            "tiny" => "boolean",
            _ => "string",
        };
        (name.to_owned(), json!({"type": kind, "description": says}))
    };
    let properties: Map<String, Value> = layer.fields.iter().map(property).collect();
    let mut document = json!({
        "id": layer.id,
        "title": layer.description,
        "dataType": "vector",
        "minTileMatrix": zoom_in(set, layer.min_zoom).to_string(),
        "maxTileMatrix": deepest_zoom(set).to_string(),
        "propertiesSchema": {"type": "object", "properties": properties},
    });
    // A class of places may have points, lines and polygons.
    if tileset == Tileset::Areas {
        let dimension = match layer.id.as_str() {
            LABELS_LAYER => 0,
            BORDERS_LAYER => 1,
            _ => 2,
        };
        document["geometryDimension"] = dimension.into();
    }
    document
}
