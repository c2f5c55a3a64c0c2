//! Values of indicators as rows.

use time::Date;

use super::StoreError;
use crate::domain::{
    area::AreaCode,
    indicator::{Amount, GivenValue, Period, PeriodInUse, PeriodKind, RecordedValue},
};

/// The kind in the change log.
pub(in crate::store) const KIND: &str = "indicators";

/// A row without what all rows of a question have in common.
pub(in crate::store) struct IndicatorRow<'r> {
    pub area: &'r str,
    pub amount: i64,
    pub scale: i64,
    pub source: String,
    pub updated: &'r str,
    pub actor: String,
    pub change: i64,
}

impl IndicatorRow<'_> {
    /// The value of a row of `indicator` in `period`.
    pub(in crate::store) fn value(self, indicator: &str, period: Period) -> Result<RecordedValue, StoreError> {
        let broken = |what: &str| {
            let area = self.area;
            StoreError::Inconsistent(format!("the value of {indicator} for {area} in {period} has a broken {what}"))
        };
        let scale = u8::try_from(self.scale).map_err(|_| broken("scale"))?;
        let day = Period::parse(self.updated).filter(|day| day.kind() == PeriodKind::Date);
        Ok(RecordedValue {
            value: GivenValue {
                area: AreaCode::new(self.area).map_err(|_| broken("area"))?,
                indicator: indicator.to_owned(),
                period,
                amount: Amount::new(self.amount, scale).ok_or_else(|| broken("amount"))?,
                updated: day.ok_or_else(|| broken("date"))?.first_day(),
                source: self.source,
            },
            change: self.change,
            actor: self.actor,
        })
    }
}

/// A period with values, of a row.
pub(in crate::store) fn period_in_use(indicator: String, period: &str, areas: u64) -> Result<PeriodInUse, StoreError> {
    let parsed = Period::parse(period);
    let period =
        parsed.ok_or_else(|| StoreError::Inconsistent(format!("indicator {indicator} has period {period:?}")))?;
    Ok(PeriodInUse { indicator, period, areas })
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
