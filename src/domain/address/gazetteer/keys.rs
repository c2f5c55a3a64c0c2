//! Names with the numbers behind them, and what they lead to.

use crate::domain::address::{hit::NameId, parts::Numbered};

/// A number of an address in eight bytes; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(u64);

impl Number {
    /// No number.
    pub const NONE: Self = Self(0);

    /// The number that is written so, folded.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        if bytes.len() < 8 {
            let mut padded = [0; 8];
            padded[1..=bytes.len()].copy_from_slice(bytes);
            return Self(u64::from_be_bytes(padded));
        }
        // FNV-1a; the top bit is in none of the short ones.
        let hash = bytes
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(hash | 1 << 63)
    }

    /// The number of a part, none when there is no part.
    pub fn of_part(part: Option<&Numbered>) -> Self {
        part.map_or(Self::NONE, |part| Self::of(&part.value))
    }

    /// Whether it is none.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// One thing under a name and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The name.
    pub name: NameId,
    /// The number behind it; none for what has just the name.
    pub number: Number,
    /// Index of the place, or of the area.
    pub entry: u32,
}

/// The keys of a name, or of a name with a number.
pub fn keys_of(keys: &[Key], name: NameId, number: Option<Number>) -> &[Key] {
    let first = keys.partition_point(|key| match number {
        None => key.name < name,
        Some(number) => (key.name, key.number) < (name, number),
    });
    let end = keys.partition_point(|key| match number {
        None => key.name <= name,
        Some(number) => (key.name, key.number) <= (name, number),
    });
    &keys[first..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_eight_bytes_are_distinct() {
        let texts = ["", "1", "20", "3b", "a", "甲", "12345678", "12345679", "东", "-1"];
        for (i, a) in texts.iter().enumerate() {
            for b in &texts[i + 1..] {
                assert_ne!(Number::of(a), Number::of(b), "{a} {b}");
            }
        }
        assert!(Number::of("").is_none());
    }
}
