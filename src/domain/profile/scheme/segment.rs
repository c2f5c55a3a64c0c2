//! The segments of a code.

use std::fmt;

/// A set of ASCII letters, digits and the hyphen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CharacterSet(u128);

impl CharacterSet {
    /// `0` to `9`.
    pub const DIGITS: Self = Self(0x3ff << b'0');

    /// The set that `text` spells: single characters and ranges (`0-9A-HJ`); a hyphen at either end is itself.
    ///
    /// `None` when it is empty, holds another character or a range that runs backwards.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (mut set, mut i) = (0_u128, 0);
        while i < bytes.len() {
            let (from, mut to) = (bytes[i], bytes[i]);
            if i + 2 < bytes.len() && bytes[i + 1] == b'-' && from != b'-' {
                to = bytes[i + 2];
                i += 2;
            }
            let one_class = from == to
                || (from.is_ascii_digit() && to.is_ascii_digit())
                || (from.is_ascii_uppercase() && to.is_ascii_uppercase())
                || (from.is_ascii_lowercase() && to.is_ascii_lowercase());
            if from > to || !one_class || !(from.is_ascii_alphanumeric() || from == b'-') {
                return None;
            }
            for byte in from..=to {
                set |= 1 << byte;
            }
            i += 1;
        }
        (set != 0).then_some(Self(set))
    }

    /// Whether `byte` is in the set.
    pub const fn contains(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    /// Whether every character of this set is in `other`.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl fmt::Display for CharacterSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut byte = 0;
        while byte < 128 {
            let from = byte;
            while byte < 128 && self.contains(byte) {
                byte += 1;
            }
            match byte - from {
                0 => byte += 1,
                1 => write!(f, "{}", char::from(from))?,
                2 => write!(f, "{}{}", char::from(from), char::from(from + 1))?,
                _ => write!(f, "{}-{}", char::from(from), char::from(byte - 1))?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for CharacterSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// The smallest and the largest of some numbers, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Smallest.
    pub min: u64,
    /// Largest.
    pub max: u64,
}

impl Numbers {
    /// Whether `number` is one of them.
    pub const fn contains(self, number: u64) -> bool {
        self.min <= number && number <= self.max
    }

    /// Whether every number here is also in `other`.
    pub const fn is_within(self, other: Self) -> bool {
        other.min <= self.min && self.max <= other.max
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.min, self.max)
    }
}

/// What a numeric segment may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRule {
    /// What its first digit may be.
    pub first: CharacterSet,
    /// The numbers that are allowed.
    pub allowed: Numbers,
    /// Those of them that are kept back.
    pub reserved: Vec<Numbers>,
    /// Those of them that standards know; another one is a notice, not an error.
    pub usual: Option<Numbers>,
}

/// What a segment may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Digits with leading zeros.
    Number(NumberRule),
    /// Characters of a set.
    Text {
        /// What each may be.
        characters: CharacterSet,
        /// What the first may be.
        first: CharacterSet,
    },
    /// One of these texts.
    Choice(Vec<String>),
}

/// One segment of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// What it is called: `district`, `town`, `village`, `grid`.
    pub name: String,
    /// How many characters it has.
    pub length: usize,
    /// What it may hold.
    pub content: Content,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_prints_as_it_is_written() {
        for text in ["0-9", "0-9A-HJ-NP-Z", "SZ", "X", "-0-9", "a-z", "AB"] {
            assert_eq!(CharacterSet::parse(text).expect("a set").to_string(), text);
        }
    }

    #[test]
    fn a_text_that_is_no_set_is_refused() {
        for text in ["", "9-0", "0-Z", "a_b", "网", "A-z", "0--"] {
            assert_eq!(CharacterSet::parse(text), None, "{text}");
        }
    }
}
