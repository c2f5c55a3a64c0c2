//! Weighing what a name in an address may stand for.

mod inside;
mod lies;
mod shown;
mod sift;
mod things;
mod work;

use super::{
    candidate::{Candidate, CandidateKind, Matched, Tally, Weighed},
    find::Gazetteer,
    fold::fold,
    gazetteer::{Key, PlaceEntry, PlaceKind},
    hit::How,
    parts::{Numbered, Part},
    pick::pick,
    reading::{Named, Other, Reading, Side, Surroundings},
};
use crate::domain::{
    coverage::{AreaIndex, Chain, Finest},
    geometry::{Position, measure::LocalMetric},
};

use self::lies::Lies;
pub use self::work::Work;

/// What the parts of an address count.
const NAME: u32 = 500;
const BUILDING: u32 = 300;
const STAIR: u32 = 80;
const FLOOR: u32 = 40;
const OTHER_NAME: u32 = 100;
/// A name around it that is not where the candidate is.
const WRONG_NAME: u32 = 250;
/// How much of a name around counts that is one of areas, none of which holds the candidate, and of a place near it; in
/// thousandths.
const BESIDE: u32 = 500;
/// A character that is not understood, and all of them at most.
const CHARACTER: u32 = 50;
const ALL_CHARACTERS: u32 = 500;

/// How near to a road or another place around it what is meant lies, in metres.
const NEAR_M: f64 = 300.0;

/// Things of another name that are looked at for that.
const MAX_NEAR: usize = 2048;

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
    /// Whether `other`, which a place tells of and which fits worse by `most` at most, is what only the names of units tell
    /// of here.
    pub fn is_told_by(&self, other: &Self, most: u32) -> bool {
        let (here, there) = (&self.candidate, &other.candidate);
        self.side == Side::Areas
            && other.side == Side::Places
            && self.score <= other.score + most
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
    /// The areas that hold each of the positions, when they are known.
    chains: Vec<Chain>,
    /// The area, when it is one.
    area: Option<AreaIndex>,
    entry: Option<&'a PlaceEntry>,
    /// Whether it has the number that was asked for.
    has_number: bool,
}

impl Thing<'_> {
    /// Whether it is a river or a green, say, and lies in more than one place.
    fn is_wide(&self) -> bool {
        self.entry.is_some_and(PlaceEntry::is_wide)
    }
}

/// How much of what was said behind a name a thing may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The number of the building, and all behind it.
    Number,
    /// Not that number, but stair, floor and room: what has just the name.
    Name,
    /// None of it: an estate.
    Wide,
}

/// One name of an address with all around it, to be weighed as what the address is about.
pub struct Weighing<'a> {
    gazetteer: Gazetteer<'a>,
    reading: &'a Reading,
    subject: &'a Named,
    around: Surroundings<'a>,
    /// The areas of each name around, ascending; none of one that no area has.
    named_areas: Vec<&'a [Key]>,
}

