//! What an indicator is.

use time::{Date, Duration};

use super::{Amount, Period, PeriodKind};
use crate::domain::profile::Name;

/// What an indicator counts (人、地、物、事、组织).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// 人.
    People,
    /// 地.
    Land,
    /// 物.
    Things,
    /// 事.
    Events,
    /// 组织.
    Organisations,
}

impl Group {
    /// All groups, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::People, Self::Land, Self::Things, Self::Events, Self::Organisations];

    /// The word in profiles and on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Land => "land",
            Self::Things => "things",
            Self::Events => "events",
            Self::Organisations => "organisations",
        }
    }

    /// What it is called in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::People => "人",
            Self::Land => "地",
            Self::Things => "物",
            Self::Events => "事",
            Self::Organisations => "组织",
        }
    }
}

/// How the value of a parent comes from those of its children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollUp {
    /// Not at all: a parent has only what is given for it.
    None,
    /// Their sum.
    Sum,
    /// The largest.
    Max,
    /// Their mean, each weighing as much as its value of the indicator `weight` says.
    Mean {
        /// Id of the indicator that says how much a child weighs; it sums and has periods of the same kind.
        weight: String,
    },
}

impl RollUp {
    /// The word in profiles and on the wire.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sum => "sum",
            Self::Max => "max",
            Self::Mean { .. } => "mean",
        }
    }
}

/// An indicator, as the profile defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Id: `residents_registered`.
    pub id: String,
    /// What it is called: 户籍人口.
    pub name: Name,
    /// What it counts.
    pub group: Group,
    /// What it is counted in: 人.
    pub measure: Name,
    /// Who has the values, when a value does not say: 公安户籍系统.
    pub source: Name,
    /// How long its periods are.
    pub period: PeriodKind,
    /// The largest value of one area. Its scale is that of all values.
    pub max: Amount,
    /// How it sums to parents.
    pub roll_up: RollUp,
    /// The first period that values are taken for; `None` for no first one.
    pub first_open: Option<Period>,
    /// How many days after its end a period is closed; `None` for never.
    pub closes_after_days: Option<u16>,
}

/// Why an indicator takes no value for a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpen {
    /// The period is of another kind.
    OtherKind,
    /// It lies before the first open one.
    BeforeFirst(Period),
    /// It was closed on a day.
    Closed(Date),
    /// It begins on a day to come.
    NotBegun(Date),
}

impl Indicator {
    /// Digits behind the point of its values.
    pub const fn decimals(&self) -> u8 {
        self.max.scale()
    }

    /// Where among `all` indicators of its profile the one stands that weighs for its mean; `None` where nothing weighs.
    pub fn weight_in(&self, all: &[Self]) -> Option<usize> {
        let RollUp::Mean { weight } = &self.roll_up else { return None };
        all.iter().position(|it| it.id == *weight)
    }

    /// Whether a value for a period is taken on the day `today`.
    pub fn admits(&self, period: Period, today: Date) -> Result<(), NotOpen> {
        if period.kind() != self.period {
            return Err(NotOpen::OtherKind);
        }
        if let Some(first) = self.first_open.filter(|&first| period < first) {
            return Err(NotOpen::BeforeFirst(first));
        }
        if period.first_day() > today {
            return Err(NotOpen::NotBegun(period.first_day()));
        }
        match self.closes_on(period) {
            Some(closed) if closed <= today => Err(NotOpen::Closed(closed)),
            _ => Ok(()),
        }
    }

    /// The first day on which a period is closed; `None` for never.
    pub fn closes_on(&self, period: Period) -> Option<Date> {
        let days = Duration::days(i64::from(self.closes_after_days?) + 1);
        Some(period.last_day().checked_add(days).unwrap_or(Date::MAX))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use time::macros::date;

    pub fn indicator(roll_up: RollUp, decimals: u8) -> Indicator {
        let name = |text: &str| Name { zh: text.to_owned(), en: text.to_owned() };
        Indicator {
            id: "residents".to_owned(),
            name: name("常住人口"),
            group: Group::People,
            measure: name("人"),
            source: name("统计"),
            period: PeriodKind::Quarter,
            max: Amount::new(1_000_000, decimals).expect("an amount"),
            roll_up,
            first_open: Period::parse("2026Q1"),
            closes_after_days: Some(30),
        }
    }

    #[test]
    fn a_period_is_open_from_its_first_day_until_it_is_closed() {
        let indicator = indicator(RollUp::Sum, 0);
        let third = Period::parse("2026Q3").expect("a period");
        for (period, today, expected) in [
            ("2026Q3", date!(2026 - 06 - 30), Err(NotOpen::NotBegun(date!(2026 - 07 - 01)))),
            ("2026Q3", date!(2026 - 07 - 01), Ok(())),
            ("2026Q3", date!(2026 - 10 - 30), Ok(())),
            ("2026Q3", date!(2026 - 10 - 31), Err(NotOpen::Closed(date!(2026 - 10 - 31)))),
            ("2025Q4", date!(2026 - 01 - 01), Err(NotOpen::BeforeFirst(Period::parse("2026Q1").expect("a period")))),
            ("2026", date!(2026 - 07 - 01), Err(NotOpen::OtherKind)),
        ] {
            let period = Period::parse(period).expect("a period");
            assert_eq!(indicator.admits(period, today), expected, "{period} {today}");
        }
        let always = Indicator { first_open: None, closes_after_days: None, ..indicator };
        assert_eq!(always.admits(third, date!(2100 - 01 - 01)), Ok(()));
    }
}
