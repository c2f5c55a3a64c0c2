//! Snap rounding: exact world positions become tile units without turning geometry inside out.
//!
//! Every tile unit that holds a vertex is *hot*. A segment is replaced by the line through the centres of all hot
//! units it passes, in order. That is Hobby's snap rounding: borders may come to lie on each other, but they never
//! cross, so a face can shrink to nothing and yet never overlaps its neighbour. Two areas that share a segment get
//! the same line, whatever else they have and in whichever direction they walk it.
//!
//! Segments also get a vertex wherever they cross the tile's edge and the two lines [`BUFFER`] units beside it:
//!
//! ```text
//!   -64   0   64                    4032 4096 4160
//!    |    |    |                      |    |    |
//!    |    |    +----------------------+    |    |      the strip between 4032 and 4160 of one tile
//!    |    +---------- tile -----------+----+    |      is the strip between -64 and 64 of the next
//! ```
//!
//! Two neighbouring tiles see the same vertices and the same crossings in the strip they share, so they draw the
//! same lines there, and clipping at the buffer never has to round.

use std::cmp::Ordering;

/// Tile units per tile side, the MVT extent.
pub const EXTENT: u32 = 1 << EXTENT_BITS;

/// Tile units drawn beyond each side of a tile.
pub const BUFFER: u32 = 64;

pub(crate) const EXTENT_BITS: u32 = 12;

/// Smallest tile unit that is drawn, inclusive, on both axes.
pub(crate) const LOW: i32 = -(BUFFER as i32);
/// Largest tile unit that is drawn, inclusive, on both axes.
pub(crate) const HIGH: i32 = (EXTENT + BUFFER) as i32;

/// Lines at which segments get a vertex, on both axes, in tile units.
const LINES: [i32; 6] = [LOW, 0, BUFFER as i32, (EXTENT - BUFFER) as i32, EXTENT as i32, HIGH];

/// Units further away than this are moved here: far enough not to touch the tile, near enough for 32 bits.
const FAR: i64 = 1 << 20;

/// Positions at most this far from the tile's corner are near.
const NEAR: i64 = 1 << 29;

/// Positions have at most so many bits below a tile unit; what is finer is cut off.
pub(crate) const FRACTION_BITS: u32 = 12;

/// Side of a bucket of hot units, as a power of two.
///
/// CPU per tile of `make_units.py --size S`, units at z14 / grids at z10 / units at z18, on a shared 2-core machine:
/// at 6, 5.0 ms / 128 ms / 44 us; at 5, 3.9 ms / 90 ms / 53 us; at 4, 4.2 ms / 84 ms / 135 us.
const CELL_BITS: u32 = 5;
const CELLS: usize = ((HIGH - LOW) as usize >> CELL_BITS) + 1;

/// The hot units of one layer, and the way of segments through them.
///
/// Positions given to it are `[x, y]` relative to the tile's north-west corner, y to the south, in steps of
/// `2^-unit_bits` tile units. `unit_bits` is at least 1.
#[derive(Default)]
pub(crate) struct HotUnits {
    unit_bits: u32,
    /// What was marked: bucket and place in the bucket, packed.
    keys: Vec<u32>,
    /// The same sorted, each once.
    bucketed: Vec<u32>,
    /// Where each bucket starts in `bucketed`.
    starts: Vec<u32>,
}

impl HotUnits {
    pub(crate) fn new(unit_bits: u32) -> Self {
        let mut hot = Self::default();
        hot.begin(unit_bits);
        hot
    }

    /// Begins anew, for positions of `unit_bits`.
    pub(crate) fn begin(&mut self, unit_bits: u32) {
        debug_assert!(unit_bits >= 1);
        self.unit_bits = unit_bits;
        self.clear();
    }

    pub(crate) fn clear(&mut self) {
        self.keys.clear();
    }

