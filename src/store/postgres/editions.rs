//! Editions.

use futures_util::TryStreamExt;
use sqlx::{PgConnection, postgres::PgRow};
use time::{OffsetDateTime, UtcOffset};

use super::columns::Columns;
use crate::{
    domain::area::Edition,
    store::{StoreError, error::expect_rows},
};

/// The newest edition.
pub(super) async fn head(connection: &mut PgConnection) -> Result<Option<Edition>, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/head_edition.sql")).fetch_optional(connection).await?;
    row.as_ref().map(edition_of).transpose()
}

/// All editions, oldest first.
pub(super) async fn all(connection: &mut PgConnection) -> Result<Vec<Edition>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/postgres/editions.sql")).fetch(connection);
    let mut editions = Vec::new();
    while let Some(row) = rows.try_next().await? {
        editions.push(edition_of(&row)?);
    }
    Ok(editions)
}

/// Adds an edition.
pub(super) async fn insert(connection: &mut PgConnection, edition: &Edition) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../sql/postgres/insert_edition.sql"))
        .bind(i64::from(edition.number))
        .bind(&edition.title)
        .bind(&edition.author)
        .bind(edition.effective_from)
        .bind(edition.published_at)
        .bind(&edition.profile_digest)
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "edition")
}

fn edition_of(row: &PgRow) -> Result<Edition, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Edition {
        number: columns.number()?,
        title: columns.take()?,
        author: columns.take()?,
        effective_from: utc(columns.take()?),
        published_at: utc(columns.take()?),
        profile_digest: columns.take()?,
    })
}

fn utc(time: OffsetDateTime) -> OffsetDateTime {
    time.to_offset(UtcOffset::UTC)
}
