//! Values of indicators as rows.

use time::Date;

use super::StoreError;
use crate::domain::{
    area::AreaCode,
    indicator::{Amount, GivenValue, Period, PeriodInUse, PeriodKind, RecordedValue},
};

/// Why values were not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Somebody else recorded values in between.
    #[error("values were last recorded by change {found}, not {expected}")]
    Stale {
        /// The change that these were compared with.
        expected: i64,
        /// The last change there is.
        found: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for RecordError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The kind in the change log.
pub(in crate::store) const KIND: &str = "indicators";

/// A row.
pub(in crate::store) struct IndicatorRow<'r> {
    pub indicator: String,
    pub period: Period,
    pub area: &'r str,
    pub amount: i64,
    pub scale: i64,
    pub source: String,
    pub updated: &'r str,
    pub actor: String,
    pub change: i64,
}

impl IndicatorRow<'_> {
    /// The value of a row.
    pub(in crate::store) fn value(self) -> Result<RecordedValue, StoreError> {
        let (indicator, period, area) = (&self.indicator, self.period, self.area);
        let broken = |what: &str| {
            StoreError::Inconsistent(format!("the value of {indicator} for {area} in {period} has a broken {what}"))
        };
        let scale = u8::try_from(self.scale).map_err(|_| broken("scale"))?;
        let day = Period::parse(self.updated).filter(|day| day.kind() == PeriodKind::Date);
        let area = AreaCode::new(area).map_err(|_| broken("area"))?;
        let amount = Amount::new(self.amount, scale).ok_or_else(|| broken("amount"))?;
        let updated = day.ok_or_else(|| broken("date"))?.first_day();
        Ok(RecordedValue {
            value: GivenValue { area, indicator: self.indicator, period, amount, updated, source: self.source },
            change: self.change,
            actor: self.actor,
        })
    }
}

/// A period with values, of a row.
pub(in crate::store) fn period_in_use(indicator: String, period: &str, areas: u64) -> Result<PeriodInUse, StoreError> {
    let period = period_of(&indicator, period)?;
    Ok(PeriodInUse { indicator, period, areas })
}

/// The period of a row.
pub(in crate::store) fn period_of(indicator: &str, period: &str) -> Result<Period, StoreError> {
    let parsed = Period::parse(period);
    parsed.ok_or_else(|| StoreError::Inconsistent(format!("indicator {indicator} has period {period:?}")))
}

/// A day as it is kept.
pub(in crate::store) fn day_text(day: Date) -> Result<String, StoreError> {
    let day = Period::containing(PeriodKind::Date, day);
    day.map(|day| day.to_string()).ok_or_else(|| StoreError::Inconsistent("a date is outside of 1900 to 2200".into()))
}

/// One line for the change log.
pub(in crate::store) fn summary_of(values: &[GivenValue]) -> String {
    format!("{} indicator values", values.len())
}