    /// The tile unit whose half-open square holds `position`; far away ones are moved nearer.
    pub(crate) fn unit(&self, position: [i64; 2]) -> [i32; 2] {
        let half = 1i64 << (self.unit_bits - 1);
        position.map(|c| ((c + half) >> self.unit_bits).clamp(-FAR, FAR) as i32)
    }

    /// Makes a unit hot; units that are not drawn are ignored.
    pub(crate) fn mark(&mut self, unit: [i32; 2]) {
        let key = is_drawn(unit).then(|| key(unit));
        if key != self.keys.last().copied() {
            self.keys.extend(key);
        }
    }

    /// Makes the units hot in which the segment crosses one of [`LINES`].
    pub(crate) fn mark_crossings(&mut self, a: [i64; 2], b: [i64; 2]) {
        // nearly all segments are between the lines in the middle
        let middle = i64::from(BUFFER) << self.unit_bits..=i64::from(EXTENT - BUFFER) << self.unit_bits;
        for axis in 0..2 {
            let (low, high) = (a[axis].min(b[axis]), a[axis].max(b[axis]));
            if middle.contains(&low) && middle.contains(&high) {
                continue;
            }
            for line in LINES {
                let at = i64::from(line) << self.unit_bits;
                if low < at && at < high {
                    let mut unit = [line; 2];
                    let across = crossing(a, b, axis, at, self.unit_bits);
                    unit[1 - axis] = across.clamp(-i128::from(FAR), i128::from(FAR)) as i32;
                    self.mark(unit);
                }
            }
        }
    }

    /// Sorts what was marked; after this `route` may be asked.
    pub(crate) fn build(&mut self) {
        if self.keys.is_empty() {
            return;
        }
        let cell_of = |key: u32| (key >> (2 * CELL_BITS)) as usize;
        self.starts.clear();
        self.starts.resize(CELLS * CELLS + 1, 0);
        self.keys.iter().for_each(|&key| self.starts[cell_of(key)] += 1);
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        // into the buckets from the back: what were their ends becomes their starts
        self.bucketed.clear();
        self.bucketed.resize(self.keys.len(), 0);
        for &key in &self.keys {
            let start = &mut self.starts[cell_of(key)];
            *start -= 1;
            self.bucketed[*start as usize] = key;
        }
        // each unit once
        let (mut len, mut start) = (0, 0);
        for cell in 0..CELLS * CELLS {
            let end = self.starts[cell + 1] as usize;
            self.starts[cell] = len as u32;
            self.bucketed[start..end].sort_unstable();
            for place in start..end {
                let key = self.bucketed[place];
                if place == start || self.bucketed[len - 1] != key {
                    self.bucketed[len] = key;
                    len += 1;
                }
            }
            start = end;
        }
        self.bucketed.truncate(len);
        self.starts[CELLS * CELLS] = len as u32;
    }

    /// Appends the unit of `a` and the hot units between it and `b`, in order, without the unit of `b`; also units where
    /// the segment passes the drawn square outside.
    ///
    /// Appends nothing when both ends are in one unit. Never appends a unit twice.
    pub(crate) fn route(&self, a: [i64; 2], b: [i64; 2], out: &mut Vec<[i32; 2]>) {
        let (from, to) = (self.unit(a), self.unit(b));
        if from == to {
            return;
        }
        out.push(from);
        let first = out.len();
        let leaves = !is_drawn(from) || !is_drawn(to);
        if leaves {
            self.put_outer_crossings(a, b, out);
        }
        let low = [0, 1].map(|axis| from[axis].min(to[axis]).max(LOW));
        let high = [0, 1].map(|axis| from[axis].max(to[axis]).min(HIGH));
        let is_between = leaves || (high[0] - low[0]) + (high[1] - low[1]) > 1;
        if low[0] <= high[0] && low[1] <= high[1] && is_between && !self.keys.is_empty() {
            self.put_hot(&Segment { a, b, unit_bits: self.unit_bits }, low, high, out);
        }
        if out.len() < first + 2 {
            return;
        }
        // A segment is monotone on both axes, so its units are ordered on either.
        let sign = [0, 1].map(|axis| if to[axis] < from[axis] { -1 } else { 1 });
        out[first..].sort_unstable_by_key(|unit| [sign[0] * unit[0], sign[1] * unit[1]]);
    }

