//! Finds the bytes of one JSON value after another in a stream, without reading further and without a tree.

use std::io::BufRead;

use super::json::MAX_NESTING;
use super::record::RecordError;
use super::shape_rules::MAX_RECORD_BYTES;

/// The record separator of RFC 8142.
pub const RECORD_SEPARATOR: u8 = 0x1e;

/// A stream of JSON values; each is collected whole, at most [`MAX_RECORD_BYTES`] of it, and judged by the caller.
#[derive(Debug)]
pub struct Frames<R> {
    source: R,
}

impl<R: BufRead> Frames<R> {
    /// The values of `source`.
    pub const fn new(source: R) -> Self {
        Self { source }
    }

    /// The next byte, not consumed; `None` at the end.
    pub fn peek(&mut self) -> Result<Option<u8>, RecordError> {
        Ok(self.chunk()?.first().copied())
    }

    /// Consumes the byte that `peek` showed.
    pub fn advance(&mut self) {
        self.source.consume(1);
    }

    /// Consumes a byte-order mark of UTF-8, if one comes next.
    pub fn skip_byte_order_mark(&mut self) -> Result<(), RecordError> {
        for byte in [0xef, 0xbb, 0xbf] {
            if self.peek()? != Some(byte) {
                break;
            }
            self.advance();
        }
        Ok(())
    }

    /// Consumes white space; the byte after it, and whether a line ended within it.
    pub fn skip_white_space(&mut self) -> Result<(Option<u8>, LineEnd), RecordError> {
        let mut line = LineEnd::NotSeen;
        loop {
            let chunk = self.chunk()?;
            let white = chunk.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            if chunk[..white].contains(&b'\n') {
                line = LineEnd::Seen;
            }
            let next = chunk.get(white).copied();
            if chunk.is_empty() || next.is_some() {
                self.source.consume(white);
                return Ok((next, line));
            }
            self.source.consume(white);
        }
    }

    /// Appends the value at the cursor to `buffer`, brackets balanced; scalars end before the next delimiter.
    pub fn value_into(&mut self, buffer: &mut Vec<u8>) -> Result<(), RecordError> {
        let mut scan = Scan::default();
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                return if scan.is_scalar() { Ok(()) } else { Err(cut_off()) };
            }
            let length = chunk.len();
            let (taken, complete) = scan.advance(chunk)?;
            append(buffer, &chunk[..taken])?;
            self.source.consume(taken);
            if complete {
                return Ok(());
            }
            debug_assert_eq!(taken, length, "an incomplete value takes the whole chunk");
        }
    }

    /// Appends everything up to the next `delimiter`, which is consumed; `false` when the end was there already.
    pub fn until_into(&mut self, delimiter: u8, buffer: &mut Vec<u8>) -> Result<bool, RecordError> {
        let mut found = false;
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                return Ok(found);
            }
            found = true;
            let end = chunk.iter().position(|&byte| byte == delimiter);
            let taken = end.unwrap_or(chunk.len());
            append(buffer, &chunk[..taken])?;
            self.source.consume(taken + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    fn chunk(&mut self) -> Result<&[u8], RecordError> {
        self.source.fill_buf().map_err(|error| RecordError::of_reading(&error))
    }
}

/// Whether a line ended within some white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// It did.
    Seen,
    /// It did not.
    NotSeen,
}

/// Where a value stands: the open brackets as bits (1 for an object), and whether inside a string.
#[derive(Debug, Default)]
struct Scan {
    brackets: u128,
    depth: usize,
    within_string: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// Whether the value so far is a number or a word, which the end of the file may end.
    const fn is_scalar(&self) -> bool {
        self.begun && self.depth == 0 && !self.within_string
    }

    /// How many bytes of `chunk` belong to the value, and whether it is complete with them.
    fn advance(&mut self, chunk: &[u8]) -> Result<(usize, bool), RecordError> {
        for (index, &byte) in chunk.iter().enumerate() {
            if self.within_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.within_string = false;
                        if self.depth == 0 {
                            return Ok((index + 1, true));
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.within_string = true,
                b'{' => self.open(1)?,
                b'[' => self.open(0)?,
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return Ok((index, true)),
                b'}' | b']' => {
                    if self.brackets & 1 != u128::from(byte == b'}') {
                        return Err(RecordError::of_record(
                            "括号不配对",
                            "brackets do not match",
                            ("括号配对的 JSON（RFC 8259）", "JSON (RFC 8259) with balanced brackets"),
                        ));
                    }
                    self.brackets >>= 1;
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Ok((index + 1, true));
                    }
                }
                _ => {}
            }
            self.begun = true;
        }
        Ok((chunk.len(), false))
    }

    fn open(&mut self, bit: u128) -> Result<(), RecordError> {
        if self.depth == MAX_NESTING {
            return Err(RecordError::of_record(
                format!("嵌套太深（上限 {MAX_NESTING} 层）"),
                "arrays or objects are nested too deep",
                ("数组和对象最多 64 层", "at most 64 levels of arrays and objects"),
            ));
        }
        self.brackets = self.brackets << 1 | bit;
        self.depth += 1;
        Ok(())
    }
}

fn append(buffer: &mut Vec<u8>, bytes: &[u8]) -> Result<(), RecordError> {
    if buffer.len() + bytes.len() > MAX_RECORD_BYTES {
        return Err(too_large());
    }
    buffer.extend_from_slice(bytes);
    Ok(())
}

/// The error for a record beyond [`MAX_RECORD_BYTES`].
pub fn too_large() -> RecordError {
    RecordError::of_record(
        "一条记录超过 64 MiB",
        "a record is larger than 64 MiB",
        ("每条记录不超过 64 MiB（67108864 字节）", "records of at most 64 MiB (67108864 bytes)"),
    )
}

fn cut_off() -> RecordError {
    RecordError::of_record("文件在一条记录中间结束", "the file ends within a record", ("完整的文件", "a complete file"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>, rest: &str) {
        for capacity in [1, 2, 3, 1000] {
            let mut frames = Frames::new(BufReader::with_capacity(capacity, text.as_bytes()));
            let mut buffer = Vec::new();
            let found = frames.value_into(&mut buffer);
            match expected {
                Ok(value) => {
                    assert_eq!(found, Ok(()), "{text}");
                    assert_eq!(std::str::from_utf8(&buffer), Ok(value));
                    let mut left = Vec::new();
                    frames.until_into(0, &mut left).expect("memory can be read");
                    assert_eq!(std::str::from_utf8(&left), Ok(rest));
                }
                Err(en) => assert_eq!(found.expect_err(text).en, en),
            }
        }
    }

    #[test]
    fn a_value_ends_where_its_brackets_or_its_delimiter_say() {
        check(r#"{"a":"}\"]"},{"#, Ok(r#"{"a":"}\"]"}"#), ",{");
        check("[NaN, [1]] x", Ok("[NaN, [1]]"), " x");
        check("123,4", Ok("123"), ",4");
        check("null", Ok("null"), "");
        check(r#""a,\\"]"#, Ok(r#""a,\\""#), "]");
        check("{\"a\": [1}", Err("brackets do not match"), "");
        check("{\"a\": 1", Err("the file ends within a record"), "");
        check("\"abc", Err("the file ends within a record"), "");
        check(&"[".repeat(100_000), Err("arrays or objects are nested too deep"), "");
    }
}
