//! Where a store is.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::postgres::PgConnectOptions;

use super::StoreError;

/// How the address of a database begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// What may stand behind the question mark of a database's address; the driver would pass over anything else.
const PARAMETERS: [&str; 13] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "statement-cache-capacity",
];

/// Where a store is: a file, or a database of PostgreSQL. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// A GeoPackage file.
    File(PathBuf),
    /// A database.
    Postgres(PostgresUrl),
}

/// The address of a database, as `postgres://user:password@host:port/database?sslmode=verify-full`.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl StoreAddress {
    /// The path, when it is a file.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }

    /// Refuses the address of a database that cannot be understood.
    pub fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::File(_) => Ok(()),
            Self::Postgres(url) => url.options().map(drop),
        }
    }
}

impl PostgresUrl {
    /// What the driver connects with; what the address leaves out comes from `PGUSER`, `PGPASSWORD`, `~/.pgpass` and so on.
    pub(in crate::store) fn options(&self) -> Result<PgConnectOptions, StoreError> {
        let refuse = |why: String| StoreError::Address { address: self.to_string(), why };
        for key in parameters(&self.0) {
            if !PARAMETERS.contains(&key) && !key.starts_with("options[") {
                return Err(refuse(format!("there is no parameter {key:?}")));
            }
        }
        // The driver's words may repeat the address, but never the password within it.
        PgConnectOptions::from_str(&self.0).map_err(|error| match error {
            sqlx::Error::Configuration(cause) => refuse(cause.to_string()),
            other => refuse(other.to_string()),
        })
    }
}

/// The keys behind the question mark.
fn parameters(url: &str) -> impl Iterator<Item = &str> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').map_or(pair, |(key, _)| key))
}

impl From<OsString> for StoreAddress {
    fn from(text: OsString) -> Self {
        match text.into_string() {
            Ok(text) if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) => Self::Postgres(PostgresUrl(text)),
            Ok(text) => Self::File(text.into()),
            Err(text) => Self::File(text.into()),
        }
    }
}

impl From<&str> for StoreAddress {
    fn from(text: &str) -> Self {
        OsString::from(text).into()
    }
}

impl From<&Path> for StoreAddress {
    fn from(path: &Path) -> Self {
        path.as_os_str().to_owned().into()
    }
}

impl From<&PathBuf> for StoreAddress {
    fn from(path: &PathBuf) -> Self {
        path.as_path().into()
    }
}

impl From<&Self> for StoreAddress {
    fn from(address: &Self) -> Self {
        address.clone()
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All that may hold a password goes: what stands before the host, and the parameters.
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (user.split(':').next().unwrap_or_default(), host),
            // A password with a slash that should have been written as %2F.
            None if rest.contains('@') => return f.write_str("postgres://..."),
            None => ("", authority),
        };
        let path = rest[authority.len()..].split(['?', '#']).next().unwrap_or_default();
        let at = if user.is_empty() { "" } else { "@" };
        write!(f, "postgres://{user}{at}{host}{path}")
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_told_from_a_file() {
        assert_eq!(StoreAddress::from("a.gpkg").file(), Some(Path::new("a.gpkg")));
        assert_eq!(StoreAddress::from("postgres:").file(), Some(Path::new("postgres:")));
        assert_eq!(StoreAddress::from("postgres://h/d").file(), None);
        assert_eq!(StoreAddress::from("postgresql://h/d").file(), None);
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://u:secret@h:5433/d", "postgres://u@h:5433/d"),
            ("postgresql://u:sec@ret@h/d?password=secret", "postgres://u@h/d"),
            ("postgres:///d?host=/run/x&password=secret", "postgres:///d"),
            ("postgres://u:sec/ret@h/d", "postgres://..."),
            ("postgres://u:sec?ret@h/d", "postgres://..."),
            ("postgres://h", "postgres://h"),
        ] {
            let address = StoreAddress::from(url);
            assert_eq!((address.to_string().as_str(), format!("{address:?}").as_str()), (shown, shown));
        }
    }

    #[test]
    fn a_wrong_address_says_what_is_wrong() {
        for (url, why) in [
            ("postgres://u:secret@h:99999/d", "port"),
            ("postgres://u:secret@h/d?sslmode=perhaps", "perhaps"),
            ("postgres://u:secret@h/d?sslmod=require", "sslmod"),
            ("postgres://u:secret@[::1/d", "address"),
        ] {
            let error = StoreAddress::from(url).check().expect_err(url).to_string();
            assert!(error.contains(why) && !error.contains("secret"), "{error}");
        }
        for url in ["postgres:///d?host=/run/postgresql", "postgres://h/d?sslmode=verify-full&options[lock_timeout]=1s"]
        {
            StoreAddress::from(url).check().unwrap_or_else(|error| panic!("{error}"));
        }
    }
}
