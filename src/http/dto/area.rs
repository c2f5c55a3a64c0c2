//! Areas on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    common::{AreaRef, ChannelRef, Responsible, degrees},
    place::{BuildingsSumJson, PlaceCount},
};
use crate::{
    app::{areas, places::Found},
    domain::{
        area::{FigureSource, ResponsibleBody, Snapshot},
        coverage::AreaIndex,
        duty::Phone,
        geometry::{MultiPolygon, Ring},
    },
};

/// Children that are listed with an area; `GET /areas?parent=` has them all.
const MAX_LISTED_CHILDREN: usize = 200;

/// A page of areas.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundAreas {
    /// The edition.
    pub edition: u32,
    /// How many there are.
    pub number_matched: usize,
    /// How many are on this page.
    pub number_returned: usize,
    /// The areas, best first.
    pub items: Vec<FoundArea>,
    /// `next`, when there are more.
    pub links: Vec<Link>,
}

/// A link to another address of this service.
#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    /// What is there: `next`.
    pub rel: &'static str,
    /// Its address.
    pub href: String,
}

/// An area that lies where a retired one lay.
#[derive(Debug, Serialize, ToSchema)]
pub struct Successor {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Square metres of the common ground.
    pub area_m2: f64,
}

/// An area that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundArea {
    /// The area.
    #[serde(flatten)]
    pub area: AreaRef,
    /// Names of its parents, coarsest first.
    pub parent_names: Vec<String>,
    /// Where its label sits: longitude, latitude.
    pub label: [f64; 2],
    /// West, south, east, north in degrees.
    pub bbox: [f64; 4],
}

impl FoundArea {
    /// The area at `index`.
    pub fn new(snapshot: &Snapshot, index: AreaIndex) -> Self {
        let mut chain = snapshot.hierarchy.chain(index);
        chain.pop();
        Self {
            area: AreaRef::new(snapshot, index),
            parent_names: chain.iter().map(|&parent| snapshot.hierarchy.area(parent).name.clone()).collect(),
            label: degrees(snapshot.hierarchy.area(index).label),
            bbox: areas::extent(snapshot, index).to_degrees(),
        }
    }
}

/// 责任单位.
#[derive(Debug, Serialize, ToSchema)]
pub struct Body {
    /// Its name.
    pub name: String,
    /// 统一社会信用代码.
    #[schema(required)]
    pub credit_code: Option<String>,
    /// 负责人.
    #[schema(required)]
    pub leader: Option<String>,
    /// 值班电话, masked.
    #[schema(required)]
    pub duty_phone: Option<String>,
}

impl From<&ResponsibleBody> for Body {
    fn from(body: &ResponsibleBody) -> Self {
        Self {
            name: body.name.clone(),
            credit_code: body.credit_code.clone(),
            leader: body.leader.clone(),
            duty_phone: body.duty_phone.clone().map(|phone| Phone(phone).masked()),
        }
    }
}

/// An area and its figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaFigures {
    /// The area.
    #[serde(flatten)]
    pub area: AreaRef,
    /// Its stable number, the feature id in tiles.
    pub id: i64,
    /// Id of the branch (城区/农村).
    #[schema(required)]
    pub branch: Option<String>,
    /// 户数.
    #[schema(required)]
    pub households: Option<u32>,
    /// 人数.
    #[schema(required)]
    pub residents: Option<u32>,
    /// Where the two come from: `buildings` or `declared` (申报).
    pub figures: &'static str,
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
    /// Where its label sits: longitude, latitude.
    pub label: [f64; 2],
    /// West, south, east, north in degrees.
    pub bbox: [f64; 4],
    /// 责任单位.
    #[schema(required)]
    pub body: Option<Body>,
    /// How many parts it has.
    pub parts: usize,
    /// How many vertices its border has.
    pub vertices: usize,
}

/// The children of an area.
#[derive(Debug, Serialize, ToSchema)]
pub struct Children {
    /// How many there are.
    pub count: usize,
    /// The first 200, by code.
    pub items: Vec<AreaRef>,
}

/// An area on the other side of the border.
#[derive(Debug, Serialize, ToSchema)]
pub struct Neighbour {
    /// The area.
    #[serde(flatten)]
    pub area: AreaRef,
    /// Length of the common border, in metres.
    pub shared_border_m: f64,
}

