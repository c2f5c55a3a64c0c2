//! A published state of all areas, and when it is in force.

use time::{Duration, OffsetDateTime};

/// How far ahead an edition may be scheduled: two years, a leap year among them. Nothing can be published before what is
/// scheduled, so that a mistyped year would close the district.
const MAX_AHEAD: Duration = Duration::days(731);

/// Number of an edition; they grow by one from 1.
pub type EditionNumber = u32;

/// A published state of all areas, in force from a time. Never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its number.
    pub number: EditionNumber,
    /// What it is called.
    pub title: String,
    /// Who published it.
    pub author: String,
    /// From when it is in force.
    pub effective_from: OffsetDateTime,
    /// When it was published.
    pub published_at: OffsetDateTime,
    /// SHA-256 of the profile's text, in hexadecimal.
    pub profile_digest: String,
}

impl Edition {
    /// Whether it was published for a time to come.
    pub fn is_scheduled(&self) -> bool {
        self.effective_from > self.published_at
    }
}

/// The edition in force at a time, as far as was known at another, `None` for all that is known by now: the highest number
/// that had begun and was published.
pub fn in_force(editions: &[Edition], at: OffsetDateTime, known_at: Option<OffsetDateTime>) -> Option<&Edition> {
    let is_known = |edition: &Edition| known_at.is_none_or(|known_at| edition.published_at <= known_at);
    let is_it = |edition: &&Edition| edition.effective_from <= at && is_known(edition);
    editions.iter().filter(is_it).max_by_key(|edition| edition.number)
}

/// Why nothing may be published for a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// It has gone by.
    #[error("an edition takes force now or later; {asked} has gone by, it is {now}")]
    Past {
        /// The time that was asked for.
        asked: OffsetDateTime,
        /// The time.
        now: OffsetDateTime,
    },
    /// It is more than two years ahead.
    #[error("an edition takes force at most two years after it is published; {asked} is later than {latest}")]
    TooFar {
        /// The time that was asked for.
        asked: OffsetDateTime,
        /// The latest that is allowed.
        latest: OffsetDateTime,
    },
    /// The newest edition, on which this one is drawn, is to take force only after it.
    #[error(
        "edition {head} takes force at {effective_from}; what is drawn on it cannot take force at {asked}, before it"
    )]
    Pending {
        /// The newest edition.
        head: EditionNumber,
        /// From when that is in force.
        effective_from: OffsetDateTime,
        /// The time that was asked for, or now.
        asked: OffsetDateTime,
    },
}

/// From when an edition drawn on `head` is in force when `asked` was asked for, and else at once.
pub fn schedule(
    head: Option<&Edition>,
    asked: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<OffsetDateTime, ScheduleError> {
    if let Some(asked) = asked.filter(|&asked| asked < now) {
        return Err(ScheduleError::Past { asked, now });
    }
    // An edition that waits longer was scheduled when more was allowed; others may take force with it.
    let latest = now.saturating_add(MAX_AHEAD).max(head.map_or(now, |head| head.effective_from));
    if let Some(asked) = asked.filter(|&asked| asked > latest) {
        return Err(ScheduleError::TooFar { asked, latest });
    }
    let effective_from = asked.unwrap_or(now);
    match head {
        Some(head) if head.effective_from > effective_from => {
            // Published at once by a machine whose clock is a moment ahead: no plan that could be overtaken.
            if asked.is_none() && !head.is_scheduled() {
                return Ok(head.effective_from);
            }
            let pending = (head.number, head.effective_from);
            Err(ScheduleError::Pending { head: pending.0, effective_from: pending.1, asked: effective_from })
        }
        _ => Ok(effective_from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-01-05 12:00 UTC);

    fn at(hours: i64) -> OffsetDateTime {
        NOON + Duration::hours(hours)
    }

    fn edition(number: EditionNumber, published: i64, effective: i64) -> Edition {
        Edition {
            number,
            title: String::new(),
            author: String::new(),
            effective_from: at(effective),
            published_at: at(published),
            profile_digest: String::new(),
        }
    }

    #[test]
    fn in_force_is_the_highest_number_that_had_begun_and_was_known() {
        // 2 is published at 10 for 20; 3 at 12 for 20 as well.
        let editions = [edition(1, 0, 0), edition(2, 10, 20), edition(3, 12, 20)];
        let number = |t, k| in_force(&editions, at(t), Some(at(k))).map(|edition| edition.number);
        for (t, k, expected) in [
            (-1, 99, None),
            (0, -1, None),
            (0, 0, Some(1)),
            (19, 99, Some(1)),
            (20, 99, Some(3)),
            (20, 11, Some(2)),
            (20, 9, Some(1)),
            (99, 12, Some(3)),
        ] {
            assert_eq!(number(t, k), expected, "at {t}, known at {k}");
        }
    }

    #[test]
    fn an_edition_takes_force_now_or_later_and_not_before_the_one_that_it_is_drawn_on() {
        let head = edition(4, -2, 5);
        assert_eq!(schedule(None, None, NOON), Ok(NOON));
        assert_eq!(schedule(None, Some(at(3)), NOON), Ok(at(3)));
        assert_eq!(schedule(Some(&head), Some(at(5)), NOON), Ok(at(5)));
        assert_eq!(schedule(Some(&head), Some(at(6)), NOON), Ok(at(6)));
        assert_eq!(schedule(Some(&head), None, at(5)), Ok(at(5)));
        let pending = |asked| Err(ScheduleError::Pending { head: 4, effective_from: at(5), asked });
        assert_eq!(schedule(Some(&head), None, NOON), pending(NOON));
        assert_eq!(schedule(Some(&head), Some(at(4)), NOON), pending(at(4)));
        assert_eq!(schedule(None, Some(at(-1)), NOON), Err(ScheduleError::Past { asked: at(-1), now: NOON }));
    }

    #[test]
    fn nothing_is_scheduled_further_ahead_than_two_years() {
        let latest = datetime!(2028-01-06 12:00 UTC);
        let after = latest + Duration::milliseconds(1);
        assert_eq!(schedule(None, Some(latest), NOON), Ok(latest));
        assert_eq!(schedule(None, Some(after), NOON), Err(ScheduleError::TooFar { asked: after, latest }));
        let head = edition(4, -2, 5);
        assert_eq!(schedule(Some(&head), Some(after), NOON), Err(ScheduleError::TooFar { asked: after, latest }));
        // One that waits for longer closes nothing for ever.
        let far = edition(4, -2, 24 * 4_000);
        assert_eq!(schedule(Some(&far), Some(far.effective_from), NOON), Ok(far.effective_from));
        assert!(schedule(Some(&far), Some(far.effective_from + Duration::SECOND), NOON).is_err());
    }

    #[test]
    fn a_clock_that_is_behind_follows_the_edition_that_is_in_force() {
        let head = edition(4, 1, 1);
        assert_eq!(schedule(Some(&head), None, NOON), Ok(at(1)));
        assert!(schedule(Some(&head), Some(NOON), NOON).is_err());
    }
}
