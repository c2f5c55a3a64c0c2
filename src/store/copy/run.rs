//! The copy itself.

use std::collections::BTreeMap;

use super::{
    check::{Tally, beginning, key_of_last, tally},
    side::{Extents, Side},
    tables::{Birth, TABLES, Table},
    value::{Row, Value},
};
use crate::{
    domain::{area::Level, geometry::Extent, place::PlaceGeometry},
    store::{AnyReader, AnyStore, Store, StoreAddress, StoreError},
};

/// Why nothing was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The store that is read failed.
    #[error("{address}: {error}")]
    Source {
        /// Where it is.
        address: StoreAddress,
        /// Why.
        #[source]
        error: StoreError,
    },
    /// The store that is written failed.
    #[error("{address}: {error}")]
    Target {
        /// Where it is.
        address: StoreAddress,
        /// Why.
        #[source]
        error: StoreError,
    },
    /// The target holds something already.
    #[error("{0} is not empty: copy into a new store")]
    NotEmpty(StoreAddress),
    /// What was written is not what was read; all of it was undone.
    #[error(
        "table {table} has {found} rows with digest {found_digest} in the target, not {rows} with {digest}; nothing was kept"
    )]
    Differs {
        /// The table.
        table: &'static str,
        /// Rows of the source.
        rows: u64,
        /// Digest of the source.
        digest: String,
        /// Rows of the target.
        found: u64,
        /// Digest of the target.
        found_digest: String,
    },
}

/// A table that was copied and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub name: &'static str,
    /// How many rows it has on both sides.
    pub rows: u64,
    /// SHA-256 of them on both sides, in hexadecimal.
    pub digest: String,
}

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyStep {
    /// So many rows of a table are written.
    Written {
        /// The table.
        table: &'static str,
        /// The rows.
        rows: u64,
    },
    /// A table is compared.
    Compared {
        /// The table.
        table: &'static str,
    },
}

/// Copies the store at `source` into the empty store at `target`, made when absent: all tables, in one transaction on
/// either side, compared before it is kept. A thousand rows are in memory at a time.
pub async fn copy_store(
    source: &StoreAddress,
    target: &StoreAddress,
    progress: impl Fn(CopyStep) + Send,
) -> Result<Vec<CopiedTable>, CopyError> {
    let of_source = |error| CopyError::Source { address: source.clone(), error };
    let of_target = |error| CopyError::Target { address: target.clone(), error };
    // Nothing is made where there is nothing to read.
    AnyReader::open(source).await.map_err(of_source)?.close().await.map_err(of_source)?;
    let from = AnyStore::open(source).await.map_err(of_source)?;
    let to = match AnyStore::open(target).await {
        Ok(to) => to,
        Err(error) => {
            let _ = from.close().await;
            return Err(of_target(error));
        }
    };
    let copying = Copying { source, target, progress };
    let copied = copying.run(&from, &to).await;
    // What was read is read: that another program uses the source, and its log cannot be emptied now, is no failure.
    if let Err(error) = from.close().await {
        tracing::debug!(%error, store = %source, "the log of the source stays as it is");
    }
    let closed = to.close().await;
    let copied = copied?;
    closed.map_err(of_target)?;
    Ok(copied)
}

struct Copying<'a, P> {
    source: &'a StoreAddress,
    target: &'a StoreAddress,
    progress: P,
}

impl<P: Fn(CopyStep) + Send> Copying<'_, P> {
    async fn run(&self, from: &AnyStore, to: &AnyStore) -> Result<Vec<CopiedTable>, CopyError> {
        let mut from = Side::read(from).await.map_err(|error| self.of_source(error))?;
        let mut to = Side::write(to).await.map_err(|error| self.of_target(error))?;
        for table in &TABLES {
            if !is_empty(&mut to, table).await.map_err(|error| self.of_target(error))? {
                return Err(CopyError::NotEmpty(self.target.clone()));
            }
        }
        let mut derived = Derived::default();
        let mut copied = Vec::with_capacity(TABLES.len());
        for table in &TABLES {
            copied.push(self.copy(&mut from, &mut to, table, &mut derived).await?);
        }
        let made = to.derive(&derived.level_ids, &derived.extents()).await;
        made.map_err(|error| self.of_target(error))?;
        for (table, copied) in TABLES.iter().zip(&copied) {
            let (found, found_digest) = tally(&mut to, table).await.map_err(|error| self.of_target(error))?;
            if (found, &found_digest) != (copied.rows, &copied.digest) {
                let CopiedTable { name, rows, digest } = copied.clone();
                return Err(CopyError::Differs { table: name, rows, digest, found, found_digest });
            }
            (self.progress)(CopyStep::Compared { table: table.name });
        }
        to.commit().await.map_err(|error| self.of_target(error))?;
        from.commit().await.map_err(|error| self.of_source(error))?;
        Ok(copied)
    }

    async fn copy(
        &self,
        from: &mut Side,
        to: &mut Side,
        table: &Table,
        derived: &mut Derived,
    ) -> Result<CopiedTable, CopyError> {
        let (mut tally, mut after, mut written) = (Tally::new(table), beginning(table), 0);
        loop {
            let rows = from.page(table, &after).await.map_err(|error| self.of_source(error))?;
            let Some(last) = key_of_last(table, &rows) else { break };
            tally.add(&rows);
            derived.note(table, &rows);
            to.insert(table, &rows).await.map_err(|error| self.of_target(error))?;
            written += rows.len() as u64;
            (self.progress)(CopyStep::Written { table: table.name, rows: written });
            after = last;
        }
        let (rows, digest) = tally.finish();
        Ok(CopiedTable { name: table.name, rows, digest })
    }

    fn of_source(&self, error: StoreError) -> CopyError {
        CopyError::Source { address: self.source.clone(), error }
    }

    fn of_target(&self, error: StoreError) -> CopyError {
        CopyError::Target { address: self.target.clone(), error }
    }
}

/// Whether a table has only what a new store has in it.
async fn is_empty(side: &mut Side, table: &Table) -> Result<bool, StoreError> {
    let rows = side.page(table, &beginning(table)).await?;
    Ok(match table.birth {
        Birth::Empty => rows.is_empty(),
        Birth::Zeros => rows.iter().all(|row| row.last() == Some(&Value::Integer(0))),
    })
}

/// What is not in the rows of the target, but made from them.
#[derive(Default)]
struct Derived {
    /// Ids of the levels, coarsest first.
    level_ids: Vec<String>,
    extents: BTreeMap<i64, Extent>,
}

impl Derived {
    fn note(&mut self, table: &Table, rows: &[Row]) {
        if let Some(index) = table.position("level_id") {
            for row in rows {
                if let Value::Text(level_id) = &row[index] {
                    self.level_ids.push(level_id.clone());
                }
            }
        }
        let (Some(level), Some(geom)) = (table.position("level"), table.position("geom")) else { return };
        for row in rows {
            let (Value::Integer(level), Value::Geometry(PlaceGeometry::Polygon(area))) = (&row[level], &row[geom])
            else {
                continue;
            };
            if let Some(extent) = area.extent() {
                self.extents.entry(*level).and_modify(|all| *all = all.union(extent)).or_insert(extent);
            }
        }
    }

    fn extents(&self) -> Extents {
        let level = |(level, extent): (&i64, &Extent)| Some((Level(u8::try_from(*level).ok()?), *extent));
        self.extents.iter().filter_map(level).collect()
    }
}