    /// Appends the hot units from `low` to `high` that the segment passes, but for those of its ends, in any order.
    fn put_hot(&self, segment: &Segment, low: [i32; 2], high: [i32; 2], out: &mut Vec<[i32; 2]>) {
        let (from, to) = (self.unit(segment.a), self.unit(segment.b));
        for column in cell_of(low[0])..=cell_of(high[0]) {
            let (top, bottom) = segment.rows_in_column(column, low[1], high[1]);
            for row in cell_of(top)..=cell_of(bottom) {
                for &key in self.cell(row, column) {
                    let unit = unit_in(row, column, key);
                    let inside = (0..2).all(|axis| low[axis] <= unit[axis] && unit[axis] <= high[axis]);
                    if inside && unit != from && unit != to && segment.passes(unit) {
                        out.push(unit);
                    }
                }
            }
        }
    }

    /// Appends the units, not drawn themselves, in which the segment crosses the lines along the drawn square's sides.
    ///
    /// With them no rounding of ends far away moves a segment that passes beside the square into it.
    fn put_outer_crossings(&self, a: [i64; 2], b: [i64; 2], out: &mut Vec<[i32; 2]>) {
        let ends = [self.unit(a), self.unit(b)];
        let first = out.len();
        for (axis, line) in [(0, LOW), (0, HIGH), (1, LOW), (1, HIGH)] {
            let at = i64::from(line) << self.unit_bits;
            if a[axis].min(b[axis]) < at && at < a[axis].max(b[axis]) {
                let mut unit = [line; 2];
                let across = crossing(a, b, axis, at, self.unit_bits);
                unit[1 - axis] = across.clamp(-i128::from(FAR), i128::from(FAR)) as i32;
                if !is_drawn(unit) && !ends.contains(&unit) && !out[first..].contains(&unit) {
                    out.push(unit);
                }
            }
        }
    }

    fn cell(&self, row: usize, column: usize) -> &[u32] {
        let cell = row * CELLS + column;
        &self.bucketed[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }
}

/// Whether the unit is in the tile or its buffer, borders included.
pub(crate) fn is_drawn(unit: [i32; 2]) -> bool {
    unit.iter().all(|c| (LOW..=HIGH).contains(c))
}

fn key(unit: [i32; 2]) -> u32 {
    let [x, y] = unit.map(|c| (c - LOW) as u32);
    let cell = (y >> CELL_BITS) * CELLS as u32 + (x >> CELL_BITS);
    let mask = (1 << CELL_BITS) - 1;
    (cell << (2 * CELL_BITS)) | ((y & mask) << CELL_BITS) | (x & mask)
}

/// The unit of a key of the bucket in `row` and `column`.
fn unit_in(row: usize, column: usize, key: u32) -> [i32; 2] {
    let mask = (1 << CELL_BITS) - 1;
    let x = (column << CELL_BITS) as i32 | (key & mask) as i32;
    let y = (row << CELL_BITS) as i32 | ((key >> CELL_BITS) & mask) as i32;
    [x + LOW, y + LOW]
}

fn cell_of(unit: i32) -> usize {
    (unit - LOW) as usize >> CELL_BITS
}

/// Unit on the other axis where the segment has `at` on `axis`; exact, hence the same in both directions.
pub(crate) fn crossing(a: [i64; 2], b: [i64; 2], axis: usize, at: i64, unit_bits: u32) -> i128 {
    let (from, to) = if a[axis] < b[axis] { (a, b) } else { (b, a) };
    let run = i128::from(to[axis] - from[axis]);
    let rise = i128::from(to[1 - axis] - from[1 - axis]);
    let scaled = i128::from(from[1 - axis]) * run + rise * i128::from(at - from[axis]);
    let half = run << (unit_bits - 1);
    (scaled + half).div_euclid(run << unit_bits)
}

/// A segment between positions, to ask which units it passes.
pub(crate) struct Segment {
    pub(crate) a: [i64; 2],
    pub(crate) b: [i64; 2],
    pub(crate) unit_bits: u32,
}

impl Segment {
    /// Units `low..=high` cut to where the segment can be in a column of buckets; a unit too many, never too few.
    fn rows_in_column(&self, column: usize, low: i32, high: i32) -> (i32, i32) {
        let run = (self.b[0] - self.a[0]) as f64;
        if run == 0.0 || high - low < 1 << CELL_BITS {
            return (low, high);
        }
        let scale = (1i64 << self.unit_bits) as f64;
        let y_at = |unit: i32| {
            let along = ((f64::from(unit) * scale - self.a[0] as f64) / run).clamp(0.0, 1.0);
            (self.a[1] as f64 + along * (self.b[1] - self.a[1]) as f64) / scale
        };
        let left = ((column << CELL_BITS) as i32) + LOW - 1;
        let (one, other) = (y_at(left), y_at(left + 2 + (1 << CELL_BITS)));
        // rounded outwards; far away they are the largest numbers there are
        let top = (libm::floor(one.min(other)) as i32).saturating_sub(1);
        let bottom = (libm::ceil(one.max(other)) as i32).saturating_add(1);
        (top.clamp(low, high), bottom.clamp(low, high))
    }

