//! Brief answers to many records: the codes of one level and nothing else.

use super::{
    AnswerFormat, Failure, Headings, QuotedCode, Shape,
    columns::{free_headings, reason},
    csv_cell::write_cell,
    envelope::{CSV_LINE_END, Envelope},
    fragments::{put_code, put_code_cell, put_next_code},
    json_text::whole,
};
use crate::domain::geometry::Position;
use crate::formats::points::{PointBatch, Trouble};

/// What a code and what stands around it take at most, beside what the record carried.
const AROUND_BYTES: usize = 192;

/// Writes the codes of many records, one after the other; all of one edition and one level.
///
/// Order of calls: `begin`, then `write` or `failure`, then `end`.
pub struct CodeDocument {
    envelope: Envelope,
    headings: Headings,
    /// Of a list of codes: why some are null.
    failures: Vec<u8>,
}

/// Why a record has no code, where that is not just because nothing is there.
pub enum NoCode {
    /// The record cannot be understood.
    Trouble(Trouble),
    /// Several areas of the level, or of a coarser one, are there.
    Shared(Failure),
}

/// Some records behind one another, answered.
pub struct Coded<'a> {
    /// The records.
    pub points: &'a PointBatch,
    /// The place of the first among them.
    pub first: usize,
    /// Where they are; anything for those that cannot be understood.
    pub positions: &'a [Position],
    /// The code of each, see [`Fragments::code`](super::Fragments::code); anything for those as well.
    pub codes: &'a [&'a QuotedCode],
    /// Why some of them have none, by their place in `positions`, ascending; each place once.
    pub reasons: &'a [(usize, NoCode)],
}

impl CodeDocument {
    /// A document of codes.
    pub fn new(format: AnswerFormat, shape: Shape, headings: Headings) -> Self {
        Self { envelope: Envelope::new(format, shape), headings, failures: Vec::new() }
    }

    /// Appends what stands before the first record.
    pub fn begin(&mut self, out: &mut Vec<u8>, edition: u32) {
        let own = match self.headings {
            Headings::Plain => ["code", "error"],
            Headings::Zh => ["编码", "错误"],
        };
        self.envelope.begin(out, edition, "codes", |taken| free_headings(&own.map(str::to_owned), taken));
    }

    /// Appends the answers to some records.
    pub fn write(&mut self, out: &mut Vec<u8>, coded: &Coded<'_>) {
        let mut from = 0;
        for (at, reason) in coded.reasons {
            self.write_good(out, coded, from..*at);
            let index = coded.first + at;
            let record = (coded.points.number(index), coded.points.carried_by(index));
            match reason {
                NoCode::Trouble(trouble) => self.failure(out, record, &Failure::of_record(trouble)),
                NoCode::Shared(failure) => self.without_code(out, record, Some(coded.positions[*at]), failure),
            }
            from = at + 1;
        }
        self.write_good(out, coded, from..coded.codes.len());
    }

    /// Appends the answers to records with which nothing is wrong.
    fn write_good(&mut self, out: &mut Vec<u8>, coded: &Coded<'_>, places: std::ops::Range<usize>) {
        if places.is_empty() {
            return;
        }
        out.reserve(places.len() * AROUND_BYTES);
        let Self { envelope, .. } = self;
        let codes = coded.codes[places.clone()].iter().copied();
        let indices = coded.first + places.start..;
        let points = coded.points;
        match envelope.format {
            AnswerFormat::Json => {
                let mut codes = codes;
                if !envelope.has_records {
                    codes.next().into_iter().for_each(|code| put_code(out, code));
                }
                codes.for_each(|code| put_next_code(out, code));
            }
            AnswerFormat::NdJson => {
                for (index, code) in indices.zip(codes) {
                    envelope.open_line(out, points.number(index), points.carried_by(index));
                    out.extend_from_slice(b"\"code\":");
                    put_code(out, code);
                    out.extend_from_slice(b"}\n");
                }
            }
            AnswerFormat::GeoJson => {
                for ((index, code), &position) in indices.zip(codes).zip(&coded.positions[places]) {
                    let carried = points.carried_by(index);
                    envelope.open_feature(out, carried);
                    Envelope::point(out, position);
                    envelope.open_properties(out, carried);
                    out.extend_from_slice(b"{\"code\":");
                    put_code(out, code);
                    out.extend_from_slice(b"}}}");
                    envelope.has_records = true;
                }
            }
            AnswerFormat::Csv => {
                let delimiter = envelope.delimiter();
                let end = [delimiter, b'\r', b'\n'];
                for ((index, code), &position) in indices.zip(codes).zip(&coded.positions[places]) {
                    let (all, own) = points.carried_among(index);
                    envelope.open_row(out, points.number(index), (all, own), Some(position));
                    put_code_cell(out, code, delimiter);
                    out.extend_from_slice(&end);
                }
            }
        }
        envelope.has_records = true;
    }

    /// Appends why the record `number` has no answer.
    pub fn failure(&mut self, out: &mut Vec<u8>, record: (u64, &[u8]), failure: &Failure) {
        self.without_code(out, record, None, failure);
    }

    /// Appends why a record has no code; where it is known where it is, it has an answer, and only the code is left out.
    fn without_code(
        &mut self,
        out: &mut Vec<u8>,
        (number, carried): (u64, &[u8]),
        position: Option<Position>,
        failure: &Failure,
    ) {
        let Self { envelope, failures, headings } = self;
        match (envelope.format, position) {
            (AnswerFormat::Json, _) => {
                envelope.separate(out);
                out.extend_from_slice(b"null");
                failures.extend_from_slice(if failures.is_empty() { b"{" } else { b",{" });
                failures.extend_from_slice(b"\"record\":");
                whole(failures, number);
                failures.extend_from_slice(b",\"error\":");
                failure.write(failures, number);
                failures.push(b'}');
            }
            (AnswerFormat::Csv, _) => {
                let delimiter = envelope.delimiter();
                envelope.open_row(out, number, (carried, 0..carried.len()), position);
                out.extend_from_slice(&[delimiter, delimiter]);
                write_cell(out, reason(*headings, failure), delimiter);
                out.extend_from_slice(CSV_LINE_END);
            }
            (AnswerFormat::NdJson, Some(_)) => {
                envelope.open_line(out, number, carried);
                out.extend_from_slice(b"\"code\":null,\"error\":");
                failure.write(out, number);
                out.extend_from_slice(b"}\n");
            }
            (AnswerFormat::GeoJson, Some(position)) => {
                envelope.open_feature(out, carried);
                Envelope::point(out, position);
                envelope.open_properties(out, carried);
                out.extend_from_slice(b"{\"code\":null,\"error\":");
                failure.write(out, number);
                out.extend_from_slice(b"}}}");
            }
            (AnswerFormat::NdJson | AnswerFormat::GeoJson, None) => envelope.failure(out, (number, carried), failure),
        }
        envelope.has_records = true;
    }

    /// Appends what stands behind the last record.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let failures = &mut self.failures;
        self.envelope.end(out, |out| {
            if !failures.is_empty() {
                out.extend_from_slice(b",\"errors\":[");
                out.append(failures);
                out.push(b']');
            }
        });
    }
}
