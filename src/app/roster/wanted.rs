//! What a row wants of a post.

use super::row::RosterRow;
use crate::domain::duty::{Holder, Object, Order, Period};

/// What a row says of a post, with everybody resolved.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    pub row: &'a RosterRow,
    pub object: Object,
    pub role: &'a str,
    pub order: Order,
    pub seat: Option<u16>,
    pub holder: Holder,
    /// How many may hold the role in its area at one time.
    pub chairs: u16,
}

impl Wanted<'_> {
    /// Whether a posting's holder is the one of the row, on whose behalf ever.
    pub(super) fn is_held_by(&self, holder: Holder) -> bool {
        match (self.holder, holder) {
            (Holder::Person(one, _), Holder::Person(other, _)) => one == other,
            (one, other) => one == other,
        }
    }

    pub(super) fn says_behalf(&self) -> bool {
        self.row.organisation.is_some()
    }

    /// Whether the row says nothing else of a posting's holder: an empty 单位 says nothing of the behalf.
    pub(super) fn agrees(&self, holder: Holder) -> bool {
        self.holder == holder || (!self.says_behalf() && self.is_held_by(holder))
    }

    /// The time that the row gives a posting.
    pub(super) fn period_for(&self, known: Period) -> Option<Period> {
        let from = self.row.from.map_or(known.from(), |from| Some(from.at));
        Period::new(from, self.row.to)
    }

    pub(super) fn is_exact(&self, known: Period) -> bool {
        self.period_for(known) == Some(known)
    }
}
