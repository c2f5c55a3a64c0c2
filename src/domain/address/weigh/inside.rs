//! Stair, floor and room of a candidate.

use super::{FLOOR, STAIR, Thing, Weighing};
use crate::domain::address::{
    candidate::{CandidateKind, Matched, Weighed},
    hit::How,
    parts::{Numbered, Part},
};

impl Weighing<'_> {
    /// Stair, floor and room: what picked the unit, what the building has, and what the data do not say.
    pub(super) fn weigh_inside(
        &self,
        thing: &Thing<'_>,
        picked_by: Option<&[Part]>,
        is_alone: bool,
        weighed: &mut Weighed,
    ) {
        let parts = &self.around.parts;
        let by = |part: Part| picked_by.is_some_and(|by| by.contains(&part));
        let (floors, stairs) = thing.entry.map_or((0, 0), |entry| (entry.floors, entry.stairs));
        let is_building = thing.kind == CandidateKind::Building;
        let matched = |part, numbered: &Numbered| Matched {
            part,
            said: self.reading.said(&numbered.span),
            found: numbered.value.clone(),
            how: How::Exact,
        };
        if let Some(stair) = &parts.stair {
            let is_own = thing.entry.and_then(|entry| entry.is_stair(stair)) == Some(true);
            let is_counted =
                is_alone && is_building && stair.value.parse().is_ok_and(|number: u16| (1..=stairs).contains(&number));
            if by(Part::Stair) || is_own || is_counted {
                weighed.matched(STAIR, 1000, matched(Part::Stair, stair));
            } else {
                // Nothing is wrong with a stair of which nothing is known.
                let is_known = !is_building || stairs > 0 || !is_alone;
                weighed.missing(if is_known { STAIR } else { 0 }, Part::Stair, self.reading.said(&stair.span));
            }
        }
        let storey = parts.storey();
        let is_too_high = |storey: i16| is_building && floors > 0 && storey > 0 && storey.unsigned_abs() > floors;
        if let Some(floor) = &parts.floor {
            let is_there = storey.is_some_and(|storey| is_building && storey > 0 && floors > 0 && !is_too_high(storey));
            if by(Part::Floor) || is_there {
                weighed.matched(FLOOR, 1000, matched(Part::Floor, floor));
            } else {
                let weight = if storey.is_some_and(is_too_high) { FLOOR } else { 0 };
                weighed.missing(weight, Part::Floor, self.reading.said(&floor.span));
            }
        }
        if let Some(room) = &parts.room {
            if by(Part::Room) {
                weighed.matched(FLOOR, 1000, matched(Part::Room, room));
            } else {
                let is_wrong = parts.floor.is_none() && storey.is_some_and(is_too_high);
                weighed.missing(if is_wrong { FLOOR } else { 0 }, Part::Room, self.reading.said(&room.span));
            }
        }
    }
}
