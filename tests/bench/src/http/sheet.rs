//! The sheet of the whole district: what a city's clerk waits for.

use std::time::Instant;

use anyhow::{Context, Result};

use super::{client::Connection, compare::Ground};
use crate::report::{Goal, Report};
use crate::series::Series;

/// Requests for each form, after the first.
const REQUESTS: usize = 200;
/// Goal: nobody waits for a page that is there already, in milliseconds.
const WARM_MS: f64 = 50.0;
/// Goal for the first one after a start, when values are read and summed.
const FIRST_MS: f64 = 3_000.0;

/// Prints the table.
pub fn compare(report: &mut Report, ground: &Ground) -> Result<()> {
    println!("## Sheet of the district\n");
    println!("Time to the whole answer on one connection: the first after the start, then {REQUESTS} of each form.\n");
    println!("| form | first, ms | median (spread), ms | goal | bytes |");
    println!("|---|---:|---:|---|---:|");
    let code = ground.runtime.block_on(district(&ground.onemap.address))?;
    for (at, (form, ending)) in [("JSON", ""), ("HTML", ".html"), ("XLSX", ".xlsx")].into_iter().enumerate() {
        let target = format!("/areas/{code}/sheet{ending}");
        let (first, series, bytes) = ground.runtime.block_on(ask(&ground.onemap.address, &target))?;
        if at == 0 {
            report.judge("first sheet of the district, ms", first, Goal::AtMost(FIRST_MS), 0);
        }
        let goal =
            report.judge(&format!("sheet of the district as {form}, ms"), series.median(), Goal::AtMost(WARM_MS), 1);
        println!("| {form} | {first:.1} | {series:.2} | {goal} | {bytes} |");
    }
    println!();
    Ok(())
}

/// The code of the topmost area.
async fn district(address: &str) -> Result<String> {
    let mut connection = Connection::open(address).await?;
    let found: serde_json::Value = serde_json::from_slice(connection.get("/areas?limit=1").await?)?;
    Ok(found["items"][0]["code"].as_str().context("a district")?.to_owned())
}

async fn ask(address: &str, target: &str) -> Result<(f64, Series, usize)> {
    let mut connection = Connection::open(address).await?;
    let started = Instant::now();
    let bytes = connection.get(target).await?.len();
    let first = started.elapsed().as_secs_f64() * 1e3;
    let mut series = Series::default();
    for _ in 0..REQUESTS {
        let started = Instant::now();
        connection.get(target).await?;
        series.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok((first, series, bytes))
}
