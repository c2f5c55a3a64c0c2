//! Weighing what a name in an address may stand for.

mod things;

use std::{cmp::Reverse, collections::BTreeMap, iter::successors};

use super::{
    candidate::{Candidate, CandidateKind, Matched, Weighed},
    find::Gazetteer,
    fold::fold,
    gazetteer::{Key, Number, PlaceEntry, PlaceKind},
    names::How,
    parts::{Numbered, Part},
    pick::pick,
    reading::{Named, Reading, Side, Surroundings},
};
use crate::domain::{
    coverage::{AreaIndex, Chain, Finest},
    geometry::{Position, measure::LocalMetric},
};

/// What the parts of an address count.
const NAME: u32 = 500;
const BUILDING: u32 = 300;
const STAIR: u32 = 80;
const FLOOR: u32 = 40;
const OTHER_NAME: u32 = 100;
/// A name around it that is not where the candidate is.
const WRONG_NAME: u32 = 250;
/// A character that is not understood, and all of them at most.
const CHARACTER: u32 = 50;
const ALL_CHARACTERS: u32 = 500;

/// Things under one name that are weighed, by kind of thing.
const MAX_DIRECT: usize = 64;
const MAX_NUMBERED: usize = 128;
/// Areas of one name out of which those are chosen.
const MAX_SIFTED: usize = 4096;
/// Buildings by which an estate, and positions by which a road, is told where it is.
const MAX_GROUPED: usize = 2048;

/// How near to a road or another place around it what is meant lies, in metres.
const NEAR_M: f64 = 300.0;

/// Things of another name that are looked at for that.
const MAX_NEAR: usize = 32;

/// Levels below those whose areas gather the buildings of an estate: 网格, 单元.
const LEVELS_BELOW: usize = 2;

/// A candidate with its score in thousandths.
pub struct Scored {
    /// What is meant.
    pub candidate: Candidate,
    /// The score.
    pub score: u32,
    /// Equal for what is one thing.
    pub identity: (u8, i64),
    /// Whose name led to it.
    pub side: Side,
    /// What answers where it is, for a building.
    footprint: Option<Finest>,
}

impl Scored {
    /// Whether `other`, which a place tells of, is what only the names of units tell of here.
    pub fn is_told_by(&self, other: &Self) -> bool {
        let (here, there) = (&self.candidate, &other.candidate);
        self.side == Side::Areas
            && other.side == Side::Places
            && here.kind == there.kind
            && match here.kind {
                CandidateKind::Building => self.footprint == other.footprint,
                CandidateKind::Estate => {
                    here.matched.first().map(|m| &m.found) == there.matched.first().map(|m| &m.found)
                }
                _ => false,
            }
    }
}

/// Something that has the name, and where it is.
struct Thing<'a> {
    kind: CandidateKind,
    /// What it is called.
    text: String,
    /// At least one.
    positions: Vec<Position>,
    /// The area, when it is one.
    area: Option<AreaIndex>,
    entry: Option<&'a PlaceEntry>,
    /// Whether it has the number that was asked for.
    has_number: bool,
}

/// Where a thing lies.
struct Lies {
    chain: Chain,
    stacked: Vec<AreaIndex>,
    /// Every area that some of it lies in.
    all: Vec<AreaIndex>,
    finest: Option<Finest>,
}

struct Weighing<'a> {
    gazetteer: Gazetteer<'a>,
    reading: &'a Reading,
    subject: &'a Named,
    around: Surroundings<'a>,
}

/// Appends all that `subject` may stand for.
pub fn weigh(gazetteer: Gazetteer<'_>, reading: &Reading, subject: &Named, scored: &mut Vec<Scored>) {
    let weighing = Weighing { gazetteer, reading, subject, around: reading.around(subject) };
    let things = match subject.side {
        Side::Places => weighing.places(),
        Side::Areas => weighing.areas(),
    };
    scored.extend(things.iter().map(|thing| weighing.score(thing)));
}

impl<'a> Weighing<'a> {
    fn finest_at(&self, position: Position) -> Finest {
        let snapshot = self.gazetteer.snapshot;
        snapshot.finest(snapshot.index().locate(position.wrapped()).face)
    }

    fn chain_at(&self, position: Position) -> Chain {
        self.gazetteer.snapshot.owners().chain(self.finest_at(position))
    }

