//! An index by extent.

use onemap_tiles::LatticeBounds;

/// Things by their bounds: sorted by where their middle is (Morton order), with the bounds of every few of them, of every
/// few of those, and so on.
///
/// A list that is nearly sorted is sorted in linear time, so a changed index costs little.
#[derive(Default)]
pub(super) struct ExtentTree {
    /// Morton code of the middle, and number, ascending.
    entries: Vec<(u64, u32)>,
    /// The bounds of each [`FEW`] entries, then those of each [`FEW`] of the ones before; the last has at most [`FEW`].
    storeys: Vec<Vec<LatticeBounds>>,
}

/// Members of a node.
const FEW: usize = 8;

fn key(bounds: LatticeBounds) -> u64 {
    let middle = |axis: usize| ((i64::from(bounds.min()[axis]) + i64::from(bounds.max()[axis])) >> 1) as i32;
    let [x, y] = [0, 1].map(|axis| spread(middle(axis) as u32 ^ 1 << 31));
    x | y << 1
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

impl ExtentTree {
    /// The index of numbered things, whose bounds `bounds_of` tells.
    pub(super) fn new(numbers: impl Iterator<Item = u32>, bounds_of: impl Fn(u32) -> LatticeBounds) -> Self {
        Self::default().with(|_| false, numbers, bounds_of)
    }

    /// The index with the things of this one that `keep` keeps, whose bounds are what they were, and with `numbers`.
    pub(super) fn with(
        &self,
        keep: impl Fn(u32) -> bool,
        numbers: impl Iterator<Item = u32>,
        bounds_of: impl Fn(u32) -> LatticeBounds,
    ) -> Self {
        let kept = self.entries.iter().copied().filter(|&(_, number)| keep(number));
        let mut entries: Vec<_> = kept.chain(numbers.map(|number| (key(bounds_of(number)), number))).collect();
        // stable, because that sort finds what is sorted already
        entries.sort();
        entries.shrink_to_fit();
        let union = |few: &[LatticeBounds]| few.iter().copied().reduce(LatticeBounds::union);
        let leaf = |few: &[(u64, u32)]| few.iter().map(|&(_, number)| bounds_of(number)).reduce(LatticeBounds::union);
        let mut storeys = vec![entries.chunks(FEW).filter_map(leaf).collect::<Vec<_>>()];
        while let Some(below) = storeys.last().filter(|below| below.len() > FEW) {
            let above = below.chunks(FEW).filter_map(union).collect();
            storeys.push(above);
        }
        Self { entries, storeys }
    }

    /// Visits the things whose bounds, by `bounds_of`, meet `window`.
    pub(super) fn visit(
        &self,
        window: LatticeBounds,
        bounds_of: impl Fn(u32) -> LatticeBounds,
        mut found: impl FnMut(u32),
    ) {
        let top = self.storeys.len().saturating_sub(1);
        let mut open: Vec<(usize, usize)> =
            (0..self.storeys.get(top).map_or(0, Vec::len)).rev().map(|node| (top, node)).collect();
        while let Some((storey, node)) = open.pop() {
            let bounds = self.storeys[storey][node];
            if !bounds.intersects(window) {
                continue;
            }
            if window.contains(bounds.min()) && window.contains(bounds.max()) {
                let width = FEW.pow(storey as u32 + 1);
                let end = self.entries.len().min((node + 1) * width);
                self.entries[node * width..end].iter().for_each(|&(_, number)| found(number));
            } else if storey > 0 {
                let end = self.storeys[storey - 1].len().min((node + 1) * FEW);
                open.extend((node * FEW..end).rev().map(|child| (storey - 1, child)));
            } else {
                let end = self.entries.len().min((node + 1) * FEW);
                let here = self.entries[node * FEW..end].iter().map(|&(_, number)| number);
                here.filter(|&number| bounds_of(number).intersects(window)).for_each(&mut found);
            }
        }
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        let storeys = self.storeys.iter().map(Vec::capacity).sum::<usize>();
        self.entries.capacity() * size_of::<(u64, u32)>() + storeys * size_of::<LatticeBounds>()
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
        let bounds_of = |number: u32| things[number as usize];
        let count = things.len() as u32;
        let index = ExtentTree::new(0..count, bounds_of);
        let updated =
            ExtentTree::new(0..1500, bounds_of).with(|number| number != 7, (1500..count).chain([7]), bounds_of);
        assert!(index.entries == updated.entries && index.storeys == updated.storeys);
        ExtentTree::default().visit(things[0], bounds_of, |_| panic!("nothing is there"));
        for _ in 0..500 {
            let window = bounds(&mut seed);
            let mut found = Vec::new();
            index.visit(window, bounds_of, |number| found.push(number));
            found.sort_unstable();
            let all = (0..count).filter(|&number| bounds_of(number).intersects(window));
            assert!(found.iter().copied().eq(all), "{window:?}");
        }
    }
}
