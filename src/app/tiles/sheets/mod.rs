//! All that a zoom shows, snapped to its tile units once: tiles are cut from it.
//!
//! What a tile draws is what the tile library would snap for that tile alone, to the byte ([`onemap_tiles::Sheet`] says why),
//! so that a tile may be drawn either way: from the arcs while sheets are not there, from the sheet when they are. `blobs` is
//! how they are kept, `build` makes those of an edition, and `update` those of the next one from these: arcs near what changed
//! are routed again, and the areas beside those that came out otherwise are put together again.

mod blobs;
mod build;
mod update;

use blobs::Blobs;

use super::{MAX_TILE_ZOOM, MatrixSet, TileCoord};

/// The zooms of WebMercatorQuad.
pub(super) struct Sheets {
    /// By zoom; none for those that show nothing, for deep ones, and where lines are much longer than tiles.
    zooms: [Option<ZoomSheet>; MAX_TILE_ZOOM as usize + 1],
}

/// One zoom.
pub(super) struct ZoomSheet {
    /// By arc: its units, if it divides something that the zoom shows.
    pub(super) arcs: Blobs,
    /// By area: its rings, if the zoom shows it.
    pub(super) areas: Blobs,
}

impl Sheets {
    /// What the tile at `coord` is cut from.
    pub(super) fn of(&self, coord: TileCoord) -> Option<&ZoomSheet> {
        let zoom = (coord.matrix_set() == MatrixSet::WebMercatorQuad).then_some(coord.z())?;
        self.zooms.get(usize::from(zoom))?.as_ref()
    }

    /// Bytes of memory; what several share counts for each.
    pub(super) fn bytes(&self) -> usize {
        self.zooms.iter().flatten().map(|sheet| sheet.arcs.bytes() + sheet.areas.bytes()).sum()
    }
}
