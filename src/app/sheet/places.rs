//! How many places of each class lie in each area.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use crate::{
    app::{App, View, tasks},
    domain::{
        area::EditionNumber,
        coverage::AreaIndex,
        place::{BuildingsSum, PlacesByArea},
        profile::Name,
    },
};

/// Editions whose places are kept.
const MAX_KEPT: usize = 4;

/// How many places of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceCount {
    /// Id of the class.
    pub class: String,
    /// What it is called.
    pub name: Name,
    /// How many.
    pub count: usize,
}

/// The places of an area, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedPlaces {
    /// By class, in the profile's order; classes without a place are left out.
    pub counts: Vec<PlaceCount>,
    /// What its buildings add up to.
    pub buildings: BuildingsSum,
    /// Number of the change that places are as of.
    pub revision: i64,
}

/// Which places lie where, by edition and change of the places: found once for each pair.
#[derive(Debug, Default)]
pub struct PlaceCounts(Mutex<HashMap<(EditionNumber, i64), Arc<PlacesByArea>>>);

impl PlaceCounts {
    /// The places of an area.
    pub async fn of(&self, app: &App, view: &View, area: AreaIndex) -> CountedPlaces {
        let (snapshot, served) = (Arc::clone(view.snapshot()), app.served());
        let (directory, revision) = (Arc::clone(served.places.directory()), served.places.revision());
        let key = (snapshot.edition_number(), revision);
        let kept = self.0.lock().expect("nobody panics while holding it").get(&key).cloned();
        let fallen = match kept {
            Some(kept) => kept,
            None => {
                let (on, places) = (Arc::clone(&snapshot), Arc::clone(&directory));
                let found = Arc::new(tasks::compute(move || PlacesByArea::new(&on, &places)).await);
                let mut kept = self.0.lock().expect("nobody panics while holding it");
                if kept.len() >= MAX_KEPT {
                    kept.clear();
                }
                kept.insert(key, Arc::clone(&found));
                found
            }
        };
        let mut counts = Vec::new();
        for (class, range) in directory.classes() {
            let count = fallen.of_range(area, range).len();
            if count > 0 {
                let named = snapshot.profile.place_class(class).map(|class| class.name.clone());
                let name = named.unwrap_or_else(|| Name { zh: class.clone(), en: class.clone() });
                counts.push(PlaceCount { class: class.clone(), name, count });
            }
        }
        counts.sort_by_key(|one| snapshot.profile.place_classes.iter().position(|class| class.id == one.class));
        CountedPlaces { counts, buildings: fallen.buildings_sum(area), revision }
    }
}
