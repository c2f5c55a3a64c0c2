//! How a tile is cut into cells.

use super::{
    gather::Raster,
    layout::Stock,
    record::{self, Reached},
};

/// Set in the word of a cell that no border touches; the rest is the face.
pub(super) const INTERIOR: u32 = 1 << 31;

/// Smallest side of a cell, in lattice units.
const CELL_MIN: u32 = 4;

/// The place of a position in a tile: the number of its cell, and where it is from the centre of that.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) cell: usize,
    pub(super) x: i32,
    pub(super) y: i32,
}

/// How a tile is cut into cells: columns and rows of nearly the same size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) columns: u8,
    pub(super) rows: u8,
}

impl Cells {
    /// The cells of a tile of so many edges.
    pub(super) fn new(stock: Stock, edges: usize, tile_bits: u32) -> Self {
        let wanted = stock.cells(edges, tile_bits);
        let most = ((1 << tile_bits) / CELL_MIN).min(u32::from(u8::MAX));
        let columns = (wanted.sqrt().ceil() as u32).clamp(1, most);
        let rows = ((wanted / f64::from(columns)).round() as u32).clamp(1, most);
        Self { columns: columns as u8, rows: rows as u8 }
    }

    pub(super) fn count(self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }

    pub(super) fn number(self, column: u8, row: u8) -> usize {
        usize::from(row) * usize::from(self.columns) + usize::from(column)
    }

    pub(super) fn column_and_row(self, cell: usize) -> (u8, u8) {
        ((cell % usize::from(self.columns)) as u8, (cell / usize::from(self.columns)) as u8)
    }

    pub(super) fn row(self, tile_bits: u32, y: u32) -> u8 {
        ((y * u32::from(self.rows)) >> tile_bits) as u8
    }

    /// The place of a position `(x, y)` from the tile's corner.
    #[inline(always)]
    pub(super) fn place(self, tile_bits: u32, (x, y): (u32, u32)) -> Place {
        // x, y < 2^22.
        let column = (x * u32::from(self.columns)) >> tile_bits;
        let row = (y * u32::from(self.rows)) >> tile_bits;
        Place {
            cell: (row * u32::from(self.columns) + column) as usize,
            x: x as i32 - centre(column, self.columns, tile_bits) as i32,
            y: y as i32 - centre(row, self.rows, tile_bits) as i32,
        }
    }

    /// The centre of a cell, from the tile's corner: within one lattice unit of its middle.
    pub(super) fn centre(self, column: u8, row: u8, tile_bits: u32) -> (u32, u32) {
        (centre(column.into(), self.columns, tile_bits), centre(row.into(), self.rows, tile_bits))
    }

    /// The first lattice unit of a column or row, of `count` ones, from the tile's corner.
    pub(super) fn start(number: u8, count: u8, tile_bits: u32) -> u32 {
        (u64::from(number) << tile_bits).div_ceil(u64::from(count)) as u32
    }

    /// A position that a cell has in common with one before it, and that one; with the western side of the tile for the first.
    pub(super) fn common(self, cell: usize, tile_bits: u32) -> ((u32, u32), Option<Place>) {
        let (column, row) = self.column_and_row(cell);
        let (x, y) = self.centre(column, row, tile_bits);
        let (common, before) = match (column, row) {
            (0, 0) => return ((0, y), None),
            (0, _) => ((x, Self::start(row, self.rows, tile_bits)), (column, row - 1)),
            _ => ((Self::start(column, self.columns, tile_bits), y), (column - 1, row)),
        };
        (common, Some(self.place_in(before, common, tile_bits)))
    }

    /// A position `(x, y)` from the tile's corner as a place of a certain cell that it touches.
    pub(super) fn place_in(self, (column, row): (u8, u8), (x, y): (u32, u32), tile_bits: u32) -> Place {
        let centre = self.centre(column, row, tile_bits);
        let cell = self.number(column, row);
        Place { cell, x: x as i32 - centre.0 as i32, y: y as i32 - centre.1 as i32 }
    }

    /// How far, east-west or north-south, a cell reaches from its centre, all sides included.
    pub(super) fn reach(self, column: u8, row: u8, tile_bits: u32) -> i64 {
        let (x, y) = self.centre(column, row, tile_bits);
        let from = |centre: u32, number: u8, count: u8| {
            let (start, end) = (Self::start(number, count, tile_bits), Self::start(number + 1, count, tile_bits));
            (centre - start).max(end - centre)
        };
        i64::from(from(x, column, self.columns).max(from(y, row, self.rows)))
    }

    pub(super) fn raster(self, corner: (i64, i64), tile_bits: u32) -> Raster {
        let (columns, rows) = (i64::from(self.columns), i64::from(self.rows));
        Raster { corner, bits: tile_bits, cut: (columns, rows), columns, rows }
    }
}

/// The middle of one of `count` columns or rows, rounded down.
#[inline(always)]
fn centre(number: u32, count: u8, tile_bits: u32) -> u32 {
    // Less than 2^31.
    ((2 * number + 1) << (tile_bits - 1)) / u32::from(count.max(1))
}

/// What is at a place of a cell of words with `word`; `rest` has the records, and `q` is the same on the lattice.
#[inline]
pub(super) fn walk(rest: &[u32], word: u32, place: Place, q: (i32, i32)) -> Reached {
    if word & INTERIOR != 0 {
        return Reached { face: word & !INTERIOR, on_edge: false };
    }
    record::walk(rest, word, (place.x, place.y), q)
}
