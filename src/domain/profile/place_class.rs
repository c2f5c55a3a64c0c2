//! The classes of places.

use super::Name;
use crate::domain::place::{GeometryKind, PlaceLayer};

/// What a place may carry besides its name, its number and where it is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceAttribute {
    /// 小区, 楼号, 梯位, 层数, 户数, 人数.
    Building,
    /// Where its picture is seen live.
    VideoUrl,
    /// Its telephone.
    Phone,
    /// Its address.
    Address,
    /// 归属 and width of a road or ditch that is a border.
    Owner,
}

impl PlaceAttribute {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Building, Self::VideoUrl, Self::Phone, Self::Address, Self::Owner];

    /// The word in profiles and on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::VideoUrl => "video_url",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Owner => "owner",
        }
    }
}

/// A class of places (点位类别).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceClass {
    /// Id, unique in the profile: `camera`.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// The layer of the map that its places are drawn in.
    pub layer: PlaceLayer,
    /// The rank of a place that tells none; 0 is drawn first.
    pub rank: u8,
    /// What its places may be made of, at least one, none twice.
    pub geometries: Vec<GeometryKind>,
    /// Its picture on the map, one of [`ICONS`].
    pub icon: Option<String>,
    /// What its places may carry, none twice.
    pub attributes: Vec<PlaceAttribute>,
}

impl PlaceClass {
    /// Whether its places may carry `attribute`.
    pub fn carries(&self, attribute: PlaceAttribute) -> bool {
        self.attributes.contains(&attribute)
    }
}

/// The pictures that a class may have: those of the program's sprites.
pub const ICONS: [&str; 13] = [
    "body",
    "camera",
    "charging",
    "gate",
    "hospital",
    "hydrant",
    "industry",
    "market",
    "mediation",
    "office",
    "park",
    "school",
    "service",
];

/// The classes of a profile that names none. Stores keep such profiles for life: these never change, but more may come.
///
/// The classes called like a layer are those of stores that knew no others.
pub fn default_place_classes() -> Vec<PlaceClass> {
    use GeometryKind::{Line, Point, Polygon};
    use PlaceAttribute::{Address, Building, Owner, Phone, VideoUrl};
    use PlaceLayer as Layer;
    let class =
        |id: &str, zh: &str, en: &str, layer, rank, geometries: &[_], icon: &str, attributes: &[_]| PlaceClass {
            id: id.to_owned(),
            name: Name { zh: zh.to_owned(), en: en.to_owned() },
            layer,
            rank,
            geometries: geometries.to_vec(),
            icon: (!icon.is_empty()).then(|| icon.to_owned()),
            attributes: attributes.to_vec(),
        };
    vec![
        class("road", "道路", "road", Layer::Road, 2, &[Line, Polygon], "", &[Owner]),
        class("water", "水系", "water", Layer::Water, 2, &[Line, Polygon], "", &[Owner]),
        class("ditch", "沟渠", "ditch", Layer::Water, 3, &[Line, Polygon], "", &[Owner]),
        class("green", "绿地", "green", Layer::Green, 2, &[Point, Polygon], "", &[]),
        class("building", "楼栋", "building", Layer::Building, 0, &[Point, Polygon], "", &[Building, Address]),
        class(
            "service_station",
            "党群服务站",
            "service station",
            Layer::Facility,
            0,
            &[Point],
            "service",
            &[Phone, Address],
        ),
        class(
            "mediation_room",
            "评理室",
            "mediation room",
            Layer::Facility,
            0,
            &[Point],
            "mediation",
            &[Phone, Address],
        ),
        class("school", "学校", "school", Layer::Facility, 0, &[Point, Polygon], "school", &[Phone, Address]),
        class(
            "hospital",
            "医疗机构",
            "hospital or clinic",
            Layer::Facility,
            0,
            &[Point, Polygon],
            "hospital",
            &[Phone, Address],
        ),
        class("market", "市场", "market", Layer::Facility, 0, &[Point, Polygon], "market", &[Phone, Address]),
        class("gate", "出入口", "gate", Layer::Facility, 1, &[Point], "gate", &[Address]),
        class("charging_post", "充电桩", "charging post", Layer::Facility, 2, &[Point], "charging", &[Address]),
        class("hydrant", "消火栓", "hydrant", Layer::Facility, 2, &[Point], "hydrant", &[Address]),
        class("camera", "监控", "camera", Layer::Facility, 2, &[Point], "camera", &[VideoUrl, Address]),
    ]
}
