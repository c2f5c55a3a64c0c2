//! The only place that reads the wall clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Duration, OffsetDateTime};

/// Tells the time, in UTC and whole milliseconds, as the store keeps it.
///
/// A fixed clock stands still until it is advanced; its clones share the hand.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    /// Milliseconds since 1970; written by `advance`, read by `now`.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of the machine.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that always says `at`, cut to the millisecond.
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(milliseconds(at)))))
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn now(&self) -> OffsetDateTime {
        match &self.0 {
            Source::System => from_milliseconds(milliseconds(OffsetDateTime::now_utc())),
            Source::Fixed(hand) => from_milliseconds(hand.load(Ordering::Relaxed)),
        }
    }

    /// Moves the hand of a fixed clock by `step`, backwards too; the system clock does not move.
    pub fn advance(&self, step: Duration) {
        if let Source::Fixed(hand) = &self.0 {
            let step_ms = i64::try_from(step.whole_milliseconds()).expect("a step of a test clock is below 2^63 ms");
            hand.fetch_add(step_ms, Ordering::Relaxed);
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
