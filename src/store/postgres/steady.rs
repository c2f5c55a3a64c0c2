//! A connection that sees one state of the store, whatever is written meanwhile.

use std::ops::{Deref, DerefMut};

use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};

use super::open;
use crate::store::StoreError;

/// A connection of its own in one transaction from beginning to end; it goes back to no pool, so none is left in it.
#[derive(Debug)]
pub(in crate::store) struct Steady(PgConnection);

impl Steady {
    /// Connects; the state is that of the first question.
    pub(super) async fn connect(options: &PgConnectOptions) -> Result<Self, StoreError> {
        let mut connection = open::connect(options).await?;
        connection.execute("begin isolation level repeatable read read only").await?;
        Ok(Self(connection))
    }

    /// Lets go of the database.
    pub(super) async fn close(self) -> Result<(), StoreError> {
        Ok(self.0.close().await?)
    }
}

impl Deref for Steady {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Steady {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
