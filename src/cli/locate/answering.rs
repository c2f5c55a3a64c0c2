//! Records from one thread, answers from all cores, in the order of the records on their way out.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    ops::ControlFlow,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use super::{
    args::{Defaults, Format},
    source::{Source, SourceError, SourceFormat},
    summary::{Tally, columns_line},
    target::Target,
    text::{TextSink, answer_text, text_format},
    workbook::{SheetCell, SheetSink, Typed, answer_rows},
};
use crate::{
    domain::area::Snapshot,
    formats::{
        answers::{Fragments, Headings, Shape},
        points::{PointBatch, PointFormat, PointOptions, PointReader},
    },
};

/// Pieces that wait before and behind each core.
const WAITING_PIECES: usize = 2;

/// What every record is answered with.
pub struct Desk<'a> {
    /// The edition.
    pub snapshot: &'a Snapshot,
    /// The texts of its answers.
    pub fragments: &'a Fragments,
    /// What records leave out.
    pub defaults: Defaults,
    /// In which language a table is headed.
    pub headings: Headings,
}

/// How far a run is; shared with whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes of the source that were read.
    pub bytes: AtomicU64,
    /// Records that were answered.
    pub records: AtomicU64,
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Done {
    /// How many records had which kind of answer.
    pub tally: Tally,
    /// Which columns were taken for what, of a table; a line for people.
    pub columns: String,
}

/// Why a run came to no end.
#[derive(Debug, thiserror::Error)]
pub enum AnsweringError {
    /// The points cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The answers cannot be written.
    #[error(transparent)]
    Target(io::Error),
}

/// Where the answers go.
pub enum Sink {
    /// Text.
    Text(TextSink<Box<dyn Write + Send>>, Option<File>),
    /// A workbook.
    Sheet(Box<SheetSink>),
}

