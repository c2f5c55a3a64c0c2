//! Collects one JSON value after another from a body that arrives in pieces.

use super::error::Refusal;
use crate::formats::json::MAX_NESTING;
use crate::formats::shape_rules::MAX_RECORD_BYTES;

/// What is kept of the memory of a large record once it is done with.
const KEPT_BYTES: usize = 1 << 20;

/// A value that is being collected. Brackets are balanced and counted here, so that nobody recurses into a value that
/// is nested too deep; everything else is judged by who reads it.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The value so far, when it began in an earlier piece.
    carry: Vec<u8>,
    /// The open brackets as bits, 1 for an object.
    brackets: u64,
    depth: usize,
    within_string: bool,
    escaped: bool,
    open: bool,
}

const _: () = assert!(MAX_NESTING <= u64::BITS as usize);

impl Frame {
    /// Takes what belongs to the value from `chunk`, beginning at `at`, which moves on; the value once it is complete.
    ///
    /// A string ends with its quote, an array or object with its bracket, all else before a comma, a closing bracket or
    /// white space, and may then be empty.
    pub(super) fn take<'a>(&'a mut self, chunk: &'a [u8], at: &mut usize) -> Result<Option<&'a [u8]>, Refusal> {
        if !self.open {
            self.begin();
        }
        let rest = &chunk[*at..];
        let end = self.end_in(rest)?;
        let taken = end.unwrap_or(rest.len());
        if self.carry.len() + taken > MAX_RECORD_BYTES {
            return Err(Refusal::too_large());
        }
        *at += taken;
        if end.is_none() {
            self.carry.extend_from_slice(rest);
            return Ok(None);
        }
        self.open = false;
        if self.carry.is_empty() {
            return Ok(Some(&rest[..taken]));
        }
        self.carry.extend_from_slice(&rest[..taken]);
        Ok(Some(&self.carry))
    }

    fn begin(&mut self) {
        self.carry.clear();
        self.carry.shrink_to(KEPT_BYTES);
        (self.brackets, self.depth, self.within_string, self.escaped) = (0, 0, false, false);
        self.open = true;
    }

    /// Where the value ends in `bytes`, if it does.
    fn end_in(&mut self, bytes: &[u8]) -> Result<Option<usize>, Refusal> {
        for (index, &byte) in bytes.iter().enumerate() {
            if self.within_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.within_string = false;
                        if self.depth == 0 {
                            return Ok(Some(index + 1));
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.within_string = true,
                b'{' => self.nest(1)?,
                b'[' => self.nest(0)?,
                b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return Ok(Some(index)),
                b'}' | b']' => {
                    if self.brackets & 1 != u64::from(byte == b'}') {
                        return Err(Refusal::new("括号不配对", "brackets do not match", "JSON (RFC 8259)"));
                    }
                    self.brackets >>= 1;
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Ok(Some(index + 1));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn nest(&mut self, bit: u64) -> Result<(), Refusal> {
        if self.depth == MAX_NESTING {
            return Err(Refusal::new(
                format!("嵌套太深（上限 {MAX_NESTING} 层）"),
                "arrays or objects are nested too deep",
                format!("at most {MAX_NESTING} levels of arrays and objects"),
            ));
        }
        self.brackets = self.brackets << 1 | bit;
        self.depth += 1;
        Ok(())
    }
}

/// Where the white space of JSON that may stand at `at` ends.
#[inline]
pub(super) fn skip_white(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` is a value and what follows it, however it is cut in two.
    #[track_caller]
    fn check(text: &str, expected: Result<(&str, &str), &str>) {
        for cut in 0..=text.len() {
            let mut frame = Frame::default();
            let (mut at, (head, tail)) = (0, text.as_bytes().split_at(cut));
            let first = frame.take(head, &mut at).map(|value| value.map(<[u8]>::to_vec));
            let found = match first {
                Ok(Some(value)) => Ok((value, [&head[at..], tail].concat())),
                Ok(None) => {
                    let mut at = 0;
                    let value = frame.take(tail, &mut at).map(|value| value.map(<[u8]>::to_vec));
                    value.map(|value| (value.unwrap_or_default(), tail[at..].to_vec()))
                }
                Err(refusal) => Err(refusal),
            };
            match (found, expected) {
                (Ok((value, rest)), Ok((expected, expected_rest))) => {
                    assert_eq!(value, expected.as_bytes(), "{text} at {cut}");
                    assert_eq!(rest, expected_rest.as_bytes(), "{text} at {cut}");
                }
                (Err(refusal), Err(en)) => assert_eq!(refusal.at(None, 0).en, en),
                (found, _) => panic!("{text} at {cut}: {found:?}"),
            }
        }
    }

    #[test]
    fn a_value_ends_where_its_brackets_or_its_delimiter_say() {
        check(r#"{"a":"}\"]"},{"#, Ok((r#"{"a":"}\"]"}"#, ",{")));
        check("[NaN, [1]] x", Ok(("[NaN, [1]]", " x")));
        check("123,4", Ok(("123", ",4")));
        check(r#""a,\\"]"#, Ok((r#""a,\\""#, "]")));
        check(",1", Ok(("", ",1")));
        check("{\"a\": [1}", Err("brackets do not match"));
        check(&"[".repeat(200), Err("arrays or objects are nested too deep"));
        let deepest = format!("{}{}", "[".repeat(MAX_NESTING), "]".repeat(MAX_NESTING));
        check(&deepest, Ok((&deepest, "")));
    }

    #[test]
    fn no_value_may_be_larger_than_the_limit_whole_or_in_pieces() {
        let text = format!("\"{}\"", "a".repeat(MAX_RECORD_BYTES - 2));
        assert!(matches!(Frame::default().take(text.as_bytes(), &mut 0), Ok(Some(_))));
        let text = format!("\"{}\"", "a".repeat(MAX_RECORD_BYTES - 1));
        assert!(Frame::default().take(text.as_bytes(), &mut 0).is_err());
        let mut frame = Frame::default();
        let last =
            text.as_bytes().chunks(1 << 20).map(|chunk| frame.take(chunk, &mut 0).map(|_| ())).find(Result::is_err);
        assert!(last.is_some(), "it was refused");
    }
}
