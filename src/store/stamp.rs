//! Times as stores keep them: UTC, to the millisecond; in SQLite text of fixed width, so that text order is time order.

use time::{
    OffsetDateTime, PrimitiveDateTime, UtcOffset, format_description::BorrowedFormatItem, macros::format_description,
};

use crate::store::StoreError;

/// What SQLite's `strftime('%Y-%m-%dT%H:%M:%fZ')` writes.
const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// `time` as text; below the millisecond it is cut off. Years outside 0..=9999 are refused.
pub(in crate::store) fn stamp(time: OffsetDateTime) -> Result<String, StoreError> {
    let refused = || StoreError::Inconsistent(format!("the time {time} is outside the years 0 to 9999"));
    let utc = time.checked_to_offset(UtcOffset::UTC).ok_or_else(refused)?;
    if !(0..=9999).contains(&utc.year()) {
        return Err(refused());
    }
    utc.format(FORMAT).map_err(|error| StoreError::Inconsistent(error.to_string()))
}

/// The time that `text` was written for.
pub(in crate::store) fn read_stamp(text: &str) -> Result<OffsetDateTime, StoreError> {
    match PrimitiveDateTime::parse(text, FORMAT) {
        Ok(time) => Ok(time.assume_utc()),
        Err(error) => Err(StoreError::Inconsistent(format!("the time {text:?}: {error}"))),
    }
}

/// `time` in UTC, cut off below the millisecond: what a store reads back.
pub(in crate::store) fn to_millisecond(time: OffsetDateTime) -> Result<OffsetDateTime, StoreError> {
    read_stamp(&stamp(time)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn times_are_utc_of_fixed_width_and_come_back() {
        for (time, text) in [
            (datetime!(2026-11-22 08:00:00 +8), "2026-11-22T00:00:00.000Z"),
            (datetime!(2026-11-22 00:00:00.1239 UTC), "2026-11-22T00:00:00.123Z"),
            (datetime!(0000-01-01 00:00:00 UTC), "0000-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(stamp(time).expect("a time of our era"), text);
            assert_eq!(stamp(read_stamp(text).expect("a stamp")).expect("a time of our era"), text);
        }
    }

    #[test]
    fn what_would_not_sort_is_refused() {
        assert!(stamp(datetime!(-0001-01-01 00:00:00 UTC)).is_err());
        assert!(stamp(datetime!(9999-12-31 23:00:00 -2)).is_err());
        assert!(read_stamp("2026-11-22").is_err());
    }
}
