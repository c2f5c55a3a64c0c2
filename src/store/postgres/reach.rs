//! What an error of a connection attempt says of the way to the server.

use std::io::{self, ErrorKind};

use sqlx::postgres::PgConnectOptions;

use crate::store::{Barrier, StoreError};

/// How the system's resolver begins its complaint; the standard library has no kind for it.
const NO_SUCH_HOST: &str = "failed to lookup address information";

/// What the driver says of a server that declines to encrypt.
const NO_TLS: &str = "server does not support TLS";

/// Why there is no connection; what the server itself refused keeps its own meaning.
pub(super) fn unreachable(options: &PgConnectOptions, error: sqlx::Error) -> StoreError {
    let (barrier, why) = match &error {
        // With no socket in the file system, the one file that a connection may lack is a certificate.
        sqlx::Error::Io(error) if error.kind() == ErrorKind::NotFound && options.get_socket().is_none() => {
            (Barrier::Encryption, error.to_string())
        }
        sqlx::Error::Io(error) => (of_io(error), error.to_string()),
        sqlx::Error::Tls(error) => (of_tls(&error.to_string()), error.to_string()),
        _ => return error.into(),
    };
    beyond(options, barrier, why)
}

/// The server is beyond `barrier`.
pub(super) fn beyond(options: &PgConnectOptions, barrier: Barrier, why: String) -> StoreError {
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    StoreError::Unreachable { place, barrier, why }
}

fn of_io(error: &io::Error) -> Barrier {
    match error.kind() {
        ErrorKind::ConnectionRefused => Barrier::Refused,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => Barrier::NoRoute,
        ErrorKind::TimedOut => Barrier::Silent,
        // The driver wraps what TLS complains of.
        ErrorKind::InvalidData => of_tls(&error.to_string()),
        _ if error.to_string().starts_with(NO_SUCH_HOST) => Barrier::UnknownHost,
        _ => Barrier::Other,
    }
}

/// By the words of the TLS library, which are all that the driver hands on.
fn of_tls(why: &str) -> Barrier {
    let has = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if has(&[NO_TLS]) {
        Barrier::NoEncryption
    } else if has(&["not valid for name", "NotValidForName"]) {
        Barrier::WrongName
    } else if has(&["certificate expired", "not valid yet", "Expired", "NotValidYet"]) {
        Barrier::Expired
    } else if has(&["UnknownIssuer", "CaUsedAsEndEntity"]) {
        Barrier::UnknownAuthority
    } else {
        Barrier::Encryption
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_tls_are_told_apart() {
        for (why, barrier) in [
            ("server does not support TLS", Barrier::NoEncryption),
            (
                "invalid peer certificate: certificate not valid for name \"127.0.0.1\"; certificate is",
                Barrier::WrongName,
            ),
            ("invalid peer certificate: certificate expired: verification time 1 (UNIX)", Barrier::Expired),
            ("invalid peer certificate: certificate not valid yet: verification", Barrier::Expired),
            ("invalid peer certificate: UnknownIssuer", Barrier::UnknownAuthority),
            ("Invalid certificate ca.pem", Barrier::Encryption),
        ] {
            assert_eq!(of_tls(why), barrier, "{why}");
        }
    }

    #[test]
    fn the_kinds_of_io_errors_are_told_apart() {
        for (error, barrier) in [
            (io::Error::from(ErrorKind::ConnectionRefused), Barrier::Refused),
            (ErrorKind::NetworkUnreachable.into(), Barrier::NoRoute),
            (ErrorKind::TimedOut.into(), Barrier::Silent),
            (io::Error::other(format!("{NO_SUCH_HOST}: Name or service not known")), Barrier::UnknownHost),
            (
                io::Error::new(ErrorKind::InvalidData, "invalid peer certificate: UnknownIssuer"),
                Barrier::UnknownAuthority,
            ),
            (ErrorKind::BrokenPipe.into(), Barrier::Other),
        ] {
            assert_eq!(of_io(&error), barrier, "{error}");
        }
    }
}
