//! Reading a row, column by column.

use sqlx::{Column, Decode, Postgres, Row, Type, postgres::PgRow};

use crate::store::StoreError;

/// A row whose columns are taken in the order in which the statement lists them.
pub(super) struct Columns<'r> {
    row: &'r PgRow,
    next: usize,
}

impl<'r> Columns<'r> {
    /// The columns of `row`, the first one next.
    pub(super) fn of(row: &'r PgRow) -> Self {
        Self { row, next: 0 }
    }

    /// The next column; a value that does not fit `T` is an inconsistent row.
    pub(super) fn take<T: Decode<'r, Postgres> + Type<Postgres>>(&mut self) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        self.row.try_get(index).map_err(|error| self.unfit(index, &error.to_string()))
    }

    /// The next column, a `bigint`, as a smaller number: PostgreSQL has no unsigned ones.
    pub(super) fn number<T: TryFrom<i64>>(&mut self) -> Result<T, StoreError> {
        let value: i64 = self.take()?;
        T::try_from(value).map_err(|_| self.unfit(self.next - 1, &value.to_string()))
    }

    /// The next column, a `bigint` or null, as a smaller number.
    pub(super) fn number_or_null<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, StoreError> {
        let Some(value) = self.take::<Option<i64>>()? else { return Ok(None) };
        T::try_from(value).map(Some).map_err(|_| self.unfit(self.next - 1, &value.to_string()))
    }

    /// Passes over the next `count` columns.
    pub(super) fn skip(&mut self, count: usize) {
        self.next += count;
    }

    fn unfit(&self, index: usize, why: &str) -> StoreError {
        let name = self.row.columns().get(index).map_or("", |column| column.name());
        StoreError::Inconsistent(format!("column {name:?}: {why}"))
    }
}
