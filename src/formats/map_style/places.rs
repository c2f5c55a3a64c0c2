//! Places: green, water, buildings and roads, quiet under the areas.

use serde_json::{Value, json};

use super::{FONTS, palette::Palette};

/// Buildings are drawn from here on; the tileset has none before.
const BUILDING_MIN_ZOOM: u8 = 14;
/// Buildings are named from here on.
const BUILDING_LABEL_ZOOM: u8 = 18;
/// Roads and ditches are named from here on.
const LINE_LABEL_ZOOM: u8 = 14;
/// Greens with a name have their icon from here on.
const PARK_ZOOM: u8 = 15;
/// Facilities are drawn from here on, the others with their ranks; the tileset has none before.
const FACILITY_MIN_ZOOM: u8 = 13;
/// Facilities are named from here on, those of the lower ranks [`FACILITY_LATER`] zooms later.
const FACILITY_LABEL_ZOOM: u8 = 15;
const FACILITY_LATER: u8 = 3;
/// Rank of a road that does not tell it.
const ROAD_RANK: u8 = 2;

/// Everything that has a shape.
pub(super) fn shapes(palette: &Palette) -> Vec<Value> {
    let mut building = surface("building", palette.building);
    building["minzoom"] = json!(BUILDING_MIN_ZOOM);
    building["paint"]["fill-outline-color"] = json!(palette.building_edge);
    building["paint"]["fill-opacity"] =
        json!(["interpolate", ["linear"], ["zoom"], BUILDING_MIN_ZOOM, 0.0, BUILDING_MIN_ZOOM + 1, 1.0]);
    let mut green = surface("green", palette.green);
    green["paint"]["fill-opacity"] = json!(["interpolate", ["linear"], ["zoom"], 10, 0.5, 14, 1.0]);
    vec![green, surface("water", palette.water), ditch(palette), building, road_casing(palette), road(palette)]
}

/// Names, least important first: later layers have the first choice of room. What is cut by a tile edge would be named on both sides of it, so
/// names of polygons keep away from the edges.
pub(super) fn labels(palette: &Palette) -> Vec<Value> {
    let paint = |colour: &str| json!({"text-color": colour, "text-halo-color": palette.land, "text-halo-width": 1.8});
    // The most important lines are named two zooms before the others.
    let is_named_here = json!(["<=", rank(), ["step", ["zoom"], 1, LINE_LABEL_ZOOM, u8::MAX]]);
    let along = |id: &str, class: &str, colour: &str| {
        json!({
            "id": id, "type": "symbol", "source": "places", "source-layer": class, "minzoom": LINE_LABEL_ZOOM - 2,
            "filter": ["all", ["has", "name"], ["==", ["geometry-type"], "LineString"], is_named_here],
            "layout": {
                "text-field": ["get", "name"], "text-font": FONTS,
                "text-size": ["interpolate", ["linear"], ["zoom"], LINE_LABEL_ZOOM, 12, 18, 13],
                "symbol-placement": "line", "symbol-spacing": 420, "text-padding": 16, "text-max-angle": 30,
                "symbol-sort-key": rank()
            },
            "paint": paint(colour)
        })
    };
    let building = json!({
        "id": "place:building-label", "type": "symbol", "source": "places", "source-layer": "building",
        "minzoom": BUILDING_LABEL_ZOOM, "filter": ["has", "name"],
        "layout": {"text-field": ["get", "name"], "text-font": FONTS, "text-size": 12, "text-max-width": 6, "text-padding": 8, "symbol-avoid-edges": true},
        "paint": paint(palette.faint)
    });
    let park = json!({
        "id": "place:green-label", "type": "symbol", "source": "places", "source-layer": "green",
        "minzoom": PARK_ZOOM, "filter": ["has", "name"],
        "layout": {
            "icon-image": "park", "icon-size": 0.9, "icon-anchor": "bottom",
            "text-field": ["step", ["zoom"], "", PARK_ZOOM + 1, ["get", "name"]], "text-font": FONTS, "text-size": 12,
            "text-anchor": "top", "text-offset": [0, 0.1], "text-optional": true, "text-padding": 8, "symbol-avoid-edges": true
        },
        "paint": paint(palette.green_text)
    });
    vec![
        building,
        facility(palette),
        park,
        along("place:road-label", "road", palette.faint),
        along("place:water-label", "water", palette.water_text),
    ]
}

