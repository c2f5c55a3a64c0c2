//! The store itself: which connection and which transaction each promise of the contract takes.

use std::path::Path;

use sqlx::{Sqlite, Transaction};
use time::OffsetDateTime;

use super::{
    areas,
    columns::Columns,
    editions, indicators, log,
    open::{self, Connections},
    places, profile, publish, staff,
    watch::SqliteWatch,
};
use crate::{
    domain::{
        area::{AreaChanges, AreaId, Edition, EditionNumber},
        duty::{Staff, StaffChange},
        indicator::{GivenValue, Period, PeriodInUse, RecordedValue},
        place::{Place, PlaceChange},
        redraw::ValidDraft,
    },
    store::{
        Act, ChangePlacesError, Counts, Imprint, LogHead, LoggedChange, Now, PublishError, RecordError, RetiredArea,
        Revisions, StaffError, Store, StoreError, StoredArea, StoredProfile,
    },
};

/// The store in one SQLite file, which is a valid GeoPackage at all times.
///
/// One connection writes, a few read; SQLite's log keeps them out of each other's way. Clones share them.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    connections: Connections,
}

impl SqliteStore {
    /// Opens the store at `path`; makes it if there is no file or an empty one.
    ///
    /// A file that is no store of ours is refused untouched; an older store is brought up to date.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { connections: open::open(path).await? })
    }

    /// A transaction that holds the writer's lock from its beginning. Dropped, it is undone.
    pub(in crate::store) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.connections.writer.begin_with("begin immediate").await?)
    }

    /// Commits, then brings the main file up to date, so that a copy without the log beside it is whole.
    pub(in crate::store) async fn commit(&self, transaction: Transaction<'static, Sqlite>) -> Result<(), StoreError> {
        transaction.commit().await?;
        // What is committed is durable and must not be called failed: the next write or `close` tries again.
        if let Err(error) = self.checkpoint().await {
            tracing::warn!(%error, "the log of the store was not emptied");
        }
        Ok(())
    }

    /// A transaction that sees one state. Dropped, it ends.
    pub(in crate::store) async fn begin_read(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.connections.readers.begin().await?)
    }

    /// Somebody who looks at the change log again and again.
    pub fn watch(&self) -> SqliteWatch {
        SqliteWatch::new((*self.connections.reading).clone())
    }

    async fn checkpoint(&self) -> Result<(), StoreError> {
        let checkpoint = sqlx::query(include_str!("../sql/sqlite/checkpoint.sql"));
        let row = checkpoint.fetch_one(&self.connections.checkpointer).await?;
        let is_busy: bool = Columns::of(&row).take()?;
        if is_busy {
            return Err(StoreError::Unavailable("readers hold on to the log".into()));
        }
        Ok(())
    }
}

impl Store for SqliteStore {
    async fn profile(&self) -> Result<Option<StoredProfile>, StoreError> {
        let mut connection = self.connections.readers.acquire().await?;
        profile::read(&mut connection).await
    }

    async fn adopt_profile(&self, given: &StoredProfile, level_ids: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        profile::adopt(&mut transaction, given, level_ids).await?;
        self.commit(transaction).await
    }

    async fn head(&self) -> Result<Option<Edition>, StoreError> {
        editions::head(&self.connections.readers).await
    }

    async fn editions(&self) -> Result<Vec<Edition>, StoreError> {
        editions::all(&self.connections.readers).await
    }

    async fn areas(&self, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
        areas::of_edition(&self.connections.readers, edition).await
    }

    async fn area_changes(&self, from: EditionNumber, to: EditionNumber) -> Result<AreaChanges, StoreError> {
        areas::changes(&self.connections.readers, from, to).await
    }

    async fn revisions(&self) -> Result<Revisions, StoreError> {
        log::revisions(&self.connections.readers).await
    }

    async fn log_head(&self) -> Result<LogHead, StoreError> {
        log::head(&mut *self.connections.readers.acquire().await?).await
    }

