//! Posts (岗位), and who holds them from when to when.

use super::{OrganisationId, Period, PersonId};
use crate::domain::area::AreaId;

/// The stable number of a posting, given by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostingId(pub i64);

/// Chairs of a role and order that the profile does not bound: B-posts.
pub const MAX_SEATS: u16 = 99;

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

/// What somebody answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// An area.
    Area(AreaId),
    /// A place, by its number: a building has its 楼栋长, a street its 街巷长.
    Place(i64),
}

/// A post: a chair, whoever sits on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Post {
    /// What it is about.
    pub object: Object,
    /// Id of the role in the profile (网格长 is `grid_leader`).
    pub role: String,
    /// A角 or B角.
    pub order: Order,
    /// Tells the chairs of one role and order apart, from 1: a grid has several 网格员.
    pub seat: u16,
}

/// Who holds a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A person, on behalf of an organisation if it is not the person's own.
    Person(PersonId, Option<OrganisationId>),
    /// A department or body as such: whoever answers its telephone. A Party body answers for a grid this way.
    Organisation(OrganisationId),
    /// Nobody, which is known (缺岗).
    Vacant,
}

/// Who holds a post for some time.
///
/// **Invariant** of all postings together: no two of one post at one time, but that one may stand in for the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Its number.
    pub id: PostingId,
    /// The post.
    pub post: Post,
    /// Who holds it.
    pub holder: Holder,
    /// 代班: while it lasts, whoever holds the post otherwise is away.
    pub stands_in: bool,
    /// When.
    pub valid: Period,
}

impl Posting {
    /// Whether both cannot be true.
    pub fn clashes(&self, other: &Self) -> bool {
        self.id != other.id
            && self.post == other.post
            && self.stands_in == other.stands_in
            && self.valid.overlaps(other.valid)
    }
}
