//! Places on the wire.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    area::Link,
    common::{AreaRef, degrees},
};
use crate::{
    app::places::{self, Found, PlaceImportReport, class_name},
    domain::{
        area::Snapshot,
        coverage::AreaIndex,
        geometry::{Extent, measure::round_cm},
        place::{NearPlace, Place, PlaceDirectory, falls::positions},
        profile::Profile,
    },
    formats::{place_fields::PlaceField, place_sheet},
    http::finding::{BothLanguages, FindingJson},
};

/// A class of places.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceClassJson {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// The layer of the tileset `places` that it is drawn in.
    pub layer: &'static str,
    /// What its places may be made of: `point`, `line`, `polygon`.
    pub geometries: Vec<&'static str>,
    /// Its picture in the sprites.
    #[schema(required)]
    pub icon: Option<String>,
    /// What its places may carry: `building`, `video_url`, `phone`, `address`, `owner`.
    pub attributes: Vec<&'static str>,
}

impl PlaceClassJson {
    /// The classes of a profile.
    pub fn all(profile: &Profile) -> Vec<Self> {
        let class = |class: &crate::domain::profile::PlaceClass| Self {
            id: class.id.clone(),
            name: BothLanguages::from(&class.name),
            layer: class.layer.id(),
            geometries: class.geometries.iter().map(|kind| kind.id()).collect(),
            icon: class.icon.clone(),
            attributes: class.attributes.iter().map(|attribute| attribute.id()).collect(),
        };
        profile.place_classes.iter().map(class).collect()
    }
}

/// How many places of a class there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceCount {
    /// Id of the class.
    pub class: String,
    /// What it is called; its id where the profile does not know it.
    pub name: BothLanguages,
    /// How many.
    pub count: usize,
}

impl PlaceCount {
    /// The classes that have places in an area, in the order of the profile.
    pub fn of_area(profile: &Profile, found: &Found, area: AreaIndex) -> Vec<Self> {
        let count =
            |it: places::PlaceCount| Self { class: it.class, name: BothLanguages::from(&it.name), count: it.count };
        found.counts(profile, area).into_iter().map(count).collect()
    }
}

/// What the buildings that stand in an area add up to.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuildingsSumJson {
    /// How many buildings.
    pub buildings: u32,
    /// 户数 of all of them.
    pub households: u64,
    /// 人数 of all of them.
    pub residents: u64,
}

impl BuildingsSumJson {
    /// The sum of an area; `None` when no building stands in it.
    pub fn of_area(found: &Found, area: AreaIndex) -> Option<Self> {
        let sum = found.by_area.buildings_sum(area);
        let json = Self { buildings: sum.buildings, households: sum.households, residents: sum.residents };
        (sum.buildings > 0).then_some(json)
    }
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceJson {
    /// Its stable number, the feature id in tiles.
    pub id: i64,
    /// Id of its class.
    pub class: String,
    /// What the class is called.
    pub class_name: BothLanguages,
    /// The name, possibly empty.
    pub name: String,
    /// Where it stands for one position: longitude, latitude.
    #[schema(required)]
    pub position: Option<[f64; 2]>,
    /// West, south, east, north in degrees.
    #[schema(required)]
    pub bbox: Option<[f64; 4]>,
    /// All that is known of it, by the columns of `GET /places/template.csv` (`external_id`, `aliases`, `video_url`, ...).
    #[schema(value_type = Object)]
    pub properties: serde_json::Map<String, serde_json::Value>,
}

impl PlaceJson {
    /// The place of a number.
    pub fn new(profile: &Profile, directory: &PlaceDirectory, number: u32) -> Self {
        let place = directory.place(number);
        let mut properties = place_sheet::properties(place);
        for own in [PlaceField::Id, PlaceField::Class, PlaceField::Name] {
            properties.remove(own.id());
        }
        Self {
            id: place.id,
            class: place.class.clone(),
            class_name: BothLanguages::from(&class_name(profile, &place.class)),
            name: place.name.clone(),
            position: directory.anchor(number).map(degrees),
            bbox: directory.extent(number).map(Extent::to_degrees),
            properties,
        }
    }
}

/// A page of places.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundPlaces {
    /// The edition whose areas were asked with.
    pub edition: u32,
    /// How many there are.
    pub number_matched: usize,
    /// How many are on this page.
    pub number_returned: usize,
    /// How many places, of the class that was asked for, lie in no area of the edition; `GET /places?outside=true` has them.
    pub outside: usize,
    /// The places, by class, then by id.
    pub items: Vec<PlaceJson>,
    /// `next`, when there are more.
    pub links: Vec<Link>,
}

