//! What stands around the answers to many records, whatever is answered.

use std::{borrow::Cow, ops::Range};

use super::json_text::{degrees, text, whole};
use super::{Failure, csv_cell::write_cell, fragments::put_short};
use crate::domain::geometry::Position;
use crate::formats::{json::Cursor, points::feature_parts};

/// The line end of CSV (RFC 4180).
pub(super) const CSV_LINE_END: &[u8] = b"\r\n";

/// A format of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFormat {
    /// `{"edition", "results": [...]}`, or `codes`.
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
    /// JSON objects; an `id` goes back, in a table as a column.
    Objects,
    /// JSON columns; nothing goes back.
    Columns,
    /// GeoJSON features; `id` and `properties` go back, in a table the `id`.
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

impl Shape {
    /// The columns that a table has before those of the answer.
    pub fn headings(&self) -> Vec<String> {
        let columns: &[&str] = match self {
            Self::Table { headings, .. } => return headings.clone(),
            Self::Objects | Self::Features => &["record", "id", "lon", "lat"],
            Self::Columns => &["record", "lon", "lat"],
        };
        columns.iter().map(|&column| column.to_owned()).collect()
    }

    /// The `id` among what a record carried, as JSON; empty where it has none.
    #[inline]
    pub fn id<'a>(&self, carried: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Objects => carried,
            Self::Features => feature_parts(carried).0,
            Self::Columns | Self::Table { .. } => &[],
        }
    }
}

/// The `id` of a record, a string or a number of JSON, as text and whether it is a number.
pub fn id_text(id: &[u8]) -> (Cow<'_, str>, bool) {
    let text = std::str::from_utf8(id).expect("readers carry UTF-8");
    match Cursor::new(text).string() {
        Ok(string) => (string, false),
        Err(_) => (Cow::Borrowed(text), true),
    }
}

/// The records' side of a document: what they carried, and what stands between them.
pub(super) struct Envelope {
    pub(super) format: AnswerFormat,
    pub(super) shape: Shape,
    /// Whether a record was written.
    pub(super) has_records: bool,
}

impl Envelope {
    pub(super) fn new(format: AnswerFormat, shape: Shape) -> Self {
        Self { format, shape, has_records: false }
    }

    /// Appends what stands before the first record; `list` is the member of JSON answers, and `headings` makes the columns
    /// of the answer out of those that are taken.
    pub(super) fn begin(
        &self,
        out: &mut Vec<u8>,
        edition: u32,
        list: &str,
        headings: impl FnOnce(&[String]) -> Vec<String>,
    ) {
        match self.format {
            AnswerFormat::Json | AnswerFormat::GeoJson => {
                let is_json = self.format == AnswerFormat::Json;
                out.extend_from_slice(if is_json { b"{" } else { b"{\"type\":\"FeatureCollection\"," });
                out.extend_from_slice(b"\"edition\":");
                whole(out, u64::from(edition));
                out.extend_from_slice(b",\"");
                out.extend_from_slice(if is_json { list.as_bytes() } else { b"features" });
                out.extend_from_slice(b"\":[");
            }
            AnswerFormat::NdJson => {}
            AnswerFormat::Csv => {
                let taken = self.shape.headings();
                match &self.shape {
                    Shape::Table { line, .. } => out.extend_from_slice(line.as_bytes()),
                    _ => out.extend_from_slice(taken.join(",").as_bytes()),
                }
                let delimiter = self.delimiter();
                for heading in headings(&taken) {
                    out.push(delimiter);
                    write_cell(out, &heading, delimiter);
                }
                out.extend_from_slice(CSV_LINE_END);
            }
        }
    }

    /// Appends why the record `number` has no answer, of every format but CSV.
    pub(super) fn failure(&self, out: &mut Vec<u8>, (number, carried): (u64, &[u8]), failure: &Failure) {
        let (before, behind): (&[u8], &[u8]) = match self.format {
            AnswerFormat::Json => {
                self.open_object(out, carried);
                (b"\"error\":", b"}")
            }
            AnswerFormat::NdJson => {
                self.open_line(out, number, carried);
                (b"\"error\":", b"}\n")
            }
            AnswerFormat::GeoJson => {
                self.open_feature(out, carried);
                out.extend_from_slice(b"\"geometry\":null");
                self.open_properties(out, carried);
                (b"{\"error\":", b"}}}")
            }
            AnswerFormat::Csv => unreachable!("rows have columns"),
        };
        out.extend_from_slice(before);
        failure.write(out, number);
        out.extend_from_slice(behind);
    }

