//! Snap rounding of a whole zoom at once: every line gets its units once, for all tiles that show it.
//!
//! Tiles of a zoom lie side by side on one raster of tile units, the **sheet**. What `snap` makes hot in a tile is what lies
//! in its square of these on the sheet: units that hold a vertex, and units in which a segment crosses the edge of a tile
//! or one of the lines [`BUFFER`] units beside it. So a line routed on the sheet and cut to a tile is the line that the tile
//! itself would have drawn, to the unit.

use crate::matrix::{MatrixSet, WORLD_BITS};
use crate::mercator::Mercator;
use crate::snap::{BUFFER, EXTENT, EXTENT_BITS, FRACTION_BITS, Segment, crossing};

/// The unit of a sheet must fit 32 bits with its sign.
const MAX_UNIT_BITS: u32 = 30;

/// Sides of a bucket of hot units, as powers of two: near the mean length of a segment.
const CELL_BITS: std::ops::RangeInclusive<u32> = 3..=15;

/// Crossings of tiles' edges that a sheet has for each vertex, at most: where segments are longer than tiles, tiles are
/// drawn one by one.
const CROSSINGS_PER_VERTEX: usize = 2;

/// Crossings that any sheet may have.
const CROSSINGS_AT_LEAST: usize = 1 << 12;

/// A vertex of a line on a sheet: tile units from the north-west corner of the world, `[x, y]`, y to the south.
pub(crate) type Unit = [i32; 2];

/// All lines of one zoom, to be snapped together.
///
/// Every line is given twice, first to [`Sheet::heat`] and, after [`Sheet::build`], to [`Sheet::route`].
pub struct Sheet {
    matrix_set: MatrixSet,
    spare_bits: u32,
    unit_bits: u32,
    mercator: Mercator,
    /// Hot units, packed; sorted by cell once the sheet is built.
    hot: Vec<u64>,
    /// By hash: the place in `hot` and one where the units of a cell begin, or 0.
    cells: Vec<u32>,
    cell_bits: u32,
    vertices: usize,
    crossings: usize,
    /// Segments that are not within a unit, and their length.
    segments: u64,
    length: u64,
}

impl Sheet {
    /// The sheet of a zoom without a line; `None` where units are too many for it (zooms beyond 18).
    pub fn new(matrix_set: MatrixSet, zoom: u8) -> Option<Self> {
        let halvings = u32::from(zoom.checked_sub(matrix_set.min_zoom())?);
        if halvings + EXTENT_BITS + u32::from(matrix_set != MatrixSet::WebMercatorQuad) > MAX_UNIT_BITS {
            return None;
        }
        let bits = WORLD_BITS - EXTENT_BITS - halvings;
        let spare_bits = bits.saturating_sub(FRACTION_BITS);
        Some(Self {
            matrix_set,
            spare_bits,
            unit_bits: bits - spare_bits,
            mercator: Mercator::default(),
            hot: Vec::new(),
            cells: Vec::new(),
            cell_bits: 0,
            vertices: 0,
            crossings: 0,
            segments: 0,
            length: 0,
        })
    }

    /// Marks what a line makes hot; positions are `[lon, lat]` in lattice units.
    pub fn heat(&mut self, line: impl IntoIterator<Item = [i32; 2]>) {
        let mut before: Option<[i64; 2]> = None;
        for position in line {
            let here = self.project(position);
            let unit = self.unit(here);
            self.vertices += 1;
            if self.hot.last() != Some(&raw(unit)) {
                self.hot.push(raw(unit));
            }
            if let Some(before) = before {
                let from = self.unit(before);
                let length = u64::from(from[0].abs_diff(unit[0])) + u64::from(from[1].abs_diff(unit[1]));
                self.segments += u64::from(length > 0);
                self.length += length;
                self.mark_crossings(before, here);
            }
            before = Some(here);
        }
    }

