//! Vector tiles of a snapshot and of its places: which features, on which zoom, with which attributes.
//!
//! `areas` is what the tiles of an edition are drawn from, `scene` what one of them shows, `draw` draws it, `version` says
//! without drawing whether it is the same as another, and `changes` which ones a new edition changes. `source` is all that
//! tiles of one state of the data come from, `cache` what is kept of the answers, `warm_up` what is drawn ahead.

mod arc_index;
mod areas;
mod cache;
mod changes;
mod draw;
mod labels;
mod layers;
mod places;
mod rings;
mod scene;
mod shape;
mod sheets;
mod source;
mod table;
mod tileset;
mod version;
mod warm_up;
mod window;

pub use areas::AreaTiles;
pub use cache::{Broken, CacheFigures, Encoding, Scope, TileCache, TileKey};
pub use layers::VectorLayer;
pub use places::PlaceTiles;
pub use source::TileSource;
pub use tileset::{
    BORDERS_LAYER, LABELS_LAYER, MAX_TILE_ZOOM, MatrixSet, TileCoord, TileMatrix, TileRange, Tileset, deepest_zoom,
    tile_coord, tile_coord_in, tiles_over,
};
pub use version::Version;
pub use warm_up::{WARM_TILES, warm_up};
