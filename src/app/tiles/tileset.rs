//! The sets of tiles, and what is common to them.

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
