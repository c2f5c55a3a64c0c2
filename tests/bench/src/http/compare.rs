//! Starts both servers and has them measured.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{client::Connection, many, sheet, single};
use crate::process::Server;
use crate::report::Report;
use crate::scale::{PROFILE, is_ready};

/// Pause between two questions whether the server is ready.
const READY_POLL: Duration = Duration::from_millis(50);
/// Positions spread over the district's box, of which those in it are kept.
const SPREAD: usize = 200_000;
/// Positions of one request when they are sorted into inside and outside.
const SORTED_AT_ONCE: usize = 10_000;

/// The two servers, and the runtime that asks them.
pub struct Ground {
    /// Constants, and parsing only.
    pub bare: Server,
    /// The product.
    pub onemap: Server,
    /// One thread: the client must not be what is measured.
    pub runtime: tokio::runtime::Runtime,
    /// Positions within the district, in degrees.
    pub inside: Vec<[f64; 2]>,
    /// Positions spread over the box around it.
    pub anywhere: Vec<[f64; 2]>,
}

/// Prints the tables for a store.
pub fn compare(report: &mut Report, binary: &Path, store: &Path) -> Result<()> {
    let bare = Server::start(&std::env::current_exe()?, &["bare"])?;
    let store = store.to_string_lossy();
    let onemap = Server::start(binary, &["serve", "--listen", "127.0.0.1:0", "--store", &store, "--profile", PROFILE])?;
    while !is_ready(&onemap.address) {
        std::thread::sleep(READY_POLL);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (inside, anywhere) = runtime.block_on(places(&onemap.address))?;
    let ground = Ground { bare, onemap, runtime, inside, anywhere };
    if let Err(error) = single::compare(report, &ground) {
        report.fail(format!("GET /lookup was not measured: {error:#}"));
    }
    if let Err(error) = many::compare(report, &ground) {
        report.fail(format!("POST /lookup was not measured: {error:#}"));
    }
    if let Err(error) = sheet::compare(report, &ground) {
        report.fail(format!("the sheet of the district was not measured: {error:#}"));
    }
    Ok(())
}

/// Positions over the district's box, always the same ones, and those of them that have an area.
async fn places(address: &str) -> Result<(Vec<[f64; 2]>, Vec<[f64; 2]>)> {
    let mut connection = Connection::open(address).await?;
    let tile_json: serde_json::Value = serde_json::from_slice(connection.get("/tiles/areas.json").await?)?;
    let side = |i: usize| tile_json["bounds"][i].as_f64().context("the TileJSON has bounds");
    let anywhere = spread([side(0)?, side(1)?, side(2)?, side(3)?], SPREAD);
    let mut inside = Vec::new();
    for points in anywhere.chunks(SORTED_AT_ONCE) {
        let body = super::bodies::Format::Columns.write(points);
        let answer: serde_json::Value =
            serde_json::from_slice(connection.post("/lookup", "application/json", &body).await?)?;
        let codes = answer["codes"].as_array().context("columns are answered with codes")?;
        inside.extend(points.iter().zip(codes).filter(|(_, code)| code.is_string()).map(|(point, _)| *point));
    }
    anyhow::ensure!(!inside.is_empty(), "some position lies in the district");
    Ok((inside, anywhere))
}

/// Positions spread evenly over a box (the R2 sequence of plastic-number steps).
fn spread([west, south, east, north]: [f64; 4], count: usize) -> Vec<[f64; 2]> {
    const STEPS: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_2];
    let at = |i: usize, axis: usize| (0.5 + STEPS[axis] * i as f64).fract();
    (0..count).map(|i| [west + (east - west) * at(i, 0), south + (north - south) * at(i, 1)]).collect()
}
