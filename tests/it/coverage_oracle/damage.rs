//! What surveys of neighbours do to a common border.

use onemap::domain::geometry::{MultiPolygon, Polygon, Position, Ring};

use crate::support::random::Random;

/// Moves vertices of some areas by at most a lattice unit each way, and drops some that lie within a unit of the line
/// between their neighbours. How many of either.
pub fn damage(area: &mut MultiPolygon, random: &mut Random) -> usize {
    if random.one_in(2) {
        return 0;
    }
    let mut count = 0;
    let mut ring = |ring: &Ring| Ring::new(damaged(ring.positions(), random, &mut count)).expect("a ring");
    let part = |part: &Polygon| (ring(&part.exterior), part.holes.iter().map(&mut ring).collect());
    let parts: Vec<(Ring, Vec<Ring>)> = area.polygons.iter().map(part).collect();
    let polygons = parts.into_iter().map(|(exterior, holes)| Polygon { exterior, holes }).collect();
    *area = MultiPolygon { polygons }.canonical();
    count
}

fn damaged(all: &[Position], random: &mut Random, count: &mut usize) -> Vec<Position> {
    let mut kept = Vec::with_capacity(all.len());
    let mut is_last_dropped = true;
    for (i, &at) in all.iter().enumerate() {
        let (before, after) = (all[(i + all.len() - 1) % all.len()], all[(i + 1) % all.len()]);
        if !is_last_dropped && i + 1 < all.len() && is_flat(before, at, after) && random.one_in(2) {
            is_last_dropped = true;
            *count += 1;
            continue;
        }
        is_last_dropped = false;
        let shift = |value: i32, random: &mut Random| value + random.between(-1, 1) as i32;
        // The rim of the world and of a cut stays where it is.
        let moved = Position::new(shift(at.lon(), random), shift(at.lat(), random)).unwrap_or(at);
        *count += usize::from(moved != at);
        kept.push(moved);
    }
    kept
}

/// Whether `at` lies within a lattice unit of the line from `a` to `b`.
fn is_flat(a: Position, at: Position, b: Position) -> bool {
    let d =
        |p: Position, q: Position| (f64::from(q.lon()) - f64::from(p.lon()), f64::from(q.lat()) - f64::from(p.lat()));
    let ((bx, by), (x, y)) = (d(a, b), d(a, at));
    (bx * y - by * x).abs() <= bx.hypot(by)
}
