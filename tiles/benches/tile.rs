//! What a tile costs: `cargo bench -p onemap-tiles`.
//!
//! A tile like one of zoom 14 over a town: 20 x 20 areas of 40 vertices or so with six attributes, their borders, their
//! labels. Prints microseconds of the fastest of many rounds, which is what a machine shared with others does not disturb.

use std::hint::black_box;
use std::time::Instant;

use mvt::{GeomEncoder, GeomType};
use onemap_tiles::{Geometry, Layer, MatrixSet, Outline, Path, TileBuilder, TileCoord, Value, decode, encode};

const ROUNDS: u32 = 200;

/// Areas per side of the tile.
const SIDE: i32 = 20;

/// Vertices per side of an area.
const STEPS: i32 = 10;

fn main() {
    let coord = TileCoord::new(MatrixSet::WebMercatorQuad, 14, 13608, 6994).expect("inside the matrix");
    let areas = areas(coord);
    let bytes = built(coord, &areas);
    let layers = decode(&bytes).expect("own tiles are valid");
    assert_eq!(encode(&layers), bytes);
    assert_eq!(decode(&with_mvt(&layers)).map(|read| read.len()), Ok(layers.len()));
    println!("tile of {} areas, {} bytes", areas.len(), bytes.len());
    let ours = fastest("encode", || encode(&layers));
    let theirs = fastest("the crate mvt", || with_mvt(&layers));
    println!("{:>34} {:.1}", "ratio", theirs / ours);
    fastest("decode", || decode(&bytes));
    fastest("check every polygon", || {
        layers.iter().flat_map(|layer| &layer.features).filter(|feature| feature.geometry.check().is_ok()).count()
    });
    fastest("project, snap, clip and encode", || built(coord, &areas));

    let ring = long_ring(coord);
    let outline = Outline::new(ring.clone());
    let bare = fastest("ring of 100,000 vertices, bare", || built_of(coord, ring.as_slice().into()));
    let chunked = fastest("the same as an outline", || built_of(coord, (&outline).into()));
    println!("{:>34} {:.1}", "ratio", bare / chunked);
}

fn fastest<T>(what: &str, mut run: impl FnMut() -> T) -> f64 {
    let round = |run: &mut dyn FnMut() -> T| {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64() * 1e6
    };
    let best = (0..ROUNDS).map(|_| round(&mut run)).fold(f64::INFINITY, f64::min);
    println!("{what:>34} {best:.0} us");
    best
}

/// A lattice of areas over the tile whose borders swing, the same for both neighbours.
fn areas(coord: TileCoord) -> Vec<Vec<[i32; 2]>> {
    let bounds = coord.bounds(0);
    let span = [0, 1].map(|axis| f64::from(bounds.max()[axis] - bounds.min()[axis]));
    let at = |x: i32, y: i32| {
        let place = [x, y].map(|c| f64::from(c) / f64::from(SIDE * STEPS));
        let swing = [0, 1].map(|axis| 0.001 * (f64::from(x * 7 + y * 11 + axis * 5)).sin());
        [0, 1].map(|axis: usize| bounds.min()[axis] + (span[axis] * (place[axis] + swing[axis])) as i32)
    };
    let mut areas = Vec::new();
    for row in 0..SIDE {
        for column in 0..SIDE {
            let (x, y) = (column * STEPS, row * STEPS);
            let south = (0..STEPS).map(|step| at(x + step, y));
            let east = (0..STEPS).map(|step| at(x + STEPS, y + step));
            let north = (0..STEPS).map(|step| at(x + STEPS - step, y + STEPS));
            let west = (0..STEPS).map(|step| at(x, y + STEPS - step));
            areas.push(south.chain(east).chain(north).chain(west).collect());
        }
    }
    areas
}

