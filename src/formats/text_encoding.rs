//! Which encoding a text has: as declared, else UTF-8, else GB18030.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8};

use super::record::RecordError;
use crate::domain::area::finding::Allowed;

/// The encoding that a `.cpg` file or a user names; `None` when nobody knows the name.
///
/// ESRI writes code page numbers, GDAL labels, people anything.
pub fn encoding_named(name: &str) -> Option<&'static Encoding> {
    let upper = name.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}').to_ascii_uppercase();
    let bare = upper.strip_prefix("ANSI ").or_else(|| upper.strip_prefix("CP")).unwrap_or(&upper);
    match bare {
        "UTF8" | "UTF-8" | "65001" => Some(UTF_8),
        "936" | "54936" | "GBK" | "GB2312" | "GB18030" | "EUC-CN" => Some(GB18030),
        "950" => Some(BIG5),
        "88591" => Some(encoding_rs::WINDOWS_1252),
        _ if bare.len() == 4 && bare.starts_with("125") => Encoding::for_label(format!("windows-{bare}").as_bytes()),
        _ => Encoding::for_label(upper.as_bytes()),
    }
}

/// `bytes` as text, when they are valid in `encoding`.
pub fn decode(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(String::from)
}

/// The encoding of a text that declares none, settled by the first bytes beyond ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guess(Option<&'static Encoding>);

impl Guess {
    /// A guess that is certain already.
    pub const fn certain(encoding: &'static Encoding) -> Self {
        Self(Some(encoding))
    }

    /// `bytes` as text: as the texts before were, else as UTF-8, else as GB18030.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<String, RecordError> {
        if bytes.is_ascii() {
            return Ok(bytes.iter().copied().map(char::from).collect());
        }
        let candidates: &[&'static Encoding] = match &self.0 {
            Some(encoding) => std::slice::from_ref(encoding),
            None => &[UTF_8, GB18030],
        };
        for &encoding in candidates {
            if let Some(text) = decode(bytes, encoding) {
                self.0 = Some(encoding);
                return Ok(text);
            }
        }
        Err(not_in(self.0.map_or("UTF-8 or GB18030", Encoding::name), bytes))
    }
}

/// The error for bytes that are not valid in `encoding`.
pub fn not_in(encoding: &str, bytes: &[u8]) -> RecordError {
    let place = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    RecordError::of_record(
        format!("文本不是 {encoding} 编码（自第 {place} 字节起）"),
        format!("the text is not {encoding} (from byte {place})"),
        (
            "全文同一编码：UTF-8 或 GB18030（GBK），与声明一致",
            "one encoding throughout: UTF-8 or GB18030 (GBK), as declared",
        ),
    )
}

/// The error for bytes that should be UTF-8; says so when they look like GBK or UTF-16.
pub fn not_utf8(bytes: &[u8]) -> RecordError {
    let place = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    let (zh, en) = if bytes.iter().filter(|&&byte| byte == 0).count() > bytes.len() / 4 {
        ("，像是 UTF-16", ", it looks like UTF-16")
    } else if decode(bytes, GB18030).is_some() {
        ("，像是 GBK", ", it looks like GBK")
    } else {
        ("", "")
    };
    RecordError::of_record(
        format!("文本不是 UTF-8 编码（第 {place} 字节）{zh}"),
        format!("the text is not UTF-8 (byte {place}){en}"),
        Allowed::same("UTF-8"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_pages_are_known_by_the_names_that_programs_write() {
        for (name, expected) in [
            ("UTF-8", Some(UTF_8)),
            ("65001\r\n", Some(UTF_8)),
            ("GBK", Some(GB18030)),
            ("936", Some(GB18030)),
            ("CP936", Some(GB18030)),
            ("ANSI 936", Some(GB18030)),
            ("gb18030", Some(GB18030)),
            ("big5", Some(BIG5)),
            ("ISO-8859-1", Some(encoding_rs::WINDOWS_1252)),
            ("1252", Some(encoding_rs::WINDOWS_1252)),
            ("klingon", None),
            ("", None),
        ] {
            assert_eq!(encoding_named(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_guess_is_settled_by_the_first_text_beyond_ascii() {
        let mut guess = Guess::default();
        assert_eq!(guess.decode(b"abc").as_deref(), Ok("abc"));
        assert_eq!(guess.decode(b"\xcd\xf8\xb8\xf1").as_deref(), Ok("网格"));
        assert_eq!(guess, Guess::certain(GB18030));
        let mut guess = Guess::default();
        assert_eq!(guess.decode("网格".as_bytes()).as_deref(), Ok("网格"));
        assert!(guess.decode(b"\xcd\xf8\xb8\xf1").is_err(), "a second encoding in one file");
    }

    #[test]
    fn gbk_where_utf8_was_promised_is_recognised() {
        assert_eq!(not_utf8(b"\"\xcd\xf8\xb8\xf1\"").en, "the text is not UTF-8 (byte 1), it looks like GBK");
        assert_eq!(not_utf8(b"\"\xff\xfe\x80\"").en, "the text is not UTF-8 (byte 1)");
    }
}
