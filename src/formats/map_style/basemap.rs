//! What the operator puts under everything: pictures, or vector tiles of whatever schema.

use serde_json::{Value, json};

use super::palette::{Palette, Theme};

/// Its source.
pub(super) const SOURCE: &str = "basemap";

/// A base map that the server has at `/basemap.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basemap {
    /// What its tiles are.
    pub content: BasemapContent,
}

/// What the tiles of a base map are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BasemapContent {
    /// Pictures.
    Raster,
    /// Vector tiles with these layers.
    Vector(Vec<String>),
}

/// How a vector layer is drawn, told from a word in its name.
#[derive(Clone, Copy)]
enum Look {
    Land,
    Green,
    Water,
    Building,
    Road,
    Border,
}

/// Words in the names of layers, as the usual schemas have them; the first that fits counts. Layers of other names, points among
/// them, are left out: names of places belong to our own labels.
const WORDS: [(&str, Look); 14] = [
    ("water", Look::Water),
    ("ocean", Look::Water),
    ("river", Look::Water),
    ("building", Look::Building),
    ("landcover", Look::Green),
    ("park", Look::Green),
    ("green", Look::Green),
    ("natural", Look::Green),
    ("land", Look::Land),
    ("earth", Look::Land),
    ("road", Look::Road),
    ("streets", Look::Road),
    ("transport", Look::Road),
    ("boundar", Look::Border),
];

/// The source of the base map, below `root`.
pub(super) fn source(basemap: &Basemap, root: &str) -> Value {
    let url = format!("{root}/basemap.json");
    match basemap.content {
        BasemapContent::Raster => json!({"type": "raster", "url": url, "tileSize": 256}),
        BasemapContent::Vector(_) => json!({"type": "vector", "url": url}),
    }
}

/// Its layers, lowest first. A dark theme takes the light out of pictures, so that borders and names stay in front.
pub(super) fn layers(basemap: &Basemap, theme: Theme) -> Vec<Value> {
    let palette = theme.palette();
    let names = match &basemap.content {
        BasemapContent::Raster => {
            let (saturation, brightness) = if theme == Theme::Dark { (-0.55, 0.5) } else { (-0.25, 1.0) };
            return vec![json!({
                "id": "basemap:pictures", "type": "raster", "source": SOURCE,
                "paint": {"raster-saturation": saturation, "raster-brightness-max": brightness, "raster-fade-duration": 0}
            })];
        }
        BasemapContent::Vector(names) => names,
    };
    let looks = names.iter().filter_map(|name| Some((name, look_of(name)?)));
    let mut layers: Vec<(u8, Value)> = looks.flat_map(|(name, look)| drawn(name, look, &palette)).collect();
    layers.sort_by_key(|(order, _)| *order);
    layers.into_iter().map(|(_, layer)| layer).collect()
}

fn look_of(name: &str) -> Option<Look> {
    let name = name.to_ascii_lowercase();
    // Labels of things are named after the things.
    if ["label", "name", "point", "number"].iter().any(|word| name.contains(word)) {
        return None;
    }
    WORDS.iter().find(|(word, _)| name.contains(word)).map(|(_, look)| *look)
}

/// The layers of one vector layer, each with its place in the order of all.
fn drawn(name: &str, look: Look, palette: &Palette) -> Vec<(u8, Value)> {
    let fill = |colour: &str| {
        json!({
            "id": format!("basemap:{name}"), "type": "fill", "source": SOURCE, "source-layer": name,
            "filter": ["==", ["geometry-type"], "Polygon"],
            "paint": {"fill-color": colour, "fill-antialias": false}
        })
    };
    let line = |colour: &str, width: f64| {
        json!({
            "id": format!("basemap:{name}-line"), "type": "line", "source": SOURCE, "source-layer": name,
            "filter": ["==", ["geometry-type"], "LineString"],
            "layout": {"line-join": "round", "line-cap": "round"},
            "paint": {
                "line-color": colour,
                "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 8, width * 0.4, 14, width, 18, width * 5.0]
            }
        })
    };
    match look {
        Look::Land => vec![(0, fill(palette.land))],
        Look::Green => vec![(1, fill(palette.green))],
        Look::Water => vec![(2, fill(palette.water)), (3, line(palette.water, 1.5))],
        Look::Building => vec![(4, fill(palette.building))],
        Look::Road => vec![(5, line(palette.road_minor, 1.2))],
        Look::Border => vec![(6, line(palette.building_edge, 0.8))],
    }
}
