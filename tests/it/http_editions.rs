//! Editions through time over HTTP: publishing for a time, reading at a time, what differs between two.

mod diff;
mod reads;
mod repeat;
mod schedule;

use http::StatusCode;
use onemap::{app::AppOptions, clock::Clock, formats::moment::moment_text};
use serde_json::Value;
use time::{Duration, OffsetDateTime, macros::datetime};

use crate::http_api::{Service, service_by};

const START: OffsetDateTime = datetime!(2026-01-05 08:00 UTC);

/// A small district published at [`START`], and the clock that it goes by.
async fn service() -> (Service, Clock) {
    let clock = Clock::fixed(START);
    (service_by(300, AppOptions::default(), None, clock.clone()).await, clock)
}

fn after(hours: i64) -> OffsetDateTime {
    START + Duration::hours(hours)
}

/// A time as it stands in a query.
fn text(at: OffsetDateTime) -> String {
    moment_text(at)
}

/// Publishes the communities with `prefix` before their names, with what else `query` asks for.
async fn rename(service: &Service, prefix: &str, query: &str) -> (StatusCode, Value) {
    let lines = service.export("community", |name| format!("{prefix}{name}"));
    let path = format!("/imports?author=%E5%BC%A0&{query}");
    service.post(&path, "application/geo+json-seq", lines).await
}

async fn in_force(service: &Service) -> u64 {
    service.get("/profile").await.1["edition"]["number"].as_u64().unwrap_or_default()
}
