//! Prints what editions take in memory beside the first. A program of its own, because it counts in the allocator.
//!
//! `editions_memory [UNITS [EDITIONS]]`, 40000 and 50 when left out. Each edition moves borders of one area in a hundred of
//! the edition before, in one patch, in patches of a grid each, or all over the district, and is made as a server makes it:
//! snapshot, texts of answers, names for the search, what tiles are drawn from. Once all of them are kept; and once as many
//! as a server keeps, which publishes them one after the other and is asked for each. Exits with 1 when what that server holds
//! at any time of editions in one patch is more than the goal.

mod changes;
mod server;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use allocation_counter::measure;
use anyhow::{Context, ensure};
use changes::{CHANGED_ONE_IN, Spread, changes};
use onemap::{
    app::{
        District, View,
        demo::{Content, DemoPlan, generate},
        tiles::AreaTiles,
    },
    clock::Clock,
    domain::area::{AreaChanges, Snapshot},
    store::Store,
};
use server::{History, Server};

/// Of so many of the editions asked for last, tiles are asked for as well.
const TILES_OF_LAST: u64 = 6;
/// What a server holds may take so many times what the first edition takes.
const GOAL: f64 = 1.6;

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let units = arguments.next().transpose()?.unwrap_or(40_000);
    let editions = arguments.next().transpose()?.unwrap_or(50);
    let first = first_edition(units)?;
    println!(
        "| changes | changed a time | one edition, MB | all {editions}, MB | times one | each further one, MB | snapshot | answers | search | tiles | made in, ms |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let mut held = Vec::new();
    for spread in [Spread::Patch, Spread::Grids, Spread::Scattered] {
        let report = keep(&first, editions, spread)?;
        let ratio = report.total() as f64 / report.first as f64;
        let each = |bytes: i64| megabytes(bytes) / (editions - 1) as f64;
        let [snapshot, answers, search, tiles] = report.parts.map(each);
        println!(
            "| {} | {} | {:.1} | {:.1} | {ratio:.2} | {:.2} | {snapshot:.2} | {answers:.2} | {search:.2} | {tiles:.2} | {} |",
            spread.name(),
            report.changed,
            megabytes(report.first),
            megabytes(report.total()),
            each(report.parts.iter().sum()),
            report.made_in_ms,
        );
        held.push((spread, serve(&first, &report.history)?));
    }
    println!();
    println!(
        "| changes | kept by a server | with tiles | one edition, MB | held at the end, MB | most between two questions, MB | most while one is made, MB | times one | not kept | made in, ms: median | greatest | goal |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|");
    let mut is_met = true;
    for (spread, server) in &mut held {
        let ratio = server.peak as f64 / server.one as f64;
        let goal = match spread {
            Spread::Patch if ratio < GOAL => format!("< {GOAL} met"),
            Spread::Patch => {
                is_met = false;
                format!("< {GOAL} **missed**")
            }
            Spread::Grids | Spread::Scattered => "-".to_owned(),
        };
        server.made_in.sort_unstable();
        let made_in = |at: Option<&Duration>| at.map_or(0.0, |time| time.as_secs_f64() * 1e3);
        println!(
            "| {} | {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {ratio:.2} | {} | {:.0} | {:.0} | {goal} |",
            spread.name(),
            server.kept.0,
            server.kept.1,
            megabytes(server.one),
            megabytes(server.held),
            megabytes(server.most),
            megabytes(server.peak),
            server.made_in.len(),
            made_in(server.made_in.get(server.made_in.len() / 2)),
            made_in(server.made_in.last()),
        );
    }
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is left of a server.
struct Held {
    kept: (usize, usize),
    one: i64,
    held: i64,
    most: i64,
    peak: i64,
    made_in: Vec<Duration>,
}

/// Publishes all editions, then asks for each, now one and now one far from it, and for tiles of the last few asked for.
fn serve(first: &Snapshot, history: &History) -> anyhow::Result<Held> {
    let mut server = Server::start(history, || whole(first))?;
    for _ in 1..history.editions() {
        server.publish()?;
    }
    let count = u64::from(history.editions());
    let step = (count * 7 / 18..).find(|&step| shares_nothing(step, count)).context("1 at the least")?;
    for number in 0..count {
        server.ask((number * step % count) as u32 + 1, number + TILES_OF_LAST >= count)?;
    }
    let Server { one, held, most, peak, .. } = server;
    Ok(Held { kept: server.kept(), one, held, most, peak, made_in: server.made_in })
}

/// Whether two numbers have no divisor in common, so that steps of the one come by all below the other.
fn shares_nothing(one: u64, other: u64) -> bool {
    let (mut a, mut b) = (one, other);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}

/// The first edition. The same from all polygons, because what the store gave stands outside of what is counted.
fn whole(first: &Snapshot) -> anyhow::Result<Snapshot> {
    let (areas, polygons) = (0..)
        .zip(first.hierarchy.areas())
        .map(|(index, area)| ((**area).clone(), first.coverage.polygon(index)))
        .unzip();
    let profile = Arc::clone(&first.profile);
    Ok(Snapshot::new(profile, first.edition.clone(), areas, polygons, Arc::clone(first.roster()), None)?)
}

fn megabytes(bytes: i64) -> f64 {
    bytes as f64 / 1e6
}

/// Bytes that stay allocated.
struct Report {
    first: i64,
    /// Of all further editions: snapshots, texts of answers, names for the search, what tiles are drawn from.
    parts: [i64; 4],
    /// Areas that are others in the last edition than in the one before.
    changed: usize,
    made_in_ms: u128,
    history: History,
}

impl Report {
    fn total(&self) -> i64 {
        self.first + self.parts.iter().sum::<i64>()
    }
}

/// The generated district as a store gives it back.
fn first_edition(units: usize) -> anyhow::Result<Snapshot> {
    let folder = std::env::temp_dir().join(format!("onemap-editions-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let made = (|| {
        let plan = DemoPlan::new(units as u64, 1, Content::Declared).context("so many units are not generated")?;
        let demo = generate(&plan, &mut |_, _| {});
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let district = District::open(folder.join("store.gpkg").as_path(), None, Clock::system()).await?;
            district.adopt_demo(demo, "bench").await?;
            let snapshot = district.snapshot().await?;
            district.store().close().await?;
            anyhow::Ok(snapshot)
        })
    })();
    std::fs::remove_dir_all(&folder)?;
    made
}

