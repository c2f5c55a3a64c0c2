//! The change log: dense numbers in commit order.

use futures_util::TryStreamExt;
use sqlx::{SqliteConnection, SqliteExecutor, SqlitePool};
use time::OffsetDateTime;

use super::{
    columns::Columns,
    error::expect_rows,
    stamp::{read_stamp, stamp},
};
use crate::{
    domain::area::EditionNumber,
    store::{LogHead, LoggedChange, Revisions, StoreError},
};

/// Who is named for writes that the contract gives no actor: this program, at the hands of its operator.
pub(super) const OPERATOR: &str = "onemap";

/// What happened.
pub(super) struct Entry<'a> {
    /// When, as [`stamp`](super::stamp::stamp) writes it; `None` for the clock of the database.
    pub(super) at: Option<&'a str>,
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
pub(super) async fn append(connection: &mut SqliteConnection, entry: Entry<'_>) -> Result<i64, StoreError> {
    let seq: i64 =
        sqlx::query_scalar(include_str!("../sql/sqlite/take_change.sql")).fetch_one(&mut *connection).await?;
    let done = sqlx::query(include_str!("../sql/sqlite/insert_change.sql"))
        .bind(seq)
        .bind(entry.at.map(str::to_owned))
        .bind(entry.actor.to_owned())
        .bind(entry.kind.to_owned())
        .bind(entry.edition)
        .bind(entry.summary.to_owned())
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "change log")?;
    Ok(seq)
}

/// `at` as text, or the time of the last change of a kind where that is later: whoever asks what was known at a time gets all
/// changes up to a number, though writers may tell the time apart from their turn.
pub(super) async fn not_before(
    connection: &mut SqliteConnection,
    kind: &str,
    at: OffsetDateTime,
) -> Result<String, StoreError> {
    let select = sqlx::query_scalar(include_str!("../sql/sqlite/last_of_kind.sql")).bind(kind.to_owned());
    let last: Option<String> = select.fetch_optional(connection).await?;
    Ok(stamp(at)?.max(last.unwrap_or_default()))
}

/// When places and postings were last changed.
pub(super) async fn revisions<'c>(readers: impl SqliteExecutor<'c>) -> Result<Revisions, StoreError> {
    let row = sqlx::query(include_str!("../sql/sqlite/revisions.sql")).fetch_one(readers).await?;
    revisions_of(&mut Columns::of(&row))
}

/// Where the log stands.
pub(super) async fn head(connection: &mut SqliteConnection) -> Result<LogHead, StoreError> {
    let row = sqlx::query(include_str!("../sql/sqlite/log_head.sql")).fetch_one(connection).await?;
    let mut columns = Columns::of(&row);
    Ok(LogHead {
        seq: columns.take()?,
        edition: columns.take()?,
        revisions: revisions_of(&mut columns)?,
        may_write: true,
        is_standby: false,
    })
}

/// Entries behind a number, in their order.
pub(super) async fn behind(readers: &SqlitePool, since: i64, limit: u32) -> Result<Vec<LoggedChange>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/changes.sql")).bind(since).bind(limit).fetch(readers);
    let mut changes = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut columns = Columns::of(&row);
        changes.push(LoggedChange {
            seq: columns.take()?,
            at: read_stamp(columns.take()?)?,
            actor: columns.take()?,
            kind: columns.take()?,
            edition: columns.take()?,
            summary: columns.take()?,
        });
    }
    Ok(changes)
}

fn revisions_of(columns: &mut Columns<'_>) -> Result<Revisions, StoreError> {
    Ok(Revisions { places: columns.take()?, postings: columns.take()?, indicators: columns.take()? })
}
