//! From the drivers' errors to the contract's.

use sqlx::{error::ErrorKind, postgres::PgDatabaseError};

use super::{PublishError, StoreError};

/// SQLite's primary result codes (its document "Result and Error Codes") that mean something of their own to us.
const SQLITE_READONLY: u32 = 8;
const SQLITE_FULL: u32 = 13;

/// The extended code of a log whose index cannot grow: "may indicate that the underlying filesystem volume is out of space".
const SQLITE_IOERR_SHMSIZE: u32 = 4874;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let judgement = match &error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::RowNotFound => {
                Judgement::Inconsistent
            }
            sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>() {
                Some(refusal) => judge(refusal.code()),
                None => judge_sqlite(database.code().as_deref(), &database.kind()),
            },
            _ => Judgement::Unavailable,
        };
        let said = || match &error {
            sqlx::Error::Database(database) => database.message().to_owned(),
            other => other.to_string(),
        };
        match judgement {
            Judgement::Denied => Self::Denied(said()),
            Judgement::ReadOnly => Self::ReadOnly(said()),
            Judgement::Full => Self::Full(said()),
            Judgement::Inconsistent => Self::Inconsistent(error.to_string()),
            Judgement::Unavailable => Self::Unavailable(Box::new(error)),
        }
    }
}

impl From<sqlx::Error> for PublishError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What a database's error means to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judgement {
    Denied,
    ReadOnly,
    Full,
    Inconsistent,
    Unavailable,
}

/// By SQLite's result code, whose lowest byte is the primary one.
fn judge_sqlite(code: Option<&str>, kind: &ErrorKind) -> Judgement {
    let extended = code.and_then(|code| code.parse::<u32>().ok());
    match (extended.map(|code| code & 0xff), kind) {
        (Some(SQLITE_READONLY), _) => Judgement::ReadOnly,
        (Some(SQLITE_FULL), _) => Judgement::Full,
        _ if extended == Some(SQLITE_IOERR_SHMSIZE) => Judgement::Full,
        (_, ErrorKind::Other) => Judgement::Unavailable,
        _ => Judgement::Inconsistent,
    }
}

/// By SQLSTATE; see appendix A of PostgreSQL's manual.
fn judge(code: &str) -> Judgement {
    match code {
        // No such database; not allowed to connect to it is class 28.
        "3D000" => Judgement::Denied,
        // Not the right to; a standby, or a session set to read only.
        "42501" | "25006" => Judgement::ReadOnly,
        "53100" => Judgement::Full,
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
            ("53100", Judgement::Full),
            ("53300", Judgement::Unavailable),
            ("57P01", Judgement::Unavailable),
            ("55P03", Judgement::Unavailable),
            ("", Judgement::Unavailable),
        ] {
            assert_eq!(judge(code), judgement, "{code}");
        }
    }

    #[test]
    fn sqlite_tells_full_and_read_only_by_its_codes() {
        for (code, kind, judgement) in [
            (Some("13"), ErrorKind::Other, Judgement::Full),
            (Some("1032"), ErrorKind::Other, Judgement::ReadOnly),
            (Some("8"), ErrorKind::Other, Judgement::ReadOnly),
            (Some("4874"), ErrorKind::Other, Judgement::Full),
            (Some("778"), ErrorKind::Other, Judgement::Unavailable),
            (Some("2067"), ErrorKind::UniqueViolation, Judgement::Inconsistent),
            (None, ErrorKind::Other, Judgement::Unavailable),
        ] {
            assert_eq!(judge_sqlite(code, &kind), judgement, "{code:?}");
        }
    }
}
