//! What drawing tiles costs without a server: `tile_cost STORE TRACE [ROUNDS] [ZOOM|all] [FOLDER]`, TRACE a file of `z/x/y`
//! lines, FOLDER where the tiles are put as `z-x-y.mvt`, not compressed.
//!
//! Prints, by zoom over the distinct tiles of the trace and for all requests of it: the processor time of the version, of drawing
//! and of gzip, the slowest, and the bytes of each layer.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, ensure};
use libdeflater::{CompressionLvl, Compressor};
use onemap::{
    Map,
    app::tiles::{AreaTiles, TileCoord, tile_coord},
};
use onemap_bench::stopwatch;

/// The level that the server compresses with.
const GZIP_LEVEL: i32 = 1;

struct Cost {
    requests: usize,
    /// Microseconds of this thread: version, drawing, gzip; the least of the rounds.
    us: [f64; 3],
    /// Microseconds of drawing and gzip together, of each round.
    whole: Vec<f64>,
    tile: Vec<u8>,
    packed: usize,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (store, trace) = (arguments.first().context("STORE")?, arguments.get(1).context("TRACE")?);
    let rounds: usize = arguments.get(2).map_or(Ok(3), |rounds| rounds.parse())?;
    let only: Option<u8> = arguments.get(3).filter(|zoom| *zoom != "all").map(|zoom| zoom.parse()).transpose()?;
    let folder = arguments.get(4).map(Path::new);
    let mut requests: BTreeMap<TileCoord, usize> = BTreeMap::new();
    for line in std::fs::read_to_string(trace)?.lines() {
        let numbers: Vec<u32> = line.split('/').map(str::parse).collect::<Result<_, _>>()?;
        let coord = tile_coord(numbers[0], numbers[1], numbers[2]).map_err(anyhow::Error::msg)?;
        *requests.entry(coord).or_default() += 1;
    }
    requests.retain(|coord, _| only.is_none_or(|zoom| zoom == coord.z()));
    let map = Map::open(store)?;
    let (tiles, built) = stopwatch::time(|| AreaTiles::new(map.snapshot(), None));
    println!(
        "{} areas; built in {:.2} s, {:.1} MB",
        map.snapshot().hierarchy.areas().len(),
        built.elapsed,
        tiles.bytes() as f64 / 1e6
    );
    // Drawn without sheets first: the bytes must be the same.
    let plain: Vec<Vec<u8>> = requests.keys().map(|&coord| tiles.tile(coord)).collect();
    let (_, prepared) = stopwatch::time(|| tiles.prepare());
    println!("sheets in {:.2} s, together {:.1} MB", prepared.elapsed, tiles.bytes() as f64 / 1e6);
    for (&coord, plain) in requests.keys().zip(&plain) {
        ensure!(tiles.tile(coord) == *plain, "{coord} is another tile from its sheet");
    }
    drop(plain);
    let mut costs: BTreeMap<TileCoord, Cost> = BTreeMap::new();
    for _ in 0..rounds {
        for (&coord, &requests) in &requests {
            let (_, version) = stopwatch::time(|| tiles.version(coord));
            let (tile, drawing) = stopwatch::time(|| tiles.tile(coord));
            let (packed, gzip) = stopwatch::time(|| squeeze(&tile));
            let us = [version, drawing, gzip].map(|took| took.working * 1e6);
            let cost = costs.entry(coord).or_insert_with(|| Cost { requests, us, whole: Vec::new(), tile, packed });
            cost.us = [0, 1, 2].map(|part| cost.us[part].min(us[part]));
            cost.whole.push(us[1] + us[2]);
        }
    }
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)?;
        for (coord, cost) in &costs {
            std::fs::write(folder.join(format!("{}-{}-{}.mvt", coord.z(), coord.x(), coord.y())), &cost.tile)?;
        }
    }
    let zooms: std::collections::BTreeSet<u8> = costs.keys().map(|coord| coord.z()).collect();
    println!(
        "zoom tiles  version     draw     gzip    total   worst      raw     gzip   bytes by layer, compressed alone"
    );
    for zoom in zooms {
        row(&zoom.to_string(), costs.iter().filter(|(coord, _)| coord.z() == zoom).map(|(_, cost)| (cost, 1)));
    }
    row("once", costs.values().map(|cost| (cost, 1)));
    row("all", costs.values().map(|cost| (cost, cost.requests)));
    Ok(())
}

fn row<'a>(name: &str, costs: impl Iterator<Item = (&'a Cost, usize)>) {
    let (mut count, mut us, mut worst, mut raw, mut packed) = (0, [0.0; 3], 0.0_f64, 0, 0);
    let mut layers: BTreeMap<String, usize> = BTreeMap::new();
    for (cost, weight) in costs {
        count += weight;
        (0..3).for_each(|part| us[part] += cost.us[part] * weight as f64);
        let mut whole = cost.whole.clone();
        whole.sort_by(f64::total_cmp);
        worst = worst.max(whole[whole.len() / 2]);
        raw += cost.tile.len() * weight;
        packed += cost.packed * weight;
        for (name, layer) in layers_of(&cost.tile) {
            *layers.entry(name).or_default() += squeeze(layer) * weight;
        }
    }
    let mean = |sum: f64| sum / count as f64;
    let [version, draw, gzip] = us.map(mean);
    let layers: Vec<String> =
        layers.into_iter().map(|(name, bytes)| format!("{name} {:.0}", mean(bytes as f64))).collect();
    println!(
        "{name:>4} {count:>5} {version:>8.0} {draw:>8.0} {gzip:>8.0} {:>8.0} {worst:>8.0} {:>8.0} {:>8.0}   {}",
        draw + gzip,
        mean(raw as f64),
        mean(packed as f64),
        layers.join(", ")
    );
}

fn squeeze(tile: &[u8]) -> usize {
    let mut compressor = Compressor::new(CompressionLvl::new(GZIP_LEVEL).expect("there is the level"));
    let mut packed = vec![0; compressor.gzip_compress_bound(tile.len())];
    compressor.gzip_compress(tile, &mut packed).expect("the bound is one")
}

/// The layers of a tile with their bytes.
fn layers_of(mut tile: &[u8]) -> Vec<(String, &[u8])> {
    let mut layers = Vec::new();
    while let [_, rest @ ..] = tile {
        let (mut len, mut at) = (0, 0);
        loop {
            len |= usize::from(rest[at] & 0x7f) << (7 * at);
            at += 1;
            if rest[at - 1] & 0x80 == 0 {
                break;
            }
        }
        let layer = &rest[at..at + len];
        // version (2 bytes), then the name
        let name = String::from_utf8_lossy(&layer[4..4 + usize::from(layer[3])]).into_owned();
        layers.push((name, layer));
        tile = &rest[at + len..];
    }
    layers
}
