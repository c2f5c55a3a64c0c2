//! What is done to the places of a store, in one step.

use super::Place;

/// Places to write and places to remove.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceChange {
    /// Places as they are to be; one whose id is 0 is new and gets a number, another one takes the place of what has its id.
    pub put: Vec<Place>,
    /// Ids of places that are to be no more, none of them in `put`.
    pub removed: Vec<i64>,
}

impl PlaceChange {
    /// Whether nothing is to be done.
    pub const fn is_empty(&self) -> bool {
        self.put.is_empty() && self.removed.is_empty()
    }

    /// Ids of all places that are there and go, be it that they come back otherwise.
    pub fn replaced(&self) -> impl Iterator<Item = i64> {
        self.put.iter().map(|place| place.id).filter(|&id| id > 0).chain(self.removed.iter().copied())
    }

    /// How many places are new.
    pub fn created(&self) -> usize {
        self.put.iter().filter(|place| place.id == 0).count()
    }
}
