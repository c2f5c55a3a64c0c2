//! A write: one transaction that keeps other writers out, and whose outcome is known.

use std::ops::{Deref, DerefMut};

use sqlx::{PgConnection, Postgres, SqlSafeStr, Transaction, pool::PoolConnection};
use tokio::sync::OwnedSemaphorePermit;

use super::gate::Gate;
use crate::store::StoreError;

/// How often the outcome of a commit is asked for while the server still works on it.
const OUTCOME_TRIES: u32 = 10;

/// How long between two of these questions.
const OUTCOME_PAUSE: std::time::Duration = std::time::Duration::from_millis(200);

/// A transaction that writes. Dropped, it is undone.
pub(in crate::store) struct Write {
    transaction: Transaction<'static, Postgres>,
    permit: OwnedSemaphorePermit,
    /// The transaction's number.
    id: String,
    gate: Gate,
}

impl Write {
    /// Begins, when all writes before have ended, whoever makes them.
    pub(super) async fn begin(gate: &Gate) -> Result<Self, StoreError> {
        let (connection, permit) = gate.turn().await?.into_parts();
        let mut transaction = begin(connection).await?;
        sqlx::query(include_str!("../sql/postgres/lock_writers.sql")).fetch_one(&mut *transaction).await?;
        let id = sqlx::query_scalar(include_str!("../sql/postgres/transaction_id.sql"));
        let id = id.fetch_one(&mut *transaction).await?;
        Ok(Self { transaction, permit, id, gate: gate.clone() })
    }

    /// Makes all of it durable, or nothing of it.
    ///
    /// When the connection breaks in between, the server is asked what became of the transaction: an answer that was
    /// lost on its way must not make a publish look as if it had not happened.
    pub(in crate::store) async fn commit(self) -> Result<(), StoreError> {
        let Self { transaction, permit, id, gate } = self;
        let Err(error) = transaction.commit().await else { return Ok(()) };
        drop(permit);
        for _ in 0..OUTCOME_TRIES {
            match outcome(&gate, &id).await {
                Ok(Some(outcome)) if outcome == "committed" => return Ok(()),
                Ok(Some(outcome)) if outcome == "in progress" => tokio::time::sleep(OUTCOME_PAUSE).await,
                // Aborted; or the server is away, and nobody can tell.
                _ => break,
            }
        }
        Err(error.into())
    }
}

async fn begin(connection: PoolConnection<Postgres>) -> Result<Transaction<'static, Postgres>, StoreError> {
    // Whatever the database's default is: the compare-and-swap waits for the row and then looks again.
    let statement = "begin isolation level read committed read write".into_sql_str();
    Ok(Transaction::begin(connection, Some(statement)).await?)
}

/// What became of a transaction.
async fn outcome(gate: &Gate, id: &str) -> Result<Option<String>, StoreError> {
    let mut turn = gate.turn().await?;
    let select = sqlx::query_scalar(include_str!("../sql/postgres/transaction_outcome.sql"));
    Ok(select.bind(id).fetch_one(&mut *turn).await?)
}

impl Deref for Write {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}
