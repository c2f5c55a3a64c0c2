//! The map's look: MapLibre style documents, written for the levels a profile has.
//!
//! Nothing here knows a level by its id. A level is drawn by its rank from the coarsest, so a profile of two levels
//! and one of seven both get the strongest border outside and the faintest inside.

use serde_json::{Value, json};

mod palette;

pub use palette::Theme;
use palette::{BORDER_WIDTHS_PX, Palette};

/// Width of the map for which the opening zoom is chosen, in CSS pixels.
const OPENING_WIDTH_PX: f64 = 1024.0;
/// Width of one tile on the screen, in CSS pixels; fixed by the renderer.
const TILE_PX: f64 = 512.0;
/// A style never opens closer than this, however small its data.
const OPENING_ZOOM_MAX: f64 = 16.0;
/// Buildings are drawn from here on; the tileset has none before.
const BUILDING_MIN_ZOOM: u8 = 14;
/// How many levels may be labelled at once. With more, the finer names crowd out the coarser ones.
const LABELLED_LEVELS: usize = 2;
/// Fonts of the labels, drawn by the browser: the style names no glyph server.
const FONTS: [&str; 4] = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
/// Label size by rank from the coarsest, in CSS pixels; finer levels use the last.
const LABEL_SIZES_PX: [f64; 4] = [20.0, 16.0, 14.0, 12.0];
/// Name of the 45 degree hatch, an image the viewer draws at run time.
const HATCH_IMAGE: &str = "hatch";

/// What the style must know of one level of the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleLevel {
    /// Id of the level, which is also the name of its layer in the tiles.
    pub id: String,
    /// Zoom from which its areas and borders are drawn.
    pub min_zoom: u8,
    /// Zoom from which its areas are labelled; `None` for never.
    pub label_zoom: Option<u8>,
    /// Whether its areas are comprehensive or exclusive. Such areas are hatched when exclusive, and labelled by
    /// their short number.
    pub kinds: bool,
}

/// Returns the MapLibre style of a district with `levels`, coarsest first.
///
/// Sources are addressed from the root of the server that answers (`/tiles/areas.json`), which a browser resolves
/// against the style's own address. `bounds` is west, south, east, north in degrees and gives the opening view.
/// The style needs neither glyphs nor a sprite; the image `hatch` is added by the viewer.
pub fn map_style(levels: &[StyleLevel], theme: Theme, bounds: Option<[f64; 4]>, attribution: &str) -> Value {
    let palette = theme.palette();
    let mut layers = vec![json!({
        "id": "ground", "type": "background", "paint": {"background-color": palette.ground}
    })];
    layers.extend(levels.iter().enumerate().map(|(rank, level)| fill(level, rank, &palette)));
    layers.extend(places(&palette));
    layers.extend(levels.iter().filter(|level| level.kinds).map(|level| hatch(level, levels)));
    layers.extend(levels.iter().enumerate().rev().map(|(rank, level)| border(level, rank, &palette)));
    layers.push(road_label(&palette));
    layers.extend((0..levels.len()).rev().filter_map(|rank| label(levels, rank, &palette)));

    let mut style = json!({
        "version": 8,
        "name": theme.name(),
        "sources": {
            "areas": {
                "type": "vector", "url": "/tiles/areas.json", "promoteId": "code", "attribution": attribution
            },
            "places": {"type": "vector", "url": "/tiles/places.json"}
        },
        "transition": {"duration": 120, "delay": 0},
        "layers": layers
    });
    if let Some([west, south, east, north]) = bounds {
        style["center"] = json!([(west + east) / 2.0, (south + north) / 2.0]);
        style["zoom"] = json!(opening_zoom(east - west));
    }
    style
}

/// Zoom at which `width_deg` of longitude fits the opening width, to a tenth.
fn opening_zoom(width_deg: f64) -> f64 {
    let zoom = (OPENING_WIDTH_PX / TILE_PX * 360.0 / width_deg.max(f64::MIN_POSITIVE)).log2();
    (zoom.clamp(0.0, OPENING_ZOOM_MAX) * 10.0).floor() / 10.0
}

/// The area itself. The coarsest level is the land one sees; the others are clear and only catch the pointer.
fn fill(level: &StyleLevel, rank: usize, palette: &Palette) -> Value {
    let opacity = if rank == 0 { 1.0 } else { 0.0 };
    json!({
        "id": format!("{}-fill", level.id), "type": "fill", "source": "areas", "source-layer": level.id,
        "minzoom": level.min_zoom,
        "paint": {"fill-color": palette.land, "fill-opacity": opacity, "fill-antialias": false}
    })
}

/// Exclusive areas of a level: a hatch, never colour alone. It stops where a finer level draws its own.
fn hatch(level: &StyleLevel, levels: &[StyleLevel]) -> Value {
    let mut layer = json!({
        "id": format!("{}-exclusive", level.id), "type": "fill", "source": "areas", "source-layer": level.id,
        "minzoom": level.min_zoom,
        "filter": ["==", ["get", "kind"], "exclusive"],
        "paint": {"fill-pattern": HATCH_IMAGE, "fill-opacity": 0.55}
    });
    let finer = levels.iter().skip_while(|other| other.id != level.id).skip(1).find(|other| other.kinds);
    if let Some(finer) = finer.filter(|finer| finer.min_zoom > level.min_zoom) {
        layer["maxzoom"] = json!(finer.min_zoom);
    }
    layer
}

