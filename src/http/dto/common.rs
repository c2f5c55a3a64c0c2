//! Shapes that several answers share.

use serde::Serialize;
use utoipa::ToSchema;

pub use crate::formats::wire::{AreaRef, KindJson};
use crate::{
    domain::{
        area::{Area, Snapshot},
        coverage::AreaIndex,
        duty::{Channel, OnDuty},
        geometry::Position,
    },
    http::finding::BothLanguages,
};

/// Longitude and latitude in degrees, EPSG:4490.
pub(super) fn degrees(position: Position) -> [f64; 2] {
    [position.lon_degrees(), position.lat_degrees()]
}

/// What a role is called; its id when the profile does not know it.
pub(super) fn role_name(snapshot: &Snapshot, id: &str) -> BothLanguages {
    match snapshot.profile.roles.iter().find(|role| role.id == id) {
        Some(role) => BothLanguages::from(&role.name),
        None => BothLanguages { zh: id.to_owned(), en: id.to_owned() },
    }
}

/// Someone who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Responsible {
    /// Id of the role.
    pub role: String,
    /// What the role is called.
    pub role_name: BothLanguages,
    /// `A` or `B` (A角, B角).
    pub order: &'static str,
    /// The person.
    pub name: String,
    /// Telephone, masked.
    #[schema(required)]
    pub phone: Option<String>,
    /// The person's organisation.
    #[schema(required)]
    pub organisation: Option<String>,
    /// Code of the area that the person answers for; with `place`, of the finest area there.
    pub area: String,
    /// Whose place the person takes for a time (代班); left out when nobody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_in_for: Option<String>,
    /// The place that the person answers for (楼栋长, 街巷长); left out when it is the area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<PostedPlace>,
}

/// A place that somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostedPlace {
    /// Its number.
    pub id: i64,
    /// Id of its class.
    pub class: String,
    /// What it is called, possibly empty.
    pub name: String,
}

/// Where the people of an area talk to one another (联络群).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChannelRef {
    /// Code of the area.
    pub area: String,
    /// What it is: `wechat`, `wecom`, `dingtalk`, `radio` or another word.
    pub kind: String,
    /// The id of the group there.
    pub group: String,
    /// An address that opens it.
    #[schema(required)]
    pub link: Option<String>,
}

impl ChannelRef {
    /// The channels of areas, in their order.
    pub fn list(snapshot: &Snapshot, areas: impl IntoIterator<Item = AreaIndex>) -> Vec<Self> {
        let staff = snapshot.roster().staff();
        let areas = areas.into_iter().map(|index| snapshot.hierarchy.area(index));
        let of = |area: &Area| {
            let code = area.code.to_string();
            let channel = |channel: &Channel| Self {
                area: code.clone(),
                kind: channel.kind.clone(),
                group: channel.group.clone(),
                link: Some(channel.link.clone()).filter(|link| !link.is_empty()),
            };
            staff.channels_of(area.id).map(channel).collect::<Vec<_>>()
        };
        areas.flat_map(of).collect()
    }
}

impl Responsible {
    /// Who answers for the area at `index`, as everybody may see it.
    pub fn new(snapshot: &Snapshot, index: AreaIndex, one: &OnDuty) -> Self {
        let non_empty = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            role: one.role().to_owned(),
            role_name: role_name(snapshot, one.role()),
            order: one.order().id(),
            name: one.name().to_owned(),
            phone: non_empty(one.phone().masked()),
            organisation: non_empty(one.organisation().to_owned()),
            area: snapshot.hierarchy.area(index).code.to_string(),
            stands_in_for: one.stands_in_for.as_ref().map(|away| away.name.clone()),
            place: None,
        }
    }
}
