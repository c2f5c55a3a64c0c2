//! The ground that look-ups are measured against: axum answering a constant, or reading a body and counting it.

use anyhow::Result;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path},
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::bodies::Format;

/// Largest body that is parsed, in bytes.
const MAX_BODY: usize = 64 << 20;

/// Serves `/bare` and `/parse/{format}` on a free port of this machine and prints the address, as the product does.
pub fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        let router = Router::new().route("/bare", get(answer)).route("/parse/{format}", post(parse));
        axum::serve(listener, router.layer(DefaultBodyLimit::max(MAX_BODY))).await?;
        Ok(())
    })
}

async fn answer() -> Json<Value> {
    Json(json!({ "edition": 1, "match": "inside" }))
}

/// Reads the body as `format` and answers how many points it has: what nobody can do without.
async fn parse(Path(format): Path<String>, body: Bytes) -> Result<Json<Value>, (StatusCode, String)> {
    let format = Format::ALL.into_iter().find(|known| known.path() == format);
    let format = format.ok_or((StatusCode::NOT_FOUND, "no such format".to_owned()))?;
    let count = format.count(&body).map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok(Json(json!({ "count": count })))
}