fn built(coord: TileCoord, areas: &[Vec<[i32; 2]>]) -> Vec<u8> {
    let mut tile = TileBuilder::new(coord);
    let mut layer = tile.layer("unit").expect("a new name");
    for (number, ring) in areas.iter().enumerate() {
        let (code, name) = (format!("350304001001{number:06}"), format!("镇海街道第{number}单元"));
        let attributes = [
            ("code", Value::String(&code)),
            ("name", Value::String(&name)),
            ("kind", Value::String(if number % 3 == 0 { "residential" } else { "commercial" })),
            ("rank", Value::Integer(number as i64 % 4)),
            ("open", Value::Bool(number % 2 == 0)),
            ("share", Value::Double(number as f64 / 7.0)),
        ];
        layer.polygon(number as u64, &attributes, [[ring.as_slice()]]).expect("keys differ");
    }
    layer.hold();
    let mut layer = tile.layer("borders").expect("a new name");
    for (number, ring) in areas.iter().enumerate() {
        let attributes = [("rank", Value::Integer(number as i64 % 4))];
        layer.line(None, &attributes, [&ring[..=2 * STEPS as usize]]).expect("keys differ");
    }
    layer.finish();
    let mut layer = tile.layer("labels").expect("a new name");
    for (number, ring) in areas.iter().enumerate() {
        let code = format!("350304001001{number:06}");
        layer.point(number as u64, &[("code", Value::String(&code))], ring[0]).expect("keys differ");
    }
    layer.finish();
    tile.into_bytes()
}

/// A circle of 100,000 vertices, 2,000 tiles around, whose western end is in the tile.
fn long_ring(coord: TileCoord) -> Vec<[i32; 2]> {
    let bounds = coord.bounds(0);
    let span = f64::from(bounds.max()[0] - bounds.min()[0]);
    let (middle, radius) = (f64::from(bounds.max()[0]) + 200.0 * span, 200.5 * span);
    let at = |index: i32| {
        let angle = f64::from(index) / 100_000.0 * std::f64::consts::TAU;
        [(middle + radius * angle.cos()) as i32, bounds.min()[1] + (radius * angle.sin()) as i32]
    };
    (0..100_000).map(at).collect()
}

fn built_of(coord: TileCoord, path: Path<'_>) -> Vec<u8> {
    let mut tile = TileBuilder::new(coord);
    let mut layer = tile.layer("unit").expect("a new name");
    layer.polygon(1, &[], [[path]]).expect("no keys");
    assert_eq!(layer.finish().features, 1);
    tile.into_bytes()
}

fn with_mvt(layers: &[Layer<'_>]) -> Vec<u8> {
    let mut tile = mvt::Tile::new(4096);
    for layer in layers {
        let mut written = tile.create_layer(layer.name);
        for feature in &layer.features {
            let (kind, paths) = match &feature.geometry {
                Geometry::Points(points) => (GeomType::Point, vec![points]),
                Geometry::Lines(lines) => (GeomType::Linestring, lines.iter().collect()),
                Geometry::Polygons(polygons) => (GeomType::Polygon, polygons.iter().flatten().collect()),
            };
            let mut encoder = GeomEncoder::new(kind);
            for path in paths {
                for &[x, y] in path {
                    encoder.add_point(f64::from(x), f64::from(y)).expect("a number");
                }
                encoder.complete_geom().expect("complete");
            }
            let mut open = written.into_feature(encoder.encode().expect("enough points"));
            if let Some(id) = feature.id {
                open.set_id(id);
            }
            for (key, value) in layer.attributes(feature) {
                match value {
                    Value::String(text) => open.add_tag_string(key, text),
                    Value::Integer(number) => open.add_tag_sint(key, number),
                    Value::Double(number) => open.add_tag_double(key, number),
                    Value::Bool(truth) => open.add_tag_bool(key, truth),
                }
            }
            written = open.into_layer();
        }
        tile.add_layer(written).expect("a new name");
    }
    tile.to_bytes().expect("a whole tile")
}
