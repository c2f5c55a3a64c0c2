//! One reader for all formats: finds out what the body is and keeps count.

use encoding_rs::UTF_8;

use super::batch::PointBatch;
use super::columns::Columns;
use super::csv::{self, Csv};
use super::csv_header::Header;
use super::error::{ReadError, Refusal};
use super::features::Features;
use super::frame::skip_white;
use super::lines::Lines;
use super::meaning::CrsCache;
use super::objects::Objects;
use super::sink::Sink;
use super::stream::Stream;
use crate::domain::profile::CrsNames;
use crate::formats::text_encoding::Guess;

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

const JSON_ALLOWED: &str =
    "an array of objects [{\"lon\": .., \"lat\": ..}, ..] or an object of columns {\"lon\": [..], \"lat\": [..]}";
const GEOJSON_ALLOWED: &str = "a GeoJSON FeatureCollection of Points (RFC 7946)";
const NDJSON_ALLOWED: &str = "one object {\"lon\": .., \"lat\": ..} a line";

/// The format of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointFormat {
    /// An array of objects, or an object of columns.
    Json,
    /// A FeatureCollection of Points.
    GeoJson,
    /// An object a line.
    NdJson,
    /// Comma-separated values, or semicolons or tabs, with a header.
    Csv,
}

/// What a reader is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PointOptions {
    /// The names of coordinate systems that records may use.
    pub crs: CrsNames,
    /// The name of a CSV's column of x: longitude, or easting.
    pub lon_column: Option<String>,
    /// The name of a CSV's column of y: latitude, or northing.
    pub lat_column: Option<String>,
}

/// How a body in JSON is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An array of objects.
    Objects,
    /// An object of columns; its records come out at the end.
    Columns,
}

/// Reads a body that arrives in pieces. How it is cut makes no difference; no more than one record is held.
///
/// ```
/// use onemap::formats::points::{PointBatch, PointFormat, PointOptions, PointReader};
///
/// let mut reader = PointReader::new(PointFormat::Csv, PointOptions::default());
/// let mut batch = PointBatch::default();
/// reader.push("编号,经度,纬".as_bytes(), &mut batch)?;
/// reader.push("度\n7,119.01,25.43\n8,119.01,无".as_bytes(), &mut batch)?;
/// reader.finish(&mut batch)?;
/// let x = |index: usize| batch.entry(index).asked.map(|asked| asked.x);
/// assert_eq!(x(0), Ok(119.01));
/// assert_eq!(x(1).map_err(|trouble| trouble.en.as_str()), Err("无 is no number"));
/// assert_eq!(batch.carried_by(1), "8,119.01,无".as_bytes());
/// # Ok::<(), onemap::formats::points::ReadError>(())
/// ```
#[derive(Debug)]
pub struct PointReader {
    format: PointFormat,
    options: PointOptions,
    body: Body,
    number: u64,
    /// How many bytes have been read.
    offset: u64,
    crs: CrsCache,
    failed: Option<ReadError>,
}

/// What the body has turned out to be.
#[derive(Debug)]
enum Body {
    /// A byte-order mark may come; this much of it is there.
    Mark(usize),
    /// White space, then the first byte of a JSON document.
    Opening,
    Objects(Box<Stream<Objects>>),
    Columns(Box<Stream<Columns>>),
    Features(Box<Stream<Features>>),
    Lines(Box<Lines>),
    Csv(Box<Csv>),
}

impl PointReader {
    /// A reader of a body of which nothing has arrived.
    pub fn new(format: PointFormat, options: PointOptions) -> Self {
        let crs = CrsCache::new(options.crs.clone());
        Self { format, options, body: Body::Mark(0), number: 0, offset: 0, crs, failed: None }
    }

    /// Reads the next bytes of the body and adds the records that are complete to `batch`.
    ///
    /// After an error, which spoils the rest of the body but not the records before it, every call gives it again.
    pub fn push(&mut self, bytes: &[u8], batch: &mut PointBatch) -> Result<(), ReadError> {
        self.guarded(|reader| reader.read(bytes, batch))
    }

    /// Says that the body is complete.
    pub fn finish(&mut self, batch: &mut PointBatch) -> Result<(), ReadError> {
        self.guarded(|reader| reader.end(batch))
    }

    /// The header of a CSV, once it is read.
    pub fn header(&self) -> Option<&Header> {
        match &self.body {
            Body::Csv(csv) => csv.header(),
            _ => None,
        }
    }

    /// The layout of a body in JSON, once its first byte is read.
    pub fn shape(&self) -> Option<Shape> {
        match &self.body {
            Body::Objects(_) => Some(Shape::Objects),
            Body::Columns(_) => Some(Shape::Columns),
            _ => None,
        }
    }

