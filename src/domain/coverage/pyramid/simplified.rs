//! The simplified arcs of all zooms.

use std::{ops::RangeInclusive, sync::Arc};

use super::{
    block::{BLOCK_ARCS, Block, Shape},
    build,
    near::Near,
    zooms::Zooms,
};
use crate::domain::{
    coverage::{ArcId, Coverage},
    geometry::Position,
    held::Held,
};

/// The arcs of a coverage for a row of zooms, each simplified as far as its zoom allows.
///
/// **Invariant**: at every zoom, arcs meet only where the exact ones do, and go around every node and every face in the
/// same order and the same direction: no face is lost, turned inside out or moved into another one. A zoom has the
/// vertices of every coarser zoom. A function of the positions of the arcs: neither their numbers and directions nor what
/// was there before can be seen. (Where the exact arcs break the rule that arcs meet only at their ends, so may these.)
///
/// A clone shares everything.
#[derive(Debug, Clone)]
pub struct Pyramid {
    pub(super) zooms: Zooms,
    pub(super) blocks: Vec<Arc<Block>>,
    pub(super) near: Near,
}

impl PartialEq for Pyramid {
    /// Whether both have the same positions, for the same reasons, under the same numbers.
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&Arc<Block>, &Arc<Block>)| Arc::ptr_eq(one, other) || one == other;
        self.zooms == other.zooms
            && self.blocks.len() == other.blocks.len()
            && self.blocks.iter().zip(&other.blocks).all(is_same)
    }
}

impl Pyramid {
    /// The pyramid of a coverage, from the coarsest zoom (of WebMercatorQuad) to the finest simplified one; deeper zooms
    /// are the exact arcs and cost nothing. At most 31 zooms are simplified, the coarsest ones.
    pub fn build(coverage: &Coverage, zooms: RangeInclusive<u8>) -> Self {
        build::build(coverage, Zooms::new(zooms))
    }

    /// The positions of an arc at a zoom, forward; zooms above the coarsest are as the coarsest.
    ///
    /// They are some of the exact positions in their order, the ends among them; of a closed arc at least four.
    /// `coverage` is what the pyramid was made of. Costs a byte read for each exact position.
    pub fn positions<'a>(
        &'a self,
        coverage: &'a Coverage,
        zoom: u8,
        arc: ArcId,
    ) -> impl DoubleEndedIterator<Item = Position> + Clone + use<'a> {
        let zoom = zoom.max(self.zooms.coarsest());
        let number = arc.0 as usize;
        let kept = self.blocks[number / BLOCK_ARCS].kept(number % BLOCK_ARCS);
        let both = coverage.positions(arc).iter().zip(kept);
        both.filter(move |&(_, &coarsest)| coarsest <= zoom).map(|(&position, _)| position)
    }

    /// The arcs whose positions at `zoom` differ between this pyramid, of `coverage`, and `other`, of `other_coverage`, or
    /// that are in one of them only, ascending.
    ///
    /// Quick when one of the two comes from the other by updates: what they share is not compared.
    pub fn differing(&self, coverage: &Coverage, other: &Self, other_coverage: &Coverage, zoom: u8) -> Vec<ArcId> {
        let counts = [coverage, other_coverage].map(|coverage| coverage.arc_count());
        let is_same = |arc: ArcId| match counts.map(|count| (arc.0 as usize) < count) {
            [true, true] => self.positions(coverage, zoom, arc).eq(other.positions(other_coverage, zoom, arc)),
            [true, false] => coverage.positions(arc).is_empty(),
            [false, true] => other_coverage.positions(arc).is_empty(),
            [false, false] => true,
        };
        let is_shared = |block: usize| match (self.blocks.get(block), other.blocks.get(block)) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        let blocks = (0..self.blocks.len().max(other.blocks.len())).filter(|&block| !is_shared(block));
        let arcs = blocks.flat_map(|block| block * BLOCK_ARCS..(block + 1) * BLOCK_ARCS);
        arcs.map(|arc| ArcId(arc as u32)).filter(|&arc| !is_same(arc)).collect()
    }

    /// Memory on the heap, in bytes; what several pyramids share counts for each.
    pub fn bytes(&self) -> usize {
        let mut held = Held::default();
        self.hold(&mut held);
        held.bytes()
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        held.list(&self.blocks);
        for block in &self.blocks {
            if held.part(block) {
                block.hold(held);
            }
        }
        self.near.hold(held);
    }

    /// All about an arc.
    pub(super) fn shape(&self, arc: u32) -> Shape {
        self.blocks[arc as usize / BLOCK_ARCS].shape(arc as usize % BLOCK_ARCS)
    }
}
