//! No ring of any tile of the demo is invalid, at any zoom that a map screen asks for.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use onemap::app::{
    demo::{Content, DemoPlan},
    tiles::{AreaTiles, PlaceTiles, TileCoord},
};
use onemap_tiles::{MatrixSet, TileRange};

use super::{asked, bounds, invalid, seams::demo_of};

/// Units of the demo. The environment variable `ONEMAP_ORACLE_UNITS` asks for another number, and for every tile.
const UNITS: u64 = 6_000;

/// That of `make run`, whose very district this is when asked for as many units.
const SEED: u64 = 1;

/// Tiles of a zoom that are looked at when not every one is.
const MOST_TILES: usize = 60;

/// Invalid rings that a failure names.
const MOST_NAMED: usize = 20;

const ZOOMS: std::ops::RangeInclusive<u8> = 8..=18;

/// What was looked at.
#[derive(Debug, Default)]
struct Seen {
    tiles: usize,
    with_areas: usize,
    with_places: usize,
    bytes: usize,
    invalid: Vec<String>,
}

impl Seen {
    fn with(mut self, other: Self) -> Self {
        self.tiles += other.tiles;
        self.with_areas += other.with_areas;
        self.with_places += other.with_places;
        self.bytes += other.bytes;
        self.invalid.extend(other.invalid);
        self
    }
}

/// Draws the tiles on all processors and judges every one.
fn look(areas: &AreaTiles, places: &PlaceTiles, coords: &[TileCoord]) -> Seen {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut seen = Seen::default();
        while let Some(&coord) = coords.get(next.fetch_add(1, Ordering::Relaxed)) {
            let tiles = [areas.tile(coord), places.tile(coord)];
            seen.tiles += 1;
            seen.with_areas += usize::from(!tiles[0].is_empty());
            seen.with_places += usize::from(!tiles[1].is_empty());
            for tile in &tiles {
                seen.bytes += tile.len();
                seen.invalid.extend(invalid(tile, coord));
            }
        }
        seen
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("tiles are drawn")).fold(Seen::default(), Seen::with)
    })
}

#[test]
fn tiles_of_the_demo_are_valid_from_zoom_8_to_18() {
    let units = asked("ONEMAP_ORACLE_UNITS", 0);
    let is_every = units > 0;
    let plan = DemoPlan::new(if is_every { units } else { UNITS }, SEED, Content::Buildings).expect("a plan");
    let (snapshot, places) = demo_of(&plan);
    let (areas, places) = (AreaTiles::new(&snapshot, None), PlaceTiles::new(&places, &snapshot.profile.place_classes));
    areas.prepare();
    let mut all = Seen::default();
    for zoom in ZOOMS {
        let range =
            TileRange::covering(MatrixSet::WebMercatorQuad, zoom, bounds(&snapshot)).expect("a zoom of the set");
        let step = if is_every { 1 } else { (range.count() as usize).div_ceil(MOST_TILES) };
        let coords: Vec<TileCoord> = range.iter().step_by(step).collect();
        let seen = look(&areas, &places, &coords);
        assert_eq!(seen.tiles, if is_every { range.count() as usize } else { coords.len() });
        assert!(seen.with_areas > 0, "zoom {zoom}: {seen:?}");
        eprintln!("zoom {zoom}: {} of {} tiles, {} invalid rings", seen.tiles, range.count(), seen.invalid.len());
        all = all.with(seen);
    }
    eprintln!("{} tiles of areas, {} of places, {} MB", all.with_areas, all.with_places, all.bytes / 1_000_000);
    let named = &all.invalid[..all.invalid.len().min(MOST_NAMED)];
    assert!(named.is_empty(), "{} are invalid, among them:\n{}", all.invalid.len(), named.join("\n"));
    assert!(all.with_areas > 100 && all.with_places > 50 && all.bytes > 1 << 19, "{all:?}");
}