/// Cameras, hydrants, stations: the icon of their class, the general one where it has none, and the name beside it.
fn facility(palette: &Palette) -> Value {
    let name = json!(["case", ["<=", ["get", "rank"], 1], ["coalesce", ["get", "name"], ""], ""]);
    let all_names = json!(["coalesce", ["get", "name"], ""]);
    json!({
        "id": "place:facility", "type": "symbol", "source": "places", "source-layer": "facility",
        "minzoom": FACILITY_MIN_ZOOM,
        "layout": {
            "icon-image": ["coalesce", ["get", "icon"], "body"], "icon-size": 0.8, "icon-anchor": "bottom",
            "text-field": ["step", ["zoom"], "", FACILITY_LABEL_ZOOM, name, FACILITY_LABEL_ZOOM + FACILITY_LATER, all_names],
            "text-font": FONTS, "text-size": 11, "text-anchor": "top", "text-offset": [0, 0.1], "text-optional": true,
            "text-max-width": 7, "text-padding": 6, "symbol-sort-key": ["coalesce", ["get", "rank"], 0],
            "symbol-avoid-edges": true
        },
        "paint": {"text-color": palette.faint, "text-halo-color": palette.land, "text-halo-width": 1.8}
    })
}

fn surface(class: &str, colour: &str) -> Value {
    json!({
        "id": format!("place:{class}"), "type": "fill", "source": "places", "source-layer": class,
        "filter": ["==", ["geometry-type"], "Polygon"],
        "paint": {"fill-color": colour}
    })
}

/// Rivers and ditches that are mapped as lines.
fn ditch(palette: &Palette) -> Value {
    json!({
        "id": "place:ditch", "type": "line", "source": "places", "source-layer": "water",
        "filter": ["==", ["geometry-type"], "LineString"],
        "layout": {"line-join": "round", "line-cap": "round"},
        "paint": {"line-color": palette.water, "line-width": by_rank([[1.6, 0.9, 0.5], [5.0, 3.0, 1.6], [22.0, 14.0, 7.0]])}
    })
}

fn road(palette: &Palette) -> Value {
    json!({
        "id": "place:road", "type": "line", "source": "places", "source-layer": "road",
        "layout": important_last(),
        "paint": {
            "line-color": ["match", rank(), 0, palette.road_major, 1, palette.road, palette.road_minor],
            "line-width": by_rank(ROAD_WIDTHS_PX)
        }
    })
}

/// The edge of roads, once they are wide enough to have one.
fn road_casing(palette: &Palette) -> Value {
    let wider = ROAD_WIDTHS_PX.map(|widths| widths.map(|width| width + 1.5));
    json!({
        "id": "place:road-casing", "type": "line", "source": "places", "source-layer": "road", "minzoom": 15,
        "layout": important_last(),
        "paint": {"line-color": palette.road_edge, "line-width": by_rank(wider)}
    })
}

/// Widths of trunk roads, main roads and lanes at zooms 10, 14 and 18, in CSS pixels.
const ROAD_WIDTHS_PX: [[f64; 3]; 3] = [[1.4, 0.7, 0.3], [4.0, 2.6, 1.2], [20.0, 14.0, 8.0]];

fn important_last() -> Value {
    json!({"line-join": "round", "line-cap": "round", "line-sort-key": ["-", 0, rank()]})
}

fn rank() -> Value {
    json!(["coalesce", ["get", "rank"], ROAD_RANK])
}

/// Line widths by zoom and rank.
fn by_rank([far, middle, near]: [[f64; 3]; 3]) -> Value {
    let of = |[first, second, other]: [f64; 3]| json!(["match", rank(), 0, first, 1, second, other]);
    json!(["interpolate", ["exponential", 1.5], ["zoom"], 10, of(far), 14, of(middle), 18, of(near)])
}