impl Sink {
    /// The sink of a target, whose file has been begun.
    pub fn new(target: &Target, file: Option<File>) -> io::Result<Self> {
        let writer = |file: &Option<File>| -> io::Result<Box<dyn Write + Send>> {
            Ok(match file {
                Some(file) => Box::new(BufWriter::new(file.try_clone()?)),
                None => Box::new(io::stdout()),
            })
        };
        match (text_format(target.format), file) {
            (Some(format), file) => Ok(Self::Text(TextSink::new(writer(&file)?, format), file)),
            (None, Some(file)) => {
                let folder = target.folder().filter(|folder| !folder.as_os_str().is_empty());
                Ok(Self::Sheet(Box::new(SheetSink::new(file, folder.unwrap_or(".".as_ref()))?)))
            }
            (None, None) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    fn write(&mut self, desk: &Desk<'_>, shape: &Shape, content: &Content) -> io::Result<()> {
        match (self, content) {
            (Self::Text(sink, _), Content::Text(text)) => sink.write(desk, shape, text),
            (Self::Sheet(sink), Content::Rows(cells)) => sink.write(desk, shape, cells),
            _ => unreachable!("pieces are answered in the format of their sink"),
        }
    }

    fn finish(self, desk: &Desk<'_>, shape: &Shape) -> io::Result<()> {
        match self {
            Self::Text(sink, file) => {
                drop(sink.finish(desk, shape)?);
                file.map_or(Ok(()), |file| file.sync_all())
            }
            Self::Sheet(sink) => sink.finish(desk, shape),
        }
    }
}

/// Records on their way to be answered.
struct Piece {
    layout: Arc<Layout>,
    points: PointBatch,
}

/// What the records of a source are, known with the first of them.
struct Layout {
    shape: Shape,
    typed: Typed,
    columns: String,
}

/// Answers on their way out.
struct Answered {
    layout: Arc<Layout>,
    content: Content,
    tally: Tally,
}

enum Content {
    Text(Vec<u8>),
    Rows(Vec<SheetCell>),
}

/// Reads `source`, answers its records with all cores, and writes the answers to `sink` in the records' order.
pub fn answer_all(
    desk: &Desk<'_>,
    source: &Source,
    columns: PointOptions,
    (format, mut sink): (Format, Sink),
    progress: &Progress,
) -> Result<Done, AnsweringError> {
    let layout = OnceLock::new();
    let (fed, written) = thread::scope(|scope| {
        let (mut lanes, mut answers) = (Vec::new(), Vec::new());
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (lane, pieces) = sync_channel(WAITING_PIECES);
            let (answered, answer) = sync_channel(WAITING_PIECES);
            scope.spawn(move || answer_lane(desk, format, &pieces, &answered));
            lanes.push(lane);
            answers.push(answer);
        }
        let writer = scope.spawn(move || write_all(desk, &answers, &mut sink, progress).map(|tally| (tally, sink)));
        let fed = feed(desk, source, columns, lanes, &layout, progress);
        match writer.join() {
            Ok(written) => (fed, written),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    // When nothing can be written any more, reading is broken off as well: the writer knows why.
    let (tally, sink) = written.map_err(AnsweringError::Target)?;
    fed?;
    let layout = layout.get().expect("a source that was read to its end has a layout");
    sink.finish(desk, &layout.shape).map_err(AnsweringError::Target)?;
    Ok(Done { tally, columns: layout.columns.clone() })
}

/// Deals the records out to the lanes, in turn.
fn feed(
    desk: &Desk<'_>,
    source: &Source,
    columns: PointOptions,
    lanes: Vec<SyncSender<Piece>>,
    layout: &OnceLock<Arc<Layout>>,
    progress: &Progress,
) -> Result<(), SourceError> {
    let mut turns = lanes.iter().cycle();
    source.read(columns, &progress.bytes, |reader, points| {
        let layout = Arc::clone(layout.get_or_init(|| Arc::new(Layout::of(reader, source.format, &desk.defaults))));
        let lane = turns.next().expect("there is a lane");
        match lane.send(Piece { layout, points }) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })
}

/// Answers the pieces of one lane.
fn answer_lane(desk: &Desk<'_>, format: Format, pieces: &Receiver<Piece>, answered: &SyncSender<Answered>) {
    while let Ok(Piece { layout, points }) = pieces.recv() {
        let (content, tally) = match text_format(format) {
            Some(format) => {
                let (text, tally) = answer_text(desk, format, &layout.shape, &points);
                (Content::Text(text), tally)
            }
            None => {
                let (cells, tally) = answer_rows(desk, &layout.shape, &layout.typed, &points);
                (Content::Rows(cells), tally)
            }
        };
        if answered.send(Answered { layout, content, tally }).is_err() {
            return;
        }
    }
}

/// Takes the answers from the lanes, in the turns in which the records were dealt out.
fn write_all(
    desk: &Desk<'_>,
    answers: &[Receiver<Answered>],
    sink: &mut Sink,
    progress: &Progress,
) -> io::Result<Tally> {
    let mut tally = Tally::default();
    for lane in answers.iter().cycle() {
        let Ok(answered) = lane.recv() else { break };
        sink.write(desk, &answered.layout.shape, &answered.content)?;
        tally.add(&answered.tally);
        progress.records.store(tally.records(), Ordering::Relaxed);
    }
    Ok(tally)
}

impl Layout {
    fn of(reader: &PointReader, format: SourceFormat, defaults: &Defaults) -> Self {
        let Some(header) = reader.header() else {
            let is_features = format.points() == PointFormat::GeoJson;
            let shape = if is_features { Shape::Features } else { Shape::Objects };
            return Self { shape, typed: Typed::Columns(Vec::new()), columns: String::new() };
        };
        let typed = match format {
            SourceFormat::Xlsx => Typed::Unquoted,
            SourceFormat::Points(_) => {
                Typed::Columns([header.lon, header.lat].into_iter().chain(header.accuracy_m).collect())
            }
        };
        let shape =
            Shape::Table { headings: header.columns.clone(), delimiter: header.delimiter, line: header.line.clone() };
        Self { shape, typed, columns: columns_line(header, defaults) }
    }
}
