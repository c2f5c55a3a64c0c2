//! The code of an area.

use std::{borrow::Borrow, fmt, hash, ops::Deref};

/// The longest code that any scheme may allow, in characters.
pub const MAX_CODE_LENGTH: usize = 24;

/// The code of an area: 1 to 24 ASCII letters, digits or hyphens, kept inline.
///
/// Whether it is *valid* is judged by the profile's code scheme for the area's level.
///
/// **Invariant**: only `0-9 A-Z a-z -`, at least one, at most [`MAX_CODE_LENGTH`]; the rest of the bytes is zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AreaCode {
    bytes: [u8; MAX_CODE_LENGTH],
    length: u8,
}

/// Why a text is no area code at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AreaCodeError {
    /// Nothing there.
    #[error("an area code is empty; allowed are 1 to 24 letters and digits")]
    Empty,
    /// Too long.
    #[error("area code has {found} characters; allowed are 1 to 24")]
    Long {
        /// How many characters it has.
        found: usize,
    },
    /// A character that no scheme allows.
    #[error("area code {text:?} has the character {character:?}; allowed are letters, digits and hyphens of ASCII")]
    Character {
        /// The text.
        text: String,
        /// The first character that is not allowed.
        character: char,
    },
}

impl AreaCode {
    /// The code that `text` spells, exactly: nothing is trimmed or normalised.
    pub fn new(text: &str) -> Result<Self, AreaCodeError> {
        if text.is_empty() {
            return Err(AreaCodeError::Empty);
        }
        if let Some(character) =
            text.chars().take(MAX_CODE_LENGTH + 1).find(|c| !c.is_ascii_alphanumeric() && *c != '-')
        {
            return Err(AreaCodeError::Character { text: text.chars().take(MAX_CODE_LENGTH + 1).collect(), character });
        }
        if text.len() > MAX_CODE_LENGTH {
            return Err(AreaCodeError::Long { found: text.chars().count() });
        }
        let mut bytes = [0; MAX_CODE_LENGTH];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes, length: text.len() as u8 })
    }

    /// The bytes of the code and zeros behind it, and how many are its own.
    pub const fn padded(&self) -> (&[u8; MAX_CODE_LENGTH], usize) {
        (&self.bytes, self.length as usize)
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("an area code is ASCII")
    }
}

impl Deref for AreaCode {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for AreaCode {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl hash::Hash for AreaCode {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

/// `text` as a file may have meant it, and whether anything changed: full-width letters, digits and hyphens become
/// ASCII, blanks of all widths go.
///
/// Nothing else is repaired: letters that look like digits stay, and the scheme refuses them.
/// For files and search only; an API write with such a code is refused.
pub fn normalise_code(text: &str) -> (String, bool) {
    let normal: String = text.chars().filter(|c| !is_blank(*c)).map(half_width).collect();
    let changed = normal != text;
    (normal, changed)
}

fn is_blank(c: char) -> bool {
    // White space, then: zero width space, word joiner, byte order mark.
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '－' => {
            char::from_u32(u32::from(c) - FULL_WIDTH_OFFSET).expect("a full-width character has an ASCII twin")
        }
        _ => c,
    }
}

/// How far the full-width forms stand behind ASCII.
const FULL_WIDTH_OFFSET: u32 = 0xfee0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_blanks_are_normalised_and_nothing_else() {
        for (text, normal) in [
            ("３５０３０４", "350304"),
            (" 350304 001\t", "350304001"),
            ("\u{feff}ＺＨ31\u{3000}０１－x", "ZH3101-x"),
            ("35O3I4", "35O3I4"),
            ("350304。", "350304。"),
            ("350304", "350304"),
        ] {
            assert_eq!(normalise_code(text), (normal.to_owned(), normal != text), "{text}");
        }
    }

    #[test]
    fn a_code_prints_as_it_was_written() {
        for text in ["350304", "ZH31010101301", "350304001001Z001S003", "us-01001"] {
            assert_eq!(AreaCode::new(text).expect("a code").to_string(), text);
        }
    }

    #[test]
    fn a_text_that_no_scheme_could_allow_is_refused() {
        for text in ["", "35 03", "３５", "a'b", "../x", "1234567890123456789012345"] {
            assert!(AreaCode::new(text).is_err(), "{text}");
        }
    }
}