    fn guarded(&mut self, step: impl FnOnce(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let done = step(self);
        self.failed = done.as_ref().err().cloned();
        done
    }

    fn read(&mut self, mut bytes: &[u8], batch: &mut PointBatch) -> Result<(), ReadError> {
        while let Body::Mark(matched) = self.body {
            let Some(&byte) = bytes.first() else { return Ok(()) };
            if matched < BYTE_ORDER_MARK.len() && byte == BYTE_ORDER_MARK[matched] {
                self.body = Body::Mark(matched + 1);
                bytes = &bytes[1..];
                self.offset += 1;
                continue;
            }
            self.after_mark(matched, byte, batch)?;
        }
        if matches!(self.body, Body::Opening) {
            let white = skip_white(bytes, 0);
            self.offset += white as u64;
            bytes = &bytes[white..];
            let Some(&byte) = bytes.first() else { return Ok(()) };
            self.open(byte)?;
            bytes = &bytes[1..];
            self.offset += 1;
        }
        self.give(bytes, batch)
    }

    /// The first byte that is none of the mark's comes next: what looked like the mark was it, or the text's beginning.
    fn after_mark(&mut self, matched: usize, byte: u8, batch: &mut PointBatch) -> Result<(), ReadError> {
        if matched == 0 && matches!(byte, 0xfe | 0xff) {
            let allowed = if self.format == PointFormat::Csv { "UTF-8 or GB18030 (GBK)" } else { "UTF-8" };
            return Err(Refusal::new(
                "请求体不是文本，或是 UTF-16 编码",
                "the body is no text, or it is UTF-16",
                allowed,
            )
            .at(None, self.offset));
        }
        let marked = matched == BYTE_ORDER_MARK.len();
        self.body = match self.format {
            PointFormat::Json | PointFormat::GeoJson => Body::Opening,
            PointFormat::NdJson => Body::Lines(Box::default()),
            PointFormat::Csv => {
                let guess = if marked { Guess::certain(UTF_8) } else { Guess::default() };
                Body::Csv(Box::new(Csv::new(std::mem::take(&mut self.options), guess)))
            }
        };
        if marked || matched == 0 {
            return Ok(());
        }
        self.offset -= matched as u64;
        if matches!(self.body, Body::Opening) {
            return self.open(BYTE_ORDER_MARK[0]);
        }
        self.give(&BYTE_ORDER_MARK[..matched], batch)
    }

    /// Judges the first byte of a JSON document.
    fn open(&mut self, byte: u8) -> Result<(), ReadError> {
        self.body = match (self.format, byte) {
            (PointFormat::Json, b'[') => Body::Objects(Box::new(Stream::in_array(Objects))),
            (PointFormat::Json, b'{') => Body::Columns(Box::new(Stream::in_object(Columns::default()))),
            (PointFormat::GeoJson, b'{') => Body::Features(Box::new(Stream::in_object(Features::default()))),
            (format, _) => {
                let allowed = if format == PointFormat::Json { JSON_ALLOWED } else { GEOJSON_ALLOWED };
                let refusal = Refusal::new("请求体的开头不对", "the body does not begin as it should", allowed);
                return Err(refusal.at(None, self.offset));
            }
        };
        Ok(())
    }

    fn give(&mut self, bytes: &[u8], batch: &mut PointBatch) -> Result<(), ReadError> {
        let mut sink = Sink { batch, number: &mut self.number, crs: &mut self.crs };
        match &mut self.body {
            Body::Mark(_) | Body::Opening => {}
            Body::Objects(stream) => stream.push(bytes, self.offset, &mut sink)?,
            Body::Columns(stream) => stream.push(bytes, self.offset, &mut sink)?,
            Body::Features(stream) => stream.push(bytes, self.offset, &mut sink)?,
            Body::Lines(lines) => lines.push(bytes, self.offset, &mut sink)?,
            Body::Csv(csv) => {
                csv.push(bytes, self.offset, &mut sink)?;
                csv.settle_encoding();
            }
        }
        self.offset += bytes.len() as u64;
        Ok(())
    }

    fn end(&mut self, batch: &mut PointBatch) -> Result<(), ReadError> {
        if let Body::Mark(matched @ 1..3) = self.body {
            // Not even a mark: the beginning of a text that ends here.
            self.after_mark(matched, 0, batch)?;
        }
        let mut sink = Sink { batch, number: &mut self.number, crs: &mut self.crs };
        match &mut self.body {
            Body::Mark(_) | Body::Opening => Err(self.empty()),
            Body::Objects(stream) => stream.finish(self.offset, &mut sink),
            Body::Columns(stream) => stream.finish(self.offset, &mut sink),
            Body::Features(stream) => stream.finish(self.offset, &mut sink),
            Body::Csv(csv) => {
                csv.finish(&mut sink)?;
                csv.settle_encoding();
                Ok(())
            }
            Body::Lines(lines) => {
                lines.finish(&mut sink)?;
                if self.number == 0 { Err(self.empty()) } else { Ok(()) }
            }
        }
    }

    /// The error for a body of nothing but white space.
    fn empty(&self) -> ReadError {
        let allowed = match self.format {
            PointFormat::Json => JSON_ALLOWED,
            PointFormat::GeoJson => GEOJSON_ALLOWED,
            PointFormat::NdJson => NDJSON_ALLOWED,
            PointFormat::Csv => csv::ALLOWED,
        };
        Refusal::empty(allowed).at(None, self.offset)
    }
}
