//! Posts that the profile wants filled, and which of them are (check G11).

use super::{MAX_SEATS, Object, Order, Roster};
use crate::domain::{
    area::{Area, AreaFacts, AreaId, Kind},
    coverage::AreaIndex,
    profile::{Profile, Role},
};

/// The check that asks for a role: G17 for a Party body, G11 for everybody else.
pub const fn check_of(role: &Role) -> &'static str {
    if role.is_party_body { "G17" } else { "G11" }
}

/// A role of an area that has fewer people than it needs, or more than it may have (缺岗, 超配).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfilled {
    /// The area.
    pub area: AreaIndex,
    /// The role, by its place in the profile.
    pub role: usize,
    /// How many answer for it first (A角).
    pub filled: u16,
    /// How few there may be.
    pub min: u16,
    /// How many there may be.
    pub max: u16,
}

impl Misfilled {
    /// Whether somebody is missing.
    pub const fn is_vacancy(&self) -> bool {
        self.filled < self.min
    }
}

/// Whether areas like this one have a role.
pub fn applies(role: &Role, area: AreaFacts) -> bool {
    role.level == area.level && (role.kind == Kind::None || role.kind == area.kind)
}

/// How many chairs of an order a role has where it may have `max` A-posts: `max` of its area's branch, or the role's own for a
/// place.
pub const fn chairs(order: Order, max: u16) -> u16 {
    match order {
        Order::A => max,
        Order::B => MAX_SEATS,
    }
}

/// How many an area without anybody needs, by role: for those that it needs somebody for.
pub fn needed<'p>(
    profile: &'p Profile,
    area: AreaFacts,
    branch: Option<&'p str>,
) -> impl Iterator<Item = (&'p Role, u16)> {
    let roles = profile.roles.iter().filter(move |role| applies(role, area));
    roles.map(move |role| (role, role.count_in(branch).0)).filter(|&(_, min)| min > 0)
}

/// What is wrong with how an area's posts are filled, in the profile's order of roles.
pub fn misfilled_of(profile: &Profile, roster: &Roster, index: AreaIndex, area: &Area) -> Vec<Misfilled> {
    misfilled(profile, roster, (area.id, area.facts(), area.branch.as_deref()))
        .map(|wrong| Misfilled { area: index, ..wrong })
        .collect()
}

/// The same of an area that is known by its number, what it is, and its branch; which index it has is left open.
pub fn misfilled<'a>(
    profile: &'a Profile,
    roster: &'a Roster,
    (id, facts, branch): (AreaId, AreaFacts, Option<&'a str>),
) -> impl Iterator<Item = Misfilled> {
    let object = Object::Area(id);
    let roles = profile.roles.iter().enumerate().filter(move |(_, role)| applies(role, facts));
    roles.filter_map(move |(place, role)| {
        let is_first = |order: Order| order == Order::A;
        let on_duty = if role.is_party_body { roster.bodies_of(object) } else { roster.of(object) };
        let count = on_duty.iter().filter(|one| one.role() == role.id && is_first(one.order())).count();
        let filled = u16::try_from(count).unwrap_or(u16::MAX);
        let (min, max) = role.count_in(branch);
        let is_wrong = filled < min || filled > max;
        is_wrong.then_some(Misfilled { area: AreaIndex::MAX, role: place, filled, min, max })
    })
}