impl<'a> Weighing<'a> {
    /// What stands around `subject`.
    pub fn new(gazetteer: Gazetteer<'a>, reading: &'a Reading, subject: &'a Named) -> Self {
        let around = reading.around(subject);
        let areas_of = |other: &Other<'a>| {
            let of_areas = other.names().find(|named| named.side == Side::Areas);
            of_areas.map_or(&[][..], |named| gazetteer.areas.areas_of(named.hit.name))
        };
        let named_areas = around.others.iter().map(areas_of).collect();
        Self { gazetteer, reading, subject, around, named_areas }
    }

    /// The most that anything of this name may score that fits so.
    pub fn ceiling(&self, fit: Fit) -> u32 {
        let mut most = Tally::default();
        most.gain(NAME, self.subject.hit.likeness);
        for other in &self.around.others {
            most.gain(OTHER_NAME, other.names().map(|named| named.hit.likeness).max().unwrap_or_default());
        }
        let parts = &self.around.parts;
        let weight_of = |part: &Option<Numbered>, weight: u32| if part.is_some() { weight } else { 0 };
        most.gain(weight_of(&parts.building, BUILDING), if fit == Fit::Number { 1000 } else { 0 });
        if fit == Fit::Wide {
            most.lose(weight_of(&parts.stair, STAIR));
        } else {
            for (part, weight) in [(&parts.stair, STAIR), (&parts.floor, FLOOR), (&parts.room, FLOOR)] {
                most.gain(weight_of(part, weight), 1000);
            }
        }
        most.lose(self.weight_of_rest());
        most.score()
    }

    /// Appends all that the name may stand for and that may score `least`, as far as `work` reaches.
    pub fn weigh(&self, least: u32, work: &mut Work, scored: &mut Vec<Scored>) {
        let things = match self.subject.side {
            Side::Places => self.places(least, work),
            Side::Areas => self.areas(least, work),
        };
        scored.extend(things.iter().map(|thing| self.score(thing)));
    }

    /// What the words count that are not understood.
    fn weight_of_rest(&self) -> u32 {
        let characters: usize = self.around.rest.iter().map(ExactSizeIterator::len).sum();
        (characters as u32 * CHARACTER).min(ALL_CHARACTERS)
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
        let mut rest = self.weight_of_rest();
        for span in &self.around.rest {
            // All of it counts with the first.
            weighed.missing(std::mem::take(&mut rest), Part::Text, self.reading.said(span));
        }
        let Weighed { tally, matched, missing } = weighed;
        let score = tally.score();
        let identity = identity(thing, picked.map(|picked| picked.area), finest, &chain, &text);
        let is_place = matches!(kind, CandidateKind::Unit | CandidateKind::Building | CandidateKind::Place);
        let is_point = is_place && !thing.is_wide();
        let candidate = Candidate {
            kind,
            text: self.full_text(&chain, thing, &text),
            position: self.position_of(thing),
            chain,
            stacked,
            is_point,
            place: thing.entry.filter(|_| is_place).map(|entry| entry.id),
            score: f64::from(score) / 1000.0,
            matched,
            missing,
        };
        Scored { candidate, score, identity, side: self.subject.side, footprint: finest }
    }

    /// Names around the one that the address is about: areas have to hold it, places to be near.
    fn weigh_others(&self, thing: &Thing<'_>, all: &[AreaIndex], weighed: &mut Weighed) {
        for (other, holders) in self.around.others.iter().zip(&self.named_areas) {
            let is_there = |named: &&Named| match named.side {
                Side::Areas => all.iter().any(|&area| is_among(area, holders)),
                Side::Places => self.is_near(thing, self.gazetteer.places.keys_of(named.hit.name, None)),
            };
            // What lies in an area of that name is meant before what is only near a place of it.
            let of_areas = other.names().find(|named| named.side == Side::Areas);
            let fitting = of_areas.filter(is_there).or_else(|| other.names().find(is_there));
            let named = fitting.unwrap_or(other.first);
            let hit = &named.hit;
            let is_beside = named.side == Side::Places && of_areas.is_some();
            let likeness = if is_beside { hit.likeness * BESIDE / 1000 } else { hit.likeness };
            let said = self.reading.said(&hit.span);
            let part = self.part_of(named);
            if fitting.is_some() {
                let found = self.shown(named).to_owned();
                weighed.matched(OTHER_NAME, likeness, Matched { part, said, found, how: hit.how });
            } else {
                weighed.missing(WRONG_NAME, part, said);
            }
        }
    }

    /// What a name around is the name of.
    fn part_of(&self, named: &Named) -> Part {
        let places = self.gazetteer.places;
        let first = match named.side {
            Side::Areas => return Part::Area,
            Side::Places => places.keys_of(named.hit.name, None).first(),
        };
        match first.map(|&key| places.entry(key).kind) {
            Some(PlaceKind::Road) => Part::Road,
            Some(PlaceKind::Building) => Part::Estate,
            _ => Part::Place,
        }
    }

    /// Whether one of the places `keys` is near a thing.
    fn is_near(&self, thing: &Thing<'_>, keys: &[Key]) -> bool {
        let places = self.gazetteer.places;
        let position = thing.positions[thing.positions.len() / 2];
        let metric = LocalMetric::at(position);
        // Most are far away, which takes two comparisons to tell.
        let apart = [NEAR_M / metric.metres_per_unit_east(), NEAR_M / metric.metres_per_unit_north()];
        let is_about = |line: &[Position]| {
            let (east, north) = (f64::from(position.lon()), f64::from(position.lat()));
            let is_beside = |at: f64, apart: f64, axis: fn(Position) -> i32| {
                line.iter().any(|&p| f64::from(axis(p)) <= at + apart)
                    && line.iter().any(|&p| f64::from(axis(p)) >= at - apart)
            };
            is_beside(east, apart[0], Position::lon) && is_beside(north, apart[1], Position::lat)
        };
        let is_near = |a: Position, b: Position| metric.point_segment_distance(position, a, b).distance_m <= NEAR_M;
        keys.iter().take(MAX_NEAR).map(|&key| places.positions_of(places.entry(key))).any(|line| {
            is_about(line)
                && match line {
                    [only] => is_near(*only, *only),
                    _ => line.windows(2).any(|ends| is_near(ends[0], ends[1])),
                }
        })
    }
}

/// Whether an area is one of `keys`, which are those of one name.
fn is_among(area: AreaIndex, keys: &[Key]) -> bool {
    keys.binary_search_by_key(&area, |key| key.entry).is_ok()
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