    /// Whether so many segments cross tiles' edges that the sheet would be mostly these: it is not to be built then.
    pub fn is_sparse(&self) -> bool {
        self.crossings > CROSSINGS_AT_LEAST + CROSSINGS_PER_VERTEX * self.vertices
    }

    /// Sorts what was marked; after this lines may be routed.
    pub fn build(&mut self) {
        let mean = self.length / self.segments.max(1);
        self.cell_bits = (u64::BITS - mean.leading_zeros()).clamp(*CELL_BITS.start(), *CELL_BITS.end());
        let bits = self.cell_bits;
        self.hot.iter_mut().for_each(|key| *key = by_cell([(*key >> 32) as u32, *key as u32], bits));
        self.hot.sort_unstable();
        self.hot.dedup();
        let is_first = |&at: &usize| at == 0 || self.hot[at - 1] >> (2 * bits) != self.hot[at] >> (2 * bits);
        let firsts: Vec<u32> = (0..self.hot.len()).filter(is_first).map(|at| at as u32).collect();
        self.cells.clear();
        self.cells.resize((2 * firsts.len()).next_power_of_two().max(2), 0);
        for first in firsts {
            let mut place = self.place(self.hot[first as usize] >> (2 * bits));
            while self.cells[place] != 0 {
                place = (place + 1) & (self.cells.len() - 1);
            }
            self.cells[place] = first + 1;
        }
    }

    /// Appends the units that a line goes through, none equal to the one before.
    pub fn route(&mut self, line: impl IntoIterator<Item = [i32; 2]>, out: &mut Vec<[i32; 2]>) {
        let mut before: Option<([i64; 2], Unit)> = None;
        for position in line {
            let here = self.project(position);
            let unit = self.unit(here);
            match before {
                Some((_, last)) if last == unit => {}
                Some((from, last)) => {
                    self.put_between(from, here, [last, unit], out);
                    out.push(unit);
                }
                None => out.push(unit),
            }
            before = Some((here, unit));
        }
    }

    /// World position, less the bits that the zoom has no use for.
    fn project(&mut self, position: [i32; 2]) -> [i64; 2] {
        self.matrix_set.project_one_of_many(position, &mut self.mercator).map(|c| c >> self.spare_bits)
    }

    fn unit(&self, world: [i64; 2]) -> Unit {
        world.map(|c| ((c + (1 << (self.unit_bits - 1))) >> self.unit_bits) as i32)
    }

    /// Makes the units hot in which the segment crosses a line at which segments get a vertex.
    fn mark_crossings(&mut self, a: [i64; 2], b: [i64; 2]) {
        for axis in 0..2 {
            let (low, high) = (a[axis].min(b[axis]), a[axis].max(b[axis]));
            let mut line = line_after(low >> self.unit_bits);
            while line << self.unit_bits < high && !self.is_sparse() {
                let mut unit = [line as i32; 2];
                unit[1 - axis] = crossing(a, b, axis, line << self.unit_bits, self.unit_bits) as i32;
                self.hot.push(raw(unit));
                self.crossings += 1;
                line = line_after(line);
            }
        }
    }

    /// Appends the hot units that a segment passes, in order, but for those of its ends.
    fn put_between(&self, a: [i64; 2], b: [i64; 2], [from, to]: [Unit; 2], out: &mut Vec<Unit>) {
        let low = [0, 1].map(|axis| from[axis].min(to[axis]));
        let high = [0, 1].map(|axis| from[axis].max(to[axis]));
        if (high[0] - low[0]) + (high[1] - low[1]) <= 1 {
            return;
        }
        let first = out.len();
        // seen from the unit of `a`, so that numbers are small
        let local = |world: [i64; 2]| [0, 1].map(|axis| world[axis] - (i64::from(from[axis]) << self.unit_bits));
        let segment = Segment { a: local(a), b: local(b), unit_bits: self.unit_bits };
        for column in low[0] >> self.cell_bits..=high[0] >> self.cell_bits {
            let [top, bottom] = self.rows_in_column(&segment, from, column, [low[1], high[1]]);
            for row in top >> self.cell_bits..=bottom >> self.cell_bits {
                for unit in self.units_in(column, row) {
                    let is_between = (0..2).all(|axis| low[axis] <= unit[axis] && unit[axis] <= high[axis]);
                    let local = [unit[0].wrapping_sub(from[0]), unit[1].wrapping_sub(from[1])];
                    if is_between && unit != from && unit != to && segment.passes(local) {
                        out.push(unit);
                    }
                }
            }
        }
        if out.len() > first + 1 {
            // A segment is monotone on both axes, so its units are ordered on either.
            let sign = [0, 1].map(|axis| if to[axis] < from[axis] { -1 } else { 1 });
            out[first..].sort_unstable_by_key(|unit| [sign[0] * unit[0], sign[1] * unit[1]]);
        }
    }

