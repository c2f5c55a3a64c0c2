//! A strict JSON cursor over text: numbers as written, no duplicate members, bounded nesting.
//!
//! `serde_json` would turn 350304001001 into a float's neighbour when asked for text, keep the last of two equal
//! members, and build a tree of a whole record; an import must do none of these.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::record::{RecordError, shown};

/// The deepest nesting of arrays and objects.
pub const MAX_NESTING: usize = 64;

/// The most members of one object.
pub const MAX_MEMBERS: usize = 4_096;

const JSON_ALLOWED: (&str, &str) = ("UTF-8 编码的 JSON（RFC 8259）", "JSON (RFC 8259) in UTF-8");

/// A place in a JSON text.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// A cursor at the beginning of `text`.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The first byte of the next token; `None` at the end.
    pub fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Errs unless nothing but white space is left.
    pub fn end(&mut self) -> Result<(), RecordError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault("文档之后还有内容", "text after the end of the document")),
        }
    }

    /// Calls `member` with each key, the cursor standing before the value, which `member` must consume.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        self.expect(b'{', "应为对象", "an object is expected")?;
        let mut seen: BTreeSet<Cow<'a, str>> = BTreeSet::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.peek();
            let key = self.string()?;
            self.expect(b':', "成员名后应为冒号", "a colon is expected after a member name")?;
            member(self, &key)?;
            if seen.contains(&key) {
                return Err(RecordError::of_field(
                    &key,
                    format!("成员“{}”重复", shown(&key)),
                    format!("member {} is there twice", shown(&key)),
                    ("每个成员名一次", "each member name once"),
                ));
            }
            seen.insert(key);
            if seen.len() > MAX_MEMBERS {
                return Err(self.fault("对象的成员太多（上限 4096）", "an object has more than 4096 members"));
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fault("对象中应为逗号或右花括号", "a comma or closing brace is expected")),
            }
        }
    }

    /// Calls `element` before each element of an array, which `element` must consume.
    pub fn array(&mut self, mut element: impl FnMut(&mut Self) -> Result<(), RecordError>) -> Result<(), RecordError> {
        self.expect(b'[', "应为数组", "an array is expected")?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            element(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fault("数组中应为逗号或右方括号", "a comma or closing bracket is expected")),
            }
        }
    }

    /// The next value, a string; U+0000 and lone surrogates are errors.
    pub fn string(&mut self) -> Result<Cow<'a, str>, RecordError> {
        self.expect(b'"', "应为字符串", "a string is expected")?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b'"') => {
                    let text = &self.text[start..self.at];
                    self.at += 1;
                    return Ok(Cow::Borrowed(text));
                }
                Some(b'\\') => return self.escaped_string(start),
                Some(0..0x20) => return Err(self.fault("字符串中有控制字符", "a control character stands in a string")),
                Some(_) => self.at += 1,
                None => return Err(self.fault("字符串没有结束", "a string does not end")),
            }
        }
    }

    /// The rest of a string in which an escape was found.
    fn escaped_string(&mut self, start: usize) -> Result<Cow<'a, str>, RecordError> {
        let mut text = self.text[start..self.at].to_owned();
        loop {
            let Some(character) = self.text[self.at..].chars().next() else {
                return Err(self.fault("字符串没有结束", "a string does not end"));
            };
            match character {
                '"' => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                '\\' => text.push(self.escape()?),
                '\0'..' ' => return Err(self.fault("字符串中有控制字符", "a control character stands in a string")),
                _ => {
                    text.push(character);
                    self.at += character.len_utf8();
                }
            }
        }
    }

    /// The character that the escape at the cursor stands for.
    fn escape(&mut self) -> Result<char, RecordError> {
        let kind = self.text.as_bytes().get(self.at + 1).copied();
        self.at += 2;
        Ok(match kind {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'u') => return self.unicode_escape(),
            _ => {
                self.at = (self.at - 1).min(self.text.len());
                return Err(self.fault("无效的转义", "an escape is not one of JSON's"));
            }
        })
    }

    /// The character of `\uXXXX`, or of the two of a surrogate pair; the cursor stands after the first `u`.
    fn unicode_escape(&mut self) -> Result<char, RecordError> {
        let first = self.four_hex()?;
        let mut code = u32::from(first);
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let second = self.four_hex()?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err(self.fault("代理码点不成对", "a lone surrogate is no character"));
            }
            code = 0x1_0000 + ((code - 0xd800) << 10) + (u32::from(second) - 0xdc00);
        }
        match char::from_u32(code) {
            Some('\0') => Err(self.fault("文本中有空字符 U+0000", "U+0000 stands in a text")),
            Some(character) => Ok(character),
            None => Err(self.fault("代理码点不成对", "a lone surrogate is no character")),
        }
    }

    fn four_hex(&mut self) -> Result<u16, RecordError> {
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(digits) = digits else {
            return Err(self.fault("\\u 之后应有四位十六进制数", "\\u needs four hexadecimal digits"));
        };
        self.at += 4;
        Ok(u16::from_str_radix(digits, 16).expect("four hexadecimal digits fit 16 bits"))
    }

    /// The next value, a number, as written.
    pub fn number(&mut self) -> Result<&'a str, RecordError> {
        self.peek();
        let rest = &self.text.as_bytes()[self.at..];
        let Some(length) = number_length(rest) else {
            let token: String =
                self.text[self.at..].chars().take_while(|c| !matches!(c, ',' | ']' | '}')).take(80).collect();
            return Err(self.fault(
                &format!("应为数字，却是 {}", shown(&token)),
                &format!("a number is expected, not {}", shown(&token)),
            ));
        };
        let number = &self.text[self.at..self.at + length];
        self.at += length;
        Ok(number)
    }

    /// Passes the next value, whatever it is, and gives its text; checked, but members may repeat.
    pub fn skip_value(&mut self) -> Result<&'a str, RecordError> {
        self.peek();
        let start = self.at;
        self.skip_nested(MAX_NESTING)?;
        Ok(&self.text[start..self.at])
    }

    fn skip_nested(&mut self, levels_left: usize) -> Result<(), RecordError> {
        match self.peek() {
            Some(b'{' | b'[') if levels_left == 0 => {
                Err(self.fault("嵌套太深（上限 64 层）", "arrays or objects are nested deeper than 64"))
            }
            Some(b'{') => {
                self.at += 1;
                self.skip_list(b'}', levels_left, |cursor| {
                    cursor.peek();
                    cursor.string()?;
                    cursor.expect(b':', "成员名后应为冒号", "a colon is expected after a member name")
                })
            }
            Some(b'[') => {
                self.at += 1;
                self.skip_list(b']', levels_left, |_| Ok(()))
            }
            Some(b'"') => self.string().map(drop),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => self.number().map(drop),
        }
    }

    fn skip_list(
        &mut self,
        close: u8,
        levels_left: usize,
        before: impl Fn(&mut Self) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(());
        }
        loop {
            before(self)?;
            self.skip_nested(levels_left - 1)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fault("应为逗号或右括号", "a comma or closing bracket is expected")),
            }
        }
    }

    /// Passes exactly `word`.
    pub fn word(&mut self, word: &str) -> Result<(), RecordError> {
        self.peek();
        if !self.text[self.at..].starts_with(word) {
            return Err(self.fault("不是 JSON 值", "this is no JSON value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn expect(&mut self, byte: u8, zh: &str, en: &str) -> Result<(), RecordError> {
        if self.peek() != Some(byte) {
            return Err(self.fault(zh, en));
        }
        self.at += 1;
        Ok(())
    }

    /// An error with the place in the record.
    fn fault(&self, zh: &str, en: &str) -> RecordError {
        let at = self.at;
        RecordError::of_record(
            format!("{zh}（记录内第 {at} 字节）"),
            format!("{en} (byte {at} of the record)"),
            JSON_ALLOWED,
        )
    }
}

/// How many bytes the JSON number at the beginning of `bytes` has; `None` when there is none.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && bytes[at] == b'0') {
        return None;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent == 0 {
            return None;
        }
        at += 1 + sign + exponent;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_string(json: &str, expected: Result<&str, &str>) {
        let found = Cursor::new(json).string().map_err(|error| error.en);
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{json}"),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{json}: {found}"),
            (found, expected) => panic!("{json}: {found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn strings_are_decoded_and_no_lone_surrogate_or_nul_passes() {
        check_string(r#""镇海""#, Ok("镇海"));
        check_string(r#""\u9547\u6d77 \n\/""#, Ok("镇海 \n/"));
        check_string(r#""\ud83d\ude00""#, Ok("😀"));
        check_string(r#""a\ud800b""#, Err("surrogate"));
        check_string(r#""\udc00""#, Err("surrogate"));
        check_string(r#""\ud800\ud800""#, Err("surrogate"));
        check_string(r#""a\u0000b""#, Err("U+0000"));
        check_string(r#""\x""#, Err("escape"));
        check_string("\"\\", Err("escape"));
        check_string("\"a\nb\"", Err("control"));
        check_string("\"ab", Err("does not end"));
    }

    #[test]
    fn numbers_are_kept_as_written_and_only_json_numbers_pass() {
        for number in ["0", "-0", "350304001001001", "1.50", "1e400", "-1.5E-07", "123456789012345678901234567890"] {
            assert_eq!(Cursor::new(number).number(), Ok(number));
        }
        for text in ["", "-", "NaN", "Infinity", ".5", "1.", "+1", "01", "1e", "\"1\"", "null", "0x10"] {
            let mut cursor = Cursor::new(text);
            assert!(cursor.number().and_then(|_| cursor.end()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_member_name_may_not_repeat_even_when_spelt_with_an_escape() {
        let skip = |cursor: &mut Cursor<'_>, _: &str| cursor.skip_value().map(drop);
        assert_eq!(Cursor::new(r#"{"a": 1, "b": [1, {}]}"#).object(skip), Ok(()));
        let error = Cursor::new(r#"{"code": 1, "c\u006fde": 2}"#).object(skip).expect_err("a repeated member");
        assert_eq!(error.en, "member code is there twice");
    }

    #[test]
    fn nesting_beyond_the_limit_is_refused_without_recursing_further() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Cursor::new(&nested(MAX_NESTING)).skip_value().is_ok());
        assert!(Cursor::new(&nested(MAX_NESTING + 1)).skip_value().is_err());
        assert!(Cursor::new(&"[".repeat(200_000)).skip_value().is_err());
        assert!(Cursor::new(&"{\"a\":".repeat(100_000)).skip_value().is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}\",:0-9a-fnrtul\\\\ .eE+-]{0,60}|\\PC{0,40}") {
            let mut cursor = Cursor::new(&text);
            let found = cursor.skip_value().and_then(|_| cursor.end());
            // serde_json refuses numbers beyond f64, which the cursor keeps as written.
            let judged = serde_json::from_str::<serde_json::Value>(&text).is_ok() || text.contains(['e', 'E']);
            prop_assert!(found.is_err() || judged, "{}", text);
        }
    }
}
