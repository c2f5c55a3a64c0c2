//! Who answers for what (岗位).

mod roster;

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

/// A telephone number. Its `Debug` and [`Phone::masked`] never show the middle digits.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Phone(pub String);

impl Phone {
    /// The number with all but the first three and the last two characters replaced by `*`.
    ///
    /// Numbers of up to five characters are masked whole.
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        let keep = |i: usize| count > 5 && (i < 3 || i >= count - 2);
        self.0.chars().enumerate().map(|(i, c)| if keep(i) { c } else { '*' }).collect()
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
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
