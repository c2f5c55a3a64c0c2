//! Addresses looked up among the names of a generated district: how long the names take to be made, how much memory they
//! take, and how long a look-up takes, beside a hash look-up of the exact text and SQLite's trigram search over the same names.
//!
//! `address_lookup [UNITS BUILDINGS]...`, 40000 60000 and 400000 600000 when left out. The district has as many buildings of
//! those that are generated, taken evenly. Buildings are asked for in five ways: by their whole address, by estate and number
//! alone, with a character of the estate missing, by a number that the estate has not, and by a name that is in no data; then
//! texts that make most work. Exits with 1 when the 99th percentile of any way misses the goal.

mod ground;
mod peers;
mod ways;

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use ground::Ground;
use onemap_bench::stopwatch::time;
use peers::{HashPeer, SqlitePeer};
use ways::{Times, ask_all, hard, ways};

/// Units and buildings when nobody says how many.
const SIZES: [(u64, usize); 2] = [(40_000, 60_000), (400_000, 600_000)];

/// Look-ups of each way, and of those that SQLite answers.
const LOOKUPS: usize = 20_000;
const SQLITE_LOOKUPS: usize = 200;

/// Most microseconds of the 99th percentile.
const GOAL_US: f64 = 20_000.0;

fn main() -> Result<ExitCode> {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>()?;
    ensure!(numbers.len().is_multiple_of(2), "usage: address_lookup [UNITS BUILDINGS]...");
    let given: Vec<(u64, usize)> = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1] as usize)).collect();
    let mut is_met = true;
    for &(units, buildings) in if given.is_empty() { &SIZES[..] } else { &given } {
        is_met &= measure(units, buildings)?;
    }
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the tables of one district; whether all is fast enough.
fn measure(units: u64, buildings: usize) -> Result<bool> {
    let (ground, generated) = time(|| Ground::new(units, buildings));
    let ground = ground?;
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    println!("## {units} units, {} buildings, {} places\n", ground.buildings.len(), ground.place_count);
    println!("Generated in {:.1} s. {} areas.\n", generated.elapsed, ground.snapshot.hierarchy.areas().len());
    println!("| names | made in, s | MB | bytes of each |\n|---|---:|---:|---:|");
    for (name, made, count) in [
        ("places", &ground.of_places, ground.place_count),
        ("areas", &ground.of_areas, ground.snapshot.hierarchy.areas().len()),
    ] {
        let each = made.bytes as f64 / count as f64;
        println!("| {name} | {:.2} | {:.1} | {each:.0} |", made.seconds, megabytes(made.bytes));
    }
    let all = ways(&ground, LOOKUPS);
    println!(
        "\n| asked | look-ups | p50, us | p99, us | slowest, us | asked again, us | itself | among others | another | not found |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut is_met = true;
    let mut slowest: Vec<(f64, String)> = Vec::new();
    let mut measured: Vec<Times> = Vec::new();
    for way in all.iter().chain([&hard(&ground)]) {
        let asked = ask_all(&ground, way)?;
        println!("{}", asked.row(way.name));
        is_met &= asked.times.at(0.99) <= GOAL_US;
        slowest.push(asked.slowest);
        measured.push(asked.times);
    }
    let (most, address) = slowest.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).context("there are look-ups")?;
    println!("\nThe slowest, asked again, took {most:.0} us: {address}\n");

    println!(
        "| peer | made in, s | look-ups | p50, us | p99, us | found | p50 of ours over it |\n|---|---:|---:|---:|---:|---:|---:|"
    );
    let hash = HashPeer::new(&ground);
    let (times, found) = hash.ask(&all[0]);
    println!("{}", times.peer_row("hash look-up of the whole address as it is", hash.seconds, found, &measured[0]));
    drop(hash);
    let mut sqlite = SqlitePeer::new(&ground)?;
    for (at, name) in [
        (1, "SQLite FTS5, trigrams, estate and number as they are"),
        (2, "the same, a character missing, any trigram, by rank"),
    ] {
        let (times, found) = sqlite.ask(&all[at], SQLITE_LOOKUPS, at == 1)?;
        println!("{}", times.peer_row(name, sqlite.seconds, found, &measured[at]));
    }
    println!();
    Ok(is_met)
}
