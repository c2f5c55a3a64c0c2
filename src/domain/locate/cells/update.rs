//! The index of a changed coverage: only touched tiles are built again, the others are shared.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    block::{Scratch, Slot},
    build,
    directory::{LocateIndex, Page},
    gather::{self, Raster, TileEdge},
    layout::{PAGE_TILES, PageAt},
    runs::Run,
};
use crate::domain::coverage::{ArcId, Coverage};

/// Row, then column: the order in which tiles are built.
type Tile = (i64, i64);

impl LocateIndex {
    /// The index of `after`, which was this one's coverage `before` until the arcs `changed` changed.
    ///
    /// `after` carries the numbers of `before` (see [`Coverage::carry_numbers`]): all arcs but `changed` have the same
    /// positions and the same faces on both sides. Equal, tile by tile, to [`LocateIndex::build`] of `after`; costs what
    /// the touched tiles cost, and a copy of their pages.
    pub fn updated(&self, before: &Coverage, after: &Coverage, changed: &[ArcId]) -> Self {
        if build::layout_of(after) != self.layout {
            return Self::build(after);
        }
        let mut index = self.clone();
        index.rebuild(before, after, changed);
        index
    }

    fn rebuild(&mut self, before: &Coverage, after: &Coverage, changed: &[ArcId]) {
        let is_changed: BTreeSet<u32> = changed.iter().map(|arc| arc.0).collect();
        let mut touched: BTreeMap<Tile, Vec<TileEdge>> = BTreeMap::new();
        for &arc in changed {
            self.touch(before, arc, |tile, _| {
                touched.entry(tile).or_default();
            });
            self.touch(after, arc, |tile, edge| touched.entry(tile).or_default().push(edge));
        }
        let mut pages: BTreeMap<PageAt, Vec<Slot>> = BTreeMap::new();
        let mut scratch = Scratch::default();
        for (&(row, column), edges) in &touched {
            let mut edges = edges.clone();
            edges.extend(self.kept_edges(column, row, &is_changed));
            edges.sort_unstable();
            edges.dedup();
            let corner = self.layout.tile_corner(column, row);
            let west = |y: i64| self.current_east_face(&pages, column - 1, row, y);
            let slot = Slot::build(after, &edges, corner, self.layout, west, &mut scratch);
            self.put(&mut pages, column, row, slot);
            self.sweep_east(&mut pages, &touched, column, row);
        }
        let mut rows: BTreeMap<usize, Vec<Page>> = BTreeMap::new();
        for (at, slots) in pages {
            rows.entry(at.row).or_insert_with(|| self.pages[at.row].to_vec())[at.column] = Page::of(slots);
        }
        for (row, pages) in rows {
            self.pages[row] = pages.into();
        }
    }

    /// Every tile that an arc touches, with the edge that does.
    fn touch(&self, coverage: &Coverage, arc: ArcId, mut visit: impl FnMut(Tile, TileEdge)) {
        if arc.0 as usize >= coverage.arc_count() {
            return;
        }
        let (columns, rows) = self.layout.tiles();
        let tile_bits = self.layout.tile_bits();
        let corner = self.layout.tile_corner(0, 0);
        let raster = Raster::of_tiles(corner, tile_bits, (columns, rows));
        for (offset, ends) in (0..).zip(coverage.positions(arc).windows(2)) {
            gather::for_each_cell(ends[0], ends[1], raster, |tile| {
                visit((tile as i64 / columns, tile as i64 % columns), TileEdge { arc: arc.0, offset });
            });
        }
    }

    /// The edges of a tile whose arcs did not change.
    fn kept_edges(&self, column: i64, row: i64, is_changed: &BTreeSet<u32>) -> Vec<TileEdge> {
        let runs = self.slot(column, row).into_iter().flat_map(Slot::runs);
        let kept = runs.filter(|run| !is_changed.contains(&run.arc));
        let edges = |Run { arc, first, count }: Run| (first..first + count).map(move |offset| TileEdge { arc, offset });
        kept.flat_map(edges).collect()
    }

    /// Gives tiles without borders east of a rebuilt one the face that now lies there.
    ///
    /// What changed is bounded by changed arcs, so a tile without any of them that lies in it is without borders, and the
    /// first such tile of a row lies east of a touched one.
    fn sweep_east(
        &self,
        pages: &mut BTreeMap<PageAt, Vec<Slot>>,
        touched: &BTreeMap<Tile, Vec<TileEdge>>,
        column: i64,
        row: i64,
    ) {
        let (columns, _) = self.layout.tiles();
        let (_, south) = self.layout.tile_corner(column, row);
        for east in column + 1..columns {
            if touched.contains_key(&(row, east)) {
                return;
            }
            let face = self.current_east_face(pages, east - 1, row, south);
            let Some(present) = self.current_only_face(pages, east, row) else { return };
            if present == face {
                return;
            }
            self.put(pages, east, row, Slot::of_face(face));
        }
    }

    fn current_east_face(&self, pages: &BTreeMap<PageAt, Vec<Slot>>, column: i64, row: i64, y: i64) -> u32 {
        if column < 0 {
            return self.east_face(column, row, y);
        }
        let (page, tile) = self.layout.slot_of(column, row);
        match pages.get(&page) {
            Some(slots) => slots[tile].east_face(self.layout.tile_corner(column, row), self.layout.tile_bits(), y),
            None => self.east_face(column, row, y),
        }
    }

    fn current_only_face(&self, pages: &BTreeMap<PageAt, Vec<Slot>>, column: i64, row: i64) -> Option<u32> {
        let (page, tile) = self.layout.slot_of(column, row);
        match (pages.get(&page), self.page(page)) {
            (Some(slots), _) => slots[tile].only_face(),
            (None, Page::Face(face)) => Some(*face),
            (None, Page::Tiles(slots)) => slots[tile].only_face(),
        }
    }

    fn put(&self, pages: &mut BTreeMap<PageAt, Vec<Slot>>, column: i64, row: i64, slot: Slot) {
        let (page, tile) = self.layout.slot_of(column, row);
        let slots = pages.entry(page).or_insert_with(|| match self.page(page) {
            Page::Face(face) => vec![Slot::of_face(*face); PAGE_TILES],
            Page::Tiles(slots) => slots.to_vec(),
        });
        slots[tile] = slot;
    }
}
