//! People (人员): what a directory of duties needs to know, and no more.

use super::{OrganisationId, Phone};

/// The stable number of a person, given by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub i64);

/// Somebody who holds posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The number.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// The telephone; empty when there is none.
    pub phone: Phone,
    /// Whom the person works for.
    pub organisation: Option<OrganisationId>,
}