    fn lies(&self, thing: &Thing<'_>) -> Lies {
        let owners = self.gazetteer.snapshot.owners();
        if let Some(area) = thing.area {
            let chain: Chain = self.gazetteer.snapshot.hierarchy.chain(area).into_iter().collect();
            return Lies { all: chain.to_vec(), chain, stacked: Vec::new(), finest: None };
        }
        if let [position] = thing.positions[..] {
            let finest = self.finest_at(position);
            let chain = owners.chain(finest);
            let is_point = matches!(thing.kind, CandidateKind::Building | CandidateKind::Unit | CandidateKind::Place);
            if is_point {
                let stacked = owners.stacked(finest).to_vec();
                return Lies {
                    all: chain.iter().chain(&stacked).copied().collect(),
                    chain,
                    stacked,
                    finest: Some(finest),
                };
            }
        }
        let mut all: Vec<AreaIndex> = Vec::new();
        let mut common: Option<Chain> = None;
        for &position in &thing.positions {
            let chain = self.chain_at(position);
            for &area in chain.iter() {
                if !all.contains(&area) {
                    all.push(area);
                }
            }
            common = Some(match common {
                None => chain,
                Some(before) => before.iter().zip(chain.iter()).take_while(|(a, b)| a == b).map(|(&a, _)| a).collect(),
            });
        }
        Lies { chain: common.unwrap_or_default(), stacked: Vec::new(), all, finest: None }
    }

    fn score(&self, thing: &Thing<'_>) -> Scored {
        let Lies { mut chain, mut stacked, all, finest } = self.lies(thing);
        let mut weighed = Weighed::default();
        let hit = &self.subject.hit;
        let part = match thing.kind {
            CandidateKind::Unit | CandidateKind::Building if thing.has_number => Part::Estate,
            CandidateKind::Estate => Part::Estate,
            CandidateKind::Unit | CandidateKind::Building | CandidateKind::Place => Part::Place,
            CandidateKind::Road => Part::Road,
            CandidateKind::Area => Part::Area,
        };
        let said = self.reading.said(&hit.span);
        let found = self.name_text();
        let is_other_name = hit.how == How::Exact && !fold(&thing.text).starts_with(&fold(&found));
        let (how, likeness) = if is_other_name { (How::Alias, How::Alias.likeness()) } else { (hit.how, hit.likeness) };
        weighed.matched(NAME, likeness, Matched { part, said, found, how });
        self.weigh_others(thing, &all, &mut weighed);
        if let Some(building) = &self.around.parts.building {
            let said = self.reading.said(&building.span);
            if thing.has_number {
                let (found, how) = (building.value.clone(), How::Exact);
                weighed.matched(BUILDING, 1000, Matched { part: Part::Building, said, found, how });
            } else {
                weighed.missing(BUILDING, Part::Building, said);
            }
        }
        let is_building = thing.kind == CandidateKind::Building;
        let picked = if is_building { pick(self.gazetteer.snapshot, &stacked, &self.around.parts) } else { None };
        let mut kind = thing.kind;
        let mut text = thing.text.clone();
        if let Some(picked) = &picked {
            kind = CandidateKind::Unit;
            chain = chain.iter().copied().chain([picked.area]).collect();
            stacked.clear();
            text.clone_from(&self.gazetteer.snapshot.hierarchy.area(picked.area).name);
        }
        if kind == CandidateKind::Building && thing.entry.is_none() {
            // Only units tell of it: several of a building, or one that is called so.
            match &self.around.parts.building {
                Some(building) if !stacked.is_empty() => text = self.name_text() + &self.reading.said(&building.span),
                _ => kind = CandidateKind::Area,
            }
        }
        self.weigh_inside(thing, picked.as_ref().map(|picked| &picked.by[..]), stacked.is_empty(), &mut weighed);
        weighed.rest(CHARACTER, ALL_CHARACTERS, &self.around.rest, |span| self.reading.said(span));
        let score = weighed.score();
        let Weighed { matched, missing, .. } = weighed;
        let identity = identity(thing, picked.map(|picked| picked.area), finest, &chain, &text);
        let is_point = matches!(kind, CandidateKind::Unit | CandidateKind::Building | CandidateKind::Place);
        let candidate = Candidate {
            kind,
            text: self.full_text(&chain, thing, &text),
            position: self.position_of(thing),
            chain,
            stacked,
            is_point,
            place: thing.entry.filter(|_| is_point).map(|entry| entry.id),
            score: f64::from(score) / 1000.0,
            matched,
            missing,
        };
        Scored { candidate, score, identity, side: self.subject.side, footprint: finest }
    }

