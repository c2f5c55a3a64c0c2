//! An area of a published edition.

use super::{AreaCode, AreaId, FigureSource, Kind, Level, ResponsibleBody};
use crate::domain::{coverage::AreaIndex, geometry::Position};

/// An area of one edition; its outline is in the coverage.
///
/// **Invariant**: the code is valid for the level; the parent, if any, is one level up.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// The stable number.
    pub id: AreaId,
    /// The edition that this state of the area began with.
    pub from_edition: u32,
    /// The code.
    pub code: AreaCode,
    /// The level.
    pub level: Level,
    /// The area one level up that it lies in; `None` on the top level.
    pub parent: Option<AreaIndex>,
    /// The name, possibly empty.
    pub name: String,
    /// 综合, 专属, or neither.
    pub kind: Kind,
    /// The branch id (城区/农村) of the profile, when told.
    pub branch: Option<String>,
    /// 户数, when known.
    pub households: Option<u32>,
    /// 人数, when known.
    pub residents: Option<u32>,
    /// Where the two figures come from.
    pub figures: FigureSource,
    /// 责任单位, when named.
    pub body: Option<Box<ResponsibleBody>>,
    /// Area on the ellipsoid, in square metres.
    pub area_m2: f64,
    /// The pole of inaccessibility: where a label sits.
    pub label: Position,
    /// Digest of the normalised source record: equal digest, unchanged area.
    pub digest: [u8; 32],
}

/// What coverage and checks need to know of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AreaFacts {
    /// The code.
    pub code: AreaCode,
    /// The level.
    pub level: Level,
    /// The kind.
    pub kind: Kind,
    /// The parent.
    pub parent: Option<AreaIndex>,
}

impl Area {
    /// The facts.
    pub fn facts(&self) -> AreaFacts {
        AreaFacts { code: self.code, level: self.level, kind: self.kind, parent: self.parent }
    }
}
