//! Vector tiles of a snapshot and of its places: which features, on which zoom, with which attributes.

mod areas;
mod cache;
mod places;
mod shape;

pub use areas::AreaTiles;
pub use cache::TileCache;
pub use places::PlaceTiles;

/// Zooms from which tiles are cut; deeper ones are drawn from the last.
pub const MAX_TILE_ZOOM: u8 = 18;

/// Layer of points where labels sit.
pub const LABELS_LAYER: &str = "labels";

/// Layer of border lines.
pub const BORDERS_LAYER: &str = "borders";

/// A set of tiles that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tileset {
    /// The areas of all levels, their borders and labels.
    Areas,
    /// Roads, water, greens and buildings.
    Places,
}