    /// Whether both ends are so near that products of differences fit 64 bits.
    fn is_near(&self) -> bool {
        let is_near = |end: [i64; 2]| end.iter().all(|c| (-NEAR..=NEAR).contains(c));
        is_near(self.a) && is_near(self.b)
    }

    /// Whether the segment meets the half-open square `[x - 1/2, x + 1/2) x [y - 1/2, y + 1/2)` of `unit`.
    ///
    /// The units of both ends must be on different sides of, or in, the rows and columns of `unit`, as `route` sees to;
    /// then it is left to find the corners of the square on both sides of the line. Corners that do not belong to the
    /// square stand an infinitely small step inside, which decides when the line goes exactly through them.
    pub(crate) fn passes(&self, unit: [i32; 2]) -> bool {
        let half = 1i64 << (self.unit_bits - 1);
        let [dx, dy] = [self.b[0] - self.a[0], self.b[1] - self.a[1]];
        let middle = unit.map(|c| i64::from(c) << self.unit_bits);
        if self.is_near() {
            // all differences have less than 31 bits: the same in half the width
            let turn = (dx * (middle[1] - self.a[1]) - dy * (middle[0] - self.a[0])).abs();
            let reach = half * (dx.abs() + dy.abs());
            if turn != reach {
                return turn < reach;
            }
        }
        let turn =
            |x: i64, y: i64| i128::from(dx) * i128::from(y - self.a[1]) - i128::from(dy) * i128::from(x - self.a[0]);
        // the corners are this much to both sides of the middle
        let reach = i128::from(half) * i128::from(dx.abs() + dy.abs());
        match turn(middle[0], middle[1]).abs().cmp(&reach) {
            Ordering::Less => return true,
            Ordering::Greater => return false,
            Ordering::Equal => {}
        }
        let low = middle.map(|c| c - half);
        let side = |right: i64, below: i64| {
            let turn = turn(low[0] + right * 2 * half, low[1] + below * 2 * half);
            let inwards = right * dy - below * dx;
            (turn.signum() as i64, inwards.signum())
        };
        let mut seen = [false; 3];
        for (right, below) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let (turn, inwards) = side(right, below);
            let sign = if turn == 0 { inwards } else { turn };
            seen[(sign + 1) as usize] = true;
        }
        seen[1] || (seen[0] && seen[2])
    }
}

#[cfg(test)]
mod tests;
