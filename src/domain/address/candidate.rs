//! What an address may mean, and how well it fits.

use super::{hit::How, parts::Part};
use crate::domain::{
    area::Snapshot,
    coverage::{AreaIndex, Chain},
    geometry::Position,
};

/// What a candidate is, the most precise first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CandidateKind {
    /// A unit picked from several on one footprint.
    Unit,
    /// A building.
    Building,
    /// Another place.
    Place,
    /// 小区, of which the building is not known.
    Estate,
    /// A road.
    Road,
    /// An area.
    Area,
}

impl CandidateKind {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Unit => "stacked",
            Self::Building => "building",
            Self::Place => "place",
            Self::Estate => "estate",
            Self::Road => "road",
            Self::Area => "area",
        }
    }
}

/// A part of the address that is in the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// Which part.
    pub part: Part,
    /// As it was said, folded.
    pub said: String,
    /// As it is in the data.
    pub found: String,
    /// How it was recognised.
    pub how: How,
}

/// A part of the address that is not in the data, or not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Which part.
    pub part: Part,
    /// As it was said, folded.
    pub said: String,
}

/// What an address may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What it is.
    pub kind: CandidateKind,
    /// Its address, as the data have it.
    pub text: String,
    /// A position of it.
    pub position: Position,
    /// The areas that all of it lies in, coarsest first; it ends with the picked unit when there is one.
    pub chain: Chain,
    /// Units that share the footprint below the chain, when the address does not tell which.
    pub stacked: Vec<AreaIndex>,
    /// Whether the position stands for it: not for an estate, a road or an area, which are wide.
    pub is_point: bool,
    /// Number of the place within the store, when it is one.
    pub place: Option<i64>,
    /// How much of what was said fits, from 0 to 1.
    pub score: f64,
    /// What of the address is in the data.
    pub matched: Vec<Matched>,
    /// What is not.
    pub missing: Vec<Missing>,
}

impl Candidate {
    /// The finest area that it surely lies in.
    pub fn area(&self) -> Option<AreaIndex> {
        self.chain.last().copied()
    }

    /// What candidates are sorted by behind their score; what a place tells of comes before what only a unit does.
    pub(super) fn order(&self, snapshot: &Snapshot) -> (CandidateKind, String, String, bool, Option<i64>) {
        let code = self.area().map_or_else(String::new, |area| snapshot.hierarchy.area(area).code.to_string());
        (self.kind, code, self.text.clone(), self.place.is_none(), self.place)
    }
}

/// What of an address fits, over all that was said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    gained: u32,
    said: u32,
}

impl Tally {
    /// A part that is in the data, by `likeness` thousandths.
    pub fn gain(&mut self, weight: u32, likeness: u32) {
        self.gained += weight * likeness / 1000;
        self.said += weight;
    }

    /// A part that is not.
    pub fn lose(&mut self, weight: u32) {
        self.said += weight;
    }

    /// The score in thousandths.
    pub fn score(self) -> u32 {
        (self.gained * 1000).checked_div(self.said).unwrap_or(0)
    }
}

/// How well a candidate fits, part by part.
#[derive(Debug, Clone, Default)]
pub(super) struct Weighed {
    pub tally: Tally,
    pub matched: Vec<Matched>,
    pub missing: Vec<Missing>,
}

impl Weighed {
    /// A part that is in the data, by `likeness` thousandths.
    pub fn matched(&mut self, weight: u32, likeness: u32, matched: Matched) {
        self.tally.gain(weight, likeness);
        self.matched.push(matched);
    }

    /// A part that is not.
    pub fn missing(&mut self, weight: u32, part: Part, said: String) {
        self.tally.lose(weight);
        self.missing.push(Missing { part, said });
    }
}
