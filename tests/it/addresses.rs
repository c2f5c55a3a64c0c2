//! Addresses: what people say and what is meant, over a made-up district with some places of known names.

mod batch;
mod cli;
mod every_building;
mod odd;
mod same_names;
mod spellings;

use std::sync::Arc;

use onemap::{
    app::demo::{Content, DemoDistrict, DemoPlan, generate},
    domain::{
        address::{AddressError, AreaNames, CandidateKind, Found, Gazetteer, PlaceNames, find},
        area::Snapshot,
        geometry::Position,
        place::{Building, Place, PlaceGeometry, PlaceLayer},
    },
};

use crate::{support::data::licheng, tiles_content::edition_of};

/// What the first estate with stairwells is called.
const ESTATE: &str = "凤凰城小区";

/// A district in which the units and buildings of one estate are called 凤凰城小区, the building with the stairs 20号楼.
fn district(units: u64) -> DemoDistrict {
    let plan = DemoPlan::new(units, 1, Content::Buildings).expect("a plan");
    let mut demo = generate(&plan, &mut |_, _| {});
    let stair = demo.areas.iter().find(|area| area.name.ends_with("号楼2梯")).expect("a stairwell").name.clone();
    let building = stair.strip_suffix("2梯").expect("a stairwell").to_owned();
    let estate = building.trim_end_matches("号楼").trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let renamed = |name: &str| {
        let rest = match name.strip_prefix(&building) {
            Some(rest) => format!("20号楼{rest}"),
            None => name.strip_prefix(&estate)?.to_owned(),
        };
        Some(format!("{ESTATE}{rest}"))
    };
    for area in &mut demo.areas {
        if let Some(name) = renamed(&area.name) {
            area.name = name;
        }
    }
    for place in &mut demo.places {
        let Some(name) = renamed(&place.name) else { continue };
        if let Some(own) = place.building.as_mut().filter(|own| own.estate == estate) {
            own.number = name.strip_prefix(ESTATE).expect("renamed").to_owned();
            own.estate = ESTATE.to_owned();
            place.name = name;
        }
    }
    demo
}

/// Everything that addresses are looked up in.
struct Ground {
    snapshot: Arc<Snapshot>,
    places: PlaceNames,
    areas: AreaNames,
}

impl Ground {
    fn new(demo: &DemoDistrict, more: impl FnOnce(&Snapshot) -> Vec<Place>) -> Self {
        let snapshot = edition_of(&Arc::new(licheng().clone()), demo.areas.clone());
        let mut places = demo.places.clone();
        places.extend(more(&snapshot));
        Self { places: PlaceNames::new(&places), areas: AreaNames::new(&snapshot.hierarchy), snapshot }
    }

    fn find(&self, address: &str) -> Result<Found, AddressError> {
        find(Gazetteer { places: &self.places, areas: &self.areas, snapshot: &self.snapshot }, address)
    }
}

/// A building at a position.
fn building(id: i64, at: Position, estate: &str, number: &str, (floors, stairs): (u16, u16)) -> Place {
    Place {
        name: format!("{estate}{number}"),
        building: Some(Building {
            estate: estate.to_owned(),
            number: number.to_owned(),
            floors,
            stairs,
            ..Building::default()
        }),
        ..Place::bare(id, PlaceLayer::Building, PlaceGeometry::Point(at))
    }
}

/// A position inside a unit of the area called `name` that shares its footprint with no other.
fn somewhere(snapshot: &Snapshot, name: &str, nth: usize) -> Position {
    let finest = snapshot.hierarchy.of_level(snapshot.profile.finest());
    let is_in = |area: &u32| {
        let label = snapshot.hierarchy.area(*area).label;
        let located = snapshot.locate(label);
        located.stacked.is_empty() && located.chain.iter().any(|&above| snapshot.hierarchy.area(above).name == name)
    };
    let unit = finest.filter(is_in).nth(nth).unwrap_or_else(|| panic!("a unit in {name}"));
    snapshot.hierarchy.area(unit).label
}