    async fn retired_codes(&self, edition: EditionNumber) -> Result<Vec<String>, StoreError> {
        areas::retired_codes(&self.connections.readers, edition).await
    }

    async fn retired_area(&self, code: &str, edition: EditionNumber) -> Result<Option<RetiredArea>, StoreError> {
        areas::retired_area(&self.connections.readers, code, edition).await
    }

    async fn changes(&self, since: i64, limit: u32) -> Result<Vec<LoggedChange>, StoreError> {
        log::behind(&self.connections.readers, since, limit).await
    }

    async fn publish(&self, draft: &ValidDraft, imprint: &Imprint) -> Result<Edition, PublishError> {
        let mut transaction = self.write().await?;
        let edition = publish::write(&mut transaction, draft, imprint).await?;
        self.commit(transaction).await?;
        Ok(edition)
    }

    async fn area_ids(&self, edition: EditionNumber) -> Result<Vec<(String, AreaId)>, StoreError> {
        areas::ids_of_edition(&self.connections.readers, edition).await
    }

    async fn places(&self) -> Result<Vec<Place>, StoreError> {
        places::all(&self.connections.readers).await
    }

    async fn replace_places(&self, given: &[Place]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        places::replace(&mut transaction, given).await?;
        self.commit(transaction).await
    }

    async fn change_places(&self, change: &PlaceChange, onto: i64, author: &str) -> Result<i64, ChangePlacesError> {
        let mut transaction = self.write().await?;
        let revision = places::change(&mut transaction, change, onto, author).await?;
        self.commit(transaction).await?;
        Ok(revision)
    }

    async fn staff(&self, known: Option<i64>) -> Result<Staff, StoreError> {
        staff::read(&mut *self.connections.readers.acquire().await?, known.unwrap_or(i64::MAX)).await
    }

    async fn staff_known_at(&self, at: OffsetDateTime) -> Result<i64, StoreError> {
        staff::known_at(&mut *self.connections.readers.acquire().await?, at).await
    }

    async fn change_staff(&self, base: i64, change: &StaffChange, act: &Act) -> Result<i64, StaffError> {
        let mut transaction = self.write().await?;
        let seq = staff::change(&mut transaction, base, change, act).await?;
        self.commit(transaction).await?;
        Ok(seq)
    }

    async fn indicator_revision(&self, at: Option<OffsetDateTime>) -> Result<i64, StoreError> {
        indicators::revision(&self.connections.readers, at).await
    }

    async fn indicator_periods(&self, known: i64) -> Result<Vec<PeriodInUse>, StoreError> {
        indicators::periods(&self.connections.readers, known).await
    }

    async fn indicator_values(&self, wanted: &[(&str, Period)], known: i64) -> Result<Vec<RecordedValue>, StoreError> {
        indicators::values(&self.connections.readers, wanted, known).await
    }

    async fn record_indicators(
        &self,
        base: i64,
        values: &[GivenValue],
        actor: &str,
        now: Now<'_>,
    ) -> Result<i64, RecordError> {
        let mut transaction = self.write().await?;
        let change = indicators::record(&mut transaction, base, values, actor, now).await?;
        self.commit(transaction).await?;
        Ok(change)
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        let row = sqlx::query(include_str!("../sql/sqlite/counts.sql")).fetch_one(&self.connections.readers).await?;
        let mut columns = Columns::of(&row);
        Ok(Counts {
            area_rows: columns.take()?,
            editions: columns.take()?,
            places: columns.take()?,
            postings: columns.take()?,
            indicator_values: columns.take()?,
            changes: columns.take()?,
        })
    }

    async fn close(&self) -> Result<(), StoreError> {
        let Connections { writer, checkpointer, readers, .. } = &self.connections;
        // Writes under way end first; after them nothing is added to the log.
        writer.close().await;
        readers.close().await;
        let emptied = if checkpointer.is_closed() { Ok(()) } else { self.checkpoint().await };
        checkpointer.close().await;
        emptied
    }
}
