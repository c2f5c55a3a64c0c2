//! One of the two stores of a copy, in one transaction from beginning to end.

use super::{
    postgres_side::PostgresSide,
    sqlite_side::SqliteSide,
    tables::Table,
    value::{Row, Value},
};
use crate::{
    domain::{area::Level, geometry::Extent},
    store::{AnyStore, StoreError},
};

/// A store that is read from, or written to.
pub(super) enum Side {
    /// In a file.
    Sqlite(SqliteSide),
    /// In a database.
    Postgres(PostgresSide),
}

/// What a file keeps of its layers.
pub(super) type Extents = Vec<(Level, Extent)>;

impl Side {
    /// One state of a store, whatever is written meanwhile.
    pub(super) async fn read(store: &AnyStore) -> Result<Self, StoreError> {
        Ok(match store {
            AnyStore::Sqlite(store) => Self::Sqlite(SqliteSide::read(store).await?),
            AnyStore::Postgres(store) => Self::Postgres(PostgresSide::read(store).await?),
        })
    }

    /// A store that nobody else writes to meanwhile.
    pub(super) async fn write(store: &AnyStore) -> Result<Self, StoreError> {
        Ok(match store {
            AnyStore::Sqlite(store) => Self::Sqlite(SqliteSide::write(store).await?),
            AnyStore::Postgres(store) => Self::Postgres(PostgresSide::write(store).await?),
        })
    }

    /// The next rows of a table, in the order of its key.
    pub(super) async fn page(&mut self, table: &Table, after: &[Value]) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(side) => side.page(table, after).await,
            Self::Postgres(side) => side.page(table, after).await,
        }
    }

    /// Writes rows of a table.
    pub(super) async fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(side) => side.insert(table, rows).await,
            Self::Postgres(side) => side.insert(table, rows).await,
        }
    }

    /// Makes what is derived from the rows: a view per level.
    pub(super) async fn derive(&mut self, level_ids: &[String], extents: &Extents) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(side) => side.derive(level_ids, extents).await,
            Self::Postgres(side) => side.derive(level_ids).await,
        }
    }

    /// Makes what was written durable.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(side) => side.commit().await,
            Self::Postgres(side) => side.commit().await,
        }
    }
}
