//! How old what is known of the store is.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use time::OffsetDateTime;
use tokio::time::Instant;

/// Since when the store has not been seen, while it is away. Cheap to clone and to ask; all clones are one.
///
/// Losing it loses nothing: it is found out anew.
#[derive(Debug, Clone)]
pub struct Staleness(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    began_at: OffsetDateTime,
    /// When the store was last heard, in milliseconds since `began`.
    heard_ms: AtomicU64,
    /// The same plus one while the store is away, 0 while it is there.
    since_ms: AtomicU64,
}

impl Staleness {
    /// Of a store that is there at `now`.
    pub fn new(now: OffsetDateTime) -> Self {
        let (heard_ms, since_ms) = (AtomicU64::new(0), AtomicU64::new(0));
        Self(Arc::new(Inner { began: Instant::now(), began_at: now, heard_ms, since_ms }))
    }

    /// Whole seconds since the store was last heard, while it is away; `None` while it is there.
    pub fn seconds(&self) -> Option<u64> {
        self.seconds_at(|| self.elapsed_ms())
    }

    fn seconds_at(&self, now_ms: impl FnOnce() -> u64) -> Option<u64> {
        let since_ms = self.0.since_ms.load(Ordering::Acquire).checked_sub(1)?;
        Some(now_ms().saturating_sub(since_ms) / 1000)
    }

    /// When the store was last heard, while it is away.
    pub fn since(&self) -> Option<OffsetDateTime> {
        let since_ms = self.0.since_ms.load(Ordering::Acquire).checked_sub(1)?;
        Some(self.0.began_at + std::time::Duration::from_millis(since_ms))
    }

    pub(super) fn heard(&self) {
        self.heard_at(self.elapsed_ms());
    }

    fn heard_at(&self, now_ms: u64) {
        self.0.heard_ms.store(now_ms, Ordering::Release);
        self.0.since_ms.store(0, Ordering::Release);
    }

    pub(super) fn lost(&self) {
        self.0.since_ms.store(self.0.heard_ms.load(Ordering::Acquire) + 1, Ordering::Release);
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.0.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn seconds_count_from_when_the_store_was_last_heard() {
        let stale = Staleness::new(datetime!(2026-11-22 08:00 UTC));
        stale.heard_at(10_000);
        assert_eq!((stale.seconds(), stale.since()), (None, None));
        stale.lost();
        assert_eq!(stale.seconds_at(|| 10_900), Some(0));
        stale.lost();
        assert_eq!(stale.seconds_at(|| 12_000), Some(2));
        assert_eq!(stale.seconds_at(|| 0), Some(0));
        assert_eq!(stale.since(), Some(datetime!(2026-11-22 08:00:10 UTC)));
        stale.heard();
        assert_eq!((stale.seconds(), stale.since()), (None, None));
    }
}
