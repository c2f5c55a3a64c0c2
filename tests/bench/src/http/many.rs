//! Points per second and core of POST, by format, beside a route that only parses the same body.

use std::hint::black_box;

use anyhow::{Context, Result, ensure};
use onemap::formats::points::{PointBatch, PointFormat, PointOptions, PointReader};

use super::{bodies::Format, client::Connection, compare::Ground};
use crate::process::Server;
use crate::report::{Goal, Report};
use crate::series::Series;
use crate::stopwatch::time;

/// Points of one request.
const POINTS: usize = 10_000;
/// Turns of each server.
const TURNS: usize = 5;
/// Kept-alive connections, each with one request at a time.
const CONNECTIONS: usize = 2;
/// Requests of a connection before the first turn; they tell how many a turn needs.
const WARM_UP: usize = 3;
/// Processor time of one turn, at least: its hundredths are to matter little.
const TURN_SECONDS: f64 = 1.0;
/// Most requests of a connection in one turn.
const MAX_REQUESTS: usize = 2_000;
/// Bodies that our reader reads in one turn.
const READER_BODIES: usize = 50;
/// Bytes that our reader is given at once, as they come from a socket.
const READER_CHUNK: usize = 64 << 10;
/// What is asked of us: the code of each point, and everything.
const CODES: &str = "/lookup?answer=codes";
const FULL: &str = "/lookup?answer=full";
/// Goal of the issue.
const OF_PARSING: f64 = 0.7;

/// Prints the table.
pub fn compare(report: &mut Report, ground: &Ground) -> Result<()> {
    println!("## POST /lookup\n");
    println!(
        "{POINTS} points of the district a request, {CONNECTIONS} kept-alive connections, {TURNS} turns of at least {TURN_SECONDS} s of processor time;"
    );
    println!(
        "median and spread of points per second and core (points by the server's processor time). \"Parsing only\" is a bare"
    );
    println!(
        "axum route that reads the same body, parses it with serde_json or csv and answers the count. \"Codes\" is"
    );
    println!(
        "`?answer=codes`: the code of the unit for every point, in the format of the body. \"Full\" is `?answer=full`: what GET"
    );
    println!(
        "answers, for every point. The goal is on codes. \"Our reader\" is `formats::points::PointReader` on the same bytes in"
    );
    println!("this process, without HTTP: the ceiling of ours.\n");
    println!(
        "| format | bytes in | parsing only, M/s | codes, M/s | of parsing | goal | bytes out | full, M/s | of parsing | bytes out | our reader alone, M/s |"
    );
    println!("|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|");
    let points: Vec<[f64; 2]> = ground.inside.iter().cycle().copied().take(POINTS).collect();
    for format in Format::ALL {
        let body = format.write(&points);
        if let Err(error) = row(report, ground, format, &body) {
            println!("| {} | {} | | | | **not measured** | | | | | |", format.name(), body.len());
            report.fail(format!("{}: {error:#}", format.name()));
        }
    }
    println!();
    Ok(())
}

fn row(report: &mut Report, ground: &Ground, format: Format, body: &[u8]) -> Result<()> {
    let parse = format!("/parse/{}", format.path());
    let routes: [(&Server, &str); 3] = [(&ground.bare, &parse), (&ground.onemap, CODES), (&ground.onemap, FULL)];
    let answer = |target: &'static str| {
        ground.runtime.block_on(async {
            let mut connection = Connection::open(&ground.onemap.address).await?;
            anyhow::Ok(connection.post(target, format.media_type(), body).await?.to_vec())
        })
    };
    let (codes, full) = (answer(CODES)?, answer(FULL)?);
    for (answered, found) in [format.coded(&codes)?, format.answered(&full)?] {
        ensure!(
            answered == POINTS && found == POINTS,
            "{found} of {answered} answers name an area, {POINTS} were asked"
        );
    }
    let mut rates: [Series; 3] = Default::default();
    let mut requests = [0; 3];
    for ((server, target), requests) in routes.iter().zip(&mut requests) {
        let seconds = ground.runtime.block_on(turn(server, target, format, body, WARM_UP))?;
        let per_request = (seconds / (WARM_UP * CONNECTIONS) as f64).max(1e-4);
        *requests = ((TURN_SECONDS / per_request / CONNECTIONS as f64).ceil() as usize).clamp(WARM_UP, MAX_REQUESTS);
    }
    let mut reader = Series::default();
    for _ in 0..TURNS {
        for (((server, target), requests), rates) in routes.iter().zip(requests).zip(&mut rates) {
            let seconds = ground.runtime.block_on(turn(server, target, format, body, requests))?;
            rates.push((requests * CONNECTIONS * POINTS) as f64 / seconds / 1e6);
        }
        reader.push(read_alone(format, body)?);
    }
    let [parsing, brief, whole] = &rates;
    let (of_brief, of_whole) = (brief.over(parsing), whole.over(parsing));
    let name = format!("{}, codes, of parsing only", format.name());
    let goal = report.judge(&name, of_brief.median(), Goal::AtLeast(OF_PARSING), 2);
    println!(
        "| {} | {} | {parsing:.2} | {brief:.2} | {of_brief:.2} | {goal} | {} | {whole:.2} | {of_whole:.2} | {} | {reader:.2} |",
        format.name(),
        body.len(),
        codes.len(),
        full.len(),
    );
    Ok(())
}

/// Posts the body `requests` times on each connection and returns the processor time of the server, in seconds.
async fn turn(server: &Server, target: &str, format: Format, body: &[u8], requests: usize) -> Result<f64> {
    let cpu = server.cpu_seconds()?;
    let post_all = |address: String, target: String, body: Vec<u8>| async move {
        let mut connection = Connection::open(&address).await?;
        for _ in 0..requests {
            connection.post(&target, format.media_type(), &body).await?;
        }
        anyhow::Ok(())
    };
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(post_all(server.address.clone(), target.to_owned(), body.to_vec())))
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok((server.cpu_seconds()? - cpu).max(0.01))
}

/// Millions of points that our reader reads in a second, on one thread.
fn read_alone(format: Format, body: &[u8]) -> Result<f64> {
    let point_format = match format {
        Format::Objects | Format::Columns => PointFormat::Json,
        Format::GeoJson => PointFormat::GeoJson,
        Format::NdJson => PointFormat::NdJson,
        Format::Csv => PointFormat::Csv,
    };
    let (count, took) = time(|| read_bodies(point_format, body));
    let count = count?;
    ensure!(count == READER_BODIES * POINTS, "our reader read {count} points");
    Ok(count as f64 / took.working / 1e6)
}

/// Reads the body again and again; how many good points that gave.
fn read_bodies(format: PointFormat, body: &[u8]) -> Result<usize> {
    let mut batch = PointBatch::default();
    let mut count = 0;
    for _ in 0..READER_BODIES {
        let mut reader = PointReader::new(format, PointOptions::default());
        for chunk in body.chunks(READER_CHUNK) {
            reader.push(chunk, &mut batch).ok().context("our reader reads its body")?;
            count += take(&mut batch);
        }
        reader.finish(&mut batch).ok().context("our reader ends its body")?;
        count += take(&mut batch);
    }
    Ok(count)
}

/// Empties the batch and returns how many good points it had.
fn take(batch: &mut PointBatch) -> usize {
    let count = black_box(&*batch).entries().filter(|entry| entry.asked.is_ok()).count();
    batch.clear();
    count
}
