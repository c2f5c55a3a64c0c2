//! Values of indicators.

use futures_util::TryStreamExt;
use sqlx::{SqlitePool, sqlite::SqliteConnection};
use time::OffsetDateTime;

use super::{
    columns::Columns,
    error::expect_rows,
    log::{self, Entry},
    stamp::stamp,
};
use crate::{
    domain::indicator::{GivenValue, Period, PeriodInUse, RecordedValue},
    store::{
        StoreError,
        indicator_row::{IndicatorRow, KIND, day_text, period_in_use, summary_of},
    },
};

/// The last change of indicators, not after `at` where that is given.
pub(super) async fn revision(readers: &SqlitePool, at: Option<OffsetDateTime>) -> Result<i64, StoreError> {
    let at = at.map(stamp).transpose()?;
    Ok(sqlx::query_scalar(include_str!("../sql/sqlite/indicator_revision.sql")).bind(at).fetch_one(readers).await?)
}

/// Which periods have values, as far as a change.
pub(super) async fn periods(readers: &SqlitePool, known: i64) -> Result<Vec<PeriodInUse>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/indicator_periods.sql")).bind(known).fetch(readers);
    let mut periods = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        periods.push(period_in_use(columns.take()?, columns.take()?, columns.take()?)?);
    }
    Ok(periods)
}

/// The values of an indicator in a period, as far as a change.
pub(super) async fn values(
    readers: &SqlitePool,
    indicator: &str,
    period: Period,
    known: i64,
) -> Result<Vec<RecordedValue>, StoreError> {
    let select = sqlx::query(include_str!("../sql/sqlite/indicator_values.sql"));
    let mut rows = select.bind(indicator.to_owned()).bind(period.to_string()).bind(known).fetch(readers);
    let mut values = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        let row = IndicatorRow {
            area: columns.take()?,
            amount: columns.take()?,
            scale: columns.take()?,
            source: columns.take()?,
            updated: columns.take()?,
            actor: columns.take()?,
            change: columns.take()?,
        };
        values.push(row.value(indicator, period)?);
    }
    Ok(values)
}

/// Records values as one change; within the transaction of `connection`.
pub(super) async fn record(
    connection: &mut SqliteConnection,
    values: &[GivenValue],
    actor: &str,
    at: OffsetDateTime,
) -> Result<i64, StoreError> {
    let (at, summary) = (stamp(at)?, summary_of(values));
    let entry = Entry { at: Some(&at), actor, kind: KIND, edition: None, summary: &summary };
    let change = log::append(connection, entry).await?;
    for (ordinal, value) in (1_i64..).zip(values) {
        let done = sqlx::query(include_str!("../sql/sqlite/insert_indicator_value.sql"))
            .bind(change)
            .bind(ordinal)
            .bind(value.indicator.clone())
            .bind(value.period.to_string())
            .bind(value.area.to_string())
            .bind(value.amount.mantissa())
            .bind(value.amount.scale())
            .bind(value.source.clone())
            .bind(day_text(value.updated)?)
            .bind(actor.to_owned())
            .execute(&mut *connection)
            .await?;
        expect_rows(done.rows_affected(), 1, "indicator value")?;
    }
    Ok(change)
}
