//! PostGIS, when it is on the machine: one prepared question a round trip, and many at once as a join.

use std::time::Instant;

use anyhow::Result;
use onemap::domain::geometry::Position;

use super::{
    cluster::{self, Cluster},
    findings,
    locator::{Found, NOBODY, compare as compare_answers},
    ours::FaceCells,
    table::TURNS,
};
use crate::points::{Spread, positions};
use crate::report::Report;
use crate::series::Series;
use crate::world::{DISTRICT_SPACING, World};

/// Positions of one join, and questions of one turn.
const JOINED: usize = 100_000;
const ASKED: usize = 20_000;

/// Prints the rows for the smallest size, or why there are none.
pub fn compare(report: &mut Report, probe_ns: f64, units: usize) {
    let programs = match cluster::present() {
        Ok(programs) => programs,
        Err(why) => {
            println!("PostGIS: not present ({why}).\n");
            return;
        }
    };
    if let Err(error) = rows(report, probe_ns, units, programs) {
        report.fail(format!("PostGIS is here and was not measured: {error:#}"));
    }
}

fn rows(report: &mut Report, probe_ns: f64, units: usize, programs: std::path::PathBuf) -> Result<()> {
    let world = World::new(units, DISTRICT_SPACING);
    let ours = FaceCells::new(&world.coverage());
    let points = positions(world.extent(), Spread::Uniform, JOINED);
    let cluster = Cluster::start(programs)?;
    cluster.sql("create table unit (area integer primary key, geom geometry(polygon, 0))")?;
    cluster.copy_in("copy unit from stdin", (0..world.unit_count()).map(|unit| unit_line(&world, unit)))?;
    cluster.sql("create table point (number integer primary key, geom geometry(point, 0))")?;
    let point_line = |(number, at): (usize, &Position)| format!("{number}\tPOINT({} {})", at.lon(), at.lat());
    cluster.copy_in("copy point from stdin", points.iter().enumerate().map(point_line))?;
    cluster.sql("create index on unit using gist (geom)")?;
    cluster.sql("vacuum analyze")?;
    let bytes: f64 = cluster.sql("select pg_total_relation_size('unit')")?.trim().parse()?;

    let join = "select point.number, unit.area from point join unit on st_intersects(unit.geom, point.geom)";
    let extent = world.extent();
    let script = format!(
        "\\set x random({}, {})\n\\set y random({}, {})\nselect area from unit where st_intersects(geom, st_makepoint(:x, :y));\n",
        extent.min().lon(),
        extent.max().lon(),
        extent.min().lat(),
        extent.max().lat()
    );
    let (mut joined, mut asked, mut single) = (Series::default(), Series::default(), Series::default());
    let mut own = vec![Found::NOTHING; points.len()];
    let mut answer = String::new();
    for _ in 0..TURNS {
        let started = Instant::now();
        answer = cluster.sql(join)?;
        joined.push(started.elapsed().as_secs_f64() * 1e9 / points.len() as f64);
        asked.push(cluster.pgbench_ns(&script, ASKED)?);
        let started = Instant::now();
        own.iter_mut().zip(&points).for_each(|(own, &at)| *own = ours.locate(at));
        single.push(started.elapsed().as_secs_f64() * 1e9 / points.len() as f64);
    }
    let difference = compare_answers(&own, &parse(&answer, points.len())?);
    if difference.off_borders != 0 {
        report.fail(format!("PostGIS: {} other answers off borders", difference.off_borders));
    }
    println!(
        "PostGIS ({}), {} units in {:.0} bytes each with index, {JOINED} uniform points joined, {ASKED} asked one by one, {TURNS} turns;",
        version(&cluster)?,
        world.unit_count(),
        bytes / world.unit_count() as f64
    );
    println!(
        "other answers of the join off borders: {} of {}.\n",
        difference.off_borders,
        points.len() - difference.on_borders
    );
    println!(
        "| way | ns per position | face cells, single, is faster | times as slow as FINDINGS, by the probe |\n|---|---:|---:|---:|"
    );
    for (name, series) in [("PostGIS, prepared, one round trip", &asked), ("PostGIS, set join", &joined)] {
        let slower = findings::against(report, name, units, series.median(), probe_ns);
        println!("| {name} | {series:.0} | {:.0} times | {slower} |", series.over(&single).median());
    }
    println!();
    Ok(())
}

fn version(cluster: &Cluster) -> Result<String> {
    Ok(cluster.sql("select postgis_lib_version()")?.trim().to_owned())
}

fn unit_line(world: &World, unit: usize) -> String {
    let outline = world.outline(unit);
    let ring = |ring: &[Position]| {
        let positions: Vec<String> = ring.iter().map(|at| format!("{} {}", at.lon(), at.lat())).collect();
        format!("({})", positions.join(","))
    };
    let rings: Vec<String> = std::iter::once(&outline.exterior).chain(&outline.hole).map(|line| ring(line)).collect();
    format!("{unit}\tPOLYGON({})", rings.join(","))
}

/// The join's lines as answers; on a border the last of several owners stays.
fn parse(lines: &str, count: usize) -> Result<Vec<Found>> {
    let mut found = vec![Found { area: NOBODY, on_border: false }; count];
    for line in lines.lines() {
        let (number, area) = line.split_once('|').ok_or_else(|| anyhow::anyhow!("{line} has two columns"))?;
        found[number.parse::<usize>()?].area = area.parse()?;
    }
    Ok(found)
}
