//! From the driver's errors to the contract's.

use sqlx::error::ErrorKind;

use crate::store::{PublishError, StoreError};

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let breaks_invariant = match &error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::RowNotFound => true,
            sqlx::Error::Database(database) => !matches!(database.kind(), ErrorKind::Other),
            _ => false,
        };
        if breaks_invariant { Self::Inconsistent(error.to_string()) } else { Self::Unavailable(Box::new(error)) }
    }
}

impl From<sqlx::Error> for PublishError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Refuses a write that did not touch as many rows as it must.
pub(super) fn expect_rows(found: u64, expected: u64, what: &str) -> Result<(), StoreError> {
    if found == expected {
        return Ok(());
    }
    Err(StoreError::Inconsistent(format!("{what}: {found} rows written, not {expected}")))
}
