//! Prints what editions take in memory beside the first. A program of its own, because it counts in the allocator.
//!
//! `editions_memory [UNITS [EDITIONS]]`, 40000 and 50 when left out. Each edition moves borders of one area in a hundred of
//! the edition before, in one patch, in patches of a grid each, or all over the district, and is made as a server makes it: snapshot, texts of answers,
//! names for the search, what tiles are drawn from. Once all of them are kept; and once as many as a server keeps, which
//! publishes them one after the other and is asked for each. Exits with 1 when what that server holds after editions in
//! patches is more than the goal.

mod server;

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use allocation_counter::measure;
use anyhow::{Context, ensure};
use onemap::{
    app::{
        District, View,
        demo::{Content, DemoPlan, generate},
        tiles::AreaTiles,
    },
    clock::Clock,
    domain::{
        area::{AreaChanges, Level, PutArea, Snapshot},
        coverage::{ArcId, AreaIndex, FaceId},
        geometry::{MultiPolygon, Polygon, Position, Ring, validity},
    },
    store::Store,
};
use onemap_bench::random::bits_of;
use server::{History, Server};

/// One area in so many is another one in the next edition.
const CHANGED_ONE_IN: usize = 100;
/// Moved positions go no further than this, in lattice units: a few centimetres, too little to touch anything else.
const REACH: u64 = 3;
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
            Spread::Patch | Spread::Grids if ratio < GOAL => format!("< {GOAL} met"),
            Spread::Patch | Spread::Grids => {
                is_met = false;
                format!("< {GOAL} **missed**")
            }
            Spread::Scattered => "-".to_owned(),
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

/// Where the changed areas of an edition are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spread {
    /// All that hangs together.
    Patch,
    /// Units of one grid, then of another anywhere, until they are enough.
    Grids,
    /// One border here, one there.
    Scattered,
}

impl Spread {
    const fn name(self) -> &'static str {
        match self {
            Self::Patch => "one patch",
            Self::Grids => "patches, a grid each",
            Self::Scattered => "scattered",
        }
    }
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
    report.made_in_ms /= (editions - 1) as u128;
    Ok(report)
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

/// One area in a hundred with borders moved a little; no coarser area has another outline.
fn changes(snapshot: &Snapshot, number: u64, spread: Spread) -> AreaChanges {
    let areas = snapshot.hierarchy.areas().len();
    let finest = snapshot.hierarchy.of_level(Level(snapshot.profile.levels.len() as u8 - 1));
    let wanted = areas.div_ceil(CHANGED_ONE_IN);
    let any = |key: u64| {
        let count = u64::from(finest.end - finest.start);
        finest.start + (bits_of(number << 32 | key) % count) as AreaIndex
    };
    let mut moved: HashMap<Position, Position> = HashMap::new();
    let mut changed: BTreeSet<AreaIndex> = BTreeSet::new();
    let mut queue: VecDeque<AreaIndex> = VecDeque::new();
    let mut seen: BTreeSet<AreaIndex> = BTreeSet::new();
    let mut key = 0;
    while changed.len() < wanted {
        let unit = match queue.pop_front() {
            Some(unit) => unit,
            None => {
                key += 1;
                let unit = any(key);
                if !seen.insert(unit) {
                    continue;
                }
                unit
            }
        };
        for side in snapshot.coverage.border_of(unit) {
            let (inside, outside) = snapshot.coverage.inside_outside(*side);
            if spread == Spread::Patch {
                let beyond = snapshot.coverage.areas_of(outside).iter().copied().filter(|area| finest.contains(area));
                queue.extend(beyond.filter(|&next| seen.insert(next)));
            }
            let Some(sides) = units_beside(snapshot, inside, outside) else { continue };
            if spread == Spread::Grids {
                queue.extend(sides.iter().copied().filter(|&next| seen.insert(next)));
            }
            if move_inner(snapshot, side.arc, number, &mut moved) {
                changed.extend(sides);
                // Elsewhere, one border of a unit is enough.
                if spread == Spread::Scattered {
                    break;
                }
            }
        }
    }
    put(snapshot, &moved, changed)
}

/// The units on both sides of a border, when nothing but units differs there.
fn units_beside(snapshot: &Snapshot, inside: FaceId, outside: FaceId) -> Option<BTreeSet<AreaIndex>> {
    let finest = snapshot.profile.levels.len() as u8 - 1;
    let of = |face: FaceId| -> BTreeSet<AreaIndex> { snapshot.coverage.areas_of(face).iter().copied().collect() };
    let (one, other) = (of(inside), of(outside));
    let differ: BTreeSet<AreaIndex> = one.symmetric_difference(&other).copied().collect();
    let is_unit = |&area: &AreaIndex| snapshot.hierarchy.area(area).level == Level(finest);
    (!differ.is_empty() && differ.iter().all(is_unit)).then_some(differ)
}

/// Moves the positions between the ends of a border; whether there are any.
fn move_inner(snapshot: &Snapshot, arc: ArcId, number: u64, moved: &mut HashMap<Position, Position>) -> bool {
    let positions = snapshot.coverage.positions(arc);
    let inner = positions.get(1..positions.len().saturating_sub(1)).unwrap_or_default();
    for &position in inner {
        let bits = bits_of((position.lon() as u64) << 32 ^ position.lat() as u32 as u64 ^ number << 16);
        let by = |bits: u64| (bits % (2 * REACH + 1)) as i32 - REACH as i32;
        let to = Position::new(position.lon() + by(bits), position.lat() + by(bits >> 32));
        moved.insert(position, to.unwrap_or(position));
    }
    !inner.is_empty()
}

fn put(snapshot: &Snapshot, moved: &HashMap<Position, Position>, changed: BTreeSet<AreaIndex>) -> AreaChanges {
    let mut put = Vec::with_capacity(changed.len());
    for index in changed {
        let area = snapshot.hierarchy.area(index);
        let parent = area.parent.map(|parent| snapshot.hierarchy.area(parent).id);
        let mut area = area.clone();
        let digest = bits_of(u64::from_le_bytes(area.digest[..8].try_into().expect("eight bytes")));
        area.digest[..8].copy_from_slice(&digest.to_le_bytes());
        put.push((PutArea { area, parent }, with(&snapshot.coverage.polygon(index), moved)));
    }
    AreaChanges { put, gone: Vec::new() }
}

fn with(polygons: &MultiPolygon, moved: &HashMap<Position, Position>) -> MultiPolygon {
    let ring = |ring: &Ring| {
        let positions = ring.positions().iter().map(|at| *moved.get(at).unwrap_or(at)).collect();
        Ring::new(positions).expect("as many positions as before")
    };
    let polygon = |polygon: &Polygon| Polygon {
        exterior: ring(&polygon.exterior),
        holes: polygon.holes.iter().map(ring).collect(),
    };
    let drawn = MultiPolygon { polygons: polygons.polygons.iter().map(polygon).collect() };
    assert!(validity::faults(&drawn).is_empty(), "a few centimetres break no outline");
    drawn.canonical()
}
