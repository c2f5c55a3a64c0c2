//! Which of the places that are there the records of files are, by our own number or by theirs.

use std::collections::{HashMap, hash_map::Entry};

use super::told::Told;
use crate::{
    domain::{
        area::{
            Finding, Rule, Severity,
            finding::{Allowed, Source},
        },
        place::Place,
    },
    formats::place_fields::{PlaceField, PlaceFieldMap},
};

/// The places that are there, by their numbers.
struct Known<'a> {
    by_id: HashMap<i64, &'a Place>,
    by_number: HashMap<(&'a str, &'a str), i64>,
}

/// What is wrong with the numbers of a record.
struct Wrong {
    field: PlaceField,
    zh: String,
    en: String,
    allowed: Allowed,
}

/// The good ones of `given`, with the id of the place that they are where one of the `known` has their id or number.
///
/// Complained of, and left out, are ids that name no place, one of another class or one of another number, numbers of
/// another place, and whatever would be a place a second time.
pub fn with_ids(given: Vec<(Place, Source)>, known: &[Place], map: &PlaceFieldMap, told: &mut Told) -> Vec<Place> {
    let known = Known::new(known);
    let mut ids: HashMap<i64, Source> = HashMap::new();
    let mut numbers: HashMap<(String, String), Source> = HashMap::new();
    let mut good = Vec::with_capacity(given.len());
    for (place, source) in given {
        let judged = known.id_of(&place).and_then(|id| {
            if let Some(id) = id {
                once(ids.entry(id), &place, &source)?;
            }
            if let Some(number) = &place.external_id {
                once(numbers.entry((place.class.clone(), number.clone())), &place, &source)?;
            }
            Ok(id)
        });
        match judged {
            Ok(id) => good.push(Place { id: id.unwrap_or(0), ..place }),
            Err(wrong) => {
                let finding = Finding::new(Rule::Record, Severity::Error, wrong.zh, wrong.en).allowed(wrong.allowed);
                let field = Some(map.attribute(wrong.field).to_owned());
                told.add(finding.at(Source { field, ..source }));
            }
        }
    }
    good
}

/// Notes that a record is this place, unless another one was.
fn once<K>(entry: Entry<'_, K, Source>, place: &Place, source: &Source) -> Result<(), Wrong> {
    let first = match entry {
        Entry::Vacant(free) => {
            free.insert(source.clone());
            return Ok(());
        }
        Entry::Occupied(first) => first,
    };
    let (file, record) = (&first.get().file, first.get().record.unwrap_or(0));
    let (field, number) = match &place.external_id {
        Some(number) => (PlaceField::ExternalId, number.clone()),
        None => (PlaceField::Id, place.id.to_string()),
    };
    Err(Wrong {
        field,
        zh: format!("{number} 与 {file} 第 {record} 条重复"),
        en: format!("{number} is there already, in record {record} of {file}"),
        allowed: ("每个点位一次", "each place once").into(),
    })
}

impl<'a> Known<'a> {
    fn new(places: &'a [Place]) -> Self {
        let number = |place: &'a Place| Some(((place.class.as_str(), place.external_id.as_deref()?), place.id));
        Self {
            by_id: places.iter().map(|place| (place.id, place)).collect(),
            by_number: places.iter().filter_map(number).collect(),
        }
    }

