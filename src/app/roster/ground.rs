//! Which areas there are at which time.

use std::collections::{BTreeMap, HashMap, HashSet};

use time::OffsetDateTime;

use super::row::Target;
use crate::{
    domain::{
        area::{Area, AreaCode, AreaId, Edition, EditionNumber, Kind, Level, Snapshot, in_force},
        duty::{Object, Staff},
    },
    store::{ListedArea, Store, StoreError},
};

/// What a posting needs to know of its area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroundArea {
    pub id: AreaId,
    pub name: String,
    pub level: Level,
    pub kind: Kind,
    pub branch: Option<String>,
    /// Whether it names its 责任单位.
    pub has_body: bool,
}

/// Code and name of areas, by their numbers.
type NamesOfAreas = HashMap<AreaId, (String, String)>;

/// The areas of the editions that a table speaks of.
#[derive(Debug, Default)]
pub(super) struct Ground {
    pub editions: Vec<Edition>,
    pub areas: BTreeMap<EditionNumber, HashMap<AreaCode, GroundArea>>,
    /// Areas that have postings and are in none of `areas`, as the newest edition has them that does.
    strays: HashMap<AreaCode, GroundArea>,
    /// Numbers of places, when the table speaks of some.
    pub places: HashSet<i64>,
}

/// The edition that a time is judged by: the one in force then, else the first.
pub(super) fn edition_at(editions: &[Edition], at: OffsetDateTime) -> EditionNumber {
    let first = || editions.iter().min_by_key(|edition| (edition.effective_from, edition.number));
    in_force(editions, at, None).or_else(first).map_or(0, |edition| edition.number)
}

impl Ground {
    /// Loads the editions in force at `times`; `served` is one in memory.
    pub(super) async fn load<S: Store>(
        store: &S,
        served: Option<&Snapshot>,
        times: &[OffsetDateTime],
        needs_places: bool,
    ) -> Result<Self, StoreError> {
        let editions = store.editions().await?;
        let numbers: HashSet<EditionNumber> = times.iter().map(|&at| edition_at(&editions, at)).collect();
        let mut areas = BTreeMap::new();
        for number in numbers.into_iter().filter(|&number| number > 0) {
            let known = match served.filter(|snapshot| snapshot.edition_number() == number) {
                Some(snapshot) => snapshot.hierarchy.areas().iter().map(|area| entry(area)).collect(),
                None => listed(store, number).await?,
            };
            areas.insert(number, known);
        }
        let places = match needs_places {
            true => store.places().await?.iter().map(|place| place.id).collect(),
            false => HashSet::new(),
        };
        Ok(Self { editions, areas, strays: HashMap::new(), places })
    }

    /// Looks in the other editions, the newest first, for areas that have postings and are in none that was loaded.
    pub(super) async fn find_strays<S: Store>(&mut self, store: &S, staff: &Staff) -> Result<(), StoreError> {
        let known: HashSet<AreaId> = self.areas.values().flat_map(HashMap::values).map(|area| area.id).collect();
        let of = |object| match object {
            Object::Area(id) => Some(id).filter(|id| !known.contains(id)),
            Object::Place(_) => None,
        };
        let mut missing: HashSet<AreaId> =
            staff.postings().iter().filter_map(|posting| of(posting.post.object)).collect();
        let numbers = self.editions.iter().map(|edition| edition.number);
        let mut others: Vec<EditionNumber> = numbers.filter(|number| !self.areas.contains_key(number)).collect();
        others.sort_unstable();
        while let Some(number) = others.pop().filter(|_| !missing.is_empty()) {
            for (code, area) in listed(store, number).await? {
                if missing.remove(&area.id) {
                    self.strays.entry(code).or_insert(area);
                }
            }
        }
        Ok(())
    }

    /// The areas of the edition in force at a time, coarse levels first, then by code.
    pub(super) fn areas_at(&self, at: OffsetDateTime) -> Vec<(&AreaCode, &GroundArea)> {
        let areas = self.areas.get(&edition_at(&self.editions, at));
        let mut areas: Vec<_> = areas.into_iter().flatten().collect();
        areas.sort_unstable_by_key(|(code, area)| (area.level, **code));
        areas
    }

    /// The area of a code at a time, and the edition by which that is judged.
    pub(super) fn area(&self, code: &AreaCode, at: OffsetDateTime) -> (EditionNumber, Option<&GroundArea>) {
        let number = edition_at(&self.editions, at);
        (number, self.areas.get(&number).and_then(|areas| areas.get(code)))
    }

    /// Codes and names of areas by number: of each edition, the newest first, then of areas that are in none of these.
    pub(super) fn names(&self) -> Vec<(EditionNumber, NamesOfAreas)> {
        let by_id = |areas: &HashMap<AreaCode, GroundArea>| {
            areas.iter().map(|(code, area)| (area.id, (code.to_string(), area.name.clone()))).collect()
        };
        let loaded = self.areas.iter().rev().map(|(&number, areas)| (number, by_id(areas)));
        loaded.chain([(0, by_id(&self.strays))]).collect()
    }

    /// What may be meant by a row that tells of something known: an area that is gone by then, too, and a place that was
    /// removed.
    pub(super) fn meant(&self, target: &Target, at: OffsetDateTime) -> Option<Object> {
        let code = match target {
            Target::Area(code) => code,
            Target::Place(place) => return Some(Object::Place(*place)),
        };
        let elsewhere = || self.areas.values().rev().chain([&self.strays]).find_map(|areas| areas.get(code));
        self.area(code, at).1.or_else(elsewhere).map(|area| Object::Area(area.id))
    }
}

async fn listed<S: Store>(store: &S, number: EditionNumber) -> Result<HashMap<AreaCode, GroundArea>, StoreError> {
    let listed = store.listed_areas(number).await?.into_iter().map(|area| {
        let ListedArea { id, code, name, level, kind, branch, has_body } = area;
        (code, GroundArea { id, name, level, kind, branch, has_body })
    });
    Ok(listed.collect())
}

fn entry(area: &Area) -> (AreaCode, GroundArea) {
    let (name, branch) = (area.name.clone(), area.branch.clone());
    let has_body = area.body.is_some();
    (area.code, GroundArea { id: area.id, name, level: area.level, kind: area.kind, branch, has_body })
}
