//! Many questions of one request: records in, answers out, in their order, all from one edition.

use super::{AnswerSource, Question, ask_many, owners_of};
use crate::{
    domain::{area::Level, crs::Crs, locate::AccuracyKind},
    formats::{
        answers::{AnswerDocument, AnswerFormat, Failure, Headings, Shape},
        points::{
            Asked, Entry, PointBatch, PointFormat, PointOptions, PointReader, ReadError, Shape as PointShape, Trouble,
        },
    },
};

/// Records answered at once: a piece of work of milliseconds, and of a few megabytes of answers.
pub const RECORDS_AT_ONCE: usize = 2048;

/// Memory for what records carry that is kept from one piece to the next.
const KEPT_CARRIED_BYTES: usize = 1 << 20;

/// What holds for records that do not say otherwise, and how the answers are written.
#[derive(Debug, Clone)]
pub struct BatchOptions {
    /// The system of coordinates.
    pub crs: Crs,
    /// The accuracy.
    pub accuracy_m: Option<f64>,
    /// What the accuracy means.
    pub accuracy_kind: AccuracyKind,
    /// The level of codes.
    pub level: Level,
    /// The format of the records.
    pub input: PointFormat,
    /// Which columns of CSV the coordinates are.
    pub columns: PointOptions,
    /// The format of the answers.
    pub output: AnswerFormat,
    /// The language of a table.
    pub headings: Headings,
}

/// One request's records on their way to answers.
///
/// Holds the records of what was read last, never more: whoever drives it answers them all before reading on.
pub struct Batch {
    source: AnswerSource,
    options: BatchOptions,
    reader: PointReader,
    points: PointBatch,
    /// How many of `points` have been answered.
    answered: usize,
    /// Begun with the first record, when the header is known.
    document: Option<AnswerDocument>,
    last_number: u64,
    /// Kept for its memory.
    questions: Vec<Question>,
}

impl Batch {
    /// A batch that is answered by `source`.
    pub fn new(source: AnswerSource, options: BatchOptions) -> Self {
        let reader = PointReader::new(options.input, options.columns.clone());
        let points = PointBatch::default();
        Self { source, options, reader, points, answered: 0, document: None, last_number: 0, questions: Vec::new() }
    }

    /// The edition that answers.
    pub fn edition(&self) -> u32 {
        self.source.snapshot.edition_number()
    }

    /// Reads the next bytes of the body.
    pub fn read(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.reader.push(bytes, &mut self.points)
    }

    /// Reads what is left when the body has ended.
    pub fn read_end(&mut self) -> Result<(), ReadError> {
        self.reader.finish(&mut self.points)
    }

    /// Records that were read and not yet answered.
    pub fn waiting(&self) -> usize {
        self.points.entries.len() - self.answered
    }

    /// Answers the next [`RECORDS_AT_ONCE`] of the records that wait.
    pub fn answer(&mut self, out: &mut Vec<u8>) {
        if self.waiting() == 0 {
            return;
        }
        self.begin(out);
        let document = self.document.as_mut().expect("begun above");
        let end = self.points.entries.len().min(self.answered + RECORDS_AT_ONCE);
        let entries = &self.points.entries[self.answered..end];
        self.questions.clear();
        self.questions
            .extend(entries.iter().filter_map(|entry| Some(question(&self.options, entry.asked.as_ref().ok()?))));
        answer_all(document, out, &self.source, &self.points, entries, &self.questions);
        self.last_number = entries.last().map_or(self.last_number, |entry| entry.number);
        self.answered = end;
        if self.waiting() == 0 {
            self.answered = 0;
            self.points.clear();
            self.points.carried.shrink_to(KEPT_CARRIED_BYTES);
        }
    }

    /// Appends the end of the answers; all records have been answered.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        self.document.as_mut().expect("begun above").end(out);
    }

    /// Appends, as the last record, why no more are answered.
    pub fn break_off(&mut self, out: &mut Vec<u8>, failure: &Failure) {
        self.begin(out);
        let document = self.document.as_mut().expect("begun above");
        document.failure(out, (self.last_number + 1, &[]), failure);
        document.end(out);
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if self.document.is_some() {
            return;
        }
        let shape = match (self.options.input, self.reader.header()) {
            (PointFormat::Csv, Some(header)) => Shape::Table {
                headings: header.columns.clone(),
                line: header.line.clone(),
                delimiter: header.delimiter,
            },
            (PointFormat::GeoJson, _) => Shape::Features,
            (PointFormat::Json, _) if self.reader.shape() == Some(PointShape::Columns) => {
                Shape::Columns(self.options.level)
            }
            _ => Shape::Objects,
        };
        let snapshot = &self.source.snapshot;
        let mut document = AnswerDocument::new(self.options.output, shape, snapshot, self.options.headings);
        document.begin(out, snapshot);
        self.document = Some(document);
    }
}

/// Appends the answers to `entries`; `questions` are those of the entries that ask one.
fn answer_all(
    document: &mut AnswerDocument,
    out: &mut Vec<u8>,
    AnswerSource { snapshot, fragments }: &AnswerSource,
    points: &PointBatch,
    entries: &[Entry],
    questions: &[Question],
) {
    let failed = |document: &mut AnswerDocument, out: &mut Vec<u8>, entry: &Entry, trouble: &Trouble| {
        document.failure(out, (entry.number, points.carried_by(entry)), &Failure::of_record(trouble));
    };
    if let Some(level) = document.codes_of() {
        let mut entries = entries.iter();
        owners_of(snapshot, questions, level, |_, owner| {
            for entry in entries.by_ref() {
                let Err(trouble) = &entry.asked else {
                    match owner {
                        Ok(area) => document.code(out, snapshot, area),
                        Err(error) => failed(document, out, entry, &error.trouble()),
                    }
                    return;
                };
                failed(document, out, entry, trouble);
            }
        });
        for entry in entries {
            if let Err(trouble) = &entry.asked {
                failed(document, out, entry, trouble);
            }
        }
        return;
    }
    let mut entries = entries.iter();
    ask_many(snapshot, questions, |_, reply| {
        for entry in entries.by_ref() {
            let Err(trouble) = &entry.asked else {
                match reply {
                    Ok(reply) => {
                        let record = (entry.number, points.carried_by(entry));
                        document.answer(out, record, (snapshot, fragments), (&reply.located, reply.trust.as_ref()));
                    }
                    Err(error) => failed(document, out, entry, &error.trouble()),
                }
                return;
            };
            failed(document, out, entry, trouble);
        }
    });
    for entry in entries {
        if let Err(trouble) = &entry.asked {
            failed(document, out, entry, trouble);
        }
    }
}

/// What a record asks, with what the request says for all of them.
fn question(options: &BatchOptions, asked: &Asked) -> Question {
    Question {
        x: asked.x,
        y: asked.y,
        crs: asked.crs.unwrap_or(options.crs),
        accuracy_m: asked.accuracy_m.or(options.accuracy_m),
        accuracy_kind: asked.accuracy_kind.unwrap_or(options.accuracy_kind),
    }
}