    /// The id of the place that a record is; `None` when it tells none and its number is new.
    fn id_of(&self, given: &Place) -> Result<Option<i64>, Wrong> {
        let of_number = given.external_id.as_deref().and_then(|number| {
            let id = self.by_number.get(&(given.class.as_str(), number))?;
            Some((number, *id))
        });
        if given.id == 0 {
            return Ok(of_number.map(|(_, id)| id));
        }
        let (id, class) = (given.id, &given.class);
        let Some(known) = self.by_id.get(&id).filter(|known| known.class == *class) else {
            return Err(Wrong {
                field: PlaceField::Id,
                zh: format!("没有系统编号为 {id} 的{class}"),
                en: format!("no {class} has the id {id}"),
                allowed: ("导出时该类点位的系统编号，或留空", "the id of an exported place of this class, or nothing")
                    .into(),
            });
        };
        // A list of others may have ids of its own under that name: the number says whether the same place is meant.
        if let Some(number) = &known.external_id
            && given.external_id.as_ref() != Some(number)
        {
            let found = given.external_id.as_deref().unwrap_or_default();
            return Err(Wrong {
                field: PlaceField::ExternalId,
                zh: format!("系统编号 {id} 的点位编号是“{number}”，而此处是“{found}”"),
                en: format!("the place with the id {id} has the number {number:?}, not {found:?}"),
                allowed: (format!("{number}，或不填系统编号"), format!("{number}, or no id")).into(),
            });
        }
        match of_number {
            Some((number, other)) if other != id => Err(Wrong {
                field: PlaceField::ExternalId,
                zh: format!("编号 {number} 属于另一点位"),
                en: format!("the number {number} is another place's"),
                allowed: ("这一类中未用过的编号", "a number that is free in this class").into(),
            }),
            _ => Ok(Some(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        geometry::Position,
        place::{PlaceGeometry, PlaceLayer},
    };

    fn camera(id: i64, number: Option<&str>) -> Place {
        let at = PlaceGeometry::Point(Position::new(0, 0).expect("in the world"));
        Place {
            class: "camera".to_owned(),
            external_id: number.map(str::to_owned),
            ..Place::bare(id, PlaceLayer::Facility, at)
        }
    }

    /// The ids that records become, and what is said of the others: number of the record, field, text.
    fn judge(given: &[(i64, Option<&str>)]) -> (Vec<i64>, Vec<String>) {
        let gate = Place { class: "gate".to_owned(), ..camera(9, Some("A")) };
        let known = [camera(5, Some("A")), camera(6, Some("B")), camera(7, None), gate];
        let source = |record| Source { file: "a.csv".to_owned(), record: Some(record), field: None };
        let given = (1..).zip(given).map(|(at, &(id, number))| (camera(id, number), source(at))).collect();
        let mut told = Told::default();
        let good = with_ids(given, &known, &PlaceFieldMap::default(), &mut told);
        let text = |finding: Finding| {
            let Source { record, field, .. } = finding.source;
            format!("{} {} {}", record.unwrap_or(0), field.unwrap_or_default(), finding.en)
        };
        (good.iter().map(|place| place.id).collect(), told.close().into_iter().map(text).collect())
    }

    #[test]
    fn a_place_is_found_by_either_number_and_only_once() {
        let (ids, told) =
            judge(&[(5, Some("A")), (0, Some("B")), (7, Some("C")), (0, Some("D")), (0, None), (0, None)]);
        assert_eq!((ids, told), (vec![5, 6, 7, 0, 0, 0], vec![]));
        // The same place, once by its id and once by its number; a number that is new, twice.
        let (ids, told) = judge(&[(5, Some("A")), (0, Some("A")), (7, Some("E")), (0, Some("E")), (7, None)]);
        assert_eq!(ids, [5, 7]);
        assert_eq!(
            told,
            [
                "2 external_id A is there already, in record 1 of a.csv",
                "4 external_id E is there already, in record 3 of a.csv",
                "5 onemap_id 7 is there already, in record 3 of a.csv",
            ]
        );
    }

    #[test]
    fn ids_of_other_places_are_refused() {
        let (ids, told) =
            judge(&[(5, Some("B")), (0, Some("A")), (5, None), (8, Some("X")), (9, Some("A")), (7, Some("A"))]);
        assert_eq!(ids, [5], "what is refused is not in the way of others");
        assert_eq!(
            told,
            [
                "1 external_id the place with the id 5 has the number \"A\", not \"B\"",
                "3 external_id the place with the id 5 has the number \"A\", not \"\"",
                "4 onemap_id no camera has the id 8",
                "5 onemap_id no camera has the id 9",
                "6 external_id the number A is another place's",
            ]
        );
    }
}
