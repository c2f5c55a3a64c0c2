//! What an address means in one edition, and who answers there.

use std::sync::Arc;

use super::{AreaBook, PlaceBook};
use crate::{
    app::lookup::AnswerSource,
    domain::{
        address::{AddressError, Candidate, CandidateKind, Found, Gazetteer, find},
        area::Snapshot,
        duty::{Posted, posted},
        locate::{Located, Match},
    },
};

/// What answers questions about addresses: an edition with its names, and the places as they are now. Cheap to clone.
#[derive(Clone)]
pub struct AddressSource {
    /// The edition with its texts.
    pub answers: AnswerSource,
    areas: AreaBook,
    places: Arc<PlaceBook>,
}

impl AddressSource {
    /// The source over an edition, with the book of its areas, and the book of all places.
    pub fn new(answers: AnswerSource, areas: AreaBook, places: Arc<PlaceBook>) -> Self {
        Self { answers, areas, places }
    }

    /// Makes the names that are not made yet.
    pub fn prepare(&self) {
        self.gazetteer();
    }

    /// What `address` means; CPU work of mostly less than a millisecond, once the names are made.
    pub fn find(&self, address: &str) -> Result<Found, AddressError> {
        find(self.gazetteer(), address)
    }

    /// Whoever answers for the place that a candidate is (楼栋长).
    pub fn posted(&self, candidate: &Candidate) -> Option<Posted<'_>> {
        posted(&self.answers.snapshot, self.places.directory(), candidate.place?)
    }

    fn gazetteer(&self) -> Gazetteer<'_> {
        let snapshot = &*self.answers.snapshot;
        Gazetteer { places: self.places.names(), areas: self.areas.names(snapshot), snapshot }
    }
}

/// Who answers for a candidate of an address. For what is wider than a point, the chain ends with the finest area that all
/// of it lies in, and nothing is said about borders.
pub fn located<'a>(snapshot: &'a Snapshot, candidate: &Candidate) -> Located<'a> {
    let mut located = snapshot.locate(candidate.position);
    if candidate.is_point && candidate.kind != CandidateKind::Unit {
        return located;
    }
    located.chain = candidate.chain;
    located.stacked = &[];
    if !candidate.is_point {
        located.found = if candidate.chain.is_empty() { Match::None } else { Match::Inside };
        (located.margin_m, located.on_border, located.runner_up, located.nearest) = (None, false, None, None);
        located.co_owners.clear();
    }
    located
}
