//! Reads dBASE tables as Shapefiles have them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8};

use super::record::{RecordError, shown};
use super::text_encoding::{decode, encoding_named};

/// Bytes of the header before the field descriptors, and of one descriptor.
const BLOCK_BYTES: usize = 32;
/// The byte after the last descriptor.
const HEADER_END: u8 = 0x0d;

/// The columns of a table and how to read its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbfSchema {
    fields: Vec<DbfField>,
    record_count: u32,
    record_bytes: usize,
    language: u8,
    encoding: &'static Encoding,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct DbfField {
    raw_name: Vec<u8>,
    name: String,
    kind: u8,
    start: usize,
    length: usize,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbfRow {
    /// Its fields as text; blank ones are left out.
    Fields(BTreeMap<String, String>),
    /// A row that was deleted and awaits removal.
    Deleted,
}

impl DbfSchema {
    /// Reads a whole table once, to learn its columns and its encoding.
    ///
    /// The encoding is what `cpg` names; else the East Asian code page of the language byte; else UTF-8 when all text
    /// is; else GB18030. A declared encoding in which some text is invalid is an error, not a reason to guess: the
    /// `.cpg` can be corrected or deleted. Western language bytes are not believed, since programs write them
    /// beside any text.
    pub fn survey(source: impl Read, cpg: Option<&str>) -> Result<Self, RecordError> {
        let mut rows = DbfReader::open(source)?;
        let declared = match cpg.filter(|name| !name.trim().is_empty()) {
            Some(name) => Some(encoding_named(name).ok_or_else(|| unknown_encoding(name))?),
            None => language_encoding(rows.schema.language),
        };
        let mut candidates = declared.map_or_else(|| vec![UTF_8, GB18030], |encoding| vec![encoding]);
        for field in &rows.schema.fields {
            keep_valid(&mut candidates, &field.raw_name, "", 0)?;
        }
        while rows.advance()? {
            for field in rows.schema.fields.iter().filter(|field| field.kind == b'C') {
                let text = padded_text(&rows.row[field.start..field.start + field.length]);
                if !text.is_ascii() {
                    keep_valid(&mut candidates, text, &lossy(&field.raw_name), rows.number)?;
                }
            }
        }
        let mut schema = rows.schema;
        schema.encoding = candidates[0];
        schema.name_fields()?;
        Ok(schema)
    }

    /// How many rows the header announces; the survey made sure that they are there.
    pub const fn record_count(&self) -> u32 {
        self.record_count
    }

    /// The encoding of the text.
    pub const fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    fn name_fields(&mut self) -> Result<(), RecordError> {
        let mut seen = BTreeSet::new();
        for field in &mut self.fields {
            field.name = decode(&field.raw_name, self.encoding).unwrap_or_else(|| lossy(&field.raw_name));
            if !seen.insert(field.name.clone()) {
                return Err(RecordError::of_field(
                    &field.name,
                    format!("字段名“{}”重复", shown(&field.name)),
                    format!("field {} is there twice", shown(&field.name)),
                    ("每个字段名一次", "each field name once"),
                ));
            }
        }
        Ok(())
    }

    fn read(source: &mut impl Read) -> Result<Self, RecordError> {
        let mut head = [0; BLOCK_BYTES];
        source.read_exact(&mut head).map_err(|error| cut_off(&error))?;
        let record_count = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let header_bytes = usize::from(u16::from_le_bytes([head[8], head[9]]));
        let record_bytes = usize::from(u16::from_le_bytes([head[10], head[11]]));
        if header_bytes <= BLOCK_BYTES || record_bytes == 0 {
            return Err(broken(".dbf 文件头无效", "the header of the .dbf is no dBASE header"));
        }
        let mut descriptors = vec![0; header_bytes - BLOCK_BYTES];
        source.read_exact(&mut descriptors).map_err(|error| cut_off(&error))?;
        let mut fields = Vec::new();
        let mut start = 1;
        for block in descriptors.chunks_exact(BLOCK_BYTES).take_while(|block| block[0] != HEADER_END) {
            let name_end = block[..11].iter().position(|&byte| byte == 0).unwrap_or(11);
            let length = usize::from(block[16]);
            let raw_name = block[..name_end].trim_ascii().to_vec();
            fields.push(DbfField { name: lossy(&raw_name), raw_name, kind: block[11], start, length });
            start += length;
        }
        if start > record_bytes {
            return Err(broken(
                ".dbf 的字段比记录长",
                format!("the fields of the .dbf take {start} bytes, its records {record_bytes}"),
            ));
        }
        Ok(Self { fields, record_count, record_bytes, language: head[29], encoding: UTF_8 })
    }
}

