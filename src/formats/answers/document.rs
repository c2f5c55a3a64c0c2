//! Answers to many records, as one document.

use super::{
    AnswerColumns, Cell, Failure, Fragments, Headings,
    answer::write_members,
    csv_cell::write_cell,
    json_text::{centi, degrees, number, text, whole},
};
use crate::domain::{
    area::{Level, Snapshot},
    coverage::AreaIndex,
    locate::{Located, Trust},
};
use crate::formats::points::feature_parts;

/// The line end of CSV (RFC 4180).
const CSV_LINE_END: &[u8] = b"\r\n";

/// A format of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFormat {
    /// `{"edition", "results": [...]}`, or codes for columns.
    Json,
    /// A FeatureCollection.
    GeoJson,
    /// One object a line.
    NdJson,
    /// A table.
    Csv,
}

/// What the records were, and so what goes back with their answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// JSON objects; an `id` goes back.
    Objects,
    /// JSON columns; JSON answers are the codes of this level.
    Columns(Level),
    /// GeoJSON features; `id` and `properties` go back.
    Features,
    /// CSV; whole records go back.
    Table {
        /// The headings.
        headings: Vec<String>,
        /// The line of the headings as it was.
        line: String,
        /// What stands between cells.
        delimiter: u8,
    },
}

/// Writes answers to many records, one after the other; all of one edition.
///
/// Order of calls: `begin`, then `answer` or `failure` for each record, then `end`.
pub struct AnswerDocument {
    format: AnswerFormat,
    shape: Shape,
    columns: AnswerColumns,
    written: u64,
    /// Of codes: why some are null.
    failures: Vec<u8>,
}

impl AnswerDocument {
    /// A document of answers by `snapshot`.
    pub fn new(format: AnswerFormat, shape: Shape, snapshot: &Snapshot, headings: Headings) -> Self {
        let columns = AnswerColumns::new(&snapshot.profile, headings);
        Self { format, shape, columns, written: 0, failures: Vec::new() }
    }

    /// The level of the codes that it is made of, when it is.
    pub fn codes_of(&self) -> Option<Level> {
        match (self.format, &self.shape) {
            (AnswerFormat::Json, &Shape::Columns(level)) => Some(level),
            _ => None,
        }
    }

    /// Appends what stands before the first record.
    pub fn begin(&mut self, out: &mut Vec<u8>, snapshot: &Snapshot) {
        match self.format {
            AnswerFormat::Json | AnswerFormat::GeoJson => {
                let is_json = self.format == AnswerFormat::Json;
                out.extend_from_slice(if is_json { b"{" } else { b"{\"type\":\"FeatureCollection\"," });
                out.extend_from_slice(b"\"edition\":");
                whole(out, u64::from(snapshot.edition_number()));
                out.extend_from_slice(match (is_json, self.codes_of()) {
                    (true, Some(_)) => b",\"codes\":[",
                    (true, None) => b",\"results\":[",
                    (false, _) => b",\"features\":[",
                });
            }
            AnswerFormat::NdJson => {}
            AnswerFormat::Csv => {
                let before = ["record", "lon", "lat"].map(str::to_owned);
                let (taken, line) = match &self.shape {
                    Shape::Table { headings, line, .. } => (&headings[..], line.as_str()),
                    _ => (&before[..], "record,lon,lat"),
                };
                out.extend_from_slice(line.as_bytes());
                let delimiter = self.delimiter();
                for heading in self.columns.headings(taken) {
                    out.push(delimiter);
                    write_cell(out, &heading, delimiter);
                }
                out.extend_from_slice(CSV_LINE_END);
            }
        }
    }

