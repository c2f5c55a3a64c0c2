//! Assignments per second and core: `assignments STORE [COUNT]`, STORE a GeoPackage with areas, places and duties, as
//! `onemap generate` makes it.
//!
//! Positions are drawn evenly over the district, categories and accuracies in turn. Prints microseconds of one thread for each
//! case: deciding alone, with locating and the places that it lies at, with an error disc of 10 m, and with the reasons in words.

use std::sync::Arc;

use anyhow::{Context, Result};
use onemap::{
    app::{
        District, Places,
        assign::{AssignSource, Matter},
        lookup::Question,
    },
    clock::Clock,
    domain::{
        assign::{Case, Ground, Whereabouts, assign, explain::explain},
        crs::Crs,
        locate::AccuracyKind,
    },
};
use onemap_bench::{
    points::{Spread, positions},
    stopwatch::{Took, time},
};

/// Cases when nobody says how many.
const COUNT: usize = 100_000;

/// Turns of each; the least is printed.
const TURNS: usize = 5;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().context("STORE")?;
    let count: usize = arguments.get(1).map_or(Ok(COUNT), |count| count.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (snapshot, places) = runtime.block_on(async {
        let district = District::open(std::path::Path::new(path), None, Clock::system()).await?;
        let snapshot = district.snapshot().await?;
        let places = Places::load(district.store(), district.profile(), None).await?;
        anyhow::Ok((Arc::new(snapshot), Arc::clone(places.directory())))
    })?;
    let extent = snapshot.extent().context("a store with areas")?;
    let positions = positions(extent, Spread::Uniform, count);
    let categories: Vec<&str> = snapshot.profile.categories.iter().map(|it| it.id.as_str()).collect();
    let roster = Arc::clone(snapshot.roster());
    let (ground, at) = (Ground::new(&snapshot, &roster), Clock::system().now());
    let source = AssignSource { snapshot: Arc::clone(&snapshot), places };
    println!("{} areas, {} people", snapshot.hierarchy.areas().len(), roster.staff().people().len());

    let located: Vec<_> = positions.iter().map(|&position| snapshot.locate(position)).collect();
    let decide = || {
        let mut led = 0_usize;
        for (number, located) in located.iter().enumerate() {
            let whereabouts = Whereabouts::new(located, None, None);
            let category = categories[number % categories.len()];
            let case = Case { whereabouts, category, at, unit: None, places: &[] };
            led += usize::from(assign(ground, &case).lead.is_some());
        }
        led
    };
    report("deciding", count, decide);
    let matter = |number: usize, accuracy_m| Matter {
        question: Question {
            x: positions[number].lon_degrees(),
            y: positions[number].lat_degrees(),
            crs: Crs::Cgcs2000,
            accuracy_m,
            accuracy_kind: AccuracyKind::Android,
        },
        category: categories[number % categories.len()].to_owned(),
        at,
        unit: None,
    };
    for (name, accuracy_m, is_told) in [
        ("with locating and places", None, false),
        ("with an error disc of 10 m", Some(10.0), false),
        ("with reasons in words", None, true),
    ] {
        report(name, count, || {
            let mut led = 0_usize;
            for number in 0..count {
                let tell = |ground: Ground<'_>, _: &Case<'_>, found: &onemap::domain::assign::Assignment<'_>| {
                    let lines = if is_told { explain(ground, &|place| place.to_string(), found).len() } else { 1 };
                    usize::from(found.lead.is_some() && lines > 0)
                };
                led += source.assign(&matter(number, accuracy_m), &roster, tell).unwrap_or(0);
            }
            led
        });
    }
    Ok(())
}

fn report(name: &str, count: usize, mut work: impl FnMut() -> usize) {
    let turns: Vec<(usize, Took)> = (0..TURNS).map(|_| time(&mut work)).collect();
    let least = turns.iter().map(|(_, took)| took.working_ns(count)).fold(f64::INFINITY, f64::min);
    let led = turns[0].0;
    println!("{name}: {:.2} us a case, {:.0} a second and core; {led} of {count} led", least / 1e3, 1e9 / least);
}
