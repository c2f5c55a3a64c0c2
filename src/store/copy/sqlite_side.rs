//! A file as one side of a copy.

use futures_util::TryStreamExt;
use sqlx::{
    AssertSqlSafe, Row as _, Sqlite, Transaction,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{
    side::Extents,
    statements,
    tables::{Kind, Table},
    value::{Row, Value, misfit},
};
use crate::{
    formats::gpkg_geometry::{place_blob, place_from_blob},
    store::{SqliteStore, StoreError, error::expect_rows, stamp},
};

/// A file, in one transaction.
pub(super) struct SqliteSide {
    store: SqliteStore,
    transaction: Transaction<'static, Sqlite>,
}

impl SqliteSide {
    pub(super) async fn read(store: &SqliteStore) -> Result<Self, StoreError> {
        Ok(Self { store: store.clone(), transaction: store.begin_read().await? })
    }

    pub(super) async fn write(store: &SqliteStore) -> Result<Self, StoreError> {
        Ok(Self { store: store.clone(), transaction: store.write().await? })
    }

    pub(super) async fn page(&mut self, table: &Table, after: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut query = sqlx::query(AssertSqlSafe(statements::sqlite_page(table)));
        for value in after {
            query = bind(query, value);
        }
        let mut found = query.fetch(&mut *self.transaction);
        let mut rows = Vec::with_capacity(statements::PAGE_ROWS);
        while let Some(row) = found.try_next().await? {
            rows.push(row_of(table, &row)?);
        }
        Ok(rows)
    }

    pub(super) async fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<(), StoreError> {
        let statement = statements::sqlite_insert(table);
        for row in rows {
            let mut query = sqlx::query(AssertSqlSafe(statement.clone()));
            for value in row {
                query = bind(query, value);
            }
            let done = query.execute(&mut *self.transaction).await?;
            expect_rows(done.rows_affected(), 1, table.name)?;
        }
        Ok(())
    }

    pub(super) async fn derive(&mut self, level_ids: &[String], extents: &Extents) -> Result<(), StoreError> {
        SqliteStore::make_layers(&mut self.transaction, level_ids, extents).await
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.store.commit(self.transaction).await
    }
}

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

fn bind<'q>(query: Bound<'q>, value: &Value) -> Bound<'q> {
    match value {
        Value::Null => query.bind(None::<i64>),
        Value::Integer(value) => query.bind(*value),
        Value::Real(value) => query.bind(*value),
        Value::Text(text) | Value::Time(text) => query.bind(text.clone()),
        Value::Bytes(bytes) => query.bind(bytes.clone()),
        Value::Truth(value) => query.bind(*value),
        Value::Geometry(geometry) => query.bind(place_blob(geometry)),
    }
}

fn row_of(table: &Table, found: &SqliteRow) -> Result<Row, StoreError> {
    let mut row = Row::with_capacity(table.columns.len());
    for (index, column) in table.columns.iter().enumerate() {
        let value = match column.kind {
            Kind::Integer => found.try_get::<Option<i64>, _>(index)?.map(Value::Integer),
            Kind::Real => found.try_get::<Option<f64>, _>(index)?.map(Value::Real),
            Kind::Text => found.try_get::<Option<String>, _>(index)?.map(Value::Text),
            Kind::Bytes => found.try_get::<Option<Vec<u8>>, _>(index)?.map(Value::Bytes),
            Kind::Truth => found.try_get::<Option<bool>, _>(index)?.map(Value::Truth),
            Kind::Time => match found.try_get::<Option<String>, _>(index)? {
                Some(text) => Some(Value::Time(stamp::stamp(stamp::read_stamp(&text)?)?)),
                None => None,
            },
            Kind::Geometry => match found.try_get::<Option<&[u8]>, _>(index)? {
                Some(blob) => Some(Value::Geometry(place_from_blob(blob).map_err(|_| misfit(table, index))?)),
                None => None,
            },
        };
        row.push(value.unwrap_or(Value::Null));
    }
    Ok(row)
}
