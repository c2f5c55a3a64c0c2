//! Values of indicators.

use futures_util::TryStreamExt;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{
    batch::BATCH_ROWS,
    columns::Columns,
    log::{self, Entry},
};
use crate::{
    domain::indicator::{GivenValue, Period, PeriodInUse, RecordedValue},
    store::{
        Now, RecordError, StoreError,
        error::expect_rows,
        indicator_row::{IndicatorRow, KIND, day_text, period_in_use, period_of, summary_of},
    },
};

/// The last change of indicators, not after `at` where that is given.
pub(super) async fn revision(connection: &mut PgConnection, at: Option<OffsetDateTime>) -> Result<i64, StoreError> {
    let select = sqlx::query_scalar(include_str!("../sql/postgres/indicator_revision.sql"));
    Ok(select.bind(at).fetch_one(connection).await?)
}

/// Which periods have values, as far as a change.
pub(super) async fn periods(connection: &mut PgConnection, known: i64) -> Result<Vec<PeriodInUse>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/postgres/indicator_periods.sql")).bind(known).fetch(connection);
    let mut periods = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        periods.push(period_in_use(columns.take()?, columns.take()?, columns.number()?)?);
    }
    Ok(periods)
}

/// The values of indicators in periods, as far as a change.
pub(super) async fn values(
    connection: &mut PgConnection,
    wanted: &[(&str, Period)],
    known: i64,
) -> Result<Vec<RecordedValue>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/postgres/indicator_values.sql"))
        .bind(wanted.iter().map(|&(indicator, _)| indicator).collect::<Vec<_>>())
        .bind(wanted.iter().map(|(_, period)| period.to_string()).collect::<Vec<_>>())
        .bind(known)
        .fetch(connection);
    let mut values = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        let indicator: String = columns.take()?;
        let row = IndicatorRow {
            period: period_of(&indicator, columns.take()?)?,
            indicator,
            area: columns.take()?,
            amount: columns.take()?,
            scale: i64::from(columns.take::<i16>()?),
            source: columns.take()?,
            updated: columns.take()?,
            actor: columns.take()?,
            change: columns.take()?,
        };
        values.push(row.value()?);
    }
    Ok(values)
}

/// Records values as one change on the change `base`; within the transaction of `connection`.
pub(super) async fn record(
    connection: &mut PgConnection,
    base: i64,
    values: &[GivenValue],
    actor: &str,
    now: Now<'_>,
) -> Result<i64, RecordError> {
    let found = revision(connection, None).await?;
    if found != base {
        return Err(RecordError::Stale { expected: base, found });
    }
    let summary = summary_of(values);
    let at = log::not_before(connection, KIND, now()).await?;
    let entry = Entry { at: Some(at), actor, kind: KIND, edition: None, summary: &summary };
    let change = log::append(connection, entry).await?;
    let mut first = 1_i64;
    for batch in values.chunks(BATCH_ROWS) {
        let days = batch.iter().map(|value| day_text(value.updated)).collect::<Result<Vec<_>, _>>()?;
        let done = sqlx::query(include_str!("../sql/postgres/insert_indicator_values.sql"))
            .bind(change)
            .bind(actor)
            .bind((first..).take(batch.len()).collect::<Vec<_>>())
            .bind(batch.iter().map(|value| value.indicator.as_str()).collect::<Vec<_>>())
            .bind(batch.iter().map(|value| value.period.to_string()).collect::<Vec<_>>())
            .bind(batch.iter().map(|value| value.area.as_str()).collect::<Vec<_>>())
            .bind(batch.iter().map(|value| value.amount.mantissa()).collect::<Vec<_>>())
            .bind(batch.iter().map(|value| i16::from(value.amount.scale())).collect::<Vec<_>>())
            .bind(batch.iter().map(|value| value.source.as_str()).collect::<Vec<_>>())
            .bind(days)
            .execute(&mut *connection)
            .await?;
        expect_rows(done.rows_affected(), batch.len() as u64, "indicator values")?;
        first += batch.len() as i64;
    }
    Ok(change)
}
