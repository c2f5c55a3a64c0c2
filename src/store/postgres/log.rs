//! The change log: dense numbers in commit order.

use futures_util::TryStreamExt;
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;

use super::columns::Columns;
use crate::{
    domain::area::EditionNumber,
    store::{LogHead, LoggedChange, Revisions, StoreError, error::expect_rows, stamp::to_millisecond},
};

/// Who is named for writes that the contract gives no actor: this program, at the hands of its operator.
pub(super) const OPERATOR: &str = "onemap";

/// The channel on which a database tells that its log has grown. It says no more than that: who hears it looks.
pub(super) const DOORBELL: &str = "onemap_changes";

/// What happened.
pub(super) struct Entry<'a> {
    /// When, to the millisecond; `None` for the clock of the database.
    pub(super) at: Option<OffsetDateTime>,
    /// Who did it.
    pub(super) actor: &'a str,
    /// A word for what it was.
    pub(super) kind: &'a str,
    /// The edition that came of it.
    pub(super) edition: Option<EditionNumber>,
    /// One line about it.
    pub(super) summary: &'a str,
}

/// Appends to the log, within the transaction that `connection` is in; returns the number of the entry.
pub(super) async fn append(connection: &mut PgConnection, entry: Entry<'_>) -> Result<i64, StoreError> {
    let seq: i64 =
        sqlx::query_scalar(include_str!("../sql/postgres/take_change.sql")).fetch_one(&mut *connection).await?;
    let done = sqlx::query(include_str!("../sql/postgres/insert_change.sql"))
        .bind(seq)
        .bind(entry.at)
        .bind(entry.actor)
        .bind(entry.kind)
        .bind(entry.edition.map(i64::from))
        .bind(entry.summary)
        .execute(&mut *connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "change log")?;
    // Rings when the transaction is committed, and only then.
    sqlx::query(include_str!("../sql/postgres/ring.sql")).bind(DOORBELL).execute(connection).await?;
    Ok(seq)
}

/// `at`, or the time of the last change of a kind where that is later: whoever asks what was known at a time gets all changes
/// up to a number, though writers may tell the time apart from their turn, and by clocks that differ.
pub(super) async fn not_before(
    connection: &mut PgConnection,
    kind: &str,
    at: OffsetDateTime,
) -> Result<OffsetDateTime, StoreError> {
    let last: Option<OffsetDateTime> = sqlx::query_scalar(include_str!("../sql/postgres/last_of_kind.sql"))
        .bind(kind)
        .fetch_optional(connection)
        .await?;
    let at = to_millisecond(at)?;
    Ok(last.map_or(at, |last| last.max(at)))
}

/// Where the log stands. One statement, and so one moment.
pub(super) async fn head<'c>(executor: impl PgExecutor<'c>) -> Result<LogHead, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/log_head.sql")).fetch_one(executor).await?;
    let mut columns = Columns::of(&row);
    Ok(LogHead {
        seq: columns.take()?,
        edition: columns.number()?,
        revisions: revisions_of(&mut columns)?,
        may_write: columns.take()?,
        is_standby: columns.take()?,
    })
}

/// Entries behind a number, in their order.
pub(super) async fn behind(
    connection: &mut PgConnection,
    since: i64,
    limit: u32,
) -> Result<Vec<LoggedChange>, StoreError> {
    let select = sqlx::query(include_str!("../sql/postgres/changes.sql")).bind(since).bind(i64::from(limit));
    let mut rows = select.fetch(connection);
    let mut changes = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        changes.push(LoggedChange {
            seq: columns.take()?,
            at: columns.take()?,
            actor: columns.take()?,
            kind: columns.take()?,
            edition: columns.number_or_null()?,
            summary: columns.take()?,
        });
    }
    Ok(changes)
}

/// When places and postings were last changed.
pub(super) async fn revisions(connection: &mut PgConnection) -> Result<Revisions, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/revisions.sql")).fetch_one(connection).await?;
    revisions_of(&mut Columns::of(&row))
}

fn revisions_of(columns: &mut Columns<'_>) -> Result<Revisions, StoreError> {
    Ok(Revisions { places: columns.take()?, postings: columns.take()?, indicators: columns.take()? })
}
