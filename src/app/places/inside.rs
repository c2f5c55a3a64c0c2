//! Whether places lie in the district.

use std::collections::HashSet;

use crate::domain::{
    area::Snapshot,
    place::{Place, PlaceChange, falls::positions},
};

/// Whether a place lies in some area; before the first edition every place does.
pub fn is_inside(snapshot: &Snapshot, place: &Place) -> bool {
    let mut is_inside = snapshot.hierarchy.areas().is_empty();
    positions(place, place.geometry.anchor(), |position| {
        is_inside = is_inside || {
            let face = snapshot.index().locate(position.wrapped()).face;
            !snapshot.finest(face).is_none()
        };
    });
    is_inside
}

/// How many of the `known` places that a change leaves as they are lie in no area: an edition after theirs left them there.
pub fn left_outside(snapshot: &Snapshot, known: &[Place], change: &PlaceChange) -> u64 {
    let replaced: HashSet<i64> = change.replaced().collect();
    let left = known.iter().filter(|place| !replaced.contains(&place.id));
    left.filter(|place| !is_inside(snapshot, place)).count() as u64
}
