//! The ground that a look-up is measured against: axum answering a constant JSON object, and nothing else.

use anyhow::Result;
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};

/// Serves `/bare` on a free port of this machine and prints the address, as the product does.
pub fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        axum::serve(listener, Router::new().route("/bare", get(answer))).await?;
        Ok(())
    })
}

async fn answer() -> Json<Value> {
    Json(json!({ "edition": 1, "match": "inside" }))
}
