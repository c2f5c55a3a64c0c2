//! Which of the places that are there the records of a file are, and what changes.

use std::collections::{HashMap, HashSet};

use crate::domain::place::{Place, PlaceChange};

/// A change, with what it leaves as it is.
#[derive(Debug, Default)]
pub struct Merged {
    /// What is to be done.
    pub change: PlaceChange,
    /// How many records say what is known already.
    pub unchanged: u64,
}

/// Finds for each of `given` the place that it is: by its id, else by class and number, else, without a number, by being
/// equal in all but the id. All places of the class `replaced` that are none of them go.
pub fn merge<'a>(known: impl Iterator<Item = &'a Place> + Clone, given: Vec<Place>, replaced: Option<&str>) -> Merged {
    let by_id: HashMap<i64, &Place> = known.clone().map(|place| (place.id, place)).collect();
    let by_number: HashMap<(&str, &str), &Place> = known
        .clone()
        .filter_map(|place| Some(((place.class.as_str(), place.external_id.as_deref()?), place)))
        .collect();
    let mut alike: HashMap<(&str, &str), Vec<&Place>> = HashMap::new();
    for place in known.clone().filter(|place| place.external_id.is_none()) {
        alike.entry((place.class.as_str(), place.name.as_str())).or_default().push(place);
    }
    let mut merged = Merged::default();
    let mut met: HashSet<i64> = given.iter().map(|place| place.id).filter(|&id| id > 0).collect();
    for mut place in given {
        let found = match (&place.external_id, place.id) {
            (_, id) if id > 0 => by_id.get(&id).copied(),
            (Some(number), _) => by_number.get(&(place.class.as_str(), number.as_str())).copied(),
            (None, _) => {
                let candidates = alike.get(&(place.class.as_str(), place.name.as_str()));
                let is_it =
                    |other: &&&Place| !met.contains(&other.id) && Place { id: other.id, ..place.clone() } == ***other;
                candidates.and_then(|list| list.iter().find(is_it)).copied()
            }
        };
        if let Some(found) = found {
            place.id = found.id;
            met.insert(found.id);
            if *found == place {
                merged.unchanged += 1;
                continue;
            }
        }
        merged.change.put.push(place);
    }
    if let Some(class) = replaced {
        let gone = known.filter(|place| place.class == class && !met.contains(&place.id));
        merged.change.removed = gone.map(|place| place.id).collect();
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        geometry::Position,
        place::{PlaceGeometry, PlaceLayer},
    };

    fn camera(id: i64, number: Option<&str>, x: i32) -> Place {
        let at = PlaceGeometry::Point(Position::new(x, 0).expect("in the world"));
        Place {
            class: "camera".to_owned(),
            external_id: number.map(str::to_owned),
            ..Place::bare(id, PlaceLayer::Facility, at)
        }
    }

    #[test]
    fn numbers_find_places_again_and_replacing_removes_the_rest() {
        let gate = Place { class: "gate".to_owned(), ..camera(9, Some("B"), 5) };
        let known = [camera(1, Some("A"), 1), camera(2, Some("B"), 2), camera(3, None, 3), camera(4, None, 3), gate];
        let given =
            vec![camera(0, Some("A"), 1), camera(0, Some("B"), 20), camera(0, Some("C"), 4), camera(0, None, 3)];
        let merged = merge(known.iter(), given.clone(), None);
        assert_eq!(merged.change.put, [camera(2, Some("B"), 20), camera(0, Some("C"), 4)]);
        assert_eq!((merged.unchanged, merged.change.removed.len()), (2, 0));
        assert_eq!(merge(known.iter(), given, Some("camera")).change.removed, [4]);
        // A place without a number may get one by our own id.
        let merged = merge(known.iter(), vec![camera(4, Some("Z"), 3)], None);
        assert_eq!(merged.change.put, [camera(4, Some("Z"), 3)]);
    }
}
