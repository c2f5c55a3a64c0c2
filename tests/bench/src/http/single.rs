//! Processor time of one GET: look-ups beside a bare axum route, in turns.

use std::time::Instant;

use anyhow::Result;

use super::{client::Connection, compare::Ground};
use crate::process::Server;
use crate::report::{Goal, Report};
use crate::series::Series;

/// Kept-alive connections, each with one request at a time.
const CONNECTIONS: usize = 8;
/// Requests of one turn: some seconds of processor time, so that its hundredths do not matter.
const REQUESTS: usize = 80_000;
/// Turns of each server.
const TURNS: usize = 5;
/// Requests before the first turn.
const WARM_UP: usize = 5_000;
/// Goal of the issue.
const OF_BARE: f64 = 1.3;

/// Prints the table.
pub fn compare(report: &mut Report, ground: &Ground) -> Result<()> {
    println!("## GET /lookup\n");
    println!(
        "Processor time of the server, all its threads, for {REQUESTS} requests a turn on {CONNECTIONS} kept-alive connections;"
    );
    println!(
        "{TURNS} turns, the routes one after the other within a turn; median and spread. Ratios are taken turn by turn.\n"
    );
    println!("| route | CPU per request, us | of bare | goal | requests/s here | bytes per answer |");
    println!("|---|---:|---:|---|---:|---:|");
    let lookups = |points: &[[f64; 2]]| -> Vec<String> {
        let points = points.iter().cycle().take(REQUESTS);
        points.map(|[lon, lat]| format!("/lookup?lon={lon:.7}&lat={lat:.7}")).collect()
    };
    let nothing = vec!["/bare".to_owned(); REQUESTS];
    let (inside, anywhere) = (lookups(&ground.inside), lookups(&ground.anywhere));
    let routes: [(&str, &Server, &[String]); 3] = [
        ("bare axum JSON", &ground.bare, &nothing),
        ("GET /lookup, in the district", &ground.onemap, &inside),
        ("GET /lookup, anywhere in its box", &ground.onemap, &anywhere),
    ];
    let mut turns: [Vec<Turn>; 3] = Default::default();
    for (_, server, targets) in routes {
        ground.runtime.block_on(turn(server, &targets[..WARM_UP]))?;
    }
    for _ in 0..TURNS {
        for ((_, server, targets), turns) in routes.iter().zip(&mut turns) {
            turns.push(ground.runtime.block_on(turn(server, targets))?);
        }
    }
    let series = |turns: &[Turn], figure: fn(&Turn) -> f64| {
        let mut series = Series::default();
        turns.iter().for_each(|turn| series.push(figure(turn)));
        series
    };
    let base = series(&turns[0], |turn| turn.cpu_us);
    for (at, ((name, ..), turns)) in routes.iter().zip(&turns).enumerate() {
        let cpu = series(turns, |turn| turn.cpu_us);
        let ratio = cpu.over(&base);
        let goal = match at {
            1 => report.judge(name, ratio.median(), Goal::AtMost(OF_BARE), 2),
            _ => "-".to_owned(),
        };
        let (per_second, bytes) = (series(turns, |turn| turn.per_second), series(turns, |turn| turn.bytes));
        println!("| {name} | {cpu:.1} | {ratio:.2} | {goal} | {per_second:.0} | {:.0} |", bytes.median());
    }
    println!();
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
    let mut connection = Connection::open(&address).await?;
    let mut bytes = 0;
    for target in &targets {
        bytes += connection.get(target).await?.len();
    }
    Ok(bytes)
}
