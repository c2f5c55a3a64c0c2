//! What is in the tiles of a tileset: layers, their zooms, their attributes.

use crate::{
    app::tiles::{BORDERS_LAYER, LABELS_LAYER, MAX_TILE_ZOOM, Tileset},
    domain::{place::PlaceClass, profile::Profile},
};

/// One layer. Zooms are WebMercatorQuad's.
pub(in crate::http::routes) struct Layer {
    /// Its name in the tile.
    pub(in crate::http::routes) id: String,
    /// What it shows.
    pub(in crate::http::routes) description: String,
    /// 0 points, 1 lines, 2 polygons; `None` for several.
    pub(in crate::http::routes) dimension: Option<u8>,
    /// The coarsest zoom with features of it.
    pub(in crate::http::routes) min_zoom: u8,
    /// Its attributes, with what they say.
    pub(in crate::http::routes) fields: Vec<(&'static str, &'static str)>,
}

const CODE: (&str, &str) = ("code", "编码 / code");
const NAME: (&str, &str) = ("name", "名称 / name");
const KIND: (&str, &str) = ("kind", "comprehensive 综合, exclusive 专属");
const RANK: (&str, &str) = ("rank", "0 = coarsest / 0 为最粗");

/// The layers of a tileset, in drawing order.
pub(in crate::http::routes) fn layers_of(tileset: Tileset, profile: &Profile) -> Vec<Layer> {
    match tileset {
        Tileset::Areas => area_layers(profile),
        Tileset::Places => PlaceClass::ALL.map(place_layer).into(),
    }
}

/// The coarsest zoom with anything on it.
pub(in crate::http::routes) fn min_zoom(layers: &[Layer]) -> u8 {
    layers.iter().map(|layer| layer.min_zoom).min().unwrap_or(0)
}

/// The deepest zoom that tiles are cut for.
pub(in crate::http::routes) const MAX_ZOOM: u8 = MAX_TILE_ZOOM;

fn area_layers(profile: &Profile) -> Vec<Layer> {
    let level = |level: &crate::domain::profile::LevelSpec| Layer {
        id: level.id.clone(),
        description: format!("{} / {}", level.name.zh, level.name.en),
        dimension: Some(2),
        min_zoom: level.min_zoom,
        fields: vec![CODE, NAME, KIND],
    };
    let mut layers: Vec<Layer> = profile.levels.iter().map(level).collect();
    let coarsest = min_zoom(&layers);
    layers.push(Layer {
        id: BORDERS_LAYER.to_owned(),
        description: "边界 / borders".to_owned(),
        dimension: Some(1),
        min_zoom: coarsest,
        fields: vec![("level", "所分的最粗层级 / coarsest level divided"), RANK],
    });
    layers.push(Layer {
        id: LABELS_LAYER.to_owned(),
        description: "标注点 / labels".to_owned(),
        dimension: Some(0),
        min_zoom: coarsest,
        fields: vec![CODE, NAME, ("short", "标注文字 / text to show"), ("level", "层级 / level"), RANK, KIND],
    });
    layers
}

fn place_layer(class: PlaceClass) -> Layer {
    Layer {
        id: class.id().to_owned(),
        description: class.id().to_owned(),
        dimension: None,
        min_zoom: 0,
        fields: vec![NAME, ("rank", "0 = most important / 0 为最重要")],
    }
}
