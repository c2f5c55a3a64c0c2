//! A pool of connections, and a queue before it.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::open::CONNECT_WAIT;
use crate::store::StoreError;

/// Connections for one kind of work, a certain number of which go on at once.
///
/// The pool by itself would wait as long for a server that is away as for a connection that is busy.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pool: PgPool,
    turns: Arc<Semaphore>,
    wait: Duration,
}

/// A connection for the time of one piece of work.
#[derive(Debug)]
pub(super) struct Turn {
    connection: PoolConnection<Postgres>,
    _permit: OwnedSemaphorePermit,
}

impl Gate {
    /// A gate through which `turns` pieces of work go at once; others wait for `wait`.
    pub(super) fn new(options: PgConnectOptions, turns: u32, wait: Duration) -> Self {
        // One connection more than turns: work that was dropped keeps its connection until the server has undone it.
        let pool = PgPoolOptions::new().max_connections(turns + 1).acquire_timeout(CONNECT_WAIT);
        Self { pool: pool.connect_lazy_with(options), turns: Arc::new(Semaphore::new(turns as usize)), wait }
    }

    /// The next turn.
    pub(super) async fn turn(&self) -> Result<Turn, StoreError> {
        let permit = timeout(self.wait, Arc::clone(&self.turns).acquire_owned()).await;
        let permit = permit.map_err(|_| StoreError::Unavailable("too much other work on the store".into()))?;
        let permit = permit.expect("the semaphore is never closed");
        Ok(Turn { connection: self.pool.acquire().await?, _permit: permit })
    }

    /// Lets go of all connections; work under way ends first.
    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

impl Turn {
    /// The connection and what keeps the turn.
    pub(super) fn into_parts(self) -> (PoolConnection<Postgres>, OwnedSemaphorePermit) {
        (self.connection, self._permit)
    }
}

impl Deref for Turn {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
