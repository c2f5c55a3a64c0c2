//! The store itself: which connection and which transaction each promise of the contract takes.

use std::sync::Arc;

use arc_swap::ArcSwap;
use sqlx::PgConnection;
use time::OffsetDateTime;
use tokio::time::timeout;

use super::{
    areas,
    columns::Columns,
    editions,
    gate::Turn,
    indicators, log,
    open::{self, CONNECT_WAIT, Connections},
    places, profile, publish, staff,
    steady::Steady,
    watch::PostgresWatch,
    write::Write,
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
        Revisions, StaffError, Store, StoreError, StoredArea, StoredProfile, address::PostgresUrl,
    },
};

/// The store in a database of PostgreSQL with PostGIS, which any number of processes may use at once.
///
/// Writers take turns by a row of the database; readers never wait for them. Clones share the connections.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    /// Loaded for each piece of work; written when the database has been away.
    connections: Arc<ArcSwap<Connections>>,
}

impl PostgresStore {
    /// Opens the store in the database at `url`; makes it if the database is empty.
    ///
    /// A database that holds something else is refused untouched; an older store is brought up to date.
    pub async fn open(url: &PostgresUrl) -> Result<Self, StoreError> {
        Ok(Self { connections: Arc::new(ArcSwap::from_pointee(open::open(url).await?)) })
    }

    /// A transaction that keeps other writers out from its beginning. Dropped, it is undone.
    pub(in crate::store) async fn write(&self) -> Result<Write, StoreError> {
        Write::begin(&self.connections.load_full().writer).await
    }

    /// Somebody who looks at the change log again and again.
    pub fn watch(&self) -> PostgresWatch {
        PostgresWatch::new(self.connections.load().options.clone())
    }

    /// Begins anew with connections: those there are lead to a database that no longer answers.
    pub fn renew(&self) {
        let options = self.connections.load().options.clone();
        self.connections.store(Arc::new(Connections::new(options)));
    }

    /// A connection that sees one state of the store.
    pub(in crate::store) async fn steady(&self) -> Result<Steady, StoreError> {
        Steady::connect(&self.connections.load_full().options).await
    }

    /// Makes a view per level; within the transaction of `connection`.
    pub(in crate::store) async fn make_views(
        connection: &mut PgConnection,
        level_ids: &[String],
    ) -> Result<(), StoreError> {
        profile::make_views(connection, level_ids).await
    }

    async fn read(&self) -> Result<Turn, StoreError> {
        self.connections.load_full().readers.turn().await
    }

    /// Whether this connection may write at all: no standby, and with the right to.
    async fn may_write(&self) -> Result<bool, StoreError> {
        let mut turn = self.read().await?;
        Ok(sqlx::query_scalar(include_str!("../sql/postgres/may_write.sql")).fetch_one(&mut *turn).await?)
    }
}

impl Store for PostgresStore {
    async fn profile(&self) -> Result<Option<StoredProfile>, StoreError> {
        profile::read(&mut *self.read().await?).await
    }

    async fn adopt_profile(&self, given: &StoredProfile, level_ids: &[String]) -> Result<(), StoreError> {
        // A standby or a user who only reads serves a store that has its profile; the primary keeps the views.
        if !self.may_write().await? && profile::is_adopted(&mut *self.read().await?, given, level_ids).await? {
            return Ok(());
        }
        let mut write = self.write().await?;
        profile::adopt(&mut write, given, level_ids).await?;
        write.commit().await
    }

    async fn head(&self) -> Result<Option<Edition>, StoreError> {
        editions::head(&mut *self.read().await?).await
    }

    async fn editions(&self) -> Result<Vec<Edition>, StoreError> {
        editions::all(&mut *self.read().await?).await
    }

    async fn areas(&self, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
        areas::of_edition(&mut *self.read().await?, edition).await
    }

    async fn area_changes(&self, from: EditionNumber, to: EditionNumber) -> Result<AreaChanges, StoreError> {
        areas::changes(&mut *self.read().await?, from, to).await
    }

