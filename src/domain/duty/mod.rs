//! Who answers for what (岗位).

mod credit_code;
mod phone;
mod roster;

pub use credit_code::{CREDIT_CODE_CHARACTERS, CreditCode, CreditCodeProblem};
pub use phone::{PHONE_ALLOWED, Phone, PhoneKind, PhoneProblem};
pub use roster::Roster;

use super::area::AreaCode;

/// The order of a posting within its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// A角: answers first.
    A,
    /// B角: answers when A is away.
    B,
}

impl Order {
    /// The letter on the wire and in the store.
    pub const fn id(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }

    /// The order that a letter names.
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "A" => Some(Self::A),
            "B" => Some(Self::B),
            _ => None,
        }
    }
}

/// A person in a role for an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The area that the person answers for.
    pub area: AreaCode,
    /// Id of the role in the profile (网格长 is `grid_leader`).
    pub role: String,
    /// A角 or B角.
    pub order: Order,
    /// Name of the person.
    pub name: String,
    /// Telephone.
    pub phone: Phone,
    /// Name of the person's organisation.
    pub organisation: String,
}
