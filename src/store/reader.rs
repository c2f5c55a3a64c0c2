//! A store opened by somebody who only reads, wherever it is.

use time::OffsetDateTime;

use super::{PostgresReader, SqliteReader, Stillness, StoreAddress, StoreError, StoredArea, StoredProfile};
use crate::domain::{
    area::{Edition, EditionNumber},
    duty::Staff,
    place::Place,
};

/// A store that is read and never written.
#[derive(Debug)]
pub enum AnyReader {
    /// In a file.
    Sqlite(SqliteReader),
    /// In a database.
    Postgres(PostgresReader),
}

impl AnyReader {
    /// Opens the store at `address` to read; one that is missing or of another program is refused.
    pub async fn open(address: &StoreAddress) -> Result<Self, StoreError> {
        Ok(match address {
            StoreAddress::File(path) => Self::Sqlite(SqliteReader::open(path).await?),
            StoreAddress::Postgres(url) => Self::Postgres(PostgresReader::open(url).await?),
        })
    }

    /// The profile that the store was made with.
    pub async fn profile(&self) -> Result<Option<StoredProfile>, StoreError> {
        match self {
            Self::Sqlite(reader) => reader.profile().await,
            Self::Postgres(reader) => reader.profile().await,
        }
    }

    /// The newest edition; `None` when nothing was published.
    pub async fn head(&self) -> Result<Option<Edition>, StoreError> {
        match self {
            Self::Sqlite(reader) => reader.head().await,
            Self::Postgres(reader) => reader.head().await,
        }
    }

    /// All editions, oldest first.
    pub async fn editions(&self) -> Result<Vec<Edition>, StoreError> {
        match self {
            Self::Sqlite(reader) => reader.editions().await,
            Self::Postgres(reader) => reader.editions().await,
        }
    }

    /// The areas of an edition, sorted by level and code; empty for edition 0.
    pub async fn areas(&self, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
        match self {
            Self::Sqlite(reader) => reader.areas(edition).await,
            Self::Postgres(reader) => reader.areas(edition).await,
        }
    }

    /// Organisations, people, postings and channels as they were known at a time; as they are known now for `None`.
    pub async fn staff(&self, known_at: Option<OffsetDateTime>) -> Result<Staff, StoreError> {
        match self {
            Self::Sqlite(reader) => reader.staff(known_at).await,
            Self::Postgres(reader) => reader.staff(known_at).await,
        }
    }

    /// All places, by id.
    pub async fn places(&self) -> Result<Vec<Place>, StoreError> {
        match self {
            Self::Sqlite(reader) => reader.places().await,
            Self::Postgres(reader) => reader.places().await,
        }
    }

    /// Lets go of the store, and says whether it stood still since it was opened; a database keeps one state for us.
    pub async fn close(self) -> Result<Stillness, StoreError> {
        match self {
            Self::Sqlite(reader) => reader.close().await,
            Self::Postgres(reader) => reader.close().await.map(|()| Stillness::Kept),
        }
    }
}
