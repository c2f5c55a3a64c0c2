//! Vector tiles of a snapshot and of its places: which features, on which zoom, with which attributes.

mod areas;
mod cache;
mod places;
mod shape;
mod tileset;
mod version;

pub use areas::AreaTiles;
pub use cache::TileCache;
pub use places::PlaceTiles;
pub use tileset::{BORDERS_LAYER, LABELS_LAYER, MAX_TILE_ZOOM, TileCoord, Tileset, tile_coord};
pub use version::Version;
