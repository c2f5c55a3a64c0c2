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
    /// Fewest A-postings per area, where no branch says otherwise.
    pub min: u16,
    /// Most A-postings per area, where no branch says otherwise.
    pub max: u16,
    /// Other numbers in branches (城区/农村), possibly none.
    pub branches: Vec<RoleBranch>,
    /// Whether it is the Party body of its area (check G17), alone or joint with others.
    pub is_party_body: bool,
}

/// How many a branch needs of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBranch {
    /// Id of the branch.
    pub branch: String,
    /// Fewest A-postings per area.
    pub min: u16,
    /// Most A-postings per area.
    pub max: u16,
}

impl Role {
    /// Fewest and most A-postings of an area of a branch.
    pub fn count_in(&self, branch: Option<&str>) -> (u16, u16) {
        let own = self.branches.iter().find(|own| Some(own.branch.as_str()) == branch);
        own.map_or((self.min, self.max), |own| (own.min, own.max))
    }
}
