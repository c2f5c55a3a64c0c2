//! Where to look: anywhere, on vertices, on edges, a few lattice units beside them, outside.

use onemap::{domain::geometry::Position, store::StoredArea};

use crate::support::random::Random;

type Point = (i64, i64);

/// `count` positions of each kind.
pub fn points(stored: &[StoredArea], count: usize, random: &mut Random) -> Vec<Position> {
    let edges: Vec<Vec<(Point, Point)>> = stored.iter().map(edges_of).collect();
    let ends = || edges.iter().flatten().map(|edge| edge.0);
    let span = |values: &mut dyn Iterator<Item = i64>| {
        let (low, high) = values.fold((i64::MAX, i64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        let margin = (high - low) / 50 + 3_000;
        (low - margin, high + margin)
    };
    let (xs, ys) = (span(&mut ends().map(|end| end.0)), span(&mut ends().map(|end| end.1)));
    let mut found = Vec::with_capacity(5 * count);
    for _ in 0..count {
        let area = random.bits() as usize % edges.len();
        let (a, b) = *random.pick(&edges[area]);
        let beside = |random: &mut Random, (x, y): Point| (x + random.between(-3, 3), y + random.between(-3, 3));
        let within = along(a, b, random.between(0, 1_000), 1_000);
        found.push((random.between(xs.0, xs.1), random.between(ys.0, ys.1)));
        found.push(a);
        found.push(on_edge(a, b, random));
        found.push(beside(random, a));
        found.push(beside(random, within));
    }
    let position = |(x, y): Point| Position::new(i32::try_from(x).ok()?, i32::try_from(y).ok()?);
    found.into_iter().filter_map(position).collect()
}

fn edges_of(stored: &StoredArea) -> Vec<(Point, Point)> {
    let mut edges = Vec::new();
    for ring in stored.geometry.rings() {
        let all: Vec<Point> = ring.positions().iter().map(|p| (i64::from(p.lon()), i64::from(p.lat()))).collect();
        edges.extend((0..all.len()).map(|i| (all[i], all[(i + 1) % all.len()])));
    }
    edges
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
    along(a, b, random.between(0, common.0 - 1), common.0)
}
