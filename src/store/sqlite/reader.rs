//! A store opened by somebody who only reads: nothing is made, migrated, or left beside the file.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use time::OffsetDateTime;

use super::{areas, editions, open, places, profile, staff};
use crate::{
    domain::{
        area::{Edition, EditionNumber},
        duty::Staff,
        place::Place,
    },
    store::{StoreError, StoredArea, StoredProfile},
};

/// A store that is read and never written, whether another process serves it or not.
///
/// Where nobody has it open, it is read as an immutable file: a reader of a write-ahead log would otherwise leave a log
/// and an index of it beside the file. What was read holds only when [`SqliteReader::close`] says that the file stood still.
#[derive(Debug)]
pub struct SqliteReader {
    pool: SqlitePool,
    path: PathBuf,
    /// How the file was when it was opened as immutable.
    rest: Option<Rest>,
}

/// What tells that a file at rest was written meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rest {
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
}

/// Whether the file stood still while it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stillness {
    /// It did, or the log kept writers apart: what was read is one state.
    Kept,
    /// Somebody wrote to it: read again.
    Broken,
}

impl SqliteReader {
    /// Opens the store at `path` to read; a missing file and one of another program are refused.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let missing = |error: io::Error| StoreError::Unavailable(Box::new(error));
        fs::metadata(path).map_err(missing)?;
        let rest = Rest::of(path).map_err(missing)?;
        open::check_start(path)?;
        let options = SqliteConnectOptions::new()
            .disable_statement_logging()
            .filename(path)
            .busy_timeout(open::BUSY_TIMEOUT)
            .row_buffer_size(open::ROWS_AHEAD)
            .read_only(true)
            .immutable(rest.is_some());
        let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(open::READER_WAIT);
        let reader = Self { pool: pool.connect_with(options).await?, path: path.to_owned(), rest };
        let mut connection = reader.pool.acquire().await?;
        open::check_ours(&mut connection, path).await?;
        drop(connection);
        Ok(reader)
    }

    /// The profile that the store was made with.
    pub async fn profile(&self) -> Result<Option<StoredProfile>, StoreError> {
        profile::read(&mut *self.pool.acquire().await?).await
    }

    /// The newest edition; `None` when nothing was published.
    pub async fn head(&self) -> Result<Option<Edition>, StoreError> {
        editions::head(&self.pool).await
    }

    /// All editions, oldest first.
    pub async fn editions(&self) -> Result<Vec<Edition>, StoreError> {
        editions::all(&self.pool).await
    }

    /// The areas of an edition, sorted by level and code; empty for edition 0.
    pub async fn areas(&self, edition: EditionNumber) -> Result<Vec<StoredArea>, StoreError> {
        areas::of_edition(&self.pool, edition).await
    }

    /// Organisations, people, postings and channels as they were known at a time; as they are known now for `None`.
    pub async fn staff(&self, known_at: Option<OffsetDateTime>) -> Result<Staff, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let known = match known_at {
            Some(at) => staff::known_at(&mut connection, at).await?,
            None => i64::MAX,
        };
        staff::read(&mut connection, known).await
    }

    /// All places, by id.
    pub async fn places(&self) -> Result<Vec<Place>, StoreError> {
        places::all(&self.pool).await
    }

    /// Lets go of the file, and says whether it stood still since it was opened.
    pub async fn close(self) -> Result<Stillness, StoreError> {
        self.pool.close().await;
        let Some(before) = self.rest else { return Ok(Stillness::Kept) };
        let after = Rest::of(&self.path).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        Ok(if after == Some(before) { Stillness::Kept } else { Stillness::Broken })
    }
}

impl Rest {
    /// How a file is that nobody has open; `None` while there is a log or an index of one beside it.
    fn of(path: &Path) -> io::Result<Option<Self>> {
        for end in ["-wal", "-shm"] {
            let mut beside = path.as_os_str().to_owned();
            beside.push(end);
            if fs::exists(Path::new(&beside))? {
                return Ok(None);
            }
        }
        let file = fs::metadata(path)?;
        Ok(Some(Self { inode: file.ino(), bytes: file.size(), modified: (file.mtime(), file.mtime_nsec()) }))
    }
}
