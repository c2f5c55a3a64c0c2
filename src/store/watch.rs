//! Looking at a change log again and again, wherever the store is.

use std::time::Duration;

use super::{LogHead, StoreError, postgres::PostgresWatch, sqlite::SqliteWatch};

/// How long a file may take to say where its log stands: the disk may be busy.
const FILE_PATIENCE: Duration = Duration::from_secs(5);

/// Somebody who looks at the change log of a store, on a connection of its own.
#[derive(Debug)]
pub enum LogWatch {
    /// In a file.
    Sqlite(SqliteWatch),
    /// In a database.
    Postgres(PostgresWatch),
}

impl LogWatch {
    /// Where the log stands. Connects where there is no connection; may be given up at any point.
    pub async fn look(&mut self) -> Result<LogHead, StoreError> {
        match self {
            Self::Sqlite(watch) => watch.look().await,
            Self::Postgres(watch) => watch.look().await,
        }
    }

    /// How long a look may take before the store counts as away.
    pub const fn patience(&self) -> Duration {
        match self {
            Self::Sqlite(_) => FILE_PATIENCE,
            Self::Postgres(_) => PostgresWatch::PATIENCE,
        }
    }

    /// Waits until the doorbell rings or its wire breaks: then look. Where there is no doorbell, it waits for ever.
    pub async fn rung(&mut self) {
        match self {
            Self::Sqlite(_) => std::future::pending().await,
            Self::Postgres(watch) => watch.rung().await,
        }
    }

    /// How long to wait for the doorbell before the next look, where somebody wants at most `poll` between two.
    pub fn pause(&self, poll: Duration) -> Duration {
        match self {
            Self::Sqlite(_) => poll,
            Self::Postgres(watch) => watch.pause(poll),
        }
    }

    /// Lets go of the store.
    pub async fn close(self) {
        match self {
            Self::Sqlite(watch) => watch.close().await,
            Self::Postgres(watch) => watch.close().await,
        }
    }
}
