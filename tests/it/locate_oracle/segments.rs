//! Points and segments of a plane of integers, by signs of areas only.

use crate::support::plane::Point;

pub(super) type Edge = (Point, Point);

/// Twice the area of a - b - c; positive when it turns left.
pub(super) fn turn(a: Point, b: Point, c: Point) -> i64 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

pub(super) fn is_on(p: Point, (a, b): Edge) -> bool {
    let within = |low: i64, high: i64, at: i64| low.min(high) <= at && at <= low.max(high);
    turn(a, b, p) == 0 && within(a.0, b.0, p.0) && within(a.1, b.1, p.1)
}

/// Whether two segments share a point, other than an end that they have in common.
pub(super) fn meet(one: Edge, other: Edge) -> bool {
    let is_end = |p: Point, edge: Edge| p == edge.0 || p == edge.1;
    let touches = |p: Point, edge: Edge| is_on(p, edge) && !is_end(p, edge);
    if touches(one.0, other) || touches(one.1, other) || touches(other.0, one) || touches(other.1, one) {
        return true;
    }
    if (is_end(one.0, other)) && (is_end(one.1, other)) {
        return true;
    }
    let apart = |edge: Edge, line: Edge| {
        let (a, b) = (turn(line.0, line.1, edge.0), turn(line.0, line.1, edge.1));
        (a > 0 && b < 0) || (a < 0 && b > 0)
    };
    apart(one, other) && apart(other, one)
}

/// Whether `p` lies in the closed triangle.
pub(super) fn is_in_triangle(p: Point, [a, b, c]: [Point; 3]) -> bool {
    let turns = [turn(a, b, p), turn(b, c, p), turn(c, a, p)];
    if turn(a, b, c) == 0 {
        return is_on(p, (a, b)) || is_on(p, (b, c)) || is_on(p, (c, a));
    }
    turns.iter().all(|&turn| turn >= 0) || turns.iter().all(|&turn| turn <= 0)
}

pub(super) fn area_doubled(ring: &[Point]) -> i64 {
    (1..ring.len() - 1).map(|i| turn(ring[0], ring[i], ring[i + 1])).sum()
}

pub(super) fn edges_of(ring: &[Point]) -> impl Iterator<Item = Edge> + '_ {
    (0..ring.len()).map(|i| (ring[i], ring[(i + 1) % ring.len()]))
}
