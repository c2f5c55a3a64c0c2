//! An index by extent, whose parts are shared with the index that it was made of.

use std::sync::Arc;

use super::{geometry::Extent, held::Held};

/// A rectangle on the lattice.
pub trait Bounds: Copy + PartialEq {
    /// The smallest around both.
    fn union(self, other: Self) -> Self;

    /// Whether the two share at least a point.
    fn meets(&self, other: &Self) -> bool;

    /// Whether all of `other` is within.
    fn holds(&self, other: &Self) -> bool;

    /// Its middle, `[lon, lat]`.
    fn middle(&self) -> [i32; 2];
}

impl Bounds for Extent {
    fn union(self, other: Self) -> Self {
        Self::union(self, other)
    }

    fn meets(&self, other: &Self) -> bool {
        self.intersects(*other)
    }

    fn holds(&self, other: &Self) -> bool {
        self.contains(other.min()) && self.contains(other.max())
    }

    fn middle(&self) -> [i32; 2] {
        let (min, max) = (self.min(), self.max());
        [i32::midpoint(min.lon(), max.lon()), i32::midpoint(min.lat(), max.lat())]
    }
}

/// Numbered things by their bounds: a tree over where their middle is (Morton order). What has more than `LEAF` things is cut
/// into quarters, so that its shape is a function of the things in it alone, and a change copies the way to what changed.
///
/// **Invariant**: things are visited in the order of their middle, then of their numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtentTree<B> {
    root: Option<Node<B>>,
}

/// A node with the bounds of all that is in it.
#[derive(Debug, Clone, PartialEq)]
struct Node<B> {
    bounds: B,
    members: Members<B>,
}

#[derive(Debug, Clone, PartialEq)]
enum Members<B> {
    Leaf(Arc<Leaf<B>>),
    Split(Arc<Split<B>>),
}

/// Things with the bounds of each [`FEW`] of them.
#[derive(Debug, PartialEq)]
struct Leaf<B> {
    numbers: Box<[u32]>,
    bounds: Box<[B]>,
}

#[derive(Debug, PartialEq)]
struct Split<B> {
    count: usize,
    quarters: [Option<Node<B>>; 4],
}

/// Things of a leaf.
const LEAF: usize = 64;

/// Things that are passed over at once within a leaf.
const FEW: usize = 8;

/// Where no two middles are told apart any more.
const DEEPEST: u32 = 32;

/// Morton code of the middle, and number.
type Entry = (u64, u32);

