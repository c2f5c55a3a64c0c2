//! Streams GeoJSON: a FeatureCollection, one Feature, Features on lines, or a sequence of RFC 8142.
//!
//! Longer than most files: it is one state machine, and its states are told apart only by reading on.

use std::collections::{BTreeSet, VecDeque};
use std::io::BufRead;

use super::geojson_feature::{Feature, check_type, crs_of};
use super::geojson_frame::{Frames, LineEnd, RECORD_SEPARATOR, too_large};
use super::json::Cursor;
use super::record::{DeclaredCrs, ReadItem, RecordError, SourceRecord, shown};
use super::shape_rules::MAX_RECORD_BYTES;
use super::text_encoding::not_utf8;

const DOCUMENT_ALLOWED: (&str, &str) = (
    "一个 FeatureCollection、一个 Feature，或每行一个 Feature，UTF-8 编码",
    "a FeatureCollection, one Feature, or one Feature per line, in UTF-8",
);

/// The Features of a GeoJSON document, in order; one is in memory at a time.
///
/// A Feature that is wrong in itself is `Bad` and reading goes on; where the next one begins must be certain, so
/// unbalanced brackets and text after the document end the reading.
#[derive(Debug)]
pub struct GeoJsonReader<R> {
    frames: Frames<R>,
    layout: Layout,
    crs: DeclaredCrs,
    /// Items found while the layout was being found out.
    ahead: VecDeque<ReadItem>,
    number: u64,
    buffer: Vec<u8>,
    head: Head,
}

/// How the rest of the document is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Within the `features` of a collection, before its first element or after one.
    Features { first: bool },
    /// A Feature per line.
    Lines,
    /// Features after record separators.
    Sequence,
    /// Nothing more comes.
    Ended,
}

/// The members of the outermost object, so far.
#[derive(Debug, Default)]
struct Head {
    names: BTreeSet<String>,
    kind: Option<String>,
    crs: Option<DeclaredCrs>,
}

impl<R: BufRead> GeoJsonReader<R> {
    /// Reads as far as the first Feature; an error says why there is nothing to read.
    pub fn new(source: R) -> Result<Self, RecordError> {
        let mut reader = Self {
            frames: Frames::new(source),
            layout: Layout::Ended,
            crs: DeclaredCrs::ByFormat,
            ahead: VecDeque::new(),
            number: 0,
            buffer: Vec::new(),
            head: Head::default(),
        };
        reader.open()?;
        Ok(reader)
    }

    /// What the document says about its coordinates; GeoJSON without a `crs` member is CRS84.
    pub const fn declared_crs(&self) -> &DeclaredCrs {
        &self.crs
    }

    fn open(&mut self) -> Result<(), RecordError> {
        let refuse = |zh: &str, en: &str| Err(RecordError::of_record(zh, en, DOCUMENT_ALLOWED));
        self.frames.skip_byte_order_mark()?;
        match self.frames.skip_white_space()?.0 {
            None => refuse("文件是空的", "the file is empty"),
            Some(RECORD_SEPARATOR) => {
                self.frames.advance();
                self.layout = Layout::Sequence;
                self.look_ahead();
                Ok(())
            }
            Some(b'{') => self.open_object(),
            Some(b'[') => refuse("最外层是数组", "the document is an array"),
            Some(0xfe | 0xff | 0) => refuse("文件是 UTF-16 编码", "the file looks like UTF-16"),
            Some(_) => refuse("不是 GeoJSON 文档", "the document does not begin with an object"),
        }
    }

    /// Finds out whether the first object is a collection or a Feature.
    fn open_object(&mut self) -> Result<(), RecordError> {
        self.frames.advance();
        self.buffer.clear();
        self.buffer.push(b'{');
        let mut first = true;
        loop {
            if self.begin_member(first)?.is_none() {
                break;
            }
            let key_start = self.buffer.len();
            let key = self.member_name()?;
            if key == "features" && self.frames.peek()? == Some(b'[') {
                self.frames.advance();
                self.buffer.truncate(key_start);
                if self.buffer.last() == Some(&b',') {
                    self.buffer.pop();
                }
                self.buffer.push(b'}');
                return self.open_collection();
            }
            self.frames.value_into(&mut self.buffer)?;
            first = false;
        }
        self.buffer.push(b'}');
        self.open_feature()
    }

