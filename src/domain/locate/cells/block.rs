//! One tile: the cells, their records, and which edges touch it.

use std::sync::Arc as Shared;

use super::{
    gather::{self, Raster, TileEdge},
    grid::{Cells, INTERIOR, Place},
    layout::Layout,
    line,
    record::{self, Piece, Reached},
    runs,
};
use crate::domain::{
    coverage::{ArcId, Coverage},
    geometry::Position,
};

/// Words of padding that a tile of lines has, before and behind its words together.
const ROOM: usize = line::WORDS - 1;

/// One tile of a page: half a cache line.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// Padding, cells, records, runs; `None` when no border touches the tile.
    block: Option<Shared<[u32]>>,
    /// The face of a tile without block, or where the runs begin behind the padding.
    word: u32,
    cells: Cells,
}

/// What a tile is built with again and again.
#[derive(Default)]
pub(super) struct Scratch {
    /// All edges of the tile.
    edges: Vec<Piece>,
    /// Which cell is touched by which edge, by edge.
    touched: Vec<(u32, u32)>,
    /// Where the edges of each cell begin in `items`.
    starts: Vec<u32>,
    /// Numbers of edges, by cell.
    items: Vec<u32>,
    /// The edges of the cell at hand.
    pieces: Vec<Piece>,
    /// The words of the tile.
    block: Vec<u32>,
}

impl Slot {
    /// A tile without borders.
    pub(super) fn of_face(face: u32) -> Self {
        Self { block: None, word: face, cells: Cells::default() }
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
        let cells = Cells::new(layout.stock(), edges.len(), tile_bits);
        scratch.sort(coverage, edges, cells.raster(corner, tile_bits));
        let count = cells.count();
        scratch.block.clear();
        scratch.block.resize(count * cells.words() + record::PADDING, 0);
        let mut west = Some(west);
        let on_lattice = |(x, y): (u32, u32)| (corner.0 + i64::from(x), corner.1 + i64::from(y));
        for cell in 0..count {
            let (column, row) = cells.column_and_row(cell);
            let r = on_lattice(cells.centre(column, row, tile_bits));
            let reach = cells.reach(column, row, tile_bits);
            // The face at a common position with a cell that is ready: on its eastern, else on its northern side.
            let (common, ready) = cells.common(cell, tile_bits);
            let q = on_lattice(common);
            let face = match ready {
                Some(place) => cells.locate(&scratch.block, 0, place, (to_i32(q.0), to_i32(q.1))).face,
                None => west.take().expect("only the first cell asks the neighbour")(r.1),
            };
            scratch.add_cell((cell, cells), (r, reach), (q, face));
        }
        let word = scratch.block.len() as u32;
        runs::append(&mut scratch.block, edges);
        let (block, first) = settle(&scratch.block, cells);
        Self { block: Some(block), word, cells: Cells { first, ..cells } }
    }

    /// The place of a position `(x, y)` from the tile's corner.
    #[inline]
    pub(super) fn place(&self, tile_bits: u32, x: u32, y: u32) -> Place {
        self.cells.place(tile_bits, x, y)
    }

    /// What is at a position `(x, y)` from the tile's corner; `q` is the same on the lattice.
    #[inline]
    pub(super) fn locate(&self, tile_bits: u32, x: u32, y: u32, q: (i32, i32)) -> Reached {
        let Some(block) = &self.block else { return Reached { face: self.word, on_edge: false } };
        let place = self.cells.place(tile_bits, x, y);
        self.cells.locate(block, usize::from(self.cells.first), place, q)
    }

    /// Padding, cells, records, runs, padding.
    #[inline]
    pub(super) fn block(&self) -> Option<&[u32]> {
        self.block.as_deref()
    }

    /// Cells, records and runs.
    fn words(&self) -> Option<&[u32]> {
        let behind = if self.cells.is_lines { ROOM - self.padding() } else { 0 };
        self.block().map(|block| &block[self.padding()..block.len() - behind])
    }

    /// Whether the cells are lines.
    #[inline]
    pub(super) fn is_lines(&self) -> bool {
        self.cells.is_lines
    }

    /// Where the word or line of a cell begins in the block.
    #[inline]
    pub(super) fn at(&self, cell: usize) -> usize {
        usize::from(self.cells.first) + cell * self.cells.words()
    }

    /// Words of padding.
    #[inline]
    pub(super) fn padding(&self) -> usize {
        usize::from(self.cells.first)
    }

