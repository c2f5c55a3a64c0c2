//! The sheets of an edition.

use onemap_tiles::{LatticeBounds, MatrixSet, ShapePacker, Sheet, pack_line};

use super::{super::AreaTiles, Blobs, Sheets, ZoomSheet};
use crate::{
    app::tiles::shape::point,
    domain::coverage::{ArcId, AreaIndex},
};

/// Deeper zooms have no sheets: their tiles show few areas, most of them cut, and it is there that memory goes.
///
/// Of 40,000 units, per tile drawn with a sheet and without: zoom 14, 0.83 and 1.60 ms; 16, 0.21 and 0.34; 17, 0.11 and 0.17;
/// 18, 0.06 and 0.09. Zooms 17 and 18 have over half of the vertices of all.
const FINEST_SHEET: u8 = 16;

impl AreaTiles {
    /// All sheets.
    pub(in super::super) fn build_sheets(&self) -> Sheets {
        Sheets { zooms: std::array::from_fn(|zoom| self.build_sheet(zoom as u8)) }
    }

    fn build_sheet(&self, zoom: u8) -> Option<ZoomSheet> {
        let shown = self.shown_levels(zoom);
        let in_world = |bounds: &LatticeBounds| {
            // what is clamped to the edge of the world is not near what it is near on the ground
            let world = MatrixSet::WebMercatorQuad.world();
            world.contains(bounds.min()) && world.contains(bounds.max())
        };
        if shown == 0 || zoom > FINEST_SHEET || !self.area_bounds.iter().all(in_world) {
            return None;
        }
        let mut sheet = Sheet::new(MatrixSet::WebMercatorQuad, zoom)?;
        let count = self.snapshot.coverage.arc_count();
        let arcs = || (0..count as u32).map(ArcId).filter(|&arc| self.arcs.is_shown(arc, zoom));
        arcs().for_each(|arc| self.heat(&mut sheet, zoom, arc));
        if sheet.is_sparse() {
            return None;
        }
        sheet.build();
        let mut units = Vec::new();
        let arcs = Blobs::new(count, |arc, bytes| {
            let arc = ArcId(arc as u32);
            if self.arcs.is_shown(arc, zoom) {
                self.put_arc(&mut sheet, zoom, arc, &mut units, bytes);
            }
        });
        drop(sheet);
        let ranges = self.areas_of_levels(shown);
        let mut packer = ShapePacker::default();
        let areas = Blobs::new(self.area_bounds.len(), |area, bytes| {
            let area = area as AreaIndex;
            if ranges.iter().any(|range| range.contains(&area)) {
                self.put_area(&arcs, area, &mut packer, bytes);
            }
        });
        Some(ZoomSheet { arcs, areas })
    }

    /// Marks on the sheet of a zoom what an arc makes hot.
    pub(super) fn heat(&self, sheet: &mut Sheet, zoom: u8, arc: ArcId) {
        sheet.heat(self.pyramid.positions(&self.snapshot.coverage, zoom, arc).map(point));
    }

    /// Appends an arc, packed; `units` is overwritten.
    pub(super) fn put_arc(
        &self,
        sheet: &mut Sheet,
        zoom: u8,
        arc: ArcId,
        units: &mut Vec<[i32; 2]>,
        bytes: &mut Vec<u8>,
    ) {
        units.clear();
        sheet.route(self.pyramid.positions(&self.snapshot.coverage, zoom, arc).map(point), units);
        pack_line(units, bytes);
    }

    /// Appends an area, packed from its arcs.
    pub(super) fn put_area(&self, arcs: &Blobs, area: AreaIndex, packer: &mut ShapePacker, bytes: &mut Vec<u8>) {
        for ring in self.rings.rings(area) {
            for side in ring.sides() {
                packer.line(arcs.get(side.arc().0 as usize), side.is_forward());
            }
            packer.close();
        }
        packer.pack(bytes);
    }
}
