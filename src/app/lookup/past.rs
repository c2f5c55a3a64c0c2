//! Editions of the past that answer again.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Mutex as Quick, PoisonError},
};

use tokio::sync::Mutex;

use crate::domain::area::EditionNumber;

/// Editions kept in memory besides the one that is served.
pub const MAX_PAST_EDITIONS: usize = 2;

/// What was made of the editions that were asked for last: what answers for them, draws their tiles, tells them apart.
pub struct PastEditions<T, K = EditionNumber> {
    /// The one asked for last stands last. Read and written by every question about the past, for moments; losing it
    /// loses only time.
    kept: Quick<VecDeque<(K, T)>>,
    /// Held while an edition is made: one at a time, and each once.
    making: Mutex<()>,
}

impl<T, K> Default for PastEditions<T, K> {
    fn default() -> Self {
        Self { kept: Quick::default(), making: Mutex::default() }
    }
}

impl<T: Clone, K: Copy + PartialEq> PastEditions<T, K> {
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
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(of, _)| *of == number)?;
        let found = kept.remove(at)?;
        let source = found.1.clone();
        kept.push_back(found);
        Some(source)
    }

    fn keep(&self, number: K, source: T) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_PAST_EDITIONS {
            kept.pop_front();
        }
        kept.push_back((number, source));
    }
}