    /// The units `low..=high` cut to where the segment can be in a column of cells; a unit too many, never too few.
    fn rows_in_column(&self, segment: &Segment, from: Unit, column: i32, [low, high]: [i32; 2]) -> [i32; 2] {
        let run = (segment.b[0] - segment.a[0]) as f64;
        if run == 0.0 || low >> self.cell_bits == high >> self.cell_bits {
            return [low, high];
        }
        let scale = (1i64 << self.unit_bits) as f64;
        let y_at = |unit: i64| {
            let along = (((unit - i64::from(from[0])) as f64 * scale - segment.a[0] as f64) / run).clamp(0.0, 1.0);
            (segment.a[1] as f64 + along * (segment.b[1] - segment.a[1]) as f64) / scale
        };
        let left = i64::from(column) << self.cell_bits;
        let (one, other) = (y_at(left - 1), y_at(left + 1 + (1 << self.cell_bits)));
        // rounded outwards
        let top = libm::floor(one.min(other)) as i64 - 1 + i64::from(from[1]);
        let bottom = libm::ceil(one.max(other)) as i64 + 1 + i64::from(from[1]);
        [top, bottom].map(|row| row.clamp(low.into(), high.into()) as i32)
    }

    /// The hot units of a cell.
    fn units_in(&self, column: i32, row: i32) -> impl Iterator<Item = Unit> {
        let bits = self.cell_bits;
        let cell = u64::from(row as u32) << (32 - bits) | u64::from(column as u32);
        let mut place = self.place(cell);
        let start = loop {
            match self.cells[place].checked_sub(1) {
                Some(first) if self.hot[first as usize] >> (2 * bits) == cell => break first as usize,
                Some(_) => place = (place + 1) & (self.cells.len() - 1),
                None => break self.hot.len(),
            }
        };
        let of_cell = self.hot[start..].iter().take_while(move |&&key| key >> (2 * bits) == cell);
        let mask = (1 << bits) - 1;
        of_cell.map(move |&key| [column << bits | (key & mask) as i32, row << bits | (key >> bits & mask) as i32])
    }

    fn place(&self, cell: u64) -> usize {
        (cell.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (self.cells.len() - 1)
    }
}

/// The first line at which segments get a vertex that is beyond `unit`: 0, or [`BUFFER`] to either side, in every tile.
fn line_after(unit: i64) -> i64 {
    let (extent, buffer) = (i64::from(EXTENT), i64::from(BUFFER));
    let corner = unit - unit.rem_euclid(extent);
    let after = [buffer, extent - buffer].into_iter().map(|line| corner + line).find(|&line| line > unit);
    after.unwrap_or(corner + extent)
}

fn raw([x, y]: Unit) -> u64 {
    u64::from(x as u32) << 32 | u64::from(y as u32)
}

/// Row and column of the cell, then row and column in the cell.
fn by_cell([x, y]: [u32; 2], bits: u32) -> u64 {
    let mask = (1 << bits) - 1;
    let cell = u64::from(y >> bits) << (32 - bits) | u64::from(x >> bits);
    cell << (2 * bits) | u64::from(y & mask) << bits | u64::from(x & mask)
}
