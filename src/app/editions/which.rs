//! Which edition a question means.

use time::OffsetDateTime;

use crate::{
    app::OpenError,
    domain::{
        area::{Edition, EditionNumber, in_force},
        redraw::diff::DiffError,
    },
};

/// The edition that a question is put to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// The one in force.
    #[default]
    InForce,
    /// The one with this number, of the past or of the future.
    Number(EditionNumber),
    /// The one in force at a time, as far as was known at another; `None` for now.
    At {
        /// When it is in force.
        at: Option<OffsetDateTime>,
        /// When that was known.
        known_at: Option<OffsetDateTime>,
    },
}

impl Which {
    /// Who of all times is meant: whoever is on duty at the first time, as far as was known at the second, `None` for now.
    pub fn duty_time(self, now: OffsetDateTime) -> (OffsetDateTime, Option<OffsetDateTime>) {
        match self {
            Self::InForce | Self::Number(_) => (now, None),
            Self::At { at, known_at } => (at.unwrap_or(now), known_at),
        }
    }
}

/// Why no edition was in force at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no edition was in force then, as far as was known")]
pub struct NoneInForce {
    /// Whether an edition in force then became known later.
    pub known_later: bool,
    /// From when the first edition is in force; `None` when there is none.
    pub first: Option<OffsetDateTime>,
}

/// The edition in force at a time, as far as was known at another; `None` for all that is known by now.
pub fn in_force_at(
    editions: &[Edition],
    at: OffsetDateTime,
    known_at: Option<OffsetDateTime>,
) -> Result<&Edition, NoneInForce> {
    in_force(editions, at, known_at).ok_or_else(|| {
        let first = editions.iter().map(|edition| edition.effective_from).min();
        NoneInForce { known_later: first.is_some_and(|first| first <= at), first }
    })
}

/// Why there is no edition to read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No such number.
    #[error("there is no edition {asked}; the newest is {newest}")]
    NoEdition {
        /// The number that was asked for.
        asked: EditionNumber,
        /// The newest one; 0 for none.
        newest: EditionNumber,
    },
    /// The time lies before the first edition, or before it was known.
    #[error(transparent)]
    BeforeFirst(#[from] NoneInForce),
    /// It cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Why two editions are not compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// One of them cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Their outlines cannot be laid over one another.
    #[error(transparent)]
    Diff(#[from] DiffError),
}
