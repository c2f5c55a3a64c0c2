//! What a reader of points hands on.

use std::ops::Range;

use crate::domain::{crs::Crs, locate::AccuracyKind};

/// One point as its record says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// x: longitude, or easting. May be NaN or infinite when the record says so.
    pub x: f64,
    /// y: latitude, or northing.
    pub y: f64,
    /// The system of the two, when the record names one.
    pub crs: Option<Crs>,
    /// How good the position is said to be, in metres.
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

/// One record.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number in the body, from 1.
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
    /// UTF-8 text that goes back with the answers: of CSV the whole record without its line end, of GeoJSON the feature's
    /// `id` and `properties`, of JSON and NDJSON the value of `id`; empty where there is none.
    pub carried: Vec<u8>,
}
