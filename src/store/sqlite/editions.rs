//! Editions.

use futures_util::TryStreamExt;
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnection, SqliteRow},
};

use super::{columns::Columns, error::expect_rows, stamp};
use crate::{domain::area::Edition, store::StoreError};

/// The newest edition.
pub(super) async fn head(readers: &SqlitePool) -> Result<Option<Edition>, StoreError> {
    let row = sqlx::query(include_str!("../sql/sqlite/head_edition.sql")).fetch_optional(readers).await?;
    row.as_ref().map(edition_of).transpose()
}

/// All editions, oldest first.
pub(super) async fn all(readers: &SqlitePool) -> Result<Vec<Edition>, StoreError> {
    let mut rows = sqlx::query(include_str!("../sql/sqlite/editions.sql")).fetch(readers);
    let mut editions = Vec::new();
    while let Some(row) = rows.try_next().await? {
        editions.push(edition_of(&row)?);
    }
    Ok(editions)
}

/// Adds an edition.
pub(super) async fn insert(connection: &mut SqliteConnection, edition: &Edition) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../sql/sqlite/insert_edition.sql"))
        .bind(edition.number)
        .bind(edition.title.clone())
        .bind(edition.author.clone())
        .bind(stamp::stamp(edition.effective_from)?)
        .bind(stamp::stamp(edition.published_at)?)
        .bind(edition.profile_digest.clone())
        .execute(connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "edition")
}

fn edition_of(row: &SqliteRow) -> Result<Edition, StoreError> {
    let mut columns = Columns::of(row);
    Ok(Edition {
        number: columns.take()?,
        title: columns.take()?,
        author: columns.take()?,
        effective_from: stamp::read_stamp(columns.take()?)?,
        published_at: stamp::read_stamp(columns.take()?)?,
        profile_digest: columns.take()?,
    })
}
