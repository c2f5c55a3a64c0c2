//! What a face of the map knows per level.

use super::topology::AreaIndex;
use crate::domain::area::{AreaFacts, Kind};

/// The areas that answer for a face, resolved coarsest level first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Footprint {
    /// One area a level, each the parent of the next, from the top down; ends where nothing or several follow.
    pub chain: Vec<AreaIndex>,
    /// Several areas that share the footprint below the end of the chain (stairwells); otherwise empty.
    pub stacked: Vec<AreaIndex>,
}

impl Footprint {
    /// The finest area of the chain.
    pub fn finest(&self) -> Option<AreaIndex> {
        self.chain.last().copied()
    }
}

/// Resolves the areas of a face, ascending (so coarse levels first): exclusive before comprehensive, children only of the chosen parent.
pub fn resolve(areas: &[AreaIndex], facts: &[AreaFacts]) -> Footprint {
    let mut footprint = Footprint::default();
    for level in areas.chunk_by(|&one, &other| facts[one as usize].level == facts[other as usize].level) {
        let ordinal = usize::from(facts[level[0] as usize].level.0);
        if ordinal != footprint.chain.len() {
            break;
        }
        let parent = footprint.finest();
        let is_child = |area: &&AreaIndex| facts[**area as usize].parent == parent;
        let is_exclusive = |area: &AreaIndex| facts[*area as usize].kind == Kind::Exclusive;
        let has_exclusive = level.iter().filter(is_child).any(is_exclusive);
        let mut candidates =
            level.iter().copied().filter(|area| is_child(&area) && is_exclusive(area) == has_exclusive);
        match (candidates.next(), candidates.next()) {
            (None, _) => break,
            (Some(only), None) => footprint.chain.push(only),
            (Some(first), Some(second)) => {
                footprint.stacked = [first, second].into_iter().chain(candidates).collect();
                break;
            }
        }
    }
    footprint
}
