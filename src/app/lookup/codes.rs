//! The codes of one level for many records: as little as possible for each.

use std::ops::Range;

use super::{AnswerSource, Question, batch::BatchOptions, batch::question, question::Places};
use crate::{
    domain::{
        area::Level,
        crs::Crs,
        geometry::Position,
        locate::{Accuracy, Spot},
    },
    formats::{
        answers::{CodeDocument, Coded},
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
    troubles: Vec<(usize, Trouble)>,
}

impl Coder {
    /// A coder for a level.
    pub(super) fn new(level: Level) -> Self {
        Self { level, positions: vec![NOWHERE; GROUP], spots: vec![Spot::default(); GROUP], troubles: Vec::new() }
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
        let (places, owners) = (Places::new(snapshot), snapshot.owners());
        let of_level = snapshot.hierarchy.of_level(self.level);
        let mut first = first;
        while first < end {
            let group = first..end.min(first + GROUP);
            self.place(&places, options, points, group.clone());
            let (positions, spots) = (&self.positions[..group.len()], &mut self.spots[..group.len()]);
            snapshot.index().locate_batch(positions, spots);
            // Found before any is written, so that their memory comes at once.
            let mut codes = [fragments.code(None); GROUP];
            for (code, spot) in codes.iter_mut().zip(&*spots) {
                *code = fragments.code(owners.ancestor_in(owners.finest(spot.face), of_level.clone()));
            }
            let (codes, troubles) = (&codes[..group.len()], &self.troubles);
            document.write(out, &Coded { points, first, positions, codes, troubles });
            first = group.end;
        }
    }

    /// Notes the positions of a group, and what is wrong with those that have none.
    fn place(&mut self, places: &Places, options: &BatchOptions, points: &PointBatch, group: Range<usize>) {
        // A wrong accuracy of the request was refused before the first record.
        debug_assert!(options.accuracy_m.is_none_or(|metres| Accuracy::new(metres, options.accuracy_kind).is_some()));
        self.troubles.clear();
        let (xs, ys) = points.places(group.clone());
        let is_degrees = options.crs == Crs::Cgcs2000;
        for (at, ((&x, &y), position)) in xs.iter().zip(ys).zip(&mut self.positions).enumerate() {
            let found = if is_degrees { places.degrees(x, y) } else { places.other(options.crs, x, y) };
            *position = match found {
                Some(found) => found.wrapped(),
                None => careful(places, options, points, group.start + at).map_or_else(
                    |trouble| {
                        self.troubles.push((at, trouble));
                        NOWHERE
                    },
                    Position::wrapped,
                ),
            };
        }
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
