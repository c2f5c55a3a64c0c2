//! Many questions of one request: records in, answers out, in their order, all from one edition.

use super::{AnswerSource, Question, ask_many, codes::Coder};
use crate::{
    domain::{area::Level, crs::Crs, locate::AccuracyKind},
    formats::{
        answers::{AnswerDocument, AnswerFormat, CodeDocument, Failure, Headings, Shape},
        points::{Asked, PointBatch, PointFormat, PointOptions, PointReader, ReadError, Shape as PointShape},
    },
};

/// Records answered at once: a piece of work of milliseconds, and of a few megabytes of answers.
pub const RECORDS_AT_ONCE: usize = 2048;

/// The same where only codes are answered.
pub const CODES_AT_ONCE: usize = 16 * 1024;

/// Memory for what records carry that is kept from one piece to the next.
const KEPT_CARRIED_BYTES: usize = 1 << 20;

/// How much is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The whole answer.
    Full,
    /// The code of one level.
    Codes,
}

/// What holds for records that do not say otherwise, and how the answers are written.
#[derive(Debug, Clone)]
pub struct BatchOptions {
    /// The system of coordinates.
    pub crs: Crs,
    /// The accuracy.
    pub accuracy_m: Option<f64>,
    /// What the accuracy means.
    pub accuracy_kind: AccuracyKind,
    /// How much is answered; `None` is full, but for columns answered in JSON: the codes.
    pub detail: Option<Detail>,
    /// The level of codes.
    pub level: Level,
    /// The format of the records.
    pub input: PointFormat,
    /// Which systems records may name, and which columns of CSV the coordinates are.
    pub columns: PointOptions,
    /// The format of the answers.
    pub output: AnswerFormat,
    /// The language of a table.
    pub headings: Headings,
}

/// What the answers become.
enum Document {
    Full(AnswerDocument),
    Codes(CodeDocument, Coder),
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
    document: Option<Document>,
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
        self.points.len() - self.answered
    }

    /// Answers the next of the records that wait: at most [`RECORDS_AT_ONCE`], or [`CODES_AT_ONCE`].
    pub fn answer(&mut self, out: &mut Vec<u8>) {
        if self.waiting() == 0 {
            return;
        }
        self.begin(out);
        let Self { source, options, points, answered, questions, .. } = self;
        let first = *answered;
        match self.document.as_mut().expect("begun above") {
            Document::Codes(document, coder) => {
                *answered = points.len().min(first + CODES_AT_ONCE);
                coder.write(document, out, (source, options), (points, first, *answered));
            }
            Document::Full(document) => {
                *answered = points.len().min(first + RECORDS_AT_ONCE);
                let asked = (first..*answered).filter_map(|index| points.entry(index).asked.ok());
                questions.clear();
                questions.extend(asked.map(|asked| question(options, &asked)));
                answer_all(document, out, source, (points, first, *answered), questions);
            }
        }
        self.last_number = points.number(*answered - 1);
        if self.waiting() == 0 {
            self.answered = 0;
            self.points.clear();
            self.points.shrink_to(KEPT_CARRIED_BYTES);
        }
    }

    /// Appends the end of the answers; all records have been answered.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        match self.document.as_mut().expect("begun above") {
            Document::Full(document) => document.end(out),
            Document::Codes(document, _) => document.end(out),
        }
    }

    /// Appends, as the last record, why no more are answered.
    pub fn break_off(&mut self, out: &mut Vec<u8>, failure: &Failure) {
        self.begin(out);
        let record = (self.last_number + 1, &[][..]);
        match self.document.as_mut().expect("begun above") {
            Document::Full(document) => document.failure(out, record, failure),
            Document::Codes(document, _) => document.failure(out, record, failure),
        }
        self.end(out);
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if self.document.is_some() {
            return;
        }
        let BatchOptions { input, output, headings, level, .. } = self.options;
        let shape = match (input, self.reader.header()) {
            (PointFormat::Csv, Some(header)) => Shape::Table {
                headings: header.columns.clone(),
                line: header.line.clone(),
                delimiter: header.delimiter,
            },
            (PointFormat::GeoJson, _) => Shape::Features,
            (PointFormat::Json, _) if self.reader.shape() == Some(PointShape::Columns) => Shape::Columns,
            _ => Shape::Objects,
        };
        let snapshot = &self.source.snapshot;
        self.document = Some(match self.detail() {
            Detail::Codes => {
                let mut document = CodeDocument::new(output, shape, headings);
                document.begin(out, snapshot.edition_number());
                Document::Codes(document, Coder::new(level))
            }
            Detail::Full => {
                let mut document = AnswerDocument::new(output, shape, snapshot, headings);
                document.begin(out, snapshot);
                Document::Full(document)
            }
        });
    }

    /// How much is answered to what has been read so far.
    pub fn detail(&self) -> Detail {
        let is_columns = self.options.input == PointFormat::Json && self.reader.shape() == Some(PointShape::Columns);
        let usual = if is_columns && self.options.output == AnswerFormat::Json { Detail::Codes } else { Detail::Full };
        self.options.detail.unwrap_or(usual)
    }
}

/// Appends the full answers to the records of `points` from `first` to before `end`; `questions` are those of the records
/// that ask one.
fn answer_all(
    document: &mut AnswerDocument,
    out: &mut Vec<u8>,
    AnswerSource { snapshot, fragments }: &AnswerSource,
    (points, first, end): (&PointBatch, usize, usize),
    questions: &[Question],
) {
    let mut entries = (first..end).map(|index| points.entry(index));
    // Those before the next good one, or all that are left.
    let mut pass_bad = |document: &mut AnswerDocument, out: &mut Vec<u8>| {
        for entry in entries.by_ref() {
            match entry.asked {
                Ok(_) => return Some(entry),
                Err(trouble) => document.failure(out, (entry.number, entry.carried), &Failure::of_record(trouble)),
            }
        }
        None
    };
    ask_many(snapshot, questions, |_, reply| {
        let entry = pass_bad(document, out).expect("a good record for each question");
        match reply {
            Ok(reply) => {
                let answer = (&reply.located, reply.trust.as_ref());
                document.answer(out, (entry.number, entry.carried), (snapshot, fragments), answer);
            }
            Err(error) => document.failure(out, (entry.number, entry.carried), &Failure::of_record(&error.trouble())),
        }
    });
    pass_bad(document, out);
}

/// What a record asks, with what the request says for all of them.
pub(super) fn question(options: &BatchOptions, asked: &Asked) -> Question {
    Question {
        x: asked.x,
        y: asked.y,
        crs: asked.crs.unwrap_or(options.crs),
        accuracy_m: asked.accuracy_m.or(options.accuracy_m),
        accuracy_kind: asked.accuracy_kind.unwrap_or(options.accuracy_kind),
    }
}
