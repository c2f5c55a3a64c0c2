//! One tile: the cells, their records, and which edges touch it.

use std::sync::Arc as Shared;

use super::{
    gather::{self, Raster, TileEdge},
    lanes,
    layout::Layout,
    record::{self, Piece, Reached},
    runs,
};
use crate::domain::coverage::{ArcId, Coverage};

/// Set in the word of a cell that no border touches; the rest is the face.
const INTERIOR: u32 = 1 << 31;

/// Smallest side of a cell, as a power of two.
const CELL_BITS_MIN: u32 = 2;

/// One tile of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// Cells, records and runs; `None` when no border touches the tile.
    block: Option<Shared<[u32]>>,
    /// The face of a tile without block, or where the runs begin in the block.
    word: u32,
    /// Number of cells, as a power of two: half of it (rounded up) are columns.
    split: u8,
}

/// What a tile is built with again and again.
#[derive(Default)]
pub(super) struct Scratch {
    starts: Vec<u32>,
    filled: Vec<u32>,
    items: Vec<u32>,
    pieces: Vec<Piece>,
}

impl Slot {
    /// A tile without borders.
    pub(super) fn of_face(face: u32) -> Self {
        Self { block: None, word: face, split: 0 }
    }

    /// The face of a tile without borders.
    pub(super) fn only_face(&self) -> Option<u32> {
        self.block.is_none().then_some(self.word)
    }

    /// The tile with `edges`, ascending by arc and place in it, whose south-west corner is `corner`.
    ///
    /// `west` tells the face at the tile's western side, just east of it and north of the given latitude.
    pub(super) fn build(
        coverage: &Coverage,
        edges: &[TileEdge],
        corner: (i64, i64),
        layout: Layout,
        west: impl FnOnce(i64) -> u32,
        scratch: &mut Scratch,
    ) -> Self {
        if edges.is_empty() {
            return Self::of_face(west(corner.1));
        }
        let tile_bits = layout.tile_bits();
        let split = split_for(edges.len(), layout);
        let cells = Cells::new(split, tile_bits);
        let raster = cells.raster(corner);
        scratch.sort(coverage, edges, raster);
        let mut block = vec![0; cells.count() + record::PADDING];
        let mut west = Some(west);
        for cell in 0..cells.count() {
            let items = &scratch.items[scratch.starts[cell] as usize..scratch.starts[cell + 1] as usize];
            let (column, row) = (cell as u32 & (cells.columns() - 1), cell as u32 >> cells.column_bits);
            let centre = cells.centre(corner, column, row);
            let (half_x, half_y) = cells.half();
            // The common point with a cell that is ready: on its eastern, else on its northern side.
            let (offset, face) = if column > 0 {
                let q = (to_i32(centre.0 - i64::from(half_x)), to_i32(centre.1));
                ((-half_x, 0), walk(&block, cell - 1, (half_x, 0), q).face)
            } else if row > 0 {
                let q = (to_i32(centre.0), to_i32(centre.1 - i64::from(half_y)));
                ((0, -half_y), walk(&block, cell - cells.columns() as usize, (0, half_y), q).face)
            } else {
                let west = west.take().expect("only the first cell asks the neighbour");
                ((-half_x, 0), west(centre.1))
            };
            if items.is_empty() {
                block[cell] = INTERIOR | face;
                continue;
            }
            pieces(coverage, edges, items, &mut scratch.pieces);
            block.truncate(block.len() - record::PADDING);
            let at = record::append(&mut block, &scratch.pieces, centre, i64::from(half_x.max(half_y)));
            block.extend([0; record::PADDING]);
            block[cell] = at;
            let q = (to_i32(centre.0 + i64::from(offset.0)), to_i32(centre.1 + i64::from(offset.1)));
            let beyond = record::walk(&block, at, offset, q).face;
            record::set_face(&mut block, at, face.wrapping_sub(beyond));
        }
        let word = block.len() as u32;
        runs::append(&mut block, edges);
        Self { block: Some(block.into()), word, split: split as u8 }
    }

