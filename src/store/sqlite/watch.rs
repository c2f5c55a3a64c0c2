//! Looking at the change log again and again.

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::log;
use crate::store::{LogHead, StoreError};

/// A connection that looks at the change log: its own, so that no read however long holds it up.
#[derive(Debug)]
pub struct SqliteWatch {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
}

impl SqliteWatch {
    pub(super) const fn new(options: SqliteConnectOptions) -> Self {
        Self { options, connection: None }
    }

    /// Where the log stands.
    pub async fn look(&mut self) -> Result<LogHead, StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.options.connect().await?),
        };
        let head = log::head(connection).await;
        if head.is_err() {
            self.connection = None;
        }
        head
    }

    /// Lets go of the file.
    pub async fn close(self) {
        if let Some(connection) = self.connection {
            // Whoever only reads has nothing to lose.
            let _ = connection.close().await;
        }
    }
}
