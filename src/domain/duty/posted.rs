//! Who answers for the places that a position is at: 楼栋长 of a building, 街巷长 of a street.

use std::borrow::Cow;

use super::{Object, OnDuty};
use crate::domain::{
    area::Snapshot,
    geometry::Position,
    place::{Place, PlaceDirectory, places_at},
};

/// Places with posts of their own that an answer names at most.
pub const MAX_POSTED: usize = 8;

/// A place with whoever is on duty for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posted<'a> {
    /// The place.
    pub place: &'a Place,
    /// Who is on duty for it, in answering order; not empty.
    pub on_duty: &'a [OnDuty],
}

impl Posted<'_> {
    /// What the place is called: its name, else estate and number of a building; empty for one without any.
    pub fn name(&self) -> Cow<'_, str> {
        match &self.place.building {
            Some(building) if self.place.name.is_empty() => {
                Cow::Owned(format!("{}{}", building.estate, building.number))
            }
            _ => Cow::Borrowed(&self.place.name),
        }
    }
}

/// The place with a number, if anybody is on duty for it.
pub fn posted<'a>(snapshot: &'a Snapshot, places: &'a PlaceDirectory, id: i64) -> Option<Posted<'a>> {
    let on_duty = Some(snapshot.roster().of(Object::Place(id))).filter(|on_duty| !on_duty.is_empty())?;
    Some(Posted { place: places.place(places.find(id)?), on_duty })
}

/// The places at `position` that somebody is on duty for, the nearest first, at most [`MAX_POSTED`]. Nothing is looked for in a
/// district where nobody has such a post.
pub fn posted_at<'a>(snapshot: &'a Snapshot, places: &'a PlaceDirectory, position: Position) -> Vec<Posted<'a>> {
    let roster = snapshot.roster();
    if !roster.has_posts_of_places() {
        return Vec::new();
    }
    let at = places_at(snapshot.profile.place_classes.iter(), &snapshot.hierarchy, places, position);
    let posted = at.into_iter().filter_map(|at| {
        let on_duty = roster.of(Object::Place(at.place.id));
        (!on_duty.is_empty()).then_some(Posted { place: at.place, on_duty })
    });
    posted.take(MAX_POSTED).collect()
}