    /// The face at the tile's eastern side, just east of it and north of latitude `y`.
    pub(super) fn east_face(&self, corner: (i64, i64), tile_bits: u32, y: i64) -> u32 {
        let Some(block) = &self.block else { return self.word };
        let above = (y - corner.1) as u32;
        let cell = (self.cells.columns - 1, self.cells.row(tile_bits, above));
        let place = self.cells.place_in(cell, (1 << tile_bits, above), tile_bits);
        let q = (to_i32(corner.0 + (1 << tile_bits)), to_i32(y));
        self.cells.locate(block, usize::from(self.cells.first), place, q).face
    }

    /// The runs of edges that touch the tile.
    pub(super) fn runs(&self) -> impl Iterator<Item = runs::Run> + '_ {
        self.words().into_iter().flat_map(|words| runs::read(&words[self.word as usize..]))
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

/// Two tiles are equal when all words but the padding are.
impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word && self.cells.is_cut_as(other.cells) && self.words() == other.words()
    }
}

/// The words in memory of their own, lines at the beginning of cache lines, and how many words of padding come first.
fn settle(words: &[u32], cells: Cells) -> (Shared<[u32]>, u8) {
    if !cells.is_lines {
        return (words.into(), 0);
    }
    // Room for any padding; where the memory is tells how much is needed.
    let mut block: Shared<[u32]> = std::iter::repeat_n(0, words.len() + ROOM).collect();
    let padding = block.as_ptr().align_offset(line::WORDS * size_of::<u32>()).min(ROOM);
    let filled = Shared::get_mut(&mut block).expect("nobody else has it yet");
    filled[padding..padding + words.len()].copy_from_slice(words);
    (block, padding as u8)
}

fn to_i32(value: i64) -> i32 {
    i32::try_from(value).expect("tiles end less than a page beyond the world")
}

impl Scratch {
    /// Adds a cell around `r` in which no position is farther from it than `reach`, knowing the `face` at `q` of it.
    fn add_cell(&mut self, (cell, cells): (usize, Cells), (r, reach): ((i64, i64), i64), (q, face): ((i64, i64), u32)) {
        let items = &self.items[self.starts[cell] as usize..self.starts[cell + 1] as usize];
        self.pieces.clear();
        let mut next = u32::MAX;
        for &item in items {
            let edge = self.edges[item as usize];
            self.pieces.push(Piece { is_chained: edge.is_chained && item == next, ..edge });
            next = item + 1;
        }
        let face = face.wrapping_sub(record::walk_pieces(&self.pieces, r, q));
        let at = cell * cells.words();
        if !cells.is_lines {
            self.block[at] = if items.is_empty() { INTERIOR | face } else { self.add_record(r, reach, face) };
            return;
        }
        let line = match items.is_empty() {
            true => Some(line::of_face(face)),
            false => line::of_pieces(&self.pieces, r, reach, face),
        };
        let line = line.unwrap_or_else(|| line::of_record(self.add_record(r, reach, face)));
        self.block[at..at + line::WORDS].copy_from_slice(&line);
    }

    fn add_record(&mut self, r: (i64, i64), reach: i64, face: u32) -> u32 {
        self.block.truncate(self.block.len() - record::PADDING);
        let at = record::append(&mut self.block, &self.pieces, r, reach, face);
        self.block.extend([0; record::PADDING]);
        at
    }

    /// Reads the edges and sorts their numbers by the cells that they touch, ascending within a cell.
    fn sort(&mut self, coverage: &Coverage, edges: &[TileEdge], raster: Raster) {
        let count = raster.count();
        self.edges.clear();
        self.touched.clear();
        self.starts.clear();
        self.starts.resize(count + 2, 0);
        let mut before: Option<TileEdge> = None;
        for (number, &edge) in (0..).zip(edges) {
            let arc = coverage.arc(ArcId(edge.arc));
            let (a, b) = edge.ends(coverage);
            let is_chained = before.is_some_and(|before| before.leads_to(edge));
            let pair = |position: Position| (position.lon(), position.lat());
            self.edges.push(Piece { a: pair(a), b: pair(b), left: arc.left.0, right: arc.right.0, is_chained });
            gather::for_each_cell(a, b, raster, |cell| {
                self.touched.push((cell as u32, number));
                self.starts[cell + 2] += 1;
            });
            before = Some(edge);
        }
        // Where each cell's begin, one place late: filling moves it on to where the next cell's begin.
        for cell in 1..=count {
            self.starts[cell + 1] += self.starts[cell];
        }
        self.items.clear();
        self.items.resize(self.touched.len(), 0);
        for &(cell, number) in &self.touched {
            let place = &mut self.starts[cell as usize + 1];
            self.items[*place as usize] = number;
            *place += 1;
        }
    }
}
