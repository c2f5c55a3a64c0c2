//! Processor time per request: look-ups beside a bare axum route, in turns, in one run.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::Server;
use crate::scale::is_ready;

/// Kept-alive connections, each with one request at a time.
const CONNECTIONS: usize = 8;
/// Requests of one turn: some seconds of processor time, so that its hundredths do not matter.
const REQUESTS: usize = 80_000;
/// Turns of each server. The median counts; the spread is printed.
const TURNS: usize = 5;
/// Requests before the first turn.
const WARM_UP: usize = 5_000;

/// Prints the table for a store.
pub fn compare(binary: &Path, store: &Path) -> Result<()> {
    let bare = Server::start(&std::env::current_exe()?, &["bare"])?;
    let store = store.to_string_lossy();
    let onemap =
        Server::start(binary, &["serve", "--listen", "127.0.0.1:0", "--store", &store, "--profile", "licheng"])?;
    while !is_ready(&onemap.address) {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let bounds = runtime.block_on(bounds(&onemap.address))?;
    let lookups =
        positions(bounds, REQUESTS).into_iter().map(|[lon, lat]| format!("/lookup?lon={lon:.7}&lat={lat:.7}"));
    let lookups: Vec<String> = lookups.collect();
    let nothing = vec!["/bare".to_owned(); REQUESTS];

    runtime.block_on(turn(&bare, &nothing[..WARM_UP]))?;
    runtime.block_on(turn(&onemap, &lookups[..WARM_UP]))?;
    let mut rows = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        rows[0].push(runtime.block_on(turn(&bare, &nothing))?);
        rows[1].push(runtime.block_on(turn(&onemap, &lookups))?);
    }

    println!("| route | CPU per request, us (median, spread) | requests/s here | bytes per answer | ratio |");
    println!("|---|---:|---:|---:|---:|");
    let medians = rows.map(|mut turns| {
        turns.sort_by(|a, b| a.cpu_us.total_cmp(&b.cpu_us));
        turns
    });
    let base = medians[0][TURNS / 2].cpu_us;
    for (name, turns) in ["bare axum JSON", "GET /lookup"].into_iter().zip(&medians) {
        let median = &turns[TURNS / 2];
        let (least, most) = (turns[0].cpu_us, turns[TURNS - 1].cpu_us);
        println!(
            "| {name} | {:.1} ({least:.1}-{most:.1}) | {:.0} | {:.0} | {:.2} |",
            median.cpu_us,
            median.per_second,
            median.bytes,
            median.cpu_us / base
        );
    }
    Ok(())
}

/// What one turn took, per request.
struct Turn {
    cpu_us: f64,
    per_second: f64,
    bytes: f64,
}

async fn turn(server: &Server, targets: &[String]) -> Result<Turn> {
    let (cpu, started) = (server.cpu_seconds()?, Instant::now());
    let share = targets.len().div_ceil(CONNECTIONS);
    let tasks: Vec<_> =
        targets.chunks(share).map(|targets| tokio::spawn(ask_all(server.address.clone(), targets.to_vec()))).collect();
    let mut bytes = 0;
    for task in tasks {
        bytes += task.await??;
    }
    let (seconds, count) = (started.elapsed().as_secs_f64(), targets.len() as f64);
    Ok(Turn {
        cpu_us: (server.cpu_seconds()? - cpu) * 1e6 / count,
        per_second: count / seconds,
        bytes: bytes as f64 / count,
    })
}

/// Asks for each target in turn on one connection and returns the bytes of all bodies.
async fn ask_all(address: String, targets: Vec<String>) -> Result<usize> {
    let mut stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let mut bytes = 0;
    let mut buffer = Vec::new();
    for target in &targets {
        bytes += ask(&mut stream, &address, target, &mut buffer).await?.len();
    }
    Ok(bytes)
}

/// One exchange; the body stays in `buffer`.
async fn ask<'a>(stream: &mut TcpStream, address: &str, target: &str, buffer: &'a mut Vec<u8>) -> Result<&'a [u8]> {
    stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).await?;
    buffer.clear();
    let head = loop {
        ensure!(stream.read_buf(buffer).await? > 0, "{target}: the server closed the connection");
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = std::str::from_utf8(&buffer[..head])?.to_ascii_lowercase();
    ensure!(text.starts_with("http/1.1 200"), "{target}: {}", text.lines().next().unwrap_or_default());
    let length =
        text.lines().find_map(|line| line.strip_prefix("content-length:")).context("the answer has a length")?;
    let length: usize = length.trim().parse()?;
    while buffer.len() < head + length {
        ensure!(stream.read_buf(buffer).await? > 0, "{target}: the server closed the connection");
    }
    Ok(&buffer[head..head + length])
}

/// West, south, east and north of the district, from its TileJSON.
async fn bounds(address: &str) -> Result<[f64; 4]> {
    let mut stream = TcpStream::connect(address).await?;
    let mut buffer = Vec::new();
    let body: serde_json::Value =
        serde_json::from_slice(ask(&mut stream, address, "/tiles/areas.json", &mut buffer).await?)?;
    let side = |i: usize| body["bounds"][i].as_f64().context("the TileJSON has bounds");
    Ok([side(0)?, side(1)?, side(2)?, side(3)?])
}

/// Positions spread evenly over a box, always the same ones (the R2 sequence of plastic-number steps).
fn positions([west, south, east, north]: [f64; 4], count: usize) -> Vec<[f64; 2]> {
    const STEPS: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_2];
    let at = |i: usize, axis: usize| (0.5 + STEPS[axis] * i as f64).fract();
    (0..count).map(|i| [west + (east - west) * at(i, 0), south + (north - south) * at(i, 1)]).collect()
}
