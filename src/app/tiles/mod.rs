//! Vector tiles of a snapshot and of its places: which features, on which zoom, with which attributes.
//!
//! `areas` is what the tiles of an edition are drawn from, `scene` what one of them shows, `draw` draws it, `version` says
//! without drawing whether it is the same as another, and `changes` which ones a new edition changes.

mod arc_index;
mod areas;
mod cache;
mod changes;
mod draw;
mod extent_tree;
mod labels;
mod layers;
mod places;
mod rings;
mod scene;
mod shape;
mod tileset;
mod version;
mod window;

pub use areas::AreaTiles;
pub use cache::TileCache;
pub use layers::VectorLayer;
pub use places::PlaceTiles;
pub use tileset::{
    BORDERS_LAYER, LABELS_LAYER, MAX_TILE_ZOOM, TileCoord, Tileset, deepest_zoom, tile_coord, tile_coord_in,
};
pub use version::Version;
