//! The store wherever it is: a file or a database.

use super::{
    Act, ChangePlacesError, Counts, Imprint, LogHead, LogWatch, LoggedChange, Now, PostgresStore, PublishError,
    RecordError, RetiredArea, Revisions, SqliteStore, StaffError, Store, StoreAddress, StoreError, StoredArea,
    StoredProfile,
};
use time::OffsetDateTime;

use crate::domain::{
    area::{AreaChanges, AreaId, Edition, EditionNumber},
    duty::{Staff, StaffChange},
    indicator::{GivenValue, Period, PeriodInUse, RecordedValue},
    place::{Place, PlaceChange},
    redraw::ValidDraft,
};

/// A store of either kind.
#[derive(Debug, Clone)]
pub enum AnyStore {
    /// In a file.
    Sqlite(SqliteStore),
    /// In a database.
    Postgres(PostgresStore),
}

/// Does the same with a store of either kind.
macro_rules! either {
    ($any:expr, $store:ident => $work:expr) => {
        match $any {
            AnyStore::Sqlite($store) => $work,
            AnyStore::Postgres($store) => $work,
        }
    };
}

impl AnyStore {
    /// Opens the store at `address`; makes it where there is none.
    pub async fn open(address: &StoreAddress) -> Result<Self, StoreError> {
        Ok(match address {
            StoreAddress::File(path) => Self::Sqlite(SqliteStore::open(path).await?),
            StoreAddress::Postgres(url) => Self::Postgres(PostgresStore::open(url).await?),
        })
    }

    /// Somebody who looks at the change log again and again, on a connection of its own.
    pub fn watch(&self) -> LogWatch {
        match self {
            Self::Sqlite(store) => LogWatch::Sqlite(store.watch()),
            Self::Postgres(store) => LogWatch::Postgres(store.watch()),
        }
    }

    /// Lets go of connections to a database that no longer answers: those to come begin anew. What still waits on an old
    /// one is left to itself.
    pub fn renew(&self) {
        if let Self::Postgres(store) = self {
            store.renew();
        }
    }
}

impl Store for AnyStore {
    async fn profile(&self) -> Result<Option<StoredProfile>, StoreError> {
        either!(self, store => store.profile().await)
    }

    async fn adopt_profile(&self, profile: &StoredProfile, level_ids: &[String]) -> Result<(), StoreError> {
        either!(self, store => store.adopt_profile(profile, level_ids).await)
    }

    async fn head(&self) -> Result<Option<Edition>, StoreError> {
        either!(self, store => store.head().await)
    }

    async fn editions(&self) -> Result<Vec<Edition>, StoreError> {
        either!(self, store => store.editions().await)
    }

    async fn areas(&self, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
        either!(self, store => store.areas(edition).await)
    }

    async fn area_changes(&self, from: EditionNumber, to: EditionNumber) -> Result<AreaChanges, StoreError> {
        either!(self, store => store.area_changes(from, to).await)
    }

    async fn revisions(&self) -> Result<Revisions, StoreError> {
        either!(self, store => store.revisions().await)
    }

    async fn log_head(&self) -> Result<LogHead, StoreError> {
        either!(self, store => store.log_head().await)
    }

    async fn retired_codes(&self, edition: EditionNumber) -> Result<Vec<String>, StoreError> {
        either!(self, store => store.retired_codes(edition).await)
    }

    async fn retired_area(&self, code: &str, edition: EditionNumber) -> Result<Option<RetiredArea>, StoreError> {
        either!(self, store => store.retired_area(code, edition).await)
    }

    async fn changes(&self, since: i64, limit: u32) -> Result<Vec<LoggedChange>, StoreError> {
        either!(self, store => store.changes(since, limit).await)
    }

    async fn publish(&self, draft: &ValidDraft, imprint: &Imprint) -> Result<Edition, PublishError> {
        either!(self, store => store.publish(draft, imprint).await)
    }

    async fn area_ids(&self, edition: EditionNumber) -> Result<Vec<(String, AreaId)>, StoreError> {
        either!(self, store => store.area_ids(edition).await)
    }

    async fn places(&self) -> Result<Vec<Place>, StoreError> {
        either!(self, store => store.places().await)
    }

    async fn replace_places(&self, places: &[Place]) -> Result<(), StoreError> {
        either!(self, store => store.replace_places(places).await)
    }

    async fn change_places(&self, change: &PlaceChange, onto: i64, author: &str) -> Result<i64, ChangePlacesError> {
        either!(self, store => store.change_places(change, onto, author).await)
    }

    async fn staff(&self, known: Option<i64>) -> Result<Staff, StoreError> {
        either!(self, store => store.staff(known).await)
    }

    async fn staff_known_at(&self, at: OffsetDateTime) -> Result<i64, StoreError> {
        either!(self, store => store.staff_known_at(at).await)
    }

    async fn change_staff(&self, base: i64, change: &StaffChange, act: &Act) -> Result<i64, StaffError> {
        either!(self, store => store.change_staff(base, change, act).await)
    }

    async fn indicator_revision(&self, at: Option<OffsetDateTime>) -> Result<i64, StoreError> {
        either!(self, store => store.indicator_revision(at).await)
    }

    async fn indicator_periods(&self, known: i64) -> Result<Vec<PeriodInUse>, StoreError> {
        either!(self, store => store.indicator_periods(known).await)
    }

    async fn indicator_values(&self, wanted: &[(&str, Period)], known: i64) -> Result<Vec<RecordedValue>, StoreError> {
        either!(self, store => store.indicator_values(wanted, known).await)
    }

    async fn record_indicators(
        &self,
        base: i64,
        values: &[GivenValue],
        actor: &str,
        now: Now<'_>,
    ) -> Result<i64, RecordError> {
        either!(self, store => store.record_indicators(base, values, actor, now).await)
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        either!(self, store => store.counts().await)
    }

    async fn close(&self) -> Result<(), StoreError> {
        either!(self, store => store.close().await)
    }
}
