//! One edition as it is read.

use std::sync::{Arc, OnceLock};

use super::{lookup::AnswerSource, search::SearchIndex};
use crate::domain::area::Snapshot;

/// One edition, of the present, the past or the future, ready to be read. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct View {
    /// The edition with its texts.
    pub answers: AnswerSource,
    /// Written by the first who searches; most editions of the past are never searched.
    search: Arc<OnceLock<SearchIndex>>,
}

impl View {
    /// The view over a snapshot. CPU work of some 100 ms for 400,000 areas.
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        Self { answers: AnswerSource::new(snapshot), search: Arc::default() }
    }

    /// The edition.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.answers.snapshot
    }

    /// Finds its areas by text; made at the first call, CPU work of some 100 ms for 400,000 areas.
    pub fn search(&self) -> &SearchIndex {
        self.search.get_or_init(|| SearchIndex::new(self.snapshot()))
    }
}
