//! Answers to addresses: the located answer with what the address was taken for.

use super::{
    AnswerColumns, AnswerFormat, Failure, Fragments, Headings, Shape,
    answer::write_members,
    columns::free_headings,
    csv_cell::write_cell,
    document::write_value,
    envelope::{CSV_LINE_END, Envelope},
    json_text::{degrees, number, text},
};
use crate::domain::{
    address::{Candidate, Found, Matched, Missing},
    area::Snapshot,
    duty::Posted,
    locate::Located,
};

/// Appends the answer for an address: that of its best candidate, which was located and may be `posted`, with all candidates as
/// `address`.
pub fn write_address_answer(
    out: &mut Vec<u8>,
    (snapshot, fragments): (&Snapshot, &Fragments),
    (located, posted): (&Located, Option<Posted<'_>>),
    found: &Found,
) {
    out.push(b'{');
    write_address_members(out, (snapshot, fragments), (located, posted), found);
    out.push(b'}');
}

/// Appends the members of that answer, without the braces.
fn write_address_members(
    out: &mut Vec<u8>,
    (snapshot, fragments): (&Snapshot, &Fragments),
    (located, posted): (&Located, Option<Posted<'_>>),
    found: &Found,
) {
    write_members(out, (snapshot, fragments), (located, None), posted.as_slice());
    out.extend_from_slice(b",\"address\":{\"candidates\":[");
    for (at, candidate) in found.candidates.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_candidate(out, snapshot, candidate);
    }
    out.extend_from_slice(b"],\"ambiguous\":");
    out.extend_from_slice(if found.is_ambiguous { b"true}" } else { b"false}" });
}

fn write_candidate(out: &mut Vec<u8>, snapshot: &Snapshot, candidate: &Candidate) {
    let raw = |out: &mut Vec<u8>, bytes: &str| out.extend_from_slice(bytes.as_bytes());
    let code = |area| &*snapshot.hierarchy.area(area).code;
    raw(out, "{\"text\":");
    text(out, &candidate.text);
    raw(out, ",\"score\":");
    number(out, candidate.score);
    raw(out, ",\"kind\":");
    text(out, candidate.kind.id());
    raw(out, ",\"position\":{\"lon\":");
    degrees(out, candidate.position.lon());
    raw(out, ",\"lat\":");
    degrees(out, candidate.position.lat());
    raw(out, "},\"code\":");
    match candidate.area() {
        Some(area) => text(out, code(area)),
        None => raw(out, "null"),
    }
    raw(out, ",\"stacked\":[");
    list(out, &candidate.stacked, |out, &area| text(out, code(area)));
    raw(out, "],\"matched\":[");
    list(out, &candidate.matched, |out, Matched { part, said, found, how }| {
        raw(out, "{\"part\":");
        text(out, part.id());
        raw(out, ",\"said\":");
        text(out, said);
        raw(out, ",\"found\":");
        text(out, found);
        raw(out, ",\"how\":");
        text(out, how.id());
        out.push(b'}');
    });
    raw(out, "],\"missing\":[");
    list(out, &candidate.missing, |out, Missing { part, said }| {
        raw(out, "{\"part\":");
        text(out, part.id());
        raw(out, ",\"said\":");
        text(out, said);
        out.push(b'}');
    });
    raw(out, "]}");
}

fn list<T>(out: &mut Vec<u8>, items: &[T], mut write: impl FnMut(&mut Vec<u8>, &T)) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, item);
    }
}

/// Columns of what an address was taken for, before those of the answer: plain heading, Chinese heading.
const COLUMNS: [(&str, &str); 7] = [
    ("address_found", "匹配地址"),
    ("address_score", "匹配度"),
    ("address_kind", "匹配类型"),
    ("address_ambiguous", "有歧义"),
    ("address_missing", "未找到部分"),
    ("address_lon", "经度"),
    ("address_lat", "纬度"),
];

/// Writes answers to many addresses, one after the other; all of one edition.
///
/// Order of calls: `begin`, then `answer` or `failure` for each record, then `end`.
pub struct AddressDocument {
    envelope: Envelope,
    columns: AnswerColumns,
    language: Headings,
}

impl AddressDocument {
    /// A document of answers by `snapshot`.
    pub fn new(format: AnswerFormat, shape: Shape, snapshot: &Snapshot, language: Headings) -> Self {
        let columns = AnswerColumns::new(&snapshot.profile, language);
        Self { envelope: Envelope::new(format, shape), columns, language }
    }

    /// Appends what stands before the first record.
    pub fn begin(&mut self, out: &mut Vec<u8>, snapshot: &Snapshot) {
        let (columns, language) = (&self.columns, self.language);
        self.envelope.begin(out, snapshot.edition_number(), "results", |taken| {
            let own = COLUMNS.map(|(plain, zh)| if language == Headings::Zh { zh } else { plain }.to_owned());
            let own = free_headings(&own, taken);
            let taken: Vec<String> = taken.iter().chain(&own).cloned().collect();
            own.into_iter().chain(columns.headings(&taken)).collect()
        });
    }

    /// Appends the answer to the record `number`, with what it carried.
    pub fn answer(
        &mut self,
        out: &mut Vec<u8>,
        (number, carried): (u64, &[u8]),
        (snapshot, fragments): (&Snapshot, &Fragments),
        (located, posted, found): (&Located, Option<Posted<'_>>, &Found),
    ) {
        let envelope = &self.envelope;
        match envelope.format {
            AnswerFormat::Json => {
                envelope.open_object(out, carried);
                write_address_members(out, (snapshot, fragments), (located, posted), found);
                out.push(b'}');
            }
            AnswerFormat::NdJson => {
                envelope.open_line(out, number, carried);
                write_address_members(out, (snapshot, fragments), (located, posted), found);
                out.extend_from_slice(b"}\n");
            }
            AnswerFormat::GeoJson => {
                envelope.open_feature(out, carried);
                Envelope::point(out, located.position);
                envelope.open_properties(out, carried);
                out.push(b'{');
                write_address_members(out, (snapshot, fragments), (located, posted), found);
                out.extend_from_slice(b"}}}");
            }
            AnswerFormat::Csv => {
                envelope.open_row(out, number, (carried, 0..carried.len()), Some(located.position));
                let delimiter = envelope.delimiter();
                let cell = |out: &mut Vec<u8>, text: &str| {
                    out.push(delimiter);
                    write_cell(out, text, delimiter);
                };
                if let Some(best) = found.candidates.first() {
                    cell(out, &best.text);
                    cell(out, &best.score.to_string());
                    cell(out, best.kind.id());
                    cell(out, if found.is_ambiguous { "true" } else { "false" });
                    let missing: Vec<&str> = best.missing.iter().map(|missing| missing.said.as_str()).collect();
                    cell(out, &missing.join(";"));
                    cell(out, &best.position.lon_degrees().to_string());
                    cell(out, &best.position.lat_degrees().to_string());
                } else {
                    COLUMNS.iter().for_each(|_| out.push(delimiter));
                }
                self.columns.answer(snapshot, located, None, |cell| {
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
            COLUMNS.iter().for_each(|_| out.push(delimiter));
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
