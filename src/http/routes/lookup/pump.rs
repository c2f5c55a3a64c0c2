//! A batch on its way: body in, answers out, piece by piece.
//!
//! The answers are a stream that drives everything when it is polled: it takes a chunk of the body only when the records
//! of the one before are answered, and is polled only when the client takes what it has given. The body is read ahead of
//! that, within a limit (`ahead`). So a slow client slows the reading in the end, and a client that goes away ends the
//! work with the piece that is under way.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use futures_util::{Stream, StreamExt, stream};

use super::ahead::ReadAhead;
use crate::{
    app::{
        lookup::{Batch, Detail},
        tasks,
    },
    formats::{answers::Failure, points::ReadError},
    http::{
        body::problem_of,
        problem::{Occurrence, Problem},
    },
};

/// Records in a body that is taken in whole before it is answered.
pub(super) const MAX_BATCH_RECORDS: usize = 100_000;

/// Bytes of such a body.
const MAX_BATCH_BYTES: u64 = 64 << 20;

/// A body of known length up to here is taken in at once when nothing may be answered before its end, or only codes are
/// asked for.
pub(super) const MAX_BYTES_AT_ONCE: u64 = 1 << 20;

/// Bytes of a body that are read, and answered with codes, in one step: a quarter of a millisecond.
const QUICK_BYTES: usize = 64 << 10;

/// Bytes of a body that an async thread reads and answers before others have their turn.
const STEP_BYTES: usize = 192 << 10;

/// What is left of the body.
enum Reading {
    /// More may come.
    Open(ReadAhead),
    /// It has ended.
    Ended,
    /// It cannot be read on; the records before are answered, then this.
    Broken(Problem),
    /// All has been said.
    Done,
}

/// A batch with its body.
pub(super) struct Pump {
    reading: Reading,
    /// Away while a piece of it is worked on.
    batch: Option<Box<Batch>>,
    /// Whether the answer has begun: from then on an error is its last record.
    begun: bool,
    /// Size of the last piece of the answers.
    last_bytes: usize,
}

impl Pump {
    pub(super) fn new(body: ReadAhead, batch: Batch) -> Self {
        Self { reading: Reading::Open(body), batch: Some(Box::new(batch)), begun: false, last_bytes: 0 }
    }

    /// A pump for a body that [`Pump::take_in_at_once`] takes in.
    pub(super) fn of_small(batch: Batch) -> Self {
        Self { reading: Reading::Ended, batch: Some(Box::new(batch)), begun: false, last_bytes: 0 }
    }