    /// What is at a position `(x, y)` from the tile's corner; `q` is the same on the lattice.
    #[inline]
    pub(super) fn locate(&self, tile_bits: u32, x: u32, y: u32, q: (i32, i32)) -> Reached {
        let Some(block) = &self.block else { return Reached { face: self.word, on_edge: false } };
        let cells = Cells::new(u32::from(self.split), tile_bits);
        let word = block[cells.index(x, y)];
        self.finish(word, tile_bits, x, y, q)
    }

    /// The word of the cell of a position, for [`Slot::finish`]; the face when there is no block.
    #[inline]
    pub(super) fn cell_word(&self, tile_bits: u32, x: u32, y: u32) -> u32 {
        let Some(block) = &self.block else { return INTERIOR | self.word };
        block[Cells::new(u32::from(self.split), tile_bits).index(x, y)]
    }

    /// Asks for the memory of the cell of a position.
    #[inline]
    pub(super) fn prefetch_cell(&self, tile_bits: u32, x: u32, y: u32) {
        if let Some(block) = &self.block {
            lanes::prefetch(block, Cells::new(u32::from(self.split), tile_bits).index(x, y));
        }
    }

    /// Asks for the memory of the record that a cell's word means.
    #[inline]
    pub(super) fn prefetch_record(&self, word: u32) {
        if let (Some(block), 0) = (&self.block, word & INTERIOR) {
            lanes::prefetch(block, word as usize);
            lanes::prefetch(block, word as usize + 16);
        }
    }

    /// What is at a position, given the word of its cell.
    #[inline]
    pub(super) fn finish(&self, word: u32, tile_bits: u32, x: u32, y: u32, q: (i32, i32)) -> Reached {
        if word & INTERIOR != 0 {
            return Reached { face: word & !INTERIOR, on_edge: false };
        }
        let block = self.block.as_ref().expect("a tile with a record has a block");
        record::walk(block, word, Cells::new(u32::from(self.split), tile_bits).offset_from_centre(x, y), q)
    }

    /// The face at the tile's eastern side, just east of it and north of latitude `y`.
    pub(super) fn east_face(&self, corner: (i64, i64), tile_bits: u32, y: i64) -> u32 {
        let Some(block) = &self.block else { return self.word };
        let cells = Cells::new(u32::from(self.split), tile_bits);
        let above = (y - corner.1) as u32;
        let row = above >> (tile_bits - cells.row_bits);
        let cell = (row << cells.column_bits | (cells.columns() - 1)) as usize;
        let (half_x, _) = cells.half();
        let (_, from_centre) = cells.offset_from_centre(0, above);
        let q = (to_i32(corner.0 + (1 << tile_bits)), to_i32(y));
        walk(block, cell, (half_x, from_centre), q).face
    }

    /// The runs of edges that touch the tile.
    pub(super) fn runs(&self) -> impl Iterator<Item = runs::Run> + '_ {
        self.block.iter().flat_map(|block| runs::read(&block[self.word as usize..]))
    }

    /// Memory of the block, in bytes, its counts included.
    pub(super) fn bytes(&self) -> usize {
        self.block.as_ref().map_or(0, |block| block.len() * 4 + 16)
    }

    /// Whether two tiles are the same in memory.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.block, &other.block) {
            (Some(one), Some(two)) => Shared::ptr_eq(one, two),
            (None, None) => self.word == other.word,
            _ => false,
        }
    }
}

fn to_i32(value: i64) -> i32 {
    i32::try_from(value).expect("tiles end less than a page beyond the world")
}

fn walk(block: &[u32], cell: usize, offset: (i32, i32), q: (i32, i32)) -> Reached {
    let word = block[cell];
    if word & INTERIOR != 0 {
        return Reached { face: word & !INTERIOR, on_edge: false };
    }
    record::walk(block, word, offset, q)
}

