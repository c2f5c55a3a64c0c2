//! A database as one side of a copy.

use futures_util::TryStreamExt;
use sqlx::{
    AssertSqlSafe, PgConnection, Postgres, Row as _,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use time::OffsetDateTime;

use super::{
    statements,
    tables::{Column, Kind, Table},
    value::{Row, Value, misfit, wkb_of},
};
use crate::{
    formats::{lattice_geometry::place_of, wkb_reader::Wkb},
    store::{
        PostgresStore, StoreError,
        error::expect_rows,
        postgres::{BATCH_BYTES, BATCH_ROWS, Steady, Write, batches},
        stamp,
    },
};

/// A database, in one transaction.
pub(super) enum PostgresSide {
    /// Of one state.
    Read(Steady),
    /// Without other writers.
    Write(Write),
}

impl PostgresSide {
    pub(super) async fn read(store: &PostgresStore) -> Result<Self, StoreError> {
        Ok(Self::Read(store.steady().await?))
    }

    pub(super) async fn write(store: &PostgresStore) -> Result<Self, StoreError> {
        Ok(Self::Write(store.write().await?))
    }

    fn connection(&mut self) -> &mut PgConnection {
        match self {
            Self::Read(steady) => steady,
            Self::Write(write) => write,
        }
    }

    pub(super) async fn page(&mut self, table: &Table, after: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut query = sqlx::query(AssertSqlSafe(statements::postgres_page(table)));
        for value in after {
            query = match value {
                Value::Text(text) => query.bind(text.clone()),
                Value::Integer(value) => query.bind(*value),
                _ => return Err(misfit(table, 0)),
            };
        }
        let mut found = query.fetch(self.connection());
        let mut rows = Vec::with_capacity(statements::PAGE_ROWS);
        while let Some(row) = found.try_next().await? {
            rows.push(row_of(table, &row)?);
        }
        Ok(rows)
    }

    pub(super) async fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<(), StoreError> {
        let weight = |row: &&Row| row.iter().map(Value::weight).sum();
        for batch in batches(rows.iter(), BATCH_ROWS, BATCH_BYTES, weight) {
            let mut query = sqlx::query(AssertSqlSafe(statements::postgres_insert(table)));
            for (index, column) in table.columns.iter().enumerate() {
                let values = batch.iter().map(|row| &row[index]);
                query = bind_column(query, column, values)?.ok_or_else(|| misfit(table, index))?;
            }
            let done = query.execute(self.connection()).await?;
            expect_rows(done.rows_affected(), batch.len() as u64, table.name)?;
        }
        Ok(())
    }

    pub(super) async fn derive(&mut self, level_ids: &[String]) -> Result<(), StoreError> {
        PostgresStore::make_views(self.connection(), level_ids).await
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Read(_) => Ok(()),
            Self::Write(write) => write.commit().await,
        }
    }
}

type Bound<'q> = Query<'q, Postgres, PgArguments>;

/// Binds the values of a column as one array; `None` when one is of another kind.
fn bind_column<'q, 'v>(
    query: Bound<'q>,
    column: &Column,
    values: impl Iterator<Item = &'v Value>,
) -> Result<Option<Bound<'q>>, StoreError> {
    macro_rules! array {
        ($($pattern:pat => $value:expr),+) => {{
            let mut array = Vec::new();
            for value in values {
                array.push(match value {
                    Value::Null => None,
                    $($pattern => Some($value),)+
                    _ => return Ok(None),
                });
            }
            query.bind(array)
        }};
    }
    Ok(Some(match column.kind {
        Kind::Integer => array!(Value::Integer(value) => *value),
        Kind::Real => array!(Value::Real(value) => *value),
        Kind::Text => array!(Value::Text(text) => text.clone()),
        Kind::Bytes => array!(Value::Bytes(bytes) => bytes.clone()),
        Kind::Truth => array!(Value::Truth(value) => *value),
        Kind::Time => array!(Value::Time(stamp) => stamp::read_stamp(stamp)?),
        Kind::Geometry => array!(Value::Geometry(geometry) => wkb_of(geometry)),
    }))
}

fn row_of(table: &Table, found: &PgRow) -> Result<Row, StoreError> {
    let mut row = Row::with_capacity(table.columns.len());
    for (index, column) in table.columns.iter().enumerate() {
        let value = match column.kind {
            Kind::Integer => found.try_get::<Option<i64>, _>(index)?.map(Value::Integer),
            Kind::Real => found.try_get::<Option<f64>, _>(index)?.map(Value::Real),
            Kind::Text => found.try_get::<Option<String>, _>(index)?.map(Value::Text),
            Kind::Bytes => found.try_get::<Option<Vec<u8>>, _>(index)?.map(Value::Bytes),
            Kind::Truth => found.try_get::<Option<bool>, _>(index)?.map(Value::Truth),
            Kind::Time => match found.try_get::<Option<OffsetDateTime>, _>(index)? {
                Some(time) => Some(Value::Time(stamp::stamp(time)?)),
                None => None,
            },
            Kind::Geometry => match found.try_get::<Option<&[u8]>, _>(index)? {
                Some(wkb) => {
                    let geometry = Wkb::parse(wkb).and_then(|wkb| place_of(&wkb.geometry));
                    Some(Value::Geometry(geometry.map_err(|_| misfit(table, index))?))
                }
                None => None,
            },
        };
        row.push(value.unwrap_or(Value::Null));
    }
    Ok(row)
}
