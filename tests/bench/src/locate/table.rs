//! The table of point location: every size, every spread, every engine, in turns.

use std::panic::{AssertUnwindSafe, catch_unwind};

use onemap::domain::geometry::Position;

use super::{
    findings,
    locator::{Found, Locator, compare as compare_answers},
    ours::{Batch, FaceCells, Single, TwoThreads},
    peers::{GeoIndex, Polygons, Rstar},
    postgis, time_zones,
};
use crate::points::{Spread, positions};
use crate::probe::Probe;
use crate::report::{Goal, Report};
use crate::series::Series;
use crate::stopwatch::time;
use crate::world::{DISTRICT_SPACING, World};

/// Turns of each engine; in a turn every engine answers for the same positions.
pub const TURNS: usize = 5;
/// Positions of one turn: so many that what one position brings into the caches is gone before another asks for it.
const POSITIONS: usize = 1_000_000;

/// Goals of the issue.
const SINGLE_OVER_RSTAR: f64 = 0.1;
const BATCH_OVER_RSTAR: f64 = 1.0 / 30.0;
const LARGEST_OVER_SMALLEST: f64 = 3.0;
const SECOND_THREAD: f64 = 1.8;

/// What the sizes have in common.
struct Run<'a> {
    report: &'a mut Report,
    probe_ns: f64,
}

/// The medians of our own rows, by size, for the comparison of sizes.
struct OfSize {
    units: usize,
    single_ns: f64,
    batch_ns: f64,
}

/// Prints the table for the given numbers of units.
pub fn compare(report: &mut Report, probe: Probe, sizes: &[usize]) {
    println!("## Point location\n");
    println!(
        "From a position to the number of the finest area and the border flag; one thread unless said. {POSITIONS} positions"
    );
    println!(
        "a turn, {TURNS} turns, the engines one after the other within a turn; median and spread. Ratios are taken turn by turn."
    );
    println!(
        "One thread is timed by its work on the processor, two by the clock. A unit has about 40 positions. \"other answers\" counts positions off every border.\n"
    );
    println!(
        "| units | points | engine | ns per position | of rstar + geo | goal | bytes per unit | other answers | times as slow as FINDINGS, by the probe |"
    );
    println!("|---:|---|---|---:|---:|---|---:|---:|---:|");
    let mut run = Run { report, probe_ns: probe.mean_ns };
    let mut uniform = Vec::new();
    for &units in sizes {
        // A panic spoils its size, not the rest of the report, and is told; its message is on standard error.
        match catch_unwind(AssertUnwindSafe(|| run.size(units))) {
            Ok(of_size) => uniform.push(of_size),
            Err(_) => run.report.fail(format!("a panic at {units} units")),
        }
    }
    time_zones::rows(run.report, probe.mean_ns);
    println!();
    postgis::compare(run.report, probe.mean_ns, sizes.first().copied().unwrap_or_default());
    sizes_apart(run.report, probe, &uniform);
}

