//! Areas: code, kind, the area itself, findings, hierarchy, edition, snapshot.

#[allow(clippy::module_inception, reason = "the room is named after its first resident")]
mod area;
pub mod code;
mod edition;
pub mod finding;
mod hierarchy;
pub mod kind;
mod next;
mod snapshot;

pub use area::{Area, AreaFacts};
pub use code::{AreaCode, MAX_CODE_LENGTH};
pub use edition::{Edition, EditionNumber, ScheduleError, in_force, schedule};
pub use finding::{Finding, Rule, Severity};
pub use hierarchy::{Hierarchy, HierarchyError, PutArea, Succession};
pub use kind::Kind;
pub use next::AreaChanges;
pub use snapshot::{Snapshot, SnapshotError};

use super::geometry::MultiPolygon;

/// The stable number of an area, given by the store, below 2^53, never reused; the feature id in tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaId(pub i64);

/// The ordinal of a level in its profile; 0 is the coarsest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(pub u8);

/// Where a count of households or residents comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureSource {
    /// The sum over the buildings inside.
    Buildings,
    /// Given with the area (申报).
    Declared,
}

/// The body that answers for an exclusive area (责任单位).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResponsibleBody {
    /// Name of the organisation.
    pub name: String,
    /// 统一社会信用代码, when known.
    pub credit_code: Option<String>,
    /// 负责人, when known.
    pub leader: Option<String>,
    /// 值班电话, when known.
    pub duty_phone: Option<String>,
}

/// An area as it comes in from a file or a generator: everything but its number, which the store gives.
#[derive(Debug, Clone, PartialEq)]
pub struct NewArea {
    /// The code, valid under the profile's scheme for the level.
    pub code: AreaCode,
    /// The level.
    pub level: Level,
    /// The code of the parent; `None` on the top level.
    pub parent: Option<AreaCode>,
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
    /// 责任单位; exclusive areas name it (check G16).
    pub body: Option<ResponsibleBody>,
    /// The outline.
    pub geometry: MultiPolygon,
}
