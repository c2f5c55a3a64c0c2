//! The profile of the store, and its levels.

use sqlx::SqliteConnection;

use super::{
    columns::Columns,
    error::expect_rows,
    log::{self, Entry, OPERATOR},
    views,
};
use crate::store::{StoreError, StoredProfile, digest};

/// The profile of the store; `None` for a new one.
pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Option<StoredProfile>, StoreError> {
    let row = sqlx::query(include_str!("../sql/sqlite/profile.sql")).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let mut columns = Columns::of(&row);
    Ok(Some(StoredProfile { id: columns.take()?, text: columns.take()? }))
}

/// Adopts a profile, or renews the views of the one that is there; within the transaction of `connection`.
pub(super) async fn adopt(
    connection: &mut SqliteConnection,
    profile: &StoredProfile,
    level_ids: &[String],
) -> Result<(), StoreError> {
    let levels = (0_u8..=u8::MAX).zip(level_ids);
    match read(connection).await? {
        Some(kept) if kept != *profile => {
            return Err(StoreError::OtherProfile { kept: kept.id, given: profile.id.clone() });
        }
        Some(_) => {
            let kept: Vec<String> =
                sqlx::query_scalar(include_str!("../sql/sqlite/levels.sql")).fetch_all(&mut *connection).await?;
            if kept != level_ids {
                return Err(StoreError::Inconsistent(format!("the store has the levels {kept:?}, not {level_ids:?}")));
            }
        }
        None => {
            insert(connection, profile).await?;
            for (ordinal, level_id) in levels.clone() {
                let insert = sqlx::query(include_str!("../sql/sqlite/insert_level.sql"));
                let done = insert.bind(ordinal).bind(level_id.clone()).execute(&mut *connection).await?;
                expect_rows(done.rows_affected(), 1, "level")?;
            }
        }
    }
    for (ordinal, level_id) in levels {
        if is_registered(connection, level_id).await? {
            views::drop_view(connection, level_id).await?;
        }
        views::create_view(connection, ordinal, level_id).await?;
    }
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, profile: &StoredProfile) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../sql/sqlite/insert_profile.sql"))
        .bind(profile.id.clone())
        .bind(profile.text.clone())
        .bind(digest::of_text(&profile.text))
        .execute(&mut *connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "profile")?;
    let entry = Entry { at: None, actor: OPERATOR, kind: "profile", edition: None, summary: &profile.id };
    log::append(connection, entry).await.map(drop)
}

/// Whether a layer of that name is registered, so that the view is ours to drop.
async fn is_registered(connection: &mut SqliteConnection, level_id: &str) -> Result<bool, StoreError> {
    let select = sqlx::query_scalar(include_str!("../sql/sqlite/layer_is_registered.sql"));
    Ok(select.bind(level_id.to_owned()).fetch_one(connection).await?)
}
