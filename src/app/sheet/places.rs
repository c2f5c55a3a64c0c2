//! How many places of each class lie in each area.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use crate::{
    app::{App, View, tasks},
    domain::{
        area::{EditionNumber, Snapshot},
        coverage::AreaIndex,
        geometry::Position,
        place::{Place, PlaceClass, PlaceGeometry},
    },
    store::{Store, StoreError},
};

/// Editions whose counts are kept.
const MAX_KEPT: usize = 4;

/// How many places of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceCount {
    /// Id of the class.
    pub class: &'static str,
    /// What it is called in Chinese.
    pub zh: &'static str,
    /// How many.
    pub count: u32,
}

/// Counts of all areas of an edition.
type Counted = HashMap<AreaIndex, [u32; PlaceClass::ALL.len()]>;

/// What was counted, by edition and change of the places.
#[derive(Debug, Default)]
pub struct PlaceCounts(Mutex<HashMap<(EditionNumber, i64), Arc<Counted>>>);

impl PlaceCounts {
    /// The places of an area by class, those that it has none of left out; and the change of the store that they are of.
    ///
    /// Counted once for an edition: each place where its middle lies, in its area and all above.
    pub async fn of(&self, app: &App, view: &View, area: AreaIndex) -> Result<(Vec<PlaceCount>, i64), StoreError> {
        let snapshot = Arc::clone(view.snapshot());
        let key = (snapshot.edition_number(), app.served().places.revision());
        let kept = self.0.lock().expect("nobody panics while holding it").get(&key).cloned();
        let counted = match kept {
            Some(kept) => kept,
            None => {
                let places = app.reached(app.district().store().places()).await.flatten()?;
                let counted = Arc::new(tasks::compute(move || count(&snapshot, &places)).await);
                let mut kept = self.0.lock().expect("nobody panics while holding it");
                if kept.len() >= MAX_KEPT {
                    kept.clear();
                }
                kept.insert(key, Arc::clone(&counted));
                counted
            }
        };
        let none = [0; PlaceClass::ALL.len()];
        let counts = counted.get(&area).unwrap_or(&none);
        let found = PlaceClass::ALL.iter().zip(counts).filter(|&(_, &count)| count > 0);
        Ok((found.map(|(class, &count)| PlaceCount { class: class.id(), zh: zh(*class), count }).collect(), key.1))
    }
}

fn count(snapshot: &Snapshot, places: &[Place]) -> Counted {
    let mut counted = Counted::new();
    for place in places {
        let Some(position) = middle(&place.geometry) else { continue };
        let Some(class) = PlaceClass::ALL.iter().position(|class| *class == place.class) else { continue };
        for &area in snapshot.locate(position).chain.iter() {
            counted.entry(area).or_default()[class] += 1;
        }
    }
    counted
}

/// A position in the middle of what a place is drawn with.
fn middle(geometry: &PlaceGeometry) -> Option<Position> {
    match geometry {
        PlaceGeometry::Point(position) => Some(*position),
        PlaceGeometry::Line(positions) => positions.get(positions.len() / 2).copied(),
        PlaceGeometry::Polygon(polygon) => {
            let extent = polygon.extent()?;
            let [west, south, east, north] = extent.to_degrees();
            Position::from_degrees((west + east) / 2.0, (south + north) / 2.0)
        }
    }
}

const fn zh(class: PlaceClass) -> &'static str {
    match class {
        PlaceClass::Road => "道路",
        PlaceClass::Water => "水系",
        PlaceClass::Building => "楼栋",
        PlaceClass::Green => "绿地",
    }
}
