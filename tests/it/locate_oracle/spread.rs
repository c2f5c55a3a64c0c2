//! Where to look by the million: anywhere, on and beside vertices and borders, on the corners of the index's own cells.

use std::collections::BTreeSet;

use onemap::domain::geometry::{MultiPolygon, Position};

use crate::support::{
    plane::{LAT, LON, Point, TILE},
    random::Random,
};

/// Cells of the index are 2^2 units wide and more, tiles 2^10 to 2^22, pages 2^27 at most.
const CELL_BITS: (i64, i64) = (2, 14);
const TILE_BITS: (i64, i64) = (10, 27);

/// All borders of a world, to draw positions from.
pub struct Spread {
    edges: Vec<(Point, Point)>,
    vertices: Vec<Point>,
    low: Point,
    high: Point,
}

impl Spread {
    pub fn new<'a>(polygons: impl IntoIterator<Item = &'a MultiPolygon>) -> Self {
        let mut edges = Vec::new();
        for ring in polygons.into_iter().flat_map(MultiPolygon::rings) {
            let points: Vec<Point> =
                ring.positions().iter().map(|p| (i64::from(p.lon()), i64::from(p.lat()))).collect();
            edges.extend((0..points.len()).map(|i| (points[i], points[(i + 1) % points.len()])));
        }
        let mut vertices: Vec<Point> = edges.iter().map(|edge| edge.0).collect();
        vertices.sort_unstable();
        vertices.dedup();
        if edges.is_empty() {
            let near = (1_190_000_000, 254_000_000);
            edges.push((near, near));
        }
        let all = || edges.iter().map(|edge| edge.0);
        let low = (all().map(|p| p.0).min().unwrap_or(0), all().map(|p| p.1).min().unwrap_or(0));
        let high = (all().map(|p| p.0).max().unwrap_or(0), all().map(|p| p.1).max().unwrap_or(0));
        let margin = (high.0 - low.0).max(high.1 - low.1) / 50 + 300;
        let (low, high) = ((low.0 - margin, low.1 - margin), (high.0 + margin, high.1 + margin));
        Self { edges, vertices, low, high }
    }

    /// Every vertex once.
    pub fn vertices(&self) -> Vec<Position> {
        self.vertices.iter().filter_map(|&point| position(point)).collect()
    }

    /// The corners of the world and of the extent, and just inside and outside of them.
    pub fn corners(&self) -> Vec<Position> {
        let mut found = BTreeSet::new();
        for [xs, ys] in [[[-LON, 0, LON], [-LAT, 0, LAT]], [[self.low.0, 0, self.high.0], [self.low.1, 0, self.high.1]]]
        {
            for (x, y) in xs.into_iter().flat_map(|x| ys.into_iter().map(move |y| (x, y))) {
                for (dx, dy) in (-2..=2).flat_map(|dx| (-2..=2).map(move |dy| (dx, dy))) {
                    found.extend(position((x + dx, y + dy)));
                }
            }
        }
        found.into_iter().collect()
    }

    /// `count` positions, of every kind the same number.
    pub fn positions(&self, count: usize, random: &mut Random) -> Vec<Position> {
        let mut found = Vec::with_capacity(count);
        while found.len() < count {
            for kind in 0..9 {
                found.extend(position(self.draw(kind, random)));
            }
            if random.one_in(8) {
                found.extend(position((random.between(-LON, LON), random.between(-LAT, LAT))));
            }
        }
        found.truncate(count);
        found
    }

    fn draw(&self, kind: u32, random: &mut Random) -> Point {
        let &(a, b) = random.pick(&self.edges);
        let beside = |random: &mut Random, (x, y): Point| (x + random.between(-3, 3), y + random.between(-3, 3));
        let within = along(a, b, random.between(0, 1_000), 1_000);
        match kind {
            0 => (random.between(self.low.0, self.high.0), random.between(self.low.1, self.high.1)),
            1 => a,
            2 => on_edge(a, b, random),
            3 => nearest_to_edge(a, b, random),
            4 => beside(random, a),
            5 => beside(random, within),
            6 => (within.0 + random.between(-TILE, TILE), within.1 + random.between(-TILE, TILE)),
            7 => corner_of_cell(within, 1 << random.between(TILE_BITS.0, TILE_BITS.1), random),
            _ => corner_of_cell(within, 1 << random.between(CELL_BITS.0, CELL_BITS.1), random),
        }
    }
}

fn position((x, y): Point) -> Option<Position> {
    Position::new(i32::try_from(x).ok()?, i32::try_from(y).ok()?)
}

fn along(a: Point, b: Point, part: i64, of: i64) -> Point {
    (a.0 + (b.0 - a.0) * part / of, a.1 + (b.1 - a.1) * part / of)
}

/// A lattice point exactly on the edge: inside it where there is one, else its start.
fn on_edge(a: Point, b: Point, random: &mut Random) -> Point {
    let mut common = ((b.0 - a.0).abs(), (b.1 - a.1).abs());
    while common.1 > 0 {
        common = (common.1, common.0 % common.1);
    }
    let parts = common.0.max(1);
    // The parts of an edge through half the world are too many to multiply by its length.
    let step = ((b.0 - a.0) / parts, (b.1 - a.1) / parts);
    let part = random.between(0, parts - 1);
    (a.0 + step.0 * part, a.1 + step.1 * part)
}

/// The lattice point just below or above the edge, or left or right of it where it is steep.
fn nearest_to_edge(a: Point, b: Point, random: &mut Random) -> Point {
    let (run, rise) = ((b.0 - a.0).abs(), (b.1 - a.1).abs());
    let up = random.between(0, 1);
    if run >= rise {
        let part = random.between(0, run);
        let x = a.0 + part * (b.0 - a.0).signum();
        (x, a.1 + at_part(b.1 - a.1, part, run.max(1)) + up)
    } else {
        let part = random.between(0, rise);
        let y = a.1 + part * (b.1 - a.1).signum();
        (a.0 + at_part(b.0 - a.0, part, rise) + up, y)
    }
}

/// `of * part / whole`, rounded down.
fn at_part(of: i64, part: i64, whole: i64) -> i64 {
    (i128::from(of) * i128::from(part)).div_euclid(i128::from(whole)) as i64
}

/// The corner of a cell near `point`, or a lattice point next to that.
fn corner_of_cell((x, y): Point, size: i64, random: &mut Random) -> Point {
    let mut of = |value: i64| (value.div_euclid(size) + random.between(0, 1)) * size + random.between(-1, 1);
    (of(x), of(y))
}
