//! The time that a value is about: a year, a quarter, a month or a day.

use std::{fmt, ops::RangeInclusive};

use time::{Date, Month};

/// The years that values may be about.
pub const YEARS: RangeInclusive<i32> = 1900..=2200;

/// How long the periods of an indicator are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodKind {
    /// 年: `2026`.
    Year,
    /// 季度: `2026Q3`.
    Quarter,
    /// 月: `2026-09`.
    Month,
    /// 日: `2026-11-22`.
    Date,
}

impl PeriodKind {
    /// All kinds, the longest first.
    pub const ALL: [Self; 4] = [Self::Year, Self::Quarter, Self::Month, Self::Date];

    /// The word in profiles and on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Date => "date",
        }
    }

    /// What it is called in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Year => "年",
            Self::Quarter => "季度",
            Self::Month => "月",
            Self::Date => "日",
        }
    }

    /// How a period of the kind is written.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Year => "2026",
            Self::Quarter => "2026Q3",
            Self::Month => "2026-09",
            Self::Date => "2026-11-22",
        }
    }
}

/// A year, a quarter, a month or a day.
///
/// **Invariant**: `first` is the first day of a period of the kind, in a year of [`YEARS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    kind: PeriodKind,
    first: Date,
}

impl Period {
    /// The period of a kind that a day lies in; `None` outside [`YEARS`].
    pub fn containing(kind: PeriodKind, day: Date) -> Option<Self> {
        let month = match kind {
            PeriodKind::Year => 1,
            PeriodKind::Quarter => (u8::from(day.month()) - 1) / 3 * 3 + 1,
            PeriodKind::Month | PeriodKind::Date => u8::from(day.month()),
        };
        let first = if kind == PeriodKind::Date { day } else { first_of(day.year(), month)? };
        YEARS.contains(&day.year()).then_some(Self { kind, first })
    }

    /// The period that a text names: `2026`, `2026Q3`, `2026-09` or `2026-11-22`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_at_checked(4)?;
        let year: i32 = digits(year)?;
        let (kind, first) = match rest.as_bytes() {
            [] => (PeriodKind::Year, first_of(year, 1)?),
            [b'Q', quarter @ b'1'..=b'4'] => (PeriodKind::Quarter, first_of(year, (quarter - b'1') * 3 + 1)?),
            [b'-', month @ ..] if month.len() == 2 => (PeriodKind::Month, first_of(year, digits(&rest[1..])?)?),
            [b'-', _, _, b'-', day @ ..] if day.len() == 2 => {
                let month = Month::try_from(digits::<u8>(&rest[1..3])?).ok()?;
                (PeriodKind::Date, Date::from_calendar_date(year, month, digits(&rest[4..])?).ok()?)
            }
            _ => return None,
        };
        YEARS.contains(&year).then_some(Self { kind, first })
    }

    /// How long it is.
    pub const fn kind(self) -> PeriodKind {
        self.kind
    }

    /// Its first day.
    pub const fn first_day(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        let months = match self.kind {
            PeriodKind::Year => 12,
            PeriodKind::Quarter => 3,
            PeriodKind::Month => 1,
            PeriodKind::Date => return self.first,
        };
        let last = u8::from(self.first.month()) + months - 1;
        let month = Month::try_from(last).expect("a period lies in one year");
        let day = month.length(self.first.year());
        Date::from_calendar_date(self.first.year(), month, day).expect("the last day of a month")
    }

    /// The one before it; `None` before the first of [`YEARS`].
    pub fn before(self) -> Option<Self> {
        Self::containing(self.kind, self.first.previous_day()?)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), u8::from(self.first.month()));
        match self.kind {
            PeriodKind::Year => write!(f, "{year}"),
            PeriodKind::Quarter => write!(f, "{year}Q{}", month.div_ceil(3)),
            PeriodKind::Month => write!(f, "{year}-{month:02}"),
            PeriodKind::Date => write!(f, "{year}-{month:02}-{:02}", self.first.day()),
        }
    }
}

fn first_of(year: i32, month: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, 1).ok()
}

/// The number that ASCII digits spell.
fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_period_is_printed_as_it_is_written_and_has_its_days() {
        for (text, kind, first, last) in [
            ("2026", PeriodKind::Year, date!(2026 - 01 - 01), date!(2026 - 12 - 31)),
            ("2026Q1", PeriodKind::Quarter, date!(2026 - 01 - 01), date!(2026 - 03 - 31)),
            ("2026Q4", PeriodKind::Quarter, date!(2026 - 10 - 01), date!(2026 - 12 - 31)),
            ("2024-02", PeriodKind::Month, date!(2024 - 02 - 01), date!(2024 - 02 - 29)),
            ("2026-11-22", PeriodKind::Date, date!(2026 - 11 - 22), date!(2026 - 11 - 22)),
        ] {
            let period = Period::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((period.kind(), period.first_day(), period.last_day()), (kind, first, last), "{text}");
            assert_eq!(period.to_string(), text);
            assert_eq!(Period::containing(kind, last), Some(period), "{text}");
        }
    }

    #[test]
    fn what_is_no_period_is_none() {
        for text in [
            "",
            "26",
            "20261",
            "2026Q0",
            "2026Q5",
            "2026q1",
            "2026-9",
            "2026-13",
            "2026-00",
            "2026-02-30",
            "2026-2-3",
            "1899",
            "2201",
            "２０２６",
            "2026年",
            "2026-09-",
            "+026",
            "2026-+9",
            "2026Q١",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_one_before_ends_the_day_before() {
        for (text, before) in
            [("2026", "2025"), ("2026Q1", "2025Q4"), ("2026-03", "2026-02"), ("2026-01-01", "2025-12-31")]
        {
            let period = Period::parse(text).expect("a period").before().expect("one before");
            assert_eq!(period.to_string(), before);
        }
        assert_eq!(Period::parse("1900").expect("a period").before(), None);
    }
}
