//! Values of indicators.

use futures_util::TryStreamExt;
use sqlx::{SqliteExecutor, SqlitePool, sqlite::SqliteConnection};
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
        Now, RecordError, StoreError,
        indicator_row::{IndicatorRow, KIND, day_text, period_in_use, summary_of},
    },
};

/// The last change of indicators, not after `at` where that is given.
pub(super) async fn revision<'c>(
    readers: impl SqliteExecutor<'c>,
    at: Option<OffsetDateTime>,
) -> Result<i64, StoreError> {
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

/// The values of indicators in periods, as far as a change. A statement for each: here that costs no way.
pub(super) async fn values(
    readers: &SqlitePool,
    wanted: &[(&str, Period)],
    known: i64,
) -> Result<Vec<RecordedValue>, StoreError> {
    let mut connection = readers.acquire().await?;
    let mut values = Vec::new();
    for &(indicator, period) in wanted {
        let select = sqlx::query(include_str!("../sql/sqlite/indicator_values.sql"));
        let mut rows = select.bind(indicator.to_owned()).bind(period.to_string()).bind(known).fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            let mut columns = Columns::of(&row);
            let row = IndicatorRow {
                indicator: indicator.to_owned(),
                period,
                area: columns.take()?,
                amount: columns.take()?,
                scale: columns.take()?,
                source: columns.take()?,
                updated: columns.take()?,
                actor: columns.take()?,
                change: columns.take()?,
            };
            values.push(row.value()?);
        }
    }
    Ok(values)
}

/// Records values as one change on the change `base`; within the transaction of `connection`.
pub(super) async fn record(
    connection: &mut SqliteConnection,
    base: i64,
    values: &[GivenValue],
    actor: &str,
    now: Now<'_>,
) -> Result<i64, RecordError> {
    let found = revision(&mut *connection, None).await?;
    if found != base {
        return Err(RecordError::Stale { expected: base, found });
    }
    let (at, summary) = (log::not_before(connection, KIND, now()).await?, summary_of(values));
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
