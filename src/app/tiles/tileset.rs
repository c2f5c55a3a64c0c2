//! The sets of tiles, and what is common to them.

use onemap_tiles::LatticeBounds;

pub use onemap_tiles::{MatrixSet, TileCoord, TileMatrix, TileRange};

use crate::domain::geometry::{Extent, Position};

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

impl Tileset {
    /// Every tileset.
    pub const ALL: [Self; 2] = [Self::Areas, Self::Places];

    /// The word in addresses.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Areas => "areas",
            Self::Places => "places",
        }
    }

    /// The tileset that `id` names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tileset| tileset.id() == id)
    }
}

/// The deepest zoom of a matrix set from which tiles are cut: that of about the resolution of [`MAX_TILE_ZOOM`].
pub const fn max_zoom(set: MatrixSet) -> u8 {
    match set {
        MatrixSet::WorldCrs84Quad => MAX_TILE_ZOOM - 1,
        _ => MAX_TILE_ZOOM,
    }
}

/// The tile in column `x` and row `y` of zoom `z` of WebMercatorQuad; what is wrong, in English, when there is none.
pub fn tile_coord(z: u32, x: u32, y: u32) -> Result<TileCoord, String> {
    tile_coord_in(MatrixSet::WebMercatorQuad, z, x, y)
}

/// The same in any matrix set.
pub fn tile_coord_in(set: MatrixSet, z: u32, x: u32, y: u32) -> Result<TileCoord, String> {
    let deepest = max_zoom(set);
    let zoom = u8::try_from(z).ok().filter(|&zoom| zoom <= deepest);
    let zoom = zoom.ok_or_else(|| format!("zoom {z} is deeper than {deepest}"))?;
    TileCoord::new(set, zoom, x, y).map_err(|error| error.to_string())
}

/// The tiles at `zoom` that an extent lies in.
pub fn tiles_over(set: MatrixSet, zoom: u8, extent: Extent) -> TileRange {
    let corner = |position: Position| [position.lon(), position.lat()];
    let bounds = LatticeBounds::new(corner(extent.min()), corner(extent.max()));
    let bounds = bounds.expect("an extent's south-west corner comes before its north-east one");
    TileRange::covering(set, zoom, bounds).expect("callers ask for zooms of the set")
}
