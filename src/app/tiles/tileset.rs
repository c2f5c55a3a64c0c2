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
    /// Every set.
    pub const ALL: [Self; 2] = [Self::Areas, Self::Places];

    /// The word in a URL.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Areas => "areas",
            Self::Places => "places",
        }
    }

    /// The set that `id` names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.id() == id)
    }
}

/// The deepest zoom that tiles of a matrix set are cut for: those of about the scale of [`MAX_TILE_ZOOM`].
pub const fn deepest_zoom(matrix_set: MatrixSet) -> u8 {
    match matrix_set {
        MatrixSet::WorldCrs84Quad => MAX_TILE_ZOOM - 1,
        _ => MAX_TILE_ZOOM,
    }
}

/// The tile in column `x` and row `y` of zoom `z` of WebMercatorQuad; what is wrong, in English, when there is none.
pub fn tile_coord(z: u32, x: u32, y: u32) -> Result<TileCoord, String> {
    tile_coord_in(MatrixSet::WebMercatorQuad, z, x, y)
}

/// The tile in `column` (from the west) and `row` (from the north) of zoom `z` of a matrix set; what is wrong, in English,
/// when there is none.
pub fn tile_coord_in(matrix_set: MatrixSet, z: u32, column: u32, row: u32) -> Result<TileCoord, String> {
    let (name, coarsest, deepest) = (matrix_set.name(), matrix_set.min_zoom(), deepest_zoom(matrix_set));
    let zoom = u8::try_from(z).ok().filter(|zoom| (coarsest..=deepest).contains(zoom));
    let zoom = zoom.ok_or_else(|| format!("zoom {z} of {name} is not from {coarsest} to {deepest}"))?;
    TileCoord::new(matrix_set, zoom, column, row).map_err(|error| format!("{error} of zoom {z} of {name}"))
}

/// The tiles at `zoom`, one of the set's, that an extent lies in.
pub fn tiles_over(matrix_set: MatrixSet, zoom: u8, extent: Extent) -> TileRange {
    let corner = |position: Position| [position.lon(), position.lat()];
    let bounds = LatticeBounds::new(corner(extent.min()), corner(extent.max()));
    let bounds = bounds.expect("an extent's south-west corner comes before its north-east one");
    TileRange::covering(matrix_set, zoom, bounds).expect("callers ask for zooms of the set")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coordinate_outside_says_what_is_allowed() {
        for (set, coord, expected) in [
            (MatrixSet::WebMercatorQuad, [31, 0, 0], "zoom 31 of WebMercatorQuad is not from 0 to 18"),
            (MatrixSet::Cgcs2000Quad, [0, 0, 0], "zoom 0 of CGCS2000Quad is not from 1 to 18"),
            (MatrixSet::WorldCrs84Quad, [18, 0, 0], "zoom 18 of WorldCRS84Quad is not from 0 to 17"),
            (
                MatrixSet::Cgcs2000Quad,
                [1, 2, 0],
                "column 2 is outside the matrix of 2 columns of zoom 1 of CGCS2000Quad",
            ),
            (MatrixSet::WorldCrs84Quad, [0, 1, 1], "row 1 is outside the matrix of 1 rows of zoom 0 of WorldCRS84Quad"),
        ] {
            let [z, column, row] = coord;
            assert_eq!(tile_coord_in(set, z, column, row).expect_err("outside"), expected);
        }
        assert!(tile_coord(18, (1 << 18) - 1, 0).is_ok() && tile_coord(18, 1 << 18, 0).is_err());
    }

    #[test]
    fn ids_name_their_sets() {
        assert!(Tileset::ALL.into_iter().all(|set| Tileset::from_id(set.id()) == Some(set)));
        assert_eq!(Tileset::from_id("incident"), None);
    }
}
