//! A published state of all areas.

use time::OffsetDateTime;

/// Number of an edition; they grow by one from 1.
pub type EditionNumber = u32;

/// A published state of all areas, in force from a time. Never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its number.
    pub number: EditionNumber,
    /// What it is called.
    pub title: String,
    /// Who published it.
    pub author: String,
    /// From when it is in force.
    pub effective_from: OffsetDateTime,
    /// When it was published.
    pub published_at: OffsetDateTime,
    /// SHA-256 of the profile's text, in hexadecimal.
    pub profile_digest: String,
}