    /// Appends the answer to the record `number`, with what it carried.
    pub fn answer(
        &mut self,
        out: &mut Vec<u8>,
        (number, carried): (u64, &[u8]),
        (snapshot, fragments): (&Snapshot, &Fragments),
        (located, trust): (&Located, Option<&Trust>),
    ) {
        match self.format {
            AnswerFormat::Json if self.codes_of().is_some() => {
                let area = self.codes_of().and_then(|level| located.chain.get(usize::from(level.0)));
                return self.code(out, snapshot, area.copied());
            }
            AnswerFormat::Json => {
                self.open_object(out, carried);
                write_members(out, snapshot, fragments, located, trust);
                out.push(b'}');
            }
            AnswerFormat::NdJson => {
                self.open_line(out, number, carried);
                write_members(out, snapshot, fragments, located, trust);
                out.extend_from_slice(b"}\n");
            }
            AnswerFormat::GeoJson => {
                self.open_feature(out, carried);
                out.extend_from_slice(b"\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
                degrees(out, located.position.lon());
                out.push(b',');
                degrees(out, located.position.lat());
                out.extend_from_slice(b"]}");
                self.open_properties(out, carried);
                out.push(b'{');
                write_members(out, snapshot, fragments, located, trust);
                out.extend_from_slice(b"}}}");
            }
            AnswerFormat::Csv => {
                self.open_row(out, number, carried, Some(located));
                let delimiter = self.delimiter();
                self.columns.answer(snapshot, located, trust, |cell| {
                    out.push(delimiter);
                    write_value(out, &cell, delimiter);
                });
                out.extend_from_slice(CSV_LINE_END);
            }
        }
        self.written += 1;
    }

    /// Appends the code for a record of which only the area of the level is known; of a document of codes.
    pub fn code(&mut self, out: &mut Vec<u8>, snapshot: &Snapshot, area: Option<AreaIndex>) {
        self.separate(out);
        match area {
            Some(area) => text(out, &snapshot.hierarchy.area(area).code),
            None => out.extend_from_slice(b"null"),
        }
        self.written += 1;
    }

    /// Appends why the record `number` has no answer.
    pub fn failure(&mut self, out: &mut Vec<u8>, (number, carried): (u64, &[u8]), failure: &Failure) {
        match self.format {
            AnswerFormat::Json if self.codes_of().is_some() => {
                self.separate(out);
                out.extend_from_slice(b"null");
                self.failures.extend_from_slice(if self.failures.is_empty() { b"{" } else { b",{" });
                self.failures.extend_from_slice(b"\"record\":");
                whole(&mut self.failures, number);
                self.failures.extend_from_slice(b",\"error\":");
                failure.write(&mut self.failures, number);
                self.failures.push(b'}');
            }
            AnswerFormat::Json => {
                self.open_object(out, carried);
                out.extend_from_slice(b"\"error\":");
                failure.write(out, number);
                out.push(b'}');
            }
            AnswerFormat::NdJson => {
                self.open_line(out, number, carried);
                out.extend_from_slice(b"\"error\":");
                failure.write(out, number);
                out.extend_from_slice(b"}\n");
            }
            AnswerFormat::GeoJson => {
                self.open_feature(out, carried);
                out.extend_from_slice(b"\"geometry\":null");
                self.open_properties(out, carried);
                out.extend_from_slice(b"{\"error\":");
                failure.write(out, number);
                out.extend_from_slice(b"}}}");
            }
            AnswerFormat::Csv => {
                self.open_row(out, number, carried, None);
                let delimiter = self.delimiter();
                let reason = self.columns.reason(failure);
                self.columns.failure(reason, |cell| {
                    out.push(delimiter);
                    write_value(out, &cell, delimiter);
                });
                out.extend_from_slice(CSV_LINE_END);
            }
        }
        self.written += 1;
    }

    /// Appends what stands behind the last record.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        match self.format {
            AnswerFormat::Json | AnswerFormat::GeoJson => {
                out.push(b']');
                if !self.failures.is_empty() {
                    out.extend_from_slice(b",\"errors\":[");
                    out.append(&mut self.failures);
                    out.push(b']');
                }
                out.push(b'}');
            }
            AnswerFormat::NdJson | AnswerFormat::Csv => {}
        }
    }

    fn separate(&self, out: &mut Vec<u8>) {
        if self.written > 0 {
            out.push(b',');
        }
    }

    fn open_object(&self, out: &mut Vec<u8>, carried: &[u8]) {
        self.separate(out);
        out.push(b'{');
        self.write_id(out, carried);
    }

    fn open_line(&self, out: &mut Vec<u8>, number: u64, carried: &[u8]) {
        out.extend_from_slice(b"{\"record\":");
        whole(out, number);
        out.push(b',');
        self.write_id(out, carried);
    }

    fn open_feature(&self, out: &mut Vec<u8>, carried: &[u8]) {
        self.separate(out);
        out.extend_from_slice(b"{\"type\":\"Feature\",");
        self.write_id(out, carried);
    }

    /// Appends everything from the comma behind the geometry to the colon before the answer.
    fn open_properties(&self, out: &mut Vec<u8>, carried: &[u8]) {
        out.extend_from_slice(b",\"properties\":{");
        match &self.shape {
            Shape::Features => {
                let (_, properties) = feature_parts(carried);
                let inside = properties.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}"));
                let inside = inside.unwrap_or_default().trim_ascii();
                if !inside.is_empty() {
                    out.extend_from_slice(inside);
                    out.push(b',');
                }
            }
            Shape::Table { headings, delimiter, .. } => write_table_members(out, carried, headings, *delimiter),
            Shape::Objects | Shape::Columns(_) => {}
        }
        out.extend_from_slice(b"\"onemap\":");
    }

    fn write_id(&self, out: &mut Vec<u8>, carried: &[u8]) {
        let id = match self.shape {
            Shape::Objects => carried,
            Shape::Features => feature_parts(carried).0,
            Shape::Columns(_) | Shape::Table { .. } => &[],
        };
        if !id.is_empty() {
            out.extend_from_slice(b"\"id\":");
            out.extend_from_slice(id);
            out.push(b',');
        }
    }

    fn delimiter(&self) -> u8 {
        match self.shape {
            Shape::Table { delimiter, .. } => delimiter,
            _ => b',',
        }
    }

    /// Appends the cells before those of the answer.
    fn open_row(&self, out: &mut Vec<u8>, number: u64, carried: &[u8], located: Option<&Located>) {
        if let Shape::Table { headings, delimiter, .. } = &self.shape {
            if carried.is_empty() {
                out.resize(out.len() + headings.len().saturating_sub(1), *delimiter);
            } else {
                out.extend_from_slice(carried);
            }
            return;
        }
        whole(out, number);
        out.push(b',');
        if let Some(located) = located {
            degrees(out, located.position.lon());
        }
        out.push(b',');
        if let Some(located) = located {
            degrees(out, located.position.lat());
        }
    }
}

fn write_value(out: &mut Vec<u8>, cell: &Cell<'_>, delimiter: u8) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => write_cell(out, text, delimiter),
        Cell::Metres(metres) => centi(out, *metres),
        Cell::Share(share) => number(out, *share),
        Cell::Whole(count) => whole(out, *count),
        Cell::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
    }
}

/// Appends a CSV record as members of a JSON object, a comma behind each; a heading that repeats is written once.
fn write_table_members(out: &mut Vec<u8>, carried: &[u8], headings: &[String], delimiter: u8) {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(carried);
    let Some(Ok(record)) = reader.records().next() else { return };
    for (at, (heading, value)) in headings.iter().zip(&record).enumerate() {
        if heading == "onemap" || headings[..at].contains(heading) {
            continue;
        }
        text(out, heading);
        out.push(b':');
        text(out, value);
        out.push(b',');
    }
}