fn key(bounds: &impl Bounds) -> u64 {
    let [x, y] = bounds.middle().map(|middle| spread(middle as u32 ^ 1 << 31));
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

/// The quarter at a depth that a code is in.
const fn quarter(key: u64, depth: u32) -> usize {
    (key >> (2 * (DEEPEST - 1 - depth)) & 3) as usize
}

fn entries<B: Bounds>(things: impl Iterator<Item = (u32, B)>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = things.map(|(number, bounds)| (key(&bounds), number)).collect();
    entries.sort_unstable();
    entries
}

/// The part of sorted entries of each quarter.
fn quarters(mut entries: &[Entry], depth: u32) -> [&[Entry]; 4] {
    std::array::from_fn(|number| {
        let (here, rest) = entries.split_at(entries.partition_point(|entry| quarter(entry.0, depth) <= number));
        entries = rest;
        here
    })
}

impl<B: Bounds> ExtentTree<B> {
    /// The index of numbered things, whose bounds `bounds_of` tells.
    pub fn new(numbers: impl Iterator<Item = u32>, bounds_of: impl Fn(u32) -> B) -> Self {
        let entries = entries(numbers.map(|number| (number, bounds_of(number))));
        Self { root: Node::of(&entries, 0, &bounds_of) }
    }

    /// The index without the things `gone`, each with the bounds that it had, and with those that `come`: what moves goes and
    /// comes. All others have the bounds that they had; `bounds_of` tells those of all there are now.
    pub fn edited(
        &self,
        gone: impl Iterator<Item = (u32, B)>,
        come: impl Iterator<Item = u32>,
        bounds_of: impl Fn(u32) -> B,
    ) -> Self {
        let come = entries(come.map(|number| (number, bounds_of(number))));
        Self { root: Node::edited(self.root.as_ref(), 0, (&entries(gone), &come), &bounds_of) }
    }

    /// Visits the things whose bounds, by `bounds_of`, meet `window`.
    pub fn visit(&self, window: B, bounds_of: impl Fn(u32) -> B, mut found: impl FnMut(u32)) {
        if let Some(root) = &self.root {
            root.visit(&window, &bounds_of, &mut found);
        }
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        if let Some(root) = &self.root {
            root.hold(held);
        }
    }
}

impl<B> Default for ExtentTree<B> {
    fn default() -> Self {
        Self { root: None }
    }
}

impl<B: Bounds> Node<B> {
    /// The node of sorted entries; `None` for none.
    fn of(entries: &[Entry], depth: u32, bounds_of: &impl Fn(u32) -> B) -> Option<Self> {
        if entries.len() <= LEAF || depth == DEEPEST {
            return Self::leaf(entries.iter().map(|entry| entry.1).collect(), bounds_of);
        }
        let quarters = quarters(entries, depth).map(|entries| Self::of(entries, depth + 1, bounds_of));
        Self::split(entries.len(), quarters)
    }

    fn leaf(numbers: Box<[u32]>, bounds_of: &impl Fn(u32) -> B) -> Option<Self> {
        let around = |few: &[u32]| few.iter().map(|&number| bounds_of(number)).reduce(B::union);
        let bounds: Box<[B]> = numbers.chunks(FEW).filter_map(around).collect();
        let all = bounds.iter().copied().reduce(B::union)?;
        Some(Self { bounds: all, members: Members::Leaf(Arc::new(Leaf { numbers, bounds })) })
    }

    fn split(count: usize, quarters: [Option<Self>; 4]) -> Option<Self> {
        let bounds = quarters.iter().flatten().map(|node| node.bounds).reduce(B::union)?;
        Some(Self { bounds, members: Members::Split(Arc::new(Split { count, quarters })) })
    }

    fn edited(
        node: Option<&Self>,
        depth: u32,
        (gone, come): (&[Entry], &[Entry]),
        bounds_of: &impl Fn(u32) -> B,
    ) -> Option<Self> {
        if gone.is_empty() && come.is_empty() {
            return node.cloned();
        }
        let split = match node.map(|node| &node.members) {
            None => return Self::of(come, depth, bounds_of),
            Some(Members::Leaf(leaf)) => {
                let mut leaving: Vec<u32> = gone.iter().map(|entry| entry.1).collect();
                leaving.sort_unstable();
                let stay = leaf.numbers.iter().filter(|number| leaving.binary_search(number).is_err());
                let mut all: Vec<Entry> = stay.map(|&number| (key(&bounds_of(number)), number)).collect();
                all.extend_from_slice(come);
                // Two sorted parts: this way of sorting sees that.
                all.sort();
                return Self::of(&all, depth, bounds_of);
            }
            Some(Members::Split(split)) => split,
        };
        let (gone, come) = (quarters(gone, depth), quarters(come, depth));
        let quarters = std::array::from_fn(|number| {
            let old = split.quarters[number].as_ref();
            Self::edited(old, depth + 1, (gone[number], come[number]), bounds_of)
        });
        let count = quarters.iter().flatten().map(Self::count).sum();
        if count > LEAF {
            return Self::split(count, quarters);
        }
        let mut numbers = Vec::with_capacity(count);
        quarters.iter().flatten().for_each(|node| node.each(&mut |number| numbers.push(number)));
        Self::leaf(numbers.into(), bounds_of)
    }

    fn count(&self) -> usize {
        match &self.members {
            Members::Leaf(leaf) => leaf.numbers.len(),
            Members::Split(split) => split.count,
        }
    }

    fn each(&self, found: &mut impl FnMut(u32)) {
        match &self.members {
            Members::Leaf(leaf) => leaf.numbers.iter().for_each(|&number| found(number)),
            Members::Split(split) => split.quarters.iter().flatten().for_each(|node| node.each(found)),
        }
    }

    fn visit(&self, window: &B, bounds_of: &impl Fn(u32) -> B, found: &mut impl FnMut(u32)) {
        if !self.bounds.meets(window) {
            return;
        }
        if window.holds(&self.bounds) {
            return self.each(found);
        }
        match &self.members {
            Members::Split(split) => {
                split.quarters.iter().flatten().for_each(|node| node.visit(window, bounds_of, found));
            }
            Members::Leaf(leaf) => {
                for (few, bounds) in leaf.numbers.chunks(FEW).zip(&leaf.bounds) {
                    if window.holds(bounds) {
                        few.iter().for_each(|&number| found(number));
                    } else if bounds.meets(window) {
                        let here = few.iter().filter(|&&number| bounds_of(number).meets(window));
                        here.for_each(|&number| found(number));
                    }
                }
            }
        }
    }

    fn hold(&self, held: &mut Held) {
        match &self.members {
            Members::Leaf(leaf) => {
                if held.part(leaf) {
                    held.own(size_of_val(&*leaf.numbers) + size_of_val(&*leaf.bounds));
                }
            }
            Members::Split(split) => {
                if held.part(split) {
                    split.quarters.iter().flatten().for_each(|node| node.hold(held));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Square([i32; 2], [i32; 2]);

    impl Bounds for Square {
        fn union(self, other: Self) -> Self {
            let of = |axis: usize| (self.0[axis].min(other.0[axis]), self.1[axis].max(other.1[axis]));
            let [x, y] = [of(0), of(1)];
            Self([x.0, y.0], [x.1, y.1])
        }

        fn meets(&self, other: &Self) -> bool {
            (0..2).all(|axis| self.0[axis] <= other.1[axis] && other.0[axis] <= self.1[axis])
        }

        fn holds(&self, other: &Self) -> bool {
            (0..2).all(|axis| self.0[axis] <= other.0[axis] && other.1[axis] <= self.1[axis])
        }

        fn middle(&self) -> [i32; 2] {
            [0, 1].map(|axis| ((i64::from(self.0[axis]) + i64::from(self.1[axis])) >> 1) as i32)
        }
    }

    fn random(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    fn square(seed: &mut u64) -> Square {
        let scale = 1 << (random(seed) % 31);
        let min = [0; 2].map(|_| (random(seed) % (1 << 31)) as i32 - (1 << 30));
        Square(min, min.map(|c| c.saturating_add((random(seed) % scale) as i32)))
    }

    /// Things in places of all sizes, many of them in one.
    fn things(seed: &mut u64) -> BTreeMap<u32, Square> {
        let mut things: Vec<Square> = (0..3000).map(|_| square(seed)).collect();
        things.push(Square([i32::MIN; 2], [i32::MAX; 2]));
        things.push(Square([i32::MAX; 2], [i32::MAX; 2]));
        things.extend([Square([7; 2], [7; 2]); 150]);
        (0..).zip(things).collect()
    }

    #[test]
    fn finds_what_a_search_of_all_finds() {
        let mut seed = 5;
        let things = things(&mut seed);
        let index = ExtentTree::new(things.keys().copied(), |number| things[&number]);
        ExtentTree::default().visit(things[&0], |number| things[&number], |_| panic!("nothing is there"));
        for _ in 0..500 {
            let window = square(&mut seed);
            let mut found = Vec::new();
            index.visit(window, |number| things[&number], |number| found.push(number));
            assert!(found.is_sorted_by_key(|number| (key(&things[number]), *number)));
            found.sort_unstable();
            let all = things.iter().filter(|(_, thing)| thing.meets(&window)).map(|(&number, _)| number);
            assert!(found.iter().copied().eq(all), "{window:?}");
        }
    }

    #[test]
    fn an_edited_index_is_that_of_its_things() {
        let mut seed = 7;
        let mut things = things(&mut seed);
        let mut index = ExtentTree::new(things.keys().copied(), |number| things[&number]);
        for round in 0..60 {
            let before = things.clone();
            // Few, many, and in the end all but some.
            let share = [200, 20, 2][round % 3];
            for number in 0..3300 {
                match random(&mut seed) % share {
                    0 if round > 50 => _ = things.remove(&number),
                    0 => _ = things.insert(number, square(&mut seed)),
                    1 => _ = things.remove(&number),
                    _ => {}
                }
            }
            let is_other = |number: &u32| before.get(number) != things.get(number);
            let gone = before.iter().filter(|(number, _)| is_other(number)).map(|(&number, &thing)| (number, thing));
            let come = things.keys().copied().filter(is_other);
            index = index.edited(gone, come, |number| things[&number]);
            assert!(index == ExtentTree::new(things.keys().copied(), |number| things[&number]), "round {round}");
        }
        let none = index.edited(things.iter().map(|(&number, &thing)| (number, thing)), [].into_iter(), |n| things[&n]);
        assert!(none == ExtentTree::default());
    }

    #[test]
    fn a_change_copies_the_way_to_it() {
        let thing = |number: u32| Square([(number % 100) as i32, (number / 100) as i32].map(|c| c * 10), [0; 2]);
        let thing = |number: u32| Square(thing(number).0, thing(number).0.map(|c| c + 9));
        let index = ExtentTree::new(0..10_000, thing);
        let mut held = Held::default();
        index.hold(&mut held);
        let all = held.bytes();
        let moved = |number: u32| if number == 5050 { Square([503; 2], [508; 2]) } else { thing(number) };
        index.edited([(5050, thing(5050))].into_iter(), [5050].into_iter(), moved).hold(&mut held);
        let own = held.bytes() - all;
        assert!(0 < own && own < all / 20, "{own} of {all}");
    }
}