    /// Passes the comma before a member, if it needs one; `None` when the object ends instead.
    fn begin_member(&mut self, first: bool) -> Result<Option<()>, RecordError> {
        let next = self.frames.skip_white_space()?.0;
        if next == Some(b'}') {
            self.frames.advance();
            return Ok(None);
        }
        if !first {
            if next != Some(b',') {
                return Err(malformed());
            }
            self.frames.advance();
            self.buffer.push(b',');
        }
        match self.frames.skip_white_space()?.0 {
            Some(b'"') => Ok(Some(())),
            _ => Err(malformed()),
        }
    }

    /// Reads a member's name and colon, both into the buffer too; the cursor then stands before the value.
    fn member_name(&mut self) -> Result<String, RecordError> {
        let start = self.buffer.len();
        self.frames.value_into(&mut self.buffer)?;
        let text = std::str::from_utf8(&self.buffer[start..]).map_err(|_| not_utf8(&self.buffer[start..]))?;
        let key = Cursor::new(text).string()?.into_owned();
        if self.frames.skip_white_space()?.0 != Some(b':') {
            return Err(malformed());
        }
        self.frames.advance();
        self.buffer.push(b':');
        self.frames.skip_white_space()?;
        Ok(key)
    }

    /// Judges what stood before `features`, which has just begun.
    fn open_collection(&mut self) -> Result<(), RecordError> {
        let text = std::str::from_utf8(&self.buffer).map_err(|_| not_utf8(&self.buffer))?;
        let head = &mut self.head;
        Cursor::new(text).object(|cursor, key| head.member(cursor, key))?;
        if head.kind.is_some() {
            check_type(head.kind.as_deref(), "FeatureCollection")?;
        }
        if !head.names.insert("features".to_owned()) {
            return Err(repeated("features"));
        }
        self.crs = head.crs.clone().unwrap_or(DeclaredCrs::ByFormat);
        self.layout = Layout::Features { first: true };
        Ok(())
    }

    /// The first object was no collection: the one Feature of the file, or the first of many lines.
    fn open_feature(&mut self) -> Result<(), RecordError> {
        self.number = 1;
        let first = self.feature_in_buffer(CrsRule::Sets);
        match self.frames.skip_white_space()? {
            (None, _) => self.ahead.push_back(first),
            (Some(_), LineEnd::Seen) => {
                self.ahead.push_back(first);
                self.layout = Layout::Lines;
            }
            (Some(_), LineEnd::NotSeen) => return Err(trailing()),
        }
        Ok(())
    }

    /// Reads the first item already, so that its coordinate system is known.
    fn look_ahead(&mut self) {
        if let Some(item) = self.next_delimited(RECORD_SEPARATOR, CrsRule::Sets) {
            self.ahead.push_back(item);
        }
    }

    /// The next element of `features`; an error here is fatal.
    fn next_feature(&mut self, first: bool) -> Result<Option<ReadItem>, RecordError> {
        let mut next = self.frames.skip_white_space()?.0;
        if next == Some(b']') {
            self.frames.advance();
            self.close_collection()?;
            return Ok(None);
        }
        if !first {
            if next != Some(b',') {
                return Err(malformed());
            }
            self.frames.advance();
            next = self.frames.skip_white_space()?.0;
        }
        if matches!(next, None | Some(b',' | b']' | b'}')) {
            return Err(malformed());
        }
        self.number += 1;
        self.layout = Layout::Features { first: false };
        self.buffer.clear();
        self.frames.value_into(&mut self.buffer)?;
        Ok(Some(self.feature_in_buffer(CrsRule::Follows)))
    }

    /// Reads the members after `features` and makes sure that nothing follows the document.
    fn close_collection(&mut self) -> Result<(), RecordError> {
        loop {
            self.buffer.clear();
            if self.begin_member(false)?.is_none() {
                break;
            }
            self.buffer.clear();
            self.buffer.push(b'{');
            self.member_name()?;
            self.frames.value_into(&mut self.buffer)?;
            self.buffer.push(b'}');
            let text = std::str::from_utf8(&self.buffer).map_err(|_| not_utf8(&self.buffer))?;
            let head = &mut self.head;
            Cursor::new(text).object(|cursor, key| head.member(cursor, key))?;
        }
        check_type(self.head.kind.as_deref(), "FeatureCollection")?;
        if self.head.crs.as_ref().is_some_and(|late| *late != self.crs) {
            return Err(other_crs());
        }
        if self.frames.skip_white_space()?.0.is_some() {
            return Err(trailing());
        }
        self.layout = Layout::Ended;
        Ok(())
    }