    /// Appends the geometry of a feature.
    #[inline]
    pub(super) fn point(out: &mut Vec<u8>, position: Position) {
        out.extend_from_slice(b"\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
        degrees(out, position.lon());
        out.push(b',');
        degrees(out, position.lat());
        out.extend_from_slice(b"]}");
    }

    /// Appends what stands behind the last record; `more` stands before the last brace.
    pub(super) fn end(&self, out: &mut Vec<u8>, more: impl FnOnce(&mut Vec<u8>)) {
        if matches!(self.format, AnswerFormat::Json | AnswerFormat::GeoJson) {
            out.push(b']');
            more(out);
            out.push(b'}');
        }
    }

    /// Appends the comma before a record that is not the first.
    #[inline]
    pub(super) fn separate(&self, out: &mut Vec<u8>) {
        if self.has_records {
            out.push(b',');
        }
    }

    /// Appends the beginning of an object, with the `id` of the record.
    pub(super) fn open_object(&self, out: &mut Vec<u8>, carried: &[u8]) {
        self.separate(out);
        out.push(b'{');
        self.write_id(out, carried);
    }

    /// The same for an object on a line, with the number of the record.
    #[inline]
    pub(super) fn open_line(&self, out: &mut Vec<u8>, number: u64, carried: &[u8]) {
        out.extend_from_slice(b"{\"record\":");
        whole(out, number);
        out.push(b',');
        self.write_id(out, carried);
    }

    /// Appends the beginning of a feature, up to its geometry.
    #[inline]
    pub(super) fn open_feature(&self, out: &mut Vec<u8>, carried: &[u8]) {
        self.separate(out);
        out.extend_from_slice(b"{\"type\":\"Feature\",");
        self.write_id(out, carried);
    }

    /// Appends everything from the comma behind the geometry to the colon before the answer.
    #[inline]
    pub(super) fn open_properties(&self, out: &mut Vec<u8>, carried: &[u8]) {
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
            Shape::Objects | Shape::Columns => {}
        }
        out.extend_from_slice(b"\"onemap\":");
    }

    #[inline]
    fn write_id(&self, out: &mut Vec<u8>, carried: &[u8]) {
        let id = self.shape.id(carried);
        if !id.is_empty() {
            out.extend_from_slice(b"\"id\":");
            out.extend_from_slice(id);
            out.push(b',');
        }
    }

    /// What stands between cells.
    pub(super) fn delimiter(&self) -> u8 {
        match self.shape {
            Shape::Table { delimiter, .. } => delimiter,
            _ => b',',
        }
    }

    /// Appends the cells before those of the answer; what the record carried is its own part of `all`.
    #[inline]
    pub(super) fn open_row(
        &self,
        out: &mut Vec<u8>,
        number: u64,
        (all, own): (&[u8], Range<usize>),
        position: Option<Position>,
    ) {
        if let Shape::Table { headings, delimiter, .. } = &self.shape {
            if own.is_empty() {
                out.resize(out.len() + headings.len().saturating_sub(1), *delimiter);
            } else {
                put_short(out, all, own);
            }
            return;
        }
        whole(out, number);
        out.push(b',');
        if self.shape != Shape::Columns {
            write_cell_of_id(out, self.shape.id(&all[own]));
            out.push(b',');
        }
        if let Some(position) = position {
            degrees(out, position.lon());
        }
        out.push(b',');
        if let Some(position) = position {
            degrees(out, position.lat());
        }
    }
}

/// Appends the `id` of a record as a cell.
fn write_cell_of_id(out: &mut Vec<u8>, id: &[u8]) {
    match id_text(id) {
        (_, true) => out.extend_from_slice(id),
        (text, false) => write_cell(out, &text, b','),
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
