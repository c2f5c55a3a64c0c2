//! Dates and times as people write them into tables.

use time::{
    Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset, format_description::well_known::Rfc3339,
    macros::date,
};

/// What a cell of a column of dates may say, in Chinese and English.
pub const TABLE_DATES: (&str, &str) = (
    "日期（2026-03-01、2026/3/1、2026年3月1日）、日期加时间（2026-03-01 08:00），或带时差的 RFC 3339 时间",
    "a date (2026-03-01, 2026/3/1, 2026年3月1日), a date with a time (2026-03-01 08:00), or RFC 3339 with its offset",
);

/// Day 0 of the serial numbers of spreadsheets, from day 61 on: they hold 1900 for a leap year.
const SERIAL_EPOCH: Date = date!(1899 - 12 - 30);

/// Serial numbers that anybody could mean by a date of office: 1950 to 2100.
const SERIALS: std::ops::Range<f64> = 18_264.0..73_416.0;

/// A time as a table says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableTime {
    /// A day, which begins at midnight in the district.
    Day(Date),
    /// A time on the district's clock.
    Local(PrimitiveDateTime),
    /// A time with its offset.
    Moment(OffsetDateTime),
}

/// The time that a text says; `None` when it says none.
pub fn table_time(text: &str) -> Option<TableTime> {
    let text = text.trim();
    if text.len() >= 20
        && let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339)
    {
        let moment = moment.checked_to_offset(UtcOffset::UTC).filter(|utc| (0..=9999).contains(&utc.year()))?;
        return Some(TableTime::Moment(moment));
    }
    let end = text.char_indices().find(|(_, c)| matches!(c, ' ' | 'T')).map_or(text.len(), |(at, _)| at);
    let (day, clock) = text.split_at(end);
    let day = day_of(day)?;
    match clock.trim_start_matches([' ', 'T']) {
        "" if clock.contains('T') => None,
        "" => Some(TableTime::Day(day)),
        clock => Some(TableTime::Local(PrimitiveDateTime::new(day, clock_of(clock)?))),
    }
}

impl TableTime {
    /// The moment, in UTC, where the district's clock is `offset_minutes` east of Greenwich. `None` beyond the year 9999.
    pub fn at(self, offset_minutes: i16) -> Option<OffsetDateTime> {
        let offset = UtcOffset::from_whole_seconds(i32::from(offset_minutes) * 60).ok()?;
        let time = match self {
            Self::Day(day) => day.midnight().assume_offset(offset),
            Self::Local(time) => time.assume_offset(offset),
            Self::Moment(time) => time,
        };
        time.checked_to_offset(UtcOffset::UTC).filter(|utc| (0..=9999).contains(&utc.year()))
    }
}

/// The day that the serial number of a spreadsheet would be, when it could be one that a roster has.
pub(super) fn day_of_serial(number: f64) -> Option<Date> {
    SERIALS.contains(&number).then(|| SERIAL_EPOCH + Duration::days(number.floor() as i64))
}

/// The day that eight digits would be: 20260301.
pub(super) fn day_of_digits(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    day(&text[..4], &text[4..6], &text[6..])
}

fn day_of(text: &str) -> Option<Date> {
    let text = text.strip_suffix(['日', '号']).unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let (year, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    day(year, month, last)
}

fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    let month = Month::try_from(number(month, 2)? as u8).ok()?;
    Date::from_calendar_date(i32::from(number(year, 4)?), month, number(day, 2)? as u8).ok()
}

fn clock_of(text: &str) -> Option<Time> {
    let text = text.trim_end();
    let mut parts = text.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |second| number(second, 2))?;
    if parts.next().is_some() {
        return None;
    }
    Time::from_hms(hour as u8, minute as u8, second as u8).ok()
}

/// A number of one to `most` digits, at most four.
fn number(text: &str, most: usize) -> Option<u16> {
    let is_number = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().expect("at most four digits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn dates_are_understood_as_people_write_them() {
        let day = Some(TableTime::Day(date!(2026 - 03 - 01)));
        for text in
            ["2026-03-01", "2026-3-1", "2026/3/1", "2026.03.01", "2026年3月1日", "2026年03月01号", " 2026-03-01 "]
        {
            assert_eq!(table_time(text), day, "{text}");
        }
        let local = |time| Some(TableTime::Local(time));
        assert_eq!(table_time("2026-03-01 08:00"), local(datetime!(2026-03-01 08:00)));
        assert_eq!(table_time("2026/3/1 8:05:30"), local(datetime!(2026-03-01 08:05:30)));
        assert_eq!(table_time("2026-03-01T08:00:00"), local(datetime!(2026-03-01 08:00)));
        let moment = datetime!(2026-03-01 08:00 +8);
        assert_eq!(table_time("2026-03-01T08:00:00+08:00"), Some(TableTime::Moment(moment)));
        for text in [
            "",
            "2026",
            "2026-03",
            "26-03-01",
            "2026-13-01",
            "2026-02-29",
            "3/1/2026",
            "20260301",
            "46023",
            "明天",
            "2026-03-01 25:00",
            "2026-03-01 8",
            "2026-03-01T",
            "2026-03-01 08:00 x",
            "2026-03-01-02",
            "２０２６-03-01",
            "2026-+3-01",
            "9999-12-31T23:00:00-02:00",
        ] {
            assert_eq!(table_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_begins_in_the_district() {
        let at = |text: &str| table_time(text).and_then(|time| time.at(480));
        assert_eq!(at("2026-03-01"), Some(datetime!(2026-02-28 16:00 UTC)));
        assert_eq!(at("2026-03-01 08:00"), Some(datetime!(2026-03-01 00:00 UTC)));
        assert_eq!(at("2026-03-01T08:00:00Z"), Some(datetime!(2026-03-01 08:00 UTC)));
        assert_eq!(table_time("9999-12-31 23:00").and_then(|time| time.at(-480)), None, "beyond the last year");
    }

    #[test]
    fn a_number_is_the_day_that_a_spreadsheet_would_show() {
        assert_eq!(day_of_serial(46_082.0), Some(date!(2026 - 03 - 01)));
        assert_eq!(day_of_serial(46_082.5), Some(date!(2026 - 03 - 01)));
        assert_eq!((day_of_serial(7.0), day_of_serial(f64::NAN), day_of_serial(1e300)), (None, None, None));
        assert_eq!(day_of_digits("20260301"), Some(date!(2026 - 03 - 01)));
        assert_eq!((day_of_digits("20261301"), day_of_digits("2026031")), (None, None));
    }
}
