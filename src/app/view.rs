//! One edition as it is read.

use std::sync::{Arc, OnceLock};

use super::{address::AreaBook, lookup::AnswerSource, search::SearchIndex};
use crate::domain::{area::Snapshot, held::Held};

/// One edition, of the present, the past or the future, ready to be read. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct View {
    /// The edition with its texts.
    pub answers: AnswerSource,
    /// Written by the first who searches; most editions of the past are never searched.
    search: Arc<OnceLock<SearchIndex>>,
    /// The names that addresses are looked up in.
    pub addresses: AreaBook,
}

impl View {
    /// The view over a snapshot, sharing with `other` what is the same.
    pub fn new(snapshot: Arc<Snapshot>, other: Option<&Self>) -> Self {
        let addresses = AreaBook::new(&snapshot, other.map(|other| (&other.addresses, &**other.snapshot())));
        Self {
            answers: AnswerSource::new(snapshot, other.map(|other| &other.answers)),
            search: Arc::default(),
            addresses,
        }
    }

    /// The same, ready to be searched, sharing with the one `before` what did not change.
    pub fn ready(snapshot: Arc<Snapshot>, before: Option<&Self>) -> Self {
        let names = before.map(|before| (before.search(), &**before.snapshot()));
        let search = Arc::new(OnceLock::from(SearchIndex::new(&snapshot, names)));
        let addresses = AreaBook::new(&snapshot, before.map(|before| (&before.addresses, &**before.snapshot())));
        Self { answers: AnswerSource::new(snapshot, before.map(|before| &before.answers)), search, addresses }
    }

    /// The edition.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.answers.snapshot
    }

    /// Counts its memory, but for the roster, which belongs to no edition.
    pub fn hold(&self, held: &mut Held) {
        if held.part(self.snapshot()) {
            self.snapshot().hold(held);
        }
        if held.part(&self.answers.fragments) {
            self.answers.fragments.hold(held);
        }
        if held.part(&self.search)
            && let Some(search) = self.search.get()
        {
            search.hold(held);
        }
        self.addresses.hold(held);
    }

    /// Finds its areas by text; made at the first call, CPU work of some 100 ms for 400,000 areas.
    pub fn search(&self) -> &SearchIndex {
        self.search.get_or_init(|| SearchIndex::new(self.snapshot(), None))
    }
}
