//! Which edition a question means.

use time::OffsetDateTime;

use crate::{
    app::OpenError,
    domain::{area::EditionNumber, redraw::diff::DiffError},
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
    #[error("no edition was in force then, as far as was known")]
    BeforeFirst {
        /// Whether an edition in force then became known later.
        known_later: bool,
        /// From when the first edition is in force; `None` when there is none.
        first: Option<OffsetDateTime>,
    },
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
