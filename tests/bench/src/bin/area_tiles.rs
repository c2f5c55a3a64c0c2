//! What tiles of areas are drawn from, built from a store: how long, how much memory, and again after the last publish.
//!
//! Three steps: the simplified borders of all zooms (`pyramid`); all that a tile can be drawn from, with them (`tiles`); and the
//! sheets that `onemap serve` snaps in the background after a start, of which tiles are cut from then on (`sheets`, on top).
//!
//! `area_tiles STORE ROUNDS` prints one JSON object. With two editions or more in the store the second newest is built anew and
//! the newest from it.

use anyhow::{Context, Result, ensure};
use onemap::{
    Map,
    app::tiles::{AreaTiles, MAX_TILE_ZOOM},
    domain::coverage::Pyramid,
};
use onemap_bench::stopwatch;
use serde_json::json;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [store, rounds] = arguments.as_slice() else { anyhow::bail!("usage: area_tiles STORE ROUNDS") };
    let rounds: usize = rounds.parse().context("ROUNDS is a number")?;
    ensure!(rounds > 0, "at least one round");
    let newest = Map::open(store)?.edition();
    let (map, opened) = stopwatch::time(|| Map::open_edition(store, newest.saturating_sub(1).max(1)));
    let mut map = map?;
    let snapshot = map.snapshot().clone();
    let coarsest = snapshot.profile.levels.iter().map(|level| level.min_zoom).min().unwrap_or(0);
    let zooms = coarsest..=MAX_TILE_ZOOM - 1;

    let (mut tiles, mut sheets, mut kept) = (Step::default(), Step::default(), None);
    for _ in 0..rounds {
        drop(kept.take());
        let built = tiles.measure(|| AreaTiles::new(&snapshot, None))?;
        tiles.bytes = built.bytes();
        sheets.measure(|| built.prepare())?;
        ensure!(built.is_prepared(), "there are sheets");
        sheets.bytes = built.bytes() - tiles.bytes;
        kept = Some(built);
    }
    let before = kept.context("at least one was built")?;

    let mut pyramids = Vec::new();
    let mut bytes = 0;
    for _ in 0..rounds {
        let (pyramid, took) = stopwatch::time(|| Pyramid::build(&snapshot.coverage, zooms.clone()));
        bytes = pyramid.bytes();
        pyramids.push(took.elapsed);
    }

    let mut publish = json!(null);
    if map.reload()? {
        let (mut updates, mut named, mut changed, mut has_sheets) = (Vec::new(), Vec::new(), None, false);
        for _ in 0..rounds {
            let (after, took) = stopwatch::time(|| AreaTiles::new(map.snapshot(), Some(&before)));
            has_sheets = after.is_prepared();
            let (tiles, naming) = stopwatch::time(|| after.changed_since(&before));
            updates.push(took.elapsed);
            named.push(naming.elapsed);
            changed = tiles.map(|tiles| tiles.len());
        }
        publish =
            json!({ "update_s": updates, "changed_since_s": named, "changed": changed, "has_sheets": has_sheets });
    }
    let found = json!({
        "areas": snapshot.hierarchy.areas().len(),
        "open_s": opened.elapsed,
        "pyramid_s": pyramids,
        "pyramid_bytes": bytes,
        "tiles": tiles.found(),
        "sheets": sheets.found(),
        "publish": publish,
    });
    println!("{found}");
    Ok(())
}

/// What one step of the work took, round by round, and what it left.
#[derive(Default)]
struct Step {
    seconds: Vec<f64>,
    grown_mb: Vec<f64>,
    peak_mb: Vec<f64>,
    bytes: usize,
}

impl Step {
    fn measure<T>(&mut self, work: impl FnOnce() -> T) -> Result<T> {
        // "5" forgets the greatest memory so far (proc(5)).
        std::fs::write("/proc/self/clear_refs", "5").context("the peak is forgotten")?;
        let resident = memory("VmRSS")?;
        let (done, took) = stopwatch::time(work);
        self.grown_mb.push(memory("VmRSS")? - resident);
        self.peak_mb.push(memory("VmHWM")? - resident);
        self.seconds.push(took.elapsed);
        Ok(done)
    }

    fn found(&self) -> serde_json::Value {
        json!({ "s": self.seconds, "bytes": self.bytes, "grown_mb": self.grown_mb, "peak_mb": self.peak_mb })
    }
}

/// A figure of this process's memory, in MB.
fn memory(field: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':')).context("a figure")?;
    let kib: f64 = line.split_whitespace().next().context("it has a value")?.parse()?;
    Ok(kib * 1024.0 / 1e6)
}