    /// Takes in a body of `bytes` bytes, at most [`MAX_BYTES_AT_ONCE`], or says what is wrong with it;
    /// all its answers when they are codes.
    ///
    /// Each piece is read, and answered with codes, as it comes, in steps short enough for an async thread: what has just come
    /// is still near, and no other thread has to be woken.
    pub(super) async fn take_in_at_once(
        &mut self,
        body: Body,
        bytes: usize,
        max_records: usize,
    ) -> Result<Option<Vec<u8>>, Problem> {
        // A row and its code take about twice the row: growing would copy them all.
        let mut out = Vec::with_capacity(2 * bytes + QUICK_BYTES);
        let (batch, mut steps, mut records) = (self.batch_mut(), Steps::default(), 0);
        let mut body = body.into_data_stream();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| problem_of(&error))?;
            for piece in chunk.chunks(QUICK_BYTES) {
                let before = batch.waiting();
                batch.read(piece).map_err(|error| unreadable(&error))?;
                records += batch.waiting() - before;
                steps.take(piece.len()).await;
                if batch.detail() == Detail::Codes {
                    steps.answer_all(batch, &mut out).await;
                }
            }
        }
        let before = batch.waiting();
        batch.read_end().map_err(|error| unreadable(&error))?;
        if records + batch.waiting() - before > max_records {
            return Err(too_many());
        }
        if batch.detail() != Detail::Codes {
            return Ok(None);
        }
        steps.answer_all(batch, &mut out).await;
        batch.end(&mut out);
        Ok(Some(out))
    }

    /// Takes in the whole body, or says what is wrong with it.
    pub(super) async fn take_in(&mut self) -> Result<(), Problem> {
        let mut bytes = 0;
        while let Reading::Open(body) = &mut self.reading {
            let chunk = body.next().await.transpose().map_err(|error| problem_of(&error))?;
            bytes += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
            if bytes > MAX_BATCH_BYTES {
                return Err(Problem::content_too_large("max-batch-bytes", MAX_BATCH_BYTES));
            }
            let ended = chunk.is_none();
            self.read(chunk, false).await.0?;
            let waiting = self.batch().waiting();
            if waiting > MAX_BATCH_RECORDS {
                return Err(too_many());
            }
            if ended {
                self.reading = Reading::Ended;
            }
        }
        Ok(())
    }

    /// The next piece of the answers, `None` behind the last; errs only before the answer has begun.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let mut out = Vec::new();
        while out.is_empty() {
            if self.batch().waiting() > 0 {
                out = self.work(|batch, out| batch.answer(out)).await.1;
            }
            if self.batch().waiting() > 0 {
                break;
            }
            match std::mem::replace(&mut self.reading, Reading::Done) {
                Reading::Open(body) if !out.is_empty() => self.reading = Reading::Open(body),
                Reading::Open(mut body) => {
                    let chunk = body.next().await.transpose().map_err(|error| problem_of(&error));
                    let is_last = matches!(chunk, Ok(None));
                    let (read, piece) = match chunk {
                        Ok(chunk) => self.read(chunk, true).await,
                        Err(problem) => (Err(problem), Vec::new()),
                    };
                    out = piece;
                    self.reading = match read {
                        Err(problem) if !self.begun => return Err(problem),
                        Err(problem) => Reading::Broken(problem),
                        Ok(()) if is_last => Reading::Ended,
                        Ok(()) => Reading::Open(body),
                    };
                }
                Reading::Ended => self.batch_mut().end(&mut out),
                Reading::Broken(problem) => self.batch_mut().break_off(&mut out, &failure_of(&problem)),
                Reading::Done => return Ok(None),
            }
            if self.is_done() {
                break;
            }
        }
        self.begun = true;
        self.last_bytes = out.len();
        Ok(Some(out).filter(|out| !out.is_empty()).map(Bytes::from))
    }

    /// Whether all has been said.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.reading, Reading::Done)
    }

    /// All pieces from now on, as a stream that cannot fail any more.
    pub(super) fn rest(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, |mut pump| async move {
            // Once begun, an error is a record of the answer.
            let piece = pump.next().await.ok().flatten()?;
            Some((Ok(piece), pump))
        })
    }

    /// Reads a chunk of the body, `None` for its end, and answers what it can of it if `answers`.
    async fn read(&mut self, chunk: Option<Bytes>, answers: bool) -> (Result<(), Problem>, Vec<u8>) {
        let reading = move |batch: &mut Batch, out: &mut Vec<u8>| {
            let read = match &chunk {
                Some(bytes) => batch.read(bytes),
                None => batch.read_end(),
            };
            if answers {
                batch.answer(out);
            }
            read
        };
        let (read, out) = self.work(reading).await;
        (read.map_err(|error| unreadable(&error)), out)
    }

    /// Lends the batch to a piece of work off the async threads.
    async fn work<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Batch, &mut Vec<u8>) -> T + Send + 'static,
    ) -> (T, Vec<u8>) {
        let mut batch = self.batch.take().expect("the batch is back when a piece of work is done");
        let expected = self.last_bytes;
        let (batch, result, out) = tasks::compute(move || {
            let mut out = Vec::with_capacity(expected);
            let result = work(&mut batch, &mut out);
            (batch, result, out)
        })
        .await;
        self.batch = Some(batch);
        (result, out)
    }

    fn batch(&self) -> &Batch {
        self.batch.as_ref().expect("the batch is back when a piece of work is done")
    }

    fn batch_mut(&mut self) -> &mut Batch {
        self.batch.as_mut().expect("the batch is back when a piece of work is done")
    }
}

/// Work of an async thread, which lets others have their turn in time.
#[derive(Default)]
struct Steps {
    /// Bytes read since others had theirs.
    bytes: usize,
}

impl Steps {
    /// Counts bytes that were read.
    async fn take(&mut self, bytes: usize) {
        self.bytes += bytes;
        if self.bytes > STEP_BYTES {
            self.bytes = 0;
            tokio::task::yield_now().await;
        }
    }

    /// Answers all records that wait with codes.
    async fn answer_all(&mut self, batch: &mut Batch, out: &mut Vec<u8>) {
        while batch.waiting() > 0 {
            batch.answer(out);
            if batch.waiting() > 0 {
                self.take(STEP_BYTES).await;
            }
        }
    }
}

fn too_many() -> Problem {
    let zh = format!("一次最多 {MAX_BATCH_RECORDS} 个点；更多请用 NDJSON 或 CSV 收发");
    let en = format!("more than {MAX_BATCH_RECORDS} points in one batch; NDJSON and CSV both ways have no such limit");
    Problem::bad_request(zh, en).with("limit", "max-batch-records").with("allowed", MAX_BATCH_RECORDS)
}

fn unreadable(error: &ReadError) -> Problem {
    let problem = Problem::bad_request(&*error.zh, &*error.en).with("allowed", &*error.allowed);
    let problem = problem.with("offset", error.offset);
    match error.number {
        Some(number) => problem.with("record", number),
        None => problem,
    }
}

/// A problem as the last record of an answer.
fn failure_of(problem: &Problem) -> Failure {
    let json = problem.json(&Occurrence::default());
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    Failure { kind: text("type"), title: text("title"), zh: text("detail_zh"), en: text("detail") }
}