/// Streams the rows of a table that was surveyed.
#[derive(Debug)]
pub struct DbfReader<R> {
    source: R,
    schema: DbfSchema,
    row: Vec<u8>,
    number: u64,
}

impl<R: Read> DbfReader<R> {
    /// The rows of `source`, the same table that `schema` was read from.
    pub fn new(mut source: R, schema: DbfSchema) -> Result<Self, RecordError> {
        let again = DbfSchema::read(&mut source)?;
        if (again.record_count, again.record_bytes) != (schema.record_count, schema.record_bytes) {
            return Err(broken(".dbf 在读取时被改动", "the .dbf changed while it was read"));
        }
        Ok(Self { source, row: vec![0; schema.record_bytes], schema, number: 0 })
    }

    fn open(mut source: R) -> Result<Self, RecordError> {
        let schema = DbfSchema::read(&mut source)?;
        Ok(Self { source, row: vec![0; schema.record_bytes], schema, number: 0 })
    }

    /// How many rows there are.
    pub const fn record_count(&self) -> u32 {
        self.schema.record_count
    }

    /// Reads the next row's bytes; `false` after the last.
    fn advance(&mut self) -> Result<bool, RecordError> {
        if self.number == u64::from(self.schema.record_count) {
            return Ok(false);
        }
        self.source.read_exact(&mut self.row).map_err(|error| cut_off(&error))?;
        self.number += 1;
        Ok(true)
    }

    /// The next row, `None` after the last. The outer error is fatal, the inner one is the row's own.
    pub fn next_row(&mut self) -> Result<Option<Result<DbfRow, RecordError>>, RecordError> {
        Ok(if self.advance()? { Some(self.row()) } else { None })
    }

    fn row(&self) -> Result<DbfRow, RecordError> {
        if self.row[0] == b'*' {
            return Ok(DbfRow::Deleted);
        }
        let mut values = BTreeMap::new();
        for field in &self.schema.fields {
            let bytes = &self.row[field.start..field.start + field.length];
            if let Some(text) = value_of(field, bytes, self.schema.encoding)? {
                values.insert(field.name.clone(), text);
            }
        }
        Ok(DbfRow::Fields(values))
    }
}

/// A field's text, without padding; `None` when blank or of a kind that holds no text (memos, pictures).
///
/// Zeros after the decimal point are the column's format, not the value: 350304001.000 is 350304001.
fn value_of(field: &DbfField, bytes: &[u8], encoding: &'static Encoding) -> Result<Option<String>, RecordError> {
    let text = match field.kind {
        b'C' => {
            let bytes = padded_text(bytes);
            decode(bytes, encoding).ok_or_else(|| {
                RecordError::of_field(
                    &field.name,
                    format!("文本不是 {} 编码，或在字符中间被截断", encoding.name()),
                    format!("the text is not {}, or is cut in the middle of a character", encoding.name()),
                    ("所声明编码的完整字符", "whole characters of the declared encoding"),
                )
            })?
        }
        b'N' | b'F' => {
            let text = ascii(bytes, field)?;
            let text = text.trim();
            let whole = text.split_once('.').filter(|(_, zeros)| zeros.bytes().all(|zero| zero == b'0'));
            let text = whole.map_or(text, |(whole, _)| whole);
            if text.bytes().all(|byte| byte == b'*') { String::new() } else { text.to_owned() }
        }
        b'D' => ascii(bytes, field)?.trim().to_owned(),
        b'L' => match bytes.first() {
            Some(b'T' | b't' | b'Y' | b'y') => "true".to_owned(),
            Some(b'F' | b'f' | b'N' | b'n') => "false".to_owned(),
            _ => String::new(),
        },
        b'I' => bytes.first_chunk::<4>().map_or_else(String::new, |bytes| i32::from_le_bytes(*bytes).to_string()),
        _ => String::new(),
    };
    if text.contains('\0') {
        return Err(RecordError::of_field(&field.name, "文本中有空字符", "U+0000 stands in a text", ("文本", "text")));
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn ascii<'a>(bytes: &'a [u8], field: &DbfField) -> Result<&'a str, RecordError> {
    let bytes = padded_text(bytes);
    std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii()).ok_or_else(|| {
        RecordError::of_field(
            &field.name,
            "数字字段中有其他字节",
            "a number has bytes beyond ASCII",
            ("数字", "digits"),
        )
    })
}