    async fn revisions(&self) -> Result<Revisions, StoreError> {
        log::revisions(&mut *self.read().await?).await
    }

    async fn log_head(&self) -> Result<LogHead, StoreError> {
        log::head(&mut *self.read().await?).await
    }

    async fn retired_codes(&self, edition: EditionNumber) -> Result<Vec<String>, StoreError> {
        areas::retired_codes(&mut *self.read().await?, edition).await
    }

    async fn retired_area(&self, code: &str, edition: EditionNumber) -> Result<Option<RetiredArea>, StoreError> {
        areas::retired_area(&mut *self.read().await?, code, edition).await
    }

    async fn changes(&self, since: i64, limit: u32) -> Result<Vec<LoggedChange>, StoreError> {
        log::behind(&mut *self.read().await?, since, limit).await
    }

    async fn publish(&self, draft: &ValidDraft, imprint: &Imprint) -> Result<Edition, PublishError> {
        let mut write = self.write().await?;
        let edition = publish::write(&mut write, draft, imprint).await?;
        write.commit().await?;
        Ok(edition)
    }

    async fn area_ids(&self, edition: EditionNumber) -> Result<Vec<(String, AreaId)>, StoreError> {
        areas::ids_of_edition(&mut *self.read().await?, edition).await
    }

    async fn places(&self) -> Result<Vec<Place>, StoreError> {
        places::all(&mut *self.read().await?).await
    }

    async fn replace_places(&self, given: &[Place]) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        places::replace(&mut write, given).await?;
        write.commit().await
    }

    async fn change_places(&self, change: &PlaceChange, onto: i64, author: &str) -> Result<i64, ChangePlacesError> {
        let mut write = self.write().await?;
        let revision = places::change(&mut write, change, onto, author).await?;
        write.commit().await?;
        Ok(revision)
    }

    async fn staff(&self, known: Option<i64>) -> Result<Staff, StoreError> {
        staff::read(&mut *self.read().await?, known.unwrap_or(i64::MAX)).await
    }

    async fn staff_known_at(&self, at: OffsetDateTime) -> Result<i64, StoreError> {
        staff::known_at(&mut *self.read().await?, at).await
    }

    async fn change_staff(&self, base: i64, change: &StaffChange, act: &Act) -> Result<i64, StaffError> {
        let mut write = self.write().await?;
        let seq = staff::change(&mut write, base, change, act).await?;
        write.commit().await?;
        Ok(seq)
    }

    async fn indicator_revision(&self, at: Option<OffsetDateTime>) -> Result<i64, StoreError> {
        indicators::revision(&mut *self.read().await?, at).await
    }

    async fn indicator_periods(&self, known: i64) -> Result<Vec<PeriodInUse>, StoreError> {
        indicators::periods(&mut *self.read().await?, known).await
    }

    async fn indicator_values(&self, wanted: &[(&str, Period)], known: i64) -> Result<Vec<RecordedValue>, StoreError> {
        indicators::values(&mut *self.read().await?, wanted, known).await
    }

    async fn record_indicators(
        &self,
        base: i64,
        values: &[GivenValue],
        actor: &str,
        now: Now<'_>,
    ) -> Result<i64, RecordError> {
        let mut write = self.write().await?;
        let change = indicators::record(&mut write, base, values, actor, now).await?;
        write.commit().await?;
        Ok(change)
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        let mut turn = self.read().await?;
        let row = sqlx::query(include_str!("../sql/postgres/counts.sql")).fetch_one(&mut *turn).await?;
        let mut columns = Columns::of(&row);
        Ok(Counts {
            area_rows: columns.number()?,
            editions: columns.number()?,
            places: columns.number()?,
            postings: columns.number()?,
            indicator_values: columns.number()?,
            changes: columns.number()?,
        })
    }

    async fn close(&self) -> Result<(), StoreError> {
        let connections = self.connections.load_full();
        let closing = async {
            connections.writer.close().await;
            connections.readers.close().await;
        };
        // All that is committed is durable; a database that is silent is not waited for.
        let _ = timeout(CONNECT_WAIT, closing).await;
        Ok(())
    }
}
