//! What a reader of points hands on.

use std::ops::Range;

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
        Self { field, zh, en, allowed: allowed.en }
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
    /// x and y of the records, one list each. Of a record that does not only say where it is, x is [`ELSEWHERE`] and y the
    /// place in `more`.
    xs: Vec<f64>,
    ys: Vec<f64>,
    more: Vec<More>,
    /// What goes back with the answers.
    pub(super) carried: Vec<u8>,
    /// Where `carried` ends for each record; none while there is nothing in it.
    carried_ends: Vec<u32>,
    /// Whether what is carried may stand with its line end, which does not go back.
    has_line_ends: bool,
}

/// The x of a record that has more to say; those that have not are finite.
const ELSEWHERE: f64 = f64::INFINITY;

#[derive(Debug, Clone, PartialEq)]
enum More {
    Asked(Asked),
    Trouble(Trouble),
}

impl PointBatch {
    /// Lets go of all records and keeps the memory.
    pub fn clear(&mut self) {
        self.xs.clear();
        self.ys.clear();
        self.more.clear();
        self.carried.clear();
        self.carried_ends.clear();
    }

    /// Gives memory back beyond `carried` bytes of what goes back.
    pub fn shrink_to(&mut self, carried: usize) {
        self.carried.shrink_to(carried);
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.xs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.xs.is_empty()
    }

    /// All records.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.len()).map(|index| self.entry(index))
    }

    /// The record at `index`.
    pub fn entry(&self, index: usize) -> Entry<'_> {
        let (x, y) = (self.xs[index], self.ys[index]);
        let asked = if x != ELSEWHERE {
            Ok(Asked { x, y, ..NOTHING_ASKED })
        } else {
            match &self.more[y as usize] {
                More::Asked(asked) => Ok(*asked),
                More::Trouble(trouble) => Err(trouble),
            }
        };
        Entry { number: self.number(index), asked, carried: self.carried_by(index) }
    }

    /// The number of the record at `index`.
    #[inline]
    pub fn number(&self, index: usize) -> u64 {
        self.first + index as u64
    }

    /// x and y of the records at `places`, one list each. Where x is not finite the record says more than that, or something is
    /// wrong with it: [`PointBatch::entry`] knows.
    #[inline]
    pub fn places(&self, places: Range<usize>) -> (&[f64], &[f64]) {
        (&self.xs[places.clone()], &self.ys[places])
    }

    /// What goes back with the answer to the record at `index`.
    #[inline]
    pub fn carried_by(&self, index: usize) -> &[u8] {
        &self.carried[self.carried_at(index)]
    }

    /// All that goes back, and where in it that of the record at `index` stands: a neighbour's is near.
    #[inline]
    pub fn carried_among(&self, index: usize) -> (&[u8], Range<usize>) {
        (&self.carried, self.carried_at(index))
    }

    #[inline]
    fn carried_at(&self, index: usize) -> Range<usize> {
        let Some(&end) = self.carried_ends.get(index) else { return 0..0 };
        let begin = if index == 0 { 0 } else { self.carried_ends[index - 1] };
        let (begin, mut end) = (begin as usize, end as usize);
        if self.has_line_ends && end > begin && self.carried[end - 1] == b'\n' {
            end -= 1;
            end -= usize::from(end > begin && self.carried[end - 1] == b'\r');
        }
        begin..end
    }

    /// Makes room for more records.
    pub(super) fn reserve(&mut self, records: usize) {
        self.xs.reserve(records);
        self.ys.reserve(records);
    }

    /// Says that what is carried may stand with its line end, which does not go back.
    pub(super) fn let_line_ends_be(&mut self) {
        self.has_line_ends = true;
    }

    /// Adds the record `number`, the one after the last; what it carries has been appended.
    pub(super) fn put(&mut self, number: u64, asked: Result<Asked, Trouble>) {
        let end = self.carried.len();
        match asked {
            Ok(Asked { x, y, crs: None, accuracy_m: None, accuracy_kind: None }) => self.put_place(number, x, y),
            Ok(asked) => self.put_ending(number, asked, end),
            Err(trouble) => self.keep(number, More::Trouble(trouble), end),
        }
    }

    /// The same for a record that says where it is and nothing else.
    #[inline]
    pub(super) fn put_place(&mut self, number: u64, x: f64, y: f64) {
        self.put_place_ending(number, (x, y), self.carried.len());
    }

    /// The same when what it carries, up to `carried_end`, is appended only later.
    #[inline]
    pub(super) fn put_place_ending(&mut self, number: u64, (x, y): (f64, f64), carried_end: usize) {
        debug_assert!(x.is_finite() && y.is_finite(), "numbers of records are finite");
        if self.xs.is_empty() {
            self.first = number;
        }
        if carried_end > 0 {
            self.end_carried(carried_end);
        }
        self.xs.push(x);
        self.ys.push(y);
    }

    /// Adds a record that says more than where it is; what it carries, up to `carried_end`, may be appended only later.
    pub(super) fn put_ending(&mut self, number: u64, asked: Asked, carried_end: usize) {
        self.keep(number, More::Asked(asked), carried_end);
    }

    /// Adds the records from `number` on, which say where they are, carry nothing, and come before any that does.
    pub(super) fn put_places(&mut self, number: u64, mut xs: Vec<f64>, mut ys: Vec<f64>) {
        debug_assert!(self.carried.is_empty() && xs.len() == ys.len(), "places and nothing else");
        if self.xs.is_empty() {
            self.first = number;
            (self.xs, self.ys) = (xs, ys);
        } else {
            self.xs.append(&mut xs);
            self.ys.append(&mut ys);
        }
    }

    fn keep(&mut self, number: u64, more: More, carried_end: usize) {
        if self.xs.is_empty() {
            self.first = number;
        }
        if carried_end > 0 {
            self.end_carried(carried_end);
        }
        self.xs.push(ELSEWHERE);
        self.ys.push(self.more.len() as f64);
        self.more.push(more);
    }

    /// Notes where what is carried ends for the record that comes next.
    #[inline]
    fn end_carried(&mut self, end: usize) {
        if self.carried_ends.len() < self.xs.len() {
            // Those before carry nothing.
            self.carried_ends.resize(self.xs.len(), 0);
        }
        self.carried_ends.push(end as u32);
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
