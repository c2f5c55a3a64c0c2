//! An index of segments by place and size: which segments may touch a point or a segment.

use super::position::Position;

/// The smallest cell is 2^6 lattice units (about 70 cm) wide; shorter segments share it.
const FINEST_CELL_BITS: u32 = 6;

/// No segment is longer than 2^32 lattice units, so 2^33 with its margin.
const COARSEST_CELL_BITS: u32 = 34;

/// A hashed pyramid of cells: every segment lies in the at most four cells of the level that fits its length.
///
/// A point asks one cell a level, a segment at most four on its own and each coarser level, so long and short
/// segments may be mixed freely. Answers are candidates: hash clashes and near misses are the caller's to drop.
pub(crate) struct SegmentIndex {
    /// First entry of each bucket in `entries`, and one end.
    starts: Vec<u32>,
    /// Segment numbers, bucket by bucket.
    entries: Vec<u32>,
    /// Bit `b` is set when cells of 2^b units hold something.
    used_bits: u64,
    /// Margin around every segment, in lattice units east and north.
    margin: [i64; 2],
}

/// The extent of a segment in lattice units.
fn extent(a: Position, b: Position) -> [i64; 4] {
    let (ax, ay, bx, by) = (i64::from(a.lon()), i64::from(a.lat()), i64::from(b.lon()), i64::from(b.lat()));
    [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)]
}

/// The bits of the cell that fits an extent with its margin: at most two cells each way.
fn fitting_bits(extent: [i64; 4], margin: [i64; 2]) -> u32 {
    let span = (extent[2] - extent[0] + 2 * margin[0]).max(extent[3] - extent[1] + 2 * margin[1]).unsigned_abs();
    (u64::BITS - span.leading_zeros()).clamp(FINEST_CELL_BITS, COARSEST_CELL_BITS)
}

impl SegmentIndex {
    /// The index of `segments`, each known by its number; `margin` is how far a query point may be off (lattice units, east and north).
    pub(crate) fn build(segments: &[(u32, Position, Position)], margin: [i64; 2]) -> Self {
        let buckets = (segments.len() * 2).next_power_of_two().max(64);
        let mut index = Self { starts: vec![0; buckets + 1], entries: Vec::new(), used_bits: 0, margin };
        let cells = |index: &Self, a, b, visit: &mut dyn FnMut(usize)| {
            let around = extent(a, b);
            let bits = fitting_bits(around, margin);
            index.cells(around, margin, bits, visit);
            bits
        };
        let mut counts = vec![0_u32; buckets];
        for &(_, a, b) in segments {
            let bits = cells(&index, a, b, &mut |bucket| counts[bucket] += 1);
            index.used_bits |= 1 << bits;
        }
        let mut total = 0;
        for (start, count) in index.starts.iter_mut().zip(&counts) {
            *start = total;
            total += count;
        }
        index.starts[buckets] = total;
        let mut entries = vec![0; total as usize];
        let mut next: Vec<u32> = index.starts[..buckets].to_vec();
        for &(number, a, b) in segments {
            cells(&index, a, b, &mut |bucket| {
                entries[next[bucket] as usize] = number;
                next[bucket] += 1;
            });
        }
        index.entries = entries;
        index
    }

    /// Visits every segment within the margin of `point`, and others; one may be visited more than once.
    pub(crate) fn near_point(&self, point: Position, visit: &mut dyn FnMut(u32)) {
        let around = extent(point, point);
        for bits in self.levels(FINEST_CELL_BITS) {
            self.cells(around, [0, 0], bits, &mut |bucket| self.visit_bucket(bucket, visit));
        }
    }

    /// Visits every segment that meets `a - b` and is not much shorter, and others; one may be visited more than once.
    ///
    /// "Not much shorter": each pair of segments is found at least by the one that fits the finer cells.
    pub(crate) fn near_segment(&self, a: Position, b: Position, visit: &mut dyn FnMut(u32)) {
        let around = extent(a, b);
        for bits in self.levels(fitting_bits(around, self.margin)) {
            self.cells(around, [0, 0], bits, &mut |bucket| self.visit_bucket(bucket, visit));
        }
    }

    fn visit_bucket(&self, bucket: usize, visit: &mut dyn FnMut(u32)) {
        for &number in &self.entries[self.starts[bucket] as usize..self.starts[bucket + 1] as usize] {
            visit(number);
        }
    }

    fn levels(&self, finest: u32) -> impl Iterator<Item = u32> + use<> {
        let used = self.used_bits;
        (finest..=COARSEST_CELL_BITS).filter(move |bits| used & (1 << bits) != 0)
    }

    /// Visits the buckets of all cells of 2^`bits` units that `around`, grown by `margin`, touches.
    fn cells(&self, around: [i64; 4], margin: [i64; 2], bits: u32, visit: &mut dyn FnMut(usize)) {
        let mask = self.starts.len() - 2;
        let (west, east) = ((around[0] - margin[0]) >> bits, (around[2] + margin[0]) >> bits);
        let (south, north) = ((around[1] - margin[1]) >> bits, (around[3] + margin[1]) >> bits);
        for row in south..=north {
            for column in west..=east {
                visit(bucket(column, row, bits) & mask);
            }
        }
    }
}

/// Blocks of 8 by 8 cells stay together in memory, so that neighbours in space are neighbours in the cache.
fn bucket(column: i64, row: i64, bits: u32) -> usize {
    let block = ((column >> 3) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ ((row >> 3) as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
        ^ u64::from(bits).wrapping_mul(0x1656_67B1_9E37_79F9);
    let block = (block ^ (block >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (((block >> 26) << 6) as usize) | ((column & 7) | ((row & 7) << 3)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(lon: i32, lat: i32) -> Position {
        Position::new(lon, lat).expect("in the world")
    }

    #[test]
    fn crossing_segments_of_any_length_find_each_other() {
        let long = (0, p(-1_800_000_000, 0), p(1_800_000_000, 1));
        let short = (1, p(100, -5), p(101, 5));
        let index = SegmentIndex::build(&[long, short], [5, 5]);
        let mut found = Vec::new();
        index.near_segment(short.1, short.2, &mut |number| found.push(number));
        assert!(found.contains(&0), "{found:?}");
    }

    #[test]
    fn a_point_within_the_margin_finds_the_segment() {
        let index = SegmentIndex::build(&[(7, p(64, 64), p(128, 64))], [5, 5]);
        for point in [p(59, 64), p(133, 69), p(64, 59), p(100, 60)] {
            let mut found = Vec::new();
            index.near_point(point, &mut |number| found.push(number));
            assert!(found.contains(&7), "{point}");
        }
    }
}
