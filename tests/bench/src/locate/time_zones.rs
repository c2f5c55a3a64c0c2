//! tzf-rs on the data that it brings: it takes no other, so that its answers cannot be compared.

use std::hint::black_box;

use onemap::domain::geometry::Extent;
use onemap::domain::geometry::Position;
use tzf_rs::DefaultFinder;

use super::{findings, table::TURNS};
use crate::points::{Spread, positions};
use crate::report::Report;
use crate::series::Series;
use crate::stopwatch::time;

/// Positions of one turn.
const POSITIONS: usize = 1_000_000;

/// Prints the row of each spread.
pub fn rows(report: &mut Report, probe_ns: f64) {
    let finder = DefaultFinder::new();
    let corner = |sign: i32| Position::new(sign * 1_799_999_999, sign * 850_000_000).expect("in the world");
    let world = Extent::of(corner(-1)).with(corner(1));
    for spread in Spread::ALL {
        let positions = positions(world, spread, POSITIONS);
        let degrees: Vec<[f64; 2]> = positions.iter().map(|at| [at.lon_degrees(), at.lat_degrees()]).collect();
        let mut series = Series::default();
        for _ in 0..TURNS {
            let is_known = |&[lon, lat]: &[f64; 2]| !black_box(finder.get_tz_name(lon, lat)).is_empty();
            let (known, took) = time(|| degrees.iter().filter(|&at| is_known(at)).count());
            series.push(took.working_ns(degrees.len()));
            if known == 0 {
                report.fail("tzf-rs knows no position".to_owned());
            }
        }
        let slower = match spread {
            Spread::Uniform => findings::against(report, "tzf-rs", 0, series.median(), probe_ns),
            Spread::Clustered => "not in FINDINGS".to_owned(),
        };
        println!(
            "| its own zones | {} | tzf-rs {} | {series:.0} | - | - | - | not comparable | {slower} |",
            spread.name(),
            finder.data_version()
        );
    }
}
