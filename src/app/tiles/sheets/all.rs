//! The sheets of all zooms.

use super::{
    super::{MAX_TILE_ZOOM, MatrixSet, TileCoord},
    Blobs,
};
use crate::domain::held::Held;

/// The zooms of WebMercatorQuad.
pub(in super::super) struct Sheets {
    /// By zoom; none for those that show nothing, for deep ones, and where lines are much longer than tiles.
    pub(super) zooms: [Option<ZoomSheet>; MAX_TILE_ZOOM as usize + 1],
}

/// One zoom.
pub(in super::super) struct ZoomSheet {
    /// By arc: its units, if it divides something that the zoom shows.
    pub(in super::super) arcs: Blobs,
    /// By area: its rings, if the zoom shows it.
    pub(in super::super) areas: Blobs,
}

impl Sheets {
    /// What the tile at `coord` is cut from.
    pub(in super::super) fn of(&self, coord: TileCoord) -> Option<&ZoomSheet> {
        let zoom = (coord.matrix_set() == MatrixSet::WebMercatorQuad).then_some(coord.z())?;
        self.zooms.get(usize::from(zoom))?.as_ref()
    }

    /// Counts their memory.
    pub(in super::super) fn hold(&self, held: &mut Held) {
        for ZoomSheet { arcs, areas } in self.zooms.iter().flatten() {
            arcs.hold(held);
            areas.hold(held);
        }
    }
}
