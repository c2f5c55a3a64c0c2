//! Full answers to many records, as one document.

use super::{
    AnswerColumns, AnswerFormat, Cell, Failure, Fragments, Headings, Shape,
    answer::write_members,
    csv_cell::write_cell,
    envelope::{CSV_LINE_END, Envelope},
    json_text::{centi, number, whole},
};
use crate::domain::{
    area::Snapshot,
    locate::{Located, Trust},
};

/// Writes answers to many records, one after the other; all of one edition.
///
/// Order of calls: `begin`, then `answer` or `failure` for each record, then `end`.
pub struct AnswerDocument {
    envelope: Envelope,
    columns: AnswerColumns,
}

impl AnswerDocument {
    /// A document of answers by `snapshot`.
    pub fn new(format: AnswerFormat, shape: Shape, snapshot: &Snapshot, headings: Headings) -> Self {
        let columns = AnswerColumns::new(&snapshot.profile, headings);
        Self { envelope: Envelope::new(format, shape), columns }
    }

    /// Appends what stands before the first record.
    pub fn begin(&mut self, out: &mut Vec<u8>, snapshot: &Snapshot) {
        let columns = &self.columns;
        self.envelope.begin(out, snapshot.edition_number(), "results", |taken| columns.headings(taken));
    }

    /// Appends the answer to the record `number`, with what it carried.
    pub fn answer(
        &mut self,
        out: &mut Vec<u8>,
        (number, carried): (u64, &[u8]),
        (snapshot, fragments): (&Snapshot, &Fragments),
        (located, trust): (&Located, Option<&Trust>),
    ) {
        let envelope = &self.envelope;
        match envelope.format {
            AnswerFormat::Json => {
                envelope.open_object(out, carried);
                write_members(out, (snapshot, fragments), (located, trust), &[]);
                out.push(b'}');
            }
            AnswerFormat::NdJson => {
                envelope.open_line(out, number, carried);
                write_members(out, (snapshot, fragments), (located, trust), &[]);
                out.extend_from_slice(b"}\n");
            }
            AnswerFormat::GeoJson => {
                envelope.open_feature(out, carried);
                Envelope::point(out, located.position);
                envelope.open_properties(out, carried);
                out.push(b'{');
                write_members(out, (snapshot, fragments), (located, trust), &[]);
                out.extend_from_slice(b"}}}");
            }
            AnswerFormat::Csv => {
                envelope.open_row(out, number, (carried, 0..carried.len()), Some(located.position));
                let delimiter = envelope.delimiter();
                self.columns.answer(snapshot, located, trust, |cell| {
                    out.push(delimiter);
                    write_value(out, &cell, delimiter);
                });
                out.extend_from_slice(CSV_LINE_END);
            }
        }
        self.envelope.has_records = true;
    }

    /// Appends why the record `number` has no answer.
    pub fn failure(&mut self, out: &mut Vec<u8>, (number, carried): (u64, &[u8]), failure: &Failure) {
        let envelope = &self.envelope;
        if envelope.format == AnswerFormat::Csv {
            envelope.open_row(out, number, (carried, 0..carried.len()), None);
            let delimiter = envelope.delimiter();
            self.columns.failure(self.columns.reason(failure), |cell| {
                out.push(delimiter);
                write_value(out, &cell, delimiter);
            });
            out.extend_from_slice(CSV_LINE_END);
        } else {
            envelope.failure(out, (number, carried), failure);
        }
        self.envelope.has_records = true;
    }

    /// Appends what stands behind the last record.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.envelope.end(out, |_| {});
    }
}

/// Appends one cell.
pub(super) fn write_value(out: &mut Vec<u8>, cell: &Cell<'_>, delimiter: u8) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => write_cell(out, text, delimiter),
        Cell::Metres(metres) => centi(out, *metres),
        Cell::Share(share) => number(out, *share),
        Cell::Whole(count) => whole(out, *count),
        Cell::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
    }
}
