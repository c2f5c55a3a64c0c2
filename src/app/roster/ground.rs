//! Which areas there are at which time.

use std::collections::{HashMap, HashSet};

use time::OffsetDateTime;

use crate::{
    domain::area::{Area, AreaCode, AreaId, Edition, EditionNumber, Kind, Level, Snapshot, in_force},
    store::{Store, StoreError},
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

/// The areas of the editions that a table speaks of.
#[derive(Debug, Default)]
pub(super) struct Ground {
    pub editions: Vec<Edition>,
    pub areas: HashMap<EditionNumber, HashMap<AreaCode, GroundArea>>,
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
        let mut areas = HashMap::new();
        for number in numbers.into_iter().filter(|&number| number > 0) {
            let known = match served.filter(|snapshot| snapshot.edition_number() == number) {
                Some(snapshot) => snapshot.hierarchy.areas().iter().map(|area| entry(area)).collect(),
                None => store.areas(number).await?.iter().map(|stored| entry(&stored.area)).collect(),
            };
            areas.insert(number, known);
        }
        let places = match needs_places {
            true => store.places().await?.iter().map(|place| place.id).collect(),
            false => HashSet::new(),
        };
        Ok(Self { editions, areas, places })
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
}

fn entry(area: &Area) -> (AreaCode, GroundArea) {
    let (name, branch) = (area.name.clone(), area.branch.clone());
    let has_body = area.body.is_some();
    (area.code, GroundArea { id: area.id, name, level: area.level, kind: area.kind, branch, has_body })
}
