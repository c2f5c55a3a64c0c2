//! Vector tiles of a snapshot and of its places: which features, on which zoom, with which attributes.

mod areas;
mod cache;
mod places;
mod shape;
mod source;
mod tileset;
mod version;
mod warm_up;

pub use areas::AreaTiles;
pub use cache::{Broken, CacheFigures, Encoding, Scope, TileCache, TileKey};
pub use places::PlaceTiles;
pub use source::TileSource;
pub use tileset::{
    BORDERS_LAYER, LABELS_LAYER, MAX_TILE_ZOOM, MatrixSet, TileCoord, TileMatrix, TileRange, Tileset, max_zoom,
    tile_coord, tile_coord_in, tiles_over,
};
pub use version::Version;
pub use warm_up::{WARM_TILES, warm_up};
