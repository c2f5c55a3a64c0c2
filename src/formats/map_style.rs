//! The map's look: MapLibre style documents, written for the levels a profile has.
//!
//! Nothing here knows a level by its id. A level is drawn by its rank from the coarsest, so a profile of two levels
//! and one of seven both get the strongest border outside and the faintest inside.

use serde_json::{Map, Value, json};

use crate::domain::profile::Profile;

mod areas;
mod basemap;
mod palette;
mod places;

pub use basemap::{Basemap, BasemapContent};
pub use palette::Theme;

/// Width of the map for which the opening zoom is chosen, in CSS pixels.
const OPENING_WIDTH_PX: f64 = 1024.0;
/// Width of one tile on the screen, in CSS pixels; fixed by the renderer.
const TILE_PX: f64 = 512.0;
/// A style never opens closer than this, however small its data.
const OPENING_ZOOM_MAX: f64 = 16.0;
/// Fonts of the labels, drawn by the client: the style names no glyph server.
const FONTS: [&str; 4] = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
/// How long a change of colour takes, in milliseconds.
const TRANSITION_MS: u32 = 120;

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

impl StyleLevel {
    /// The levels of `profile`, coarsest first.
    pub fn of(profile: &Profile) -> Vec<Self> {
        let levels = profile.levels.iter();
        levels
            .map(|level| Self {
                id: level.id.clone(),
                min_zoom: level.min_zoom,
                label_zoom: level.label_zoom,
                kinds: level.kinds,
            })
            .collect()
    }
}

/// What a style is written for.
#[derive(Debug, Clone, Copy)]
pub struct StyleInput<'a> {
    /// The levels of the profile, coarsest first.
    pub levels: &'a [StyleLevel],
    /// Dark or light.
    pub theme: Theme,
    /// West, south, east, north in degrees; gives the opening view.
    pub bounds: Option<[f64; 4]>,
    /// Who made the data, to the letter.
    pub attribution: &'a str,
    /// What stands before the paths of the service: empty, or its public address without a slash at the end.
    pub root: &'a str,
    /// What lies under everything, when the operator has such a thing.
    pub basemap: Option<&'a Basemap>,
}

/// Returns the MapLibre style of a district.
///
/// Sources and sprites are addressed below the root of the server that answers (`/tiles/areas.json`), which a browser
/// resolves against the style's own address. No glyph server is named: clients draw letters with their own fonts.
pub fn map_style(input: StyleInput<'_>) -> Value {
    let StyleInput { levels, theme, bounds, attribution, root, basemap } = input;
    let palette = theme.palette();
    let mut layers = vec![json!({
        "id": "ground", "type": "background", "paint": {"background-color": palette.ground}
    })];
    layers.extend(basemap.map(|basemap| basemap::layers(basemap, theme)).unwrap_or_default());
    layers.extend(areas::fills(levels, basemap.is_some(), &palette));
    layers.extend(places::shapes(&palette));
    layers.extend(areas::hatches(levels));
    layers.extend(areas::borders(levels, &palette));
    layers.extend(areas::dots(levels, &palette));
    layers.extend(places::labels(&palette));
    layers.extend(areas::labels(levels, &palette));

    let mut sources = Map::new();
    let source = |name: &str| json!({"type": "vector", "url": format!("{root}/tiles/{name}.json")});
    if let Some(basemap) = basemap {
        sources.insert(basemap::SOURCE.to_owned(), basemap::source(basemap, root));
    }
    let mut of_areas = source("areas");
    of_areas["promoteId"] = json!("code");
    of_areas["attribution"] = json!(attribution);
    sources.insert("areas".to_owned(), of_areas);
    sources.insert("places".to_owned(), source("places"));

    let mut style = json!({
        "version": 8,
        "name": theme.name(),
        "sources": sources,
        "sprite": format!("{root}/sprites/{}", theme.name()),
        "transition": {"duration": TRANSITION_MS, "delay": 0},
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

#[cfg(test)]
mod tests;
