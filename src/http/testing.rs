//! Settings for the tests of this room.

use std::time::Duration;

use super::limits::Limits;
use crate::config::ServeConfig;
use crate::telemetry::LogFormat;

/// The default settings, on a free port of loopback.
pub(crate) fn config() -> ServeConfig {
    ServeConfig {
        listen: "127.0.0.1:0".parse().expect("an address"),
        store: "unused.gpkg".into(),
        basemap: None,
        profile: None,
        public_url: None,
        log: "info".to_owned(),
        log_format: LogFormat::Text,
        api_key: None,
        max_connections: 800,
        header_timeout_s: 10,
        request_timeout_s: 30,
        import_timeout_s: 3600,
        max_body_bytes: 16 << 20,
        max_import_bytes: 4 << 30,
        min_body_rate: 1024,
        tile_cache_mb: 128,
        poll_ms: 1000,
        drain_s: 20,
    }
}

/// The limits of [`config`], with a shorter grace for slow bodies.
pub(crate) fn limits() -> Limits {
    Limits { body_grace: Duration::from_secs(1), ..Limits::new(&config()) }
}
