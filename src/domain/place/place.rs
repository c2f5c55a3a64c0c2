//! The place itself.

use time::Date;

use super::{PlaceGeometry, PlaceLayer};
use crate::domain::area::AreaCode;

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

/// 归属 of a road or ditch that is a border: within its width this area answers, whatever the side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BorderOwner {
    /// The area that answers.
    pub area: AreaCode,
    /// The full width of the road or ditch, in centimetres.
    pub width_cm: u32,
}

/// A mapped thing that is no area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Stable number within the store, from 1; never given to another place.
    pub id: i64,
    /// Id of its class in the profile: `camera`, `ditch`.
    pub class: String,
    /// The layer of the map that it is drawn in.
    pub layer: PlaceLayer,
    /// 0 is the most important (a trunk road, a river); larger is drawn later.
    pub rank: u8,
    /// The name, possibly empty.
    pub name: String,
    /// Other names: what people call it, what it was called.
    pub aliases: Vec<String>,
    /// 编号 of whoever keeps the list, unique in its class: an import of the same one updates the place.
    pub external_id: Option<String>,
    /// What is known of it as a building.
    pub building: Option<Building>,
    /// Where its picture is seen live.
    pub video_url: Option<String>,
    /// Its telephone, of a station or an office; not of a person.
    pub phone: Option<String>,
    /// Its address, as written.
    pub address: Option<String>,
    /// Who answers for it when it is a border.
    pub owner: Option<BorderOwner>,
    /// Where it is known from, possibly empty.
    pub source: String,
    /// As of when it is known.
    pub dated: Option<Date>,
    /// Where it is.
    pub geometry: PlaceGeometry,
}

impl Place {
    /// A place of which no more is known than where it is and how it is drawn; its class is called like its layer.
    pub fn bare(id: i64, layer: PlaceLayer, geometry: PlaceGeometry) -> Self {
        Self {
            id,
            class: layer.id().to_owned(),
            layer,
            rank: 0,
            name: String::new(),
            aliases: Vec::new(),
            external_id: None,
            building: None,
            video_url: None,
            phone: None,
            address: None,
            owner: None,
            source: String::new(),
            dated: None,
            geometry,
        }
    }
}
