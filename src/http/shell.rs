//! Everything around the business routes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use utoipa::ToSchema;

use super::assets::{self, Asset};
use super::express::Express;
use super::gate::{Gate, Gated};
use super::limits::Limits;
use super::negotiate::MVT;
use super::problem::Problem;
use super::write_guard::WritePolicy;
use super::{docs, openapi};
use crate::app::service::Staleness;
use crate::formats::moment::moment_text;

/// Answers below this size are sent as they are.
pub(super) const COMPRESS_FROM_BYTES: u64 = 1024;

/// What the shell needs to know of the whole.
pub struct ShellSettings {
    /// The limits, the same that `serve` gets.
    pub limits: Arc<Limits>,
    /// Who may write; its public address goes into the OpenAPI document too.
    pub writes: WritePolicy,
    /// Readiness and edition, kept true by the caller.
    pub state: ShellState,
    /// The OpenAPI document of the business routes.
    pub openapi: utoipa::openapi::OpenApi,
    /// Where the files of the viewer come from: [`assets::embedded`], or a stand-in in tests.
    pub viewer: fn(&str) -> Option<Asset>,
    /// What may answer before routing, see [`Express`].
    pub express: Option<Express>,
}

/// Whether the service is ready, and which edition is in force.
///
/// Written by whoever swaps snapshots, read by `/readyz` and the gate; losing it loses nothing.
#[derive(Debug, Clone, Default)]
pub struct ShellState(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    ready: AtomicBool,
    /// 0 while there is none.
    edition: AtomicU64,
    /// Written once, when the service begins.
    staleness: OnceLock<Staleness>,
}

impl ShellState {
    /// Says from now on whether requests can be answered.
    pub fn set_ready(&self, ready: bool) {
        self.0.ready.store(ready, Ordering::Release);
    }

    /// Whether requests can be answered.
    pub fn is_ready(&self) -> bool {
        self.0.ready.load(Ordering::Acquire)
    }

    /// Names the edition that answers without one of their own are marked with; 0 for none.
    pub fn set_edition(&self, number: u64) {
        self.0.edition.store(number, Ordering::Release);
    }

    /// Says what tells how old answers are; the first time counts.
    pub fn set_staleness(&self, staleness: Staleness) {
        let _ = self.0.staleness.set(staleness);
    }

    /// How old answers are while the store is away, in seconds.
    pub fn stale_s(&self) -> Option<u64> {
        self.0.staleness.get()?.seconds()
    }

    fn stale_since(&self) -> Option<String> {
        self.0.staleness.get()?.since().map(moment_text)
    }

    /// The edition in force.
    pub fn edition(&self) -> Option<u64> {
        Some(self.0.edition.load(Ordering::Acquire)).filter(|number| *number != 0)
    }
}

/// `business` with health, documentation, problems and screens beside it, behind the gate.
///
/// Panics at start when a business route takes one of the shell's addresses.
pub fn shell(business: Router, settings: ShellSettings) -> Gated {
    let document = openapi::document(settings.openapi, settings.writes.public_url.as_ref());
    let own = Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .with_state(settings.state.clone())
        .merge(docs::routes(document))
        .merge(assets::routes(settings.viewer));
    let worth_it = SizeAbove::new(COMPRESS_FROM_BYTES)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("application/zip"))
        // Tiles are compressed once and kept so; events must leave at once.
        .and(NotForContentType::const_new(MVT))
        .and(NotForContentType::SSE);
    let routes = business.merge(own).layer(CompressionLayer::new().compress_when(worth_it));
    let gate =
        Gate { limits: settings.limits, writes: settings.writes, state: settings.state, express: settings.express };
    // The gate stands before routing and so sees 404 and 405 too.
    Gated::new(gate, routes)
}

/// What the probes answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok` or `ready`.
    status: &'static str,
    /// While the store is away and answers come from memory: seconds since it was last heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale_s: Option<u64>,
    /// While the store is away: when it was last heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale_since: Option<String>,
}

/// Whether the process is alive.
#[utoipa::path(get, path = "/healthz", tag = "service", responses((status = 200, description = "Alive / 存活", body = Health)))]
pub async fn healthz() -> Json<Health> {
    Json(Health { status: "ok", stale_s: None, stale_since: None })
}

/// Whether requests can be answered. A service whose store is away is ready: it answers from memory, and says since when.
#[utoipa::path(get, path = "/readyz", tag = "service", responses(
    (status = 200, description = "Ready / 就绪", body = Health),
    (status = 503, description = "Not yet, or no longer / 未就绪", body = openapi::ProblemBody, content_type = "application/problem+json"),
))]
pub async fn readyz(State(state): State<ShellState>) -> Result<Json<Health>, Problem> {
    const RETRY_AFTER_S: u32 = 2;
    if state.is_ready() {
        Ok(Json(Health { status: "ready", stale_s: state.stale_s(), stale_since: state.stale_since() }))
    } else {
        Err(Problem::unavailable("服务正在启动或停止", "the service is starting or stopping", RETRY_AFTER_S))
    }
}
