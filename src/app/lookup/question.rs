//! One question and its reply.

use crate::domain::{
    area::Snapshot,
    crs::{Axis, Crs, CrsError, looks_swapped, looks_swapped_in, to_position},
    geometry::{Extent, Position},
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
    #[error("{0} {x} and {1} {y} look swapped: exchanged they lie inside the district's extent", .axes[0], .axes[1])]
    Swapped {
        /// What the system's numbers are: x, y.
        axes: [Axis; 2],
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
pub struct Reply<'a> {
    /// Where the position lies.
    pub located: Located<'a>,
    /// How far the answer can be trusted; `None` when no accuracy was stated.
    pub trust: Option<Trust>,
}

/// Who is responsible for the point of `question`.
pub fn ask<'a>(snapshot: &'a Snapshot, question: &Question) -> Result<Reply<'a>, QuestionError> {
    let (position, accuracy) = Places::new(snapshot).understand(question)?;
    let trust = accuracy.map(|accuracy| snapshot.trust(position, accuracy));
    Ok(Reply { located: snapshot.locate(position), trust })
}

/// Makes positions of numbers, for one edition.
pub(super) struct Places {
    /// The district's extent.
    bounds: Extent,
    /// The same in degrees.
    extent: [f64; 4],
}

impl Places {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let bounds = snapshot.profile.extent;
        Self { bounds, extent: bounds.to_degrees() }
    }

    /// The position that two numbers of a system mean.
    #[inline]
    pub(super) fn position(&self, crs: Crs, x: f64, y: f64) -> Result<Position, QuestionError> {
        if crs.is_geographic() {
            if looks_swapped_in(x, y, self.extent) {
                return Err(QuestionError::Swapped { axes: Axis::of(crs), x, y });
            }
            return Ok(to_position(crs, x, y)?);
        }
        match to_position(crs, x, y) {
            Ok(position) if self.bounds.contains(position) => Ok(position),
            elsewhere => self.elsewhere(crs, (x, y), elsewhere),
        }
    }

    /// What metres mean that are no place of the district: what they seem to, unless the exchange puts them into it.
    #[cold]
    fn elsewhere(
        &self,
        crs: Crs,
        (x, y): (f64, f64),
        found: Result<Position, CrsError>,
    ) -> Result<Position, QuestionError> {
        if looks_swapped(crs, x, y, self.bounds) {
            return Err(QuestionError::Swapped { axes: Axis::of(crs), x, y });
        }
        Ok(found?)
    }

    /// The position of a place in degrees of EPSG:4490; `None` says nothing but that [`Places::position`] has to look.
    #[inline]
    pub(super) fn degrees(&self, x: f64, y: f64) -> Option<Position> {
        if !(x.abs() <= 180.0 && y.abs() <= 90.0) || looks_swapped_in(x, y, self.extent) {
            return None;
        }
        Position::from_degrees(x, y)
    }

    /// The same for another system.
    #[inline]
    pub(super) fn other(&self, crs: Crs, x: f64, y: f64) -> Option<Position> {
        if x.is_finite() { self.position(crs, x, y).ok() } else { None }
    }

    /// The position and the accuracy that a question means.
    pub(super) fn understand(&self, question: &Question) -> Result<(Position, Option<Accuracy>), QuestionError> {
        let &Question { x, y, crs, accuracy_m, accuracy_kind } = question;
        let position = self.position(crs, x, y)?;
        let accuracy = match accuracy_m {
            Some(metres) => Some(Accuracy::new(metres, accuracy_kind).ok_or(QuestionError::Accuracy(metres))?),
            None => None,
        };
        Ok((position, accuracy))
    }
}

/// Who is responsible for the points of `questions`, in their order: `each` gets the number and the reply.
///
/// Faster than one by one.
pub fn ask_many<'a>(
    snapshot: &'a Snapshot,
    questions: &[Question],
    mut each: impl FnMut(usize, Result<Reply<'a>, QuestionError>),
) {
    const GROUP: usize = 256;
    let places = Places::new(snapshot);
    let mut understood = Vec::with_capacity(GROUP);
    let mut positions = Vec::with_capacity(GROUP);
    for (group, questions) in questions.chunks(GROUP).enumerate() {
        understood.clear();
        understood.extend(questions.iter().map(|question| places.understand(question)));
        positions.clear();
        positions.extend(understood.iter().flatten().map(|&(position, _)| position));
        // Errors stand between the answers: they are told when their turn comes.
        let mut next = 0;
        snapshot.locate_many(&positions, |_, located| {
            while let Err(error) = &understood[next] {
                each(group * GROUP + next, Err(error.clone()));
                next += 1;
            }
            let accuracy = understood[next].as_ref().ok().and_then(|&(_, accuracy)| accuracy);
            let trust = accuracy.map(|accuracy| snapshot.trust(located.position, accuracy));
            each(group * GROUP + next, Ok(Reply { located, trust }));
            next += 1;
        });
        for (i, error) in understood.iter().enumerate().skip(next) {
            each(group * GROUP + i, Err(error.clone().expect_err("no positions are left")));
        }
    }
}
