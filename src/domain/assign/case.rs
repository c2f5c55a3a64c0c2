//! What is known of a case.

use time::OffsetDateTime;

use crate::domain::{
    coverage::AreaIndex,
    locate::{Accuracy, Located, Match, Nearest, RunnerUp, Trust},
};

/// Where a case lies, as it was located. Areas are indices of the hierarchy that it is assigned in.
#[derive(Debug, Clone, Default)]
pub struct Whereabouts<'c> {
    /// How it was found; `None` for a case without a position.
    pub found: Option<Match>,
    /// The areas, coarsest first, each the parent of the next.
    pub chain: &'c [AreaIndex],
    /// Areas that share the footprint below the end of the chain.
    pub stacked: &'c [AreaIndex],
    /// Distance to the nearest border of the finest area.
    pub margin_m: Option<f64>,
    /// The area across the nearest border.
    pub runner_up: Option<RunnerUp>,
    /// The nearest area, for a position outside of all.
    pub nearest: Option<Nearest>,
    /// How good the position is said to be.
    pub accuracy: Option<Accuracy>,
    /// What that means for the answer.
    pub trust: Option<&'c Trust>,
}

impl<'c> Whereabouts<'c> {
    /// What locating found.
    pub fn new(located: &'c Located<'_>, accuracy: Option<Accuracy>, trust: Option<&'c Trust>) -> Self {
        Self {
            found: Some(located.found),
            chain: &located.chain,
            stacked: located.stacked,
            margin_m: located.margin_m,
            runner_up: located.runner_up,
            nearest: located.nearest,
            accuracy,
            trust,
        }
    }
}

/// A place at which a case lies: it contains the position, or is near it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceHit<'c> {
    /// Its number.
    pub place: i64,
    /// Id of its class.
    pub class: &'c str,
    /// How far it is, from its middle line where it is a line, in metres; 0 inside of it.
    pub distance_m: f64,
    /// How far it is from there to where it is no longer at the place, at the least, in metres.
    pub edge_m: f64,
    /// 归属: who answers within its width, when it is a border that somebody was named for, and half that width in metres.
    pub owner: Option<(AreaIndex, f64)>,
}

/// A case to be assigned.
#[derive(Debug, Clone)]
pub struct Case<'c> {
    /// Where it lies.
    pub whereabouts: Whereabouts<'c>,
    /// Id of its category.
    pub category: &'c str,
    /// When, by any clock.
    pub at: OffsetDateTime,
    /// The area that was named with it: one of several that share a footprint, or one of those that it may lie in.
    pub unit: Option<AreaIndex>,
    /// The places that it lies at.
    pub places: &'c [PlaceHit<'c>],
}
