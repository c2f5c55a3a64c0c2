//! Digests of what a tile is drawn from.
//!
//! Not cryptographic: who can choose borders to collide can publish them as well. The bits are the same on every machine.

use std::fmt;

/// Changes with every change of how tiles are drawn, so that tiles of another program version are never taken for ours.
const DRAWING: u64 = 5;

/// What a tile at one coordinate is drawn from, in 128 bits: equal versions, equal bytes.
///
/// Made of positions, codes, names, kinds and ids only: neither the numbers inside a snapshot nor former editions show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u128);

impl Version {
    /// The 16 bytes, the most significant first.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for Version {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Digest of one thing, in the order in which its parts are put.
#[derive(Clone, Copy)]
pub(super) struct Digest([u64; 2]);

/// Odd numbers without a pattern: digits of the square roots of 2, 3, 5 and 7.
const KEYS: [u64; 4] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1];

impl Digest {
    /// An empty digest for things of one sort; those of different sorts do not mix.
    pub(super) fn of(sort: u64) -> Self {
        let mut digest = Self([KEYS[0], KEYS[1]]);
        digest.word(sort);
        digest
    }

    /// Puts a number.
    #[inline]
    pub(super) fn word(&mut self, word: u64) {
        let [one, other] = self.0;
        self.0 = [fold(one ^ word, KEYS[2]) ^ other, fold(other ^ word.rotate_left(32), KEYS[3]).wrapping_add(one)];
    }

    /// Puts a position.
    #[inline]
    pub(super) fn position(&mut self, [lon, lat]: [i32; 2]) {
        self.word(u64::from(lon as u32) << 32 | u64::from(lat as u32));
    }

    /// Puts a text with its length.
    pub(super) fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    /// Puts another digest.
    pub(super) fn digest(&mut self, digest: u128) {
        self.word(digest as u64);
        self.word((digest >> 64) as u64);
    }

    /// The digest of all that was put.
    pub(super) fn finish(mut self) -> u128 {
        self.word(KEYS[3]);
        self.word(KEYS[2]);
        u128::from(self.0[0]) << 64 | u128::from(self.0[1])
    }
}

/// Multiplies to 128 bits and folds the halves together.
#[inline]
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}

/// The things that a tile is drawn from, in any order.
#[derive(Clone, Copy, Default)]
pub(super) struct Inputs {
    sum: u128,
    count: u64,
}

impl Inputs {
    /// Adds a thing by its digest.
    #[inline]
    pub(super) fn add(&mut self, digest: u128) {
        self.sum = self.sum.wrapping_add(digest);
        self.count += 1;
    }

    /// The version of a tile drawn from these by `rules`, the digest of what is common to all tiles.
    pub(super) fn version(self, rules: u128) -> Version {
        let mut digest = Digest::of(DRAWING);
        digest.digest(rules);
        digest.word(self.count);
        digest.digest(self.sum);
        Version(digest.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> u128 {
        let mut digest = Digest::of(1);
        digest.text(text);
        digest.finish()
    }

    #[test]
    fn order_within_a_thing_counts_and_order_of_things_does_not() {
        let version = |things: &[u128]| {
            let mut inputs = Inputs::default();
            things.iter().for_each(|&thing| inputs.add(thing));
            inputs.version(0)
        };
        assert_eq!(version(&[text("a"), text("b")]), version(&[text("b"), text("a")]));
        assert_ne!(version(&[text("a"), text("a")]), version(&[text("a")]));
        assert_ne!(text("ab"), text("ba"));
        assert_ne!(text("a\0"), text("a"));
        let [mut one, mut other] = [Digest::of(1), Digest::of(1)];
        one.text("ab");
        one.text("c");
        other.text("a");
        other.text("bc");
        assert_ne!(one.finish(), other.finish());
    }

    #[test]
    fn close_positions_have_digests_far_apart() {
        let mut seen = std::collections::HashSet::new();
        for lon in 0..100 {
            for lat in 0..100 {
                let mut digest = Digest::of(1);
                digest.position([1_190_000_000 + lon, 254_000_000 + lat]);
                let found = digest.finish();
                // each half for itself tells them apart
                assert!(seen.insert(found as u64) && seen.insert((found >> 64) as u64));
            }
        }
    }

    #[test]
    fn version_prints_as_32_digits() {
        let text = Inputs::default().version(0).to_string();
        assert!(text.len() == 32 && text.bytes().all(|digit| digit.is_ascii_hexdigit()), "{text}");
    }
}
