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

#[cfg(test)]
mod tests {
    use super::*;

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
