//! One record of a foreign file, before anything is judged.

use std::collections::BTreeMap;

use crate::domain::area::finding::Allowed;

/// A geometry as the file has it: degrees or metres of the file's own coordinate system, x before y.
///
/// Rings are as written, closing position included.
#[derive(Debug, Clone, PartialEq)]
pub enum RawGeometry {
    /// Polygons of rings of `[x, y]`; a polygon's first ring is its exterior.
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
    /// Lines of `[x, y]`.
    MultiLineString(Vec<Vec<[f64; 2]>>),
    /// Points.
    MultiPoint(Vec<[f64; 2]>),
}

/// Why a record, or the rest of a file, could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    /// The field it is about (`geometry` for the geometry), when it is about one.
    pub field: Option<String>,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English, lower case, with the offending value cut to at most 80 characters.
    pub en: String,
    /// What is allowed.
    pub allowed: Allowed,
}

/// How many characters of an offending value a message shows.
const SHOWN_CHARACTERS: usize = 80;

impl RecordError {
    /// An error about the record or the file as a whole.
    pub fn of_record(zh: impl Into<String>, en: impl Into<String>, allowed: impl Into<Allowed>) -> Self {
        Self { field: None, zh: zh.into(), en: en.into(), allowed: allowed.into() }
    }

    /// An error about one field.
    pub fn of_field(field: &str, zh: impl Into<String>, en: impl Into<String>, allowed: impl Into<Allowed>) -> Self {
        Self { field: Some(shown(field)), ..Self::of_record(zh, en, allowed) }
    }

    /// An error about the geometry.
    pub fn of_geometry(zh: impl Into<String>, en: impl Into<String>, allowed: impl Into<Allowed>) -> Self {
        Self::of_field("geometry", zh, en, allowed)
    }

    /// An error of the medium under the file.
    pub fn of_reading(error: &std::io::Error) -> Self {
        Self::of_record(
            format!("读取文件时出错：{error}"),
            format!("the file cannot be read: {error}"),
            ("能完整读取的文件", "a file that can be read to its end"),
        )
    }

    /// The same error, said of `field` unless it names one already.
    pub fn or_field(mut self, field: &str) -> Self {
        self.field.get_or_insert_with(|| shown(field));
        self
    }
}

/// `value` cut to what a message may show, control characters made visible.
pub fn shown(value: &str) -> String {
    let mut text = String::new();
    for (index, character) in value.chars().enumerate() {
        if index == SHOWN_CHARACTERS {
            text.push('…');
            break;
        }
        if character.is_control() { text.extend(character.escape_default()) } else { text.push(character) }
    }
    text
}

/// One record of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRecord {
    /// Number in the file, from 1.
    pub number: u64,
    /// The layer or member file that it came from (a GeoPackage table, a file in a zip); empty when there is only one.
    pub layer: String,
    /// The attributes as text, trimmed of nothing; absent and null are left out.
    pub fields: BTreeMap<String, String>,
    /// The geometry; `None` when the record has none.
    pub geometry: Option<RawGeometry>,
}

/// What a reader yields, in file order. After an error with `fatal` nothing follows.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadItem {
    /// A record.
    Record(SourceRecord),
    /// A record that could not be read.
    Bad {
        /// Number in the file, from 1; `None` for the file as a whole.
        number: Option<u64>,
        /// Why.
        error: RecordError,
        /// Whether the rest of the file is lost.
        fatal: bool,
    },
}

impl ReadItem {
    /// A record that could not be read; the ones after it still can.
    pub fn bad(number: u64, error: RecordError) -> Self {
        Self::Bad { number: Some(number), error, fatal: false }
    }

    /// The end of what can be read; `number` is the record where it happened.
    pub fn fatal(number: Option<u64>, error: RecordError) -> Self {
        Self::Bad { number, error, fatal: true }
    }
}

/// What a file says about its coordinate system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredCrs {
    /// The file says nothing and its format has no default: `--crs` is needed.
    Missing,
    /// The format fixes it (GeoJSON is CRS84).
    ByFormat,
    /// An EPSG number.
    Epsg(u32),
    /// A text that nobody here understands (a `.prj` of a local system).
    Unknown(String),
}