    /// Names around the one that the address is about: areas have to hold it, places to be near.
    fn weigh_others(&self, thing: &Thing<'_>, all: &[AreaIndex], weighed: &mut Weighed) {
        for other in &self.around.others {
            let hit = &other.hit;
            let said = self.reading.said(&hit.span);
            let (part, found, fits) = match other.side {
                Side::Areas => {
                    let areas = self.gazetteer.areas;
                    let holds = all.iter().any(|&area| areas.is_called(area, hit.name));
                    (Part::Area, areas.names.shown(hit.name).to_owned(), holds)
                }
                Side::Places => {
                    let places = self.gazetteer.places;
                    let keys = places.keys_of(hit.name, None);
                    let part = match keys.first().map(|&key| places.entry(key).kind) {
                        Some(PlaceKind::Road) => Part::Road,
                        Some(PlaceKind::Building) => Part::Estate,
                        _ => Part::Place,
                    };
                    (part, places.names.shown(hit.name).to_owned(), self.is_near(thing, keys))
                }
            };
            if fits {
                weighed.matched(OTHER_NAME, hit.likeness, Matched { part, said, found, how: hit.how });
            } else {
                weighed.missing(WRONG_NAME, part, said);
            }
        }
    }

    fn is_near(&self, thing: &Thing<'_>, keys: &[Key]) -> bool {
        let places = self.gazetteer.places;
        let position = thing.positions[thing.positions.len() / 2];
        let metric = LocalMetric::at(position);
        keys.iter().take(MAX_NEAR).any(|&key| {
            let line = places.positions_of(places.entry(key));
            let is_near = |a: Position, b: Position| metric.point_segment_distance(position, a, b).distance_m <= NEAR_M;
            match line {
                [only] => is_near(*only, *only),
                _ => line.windows(2).any(|ends| is_near(ends[0], ends[1])),
            }
        })
    }

    /// Stair, floor and room: what picked the unit, what the building has, and what the data do not say.
    fn weigh_inside(&self, thing: &Thing<'_>, picked_by: Option<&[Part]>, is_alone: bool, weighed: &mut Weighed) {
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

    /// The address of a thing: the areas that it lies in, but for the finest, and what it is called.
    fn full_text(&self, chain: &Chain, thing: &Thing<'_>, own: &str) -> String {
        let snapshot = self.gazetteer.snapshot;
        let shown = (snapshot.profile.levels.len()).saturating_sub(LEVELS_BELOW);
        let mut full = String::new();
        for &area in chain.iter().take(shown).skip(1).filter(|&&area| thing.area != Some(area)) {
            let name = &snapshot.hierarchy.area(area).name;
            if !own.starts_with(name.as_str()) {
                full.push_str(name);
            }
        }
        full + own
    }

    /// The position of a thing; of a wide one that of its parts which is nearest to their middle.
    fn position_of(&self, thing: &Thing<'_>) -> Position {
        if let [only] = thing.positions[..] {
            return only;
        }
        let count = thing.positions.len() as i64;
        let mean = |axis: fn(Position) -> i32| thing.positions.iter().map(|&p| i64::from(axis(p))).sum::<i64>() / count;
        let (lon, lat) = (mean(Position::lon), mean(Position::lat));
        let apart = |p: &Position| {
            let (east, north) = (i64::from(p.lon()) - lon, i64::from(p.lat()) - lat);
            (i128::from(east) * i128::from(east) + i128::from(north) * i128::from(north), *p)
        };
        thing.positions.iter().copied().min_by_key(apart).expect("a thing has a position")
    }
}

/// What is the same for one thing, however it was found.
fn identity(
    thing: &Thing<'_>,
    picked: Option<AreaIndex>,
    finest: Option<Finest>,
    chain: &Chain,
    text: &str,
) -> (u8, i64) {
    let area = |area: AreaIndex| i64::from(area);
    match (picked, thing.area, thing.entry) {
        (Some(unit), ..) => (0, area(unit)),
        (None, Some(index), _) => (0, area(index)),
        (None, None, Some(entry)) if thing.kind != CandidateKind::Road => (1, entry.id),
        // A building that only the names of units tell of.
        (None, None, None) if thing.has_number => (2, finest.map_or(-1, |finest| i64::from(finest.bits()))),
        _ => {
            let hash = text.chars().fold(7_i64, |hash, c| hash.wrapping_mul(31).wrapping_add(i64::from(c as u32)));
            let within = chain.last().map_or(-1, |&last| area(last));
            (if thing.kind == CandidateKind::Road { 3 } else { 4 }, hash.wrapping_mul(1 << 20).wrapping_add(within))
        }
    }
}
