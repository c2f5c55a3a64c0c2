//! One question and its reply.

use crate::domain::{
    area::Snapshot,
    crs::{Crs, CrsError, looks_swapped, to_position},
    geometry::Position,
    locate::{Accuracy, AccuracyKind, Located, MAX_ACCURACY_M, Trust},
};

/// A point as it was sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question {
    /// x: longitude, or easting.
    pub x: f64,
    /// y: latitude, or northing.
    pub y: f64,
    /// The system of the two.
    pub crs: Crs,
    /// How good the position is said to be, in metres.
    pub accuracy_m: Option<f64>,
    /// What the accuracy means.
    pub accuracy_kind: AccuracyKind,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QuestionError {
    /// The coordinates are in no range of their system.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// Only exchanged they lie in the district.
    #[error("longitude {x} and latitude {y} look swapped: exchanged they lie inside the district's extent")]
    Swapped {
        /// What was sent as x.
        x: f64,
        /// What was sent as y.
        y: f64,
    },
    /// The accuracy is none.
    #[error("an accuracy of {0} m; allowed is above 0 and at most {MAX_ACCURACY_M} m")]
    Accuracy(f64),
}

/// A located answer.
pub struct Reply {
    /// Where the position lies.
    pub located: Located,
    /// How far the answer can be trusted; `None` when no accuracy was stated.
    pub trust: Option<Trust>,
}

/// Who is responsible for the point of `question`.
pub fn ask(snapshot: &Snapshot, question: &Question) -> Result<Reply, QuestionError> {
    let (position, accuracy) = understand(snapshot, question)?;
    let trust = accuracy.and_then(|accuracy| snapshot.trust(position, accuracy));
    Ok(Reply { located: snapshot.locate(position), trust })
}

/// The position and the accuracy that a question means.
fn understand(snapshot: &Snapshot, question: &Question) -> Result<(Position, Option<Accuracy>), QuestionError> {
    let &Question { x, y, crs, accuracy_m, accuracy_kind } = question;
    if crs.is_geographic() && looks_swapped(x, y, snapshot.profile.extent) {
        return Err(QuestionError::Swapped { x, y });
    }
    let position = to_position(crs, x, y)?;
    let accuracy = match accuracy_m {
        Some(metres) => Some(Accuracy::new(metres, accuracy_kind).ok_or(QuestionError::Accuracy(metres))?),
        None => None,
    };
    Ok((position, accuracy))
}
