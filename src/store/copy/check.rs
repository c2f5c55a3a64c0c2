//! The digest of a table, computed the same way whatever keeps it.

use sha2::{Digest, Sha256};

use super::{
    side::Side,
    tables::Table,
    value::{Row, Value, before_all},
};
use crate::store::{StoreError, digest::hexadecimal};

/// Counts and digests rows as they pass, in the order of the key.
pub(super) struct Tally {
    rows: u64,
    digest: Sha256,
    buffer: Vec<u8>,
}

impl Tally {
    pub(super) fn new(table: &Table) -> Self {
        let mut digest = Sha256::new();
        for name in [table.name].into_iter().chain(table.columns.iter().map(|column| column.name)) {
            digest.update(name);
            digest.update([0]);
        }
        Self { rows: 0, digest, buffer: Vec::new() }
    }

    pub(super) fn add(&mut self, rows: &[Row]) {
        for row in rows {
            self.buffer.clear();
            row.iter().for_each(|value| value.write(&mut self.buffer));
            self.digest.update(&self.buffer);
        }
        self.rows += rows.len() as u64;
    }

    /// How many rows there were, and their SHA-256 in hexadecimal.
    pub(super) fn finish(self) -> (u64, String) {
        (self.rows, hexadecimal(&self.digest.finalize()))
    }
}

/// The key before which no row of a table stands.
pub(super) fn beginning(table: &Table) -> Vec<Value> {
    table.key_columns().iter().map(|column| before_all(column.kind)).collect()
}

/// The key of the last of some rows.
pub(super) fn key_of_last(table: &Table, rows: &[Row]) -> Option<Vec<Value>> {
    rows.last().map(|row| row[..table.key].to_vec())
}

/// Rows and digest of a table.
pub(super) async fn tally(side: &mut Side, table: &Table) -> Result<(u64, String), StoreError> {
    let (mut tally, mut after) = (Tally::new(table), beginning(table));
    loop {
        let rows = side.page(table, &after).await?;
        let Some(last) = key_of_last(table, &rows) else { return Ok(tally.finish()) };
        tally.add(&rows);
        after = last;
    }
}
