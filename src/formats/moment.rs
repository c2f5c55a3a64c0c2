//! Times as people and programs write them.

use time::{Date, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339, macros::format_description};

/// What a time may be, for messages.
pub const MOMENTS: &str = "RFC 3339 with Z or an offset, as 2026-11-22T08:00:00Z or 2026-11-22T16:00:00+08:00 (+ as %2B in a query); or a date";

/// The time that a text says, in UTC; a bare date begins `offset_minutes` east of Greenwich, a time without a zone is none.
///
/// Years outside 0..=9999 are none. What is finer than a millisecond is cut off, as the store keeps it.
pub fn parse_moment(text: &str, offset_minutes: i16) -> Option<OffsetDateTime> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok().or_else(|| start_of_day(text, offset_minutes))?;
    let utc = time.checked_to_offset(UtcOffset::UTC)?;
    (0..=9999).contains(&utc.year()).then(|| whole_milliseconds(utc))
}

/// A time without what is finer than a millisecond, which the store does not keep.
pub fn whole_milliseconds(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_millisecond(time.millisecond()).expect("it has these milliseconds already")
}

/// A time as it stands in answers: RFC 3339 in UTC with `Z`.
pub fn moment_text(time: OffsetDateTime) -> String {
    time.to_offset(UtcOffset::UTC).format(&Rfc3339).expect("a time of a year with four digits")
}

fn start_of_day(text: &str, offset_minutes: i16) -> Option<OffsetDateTime> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    let offset = UtcOffset::from_whole_seconds(i32::from(offset_minutes) * 60).ok()?;
    Some(date.midnight().assume_offset(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_time_has_a_zone_and_a_date_begins_in_the_districts() {
        let at = |text| parse_moment(text, 480);
        assert_eq!(at("2026-11-22T08:00:00Z"), Some(datetime!(2026-11-22 08:00 UTC)));
        assert_eq!(at("2026-11-22T08:00:00.5+08:00"), Some(datetime!(2026-11-22 00:00:00.5 UTC)));
        assert_eq!(at("2026-11-22T08:00:00.1239999Z"), Some(datetime!(2026-11-22 08:00:00.123 UTC)));
        assert_eq!(at("2026-11-22"), Some(datetime!(2026-11-21 16:00 UTC)));
        for text in [
            "",
            "now",
            "2026-11-22T08:00:00",
            "2026-11-22T08:00:00 08:00",
            "2026-13-01",
            "1700000000",
            "2026-1-2",
            "9999-12-31T23:00:00-02:00",
            "0000-01-01",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_told_in_utc() {
        assert_eq!(moment_text(datetime!(2026-11-22 08:00:00.25 +8)), "2026-11-22T00:00:00.25Z");
    }
}