/// `bytes` without the blanks and zero bytes that fill up the column.
fn padded_text(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte != b' ' && byte != 0).map_or(0, |last| last + 1);
    &bytes[..end]
}

/// Removes the encodings in which `text` is invalid; errs when none is left.
fn keep_valid(
    candidates: &mut Vec<&'static Encoding>,
    text: &[u8],
    field: &str,
    number: u64,
) -> Result<(), RecordError> {
    let names = candidates.iter().map(|encoding| encoding.name()).collect::<Vec<_>>().join(" or ");
    candidates.retain(|encoding| is_text(text, encoding));
    if !candidates.is_empty() {
        return Ok(());
    }
    let hint = if is_text(text, GB18030) { ", it looks like GBK" } else { "" };
    let place = if number == 0 { "a field name".to_owned() } else { format!("record {number}") };
    Err(RecordError {
        field: Some(shown(field)).filter(|field| !field.is_empty()),
        zh: format!("文本不是 {names} 编码（{place}）；请更正或删除 .cpg"),
        en: format!("the text of {place} is not {names}{hint}"),
        allowed: (
            "与 .cpg 所注明编码一致的文本；没有 .cpg 时为 UTF-8 或 GB18030",
            "text in the encoding that the .cpg names; without a .cpg, UTF-8 or GB18030",
        )
            .into(),
    })
}

/// Whether `text` is valid, except perhaps for a last character that the column's width cut.
fn is_text(text: &[u8], encoding: &'static Encoding) -> bool {
    if *encoding == *UTF_8 {
        return std::str::from_utf8(text).err().is_none_or(|error| error.error_len().is_none());
    }
    let all_but_last = text.split_last().filter(|(last, _)| !last.is_ascii()).map(|(_, rest)| rest);
    decode(text, encoding).is_some() || all_but_last.is_some_and(|text| decode(text, encoding).is_some())
}

/// The East Asian encoding that a language byte names.
fn language_encoding(language: u8) -> Option<&'static Encoding> {
    match language {
        0x4d | 0x7a => Some(GB18030),
        0x4f | 0x78 => Some(BIG5),
        0x13 | 0x7b => Some(SHIFT_JIS),
        0x4e | 0x79 => Some(EUC_KR),
        _ => None,
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn unknown_encoding(name: &str) -> RecordError {
    broken(
        format!(".cpg 中的编码“{}”未知", shown(name)),
        format!("the .cpg names {}, which is no known encoding", shown(name)),
    )
}

fn cut_off(error: &io::Error) -> RecordError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        broken(".dbf 文件不完整", "the .dbf ends before its last record")
    } else {
        RecordError::of_reading(error)
    }
}

fn broken(zh: impl Into<String>, en: impl Into<String>) -> RecordError {
    RecordError::of_record(
        zh,
        en,
        (
            "与 .shp 同名的完整 .dbf，以及注明其编码的 .cpg",
            "a complete dBASE table beside the .shp, and a .cpg that names its encoding",
        ),
    )
}

#[cfg(test)]
pub mod tests;
