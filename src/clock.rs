//! The only place that reads the wall clock.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Duration, OffsetDateTime};
use tokio::sync::Notify;

/// Tells the time, in UTC and whole milliseconds, as the store keeps it.
///
/// A fixed clock stands still until it is advanced; its clones share the hand.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Fixed(Arc<Hand>),
}

#[derive(Debug)]
struct Hand {
    /// Milliseconds since 1970; written by `advance`, read by `now`.
    milliseconds: AtomicI64,
    /// Wakes those who wait for a time.
    moved: Notify,
}

/// Whoever waits for a time looks at the clock this often: it may be set, and the machine may have slept.
const LONGEST_NAP: std::time::Duration = std::time::Duration::from_secs(1);

impl Clock {
    /// The clock of the machine.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that always says `at`, cut to the millisecond.
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self(Source::Fixed(Arc::new(Hand { milliseconds: AtomicI64::new(milliseconds(at)), moved: Notify::new() })))
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn now(&self) -> OffsetDateTime {
        match &self.0 {
            Source::System => from_milliseconds(milliseconds(OffsetDateTime::now_utc())),
            Source::Fixed(hand) => from_milliseconds(hand.milliseconds.load(Ordering::Relaxed)),
        }
    }

    /// Moves the hand of a fixed clock by `step`, backwards too; the system clock does not move.
    pub fn advance(&self, step: Duration) {
        if let Source::Fixed(hand) = &self.0 {
            let step_ms = i64::try_from(step.whole_milliseconds()).expect("a step of a test clock is below 2^63 ms");
            hand.milliseconds.fetch_add(step_ms, Ordering::Relaxed);
            hand.moved.notify_waiters();
        }
    }

    /// Returns when it is `at` or later: at once when it is already, and never before, whatever is done to the clock.
    pub async fn until(&self, at: OffsetDateTime) {
        loop {
            match &self.0 {
                Source::System => {
                    let left = std::time::Duration::try_from(at - self.now()).unwrap_or_default();
                    if left.is_zero() {
                        return;
                    }
                    tokio::time::sleep(left.min(LONGEST_NAP)).await;
                }
                Source::Fixed(hand) => {
                    let mut moved = pin!(hand.moved.notified());
                    // From here on no move is missed.
                    moved.as_mut().enable();
                    if self.now() >= at {
                        return;
                    }
                    moved.await;
                }
            }
        }
    }
}

fn milliseconds(at: OffsetDateTime) -> i64 {
    let milliseconds = at.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(milliseconds).expect("the years -9999 to 9999 fit in 63 bits of milliseconds")
}

fn from_milliseconds(milliseconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .expect("the hand is within the years the clock was made with")
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn fixed_clock_stands_still_until_advanced_and_its_clones_follow() {
        let clock = Clock::fixed(datetime!(2026-11-22 01:02:03.456789 UTC));
        let copy = clock.clone();
        assert_eq!(clock.now(), datetime!(2026-11-22 01:02:03.456 UTC));
        clock.advance(Duration::hours(-2));
        assert_eq!(copy.now(), datetime!(2026-11-21 23:02:03.456 UTC));
    }

    #[tokio::test]
    async fn whoever_waits_for_a_time_is_woken_when_it_comes() {
        let clock = Clock::fixed(datetime!(2026-11-22 00:00 UTC));
        clock.until(clock.now()).await;
        let other = clock.clone();
        let ((), woken_at) = tokio::join!(
            async {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                    clock.advance(Duration::minutes(30));
                }
            },
            async {
                other.until(datetime!(2026-11-22 01:00 UTC)).await;
                other.now()
            },
        );
        assert!(woken_at >= datetime!(2026-11-22 01:00 UTC), "{woken_at}");
        let system = Clock::system();
        let soon = system.now() + Duration::milliseconds(2);
        system.until(soon).await;
        assert!(system.now() >= soon);
    }

    #[test]
    fn system_clock_is_not_moved() {
        let clock = Clock::system();
        let before = clock.now();
        clock.advance(Duration::days(3650));
        assert!(clock.now() - before < Duration::days(1));
    }

    #[test]
    fn times_before_1970_are_cut_downwards() {
        let clock = Clock::fixed(datetime!(1969-12-31 23:59:59.9995 UTC));
        assert_eq!(clock.now(), datetime!(1969-12-31 23:59:59.999 UTC));
    }
}
