//! The codes of one level for many records: as little as possible for each.

use super::{AnswerSource, Question, QuestionError, batch::BatchOptions, batch::question, question::Places};
use crate::{
    domain::{
        area::Level,
        crs::Crs,
        geometry::Position,
        locate::{Accuracy, Spot},
    },
    formats::{
        answers::{CodeDocument, Coded, QuotedCode},
        points::{PointBatch, Trouble},
    },
};

/// Records whose memory is asked for before any of it is read.
const GROUP: usize = 256;

/// Stands for the position of a record that has none.
const NOWHERE: Position = Position::new(0, 0).expect("in the world");

/// Writes the codes of records, group by group. Kept for its memory.
pub(super) struct Coder {
    level: Level,
    positions: Vec<Position>,
    spots: Vec<Spot>,
    /// Fetched before any is written, so that their memory comes at once.
    codes: Vec<QuotedCode>,
    troubles: Vec<(usize, Trouble)>,
}

impl Coder {
    /// A coder for a level.
    pub(super) fn new(level: Level) -> Self {
        let (positions, codes) = (Vec::with_capacity(GROUP), Vec::with_capacity(GROUP));
        Self { level, positions, spots: vec![Spot::default(); GROUP], codes, troubles: Vec::new() }
    }

    /// Appends the codes for the records from `first` to before `end`.
    pub(super) fn write(
        &mut self,
        document: &mut CodeDocument,
        out: &mut Vec<u8>,
        (source, options): (&AnswerSource, &BatchOptions),
        (points, first, end): (&PointBatch, usize, usize),
    ) {
        let AnswerSource { snapshot, fragments } = source;
        let places = Places::new(snapshot);
        let of_level = snapshot.hierarchy.of_level(self.level);
        let mut first = first;
        while first < end {
            let group = first..end.min(first + GROUP);
            self.positions.clear();
            self.troubles.clear();
            for index in group.clone() {
                let position = match points.plain(index) {
                    Some((x, y)) => plain(&places, options, x, y).map_err(|error| error.trouble()),
                    None => careful(&places, options, points, index),
                };
                let position = position.unwrap_or_else(|trouble| {
                    self.troubles.push((index - group.start, trouble));
                    NOWHERE
                });
                self.positions.push(position.wrapped());
            }
            let spots = &mut self.spots[..group.len()];
            snapshot.index().locate_batch(&self.positions, spots);
            let code = |spot: &Spot| {
                let finest = snapshot.finest(spot.face);
                fragments.code(snapshot.owners().ancestor_in(finest, of_level.clone()))
            };
            self.codes.clear();
            self.codes.extend(spots.iter().map(code));
            let (positions, codes, troubles) = (&self.positions, &self.codes, &self.troubles);
            document.write(out, &Coded { points, first, positions, codes, troubles });
            first = group.end;
        }
    }
}

/// The position of a record that says no more than where it is.
#[inline]
fn plain(places: &Places, options: &BatchOptions, x: f64, y: f64) -> Result<Position, QuestionError> {
    // A wrong accuracy of the request was refused before the first record.
    debug_assert!(options.accuracy_m.is_none_or(|metres| Accuracy::new(metres, options.accuracy_kind).is_some()));
    match options.crs {
        // Said apart, so that the usual way needs no look at the system for each record.
        Crs::Cgcs2000 => places.position(Crs::Cgcs2000, x, y),
        crs => places.position(crs, x, y),
    }
}

/// The position of any other record, or what is wrong with it.
#[cold]
fn careful(places: &Places, options: &BatchOptions, points: &PointBatch, index: usize) -> Result<Position, Trouble> {
    let question: Question = match points.entry(index).asked {
        Ok(asked) => question(options, &asked),
        Err(trouble) => return Err(trouble.clone()),
    };
    places.understand(&question).map(|(position, _)| position).map_err(|error| error.trouble())
}
