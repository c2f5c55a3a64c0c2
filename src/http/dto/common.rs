//! Shapes that several answers share.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        area::{Kind, Snapshot},
        coverage::AreaIndex,
        duty::OnDuty,
        geometry::Position,
        profile::Name,
    },
    http::finding::BothLanguages,
};

impl From<&Name> for BothLanguages {
    fn from(name: &Name) -> Self {
        Self { zh: name.zh.clone(), en: name.en.clone() }
    }
}

/// 综合 or 专属.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Kind)]
pub enum KindJson {
    /// 综合.
    Comprehensive,
    /// 专属.
    Exclusive,
}

impl KindJson {
    fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::None => None,
            Kind::Comprehensive => Some(Self::Comprehensive),
            Kind::Exclusive => Some(Self::Exclusive),
        }
    }
}

/// An area, shortly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AreaRef {
    /// The code.
    pub code: String,
    /// The name, possibly empty.
    pub name: String,
    /// Id of the level.
    pub level: String,
    /// `comprehensive` 综合, `exclusive` 专属, or null.
    #[schema(required)]
    pub kind: Option<KindJson>,
}

impl AreaRef {
    /// The area at `index` of a snapshot.
    pub fn new(snapshot: &Snapshot, index: AreaIndex) -> Self {
        let area = snapshot.hierarchy.area(index);
        Self {
            code: area.code.to_string(),
            name: area.name.clone(),
            level: snapshot.profile.level(area.level).id.clone(),
            kind: KindJson::of(area.kind),
        }
    }

    /// The areas at `indices`.
    pub fn list(snapshot: &Snapshot, indices: &[AreaIndex]) -> Vec<Self> {
        indices.iter().map(|&index| Self::new(snapshot, index)).collect()
    }
}

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
    /// Code of the area that the person answers for.
    pub area: String,
    /// Whose place the person takes for a time (代班); left out when nobody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_in_for: Option<String>,
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
        }
    }
}
