//! Reading a row, column by column.

use sqlx::{Column, Decode, Row, Sqlite, Type, sqlite::SqliteRow};

use crate::store::StoreError;

/// A row whose columns are taken in the order in which the statement lists them.
pub(super) struct Columns<'r> {
    row: &'r SqliteRow,
    next: usize,
}

impl<'r> Columns<'r> {
    /// The columns of `row`, the first one next.
    pub(super) fn of(row: &'r SqliteRow) -> Self {
        Self { row, next: 0 }
    }

    /// The next column; a value that does not fit `T` is an inconsistent row.
    pub(super) fn take<T: Decode<'r, Sqlite> + Type<Sqlite>>(&mut self) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        self.row.try_get(index).map_err(|error| {
            let name = self.row.columns().get(index).map_or("", |column| column.name());
            StoreError::Inconsistent(format!("column {name:?}: {error}"))
        })
    }

    /// Passes over the next `count` columns.
    pub(super) fn skip(&mut self, count: usize) {
        self.next += count;
    }
}
