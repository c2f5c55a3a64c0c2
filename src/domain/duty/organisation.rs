//! Departments and bodies (责任单位).

use super::Phone;

/// The stable number of an organisation, given by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationId(pub i64);

/// Most organisations one above the other.
pub const MAX_ORGANISATIONS_ABOVE: usize = 32;

/// A department or body that people belong to and that may hold posts itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its number.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// How people call it; empty for as its name says.
    pub short_name: String,
    /// 统一社会信用代码, when known; its check character was verified when it came in.
    pub credit_code: Option<String>,
    /// 值班电话; empty when there is none.
    pub duty_phone: Phone,
    /// The organisation above it.
    pub parent: Option<OrganisationId>,
}
