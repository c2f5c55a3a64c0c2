//! What every store says of duties: rows to domain values and back.

use super::StoreError;
use crate::domain::{
    area::AreaId,
    duty::{Holder, Object, OrganisationId, Period, PersonId, Posting, PostingId, Staff, StaffChange},
};

/// The kind in the change log.
pub(in crate::store) const KIND: &str = "postings";

/// What is said of a write besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Who does it.
    pub actor: String,
    /// When; to the millisecond.
    pub at: time::OffsetDateTime,
    /// One line about it, for the change log.
    pub summary: String,
}

/// Why duties were not changed.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// Somebody else changed them in between.
    #[error("duties were last changed by change {found}, not {expected}")]
    Stale {
        /// The change that this one was made on.
        expected: i64,
        /// The last change there is.
        found: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for StaffError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The word for the kind of an object, and its number.
pub(in crate::store) const fn object_columns(object: Object) -> (&'static str, i64) {
    match object {
        Object::Area(AreaId(id)) => ("area", id),
        Object::Place(id) => ("place", id),
    }
}

/// The object that the two columns name.
pub(in crate::store) fn object_of(kind: &str, id: i64) -> Result<Object, StoreError> {
    match kind {
        "area" => Ok(Object::Area(AreaId(id))),
        "place" => Ok(Object::Place(id)),
        other => Err(StoreError::Inconsistent(format!("a posting is for a thing of the kind {other:?}"))),
    }
}

/// Numbers of person and organisation.
pub(in crate::store) fn holder_columns(holder: Holder) -> (Option<i64>, Option<i64>) {
    match holder {
        Holder::Person(PersonId(person), behalf) => (Some(person), behalf.map(|OrganisationId(id)| id)),
        Holder::Organisation(OrganisationId(id)) => (None, Some(id)),
        Holder::Vacant => (None, None),
    }
}

/// Who the two columns name.
pub(in crate::store) fn holder_of(person: Option<i64>, organisation: Option<i64>) -> Holder {
    match (person.map(PersonId), organisation.map(OrganisationId)) {
        (Some(person), behalf) => Holder::Person(person, behalf),
        (None, Some(organisation)) => Holder::Organisation(organisation),
        (None, None) => Holder::Vacant,
    }
}

/// The time that two columns of the posting `id` bound.
pub(in crate::store) fn period_of(
    id: PostingId,
    from: Option<time::OffsetDateTime>,
    to: Option<time::OffsetDateTime>,
) -> Result<Period, StoreError> {
    Period::new(from, to).ok_or_else(|| StoreError::Inconsistent(format!("posting {} ends before it begins", id.0)))
}

/// A posting as a store will read it back: times in UTC, to the millisecond.
pub(in crate::store) fn bounds_of(posting: &Posting) -> Result<[Option<time::OffsetDateTime>; 2], StoreError> {
    let bound = |time: Option<time::OffsetDateTime>| time.map(super::stamp::to_millisecond).transpose();
    Ok([bound(posting.valid.from())?, bound(posting.valid.to())?])
}

/// The largest number that a change gives to anything; 0 for none.
pub(in crate::store) fn last_id(change: &StaffChange) -> i64 {
    let put = &change.put;
    let organisations = put.organisations.iter().map(|it| it.id.0);
    let people = put.people.iter().map(|it| it.id.0);
    let postings = put.postings.iter().map(|it| it.id.0);
    organisations.chain(people).chain(postings).chain(put.channels.iter().map(|it| it.id.0)).max().unwrap_or(0)
}

/// An error when two of the postings that a store holds cannot both be true.
pub(in crate::store) fn checked(staff: Staff) -> Result<Staff, StoreError> {
    match staff.clashes().first() {
        None => Ok(staff),
        Some((one, other)) => Err(StoreError::Inconsistent(format!(
            "postings {} and {} are of one post at one time",
            one.id.0, other.id.0
        ))),
    }
}
