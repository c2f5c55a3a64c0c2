//! A store opened by somebody who only reads: one state of it, whatever is published meanwhile.

use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::{areas, editions, open, places, profile, schema, staff, steady::Steady};
use crate::{
    domain::{
        area::{Edition, EditionNumber},
        duty::Staff,
        place::Place,
    },
    store::{StoreError, StoredArea, StoredProfile, address::PostgresUrl},
};

/// A store that is read and never written: all that is read is the state at the time of opening.
#[derive(Debug)]
pub struct PostgresReader {
    connection: Mutex<Steady>,
}

impl PostgresReader {
    /// Opens the store in the database at `url` to read; an empty database and one of another program are refused.
    pub async fn open(url: &PostgresUrl) -> Result<Self, StoreError> {
        let mut connection = Steady::connect(&open::options(url)?).await?;
        schema::check_ours(&mut connection, url).await?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// The profile that the store was made with.
    pub async fn profile(&self) -> Result<Option<StoredProfile>, StoreError> {
        profile::read(&mut *self.connection.lock().await).await
    }

    /// The newest edition; `None` when nothing was published.
    pub async fn head(&self) -> Result<Option<Edition>, StoreError> {
        editions::head(&mut *self.connection.lock().await).await
    }

    /// All editions, oldest first.
    pub async fn editions(&self) -> Result<Vec<Edition>, StoreError> {
        editions::all(&mut *self.connection.lock().await).await
    }

    /// The areas of an edition, sorted by level and code; empty for edition 0.
    pub async fn areas(&self, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
        areas::of_edition(&mut *self.connection.lock().await, edition).await
    }

    /// Organisations, people, postings and channels as they were known at a time; as they are known now for `None`.
    pub async fn staff(&self, known_at: Option<OffsetDateTime>) -> Result<Staff, StoreError> {
        let mut connection = self.connection.lock().await;
        let known = match known_at {
            Some(at) => staff::known_at(&mut connection, at).await?,
            None => i64::MAX,
        };
        staff::read(&mut connection, known).await
    }

    /// All places, by id.
    pub async fn places(&self) -> Result<Vec<Place>, StoreError> {
        places::all(&mut *self.connection.lock().await).await
    }

    /// Lets go of the database.
    pub async fn close(self) -> Result<(), StoreError> {
        self.connection.into_inner().close().await
    }
}
