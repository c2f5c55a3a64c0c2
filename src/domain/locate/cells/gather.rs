//! Which cells of a raster an edge touches, exactly.

use crate::domain::{
    coverage::{ArcId, Coverage},
    geometry::Position,
};

/// An edge of an arc: from position `offset` to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TileEdge {
    pub(super) arc: u32,
    pub(super) offset: u32,
}

impl TileEdge {
    /// Its two ends.
    #[inline]
    pub(super) fn ends(self, coverage: &Coverage) -> (Position, Position) {
        let positions = coverage.positions(ArcId(self.arc));
        (positions[self.offset as usize], positions[self.offset as usize + 1])
    }

    /// Whether `next` goes on where this edge ends, on the same arc.
    pub(super) fn leads_to(self, next: Self) -> bool {
        self.arc == next.arc && self.offset + 1 == next.offset
    }
}

/// Rectangles in columns and rows, each with all of its sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raster {
    /// South-west corner, in lattice units.
    pub(super) corner: (i64, i64),
    /// A square of this side, as a power of two, is cut into `cut.0` columns and `cut.1` rows of nearly the same size.
    pub(super) bits: u32,
    pub(super) cut: (i64, i64),
    /// How many columns and rows there are.
    pub(super) columns: i64,
    pub(super) rows: i64,
}

impl Raster {
    /// Columns and rows of tiles.
    pub(super) fn of_tiles(corner: (i64, i64), tile_bits: u32, (columns, rows): (i64, i64)) -> Self {
        Self { corner, bits: tile_bits, cut: (1, 1), columns, rows }
    }

    pub(super) fn count(self) -> usize {
        (self.columns * self.rows) as usize
    }

    fn column(self, x: i64) -> i64 {
        (x * self.cut.0) >> self.bits
    }

    fn row(self, y: i64) -> i64 {
        (y * self.cut.1) >> self.bits
    }

    /// The first lattice unit of a row.
    fn row_start(self, row: i64) -> i64 {
        // Rounded up: the first whose row it is.
        -(-(row << self.bits)).div_euclid(self.cut.1)
    }
}

/// Calls `visit` with the number of every cell that the closed edge from `a` to `b` touches, ascending.
pub(super) fn for_each_cell(a: Position, b: Position, raster: Raster, mut visit: impl FnMut(usize)) {
    let local = |p: Position| (i64::from(p.lon()) - raster.corner.0, i64::from(p.lat()) - raster.corner.1);
    let (a, b) = (local(a), local(b));
    let (low, high) = if a.1 <= b.1 { (a, b) } else { (b, a) };
    // A coordinate on the line between two cells touches both: the lower one is that of ceil(v) - 1.
    let (west, east) = (low.0.min(high.0), low.0.max(high.0));
    let (first_row, last_row) = (raster.row(low.1 - 1), raster.row(high.1));
    let (first_column, last_column) = (raster.column(west - 1), raster.column(east));
    let is_box = low.1 == high.1 || first_row == last_row || first_column == last_column;
    // Before what lies beyond the raster is cut off: an edge that leaves it is not in one row or column alone.
    let (first_row, last_row) = (first_row.max(0), last_row.min(raster.rows - 1));
    let (first_column, last_column) = (first_column.max(0), last_column.min(raster.columns - 1));
    if is_box {
        for row in first_row..=last_row {
            for column in first_column..=last_column {
                visit((row * raster.columns + column) as usize);
            }
        }
        return;
    }
    for row in first_row..=last_row {
        let south = raster.row_start(row).max(low.1);
        let north = raster.row_start(row + 1).min(high.1);
        let (at_south, at_north) = (lon_at(low, high, south), lon_at(low, high, north));
        let (west, east) = (at_south.0.min(at_north.0), at_south.1.max(at_north.1));
        // Columns begin at whole units, so the bounds are those of ceil of the least and of floor of the most.
        let first_column = raster.column(west - 1).max(0);
        let last_column = raster.column(east).min(raster.columns - 1);
        for column in first_column..=last_column {
            visit((row * raster.columns + column) as usize);
        }
    }
}

/// Ceiling and floor of where the line from `low` to `high`, which is not level, has latitude `lat`.
fn lon_at(low: (i64, i64), high: (i64, i64), lat: i64) -> (i64, i64) {
    let (dx, dy, above) = (high.0 - low.0, high.1 - low.1, lat - low.1);
    let (quotient, remainder) = if dx.unsigned_abs() < 1 << 31 && dy < 1 << 31 {
        ((dx * above).div_euclid(dy), (dx * above).rem_euclid(dy))
    } else {
        let product = i128::from(dx) * i128::from(above);
        let dy = i128::from(dy);
        (product.div_euclid(dy) as i64, product.rem_euclid(dy) as i64)
    };
    let floor = low.0 + quotient;
    (floor + i64::from(remainder != 0), floor)
}
