//! Answers as text: CSV, GeoJSON, NDJSON, JSON.

use std::io::{self, Write};

use super::{answering::Desk, args::Format, summary::Tally};
use crate::{
    app::lookup::ask,
    formats::{
        answers::{AnswerDocument, AnswerFormat, Failure, Shape},
        points::PointBatch,
    },
};

/// The text format of an output format; a workbook has none.
pub const fn text_format(format: Format) -> Option<AnswerFormat> {
    match format {
        Format::Csv => Some(AnswerFormat::Csv),
        Format::Geojson => Some(AnswerFormat::GeoJson),
        Format::Ndjson => Some(AnswerFormat::NdJson),
        Format::Json => Some(AnswerFormat::Json),
        Format::Xlsx => None,
    }
}

/// Answers records as text that stands between the beginning and the end of a document.
pub fn answer_text(desk: &Desk<'_>, format: AnswerFormat, shape: &Shape, points: &PointBatch) -> (Vec<u8>, Tally) {
    let (mut text, mut tally) = (Vec::new(), Tally::default());
    let mut document = AnswerDocument::new(format, shape.clone(), desk.snapshot, desk.headings);
    for entry in points.entries() {
        let record = (entry.number, entry.carried);
        let asked = match &entry.asked {
            Ok(asked) => asked,
            Err(trouble) => {
                tally.count_error();
                document.failure(&mut text, record, &Failure::of_record(trouble));
                continue;
            }
        };
        match ask(desk.snapshot, &desk.defaults.question(asked)) {
            Ok(reply) => {
                tally.count(reply.located.found);
                let of = (desk.snapshot, desk.fragments);
                document.answer(&mut text, record, of, (&reply.located, reply.trust.as_ref()));
            }
            Err(error) => {
                tally.count_error();
                document.failure(&mut text, record, &Failure::of_record(&error.trouble()));
            }
        }
    }
    (text, tally)
}

/// Text on its way out, in pieces that were answered apart.
pub struct TextSink<W> {
    writer: W,
    format: AnswerFormat,
    /// Whether the document has begun, and whether a record was written.
    begun: bool,
    has_records: bool,
}

impl<W: Write> TextSink<W> {
    /// A sink of one document.
    pub fn new(writer: W, format: AnswerFormat) -> Self {
        Self { writer, format, begun: false, has_records: false }
    }

    /// Writes a piece.
    pub fn write(&mut self, desk: &Desk<'_>, shape: &Shape, piece: &[u8]) -> io::Result<()> {
        self.begin(desk, shape)?;
        if piece.is_empty() {
            return Ok(());
        }
        if self.has_records && matches!(self.format, AnswerFormat::Json | AnswerFormat::GeoJson) {
            self.writer.write_all(b",")?;
        }
        self.has_records = true;
        self.writer.write_all(piece)
    }

    /// Writes the end of the document, and gives the writer back.
    pub fn finish(mut self, desk: &Desk<'_>, shape: &Shape) -> io::Result<W> {
        self.begin(desk, shape)?;
        let mut end = Vec::new();
        self.document(desk, shape).end(&mut end);
        if matches!(self.format, AnswerFormat::Json | AnswerFormat::GeoJson) {
            end.push(b'\n');
        }
        self.writer.write_all(&end)?;
        self.writer.flush()?;
        Ok(self.writer)
    }

    fn begin(&mut self, desk: &Desk<'_>, shape: &Shape) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        let mut beginning = Vec::new();
        self.document(desk, shape).begin(&mut beginning, desk.snapshot);
        self.writer.write_all(&beginning)
    }

    fn document(&self, desk: &Desk<'_>, shape: &Shape) -> AnswerDocument {
        AnswerDocument::new(self.format, shape.clone(), desk.snapshot, desk.headings)
    }
}