/// Borders that divide areas of `level` and of none coarser: every border is drawn once.
fn border(level: &StyleLevel, rank: usize, palette: &Palette) -> Value {
    let index = rank.min(BORDER_WIDTHS_PX.len() - 1);
    let width = BORDER_WIDTHS_PX[index];
    json!({
        "id": format!("{}-border", level.id), "type": "line", "source": "areas", "source-layer": "borders",
        "minzoom": level.min_zoom,
        "filter": ["==", ["get", "level"], level.id],
        "layout": {"line-join": "round", "line-cap": "round"},
        "paint": {
            "line-color": palette.borders[index],
            "line-width": ["interpolate", ["linear"], ["zoom"], 8, width * 0.7, 14, width, 18, width * 1.6]
        }
    })
}

/// Names of a level, or short numbers where areas have kinds.
///
/// Coarser layers come later in the style, which gives them the first choice of room; a name goes when the level
/// two ranks below it gets its own.
fn label(levels: &[StyleLevel], rank: usize, palette: &Palette) -> Option<Value> {
    let level = &levels[rank];
    let label_zoom = level.label_zoom?;
    let text =
        if level.kinds { json!(["coalesce", ["get", "short"], ["get", "name"]]) } else { json!(["get", "name"]) };
    let size = LABEL_SIZES_PX[rank.min(LABEL_SIZES_PX.len() - 1)];
    let strong = rank < LABEL_SIZES_PX.len() - 1;
    let mut layer = json!({
        "id": format!("{}-label", level.id), "type": "symbol", "source": "areas", "source-layer": "labels",
        "minzoom": label_zoom,
        "filter": ["==", ["get", "level"], level.id],
        "layout": {
            "text-field": text,
            "text-font": FONTS,
            "text-size": ["interpolate", ["linear"], ["zoom"], label_zoom, size, f64::from(label_zoom) + 4.0, size * 1.25],
            "text-max-width": 8,
            "text-padding": 4
        },
        "paint": {
            "text-color": if strong { palette.text } else { palette.quiet },
            "text-halo-color": palette.ground,
            "text-halo-width": 1.6
        }
    });
    let replaced_at = levels[rank + 1..].iter().filter_map(|finer| finer.label_zoom).nth(LABELLED_LEVELS - 1);
    if let Some(zoom) = replaced_at.filter(|zoom| *zoom > label_zoom) {
        layer["maxzoom"] = json!(zoom);
    }
    Some(layer)
}

/// Parks, water, buildings and roads, quiet under the areas.
fn places(palette: &Palette) -> Vec<Value> {
    let surface = |name: &str, colour: &str| {
        json!({
            "id": name, "type": "fill", "source": "places", "source-layer": name,
            "filter": ["==", ["geometry-type"], "Polygon"],
            "paint": {"fill-color": colour}
        })
    };
    let mut layers = vec![surface("green", palette.green), surface("water", palette.water)];
    layers.push(json!({
        "id": "ditch", "type": "line", "source": "places", "source-layer": "water",
        "filter": ["==", ["geometry-type"], "LineString"],
        "layout": {"line-join": "round", "line-cap": "round"},
        "paint": {
            "line-color": palette.water,
            "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 10, 0.8, 14, 2.0, 18, 9.0]
        }
    }));
    let mut building = surface("building", palette.building);
    building["minzoom"] = json!(BUILDING_MIN_ZOOM);
    building["paint"]["fill-outline-color"] = json!(palette.building_edge);
    building["paint"]["fill-opacity"] = json!(["interpolate", ["linear"], ["zoom"], 14, 0.0, 15, 1.0]);
    layers.push(building);
    layers.push(json!({
        "id": "road", "type": "line", "source": "places", "source-layer": "road",
        "layout": {"line-join": "round", "line-cap": "round", "line-sort-key": ["-", 0, ["coalesce", ["get", "rank"], 2]]},
        "paint": {
            "line-color": [
                "match", ["coalesce", ["get", "rank"], 2],
                0, palette.road_major,
                1, palette.road,
                palette.road_minor
            ],
            "line-width": [
                "interpolate", ["exponential", 1.5], ["zoom"],
                10, ["match", ["coalesce", ["get", "rank"], 2], 0, 1.4, 1, 0.7, 0.3],
                14, ["match", ["coalesce", ["get", "rank"], 2], 0, 4.0, 1, 2.6, 1.2],
                18, ["match", ["coalesce", ["get", "rank"], 2], 0, 20.0, 1, 14.0, 8.0]
            ]
        }
    }));
    layers
}

/// Road names along the road, last to get room.
fn road_label(palette: &Palette) -> Value {
    json!({
        "id": "road-label", "type": "symbol", "source": "places", "source-layer": "road", "minzoom": 14,
        "filter": ["has", "name"],
        "layout": {
            "text-field": ["get", "name"], "text-font": FONTS, "text-size": 12,
            "symbol-placement": "line", "symbol-spacing": 400, "text-padding": 16
        },
        "paint": {"text-color": palette.faint, "text-halo-color": palette.ground, "text-halo-width": 1.2}
    })
}

#[cfg(test)]
mod tests;
