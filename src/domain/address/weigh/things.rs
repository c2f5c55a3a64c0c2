//! What a name in an address may stand for.

use super::*;

impl<'a> Weighing<'a> {
    pub(super) fn places(&self) -> Vec<Thing<'a>> {
        let (places, name) = (self.gazetteer.places, self.subject.hit.name);
        let mut things = Vec::new();
        let mut roads: BTreeMap<Option<AreaIndex>, Thing<'a>> = BTreeMap::new();
        for &key in places.keys_of(name, Some(Number::NONE)).iter().take(MAX_DIRECT) {
            let entry = places.entry(key);
            let positions = places.positions_of(entry).to_vec();
            let thing = |kind| Thing {
                kind,
                text: places.text_of(entry).to_owned(),
                positions: positions.clone(),
                area: None,
                entry: Some(entry),
                has_number: false,
            };
            match entry.kind {
                PlaceKind::Building => things.push(thing(CandidateKind::Building)),
                PlaceKind::Other => things.push(thing(CandidateKind::Place)),
                // The pieces of one road are one.
                PlaceKind::Road => {
                    let street = self.chain_at(entry.position).get(1).copied();
                    let road = roads
                        .entry(street)
                        .or_insert_with(|| Thing { positions: Vec::new(), ..thing(CandidateKind::Road) });
                    road.positions.extend(positions);
                }
            }
        }
        things.extend(roads.into_values());
        let position = |key: Key| places.entry(key).position;
        if let Some(number) = self.asked_number() {
            let fits = |key: &&Key| {
                let is_stair = self.around.parts.stair.as_ref().and_then(|stair| places.entry(**key).is_stair(stair));
                is_stair != Some(false)
            };
            let before = things.len();
            for &key in places.keys_of(name, Some(number)).iter().filter(fits).take(MAX_NUMBERED) {
                let entry = places.entry(key);
                things.push(Thing {
                    kind: CandidateKind::Building,
                    text: places.text_of(entry).to_owned(),
                    positions: vec![entry.position],
                    area: None,
                    entry: Some(entry),
                    has_number: true,
                });
            }
            if things.len() > before {
                return things;
            }
        }
        things.extend(self.estates(self.numbered(places.keys_of(name, None)), position));
        things
    }

    pub(super) fn areas(&self) -> Vec<Thing<'a>> {
        let Gazetteer { areas, snapshot, .. } = self.gazetteer;
        let name = self.subject.hit.name;
        let thing = |index: AreaIndex, kind: CandidateKind, has_number: bool| {
            let area = snapshot.hierarchy.area(index);
            let (text, positions) = (area.name.clone(), vec![area.label]);
            Thing { kind, text, positions, area: (!has_number).then_some(index), entry: None, has_number }
        };
        let mut direct: Vec<AreaIndex> = areas.areas_of(name).take(MAX_SIFTED).collect();
        if direct.len() > MAX_DIRECT {
            // Of all that are called 第001网格 those in the areas that were named first.
            direct.sort_by_cached_key(|&index| Reverse(self.named_around(index)));
            direct.truncate(MAX_DIRECT);
        }
        let mut things: Vec<Thing<'a>> =
            direct.into_iter().map(|index| thing(index, CandidateKind::Area, false)).collect();
        if let Some(number) = self.asked_number() {
            let before = things.len();
            let mut footprints: Vec<Finest> = Vec::new();
            for key in areas.keys_of(name, Some(number)).iter().take(MAX_NUMBERED) {
                // The units of one footprint are one building.
                let finest = self.finest_at(snapshot.hierarchy.area(key.entry).label);
                if !footprints.contains(&finest) {
                    footprints.push(finest);
                    things.push(thing(key.entry, CandidateKind::Building, true));
                }
            }
            if things.len() > before {
                return things;
            }
        }
        let position = |key: Key| snapshot.hierarchy.area(key.entry).label;
        things.extend(self.estates(self.numbered(areas.keys_of(name, None)), position));
        things
    }

    /// How many of the names around are those of areas that hold `index`.
    pub(super) fn named_around(&self, index: AreaIndex) -> usize {
        let Gazetteer { areas, snapshot, .. } = self.gazetteer;
        let parent = |&index: &AreaIndex| snapshot.hierarchy.area(index).parent;
        let of_areas = self.around.others.iter().filter(|other| other.side == Side::Areas);
        of_areas
            .filter(|other| successors(Some(index), parent).any(|area| areas.is_called(area, other.hit.name)))
            .count()
    }

    pub(super) fn asked_number(&self) -> Option<Number> {
        self.around.parts.building.as_ref().map(|building| Number::of(&building.value))
    }

    /// Keys with numbers out of all of a name, of many only some, all over it.
    pub(super) fn numbered<'k>(&self, keys: &'k [Key]) -> impl Iterator<Item = Key> + use<'k> {
        let first = keys.partition_point(|key| key.number.is_none());
        let keys = &keys[first..];
        keys.iter().copied().step_by(keys.len().div_ceil(MAX_GROUPED).max(1))
    }

    /// The estates that buildings of one name make: those of one community are one.
    pub(super) fn estates(
        &self,
        keys: impl Iterator<Item = Key>,
        position: impl Fn(Key) -> Position,
    ) -> Vec<Thing<'a>> {
        let level = self.gazetteer.snapshot.profile.levels.len().saturating_sub(LEVELS_BELOW + 1);
        let mut estates: BTreeMap<Option<AreaIndex>, Vec<Position>> = BTreeMap::new();
        for position in keys.map(position) {
            estates.entry(self.chain_at(position).get(level).copied()).or_default().push(position);
        }
        let (text, own) = (self.name_text(), fold(&self.name_text()));
        // A village whose houses bear its name is the area, not an estate in it.
        let hierarchy = &self.gazetteer.snapshot.hierarchy;
        let is_area = |positions: &Vec<Position>| {
            self.chain_at(positions[0]).iter().any(|&area| fold(&hierarchy.area(area).name) == own)
        };
        estates.retain(|_, positions| !is_area(positions));
        let estate = |positions: Vec<Position>| Thing {
            kind: CandidateKind::Estate,
            text: text.clone(),
            positions,
            area: None,
            entry: None,
            has_number: false,
        };
        estates.into_values().map(estate).collect()
    }

    pub(super) fn name_text(&self) -> String {
        let name = self.subject.hit.name;
        match self.subject.side {
            Side::Places => self.gazetteer.places.names.shown(name).to_owned(),
            Side::Areas => self.gazetteer.areas.names.shown(name).to_owned(),
        }
    }
}
