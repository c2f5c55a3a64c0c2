//! The settings of `onemap serve`: flags over environment over default, nothing else.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PathBufValueParser, TypedValueParser};

use crate::{store::StoreAddress, telemetry::LogFormat};

/// Shortest write key that is taken.
pub const API_KEY_MIN_CHARS: usize = 16;

/// Everything that differs between machines.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeConfig {
    /// Address and port to listen on.
    #[arg(long, env = "ONEMAP_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The store: a GeoPackage file, made when it does not exist, or a database as `postgres://user@host/database`.
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    pub store: StoreAddress,

    /// A base map: a PMTiles file of version 3, vector or raster. Without one the map has no ground of its own.
    #[arg(long, env = "ONEMAP_BASEMAP", value_name = "FILE")]
    pub basemap: Option<PathBuf>,

    /// The district's profile: its id or a file. Sets the profile of a new store; of an old one it must be the same.
    #[arg(long, env = "ONEMAP_PROFILE", value_name = "ID|FILE")]
    pub profile: Option<String>,

    /// The address users see, as `https://map.example/onemap`. Links are built from it; without it they are relative.
    #[arg(long, env = "ONEMAP_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    /// What is logged: a level, or target=level pairs.
    #[arg(long, env = "ONEMAP_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// How log lines are written.
    #[arg(long, env = "ONEMAP_LOG_FORMAT", default_value = "text", value_enum)]
    pub log_format: LogFormat,

    /// The key that writes need, at least 16 characters. Without one, writes are taken from this machine only.
    #[arg(long, env = "ONEMAP_API_KEY", hide_env_values = true, value_name = "KEY")]
    pub api_key: Option<ApiKey>,

    /// Most connections at a time; more wait in the system's queue.
    #[arg(long, env = "ONEMAP_MAX_CONNECTIONS", default_value_t = 800, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,

    /// Seconds a client has for its header, and a kept connection may be silent.
    #[arg(long, env = "ONEMAP_HEADER_TIMEOUT_S", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub header_timeout_s: u64,

    /// Seconds an answer may take, and a body may take to arrive.
    #[arg(long, env = "ONEMAP_REQUEST_TIMEOUT_S", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub request_timeout_s: u64,

    /// Seconds an import may take, its upload included.
    #[arg(long, env = "ONEMAP_IMPORT_TIMEOUT_S", default_value_t = 3600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub import_timeout_s: u64,

    /// Largest body of a request, in bytes.
    #[arg(long, env = "ONEMAP_MAX_BODY_BYTES", default_value_t = 16 << 20, value_parser = clap::value_parser!(u64).range(1..=1 << 30))]
    pub max_body_bytes: u64,

    /// Largest body of an import, in bytes.
    #[arg(long, env = "ONEMAP_MAX_IMPORT_BYTES", default_value_t = 4 << 30, value_parser = clap::value_parser!(u64).range(1..=1 << 40))]
    pub max_import_bytes: u64,

    /// Slowest body that is waited for, in bytes per second, after a grace of ten seconds.
    #[arg(long, env = "ONEMAP_MIN_BODY_RATE", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1 << 30))]
    pub min_body_rate: u32,

    /// Megabytes of compressed tiles that are kept in memory; 0 keeps none.
    #[arg(long, env = "ONEMAP_TILE_CACHE_MB", default_value_t = 128, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub tile_cache_mb: u32,

    /// Milliseconds between two looks at the store's change log, at most: what another server or program writes to the same
    /// store is served so soon, or at once where PostgreSQL's doorbell rings.
    #[arg(long, env = "ONEMAP_POLL_MS", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(50..=60_000))]
    pub poll_ms: u64,

    /// Seconds that requests under way have to end at shutdown.
    #[arg(long, env = "ONEMAP_DRAIN_S", default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub drain_s: u64,
}

/// Reads the address of a store. What is wrong with one is told when it is opened: clap would repeat its password.
pub fn store_address() -> impl TypedValueParser<Value = StoreAddress> {
    PathBufValueParser::new().map(|path| StoreAddress::from(&path))
}

/// The address under which users reach the service.
///
/// **Invariant**: `http` or `https`, a host, perhaps a path, no query, no slash at the end.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// Why a public address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no public address; allowed: http:// or https://, a host, perhaps a port and a path, as https://map.example/onemap"
)]
pub struct PublicUrlError(String);

impl PublicUrl {
    /// `path` of this service (beginning with a slash) as a whole address.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Scheme, host and port, as browsers send them in `Origin`.
    pub fn origin(&self) -> &str {
        let host_at = self.0.find("://").map_or(0, |at| at + 3);
        self.0[host_at..].find('/').map_or(&self.0, |slash| &self.0[..host_at + slash])
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let refuse = || PublicUrlError(text.to_owned());
        let uri: http::Uri = text.parse().map_err(|_| refuse())?;
        let authority = uri.authority().ok_or_else(refuse)?;
        let plain = matches!(uri.scheme_str(), Some("http" | "https"))
            && !authority.host().is_empty()
            && !authority.as_str().contains('@')
            && !text.contains(['?', '#']);
        if plain { Ok(Self(text.trim_end_matches('/').to_owned())) } else { Err(refuse()) }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The key that writes need; never printed.
#[derive(Clone)]
pub struct ApiKey(String);

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key has {found} characters; at least {API_KEY_MIN_CHARS} visible ASCII characters are needed")]
pub struct ApiKeyError {
    found: usize,
}

impl ApiKey {
    /// The key itself, to be compared with what a client sends.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl FromStr for ApiKey {
    type Err = ApiKeyError;

    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        let strong = text.len() >= API_KEY_MIN_CHARS && text.bytes().all(|byte| byte.is_ascii_graphic());
        if strong { Ok(Self(text.to_owned())) } else { Err(ApiKeyError { found: text.chars().count() }) }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        serve: ServeConfig,
    }

    #[test]
    fn public_address_is_checked_and_joined() {
        let url: PublicUrl = "https://map.example:8443/onemap/".parse().unwrap();
        assert_eq!(url.join("/areas?limit=1"), "https://map.example:8443/onemap/areas?limit=1");
        assert_eq!(url.origin(), "https://map.example:8443");
        assert_eq!("http://a".parse::<PublicUrl>().unwrap().origin(), "http://a");
        for text in ["", "map.example", "ftp://a", "https://", "https://a?b", "https://a/#b", "https://u@a", "/x"] {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn key_is_long_and_never_printed() {
        let key: ApiKey = "0123456789abcdef".parse().unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey(***)");
        assert!("short".parse::<ApiKey>().is_err());
        assert!("0123456789abcde f".parse::<ApiKey>().is_err());
    }

    #[test]
    fn flags_are_checked_on_the_command_line() {
        let parsed = Program::try_parse_from(["onemap", "--listen", "127.0.0.1:9", "--max-connections", "7"]);
        let serve = parsed.unwrap_or_else(|error| panic!("{error}")).serve;
        assert_eq!((serve.listen.port(), serve.max_connections), (9, 7));
        for bad in
            [["onemap", "--listen", "nowhere"], ["onemap", "--max-connections", "0"], ["onemap", "--api-key", "x"]]
        {
            assert!(Program::try_parse_from(bad).is_err(), "{bad:?}");
        }
    }
}