/// How many cells a tile of so many edges has, as a power of two.
fn split_for(edges: usize, layout: Layout) -> u32 {
    let wanted = (edges as f64 * layout.cells_per_edge()).ceil() as u64;
    wanted.next_power_of_two().ilog2().min(2 * (layout.tile_bits() - CELL_BITS_MIN))
}

fn pieces(coverage: &Coverage, edges: &[TileEdge], items: &[u32], pieces: &mut Vec<Piece>) {
    pieces.clear();
    let mut before: Option<u32> = None;
    for &item in items {
        let edge = edges[item as usize];
        let arc = coverage.arc(ArcId(edge.arc));
        let (a, b) = edge.ends(coverage);
        let is_chained = before.is_some_and(|before| edges[before as usize].leads_to(edge));
        let pair = |position: crate::domain::geometry::Position| (position.lon(), position.lat());
        pieces.push(Piece { a: pair(a), b: pair(b), step: arc.right.0.wrapping_sub(arc.left.0), is_chained });
        before = Some(item);
    }
}

impl Scratch {
    /// Sorts the numbers of edges by the cells that they touch, ascending within a cell.
    fn sort(&mut self, coverage: &Coverage, edges: &[TileEdge], raster: Raster) {
        let count = raster.count();
        self.starts.clear();
        self.starts.resize(count + 1, 0);
        for edge in edges {
            let (a, b) = edge.ends(coverage);
            gather::for_each_cell(a, b, raster, |cell| self.starts[cell + 1] += 1);
        }
        for cell in 0..count {
            self.starts[cell + 1] += self.starts[cell];
        }
        self.filled.clear();
        self.filled.extend_from_slice(&self.starts[..count]);
        self.items.clear();
        self.items.resize(self.starts[count] as usize, 0);
        for (number, edge) in edges.iter().enumerate() {
            let (a, b) = edge.ends(coverage);
            gather::for_each_cell(a, b, raster, |cell| {
                self.items[self.filled[cell] as usize] = number as u32;
                self.filled[cell] += 1;
            });
        }
    }
}

/// How a tile is cut into cells.
#[derive(Debug, Clone, Copy)]
struct Cells {
    tile_bits: u32,
    column_bits: u32,
    row_bits: u32,
}

impl Cells {
    #[inline]
    fn new(split: u32, tile_bits: u32) -> Self {
        Self { tile_bits, column_bits: split.div_ceil(2), row_bits: split / 2 }
    }

    fn columns(self) -> u32 {
        1 << self.column_bits
    }

    fn count(self) -> usize {
        1 << (self.column_bits + self.row_bits)
    }

    #[inline]
    fn index(self, x: u32, y: u32) -> usize {
        let (column, row) = (x >> (self.tile_bits - self.column_bits), y >> (self.tile_bits - self.row_bits));
        (row << self.column_bits | column) as usize
    }

    /// Half the width and half the height of a cell.
    #[inline]
    fn half(self) -> (i32, i32) {
        (1 << (self.tile_bits - self.column_bits - 1), 1 << (self.tile_bits - self.row_bits - 1))
    }

    /// A position of the tile, seen from the centre of its cell.
    #[inline]
    fn offset_from_centre(self, x: u32, y: u32) -> (i32, i32) {
        let (half_x, half_y) = self.half();
        let within = |value: u32, half: i32| (value & (2 * half as u32 - 1)) as i32 - half;
        (within(x, half_x), within(y, half_y))
    }

    fn centre(self, corner: (i64, i64), column: u32, row: u32) -> (i64, i64) {
        let (half_x, half_y) = self.half();
        let middle = |number: u32, half: i32| (2 * i64::from(number) + 1) * i64::from(half);
        (corner.0 + middle(column, half_x), corner.1 + middle(row, half_y))
    }

    fn raster(self, corner: (i64, i64)) -> Raster {
        Raster {
            corner,
            width_bits: self.tile_bits - self.column_bits,
            height_bits: self.tile_bits - self.row_bits,
            columns: i64::from(self.columns()),
            rows: 1 << self.row_bits,
        }
    }
}
