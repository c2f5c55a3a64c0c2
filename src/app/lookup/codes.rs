//! The codes of one level for many records: as little as possible for each.

use std::ops::Range;

use super::{AnswerSource, Question, batch::BatchOptions, batch::question, question::Places};
use crate::{
    domain::{
        area::{Level, Snapshot},
        coverage::AreaIndex,
        crs::Crs,
        geometry::Position,
        locate::{Accuracy, Spot},
    },
    formats::{
        answers::{CodeDocument, Coded, Failure, NoCode},
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
    /// Why some of a group have no code.
    reasons: Vec<(usize, NoCode)>,
}

impl Coder {
    /// A coder for a level.
    pub(super) fn new(level: Level) -> Self {
        Self { level, positions: vec![NOWHERE; GROUP], spots: vec![Spot::default(); GROUP], reasons: Vec::new() }
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
            let Self { positions, spots, reasons, .. } = self;
            let (positions, spots) = (&positions[..group.len()], &mut spots[..group.len()]);
            snapshot.index().locate_batch(positions, spots);
            // Found before any is written, so that their memory comes at once.
            let mut codes = [fragments.code(None); GROUP];
            let mut is_shared = false;
            for (code, spot) in codes.iter_mut().zip(&*spots) {
                let finest = owners.finest(spot.face);
                let area = owners.ancestor_in(finest, of_level.clone());
                is_shared |= area.is_none() && !owners.stacked(finest).is_empty();
                *code = fragments.code(area);
            }
            let codes = &codes[..group.len()];
            if is_shared {
                note_shared(snapshot, spots, of_level.clone(), reasons);
            }
            document.write(out, &Coded { points, first, positions, codes, reasons });
            first = group.end;
        }
    }

    /// Notes the positions of a group, and what is wrong with those that have none.
    fn place(&mut self, places: &Places, options: &BatchOptions, points: &PointBatch, group: Range<usize>) {
        // A wrong accuracy of the request was refused before the first record.
        debug_assert!(options.accuracy_m.is_none_or(|metres| Accuracy::new(metres, options.accuracy_kind).is_some()));
        self.reasons.clear();
        let (xs, ys) = points.places(group.clone());
        let is_degrees = options.crs == Crs::Cgcs2000;
        for (at, ((&x, &y), position)) in xs.iter().zip(ys).zip(&mut self.positions).enumerate() {
            let found = if is_degrees { places.degrees(x, y) } else { places.other(options.crs, x, y) };
            *position = match found {
                Some(found) => found.wrapped(),
                None => careful(places, options, points, group.start + at).map_or_else(
                    |trouble| {
                        self.reasons.push((at, NoCode::Trouble(trouble)));
                        NOWHERE
                    },
                    Position::wrapped,
                ),
            };
        }
    }
}

/// Notes which of a group have no code because several areas share the footprint; one that cannot be understood has its reason.
#[cold]
fn note_shared(snapshot: &Snapshot, spots: &[Spot], of_level: Range<AreaIndex>, reasons: &mut Vec<(usize, NoCode)>) {
    let owners = snapshot.owners();
    for (at, spot) in spots.iter().enumerate() {
        let finest = owners.finest(spot.face);
        let stacked = owners.stacked(finest);
        if !stacked.is_empty() && owners.ancestor_in(finest, of_level.clone()).is_none() {
            reasons.push((at, NoCode::Shared(Failure::of_stack(snapshot, stacked))));
        }
    }
    // A stable sort: of two reasons for one record the trouble with it stays the first.
    reasons.sort_by_key(|&(at, _)| at);
    reasons.dedup_by_key(|(at, _)| *at);
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
