//! The limits of the HTTP side, each with a name.

use std::time::Duration;

use http::HeaderMap;

use super::body::media_type;
use super::routes::STREAMED;
use crate::config::ServeConfig;

/// Longest request target (path and query).
pub const MAX_URI_BYTES: usize = 16 << 10;
/// Request line and header together; more is answered 431. Above [`MAX_URI_BYTES`], so that a long address gets its own answer.
/// The number of header lines is hyper's default of 100.
pub const MAX_HEADER_BYTES: usize = 64 << 10;
/// A body may keep us waiting this long before its rate counts.
pub const BODY_GRACE: Duration = Duration::from_secs(10);
/// A client that takes nothing of its answer for this long is dropped.
pub const WRITE_STALL: Duration = Duration::from_secs(20);
/// A closing connection reads on for at most this long, so that the client gets to read the answer.
pub const LINGER: Duration = Duration::from_secs(2);
/// The same at shutdown, which should not wait for idle clients.
pub const LINGER_AT_SHUTDOWN: Duration = Duration::from_millis(200);
/// Values of indicators as JSON: some 250 bytes for each of as many as one import takes. They are in memory at once.
pub const MAX_VALUES_JSON_BYTES: u64 = 64 << 20;

/// Whether a body must say its length before it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLength {
    /// `Content-Length`, else 411.
    Required,
    /// Chunked bodies are taken too.
    Optional,
}

/// The limits of the requests below one path.
#[derive(Debug, Clone)]
pub struct RouteLimits {
    /// The path; it holds for itself and for everything below it.
    pub path: &'static str,
    /// Media types of the bodies it holds for; none for all.
    pub media_types: &'static [&'static str],
    /// Name of the limit on the body, as the problem gives it.
    pub body_limit: &'static str,
    /// Largest body.
    pub max_body_bytes: u64,
    /// Whether a body must say its length.
    pub body_length: BodyLength,
    /// The whole body must be there within this time.
    pub body_within: Duration,
    /// The answer must begin within this time.
    pub answer_within: Duration,
}

/// All limits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most connections at a time.
    pub max_connections: usize,
    /// Time for a header, and of silence between requests.
    pub header_within: Duration,
    /// Slowest body, in bytes per second.
    pub min_body_rate: u32,
    /// Waiting for a body before its rate counts.
    pub body_grace: Duration,
    /// Silence of a client that should take its answer.
    pub write_stall: Duration,
    /// Time for requests under way at shutdown.
    pub drain: Duration,
    /// What holds where nothing else does.
    pub default: RouteLimits,
    /// What holds below certain paths; the first that fits.
    pub routes: Vec<RouteLimits>,
}

impl Limits {
    /// The limits that `config` sets.
    pub fn new(config: &ServeConfig) -> Self {
        let request = Duration::from_secs(config.request_timeout_s);
        let import = Duration::from_secs(config.import_timeout_s);
        let default = RouteLimits {
            path: "/",
            media_types: &[],
            body_limit: "max-body-bytes",
            max_body_bytes: config.max_body_bytes,
            body_length: BodyLength::Required,
            body_within: request,
            answer_within: request,
        };
        let lookup = RouteLimits { path: "/lookup", body_length: BodyLength::Optional, ..default.clone() };
        // Answered as they come, in flat memory: only the rate is limited, and the length of a record.
        let streamed = RouteLimits {
            media_types: &STREAMED,
            body_limit: "max-stream-bytes",
            max_body_bytes: u64::MAX,
            body_within: import,
            ..lookup.clone()
        };
        let imports = RouteLimits {
            path: "/imports",
            media_types: &[],
            body_limit: "max-import-bytes",
            max_body_bytes: config.max_import_bytes,
            body_length: BodyLength::Optional,
            body_within: import,
            answer_within: import,
        };
        let values = RouteLimits {
            path: "/indicators/imports",
            media_types: &["application/json"],
            body_limit: "max-values-json-bytes",
            max_body_bytes: config.max_import_bytes.min(MAX_VALUES_JSON_BYTES),
            ..imports.clone()
        };
        Self {
            max_connections: config.max_connections as usize,
            header_within: Duration::from_secs(config.header_timeout_s),
            min_body_rate: config.min_body_rate,
            body_grace: BODY_GRACE,
            write_stall: WRITE_STALL,
            drain: Duration::from_secs(config.drain_s),
            default,
            routes: vec![
                streamed,
                lookup,
                values,
                RouteLimits { path: "/indicators/imports", ..imports.clone() },
                RouteLimits { path: "/places/imports", ..imports.clone() },
                RouteLimits { path: "/rosters/imports", ..imports.clone() },
                imports,
            ],
        }
    }

    /// The limits of a request for `path` with these headers.
    pub fn of(&self, path: &str, headers: &HeaderMap) -> &RouteLimits {
        let below = |route: &&RouteLimits| {
            path.strip_prefix(route.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let fits = |route: &&RouteLimits| {
            route.media_types.is_empty()
                || media_type(headers).is_some_and(|found| route.media_types.contains(&found.as_str()))
        };
        self.routes.iter().filter(below).find(fits).unwrap_or(&self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_limits_of_the_route_it_is_below() {
        let limits = crate::http::testing::limits();
        let mut headers = HeaderMap::new();
        assert_eq!(limits.of("/imports", &headers).body_limit, "max-import-bytes");
        assert_eq!(limits.of("/imports/3", &headers).body_limit, "max-import-bytes");
        assert_eq!(limits.of("/indicators/imports", &headers).body_limit, "max-import-bytes");
        let json = HeaderMap::from_iter([(http::header::CONTENT_TYPE, "application/json".parse().unwrap())]);
        let values = limits.of("/indicators/imports", &json);
        assert_eq!((values.body_limit, values.max_body_bytes), ("max-values-json-bytes", MAX_VALUES_JSON_BYTES));
        assert_eq!(limits.of("/imports", &json).body_limit, "max-import-bytes");
        assert_eq!(limits.of("/importsx", &headers).body_limit, "max-body-bytes");
        assert_eq!(limits.of("/", &headers).body_length, BodyLength::Required);
        assert_eq!(limits.of("/lookup", &headers).body_length, BodyLength::Optional);
        assert_eq!(limits.of("/lookup", &headers).body_limit, "max-body-bytes");
        headers.insert(http::header::CONTENT_TYPE, "text/CSV; charset=utf-8".parse().unwrap());
        assert_eq!(limits.of("/lookup", &headers).body_limit, "max-stream-bytes");
        assert_eq!(limits.of("/imports", &headers).body_limit, "max-import-bytes");
    }
}