impl Run<'_> {
    fn size(&mut self, units: usize) -> OfSize {
        let world = World::new(units, DISTRICT_SPACING);
        let polygons = Polygons::new(&world);
        let ours = FaceCells::new(&world.coverage());
        let (extent, count) = (world.extent(), world.unit_count());
        drop(world);
        let (rstar, geo_index) = (Rstar::new(&polygons), GeoIndex::new(&polygons));
        let (single, batch, two) = (Single(&ours), Batch(&ours), TwoThreads(&ours));
        // Ours first, rstar second: the others are compared with these.
        let engines: [&dyn Locator; 5] = [&single, &rstar, &geo_index, &batch, &two];
        let [even, _] = Spread::ALL
            .map(|spread| self.spread(units, count, spread, &engines, &positions(extent, spread, POSITIONS)));
        even
    }

    fn spread(
        &mut self,
        units: usize,
        count: usize,
        spread: Spread,
        engines: &[&dyn Locator; 5],
        positions: &[Position],
    ) -> OfSize {
        let mut series: [Series; 5] = Default::default();
        let mut answers: [Vec<Found>; 5] = std::array::from_fn(|_| vec![Found::NOTHING; positions.len()]);
        let (batch_name, mut batch_by_clock) = (engines[3].name(), Series::default());
        for _ in 0..TURNS {
            for ((engine, series), found) in engines.iter().zip(&mut series).zip(&mut answers) {
                found.fill(Found::NOTHING);
                let ((), took) = time(|| engine.locate_all(positions, found));
                // Two threads are judged by the clock, and so is the one thread that they are compared with.
                let clock = took.elapsed_ns(positions.len());
                match engine.threads() {
                    1 => series.push(took.working_ns(positions.len())),
                    _ => series.push(clock),
                }
                if engine.name() == batch_name {
                    batch_by_clock.push(clock);
                }
            }
            self.check(units, spread, engines, &answers);
        }
        let [single, rstar, _, batch, two] = &series;
        for (at, engine) in engines.iter().enumerate() {
            let ratio = series[at].over(rstar);
            let what = format!("{} at {units} units, {}", engine.name().replace('*', ""), spread.name());
            let goal = match at {
                0 => self.report.judge(
                    &format!("{what}, of rstar + geo"),
                    ratio.median(),
                    Goal::AtMost(SINGLE_OVER_RSTAR),
                    4,
                ),
                3 => self.report.judge(
                    &format!("{what}, of rstar + geo"),
                    ratio.median(),
                    Goal::AtMost((BATCH_OVER_RSTAR * 1e4).round() / 1e4),
                    4,
                ),
                4 => {
                    let gain = batch_by_clock.over(two).median();
                    format!(
                        "times one thread: {}",
                        self.report.judge(&format!("{what}, times one thread"), gain, Goal::AtLeast(SECOND_THREAD), 2)
                    )
                }
                _ => "-".to_owned(),
            };
            let difference = compare_answers(&answers[0], &answers[at]);
            let bytes = engine.bytes().map_or("-".to_owned(), |bytes| format!("{:.0}", bytes as f64 / count as f64));
            let slower = match (at, spread) {
                (1 | 2, Spread::Uniform) => {
                    findings::against(self.report, engine.name(), units, series[at].median(), self.probe_ns)
                }
                _ => "-".to_owned(),
            };
            println!(
                "| {count} | {} | {} | {:.1} | {ratio:.4} | {goal} | {bytes} | {} of {} | {slower} |",
                spread.name(),
                engine.name(),
                series[at],
                difference.off_borders,
                positions.len() - difference.on_borders,
            );
        }
        OfSize { units, single_ns: single.median(), batch_ns: batch.median() }
    }

    /// Every engine must have answered like the first one off borders; ours must agree with itself everywhere.
    fn check(&mut self, units: usize, spread: Spread, engines: &[&dyn Locator; 5], answers: &[Vec<Found>; 5]) {
        for (engine, found) in engines.iter().zip(answers).skip(1) {
            let off = compare_answers(&answers[0], found).off_borders;
            let is_ours = engine.name().contains("face cells");
            if off != 0 {
                let name = engine.name();
                self.report
                    .fail(format!("{name} at {units} units, {}: {off} other answers off borders", spread.name()));
            } else if is_ours && *found != answers[0] {
                self.report.fail(format!("{} differs from single on borders", engine.name()));
            }
        }
        let nobody = answers[0].iter().filter(|found| found.area == super::locator::NOBODY).count();
        // The map fills its extent.
        if nobody > answers[0].len() / 1000 {
            self.report.fail(format!("{nobody} positions inside the map have no area at {units} units"));
        }
    }
}

/// The largest size against the smallest.
fn sizes_apart(report: &mut Report, probe: Probe, sizes: &[OfSize]) {
    let (Some(least), Some(most)) = (sizes.first(), sizes.last()) else { return };
    if sizes.len() < 2 {
        println!("One size only: growth with the number of units is not measured.\n");
        return;
    }
    println!("| uniform points | {} units over {} units |\n|---|---|", most.units, least.units);
    let rows = [("single", most.single_ns / least.single_ns), ("batch", most.batch_ns / least.batch_ns)];
    for (name, ratio) in rows {
        println!(
            "| {name} | {} |",
            report.judge(&format!("growth, {name}"), ratio, Goal::AtMost(LARGEST_OVER_SMALLEST), 2)
        );
    }
    // A map larger than the caches cannot be asked without one load from memory.
    let floor = probe.uncached_ns / least.single_ns;
    println!(
        "\nOne load of the probe that no cache answers takes {floor:.2} times a single look-up among {} units.\n",
        least.units
    );
}
