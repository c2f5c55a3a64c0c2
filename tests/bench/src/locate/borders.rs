//! What it costs to move one border.

use onemap::domain::{coverage::ArcId, geometry::Position, locate::LocateIndex};

use crate::points::{Spread, positions};
use crate::random::Random;
use crate::report::{Goal, Report};
use crate::series::Series;
use crate::stopwatch::time;
use crate::world::{DISTRICT_SPACING, World};

/// Units of the map.
const UNITS: usize = 400_000;
/// Borders that are moved, one after the other.
const MOVES: usize = 25;
/// Of these, moves after which the numbers are carried over as well.
const CARRIED: usize = 3;
/// Positions at which the index after the last move is compared with one built anew.
const COMPARED: usize = 200_000;
/// Goal of the issue, in microseconds.
const UPDATE_US: f64 = 100.0;

/// Prints what an update costs, and what carrying the numbers of the map over costs.
pub fn updates(report: &mut Report) {
    let mut world = World::new(UNITS, DISTRICT_SPACING);
    let mut random = Random::new(3);
    let (mut update_us, mut carry_ms, mut rebuilt) = (Series::default(), Series::default(), Series::default());
    let mut before = world.coverage();
    let mut index = LocateIndex::build(&before);
    let (extent, units) = (world.extent(), world.unit_count());
    for number in 0..MOVES {
        let border = random.below(world.border_count() as u64) as usize;
        world.nudge(border, [3, 2]);
        let mut after = world.coverage();
        let mut changed = vec![ArcId(border as u32)];
        if number < CARRIED {
            let (carried, took) = time(|| after.carry_numbers(&before));
            carry_ms.push(took.working * 1e3);
            if carried.changed != changed {
                report.fail(format!("one border was moved, {} arcs are said to have changed", carried.changed.len()));
            }
            (after, changed) = (carried.coverage, carried.changed);
        }
        let (updated, took) = time(|| index.updated(&before, &after, &changed));
        update_us.push(took.working * 1e6);
        let (shared, total) = updated.shared_tiles(&index);
        rebuilt.push((total - shared) as f64);
        (before, index) = (after, updated);
    }
    let anew = LocateIndex::build(&before);
    let differing = differing(&index, &anew, &positions(extent, Spread::Uniform, COMPARED));
    if differing != 0 {
        report.fail(format!("after {MOVES} updates {differing} of {COMPARED} positions are answered otherwise than by an index built anew"));
    }
    println!(
        "One border moved, {units} units, {MOVES} moves; median and spread. After the last one the index answers {COMPARED} positions"
    );
    println!("like one built anew: {differing} differences.\n");
    println!("| step | time | goal |\n|---|---:|---|");
    let goal = report.judge("update of one border, us", update_us.median(), Goal::AtMost(UPDATE_US), 0);
    println!("| update of the index, us | {update_us:.0} | {goal} |");
    println!("| tiles built again | {rebuilt:.0} | - |");
    println!(
        "| carrying the numbers of all faces and arcs over, ms ({CARRIED} times) | {carry_ms:.0} | printed apart |\n"
    );
}

fn differing(one: &LocateIndex, other: &LocateIndex, positions: &[Position]) -> usize {
    positions.iter().filter(|&&position| one.locate(position) != other.locate(position)).count()
}
