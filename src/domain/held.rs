//! How much memory things take together that share their parts.

use std::{collections::HashSet, sync::Arc};

/// Counts bytes, those of a shared part once, whoever shares it.
///
/// Allocators take a little more than what is asked of them; that is not counted.
#[derive(Debug, Clone, Default)]
pub struct Held {
    seen: HashSet<usize>,
    bytes: usize,
}

/// The two counts before what an [`Arc`] shares.
const COUNTS: usize = 16;

impl Held {
    /// All bytes so far.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts what nobody shares.
    pub const fn own(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    /// Counts a list that nobody shares.
    pub const fn list<T>(&mut self, list: &Vec<T>) {
        self.own(list.capacity() * size_of::<T>());
    }

    /// Counts a part, when it is the first time; whether it is. What hangs on it is left to the caller.
    pub fn part<P: ?Sized>(&mut self, part: &Arc<P>) -> bool {
        let is_new = self.seen.insert(Arc::as_ptr(part).cast::<()>().addr());
        if is_new {
            self.own(size_of_val(&**part) + COUNTS);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_counts_once() {
        let (one, other): (Arc<[u32]>, Arc<[u32]>) = (Arc::from([1, 2]), Arc::from([1, 2]));
        let mut held = Held::default();
        assert!(held.part(&one) && !held.part(&Arc::clone(&one)));
        assert_eq!(held.bytes(), COUNTS + 8);
        assert!(held.part(&other));
        held.list(&vec![1_u64; 3]);
        assert_eq!(held.bytes(), 2 * (COUNTS + 8) + 24);
    }
}