/// A GeoJSON MultiPolygon, longitude first, EPSG:4490 degrees.
#[derive(Debug, Serialize, ToSchema)]
pub struct MultiPolygonJson {
    /// `MultiPolygon`.
    pub r#type: &'static str,
    /// Polygons of rings of positions.
    pub coordinates: Vec<Vec<Vec<[f64; 2]>>>,
}

impl From<&MultiPolygon> for MultiPolygonJson {
    fn from(area: &MultiPolygon) -> Self {
        let ring = |ring: &Ring| {
            let positions = ring.positions();
            positions.iter().chain(positions.first()).map(|&position| degrees(position)).collect()
        };
        let coordinates = area.polygons.iter().map(|part| part.rings().map(ring).collect()).collect();
        Self { r#type: "MultiPolygon", coordinates }
    }
}

/// Everything that is told of one area.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaDetail {
    /// The edition.
    pub edition: u32,
    /// The area.
    pub area: AreaFigures,
    /// Its parents, coarsest first, and itself.
    pub chain: Vec<AreaRef>,
    /// Its parent.
    #[schema(required)]
    pub parent: Option<AreaRef>,
    /// Its children.
    pub children: Children,
    /// Its neighbours of the same level, the longest common border first.
    pub neighbours: Vec<Neighbour>,
    /// Areas that share its footprint (stairwells).
    pub stacked_with: Vec<AreaRef>,
    /// How many places of each class lie in it.
    pub places: Vec<PlaceCount>,
    /// What the buildings in it add up to, beside its own figures; null when none stands in it. Areas that share a footprint
    /// have the same buildings.
    #[schema(required)]
    pub buildings_sum: Option<BuildingsSumJson>,
    /// Who answers: its own postings, then those of its parents.
    pub responsible: Vec<Responsible>,
    /// Its Party bodies (党组织), then those of its parents; nobody is called on them.
    pub party_bodies: Vec<Responsible>,
    /// Where the people of the area talk to one another (联络群): its own channels, then those of its parents.
    pub channels: Vec<ChannelRef>,
    /// Its outline.
    pub geometry: MultiPolygonJson,
}

impl AreaDetail {
    /// Everything about the area at `index`.
    pub fn new(snapshot: &Snapshot, index: AreaIndex, found: &Found) -> Self {
        let area = snapshot.hierarchy.area(index);
        let chain = snapshot.hierarchy.chain(index);
        let children = snapshot.hierarchy.children(index);
        let polygon = snapshot.coverage.polygon(index);
        let neighbour = |(other, shared_border_m)| Neighbour { area: AreaRef::new(snapshot, other), shared_border_m };
        let figures = AreaFigures {
            area: AreaRef::new(snapshot, index),
            id: area.id.0,
            branch: area.branch.clone(),
            households: area.households,
            residents: area.residents,
            figures: match area.figures {
                FigureSource::Buildings => "buildings",
                FigureSource::Declared => "declared",
            },
            area_m2: area.area_m2,
            label: degrees(area.label),
            bbox: areas::extent(snapshot, index).to_degrees(),
            body: area.body.as_deref().map(Body::from),
            parts: polygon.polygons.len(),
            vertices: polygon.vertex_count(),
        };
        Self {
            edition: snapshot.edition_number(),
            area: figures,
            parent: area.parent.map(|parent| AreaRef::new(snapshot, parent)),
            children: Children {
                count: children.len(),
                items: AreaRef::list(snapshot, &children[..children.len().min(MAX_LISTED_CHILDREN)]),
            },
            neighbours: areas::neighbours(snapshot, index).into_iter().map(neighbour).collect(),
            stacked_with: AreaRef::list(snapshot, &areas::stacked_with(snapshot, index)),
            places: PlaceCount::of_area(&snapshot.profile, found, index),
            buildings_sum: BuildingsSumJson::of_area(found, index),
            responsible: areas::responsible(snapshot, &chain, &[])
                .map(|(of, one)| Responsible::new(snapshot, of, one))
                .collect(),
            party_bodies: areas::party_bodies(snapshot, &chain)
                .map(|(of, one)| Responsible::new(snapshot, of, one))
                .collect(),
            channels: ChannelRef::list(snapshot, chain.iter().rev().copied()),
            chain: AreaRef::list(snapshot, &chain),
            geometry: MultiPolygonJson::from(&polygon),
        }
    }
}
