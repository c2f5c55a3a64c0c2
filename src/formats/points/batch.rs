//! What a reader of points hands on.

use super::meaning::NOTHING_ASKED;
use crate::domain::{crs::Crs, locate::AccuracyKind};
use crate::formats::record::RecordError;

/// One point as its record says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// x: longitude, or easting; finite, otherwise unjudged.
    pub x: f64,
    /// y: latitude, or northing; finite, otherwise unjudged.
    pub y: f64,
    /// The system of the two, when the record names one.
    pub crs: Option<Crs>,
    /// How good the position is said to be, in metres; finite, otherwise unjudged.
    pub accuracy_m: Option<f64>,
    /// What the accuracy means.
    pub accuracy_kind: Option<AccuracyKind>,
}

/// What is wrong with one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The field, when it is one.
    pub field: Option<String>,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
    /// What is allowed.
    pub allowed: String,
}

impl From<RecordError> for Trouble {
    fn from(RecordError { field, zh, en, allowed }: RecordError) -> Self {
        Self { field, zh, en, allowed }
    }
}

/// One record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry<'a> {
    /// Its number in the body, from 1; empty lines and the header of a CSV are not counted.
    pub number: u64,
    /// What it asks, or why it cannot be read.
    pub asked: Result<Asked, &'a Trouble>,
    /// What goes back with the answer: UTF-8 text, empty where there is none.
    ///
    /// - CSV: the whole record without its line end, with the header's delimiter and as many fields as the header has
    ///   (missing ones are added empty, what is too much becomes part of the last).
    /// - JSON, NDJSON: the value of `id` as written, a string or a number.
    /// - GeoJSON: the `id`, a line feed, the `properties`; see [`feature_parts`].
    pub carried: &'a [u8],
}

/// Records in the order of the body, numbered without gaps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PointBatch {
    /// The number of the first record.
    first: u64,
    records: Vec<Record>,
    /// What few records have.
    more: Vec<More>,
    /// What goes back with the answers.
    pub(super) carried: Vec<u8>,
}

/// What every record has.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Record {
    x: f64,
    y: f64,
    /// Where [`PointBatch::carried`] ends for it.
    carried_end: u32,
    /// The place in [`PointBatch::more`], or [`PLAIN`].
    more: u32,
}

/// A record that says where it is and nothing else.
const PLAIN: u32 = u32::MAX;

#[derive(Debug, Clone, PartialEq)]
enum More {
    Asked(Asked),
    Trouble(Trouble),
}

impl PointBatch {
    /// Lets go of all records and keeps the memory.
    pub fn clear(&mut self) {
        self.records.clear();
        self.more.clear();
        self.carried.clear();
    }

    /// Gives memory back beyond `carried` bytes of what goes back.
    pub fn shrink_to(&mut self, carried: usize) {
        self.carried.shrink_to(carried);
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// All records.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.len()).map(|index| self.entry(index))
    }

    /// The record at `index`.
    pub fn entry(&self, index: usize) -> Entry<'_> {
        let record = &self.records[index];
        let asked = match self.more.get(record.more as usize) {
            None => Ok(Asked { x: record.x, y: record.y, ..NOTHING_ASKED }),
            Some(More::Asked(asked)) => Ok(*asked),
            Some(More::Trouble(trouble)) => Err(trouble),
        };
        Entry { number: self.number(index), asked, carried: self.carried_by(index) }
    }

    /// The number of the record at `index`.
    pub fn number(&self, index: usize) -> u64 {
        self.first + index as u64
    }

    /// x and y of the record at `index`, when it says nothing else and nothing is wrong with it.
    #[inline]
    pub fn plain(&self, index: usize) -> Option<(f64, f64)> {
        let record = &self.records[index];
        (record.more == PLAIN).then_some((record.x, record.y))
    }

    /// What goes back with the answer to the record at `index`.
    #[inline]
    pub fn carried_by(&self, index: usize) -> &[u8] {
        let begin = if index == 0 { 0 } else { self.records[index - 1].carried_end };
        &self.carried[begin as usize..self.records[index].carried_end as usize]
    }

    /// Makes room for more records.
    pub(super) fn reserve(&mut self, records: usize) {
        self.records.reserve(records);
    }

    /// Adds the record `number`, the one after the last; what it carries has been appended.
    #[inline]
    pub(super) fn put(&mut self, number: u64, asked: Result<Asked, Trouble>) {
        if self.records.is_empty() {
            self.first = number;
        }
        let (x, y, more) = match asked {
            Ok(Asked { x, y, crs: None, accuracy_m: None, accuracy_kind: None }) => (x, y, PLAIN),
            Ok(asked) => (asked.x, asked.y, self.keep(More::Asked(asked))),
            Err(trouble) => (0.0, 0.0, self.keep(More::Trouble(trouble))),
        };
        self.records.push(Record { x, y, carried_end: self.carried.len() as u32, more });
    }

    /// Adds the records from `number` on, which say where they are and nothing else.
    pub(super) fn put_places(&mut self, number: u64, xs: &[f64], ys: &[f64]) {
        if self.records.is_empty() {
            self.first = number;
        }
        let carried_end = self.carried.len() as u32;
        let record = |(&x, &y): (&f64, &f64)| Record { x, y, carried_end, more: PLAIN };
        self.records.extend(xs.iter().zip(ys).map(record));
    }

    #[cold]
    fn keep(&mut self, more: More) -> u32 {
        self.more.push(more);
        (self.more.len() - 1) as u32
    }
}

/// The `id` (a string or a number) and the `properties` (an object) of a GeoJSON feature, as written; each empty where there is none.
///
/// A property `onemap` is not among them: it is the answer of an earlier time.
pub fn feature_parts(carried: &[u8]) -> (&[u8], &[u8]) {
    match carried.iter().position(|&byte| byte == b'\n') {
        Some(end) => (&carried[..end], &carried[end + 1..]),
        None => (&[], &[]),
    }
}
