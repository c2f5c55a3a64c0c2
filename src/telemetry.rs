//! Where log lines go: standard error, as text for people or as JSON for machines.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::TryInitError;

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One readable line per event.
    Text,
    /// One JSON object per event.
    Json,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is no list of `target=level`.
    #[error("log filter {filter:?} is not understood; write a level, or target=level pairs, as in info,onemap=debug")]
    Filter {
        /// What was given.
        filter: String,
        /// What the parser says.
        source: ParseError,
    },
    /// Somebody set a subscriber before.
    #[error("logging is already set up in this process")]
    Twice(#[source] TryInitError),
}

/// Sends events that pass `filter` to standard error, for the rest of the process.
pub fn init(filter: &str, format: LogFormat) -> Result<(), TelemetryError> {
    use tracing_subscriber::util::SubscriberInitExt;
    let lines = tracing_subscriber::fmt().with_env_filter(parse(filter)?).with_writer(std::io::stderr);
    let lines = lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    match format {
        LogFormat::Text => lines.with_target(false).finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).finish().try_init(),
    }
    .map_err(TelemetryError::Twice)
}

fn parse(filter: &str) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::builder().parse(filter).map_err(|source| TelemetryError::Filter { filter: filter.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_is_a_level_or_pairs() {
        assert!(parse("info").is_ok());
        assert!(parse("warn,onemap=debug").is_ok());
        let refused = parse("onemap=loud").expect_err("no such level").to_string();
        assert!(refused.contains("onemap=loud"), "{refused}");
    }
}
