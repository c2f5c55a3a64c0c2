//! Values of indicators: as they are given, and as they are kept.

use time::Date;

use super::{Amount, Period};
use crate::domain::area::AreaCode;

/// A value that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenValue {
    /// The area.
    pub area: AreaCode,
    /// Id of the indicator.
    pub indicator: String,
    /// The time that it is about.
    pub period: Period,
    /// The value.
    pub amount: Amount,
    /// Who has it; empty for whom the profile names.
    pub source: String,
    /// The day as of which it holds.
    pub updated: Date,
}

/// A value as it is kept. A later one of the same area, indicator and period supersedes it; nothing is overwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedValue {
    /// The value.
    pub value: GivenValue,
    /// Number of the change that recorded it.
    pub change: i64,
    /// Who recorded it.
    pub actor: String,
}

/// A period that an indicator has values for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodInUse {
    /// Id of the indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// How many areas have a value.
    pub areas: u64,
}
