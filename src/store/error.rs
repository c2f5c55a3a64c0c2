//! From the drivers' errors to the contract's.

use sqlx::{error::ErrorKind, postgres::PgDatabaseError};

use super::{PublishError, StoreError};

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let breaks_invariant = match &error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::RowNotFound => true,
            sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>() {
                Some(refusal) => match judge(refusal.code()) {
                    Judgement::Denied => return Self::Denied(refusal.message().to_owned()),
                    Judgement::ReadOnly => return Self::ReadOnly(refusal.message().to_owned()),
                    Judgement::Inconsistent => true,
                    Judgement::Unavailable => false,
                },
                None => !matches!(database.kind(), ErrorKind::Other),
            },
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

/// What an error of PostgreSQL means to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judgement {
    Denied,
    ReadOnly,
    Inconsistent,
    Unavailable,
}

/// By SQLSTATE; see appendix A of PostgreSQL's manual.
fn judge(code: &str) -> Judgement {
    match code {
        // No such database; not allowed to connect to it is class 28.
        "3D000" => Judgement::Denied,
        // Not the right to; a standby, or a session set to read only.
        "42501" | "25006" => Judgement::ReadOnly,
        _ => match code.get(..2) {
            Some("28") => Judgement::Denied,
            // Data that do not fit, a broken constraint, tables that are not as they should be.
            Some("22" | "23" | "42") => Judgement::Inconsistent,
            _ => Judgement::Unavailable,
        },
    }
}

/// Refuses a write that did not touch as many rows as it must.
pub(in crate::store) fn expect_rows(found: u64, expected: u64, what: &str) -> Result<(), StoreError> {
    if found == expected {
        return Ok(());
    }
    Err(StoreError::Inconsistent(format!("{what}: {found} rows written, not {expected}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_errors_has_its_meaning() {
        for (code, judgement) in [
            ("28P01", Judgement::Denied),
            ("28000", Judgement::Denied),
            ("3D000", Judgement::Denied),
            ("42501", Judgement::ReadOnly),
            ("25006", Judgement::ReadOnly),
            ("23P01", Judgement::Inconsistent),
            ("22021", Judgement::Inconsistent),
            ("42P01", Judgement::Inconsistent),
            ("53100", Judgement::Unavailable),
            ("57P01", Judgement::Unavailable),
            ("55P03", Judgement::Unavailable),
            ("", Judgement::Unavailable),
        ] {
            assert_eq!(judge(code), judgement, "{code}");
        }
    }
}
