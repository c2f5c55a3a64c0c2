//! What a reader of points hands on.

use std::ops::Range;

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
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number in the body, from 1; empty lines and the header of a CSV are not counted.
    pub number: u64,
    /// What it asks, or why it cannot be read.
    pub asked: Result<Asked, Trouble>,
    /// Where [`PointBatch::carried`] holds what goes back with the answer.
    pub carried: Range<u32>,
}

/// Records in the order of the body.
#[derive(Debug, Clone, Default)]
pub struct PointBatch {
    /// The records.
    pub entries: Vec<Entry>,
    /// UTF-8 text that goes back with the answers, empty where there is none:
    ///
    /// - CSV: the whole record without its line end, with the header's delimiter and as many fields as the header has
    ///   (missing ones are added empty, what is too much becomes part of the last).
    /// - JSON, NDJSON: the value of `id` as written, a string or a number.
    /// - GeoJSON: the `id`, a line feed, the `properties`; see [`feature_parts`].
    pub carried: Vec<u8>,
}

impl PointBatch {
    /// Lets go of all records and keeps the memory.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.carried.clear();
    }

    /// What goes back with the answer to `entry`.
    pub fn carried_by(&self, entry: &Entry) -> &[u8] {
        &self.carried[entry.carried.start as usize..entry.carried.end as usize]
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
