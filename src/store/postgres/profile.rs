//! The profile of the store, and its levels.

use sqlx::PgConnection;

use super::{
    columns::Columns,
    log::{self, Entry, OPERATOR},
    views::LevelView,
};
use crate::store::{StoreError, StoredProfile, digest, error::expect_rows};

/// The profile of the store; `None` for a new one.
pub(super) async fn read(connection: &mut PgConnection) -> Result<Option<StoredProfile>, StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/profile.sql")).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let mut columns = Columns::of(&row);
    Ok(Some(StoredProfile { id: columns.take()?, text: columns.take()? }))
}

/// Whether the store has exactly this profile with these levels; another one is refused, none is `false`.
pub(super) async fn is_adopted(
    connection: &mut PgConnection,
    profile: &StoredProfile,
    level_ids: &[String],
) -> Result<bool, StoreError> {
    match read(connection).await? {
        Some(kept) if kept != *profile => {
            return Err(StoreError::OtherProfile { kept: kept.id, given: profile.id.clone() });
        }
        None => return Ok(false),
        Some(_) => {}
    }
    let kept: Vec<String> =
        sqlx::query_scalar(include_str!("../sql/postgres/levels.sql")).fetch_all(connection).await?;
    if kept != level_ids {
        return Err(StoreError::Inconsistent(format!("the store has the levels {kept:?}, not {level_ids:?}")));
    }
    Ok(true)
}

/// Adopts a profile, or renews the views of the one that is there; within the transaction of `connection`.
///
/// Views that stand as they must be are not touched: replacing one waits for everybody who reads it.
pub(super) async fn adopt(
    connection: &mut PgConnection,
    profile: &StoredProfile,
    level_ids: &[String],
) -> Result<(), StoreError> {
    let levels = (0_u8..=u8::MAX).zip(level_ids);
    if !is_adopted(connection, profile, level_ids).await? {
        insert(connection, profile).await?;
        for (ordinal, level_id) in levels.clone() {
            let insert = sqlx::query(include_str!("../sql/postgres/insert_level.sql"));
            let done = insert.bind(i16::from(ordinal)).bind(level_id).execute(&mut *connection).await?;
            expect_rows(done.rows_affected(), 1, "level")?;
        }
    }
    make_views(connection, level_ids).await
}

/// Makes the views of levels where they do not stand as they must be.
pub(super) async fn make_views(connection: &mut PgConnection, level_ids: &[String]) -> Result<(), StoreError> {
    for (ordinal, level_id) in (0_u8..=u8::MAX).zip(level_ids) {
        let view = LevelView::new(ordinal, level_id)?;
        if !view.stands(connection).await? {
            view.create(connection).await?;
        }
    }
    Ok(())
}

async fn insert(connection: &mut PgConnection, profile: &StoredProfile) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../sql/postgres/insert_profile.sql"))
        .bind(&profile.id)
        .bind(&profile.text)
        .bind(digest::of_text(&profile.text))
        .execute(&mut *connection)
        .await?;
    expect_rows(done.rows_affected(), 1, "profile")?;
    let entry = Entry { at: None, actor: OPERATOR, kind: "profile", edition: None, summary: &profile.id };
    log::append(connection, entry).await.map(drop)
}
