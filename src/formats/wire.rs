//! Shapes that several documents share, whoever writes them: the service or a command.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    area::{Kind, Snapshot},
    coverage::AreaIndex,
    locate::Certainty,
    profile::Name,
};

/// A text in Chinese and English.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BothLanguages {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

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
    /// What an area is; `None` where its level has no kinds.
    pub fn of(kind: Kind) -> Option<Self> {
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

/// The area across the nearest border (相邻备选).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunnerUpJson {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Id of its level.
    pub level: String,
    /// How far its border is, in metres.
    pub distance_m: f64,
}

/// How sure the owner of a position is, given its accuracy.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Certainty)]
pub enum CertaintyJson {
    /// 确定.
    Sure,
    /// 存疑.
    Doubtful,
    /// 待核.
    ToCheck,
}

impl From<Certainty> for CertaintyJson {
    fn from(certainty: Certainty) -> Self {
        match certainty {
            Certainty::Sure => Self::Sure,
            Certainty::Doubtful => Self::Doubtful,
            Certainty::ToCheck => Self::ToCheck,
        }
    }
}

impl CertaintyJson {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sure => Certainty::Sure.id(),
            Self::Doubtful => Certainty::Doubtful.id(),
            Self::ToCheck => Certainty::ToCheck.id(),
        }
    }
}
