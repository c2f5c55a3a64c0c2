//! The sheets of the next edition.

use std::collections::{BTreeMap, BTreeSet};

use onemap_tiles::{EXTENT, LON_LIMIT, LatticeBounds, MatrixSet, ShapePacker, Sheet};

use super::{super::AreaTiles, Blobs, Sheets, ZoomSheet};
use crate::{
    app::tiles::arc_index::differing_areas,
    domain::coverage::{ArcId, AreaIndex},
};

/// When one arc in so many is to be routed again, sheets are built anew, when there is time;
const ROUTED_SHARE: usize = 16;

/// but not for so few arcs.
const ROUTED_AT_LEAST: usize = 1024;

impl AreaTiles {
    /// The sheets of this edition, made of those of the one before, if it has them and little changed.
    ///
    /// `changed` are the arcs that are new, gone or others, `same` tells for each area its number before, if it has the border
    /// that it had.
    pub(in super::super) fn updated_sheets(
        &self,
        before: &Self,
        changed: &[ArcId],
        same: &[Option<AreaIndex>],
    ) -> Option<Sheets> {
        let old = before.sheets.get()?;
        if before.rules != self.rules {
            return None;
        }
        let shown_otherwise = self.arcs.shown_otherwise(&before.arcs);
        let mut zooms = std::array::from_fn(|_| None);
        for (zoom, old) in (0..).zip(&old.zooms) {
            let Some(old) = old else { continue };
            let mut dirty: BTreeSet<ArcId> = changed.iter().copied().collect();
            let (now, then) = (&self.snapshot.coverage, &before.snapshot.coverage);
            dirty.extend(self.pyramid.differing(now, &before.pyramid, then, zoom));
            dirty.extend(
                shown_otherwise
                    .iter()
                    .filter(|(_, zooms)| (zooms[0] <= zoom) != (zooms[1] <= zoom))
                    .map(|(arc, _)| arc),
            );
            zooms[usize::from(zoom)] = Some(self.updated_sheet(before, old, zoom, &dirty, same)?);
        }
        Some(Sheets { zooms })
    }

    fn updated_sheet(
        &self,
        before: &Self,
        old: &ZoomSheet,
        zoom: u8,
        dirty: &BTreeSet<ArcId>,
        same: &[Option<AreaIndex>],
    ) -> Option<ZoomSheet> {
        // What is hot may be otherwise where those arcs are or were, so every arc that comes there is routed again.
        let mut routed: BTreeSet<ArcId> = BTreeSet::new();
        for &arc in dirty {
            let was_there = before.arcs.is_shown(arc, zoom).then(|| before.arcs.bounds(arc));
            let is_there = self.arcs.is_shown(arc, zoom).then(|| self.arcs.bounds(arc));
            for place in [was_there, is_there].into_iter().flatten() {
                self.arcs.visit(widened(place, zoom), zoom, |arc| _ = routed.insert(arc));
            }
            if routed.len() > ROUTED_AT_LEAST + self.snapshot.coverage.arc_count() / ROUTED_SHARE {
                return None;
            }
        }
        let mut near: BTreeSet<ArcId> = BTreeSet::new();
        for &arc in &routed {
            self.arcs.visit(widened(self.arcs.bounds(arc), zoom), zoom, |arc| _ = near.insert(arc));
        }
        let mut sheet = Sheet::new(MatrixSet::WebMercatorQuad, zoom)?;
        near.into_iter().for_each(|arc| self.heat(&mut sheet, zoom, arc));
        if sheet.is_sparse() {
            return None;
        }
        sheet.build();
        let mut edits: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        let mut units = Vec::new();
        for &arc in &routed {
            let mut bytes = Vec::new();
            self.put_arc(&mut sheet, zoom, arc, &mut units, &mut bytes);
            edits.insert(arc.0 as usize, bytes);
        }
        for arc in dirty.iter().filter(|&&arc| !self.arcs.is_shown(arc, zoom)) {
            edits.insert(arc.0 as usize, Vec::new());
        }
        edits.retain(|&arc, bytes| old.arcs.get(arc) != bytes.as_slice());
        let arcs = old.arcs.edited(&edits);
        let areas = self.updated_areas(before, old, zoom, &arcs, edits.keys().map(|&arc| ArcId(arc as u32)), same);
        Some(ZoomSheet { arcs, areas })
    }

    /// The areas of a sheet: those beside `edited` arcs, and those that have another border, put together again.
    fn updated_areas(
        &self,
        before: &Self,
        old: &ZoomSheet,
        zoom: u8,
        arcs: &Blobs,
        edited: impl Iterator<Item = ArcId>,
        same: &[Option<AreaIndex>],
    ) -> Blobs {
        let (snapshot, ranges) = (&self.snapshot, self.areas_of_levels(self.shown_levels(zoom)));
        let is_shown = |area: AreaIndex| ranges.iter().any(|range| range.contains(&area));
        let mut others: BTreeSet<AreaIndex> = BTreeSet::new();
        for arc in edited.filter(|&arc| snapshot.coverage.has_arc(arc)) {
            differing_areas(snapshot, arc, |area, _| _ = others.insert(area));
        }
        others.extend((0..).zip(same).filter(|(_, number)| number.is_none()).map(|(area, _)| area));
        others.retain(|&area| is_shown(area));
        let mut packer = ShapePacker::default();
        if before.snapshot.hierarchy.has_indices_of(&snapshot.hierarchy) {
            let edits = others.into_iter().map(|area| {
                let mut bytes = Vec::new();
                self.put_area(arcs, area, &mut packer, &mut bytes);
                (area as usize, bytes)
            });
            return old.areas.edited(&edits.collect());
        }
        Blobs::new(same.len(), |number, bytes| {
            let area = number as AreaIndex;
            match same[number] {
                _ if !is_shown(area) => {}
                Some(number) if !others.contains(&area) => bytes.extend_from_slice(old.areas.get(number as usize)),
                _ => self.put_area(arcs, area, &mut packer, bytes),
            }
        })
    }
}

/// The bounds with two tile units around them: nothing beyond can be drawn otherwise by what is within.
fn widened(bounds: LatticeBounds, zoom: u8) -> LatticeBounds {
    // a unit is as wide as high on the map, and higher north or south of the equator there are more of them to a degree
    let unit = (2 * i64::from(LON_LIMIT) / i64::from(EXTENT)) >> zoom;
    let margin = (2 * unit + 4) as i32;
    let min = bounds.min().map(|c| c.saturating_sub(margin));
    LatticeBounds::new(min, bounds.max().map(|c| c.saturating_add(margin))).expect("widening keeps the order")
}
