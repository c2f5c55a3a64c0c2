//! An index by extent that is one sorted list.

use onemap_tiles::LatticeBounds;

/// Things by their bounds: a quadtree in which a thing stands at the smallest square that is as large as itself and holds
/// its south-west corner, so that it ends within twice that square.
///
/// The squares are sorted so that all below one are a single stretch of the list (Morton order, the larger first), which
/// is the whole index. A list that is nearly sorted is sorted in linear time.
#[derive(Default)]
pub(super) struct Quadtree {
    /// Square and number of each thing, ascending.
    entries: Vec<(Square, u32)>,
}

/// Smallest square, as a power of two of lattice units; the low bits of a key tell its size.
const FINEST: u32 = 4;

/// As many things are looked at one by one instead of being divided.
const FEW: usize = 8;

/// A square: its south-west corner in Morton order; in the bits that are zero there, 32 less its size as a power of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Square(u64);

impl Square {
    const WORLD: Self = Self(0);

    fn around(bounds: LatticeBounds) -> Self {
        let (min, max) = (bounds.min(), bounds.max());
        let extent = (0..2).map(|axis| max[axis].wrapping_sub(min[axis]) as u32).max().unwrap_or(0);
        let size = (32 - extent.leading_zeros()).max(FINEST);
        let [x, y] = min.map(|c| spread(c as u32 ^ 1 << 31));
        let corner = if size == 32 { 0 } else { (x | y << 1) >> (2 * size) << (2 * size) };
        Self(corner | u64::from(32 - size))
    }

    /// The quarter number `quarter`; the square is larger than the finest.
    fn quarter(self, quarter: u64, size: u32) -> Self {
        Self((self.0 & !63) + (quarter << (2 * (size - 1))) | u64::from(33 - size))
    }
}

/// The bits of a number, each followed by a zero.
fn spread(number: u32) -> u64 {
    let mut bits = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// A square that is being looked at.
struct Node {
    square: Square,
    size: u32,
    /// South-west corner.
    corner: [i32; 2],
    first: usize,
    end: usize,
}

impl Quadtree {
    /// The index of numbered bounds.
    pub(super) fn new(things: impl Iterator<Item = (u32, LatticeBounds)>) -> Self {
        Self::from_entries(things.map(|(number, bounds)| (Square::around(bounds), number)).collect())
    }

    /// The index with the things of this one that `keep` keeps, and `things`.
    pub(super) fn with(&self, keep: impl Fn(u32) -> bool, things: impl Iterator<Item = (u32, LatticeBounds)>) -> Self {
        let kept = self.entries.iter().copied().filter(|&(_, number)| keep(number));
        Self::from_entries(kept.chain(things.map(|(number, bounds)| (Square::around(bounds), number))).collect())
    }

    fn from_entries(mut entries: Vec<(Square, u32)>) -> Self {
        // stable, because that sort finds what is sorted already
        entries.sort();
        entries.shrink_to_fit();
        Self { entries }
    }

    /// Visits the things whose bounds, by `bounds_of`, meet `window`, in no useful order.
    pub(super) fn visit(
        &self,
        window: LatticeBounds,
        bounds_of: impl Fn(u32) -> LatticeBounds,
        mut found: impl FnMut(u32),
    ) {
        let world = Node { square: Square::WORLD, size: 32, corner: [i32::MIN; 2], first: 0, end: self.entries.len() };
        let mut open = vec![world];
        while let Some(node) = open.pop() {
            let far = node.corner.map(|c| (i64::from(c) + (2 << node.size) - 1).min(i32::MAX.into()) as i32);
            let loose = LatticeBounds::new(node.corner, far).expect("a square has an extent");
            let here = &self.entries[node.first..node.end];
            if here.is_empty() || !loose.intersects(window) {
                continue;
            }
            if window.contains(loose.min()) && window.contains(loose.max()) {
                here.iter().for_each(|&(_, number)| found(number));
                continue;
            }
            let is_leaf = here.len() <= FEW || node.size == FINEST;
            let own = if is_leaf { here.len() } else { here.partition_point(|entry| entry.0 <= node.square) };
            here[..own].iter().filter(|entry| bounds_of(entry.1).intersects(window)).for_each(|entry| found(entry.1));
            if is_leaf {
                continue;
            }
            let (mut first, size) = (node.first + own, node.size - 1);
            for quarter in 0..4 {
                let next = (quarter < 3).then(|| node.square.quarter(quarter + 1, node.size).0 & !63);
                let rest = &self.entries[first..node.end];
                let end = first + next.map_or(rest.len(), |next| rest.partition_point(|entry| entry.0.0 < next));
                let step = [(quarter & 1) as i64, (quarter >> 1) as i64].map(|half| half << size);
                let corner = [0, 1].map(|axis| (i64::from(node.corner[axis]) + step[axis]) as i32);
                open.push(Node { square: node.square.quarter(quarter, node.size), size, corner, first, end });
                first = end;
            }
        }
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<(Square, u32)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    fn bounds(seed: &mut u64) -> LatticeBounds {
        let scale = 1 << (random(seed) % 31);
        let min = [0; 2].map(|_| (random(seed) % (1 << 31)) as i32 - (1 << 30));
        let max = min.map(|c| c.saturating_add((random(seed) % scale) as i32));
        LatticeBounds::new(min, max).expect("upright")
    }

    #[test]
    fn finds_what_a_search_of_all_finds() {
        let mut seed = 5;
        let mut things: Vec<LatticeBounds> = (0..3000).map(|_| bounds(&mut seed)).collect();
        things.push(LatticeBounds::new([i32::MIN; 2], [i32::MAX; 2]).expect("upright"));
        things.push(LatticeBounds::new([i32::MAX; 2], [i32::MAX; 2]).expect("upright"));
        let index = Quadtree::new((0..).zip(things.iter().copied()));
        let half = Quadtree::new((0..1500).zip(things.iter().copied()));
        let later = (1500..).zip(things[1500..].iter().copied()).chain([(7, things[7])]);
        let updated = half.with(|number| number != 7, later);
        assert!(index.entries == updated.entries);
        for _ in 0..500 {
            let window = bounds(&mut seed);
            let mut found = Vec::new();
            index.visit(window, |number| things[number as usize], |number| found.push(number));
            found.sort_unstable();
            let all = (0..things.len() as u32).filter(|&number| things[number as usize].intersects(window));
            assert!(found.iter().copied().eq(all), "{window:?}");
        }
    }
}
