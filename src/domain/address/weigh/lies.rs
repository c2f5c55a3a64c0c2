//! Where a thing lies.

use super::{Thing, Weighing};
use crate::domain::{
    address::candidate::CandidateKind,
    coverage::{AreaIndex, Chain, Finest},
    geometry::Position,
};

/// Where a thing lies.
pub struct Lies {
    /// The areas that all of it lies in.
    pub chain: Chain,
    /// Units that share its footprint.
    pub stacked: Vec<AreaIndex>,
    /// Every area that some of it lies in.
    pub all: Vec<AreaIndex>,
    /// What answers there, for a point.
    pub finest: Option<Finest>,
}

impl Weighing<'_> {
    pub(super) fn finest_at(&self, position: Position) -> Finest {
        let snapshot = self.gazetteer.snapshot;
        snapshot.finest(snapshot.index().locate(position.wrapped()).face)
    }

    pub(super) fn chain_at(&self, position: Position) -> Chain {
        self.gazetteer.snapshot.owners().chain(self.finest_at(position))
    }

    pub(super) fn lies(&self, thing: &Thing<'_>) -> Lies {
        let owners = self.gazetteer.snapshot.owners();
        if let Some(area) = thing.area {
            let chain: Chain = self.gazetteer.snapshot.hierarchy.chain(area).into_iter().collect();
            return Lies { all: chain.to_vec(), chain, stacked: Vec::new(), finest: None };
        }
        let is_point = matches!(thing.kind, CandidateKind::Building | CandidateKind::Unit | CandidateKind::Place);
        if let [position] = thing.positions[..]
            && is_point
            && !thing.is_wide()
        {
            let finest = self.finest_at(position);
            let chain = owners.chain(finest);
            let stacked = owners.stacked(finest).to_vec();
            let all = chain.iter().chain(&stacked).copied().collect();
            return Lies { all, chain, stacked, finest: Some(finest) };
        }
        let mut chains = thing.chains.clone();
        if chains.is_empty() {
            chains.extend(thing.positions.iter().map(|&position| self.chain_at(position)));
        }
        // Neighbours mostly lie in one area.
        chains.dedup();
        let mut all: Vec<AreaIndex> = chains.iter().flat_map(|chain| chain.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        Lies { chain: chains.into_iter().reduce(shared).unwrap_or_default(), stacked: Vec::new(), all, finest: None }
    }
}

/// The areas that two chains begin with.
fn shared(one: Chain, other: Chain) -> Chain {
    one.iter().zip(other.iter()).take_while(|(a, b)| a == b).map(|(&a, _)| a).collect()
}
