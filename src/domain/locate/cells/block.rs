//! Building a tile: its cells, their records, and which edges touch it.

use std::sync::Arc as Shared;

use super::{
    gather::{self, Raster, TileEdge},
    grid::{Cells, INTERIOR, Place},
    layout::{Layout, Stock},
    line::{self, Line},
    record::{self, Piece},
    runs,
    strip::{HEAD, Part, Slot, Tile},
};
use crate::domain::{
    coverage::{ArcId, Coverage},
    geometry::Position,
};

/// Tiles that are being built, and what they are built with again and again.
#[derive(Default)]
pub(super) struct Draft {
    lines: Vec<Line>,
    rest: Vec<u32>,
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
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
}

/// What a tile is cut into, and where it is.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// South-west corner, in lattice units.
    pub(super) corner: (i64, i64),
    pub(super) layout: Layout,
}

impl Draft {
    /// Adds the tile with `edges`, ascending by arc and place in it; tells where its head is, too.
    ///
    /// `west` tells the face at the tile's western side, just east of it and north of the given latitude.
    pub(super) fn add(
        &mut self,
        coverage: &Coverage,
        edges: &[TileEdge],
        frame: Frame,
        west: impl FnOnce(&Self, i64) -> u32,
    ) -> (Slot, u32) {
        let Frame { corner, layout } = frame;
        if edges.is_empty() {
            return (Slot::of_face(west(self, corner.1)), 0);
        }
        let (tile_bits, stock) = (layout.tile_bits(), layout.stock());
        let cells = Cells::new(stock, edges.len(), tile_bits);
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.sort(coverage, edges, cells.raster(corner, tile_bits));
        let count = cells.count();
        if self.lines.capacity() == 0 {
            self.lines.reserve(count);
            self.rest.reserve(2 * edges.len());
        }
        let tail = index(self.rest.len());
        self.rest.extend([0; HEAD]);
        let at = match stock {
            Stock::Lines => index(self.lines.len()),
            Stock::Words => {
                let at = index(self.rest.len());
                self.rest.resize(self.rest.len() + count, 0);
                at
            }
        };
        self.rest.extend([0; record::PADDING]);
        let slot = Slot::new(at, cells);
        let mut west = Some(west);
        let on_lattice = |(x, y): (u32, u32)| (corner.0 + i64::from(x), corner.1 + i64::from(y));
        for cell in 0..count {
            let (column, row) = cells.column_and_row(cell);
            let r = on_lattice(cells.centre(column, row, tile_bits));
            // The face at a common position with a cell that is ready: on its eastern, else on its northern side.
            let (common, ready) = cells.common(cell, tile_bits);
            let q = on_lattice(common);
            let face = match ready {
                Some(place) => self.face(slot, tail, stock, place, q),
                None => west.take().expect("only the first cell asks the neighbour")(self, r.1),
            };
            scratch.take_pieces(cell);
            let face = face.wrapping_sub(record::walk_pieces(&scratch.pieces, r, q));
            let reach = cells.reach(column, row, tile_bits);
            match stock {
                Stock::Lines => self.add_line(&scratch.pieces, r, reach, face),
                Stock::Words => {
                    let is_interior = scratch.pieces.is_empty();
                    let word =
                        if is_interior { INTERIOR | face } else { self.add_record(&scratch.pieces, r, reach, face) };
                    self.rest[at as usize + cell] = word;
                }
            }
        }
        self.rest[tail as usize] = index(self.rest.len()) - tail;
        runs::append(&mut self.rest, edges);
        self.rest[tail as usize + 1] = index(self.rest.len()) - tail;
        self.scratch = scratch;
        (slot, tail)
    }

    /// The face at a tile's eastern side, just east of it and north of latitude `y`.
    pub(super) fn east_face(&self, slot: Slot, tail: u32, frame: Frame, y: i64) -> u32 {
        slot.only_face().unwrap_or_else(|| self.tile(slot, tail).east_face(frame, y))
    }

    /// All tiles so far, as memory of their own; the next ones begin anew.
    pub(super) fn finish(&mut self) -> Part {
        let part = Part { lines: Shared::from(&self.lines[..]), rest: Shared::from(&self.rest[..]) };
        self.lines.clear();
        self.rest.clear();
        part
    }

    fn tile(&self, slot: Slot, tail: u32) -> Tile<'_> {
        Tile { cells: slot.cells(), at: slot.at(), tail, lines: &self.lines, rest: &self.rest }
    }

    fn face(&self, slot: Slot, tail: u32, stock: Stock, place: Place, q: (i64, i64)) -> u32 {
        self.tile(slot, tail).locate(stock, place, (to_i32(q.0), to_i32(q.1))).face
    }

    /// Adds a line around `r`, where `face` is, for a cell in which no position is farther from it than `reach`.
    fn add_line(&mut self, pieces: &[Piece], r: (i64, i64), reach: i64, face: u32) {
        let line = match pieces {
            [] => Some(line::of_face(face)),
            pieces => line::of_pieces(pieces, r, reach, face),
        };
        let line = line.unwrap_or_else(|| line::of_record(self.add_record(pieces, r, reach, face)));
        self.lines.push(line);
    }

    fn add_record(&mut self, pieces: &[Piece], r: (i64, i64), reach: i64, face: u32) -> u32 {
        self.rest.truncate(self.rest.len() - record::PADDING);
        let at = record::append(&mut self.rest, pieces, r, reach, face);
        self.rest.extend([0; record::PADDING]);
        at
    }
}

impl Tile<'_> {
    /// The face at the tile's eastern side, just east of it and north of latitude `y`.
    pub(super) fn east_face(self, Frame { corner, layout }: Frame, y: i64) -> u32 {
        let tile_bits = layout.tile_bits();
        let above = (y - corner.1) as u32;
        let cell = (self.cells.columns - 1, self.cells.row(tile_bits, above));
        let place = self.cells.place_in(cell, (1 << tile_bits, above), tile_bits);
        let q = (to_i32(corner.0 + (1 << tile_bits)), to_i32(y));
        self.locate(layout.stock(), place, q).face
    }
}

fn to_i32(value: i64) -> i32 {
    i32::try_from(value).expect("tiles end less than a page beyond the world")
}

fn index(place: usize) -> u32 {
    u32::try_from(place).expect("a strip has fewer than 2^31 words")
}

impl Scratch {
    /// The edges of a cell.
    fn take_pieces(&mut self, cell: usize) {
        let items = &self.items[self.starts[cell] as usize..self.starts[cell + 1] as usize];
        self.pieces.clear();
        let mut next = u32::MAX;
        for &item in items {
            let edge = self.edges[item as usize];
            self.pieces.push(Piece { is_chained: edge.is_chained && item == next, ..edge });
            next = item + 1;
        }
    }

    /// Reads the edges and sorts their numbers by the cells that they touch, ascending within a cell.
    fn sort(&mut self, coverage: &Coverage, edges: &[TileEdge], raster: Raster) {
        let count = raster.count();
        self.edges.clear();
        self.edges.reserve(edges.len());
        self.touched.clear();
        self.touched.reserve(2 * edges.len());
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
