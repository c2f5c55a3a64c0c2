//! What is kept: a byte for each vertex of 64 arcs in a row.

use crate::domain::held::Held;

/// Arcs in a block. A changed arc has its block copied.
pub(super) const BLOCK_ARCS: usize = 64;

/// A vertex that an arc alone would not need at a zoom, and that a collision put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Forced {
    pub(super) zoom: u8,
    /// The round from which on it is there.
    pub(super) since: u16,
    /// Index in the arc, as stored.
    pub(super) vertex: u32,
}

/// All about one arc: a zoom has its vertices and those of all coarser zooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// The coarsest zoom at which each vertex is there; in the order in which the arc is stored.
    pub(super) kept: Vec<u8>,
    /// Ascending.
    pub(super) forced: Vec<Forced>,
}

impl Shape {
    /// The coarsest zoom at which the arc alone needs each vertex: what is there at coarser zooms was put there by collisions.
    pub(super) fn levels(&self) -> Vec<u8> {
        let mut levels = self.kept.clone();
        self.forced.iter().for_each(|forced| levels[forced.vertex as usize] += 1);
        levels
    }
}

/// The simplified arcs of a block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Where each arc ends in `kept`; the first one begins at 0.
    ends: Box<[u32]>,
    /// The coarsest zoom at which each vertex is there.
    kept: Box<[u8]>,
    /// By arc of the block.
    forced: Box<[(u8, Forced)]>,
}

impl Block {
    /// The block of these arcs, in order.
    pub(super) fn pack<'a>(arcs: impl Iterator<Item = (&'a [u8], &'a [Forced])>) -> Self {
        let (mut ends, mut all_kept, mut all_forced) = (Vec::with_capacity(BLOCK_ARCS), Vec::new(), Vec::new());
        for (arc, (kept, forced)) in (0..).zip(arcs) {
            all_kept.extend_from_slice(kept);
            ends.push(all_kept.len() as u32);
            all_forced.extend(forced.iter().map(|&forced| (arc, forced)));
        }
        Self { ends: ends.into(), kept: all_kept.into(), forced: all_forced.into() }
    }

    pub(super) fn arc_count(&self) -> usize {
        self.ends.len()
    }

    /// The coarsest zoom at which each vertex of an arc of the block is there.
    pub(super) fn kept(&self, arc: usize) -> &[u8] {
        let start = arc.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.kept[start as usize..self.ends[arc] as usize]
    }

    /// All about an arc of the block.
    pub(super) fn shape(&self, arc: usize) -> Shape {
        let start = self.forced.partition_point(|(of, _)| usize::from(*of) < arc);
        let forced = self.forced[start..].iter().take_while(|(of, _)| usize::from(*of) == arc);
        Shape { kept: self.kept(arc).to_vec(), forced: forced.map(|&(_, forced)| forced).collect() }
    }

    /// Counts its memory but for itself.
    pub(super) fn hold(&self, held: &mut Held) {
        held.own(size_of_val(&self.ends[..]) + size_of_val(&self.kept[..]) + size_of_val(&self.forced[..]));
    }
}
