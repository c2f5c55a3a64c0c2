//! What a name in an address may stand for.

use std::collections::BTreeMap;

use super::{Fit, Thing, Weighing, Work, sift::MAX_SIFTED};
use crate::domain::{
    address::{
        candidate::CandidateKind,
        fold::fold,
        gazetteer::{Key, Number, PlaceKind},
        reading::{Named, Side},
    },
    coverage::{AreaIndex, Chain, Finest},
    geometry::Position,
};

/// Things under one name that are weighed, by kind of thing.
const MAX_DIRECT: usize = 64;
const MAX_NUMBERED: usize = 128;

/// Buildings by which an estate is told where it is.
const MAX_GROUPED: usize = 2048;

/// Levels below those whose areas gather the buildings of an estate: 网格, 单元.
const LEVELS_BELOW: usize = 2;

impl<'a> Weighing<'a> {
    /// The places of the name that may score `least`.
    pub(super) fn places(&self, least: u32, work: &mut Work) -> Vec<Thing<'a>> {
        let (places, name) = (self.gazetteer.places, self.subject.hit.name);
        let (is_direct, is_wide) = (self.ceiling(Fit::Name) >= least, self.ceiling(Fit::Wide) >= least);
        let mut things = Vec::new();
        if is_direct {
            self.add_direct_places(work, &mut things);
        }
        if let Some(number) = self.asked_number() {
            let fits = |key: &Key| {
                let is_stair = self.around.parts.stair.as_ref().and_then(|stair| places.entry(*key).is_stair(stair));
                is_stair != Some(false)
            };
            let keys = places.keys_of(name, Some(number)).iter().copied().filter(fits).take(MAX_SIFTED).collect();
            let keys = self.sifted_places(keys, MAX_NUMBERED, work);
            let given = work.weigh(keys.len(), self.cost());
            things.extend(keys[..given].iter().map(|&key| self.place_thing(key, true)));
            if !keys.is_empty() {
                return things;
            }
        }
        // What has a number along a road makes no estate.
        if is_wide && things.iter().all(|thing| thing.kind != CandidateKind::Road) {
            let keys = numbered(places.keys_of(name, None));
            things.extend(self.estates(keys, |key| places.entry(key).position, work));
        }
        things
    }

    /// The places that have just the name; the pieces of one road are one.
    fn add_direct_places(&self, work: &mut Work, things: &mut Vec<Thing<'a>>) {
        let places = self.gazetteer.places;
        let keys = places.keys_of(self.subject.hit.name, Some(Number::NONE)).iter().copied().take(MAX_SIFTED).collect();
        let keys = self.sifted_places(keys, MAX_DIRECT, work);
        let given = work.weigh(keys.len(), self.cost());
        let mut roads: BTreeMap<Option<AreaIndex>, Thing<'a>> = BTreeMap::new();
        for &key in &keys[..given] {
            let entry = self.place(key);
            match entry.kind {
                PlaceKind::Building => things.push(self.place_thing(key, false)),
                PlaceKind::Other => {
                    let more = places.positions_of(entry);
                    let mut thing = self.place_thing(key, false);
                    if entry.is_wide() {
                        thing.positions.extend(&more[..work.locate(more.len())]);
                    }
                    things.push(thing);
                }
                PlaceKind::Road => {
                    let positions = places.positions_of(entry);
                    let some = &positions[..work.locate(positions.len())];
                    let chains = some.iter().map(|&position| self.chain_at(position));
                    let street = self.chain_at(entry.position).get(1).copied();
                    let road = roads
                        .entry(street)
                        .or_insert_with(|| Thing { positions: Vec::new(), ..self.place_thing(key, false) });
                    road.chains.extend(chains);
                    road.positions.extend(some);
                }
            }
        }
        things.extend(roads.into_values().filter(|road| !road.positions.is_empty()));
    }

    fn place_thing(&self, key: Key, has_number: bool) -> Thing<'a> {
        let entry = self.place(key);
        let kind = match entry.kind {
            PlaceKind::Building => CandidateKind::Building,
            PlaceKind::Other => CandidateKind::Place,
            PlaceKind::Road => CandidateKind::Road,
        };
        Thing {
            kind,
            text: self.gazetteer.places.text_of(entry).to_owned(),
            positions: vec![entry.position],
            chains: Vec::new(),
            area: None,
            entry: Some(entry),
            has_number,
        }
    }

    /// The areas of the name that may score `least`.
    pub(super) fn areas(&self, least: u32, work: &mut Work) -> Vec<Thing<'a>> {
        let areas = self.gazetteer.areas;
        let name = self.subject.hit.name;
        let (is_direct, is_wide) = (self.ceiling(Fit::Name) >= least, self.ceiling(Fit::Wide) >= least);
        let mut things = Vec::new();
        if is_direct {
            let direct = self.sifted_areas(areas.areas_of(name), MAX_DIRECT, work);
            let given = work.weigh(direct.len(), self.cost());
            things.extend(direct[..given].iter().map(|&index| self.area_thing(index, CandidateKind::Area, false)));
        }
        if let Some(number) = self.asked_number() {
            let found = self.sifted_areas(areas.keys_of(name, Some(number)), MAX_NUMBERED, work);
            let given = work.weigh(found.len(), self.cost());
            let mut footprints: Vec<Finest> = Vec::new();
            for &index in &found[..given] {
                // The units of one footprint are one building.
                let finest = self.finest_at(self.label_of(index));
                if !footprints.contains(&finest) {
                    footprints.push(finest);
                    things.push(self.area_thing(index, CandidateKind::Building, true));
                }
            }
            if !found.is_empty() {
                return things;
            }
        }
        if is_wide {
            let keys = numbered(areas.keys_of(name, None));
            things.extend(self.estates(keys, |key| self.label_of(key.entry), work));
        }
        things
    }

    fn label_of(&self, index: AreaIndex) -> Position {
        self.gazetteer.snapshot.hierarchy.area(index).label
    }

    fn area_thing(&self, index: AreaIndex, kind: CandidateKind, has_number: bool) -> Thing<'a> {
        Thing {
            kind,
            text: self.gazetteer.snapshot.hierarchy.area(index).name.clone(),
            positions: vec![self.label_of(index)],
            chains: Vec::new(),
            area: (!has_number).then_some(index),
            entry: None,
            has_number,
        }
    }

    fn asked_number(&self) -> Option<Number> {
        self.around.parts.building.as_ref().map(|building| Number::of(&building.value))
    }

    /// What weighing one thing costs: places around it are looked at for how near they are.
    fn cost(&self) -> usize {
        let of_places = |named: &Named| named.side == Side::Places;
        1 + self.around.others.iter().filter(|other| other.names().any(of_places)).count()
    }

    /// The estates that buildings of one name make: those of one community are one. Of many buildings only some tell, all
    /// over them.
    fn estates(&self, keys: &[Key], position: impl Fn(Key) -> Position, work: &mut Work) -> Vec<Thing<'a>> {
        let snapshot = self.gazetteer.snapshot;
        let level = snapshot.profile.levels.len().saturating_sub(LEVELS_BELOW + 1);
        let given = work.locate(keys.len().min(MAX_GROUPED));
        let some = &keys[..if given == 0 { 0 } else { keys.len() }];
        let mut estates: BTreeMap<Option<AreaIndex>, (Vec<Position>, Vec<Chain>)> = BTreeMap::new();
        for &key in some.iter().step_by(keys.len().div_ceil(given.max(1)).max(1)) {
            let position = position(key);
            let chain = self.chain_at(position);
            let (positions, chains) = estates.entry(chain.get(level).copied()).or_default();
            positions.push(position);
            chains.push(chain);
        }
        let text = self.name_text();
        // A village whose houses bear its name is the area, not an estate in it.
        let areas = self.gazetteer.areas;
        let own = areas.names.find(&fold(&text).chars().collect::<Vec<_>>());
        let is_area =
            |chains: &[Chain]| own.is_some_and(|own| chains[0].iter().any(|&area| areas.is_called(area, own)));
        estates.retain(|_, (_, chains)| !is_area(chains));
        let given = work.weigh(estates.len(), self.cost());
        let estate = |(positions, chains)| Thing {
            kind: CandidateKind::Estate,
            text: text.clone(),
            positions,
            chains,
            area: None,
            entry: None,
            has_number: false,
        };
        estates.into_values().take(given).map(estate).collect()
    }
}

/// The keys with numbers out of all of a name.
fn numbered(keys: &[Key]) -> &[Key] {
    &keys[keys.partition_point(|key| key.number.is_none())..]
}