/// Everything that is told of one place.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceDetail {
    /// The edition.
    pub edition: u32,
    /// The place.
    pub place: PlaceJson,
    /// The areas that it lies in, coarsest first; several of a level for a line or an outline.
    pub areas: Vec<AreaRef>,
    /// Its geometry as GeoJSON, longitude first, EPSG:4490.
    #[schema(value_type = Object)]
    pub geometry: serde_json::Value,
}

impl PlaceDetail {
    /// Everything about the place of a number.
    pub fn new(snapshot: &Snapshot, directory: &PlaceDirectory, number: u32) -> Self {
        let place = directory.place(number);
        Self {
            edition: snapshot.edition_number(),
            place: PlaceJson::new(&snapshot.profile, directory, number),
            areas: AreaRef::list(snapshot, &areas_of(snapshot, place)),
            geometry: place_sheet::geometry(&place.geometry),
        }
    }
}

/// The areas that a place lies in; they are numbered by level, then by code.
fn areas_of(snapshot: &Snapshot, place: &Place) -> Vec<AreaIndex> {
    let mut areas = BTreeSet::new();
    positions(place, place.geometry.anchor(), |position| {
        let finest = snapshot.finest(snapshot.index().locate(position.wrapped()).face);
        areas.extend(snapshot.owners().chain(finest).iter().copied());
        areas.extend(snapshot.owners().stacked(finest).iter().copied());
    });
    areas.into_iter().collect()
}

/// A place near a position.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearPlaceJson {
    /// The place.
    #[serde(flatten)]
    pub place: PlaceJson,
    /// How far it is, in metres; 0 inside of it.
    pub distance_m: f64,
    /// Where it is, in degrees from north, clockwise.
    pub bearing_deg: f64,
}

/// The places nearest to a position.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearPlaces {
    /// The edition that is served.
    pub edition: u32,
    /// The position in EPSG:4490: longitude, latitude.
    pub position: [f64; 2],
    /// The places, the nearest first, none further than 10 km.
    pub items: Vec<NearPlaceJson>,
}

impl NearPlaceJson {
    /// A place that was found.
    pub fn new(profile: &Profile, directory: &PlaceDirectory, near: NearPlace) -> Self {
        Self {
            place: PlaceJson::new(profile, directory, near.number),
            distance_m: round_cm(near.distance_m),
            bearing_deg: round_cm(near.bearing_deg),
        }
    }
}

/// What an import of places did.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceImportJson {
    /// `applied`, `unchanged` or `checked` (a dry run); `rejected` in the problem of a refused one.
    pub outcome: &'static str,
    /// How many records were read.
    pub records: u64,
    /// Places that were not there.
    pub created: u64,
    /// Places whose record differs.
    pub changed: u64,
    /// Places whose record is the same.
    pub unchanged: u64,
    /// Places that are no more.
    pub removed: u64,
    /// Records with errors, left out.
    pub left_out: u64,
    /// Places that the file leaves as they are and that lie in no area of the edition in force; `GET /places?outside=true`.
    pub outside: u64,
    /// Errors, warnings and notes.
    pub findings: Vec<FindingJson>,
}

impl From<&PlaceImportReport> for PlaceImportJson {
    fn from(report: &PlaceImportReport) -> Self {
        Self {
            outcome: report.outcome.id(),
            records: report.records,
            created: report.created,
            changed: report.changed,
            unchanged: report.unchanged,
            removed: report.removed,
            left_out: report.left_out,
            outside: report.outside,
            findings: report.findings.iter().map(|finding| FindingJson::new(finding, None)).collect(),
        }
    }
}
