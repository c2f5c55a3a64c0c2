//! Exact predicates on lattice positions. No epsilon, no rounding, no overflow.

use std::cmp::Ordering;

use super::position::Position;

/// On which side of the directed line `a -> b` the position `c` lies: `Greater` is left, `Equal` is on the line.
///
/// Exact. Differences need 33 bits, their products 66: i64 where the spans allow it, i128 otherwise.
pub fn orientation(a: Position, b: Position, c: Position) -> Ordering {
    let (abx, aby) = difference(a, b);
    let (acx, acy) = difference(a, c);
    if [abx, aby, acx, acy].iter().all(|span| span.unsigned_abs() < 1 << 31) {
        (abx * acy).cmp(&(aby * acx))
    } else {
        (i128::from(abx) * i128::from(acy)).cmp(&(i128::from(aby) * i128::from(acx)))
    }
}

/// Twice the signed area of the closed line through `positions`, in square lattice units; positive when counter-clockwise.
pub fn signed_area_doubled(positions: &[Position]) -> i128 {
    let Some((&first, rest)) = positions.split_first() else { return 0 };
    let mut sum = 0;
    for pair in rest.windows(2) {
        let (ax, ay) = difference(first, pair[0]);
        let (bx, by) = difference(first, pair[1]);
        sum += i128::from(ax) * i128::from(by) - i128::from(ay) * i128::from(bx);
    }
    sum
}

/// Whether `c` lies on the closed segment `a - b`.
pub fn on_segment(a: Position, b: Position, c: Position) -> bool {
    let within = |p: i32, q: i32, r: i32| p.min(q) <= r && r <= p.max(q);
    within(a.lon(), b.lon(), c.lon()) && within(a.lat(), b.lat(), c.lat()) && orientation(a, b, c) == Ordering::Equal
}

/// Whether the open segments `a - b` and `c - d` cross in a point that is an end of neither.
pub fn cross_properly(a: Position, b: Position, c: Position, d: Position) -> bool {
    let apart = |p: i32, q: i32, r: i32, s: i32| p.max(q) < r.min(s) || r.max(s) < p.min(q);
    if apart(a.lon(), b.lon(), c.lon(), d.lon()) || apart(a.lat(), b.lat(), c.lat(), d.lat()) {
        return false;
    }
    let opposite = |p, q, r, s| {
        let (one, other) = (orientation(p, q, r), orientation(p, q, s));
        one.is_ne() && other.is_ne() && one != other
    };
    opposite(a, b, c, d) && opposite(c, d, a, b)
}

/// Order of the directions `from -> one` and `from -> other`, counter-clockwise, beginning in the east.
pub fn turn_order(from: Position, one: Position, other: Position) -> Ordering {
    let is_lower = |(x, y): (i64, i64)| y < 0 || (y == 0 && x < 0);
    let halves = is_lower(difference(from, one)).cmp(&is_lower(difference(from, other)));
    halves.then_with(|| orientation(from, one, other).reverse())
}

/// Twice the coordinates of a position, so that the middle of an edge is whole too.
pub fn doubled(position: Position) -> (i128, i128) {
    (2 * i128::from(position.lon()), 2 * i128::from(position.lat()))
}

/// `(east, north)` of `b` seen from `a`, in lattice units.
pub fn difference(a: Position, b: Position) -> (i64, i64) {
    (i64::from(b.lon()) - i64::from(a.lon()), i64::from(b.lat()) - i64::from(a.lat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(lon: i32, lat: i32) -> Position {
        Position::new(lon, lat).expect("in the world")
    }

    #[test]
    fn orientation_is_exact_over_the_whole_world() {
        let (west, east) = (p(-1_800_000_000, -900_000_000), p(1_800_000_000, 899_999_999));
        assert_eq!(orientation(west, east, p(0, 0)), Ordering::Greater);
        assert_eq!(orientation(west, p(1_800_000_000, 900_000_000), p(0, 0)), Ordering::Equal);
        assert_eq!(orientation(west, east, p(0, -1)), Ordering::Less);
    }

    #[test]
    fn area_of_a_square_is_twice_its_side_squared() {
        let square = [p(0, 0), p(10, 0), p(10, 10), p(0, 10)];
        assert_eq!(signed_area_doubled(&square), 200);
    }
}
