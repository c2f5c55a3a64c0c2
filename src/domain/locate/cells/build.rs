//! Building the index of a whole coverage, from west to east.

use super::{
    block::{Scratch, Slot},
    directory::{LocateIndex, Page},
    gather::{self, Raster, TileEdge},
    layout::{Layout, PAGE_BITS, PAGE_TILES},
};
use crate::domain::{
    coverage::{ArcId, Coverage, FaceId},
    geometry::Extent,
};

impl LocateIndex {
    /// The index of `coverage`. CPU work: about 0.2 s for 100,000 units of 20 edges.
    pub fn build(coverage: &Coverage) -> Self {
        let layout = layout_of(coverage);
        let mut index = Self { layout, pages: Vec::with_capacity(layout.page_count()) };
        let arcs = arcs_by_page(coverage, layout);
        let mut scratch = Scratch::default();
        for (page, arcs) in arcs.iter().enumerate() {
            let built = index.build_page(coverage, page, arcs, &mut scratch);
            index.pages.push(built);
        }
        debug_assert!(index.ends_outside(), "the walk from west to east ends in the outside");
        index
    }

    fn build_page(&self, coverage: &Coverage, page: usize, arcs: &[u32], scratch: &mut Scratch) -> Page {
        let (first_column, first_row) = self.layout.first_tile(page);
        let corner = self.layout.tile_corner(first_column, first_row);
        if arcs.is_empty() {
            return Page::Face(self.east_face(first_column - 1, first_row, corner.1));
        }
        let tile_bits = self.layout.tile_bits();
        let side = 1 << PAGE_BITS;
        let raster = Raster { corner, width_bits: tile_bits, height_bits: tile_bits, columns: side, rows: side };
        let (starts, edges) = edges_by_tile(coverage, arcs, raster);
        let mut slots: Vec<Slot> = Vec::with_capacity(PAGE_TILES);
        for tile in 0..PAGE_TILES {
            let (column, row) = (first_column + tile as i64 % side, first_row + tile as i64 / side);
            let west = |y: i64| match tile as i64 % side {
                0 => self.east_face(column - 1, row, y),
                _ => slots[tile - 1].east_face(self.layout.tile_corner(column - 1, row), tile_bits, y),
            };
            let edges = &edges[starts[tile] as usize..starts[tile + 1] as usize];
            let slot = Slot::build(coverage, edges, self.layout.tile_corner(column, row), self.layout, west, scratch);
            slots.push(slot);
        }
        Page::of(slots)
    }

    /// Whether every row of tiles ends in the outside.
    fn ends_outside(&self) -> bool {
        let (columns, rows) = self.layout.tiles();
        (0..rows).all(|row| {
            let (_, south) = self.layout.tile_corner(0, row);
            self.east_face(columns - 1, row, south) == FaceId::OUTSIDE.0
        })
    }
}

/// The layout that a coverage calls for.
pub(super) fn layout_of(coverage: &Coverage) -> Layout {
    Layout::new(coverage.bounds(), coverage.edge_count() as u64)
}

/// The arcs whose extent meets each page, ascending.
fn arcs_by_page(coverage: &Coverage, layout: Layout) -> Vec<Vec<u32>> {
    let mut pages = vec![Vec::new(); layout.page_count()];
    for arc in coverage.arc_ids() {
        let Some(extent) = Extent::around(coverage.positions(arc).iter().copied()) else { continue };
        // One unit more to the west and south: a tile has all its sides.
        let (west, south) = layout.tile_of(i64::from(extent.min().lon()) - 1, i64::from(extent.min().lat()) - 1);
        let (east, north) = layout.tile_of(extent.max().lon().into(), extent.max().lat().into());
        for row in (south >> PAGE_BITS)..=(north >> PAGE_BITS) {
            for column in (west >> PAGE_BITS)..=(east >> PAGE_BITS) {
                pages[row as usize * layout.page_columns() + column as usize].push(arc.0);
            }
        }
    }
    pages
}

/// The edges of `arcs` that touch each tile of a page, ascending: where each tile's begin, and all of them.
fn edges_by_tile(coverage: &Coverage, arcs: &[u32], raster: Raster) -> (Vec<u32>, Vec<TileEdge>) {
    let for_each = |visit: &mut dyn FnMut(usize, TileEdge)| {
        for &arc in arcs {
            for (offset, ends) in (0..).zip(coverage.positions(ArcId(arc)).windows(2)) {
                gather::for_each_cell(ends[0], ends[1], raster, |tile| visit(tile, TileEdge { arc, offset }));
            }
        }
    };
    let mut starts = vec![0_u32; raster.count() + 1];
    for_each(&mut |tile, _| starts[tile + 1] += 1);
    for tile in 0..raster.count() {
        starts[tile + 1] += starts[tile];
    }
    let mut filled = starts.clone();
    let mut edges = vec![TileEdge { arc: 0, offset: 0 }; starts[raster.count()] as usize];
    for_each(&mut |tile, edge| {
        edges[filled[tile] as usize] = edge;
        filled[tile] += 1;
    });
    (starts, edges)
}
