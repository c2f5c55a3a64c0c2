//! What the server must be, and what it should be.

use sqlx::PgConnection;

use super::columns::Columns;
use crate::store::{StoreError, address::PostgresUrl};

/// The oldest PostgreSQL that will do: the first with transaction numbers that can be asked about for good.
const MIN_VERSION: i64 = 130_000;

/// Refuses a server that cannot keep a store, and warns of one that may lose what it has acknowledged.
pub(super) async fn check(connection: &mut PgConnection, url: &PostgresUrl) -> Result<(), StoreError> {
    let row = sqlx::query(include_str!("../sql/postgres/server.sql")).fetch_one(connection).await?;
    let mut columns = Columns::of(&row);
    let (version, encoding): (i64, &str) = (columns.take()?, columns.take()?);
    let (fsync, synchronous_commit): (&str, &str) = (columns.take()?, columns.take()?);
    if version < MIN_VERSION {
        return Err(StoreError::Unsuited(format!("PostgreSQL 13 or later is needed; this is {}", version / 10_000)));
    }
    if encoding != "UTF8" {
        return Err(StoreError::Unsuited(format!("its encoding must be UTF8; it is {encoding}")));
    }
    for setting in risks(fsync, synchronous_commit) {
        tracing::warn!(
            store = %url,
            "{setting} is off in PostgreSQL: what was acknowledged may be lost when the power goes; turn it on"
        );
    }
    Ok(())
}

/// The settings that let committed work be lost.
fn risks(fsync: &str, synchronous_commit: &str) -> Vec<&'static str> {
    let settings = [("fsync", fsync), ("synchronous_commit", synchronous_commit)];
    settings.into_iter().filter(|(_, value)| *value == "off").map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_off_is_a_risk() {
        assert_eq!(risks("on", "on"), [""; 0]);
        assert_eq!(risks("on", "remote_apply"), [""; 0]);
        assert_eq!(risks("on", "local"), [""; 0]);
        assert_eq!(risks("off", "on"), ["fsync"]);
        assert_eq!(risks("off", "off"), ["fsync", "synchronous_commit"]);
    }
}
