//! What answers: an edition with its texts.

use std::sync::Arc;

use crate::{domain::area::Snapshot, formats::answers::Fragments};

/// One edition, ready to answer in text. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct AnswerSource {
    /// The edition.
    pub snapshot: Arc<Snapshot>,
    /// The parts that its answers share.
    pub fragments: Arc<Fragments>,
}

impl AnswerSource {
    /// The source over a snapshot, sharing with the one `before` what did not change; without one it is CPU work of some
    /// 100 ms for 400,000 areas.
    pub fn new(snapshot: Arc<Snapshot>, before: Option<&Self>) -> Self {
        let before = before.map(|before| (&*before.fragments, &*before.snapshot));
        let fragments = Arc::new(Fragments::new(&snapshot, before));
        Self { snapshot, fragments }
    }
}
