//! A view per level for GIS clients and other systems: the only SQL that is put together while running.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::store::{StoreError, digest};

/// How the comment of a view of ours begins; the digest of its statement follows.
const NOTE: &str = "onemap level view ";

/// The areas of one level in the edition in force. `{view}` and `{level}` are filled in.
///
/// Columns may only be added, at the end: a view that others have built upon is replaced, never dropped.
const LEVEL_VIEW: &str = include_str!("../sql/postgres/level_view.sql.template");

/// A view as it must be.
pub(super) struct LevelView<'a> {
    level_id: &'a str,
    statement: String,
    note: String,
}

impl<'a> LevelView<'a> {
    /// The view of a level; only `[a-z][a-z0-9_]*` goes into a statement.
    pub(super) fn new(ordinal: u8, level_id: &'a str) -> Result<Self, StoreError> {
        let is_name = level_id.starts_with(|c: char| c.is_ascii_lowercase())
            && level_id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_name {
            return Err(StoreError::Inconsistent(format!("level id {level_id:?}")));
        }
        // PostgreSQL keeps its own names there.
        if level_id.starts_with("pg_") {
            return Err(StoreError::ReservedLevel(level_id.to_owned()));
        }
        let statement = LEVEL_VIEW.replace("{view}", level_id).replace("{level}", &ordinal.to_string());
        let note = format!("{NOTE}{}", digest::of_text(&statement));
        Ok(Self { level_id, statement, note })
    }

    /// Whether the view stands as it must be.
    pub(super) async fn stands(&self, connection: &mut PgConnection) -> Result<bool, StoreError> {
        Ok(self.kept_note(connection).await?.as_ref() == Some(&self.note))
    }

    /// Makes the view; a name that is taken by anything but a view of ours is refused.
    pub(super) async fn create(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        let is_ours = self.kept_note(connection).await?.is_some_and(|note| note.starts_with(NOTE));
        let is_taken = sqlx::query_scalar(include_str!("../sql/postgres/name_is_taken.sql"));
        let is_taken: bool = is_taken.bind(self.level_id).fetch_one(&mut *connection).await?;
        if is_taken && !is_ours {
            return Err(StoreError::ReservedLevel(self.level_id.to_owned()));
        }
        sqlx::query(AssertSqlSafe(self.statement.clone())).execute(&mut *connection).await?;
        let comment = format!("comment on view \"{}\" is '{}'", self.level_id, self.note);
        sqlx::query(AssertSqlSafe(comment)).execute(&mut *connection).await?;
        Ok(())
    }

    async fn kept_note(&self, connection: &mut PgConnection) -> Result<Option<String>, StoreError> {
        let select = sqlx::query_scalar(include_str!("../sql/postgres/view_note.sql"));
        let note: Option<Option<String>> = select.bind(self.level_id).fetch_optional(connection).await?;
        Ok(note.flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_go_into_a_statement() {
        for id in ["grid", "street_2", "group"] {
            assert!(LevelView::new(0, id).is_ok(), "{id}");
        }
        for id in ["", "Grid", "2nd", "_grid", "网格", "a b", "a\"; drop table area; --", "a-b", "pg_x"] {
            assert!(LevelView::new(0, id).is_err(), "{id}");
        }
    }

    #[test]
    fn another_level_is_another_view() {
        let note = |ordinal, id| LevelView::new(ordinal, id).expect("a name").note;
        assert_eq!(note(1, "grid"), note(1, "grid"));
        assert_ne!(note(1, "grid"), note(2, "grid"));
        assert_ne!(note(1, "grid"), note(1, "grid_2"));
    }
}
