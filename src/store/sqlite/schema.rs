//! The migrations, and what a file must be to get them.

use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{columns::Columns, error::expect_rows};
use crate::store::StoreError;

/// The migrations, the first one making version 1.
const MIGRATIONS: [&str; 5] = [
    include_str!("../../../migrations/sqlite/0001_store.sql"),
    include_str!("../../../migrations/sqlite/0002_edition_indexes.sql"),
    include_str!("../../../migrations/sqlite/0003_duty.sql"),
    include_str!("../../../migrations/sqlite/0004_places.sql"),
    include_str!("../../../migrations/sqlite/0005_indicators.sql"),
];

/// The newest schema version that this program knows.
const KNOWN_VERSION: i64 = MIGRATIONS.len() as i64;

/// What a database file turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// There is nothing in it yet.
    Nobody,
    /// This program.
    Ours,
    /// Another program.
    Foreign,
}

/// Whose database it is.
pub(super) async fn owner(connection: &mut SqliteConnection) -> Result<Owner, StoreError> {
    let row: SqliteRow = sqlx::query(include_str!("../sql/sqlite/store_is_ours.sql")).fetch_one(connection).await?;
    let mut columns = Columns::of(&row);
    let (objects, ours): (i64, i64) = (columns.take()?, columns.take()?);
    Ok(match (objects, ours) {
        (0, _) => Owner::Nobody,
        (_, 1) => Owner::Ours,
        _ => Owner::Foreign,
    })
}

/// The version of a store of ours; one of a newer program is refused.
pub(super) async fn version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let found: i64 = sqlx::query_scalar(include_str!("../sql/sqlite/schema_version.sql")).fetch_one(connection).await?;
    if found > KNOWN_VERSION {
        return Err(StoreError::Newer { found, known: KNOWN_VERSION });
    }
    if found < 1 {
        return Err(StoreError::Inconsistent(format!("schema version {found}")));
    }
    Ok(found)
}

/// Runs the migrations that are still missing; within the transaction that `connection` is in.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let from = match owner(connection).await? {
        Owner::Nobody => 0,
        Owner::Ours => version(connection).await?,
        Owner::Foreign => return Err(StoreError::Inconsistent("the file was written by another program".into())),
    };
    for (number, script) in (1_i64..).zip(MIGRATIONS) {
        if number <= from {
            continue;
        }
        sqlx::raw_sql(script).execute(&mut *connection).await?;
        let set = include_str!("../sql/sqlite/set_schema_version.sql");
        let done = sqlx::query(set).bind(number).execute(&mut *connection).await?;
        expect_rows(done.rows_affected(), 1, "schema version")?;
    }
    Ok(())
}
