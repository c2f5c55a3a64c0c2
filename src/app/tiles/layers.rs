//! What the layers of a tileset are called and hold, for TileJSON and for files.

use super::{AreaTiles, BORDERS_LAYER, LABELS_LAYER, MAX_TILE_ZOOM, PlaceTiles, places::first_zoom};
use crate::domain::{place::PlaceLayer, profile::Name};

/// One layer of a tileset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorLayer {
    /// Its name in the tiles.
    pub id: String,
    /// What is in it, in Chinese.
    pub description: String,
    /// The attributes of its features, with what they say.
    pub fields: Vec<(&'static str, &'static str)>,
    /// The zoom of WebMercatorQuad from which on tiles have it.
    pub min_zoom: u8,
    /// The deepest zoom that tiles are cut for.
    pub max_zoom: u8,
}

impl VectorLayer {
    fn new(id: &str, description: &str, min_zoom: u8, fields: &[(&'static str, &'static str)]) -> Self {
        let (id, description, fields) = (id.to_owned(), description.to_owned(), fields.to_vec());
        Self { id, description, fields, min_zoom, max_zoom: MAX_TILE_ZOOM }
    }
}

const CODE: (&str, &str) = ("code", "编码 / code");
const NAME: (&str, &str) = ("name", "名称 / name");
const KIND: (&str, &str) = ("kind", "comprehensive 综合, exclusive 专属");

impl AreaTiles {
    /// The layers, in drawing order.
    pub fn vector_layers(&self) -> Vec<VectorLayer> {
        let levels = &self.snapshot.profile.levels;
        let of_level = |id: &str, name: &Name, zoom| VectorLayer::new(id, &name.zh, zoom, &[CODE, NAME, KIND]);
        let mut layers: Vec<VectorLayer> =
            levels.iter().map(|level| of_level(&level.id, &level.name, level.min_zoom)).collect();
        let coarsest = levels.iter().map(|level| level.min_zoom).min().unwrap_or(0);
        let borders = [("level", "所分的最粗层级 / coarsest level divided"), ("rank", "0 = coarsest level")];
        layers.push(VectorLayer::new(BORDERS_LAYER, "边界", coarsest, &borders));
        let labels = [
            CODE,
            NAME,
            ("short", "标注 / text to show"),
            ("level", "层级 / level"),
            ("rank", "0 = 邻近先标 / first of its neighbourhood"),
            KIND,
            ("tiny", "小于一个像素的区域 / area below a pixel"),
        ];
        layers.push(VectorLayer::new(LABELS_LAYER, "标注点", coarsest, &labels));
        layers
    }
}

impl PlaceTiles {
    /// The layers, in drawing order.
    pub fn vector_layers(&self) -> Vec<VectorLayer> {
        let fields = [
            NAME,
            ("class", "类别 / class of the profile"),
            ("icon", "图标 / picture of the sprite"),
            ("rank", "0 = most important"),
        ];
        let layer = |class: PlaceLayer| VectorLayer::new(class.id(), description(class), first_zoom(class, 0), &fields);
        PlaceLayer::ALL.map(layer).to_vec()
    }
}

const fn description(class: PlaceLayer) -> &'static str {
    match class {
        PlaceLayer::Road => "道路",
        PlaceLayer::Water => "水系",
        PlaceLayer::Building => "建筑",
        PlaceLayer::Green => "绿地",
        PlaceLayer::Facility => "设施",
    }
}
