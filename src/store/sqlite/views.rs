//! A layer per level for GIS clients: the only SQL that is put together while running.

use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::store::StoreError;

/// Beginnings of names that SQLite and GeoPackage keep for themselves.
const RESERVED_PREFIXES: [&str; 3] = ["sqlite_", "gpkg_", "rtree_"];

/// The areas of one level in the edition in force. `{view}` and `{level}` are filled in.
///
/// The first column's name makes GDAL take it as the feature id.
const LEVEL_VIEW: &str = include_str!("../sql/sqlite/level_view.sql.template");

/// Drops the view of a level, if it is there.
pub(super) async fn drop_view(connection: &mut SqliteConnection, level_id: &str) -> Result<(), StoreError> {
    check_id(level_id)?;
    sqlx::query(AssertSqlSafe(format!("drop view if exists \"{level_id}\""))).execute(connection).await?;
    Ok(())
}

/// Makes the view of a level and registers it as a layer; a name that is taken is refused.
pub(super) async fn create_view(
    connection: &mut SqliteConnection,
    ordinal: u8,
    level_id: &str,
) -> Result<(), StoreError> {
    check_id(level_id)?;
    let is_taken: bool = sqlx::query_scalar(include_str!("../sql/sqlite/name_is_taken.sql"))
        .bind(level_id.to_owned())
        .fetch_one(&mut *connection)
        .await?;
    if is_taken || RESERVED_PREFIXES.iter().any(|prefix| level_id.starts_with(prefix)) {
        return Err(StoreError::ReservedLevel(level_id.to_owned()));
    }
    let view = LEVEL_VIEW.replace("{view}", level_id).replace("{level}", &ordinal.to_string());
    sqlx::query(AssertSqlSafe(view)).execute(&mut *connection).await?;
    for register in
        [include_str!("../sql/sqlite/register_layer.sql"), include_str!("../sql/sqlite/register_geometry.sql")]
    {
        sqlx::query(register).bind(level_id.to_owned()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Refuses every id that could be more than a name: only `[a-z][a-z0-9_]*` goes into a statement.
fn check_id(level_id: &str) -> Result<(), StoreError> {
    let is_name = level_id.starts_with(|c: char| c.is_ascii_lowercase())
        && level_id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_name { Ok(()) } else { Err(StoreError::Inconsistent(format!("level id {level_id:?}"))) }
}

#[cfg(test)]
mod tests {
    use super::check_id;

    #[test]
    fn only_names_go_into_a_statement() {
        for id in ["grid", "street_2", "group"] {
            assert!(check_id(id).is_ok(), "{id}");
        }
        for id in ["", "Grid", "2nd", "_grid", "网格", "a b", "a\"; drop table area; --", "a-b"] {
            assert!(check_id(id).is_err(), "{id}");
        }
    }
}
