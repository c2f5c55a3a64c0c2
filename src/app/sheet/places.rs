//! How many places of each class lie in each area.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    app::{App, View, tasks},
    domain::{
        area::EditionNumber,
        coverage::AreaIndex,
        place::PlacesByArea,
        profile::{Name, PlaceClass},
    },
};

/// Editions whose places are kept by area.
const MAX_KEPT: usize = 4;

/// How many places of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceCount {
    /// Id of the class.
    pub class: String,
    /// What it is called.
    pub name: Name,
    /// How many.
    pub count: u32,
}

/// What lies where, by edition and change of the places. Locked for moments only.
#[derive(Default)]
pub struct PlaceCounts(Mutex<HashMap<(EditionNumber, i64), Arc<PlacesByArea>>>);

impl PlaceCounts {
    /// The places of an area by class, in the profile's order, those that it has none of left out; and the change of the
    /// store that they are of. What lies where is found once for an edition.
    pub async fn of(&self, app: &App, view: &View, area: AreaIndex) -> (Vec<PlaceCount>, i64) {
        let snapshot = Arc::clone(view.snapshot());
        let served = app.served();
        let directory = Arc::clone(served.places.directory());
        let key = (snapshot.edition_number(), served.places.revision());
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let by_area = match found {
            Some(found) => found,
            None => {
                let (snapshot, directory) = (Arc::clone(&snapshot), Arc::clone(&directory));
                let made = Arc::new(tasks::compute(move || PlacesByArea::new(&snapshot, &directory)).await);
                let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() >= MAX_KEPT {
                    kept.clear();
                }
                kept.insert(key, Arc::clone(&made));
                made
            }
        };
        let count = |class: &PlaceClass| PlaceCount {
            class: class.id.clone(),
            name: class.name.clone(),
            count: by_area.of_range(area, &directory.range_of(&class.id)).len() as u32,
        };
        let counts = snapshot.profile.place_classes.iter().map(count).filter(|it| it.count > 0).collect();
        (counts, key.1)
    }
}