/// One edition in memory, with all that answering from it needs.
struct Kept {
    view: View,
    tiles: AreaTiles,
}

fn keep(first: &Snapshot, editions: usize, spread: Spread) -> anyhow::Result<Report> {
    let mut kept: Vec<Kept> = Vec::with_capacity(editions);
    let mut failed = None;
    let made = measure(|| match whole(first) {
        Ok(snapshot) => {
            let snapshot = Arc::new(snapshot);
            let view = View::ready(Arc::clone(&snapshot), None);
            kept.push(Kept { view, tiles: AreaTiles::new(&snapshot, None) });
        }
        Err(error) => failed = Some(error),
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let history = History::default();
    let mut report = Report { first: made.bytes_current, parts: [0; 4], changed: 0, made_in_ms: 0, history };
    for number in 1..editions {
        let before = kept.last().context("the first one is there")?;
        let changes = changes(before.view.snapshot(), number as u64, spread);
        let count = changes.put.len();
        let asked = before.view.snapshot().hierarchy.areas().len() / CHANGED_ONE_IN;
        ensure!(count >= asked, "{count} of {asked} areas changed in edition {number}");
        report.changed = count;
        report.history.add(before.view.snapshot(), changes.clone());
        let (next, parts, ms) = next(before, changes)?;
        report.parts.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
        report.made_in_ms += ms;
        kept.push(next);
    }
    tell_parts(&kept, spread);
    report.made_in_ms /= (editions - 1) as u128;
    Ok(report)
}

/// Tells what the last edition has of its own, part by part, as `domain::held` counts it.
fn tell_parts(kept: &[Kept], spread: Spread) {
    let Some((last, others)) = kept.split_last() else { return };
    let mut held = onemap::domain::held::Held::default();
    others.iter().for_each(|kept| kept.view.hold(&mut held));
    others.iter().for_each(|kept| kept.tiles.hold(&mut held));
    let snapshot = last.view.snapshot();
    let mut own = |hold: &dyn Fn(&mut onemap::domain::held::Held)| {
        let before = held.bytes();
        hold(&mut held);
        held.bytes() - before
    };
    eprintln!(
        "{}: areas {}, coverage {}, index {}, owners {}, texts {}, tiles {}",
        spread.name(),
        own(&|held| snapshot.hierarchy.hold(held)),
        own(&|held| snapshot.coverage.hold(held)),
        own(&|held| snapshot.index().hold(held)),
        own(&|held| snapshot.owners().hold(held)),
        own(&|held| last.view.hold(held)),
        own(&|held| last.tiles.hold(held)),
    );
}

/// The next edition, what its parts take, and how long they took.
fn next(before: &Kept, changes: AreaChanges) -> anyhow::Result<(Kept, [i64; 4], u128)> {
    let old = before.view.snapshot();
    let began = Instant::now();
    let (mut snapshot, mut answers, mut view, mut tiles) = (None, None, None, None);
    let of_snapshot = measure(|| {
        // Cloned here, because it is dropped within: what is counted is what stays.
        snapshot = Some(old.next(old.edition.clone(), changes.clone(), Arc::clone(old.roster())));
    });
    let snapshot = Arc::new(snapshot.context("it was made")??);
    let of_answers = measure(|| answers = Some(View::new(Arc::clone(&snapshot), Some(&before.view))));
    drop(answers);
    let of_view = measure(|| view = Some(View::ready(Arc::clone(&snapshot), Some(&before.view))));
    let of_tiles = measure(|| tiles = Some(AreaTiles::new(&snapshot, Some(&before.tiles))));
    let names = of_view.bytes_current - of_answers.bytes_current;
    let parts = [of_snapshot.bytes_current, of_answers.bytes_current, names, of_tiles.bytes_current];
    let kept = Kept { view: view.context("it was made")?, tiles: tiles.context("they were made")? };
    Ok((kept, parts, began.elapsed().as_millis()))
}
