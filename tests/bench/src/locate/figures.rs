//! Bytes, building time, and allocations of our index.

use std::hint::black_box;
use std::path::Path;

use anyhow::{Context, Result};

use onemap::domain::locate::LocateIndex;

use super::{borders, ours::FaceCells};
use crate::points::{Spread, positions};
use crate::report::{Goal, Report};
use crate::series::Series;
use crate::stopwatch::time;
use crate::world::{DISTRICT_SPACING, NATIONAL_SPACING, World};

/// Units of a map at the density of a district.
const UNITS: usize = 400_000;
/// Units of a map of a nation: enough that the index takes it for vast, and spends fewer cells on an edge.
const NATIONAL_UNITS: usize = 1_000_000;
/// Times that each index is built.
const BUILDS: usize = 3;

/// Goals of the issue, in bytes per unit.
const DISTRICT_BYTES: f64 = 450.0;
const NATIONAL_BYTES: f64 = 240.0;

/// Units and look-ups of the count of allocations.
const COUNTED_UNITS: usize = 10_000;
const COUNTED_LOOKUPS: usize = 100_000;

/// Prints bytes, building time, updates and allocations; `allocations` is the program that counts them.
pub fn figures(report: &mut Report, allocations: &Path) {
    println!("## The index itself\n");
    println!("Two densities; building by one thread, {BUILDS} times, median and spread.\n");
    println!(
        "| density | units | borders | positions | bytes per unit | goal | build, s | build per 100,000 units, s |"
    );
    println!("|---|---:|---:|---:|---:|---|---:|---:|");
    let densities = [
        ("district, 100 m", UNITS, DISTRICT_SPACING, DISTRICT_BYTES),
        ("nation, 440 m", NATIONAL_UNITS, NATIONAL_SPACING, NATIONAL_BYTES),
    ];
    for (name, units, spacing, goal) in densities {
        density(report, name, units, spacing, goal);
    }
    println!();
    borders::updates(report);
    match counted(allocations) {
        Ok(count) => {
            let goal = report.judge("allocations per single look-up", count, Goal::AtMost(0.0), 3);
            println!(
                "Allocations per single look-up, over {COUNTED_LOOKUPS} look-ups among {COUNTED_UNITS} units: {goal}.\n"
            );
        }
        Err(error) => report.fail(format!("allocations were not counted: {error:#}")),
    }
}

fn density(report: &mut Report, name: &str, units: usize, spacing: f64, goal: f64) {
    let world = World::new(units, spacing);
    let coverage = world.coverage();
    let (mut seconds, mut bytes) = (Series::default(), 0);
    for _ in 0..BUILDS {
        let (index, took) = time(|| LocateIndex::build(&coverage));
        seconds.push(took.working);
        bytes = index.bytes();
    }
    let units = world.unit_count();
    let per_unit = bytes as f64 / units as f64;
    let goal = report.judge(&format!("bytes per unit, {name}"), per_unit, Goal::AtMost(goal), 0);
    let (borders, positions) = (world.border_count(), world.vertex_count());
    let per_100k = seconds.median() * 1e5 / units as f64;
    println!("| {name} | {units} | {borders} | {positions} | {per_unit:.0} | {goal} | {seconds:.2} | {per_100k:.2} |");
}

/// Allocations per look-up as the program beside this one counts them: its allocator would slow down what is timed here.
fn counted(program: &Path) -> Result<f64> {
    let output = std::process::Command::new(program).output().with_context(|| program.display().to_string())?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Look-ups one at a time, for the program that counts allocations: `count` runs what it is given and returns its number.
pub fn allocations_of_one_lookup(count: impl FnOnce(&mut dyn FnMut()) -> u64) -> f64 {
    let world = World::new(COUNTED_UNITS, DISTRICT_SPACING);
    let ours = FaceCells::new(&world.coverage());
    let positions = positions(world.extent(), Spread::Uniform, COUNTED_LOOKUPS);
    let allocations = count(&mut || {
        for &position in &positions {
            black_box(ours.locate(black_box(position)));
        }
    });
    allocations as f64 / positions.len() as f64
}
