//! Places (点位): anything on the map that is no area.

use super::geometry::{MultiPolygon, Position};

/// What a place is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceGeometry {
    /// A gate, a camera, a hydrant.
    Point(Position),
    /// A road, a ditch: at least two positions, in order.
    Line(Vec<Position>),
    /// A building, a lake.
    Polygon(MultiPolygon),
}

/// The class of a place that the map draws; the profile's finer classes come with the places themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceClass {
    /// A road; `rank` of the place tells trunk from lane.
    Road,
    /// A river, a canal, a ditch, a lake.
    Water,
    /// A building.
    Building,
    /// A park or a field.
    Green,
}

impl PlaceClass {
    /// All classes, in drawing order.
    pub const ALL: [Self; 4] = [Self::Green, Self::Water, Self::Road, Self::Building];

    /// The word on the wire, in the store and in tiles.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Road => "road",
            Self::Water => "water",
            Self::Building => "building",
            Self::Green => "green",
        }
    }

    /// The class that `id` names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.id() == id)
    }
}

/// What is known of a building besides its outline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Building {
    /// 小区.
    pub estate: String,
    /// 楼号, as written on the wall: "20号楼".
    pub number: String,
    /// 梯位: how many stairwells.
    pub stairs: u16,
    /// 层数.
    pub floors: u16,
    /// 户数.
    pub households: u32,
    /// 人数.
    pub residents: u32,
}

/// A mapped thing that is no area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Stable number within the store, from 1.
    pub id: i64,
    /// The class.
    pub class: PlaceClass,
    /// 0 is the most important (a trunk road, a river); larger is drawn later.
    pub rank: u8,
    /// The name, possibly empty.
    pub name: String,
    /// What is known of it as a building.
    pub building: Option<Building>,
    /// Where it is.
    pub geometry: PlaceGeometry,
}
