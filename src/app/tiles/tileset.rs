//! The sets of tiles, and what is common to them.

use onemap_tiles::MatrixSet;

pub use onemap_tiles::TileCoord;

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

/// The tile in column `x` and row `y` of zoom `z` of WebMercatorQuad; what is wrong, in English, when there is none.
pub fn tile_coord(z: u32, x: u32, y: u32) -> Result<TileCoord, String> {
    let zoom = u8::try_from(z).ok().filter(|&zoom| zoom <= MAX_TILE_ZOOM);
    let zoom = zoom.ok_or_else(|| format!("zoom {z} is deeper than {MAX_TILE_ZOOM}"))?;
    TileCoord::new(MatrixSet::WebMercatorQuad, zoom, x, y).map_err(|error| error.to_string())
}
