//! Roles.

use super::Name;
use crate::domain::area::{Kind, Level};

/// A role that a level needs (网格长, 网格员, ...).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Id, unique in the profile.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// The level it answers for.
    pub level: Level,
    /// The kind of area it answers for; [`Kind::None`] for any (综合单元长 beside 专属单元长).
    pub kind: Kind,
    /// Fewest A-postings per area.
    pub min: u16,
    /// Most A-postings per area.
    pub max: u16,
}
