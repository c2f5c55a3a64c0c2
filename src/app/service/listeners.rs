//! Who is told at once when another edition is served.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::area::EditionNumber;

type Listener = Arc<dyn Fn(EditionNumber) + Send + Sync>;

/// Those who are told. Written at start, read at each swap; held for moments.
#[derive(Default)]
pub(super) struct Listeners(Mutex<Vec<Listener>>);

impl Listeners {
    pub(super) fn add(&self, listener: Listener) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    pub(super) fn tell(&self, edition: EditionNumber) {
        let listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        listeners.iter().for_each(|listener| listener(edition));
    }
}
