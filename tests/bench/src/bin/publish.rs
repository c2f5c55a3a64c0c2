//! From a file that moves one border to the new tile: what a publish on a running service costs.
//!
//! `publish STORE ROUNDS` moves a border of the store's last edition to and fro, ROUNDS times, and prints one JSON object:
//! milliseconds until the import is answered, and until the tile over the border is drawn. The store grows by ROUNDS editions.

use std::{io::Write, path::Path, sync::Arc};

use anyhow::{Context, Result, ensure};
use onemap::{
    app::{
        App, District,
        import::{ImportOptions, ImportSource, Outcome},
        tiles::Tileset,
    },
    clock::Clock,
    domain::{
        area::{Level, Snapshot},
        coverage::{ArcId, AreaIndex},
        geometry::{MultiPolygon, Position, Ring},
    },
};
use onemap_bench::stopwatch;
use onemap_tiles::{MatrixSet, TileCoord, TileRange};
use serde_json::json;

/// How far the border moves, in lattice units: half a metre.
const MOVE: i32 = 45;

/// The zoom of the tile.
const ZOOM: u8 = 16;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [store, rounds] = arguments.as_slice() else { anyhow::bail!("usage: publish STORE ROUNDS") };
    let rounds: usize = rounds.parse().context("ROUNDS is a number")?;
    ensure!(rounds > 0, "at least one round");
    let district = District::open(Path::new(store), None, Clock::system()).await?;
    let app = App::start(district).await?;
    let folder = tempfile::tempdir()?;
    let (vertex, neighbours) = border(&app.served().snapshot)?;
    let (mut answered, mut drawn) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let (from, to) = if round % 2 == 0 { (vertex, moved(vertex)?) } else { (moved(vertex)?, vertex) };
        let path = folder.path().join(format!("{round}.geojson"));
        write(&app.served().snapshot, &neighbours, (from, to), &path)?;
        let source = ImportSource { name: "moved.geojson".to_owned(), path, content_type: None };
        let edition = app.served().snapshot.edition_number();
        let (report, import) = stopwatch::time_async(app.import(vec![source], ImportOptions::default())).await;
        let report = report?;
        ensure!(report.outcome == Outcome::Published, "the move is refused: {:?}", report.findings);
        ensure!(app.served().snapshot.edition_number() == edition + 1, "the publish is not served");
        let served = app.served();
        let tile = tile_over(to)?;
        let (tile, drawing) = stopwatch::time(|| served.tiles.draw(Tileset::Areas, tile));
        ensure!(!tile.is_empty(), "the tile over the border is empty");
        answered.push(import.elapsed * 1e3);
        drawn.push((import.elapsed + drawing.elapsed) * 1e3);
    }
    let areas = app.served().snapshot.hierarchy.areas().len();
    app.finish().await;
    println!("{}", json!({ "areas": areas, "answered_ms": answered, "tile_ms": drawn }));
    Ok(())
}

/// A vertex amid a border between two units of one parent, and the two.
fn border(snapshot: &Arc<Snapshot>) -> Result<(Position, Vec<AreaIndex>)> {
    let finest = Level(snapshot.profile.levels.len() as u8 - 1);
    let coverage = &snapshot.coverage;
    let between = |arc: ArcId| {
        let positions = coverage.positions(arc);
        let sides = [coverage.arc(arc).left, coverage.arc(arc).right].map(|face| coverage.areas_of(face));
        let finest_of = |areas: &[AreaIndex]| areas.last().copied().filter(|&area| snapshot.hierarchy.area(area).level == finest);
        let (one, other) = (finest_of(sides[0])?, finest_of(sides[1])?);
        let is_inner = sides[0][..sides[0].len() - 1] == sides[1][..sides[1].len() - 1];
        (is_inner && positions.len() > 4).then(|| (positions[positions.len() / 2], vec![one, other]))
    };
    let middle = coverage.arc_count() as u32 / 2;
    (middle..coverage.arc_count() as u32).map(ArcId).find_map(between).context("no border between two units")
}

fn moved(vertex: Position) -> Result<Position> {
    Position::new(vertex.lon() + MOVE, vertex.lat()).context("in the world")
}

/// Writes the areas with one vertex elsewhere.
fn write(snapshot: &Snapshot, areas: &[AreaIndex], (from, to): (Position, Position), path: &Path) -> Result<()> {
    let degrees = |p: Position| json!([p.lon_degrees(), p.lat_degrees()]);
    let ring = |ring: &Ring| {
        let mut positions: Vec<_> = ring.positions().iter().map(|&p| degrees(if p == from { to } else { p })).collect();
        positions.push(positions[0].clone());
        positions
    };
    let geometry = |area: &MultiPolygon| {
        let polygons: Vec<_> = area.polygons.iter().map(|polygon| polygon.rings().map(ring).collect::<Vec<_>>()).collect();
        json!({ "type": "MultiPolygon", "coordinates": polygons })
    };
    let feature = |&index: &AreaIndex| {
        let area = snapshot.hierarchy.area(index);
        let parent = area.parent.map(|parent| snapshot.hierarchy.area(parent).code.to_string());
        json!({
            "type": "Feature",
            "properties": {
                "code": area.code.to_string(), "level": snapshot.profile.level(area.level).id, "parent": parent,
                "name": area.name, "kind": area.kind.id(), "households": area.households, "residents": area.residents,
            },
            "geometry": geometry(&snapshot.coverage.polygon(index)),
        })
    };
    let features: Vec<_> = areas.iter().map(feature).collect();
    let file = json!({ "type": "FeatureCollection", "features": features });
    Ok(std::fs::File::create(path)?.write_all(file.to_string().as_bytes())?)
}

fn tile_over(position: Position) -> Result<TileCoord> {
    let bounds = onemap_tiles::LatticeBounds::new([position.lon(), position.lat()], [position.lon(), position.lat()]);
    let range = TileRange::covering(MatrixSet::WebMercatorQuad, ZOOM, bounds.context("a position")?);
    range.context("a zoom of the set")?.iter().next().context("a tile over the position")
}
