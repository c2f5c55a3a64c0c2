//! Editions of the past, and to come, that answer again.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Mutex as Quick, PoisonError},
};

use tokio::sync::Mutex;

use crate::domain::area::EditionNumber;

/// Editions kept in memory besides the one that is served, unless told otherwise.
pub const MAX_PAST_EDITIONS: usize = 50;

/// What was made of the editions that were asked for last: what answers for them, draws their tiles, tells them apart.
pub struct PastEditions<T, K = EditionNumber> {
    /// The one asked for last stands last. Read and written by every question about the past, for moments; losing it
    /// loses only time.
    kept: Quick<VecDeque<(K, T)>>,
    /// Held while an edition is made: one at a time, and each once.
    making: Mutex<()>,
    /// How many are kept.
    limit: usize,
}

impl<T: Clone, K: Copy + PartialEq> PastEditions<T, K> {
    /// Keeps `limit` of them, and the one that was asked for last whatever the limit.
    pub fn new(limit: usize) -> Self {
        Self { kept: Quick::default(), making: Mutex::default(), limit: limit.max(1) }
    }

    /// The edition `number`, made by `make` unless it is kept; `None` when `make` finds none.
    pub async fn get<E>(&self, number: K, make: impl Future<Output = Result<Option<T>, E>>) -> Result<Option<T>, E> {
        if let Some(source) = self.find(number) {
            return Ok(Some(source));
        }
        let _making = self.making.lock().await;
        if let Some(source) = self.find(number) {
            return Ok(Some(source));
        }
        let made = make.await?;
        if let Some(source) = &made {
            self.keep(number, source.clone());
        }
        Ok(made)
    }

    /// What is kept of the edition `number`.
    pub fn find(&self, number: K) -> Option<T> {
        let mut kept = self.lock();
        let at = kept.iter().position(|(of, _)| *of == number)?;
        let found = kept.remove(at)?;
        let source = found.1.clone();
        kept.push_back(found);
        Some(source)
    }

    /// Keeps what was made of the edition `number`, in the place of what was kept of it.
    pub fn keep(&self, number: K, source: T) {
        let mut kept = self.lock();
        kept.retain(|(of, _)| *of != number);
        if kept.len() >= self.limit {
            kept.pop_front();
        }
        kept.push_back((number, source));
    }

    /// All that are kept, the one asked for last as the last.
    pub fn all(&self) -> Vec<(K, T)> {
        self.lock().iter().cloned().collect()
    }

    /// Keeps those no longer that `stays` does not name.
    pub fn retain(&self, stays: impl Fn(K) -> bool) {
        self.lock().retain(|(of, _)| stays(*of));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<(K, T)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_asked_for_longest_ago_goes_first() {
        let past = PastEditions::<&str>::new(2);
        past.keep(1, "one");
        past.keep(2, "two");
        assert_eq!(past.find(1), Some("one"));
        past.keep(3, "three");
        assert_eq!(past.find(2), None);
        past.keep(3, "again");
        assert_eq!(past.all(), [(1, "one"), (3, "again")]);
        past.retain(|number| number == 1);
        assert_eq!(past.all(), [(1, "one")]);
        let none = PastEditions::<&str>::new(0);
        none.keep(1, "one");
        none.keep(2, "two");
        assert_eq!(none.all(), [(2, "two")]);
    }
}
