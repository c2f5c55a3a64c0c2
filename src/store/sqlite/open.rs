//! Opening the file: whose it is, one connection to write, a pool to read.

use std::{fs::File, io::Read, path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::schema::{self, Owner};
use crate::store::StoreError;

/// How long a statement waits for another process that writes.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a write waits for the write before it: longer than a publish of 450,000 areas takes.
const WRITER_WAIT: Duration = Duration::from_secs(120);

/// How long emptying the log waits for readers. Whoever reads longer, a GIS client perhaps, must not hold up a
/// publish: the log is emptied after the next one.
const CHECKPOINT_WAIT: Duration = Duration::from_secs(1);

/// How many reads run at once; further ones wait.
const READERS: u32 = 4;

/// How long a read waits for a connection.
pub(super) const READER_WAIT: Duration = Duration::from_secs(30);

/// How many rows the driver reads ahead of us: reading and decoding overlap.
pub(super) const ROWS_AHEAD: usize = 1_024;

/// Page cache of the writer in KiB, written as SQLite wants it. Its indexes fit for a million areas; with the default of
/// 2 MB their pages are written and read again and again within one publish.
const WRITER_CACHE: &str = "-65536";

/// What every SQLite database begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The connections of a store.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    /// The one that writes.
    pub(super) writer: SqlitePool,
    /// The one that empties the log; of its own because it waits less long.
    pub(super) checkpointer: SqlitePool,
    /// Those that read.
    pub(super) readers: SqlitePool,
    /// What connections that read are made with.
    pub(super) reading: Box<SqliteConnectOptions>,
}

/// Opens the store at `path`, makes it if there is none, and brings it up to date.
///
/// A file of another program is refused before a byte of it is written.
pub(super) async fn open(path: &Path) -> Result<Connections, StoreError> {
    check_owner(path).await?;
    // The driver would warn of every statement that takes a second, as reading a whole district may.
    let options = SqliteConnectOptions::new()
        .disable_statement_logging()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .row_buffer_size(ROWS_AHEAD);
    // FULL: NORMAL in WAL mode may lose the last commits when the power goes.
    let writing = options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", WRITER_CACHE);
    let alone =
        SqlitePoolOptions::new().max_connections(1).acquire_timeout(WRITER_WAIT).idle_timeout(None).max_lifetime(None);
    let writer = alone.clone().after_release(|connection, _| Box::pin(is_free(connection)));
    let writer = writer.connect_with(writing.clone()).await?;
    let mut transaction = writer.begin_with("begin immediate").await?;
    schema::migrate(&mut transaction).await?;
    transaction.commit().await?;
    let checkpointer = alone.connect_lazy_with(writing.busy_timeout(CHECKPOINT_WAIT));
    let reading = options.read_only(true);
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(READER_WAIT)
        .connect_lazy_with(reading.clone());
    Ok(Connections { writer, checkpointer, readers, reading: Box::new(reading) })
}

/// Whether a connection that was given back may be used again.
///
/// When a commit fails, on a full disk for example, SQLite undoes the transaction by itself. The driver, which then undoes it
/// once more in vain, goes on counting it as open and would refuse every write to come.
async fn is_free(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Behind whatever the driver still has to do with this connection.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// Refuses files that are not ours and stores of a newer program; a missing or an empty file is nobody's.
async fn check_owner(path: &Path) -> Result<(), StoreError> {
    match check_start(path) {
        Ok(Start::Sqlite) => {}
        Ok(Start::Empty) => return Ok(()),
        Err(_) if !path.exists() => return Ok(()),
        Err(error) => return Err(error),
    }
    let probing = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
    let mut connection = SqliteConnection::connect_with(&probing).await?;
    let judged = match schema::owner(&mut connection).await {
        Ok(Owner::Nobody) => Ok(()),
        _ => check_ours(&mut connection, path).await,
    };
    connection.close().await?;
    judged
}

/// How a file begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// There is nothing in it.
    Empty,
    /// As an SQLite database.
    Sqlite,
}

/// Reads how a file begins; one that begins as something else is foreign.
pub(super) fn check_start(path: &Path) -> Result<Start, StoreError> {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start));
    read.map_err(|error| StoreError::Unavailable(Box::new(error)))?;
    match start.as_slice() {
        [] => Ok(Start::Empty),
        start if start == MAGIC => Ok(Start::Sqlite),
        _ => Err(foreign(path)),
    }
}

/// Refuses a database that is not ours, one with nothing in it included, and one of a newer program.
pub(super) async fn check_ours(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    match schema::owner(connection).await? {
        Owner::Ours => schema::version(connection).await.map(drop),
        Owner::Nobody | Owner::Foreign => Err(foreign(path)),
    }
}

fn foreign(path: &Path) -> StoreError {
    StoreError::Foreign(path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 is FULL: what was acknowledged is on the disk.
    #[tokio::test]
    async fn whoever_writes_waits_for_the_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = open(&folder.path().join("store.gpkg")).await.expect("a store");
        for pool in [&connections.writer, &connections.checkpointer] {
            let level: i64 = sqlx::query_scalar("pragma synchronous").fetch_one(pool).await.expect("a level");
            assert_eq!(level, 2);
            let mode: String = sqlx::query_scalar("pragma journal_mode").fetch_one(pool).await.expect("a mode");
            assert_eq!(mode, "wal");
        }
    }
}
