//! Answers within a number of bytes: what was used longest ago goes first.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use bytes::Bytes;

/// What an entry takes beside its answer: the key twice, the nodes of both maps. Counted so that empty answers, most of a
/// map of a small district, have their limit too.
pub(super) const ENTRY_BYTES: usize = 256;

/// The answers.
///
/// **Invariant**: `by_use` has exactly the keys of `entries`, each under its `used`; `bytes` is the sum of their sizes and
/// not above `limit_bytes`.
pub(super) struct Kept<K> {
    limit_bytes: usize,
    bytes: usize,
    entries: HashMap<K, Entry>,
    by_use: BTreeMap<u64, K>,
    uses: u64,
}

struct Entry {
    answer: Bytes,
    used: u64,
}

impl Entry {
    fn size(&self) -> usize {
        self.answer.len() + ENTRY_BYTES
    }
}

impl<K: Copy + Eq + Hash> Kept<K> {
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, bytes: 0, entries: HashMap::new(), by_use: BTreeMap::new(), uses: 0 }
    }

    /// The answer, which becomes the last one used.
    pub(super) fn get(&mut self, key: K) -> Option<Bytes> {
        let entry = self.entries.get_mut(&key)?;
        self.uses += 1;
        self.by_use.remove(&entry.used);
        entry.used = self.uses;
        self.by_use.insert(entry.used, key);
        Some(entry.answer.clone())
    }

    /// Keeps an answer, and lets go of others for it; one that is larger than all the room is not kept.
    pub(super) fn put(&mut self, key: K, answer: Bytes) {
        self.remove(key);
        let size = answer.len() + ENTRY_BYTES;
        if size > self.limit_bytes {
            return;
        }
        while self.bytes + size > self.limit_bytes {
            let (_, &oldest) = self.by_use.first_key_value().expect("bytes that are kept have an entry");
            self.remove(oldest);
        }
        self.uses += 1;
        self.bytes += size;
        self.by_use.insert(self.uses, key);
        self.entries.insert(key, Entry { answer, used: self.uses });
    }

    /// How many answers are kept, and the bytes they take.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.entries.len(), self.bytes)
    }

    fn remove(&mut self, key: K) {
        if let Some(entry) = self.entries.remove(&key) {
            self.by_use.remove(&entry.used);
            self.bytes -= entry.size();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(length: usize) -> Bytes {
        vec![0; length].into()
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let mut kept = Kept::new(3 * (ENTRY_BYTES + 10));
        (1..=3).for_each(|key| kept.put(key, answer(10)));
        assert!(kept.get(1).is_some());
        kept.put(4, answer(10));
        assert_eq!([1, 2, 3, 4].map(|key| kept.get(key).is_some()), [true, false, true, true]);
        kept.put(5, answer(ENTRY_BYTES));
        assert_eq!(
            [1, 3, 4, 5].map(|key| kept.get(key).is_some()),
            [false, false, true, true],
            "two go for a large one"
        );
        kept.put(6, answer(3 * ENTRY_BYTES));
        assert_eq!([4, 5, 6].map(|key| kept.get(key).is_some()), [true, true, false], "too large: not kept");
    }

    #[test]
    fn without_room_nothing_is_kept() {
        let mut kept = Kept::new(0);
        kept.put(1, answer(0));
        assert_eq!((kept.get(1), kept.size()), (None, (0, 0)));
    }

    proptest! {
        #[test]
        fn the_limit_holds_and_the_sum_is_right(puts in prop::collection::vec((0_u8..20, 0_usize..2000), 0..200)) {
            let mut kept = Kept::new(8000);
            for (key, length) in puts {
                kept.put(key, answer(length));
                kept.get(key / 2);
                let sum: usize = kept.entries.values().map(Entry::size).sum();
                prop_assert!(kept.bytes == sum && sum <= 8000 && kept.by_use.len() == kept.entries.len());
            }
        }
    }
}
