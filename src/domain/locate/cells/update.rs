//! The index of a changed coverage: only touched tiles are built again, the others are shared.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc as Shared,
};

use super::{
    block::{Draft, Frame},
    build,
    directory::LocateIndex,
    gather::{self, Raster, TileEdge},
    lanes,
    layout::{Layout, TileAt},
    runs::Run,
    strip::{MAX_PARTS, Strip, Tile as Borders},
};
use crate::domain::coverage::{ArcId, Coverage};

/// Row, then column: the order in which tiles are built.
type Tile = (i64, i64);

/// Strips that are being changed, by number.
type Drafts = BTreeMap<usize, Strip>;

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
        // Sharing a strip counts it, and the counts are far from each other.
        self.strips.iter().for_each(|strip| lanes::prefetch(std::slice::from_ref(&**strip), 0));
        let mut index = self.clone();
        index.rebuild(before, after, changed);
        if index.strips.iter().any(|strip| strip.parts.len() > MAX_PARTS) {
            return Self::build(after);
        }
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
        for (&(row, column), edges) in &mut touched {
            self.keep_edges(column, row, &is_changed, edges);
            // A few ascending ones after each other: this way of sorting sees that.
            edges.sort();
            edges.dedup();
        }
        bring_near(after, touched.values());
        let mut strips = Drafts::new();
        let mut draft = Draft::default();
        for (&(row, column), edges) in &touched {
            let west = |_: &Draft, y: i64| self.current_east_face(&strips, column - 1, row, y);
            let (slot, tail) = draft.add(after, edges, self.frame(column, row), west);
            let TileAt { strip, slot: number } = Layout::at(column, row);
            let strip = self.drafted(&mut strips, strip);
            match slot.only_face() {
                Some(face) => strip.put_face(number, face),
                None => strip.put(number, slot, tail, draft.finish()),
            }
            self.sweep_east(&mut strips, &touched, column, row);
        }
        for (number, mut strip) in strips {
            strip.parts.shrink_to_fit();
            self.strips[number] = Shared::new(strip);
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

    /// Adds the edges of a tile whose arcs did not change.
    fn keep_edges(&self, column: i64, row: i64, is_changed: &BTreeSet<u32>, edges: &mut Vec<TileEdge>) {
        let runs = self.tile(column, row).and_then(Result::ok).into_iter().flat_map(Borders::runs);
        for Run { arc, first, count } in runs.filter(|run| !is_changed.contains(&run.arc)) {
            edges.extend((first..first + count).map(|offset| TileEdge { arc, offset }));
        }
    }

    /// Gives tiles without borders east of a rebuilt one the face that now lies there.
    ///
    /// What changed is bounded by changed arcs, so a tile without any of them that lies in it is without borders, and the
    /// first such tile of a row lies east of a touched one.
    fn sweep_east(&self, strips: &mut Drafts, touched: &BTreeMap<Tile, Vec<TileEdge>>, column: i64, row: i64) {
        let (columns, _) = self.layout.tiles();
        let (_, south) = self.layout.tile_corner(column, row);
        for east in column + 1..columns {
            if touched.contains_key(&(row, east)) {
                return;
            }
            let face = self.current_east_face(strips, east - 1, row, south);
            let TileAt { strip, slot } = Layout::at(east, row);
            let present = strips.get(&strip).unwrap_or(&self.strips[strip]).slots[slot].only_face();
            if present.is_none_or(|present| present == face) {
                return;
            }
            self.drafted(strips, strip).put_face(slot, face);
        }
    }

    fn current_east_face(&self, strips: &Drafts, column: i64, row: i64, y: i64) -> u32 {
        if column < 0 {
            return self.east_face(column, row, y);
        }
        let TileAt { strip, slot } = Layout::at(column, row);
        match strips.get(&strip) {
            Some(strip) => strip.tile(slot).map_or_else(|face| face, |tile| tile.east_face(self.frame(column, row), y)),
            None => self.east_face(column, row, y),
        }
    }

    fn frame(&self, column: i64, row: i64) -> Frame {
        Frame { corner: self.layout.tile_corner(column, row), layout: self.layout }
    }

    fn drafted<'d>(&self, strips: &'d mut Drafts, number: usize) -> &'d mut Strip {
        strips.entry(number).or_insert_with(|| Strip::clone(&self.strips[number]))
    }
}

/// Asks for the memory of all runs of edges before any is read: they are all over the map, and far.
fn bring_near<'e>(coverage: &Coverage, tiles: impl Iterator<Item = &'e Vec<TileEdge>> + Clone) {
    let runs = || tiles.clone().flat_map(|edges| edges.chunk_by(|one, other| one.leads_to(*other)));
    for run in runs() {
        let positions = coverage.positions(ArcId(run[0].arc));
        // Eight to a cache line.
        for place in (run[0].offset as usize..).take(run.len() + 1).step_by(8) {
            lanes::prefetch(positions, place);
        }
        lanes::prefetch(positions, run[0].offset as usize + run.len());
    }
}