    /// The next item of lines or a sequence; blank ones are passed over.
    fn next_delimited(&mut self, delimiter: u8, rule: CrsRule) -> Option<ReadItem> {
        loop {
            self.buffer.clear();
            match self.frames.until_into(delimiter, &mut self.buffer) {
                Ok(true) => {}
                Ok(false) => {
                    self.layout = Layout::Ended;
                    return None;
                }
                Err(error) => {
                    // It is the next record that cannot be read, not the last one that was.
                    self.number += 1;
                    return Some(self.end_with(error));
                }
            }
            let separators: &[u8] = &[RECORD_SEPARATOR];
            if self.buffer.trim_ascii().strip_prefix(separators).unwrap_or(self.buffer.trim_ascii()).is_empty() {
                continue;
            }
            self.number += 1;
            return Some(self.feature_in_buffer(rule));
        }
    }

    fn end_with(&mut self, error: RecordError) -> ReadItem {
        self.layout = Layout::Ended;
        ReadItem::fatal(Some(self.number).filter(|&number| number > 0), error)
    }

    /// The Feature whose text the buffer holds.
    fn feature_in_buffer(&mut self, rule: CrsRule) -> ReadItem {
        let separators: &[u8] = &[RECORD_SEPARATOR];
        let bytes = self.buffer.trim_ascii();
        let bytes = bytes.strip_prefix(separators).unwrap_or(bytes);
        let feature = match std::str::from_utf8(bytes) {
            Ok(text) => Feature::parse(text),
            Err(_) => Err(not_utf8(bytes)),
        };
        let number = self.number;
        match feature {
            Err(error) => ReadItem::bad(number, error),
            Ok(Feature { fields, geometry, crs }) => {
                match (rule, crs) {
                    (CrsRule::Sets, Some(crs)) => self.crs = crs,
                    (CrsRule::Follows, Some(crs)) if crs != self.crs => return ReadItem::bad(number, other_crs()),
                    _ => {}
                }
                ReadItem::Record(SourceRecord { number, layer: String::new(), fields, geometry })
            }
        }
    }
}

/// Whether a Feature's own `crs` member decides for the document or must agree with it.
#[derive(Debug, Clone, Copy)]
enum CrsRule {
    Sets,
    Follows,
}

impl Head {
    /// Reads a member of the outermost object.
    fn member(&mut self, cursor: &mut Cursor<'_>, key: &str) -> Result<(), RecordError> {
        if !self.names.insert(key.to_owned()) {
            return Err(repeated(key));
        }
        match key {
            "type" => self.kind = Some(cursor.string()?.into_owned()),
            "crs" => self.crs = Some(crs_of(cursor)?),
            _ => drop(cursor.skip_value()?),
        }
        Ok(())
    }
}

impl<R: BufRead> Iterator for GeoJsonReader<R> {
    type Item = ReadItem;

    fn next(&mut self) -> Option<ReadItem> {
        if let Some(item) = self.ahead.pop_front() {
            return Some(item);
        }
        match self.layout {
            Layout::Ended => None,
            Layout::Lines => self.next_delimited(b'\n', CrsRule::Follows),
            Layout::Sequence => self.next_delimited(RECORD_SEPARATOR, CrsRule::Follows),
            Layout::Features { first } => match self.next_feature(first) {
                Ok(item) => item,
                Err(error) => Some(self.end_with(error)),
            },
        }
    }
}

/// The one Feature of a request's body; never more than [`MAX_RECORD_BYTES`].
pub fn feature_of_body(body: &[u8]) -> Result<Feature, RecordError> {
    if body.len() > MAX_RECORD_BYTES {
        return Err(too_large());
    }
    Feature::parse(std::str::from_utf8(body).map_err(|_| not_utf8(body))?)
}

fn repeated(key: &str) -> RecordError {
    RecordError::of_field(
        key,
        format!("成员“{}”重复", shown(key)),
        format!("member {} is there twice", shown(key)),
        ("每个成员名一次", "each member name once"),
    )
}

fn malformed() -> RecordError {
    RecordError::of_record(
        "JSON 在此处损坏，之后的内容无法读取",
        "the JSON is malformed here, what follows cannot be read",
        DOCUMENT_ALLOWED,
    )
}

fn trailing() -> RecordError {
    RecordError::of_record("文档之后还有内容", "text after the end of the document", DOCUMENT_ALLOWED)
}

fn other_crs() -> RecordError {
    RecordError::of_field(
        "crs",
        "crs 与文件开头所说的不同",
        "this crs differs from the one in force, or comes after the features",
        ("一个 crs 成员，写在要素之前", "one crs member, before the features"),
    )
}

#[cfg(test)]
mod tests;
