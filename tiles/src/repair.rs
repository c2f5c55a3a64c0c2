//! Makes valid polygons of rings that touch, overlap or cross themselves after rounding.
//!
//! Most rings are simple and stay as they are. The others are taken apart into edges; edges that lie on each other an
//! even number of times cancel (spikes, corridors of no width, the joins of clipping), edges that still cross are
//! snap-rounded once more at their crossings, and `faces` builds rings from what is left. What is inside follows the
//! even-odd rule, which for a valid input polygon is its inside.

use crate::faces::faces;
use crate::radix;
use crate::snap::{HIGH, HotUnits, LOW};

/// A closed ring in tile units, `[x, y]`, y to the south, its first unit not repeated.
pub(crate) type Ring = Vec<[i32; 2]>;

/// Two different units, the smaller first.
pub(crate) type Edge = [[i32; 2]; 2];

/// More crossings than this in one feature of one tile are no rounding errors; the feature is left out of the tile.
const MAX_CROSSINGS: usize = 1 << 16;

/// The polygons that `rings` enclose by the even-odd rule, each its exterior ring (positive area) and its holes
/// (negative area). They are valid in the sense of OGC 06-103r4, and the same for every order of the input.
pub(crate) fn rebuild(rings: &[Ring]) -> Vec<Vec<Ring>> {
    let mut edges = cancelled(edges_of(rings));
    if crossings(&edges, 0).is_err() {
        let Ok(points) = crossings(&edges, MAX_CROSSINGS) else { return Vec::new() };
        edges = cancelled(snapped(&edges, &points));
        if crossings(&edges, 0).is_err() {
            return Vec::new();
        }
    }
    let mut polygons = faces(&edges);
    for ring in polygons.iter_mut().flatten() {
        remove_straight(ring);
        begin_at_smallest(ring);
    }
    polygons
}

/// Turns the ring until it begins at its smallest unit: where it began may have been far outside of the tile.
pub(crate) fn begin_at_smallest(ring: &mut Ring) {
    // as one number each: x first, then y
    let key = |[x, y]: [i32; 2]| i64::from(x) << 32 | (i64::from(y) - i64::from(i32::MIN));
    let smallest = (0..ring.len()).min_by_key(|&index| key(ring[index]));
    ring.rotate_left(smallest.unwrap_or(0));
}

/// Whether the ring has an area and touches itself nowhere. `order` is overwritten.
pub(crate) fn is_simple(ring: &[[i32; 2]], order: &mut Vec<u32>) -> bool {
    let len = ring.len();
    if len < 3 {
        return false;
    }
    let edge = |index: usize| [ring[index], ring[if index + 1 == len { 0 } else { index + 1 }]];
    if len == 3 {
        return turn(ring[0], ring[1], ring[2]) != 0;
    }
    let left = |index: u32| edge(index as usize).map(|unit| unit[0]).into_iter().min();
    order.clear();
    order.extend(0..len as u32);
    order.sort_unstable_by_key(|&index| left(index));
    for (place, &one) in order.iter().enumerate() {
        let a = edge(one as usize);
        let right = a[0][0].max(a[1][0]);
        for &other in &order[place + 1..] {
            let b = edge(other as usize);
            if b[0][0].min(b[1][0]) > right {
                break;
            }
            let apart = one.abs_diff(other) as usize;
            let neighbours = apart == 1 || apart == len - 1;
            if !boxes_meet(a, b) || (neighbours && !folds_back(a, b)) {
                continue;
            }
            if neighbours || meet(a, b) {
                return false;
            }
        }
    }
    true
}

/// Twice the signed area, in square tile units; positive for an exterior ring in MVT (clockwise on the screen).
pub(crate) fn area_doubled(ring: &[[i32; 2]]) -> i64 {
    let Some(&last) = ring.last() else { return 0 };
    let mut before = last;
    let mut sum = 0;
    for &here in ring {
        sum += i64::from(before[0]) * i64::from(here[1]) - i64::from(here[0]) * i64::from(before[1]);
        before = here;
    }
    sum
}

/// Takes out the units at which the ring goes straight on. The ring must be simple.
pub(crate) fn remove_straight(ring: &mut Ring) {
    let mut len = 0;
    for index in 0..ring.len() {
        let here = ring[index];
        let before = if len == 0 { ring[ring.len() - 1] } else { ring[len - 1] };
        let after = if index + 1 < ring.len() { ring[index + 1] } else { ring[0] };
        if turn(before, here, after) != 0 {
            ring[len] = here;
            len += 1;
        }
    }
    ring.truncate(len);
}

/// Positive when the way from `a` over `b` to `c` turns right on the screen, 0 when it is straight.
pub(crate) fn turn(a: [i32; 2], b: [i32; 2], c: [i32; 2]) -> i64 {
    let [abx, aby] = difference(a, b);
    let [acx, acy] = difference(a, c);
    abx * acy - aby * acx
}

fn difference(from: [i32; 2], to: [i32; 2]) -> [i64; 2] {
    [i64::from(to[0]) - i64::from(from[0]), i64::from(to[1]) - i64::from(from[1])]
}

pub(crate) fn ordered(a: [i32; 2], b: [i32; 2]) -> Edge {
    if a < b { [a, b] } else { [b, a] }
}

/// All edges of the rings; those along the border of the drawn square are cut at every unit of the feature there.
fn edges_of(rings: &[Ring]) -> Vec<Edge> {
    let sides = [(0, LOW), (0, HIGH), (1, LOW), (1, HIGH)];
    let stops = sides.map(|(axis, limit)| {
        let on_side = rings.iter().flatten().filter(|unit| unit[axis] == limit);
        let mut stops: Vec<i32> = on_side.map(|unit| unit[1 - axis]).collect();
        stops.sort_unstable();
        stops.dedup();
        stops
    });
    let mut edges = Vec::new();
    for ring in rings {
        for (index, &a) in ring.iter().enumerate() {
            let b = ring[(index + 1) % ring.len()];
            let side = sides.iter().position(|&(axis, limit)| a[axis] == limit && b[axis] == limit);
            let Some(side) = side else {
                edges.push(ordered(a, b));
                continue;
            };
            let (axis, limit) = sides[side];
            let [from, to] = ordered(a, b).map(|unit| unit[1 - axis]);
            let first = stops[side].partition_point(|&stop| stop < from);
            let last = stops[side].partition_point(|&stop| stop <= to);
            for pair in stops[side][first..last].windows(2) {
                let at = |along: i32| if axis == 0 { [limit, along] } else { [along, limit] };
                edges.push(ordered(at(pair[0]), at(pair[1])));
            }
        }
    }
    edges
}

/// Each edge once if it was there an odd number of times, sorted. All are in the drawn square.
fn cancelled(edges: Vec<Edge>) -> Vec<Edge> {
    let edges = edges.iter().filter(|edge| edge[0] != edge[1]);
    let key = |&[a, b]: &Edge| radix::unit_key(a) << (2 * radix::DIGIT_BITS) | radix::unit_key(b);
    let mut keys: Vec<u64> = edges.map(key).collect();
    radix::sort_by_key(&mut keys, &mut Vec::new(), 4, |&key| key);
    let mut kept: Vec<u64> = Vec::with_capacity(keys.len());
    for key in keys {
        if kept.last() == Some(&key) {
            kept.pop();
        } else {
            kept.push(key);
        }
    }
    let edge = |key: u64| [radix::unit_of(key >> (2 * radix::DIGIT_BITS)), radix::unit_of(key)];
    kept.into_iter().map(edge).collect()
}

/// There are more crossings than allowed.
struct TooMany;

/// Units nearest to where two sorted edges meet other than in a common end; an error if there are more than `limit`.
fn crossings(edges: &[Edge], limit: usize) -> Result<Vec<[i32; 2]>, TooMany> {
    let mut found = Vec::new();
    for (index, &a) in edges.iter().enumerate() {
        for &b in &edges[index + 1..] {
            if b[0][0] > a[1][0] {
                break;
            }
            if !boxes_meet(a, b) {
                continue;
            }
            let share = a[0] == b[0] || a[0] == b[1] || a[1] == b[0] || a[1] == b[1];
            if (share && folds_back(a, b)) || (!share && meet(a, b)) {
                if found.len() == limit {
                    return Err(TooMany);
                }
                // where edges lie on each other or touch, their ends are hot anyway
                found.push(crossing(a, b).unwrap_or(a[0]));
            }
        }
    }
    Ok(found)
}

/// The edges, led through all their ends and `points`.
fn snapped(edges: &[Edge], points: &[[i32; 2]]) -> Vec<Edge> {
    let mut hot = HotUnits::new(1);
    for &unit in edges.iter().flatten().chain(points) {
        hot.mark(unit);
    }
    hot.build();
    let mut out = Vec::with_capacity(edges.len());
    let mut way = Vec::new();
    for edge in edges {
        let [a, b] = edge.map(|unit| unit.map(|c| i64::from(c) << 1));
        way.clear();
        hot.route(a, b, &mut way);
        way.push(edge[1]);
        out.extend(way.windows(2).map(|pair| ordered(pair[0], pair[1])));
    }
    out
}

/// The unit that holds the proper crossing of two segments, or `None` if they are parallel.
fn crossing(a: Edge, b: Edge) -> Option<[i32; 2]> {
    let [ax, ay] = difference(a[0], a[1]);
    let [bx, by] = difference(b[0], b[1]);
    let [cx, cy] = difference(a[0], b[0]);
    let mut over = ax * by - ay * bx;
    if over == 0 {
        return None;
    }
    let mut along = cx * by - cy * bx;
    if over < 0 {
        (over, along) = (-over, -along);
    }
    let place = |from: i32, run: i64| from + (2 * run * along + over).div_euclid(2 * over) as i32;
    Some([place(a[0][0], ax), place(a[0][1], ay)])
}

pub(crate) fn boxes_meet(a: Edge, b: Edge) -> bool {
    (0..2).all(|axis| {
        a[0][axis].min(a[1][axis]) <= b[0][axis].max(b[1][axis])
            && b[0][axis].min(b[1][axis]) <= a[0][axis].max(a[1][axis])
    })
}

/// Whether two segments have a point in common, ends included. Their boxes must meet.
pub(crate) fn meet(a: Edge, b: Edge) -> bool {
    let side = |edge: Edge, unit| turn(edge[0], edge[1], unit).signum();
    side(a, b[0]) * side(a, b[1]) <= 0 && side(b, a[0]) * side(b, a[1]) <= 0
}

/// Whether two segments with a common end lie on each other near it.
pub(crate) fn folds_back(a: Edge, b: Edge) -> bool {
    let (common, one) = if a[0] == b[0] || a[0] == b[1] { (a[0], a[1]) } else { (a[1], a[0]) };
    let other = if b[0] == common { b[1] } else { b[0] };
    let [ox, oy] = difference(common, one);
    let [px, py] = difference(common, other);
    ox * py == oy * px && ox * px + oy * py > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rebuilt(rings: &[&[[i32; 2]]]) -> Vec<Vec<Ring>> {
        rebuild(&rings.iter().map(|ring| ring.to_vec()).collect::<Vec<_>>())
    }

    //   +-----+
    //    \   /
    //      x        the crossing at (5, 5) is a vertex of neither line
    //    /   \
    //   +-----+
    #[test]
    fn bow_tie_becomes_two_triangles() {
        let polygons = rebuilt(&[&[[0, 0], [10, 0], [0, 10], [10, 10]]]);
        assert_eq!(polygons, [vec![vec![[0, 0], [10, 0], [5, 5]]], vec![vec![[0, 10], [5, 5], [10, 10]]]]);
    }

    #[test]
    fn spike_is_taken_off() {
        let polygons = rebuilt(&[&[[0, 0], [10, 0], [20, 0], [10, 0], [10, 10], [0, 10]]]);
        assert_eq!(polygons, [vec![vec![[0, 0], [10, 0], [10, 10], [0, 10]]]]);
        assert!(rebuilt(&[&[[0, 0], [10, 0], [4, 0]]]).is_empty());
    }

    #[test]
    fn hole_that_touches_itself_or_the_exterior_keeps_the_polygon_whole() {
        let outer: &[[i32; 2]] = &[[0, 0], [20, 0], [20, 20], [0, 20]];
        let touching = rebuilt(&[outer, &[[0, 0], [5, 10], [10, 5]]]);
        assert_eq!(touching.len(), 1);
        assert_eq!(touching[0].iter().map(|ring| area_doubled(ring)).collect::<Vec<_>>(), [800, -75]);
        // a hole whose far side lies on the exterior is a bay
        let bay = rebuilt(&[outer, &[[0, 0], [0, 20], [5, 10]]]);
        assert_eq!(bay, [vec![vec![[0, 0], [20, 0], [20, 20], [0, 20], [5, 10]]]]);
    }

    #[test]
    fn island_in_a_hole_is_a_polygon_of_its_own() {
        let square = |from: i32, to: i32| vec![[from, from], [to, from], [to, to], [from, to]];
        let polygons = rebuild(&[square(0, 30), square(5, 25), square(10, 20)]);
        let areas: Vec<Vec<i64>> =
            polygons.iter().map(|polygon| polygon.iter().map(|ring| area_doubled(ring)).collect()).collect();
        assert_eq!(areas, [vec![1800, -800], vec![200]]);
    }

    #[test]
    fn edges_along_the_clip_border_cancel_in_parts() {
        // a U whose legs leave the square at the top: the clipped ring runs back and forth along y = LOW
        let ring = vec![[0, LOW], [0, 100], [100, 100], [100, LOW], [90, LOW], [90, 90], [10, 90], [10, LOW]];
        let closed = vec![[0, LOW], [0, 100], [100, 100], [100, LOW], [10, LOW], [10, 90], [90, 90], [90, LOW]];
        assert_eq!(rebuild(&[ring]).len(), 1);
        assert_eq!(rebuild(&[closed]).len(), 1);
    }

    #[test]
    fn simple_is_told_from_touching() {
        let mut order = Vec::new();
        assert!(is_simple(&[[0, 0], [9, 0], [9, 9], [5, 3]], &mut order));
        assert!(!is_simple(&[[0, 0], [9, 0], [9, 9], [5, 0]], &mut order), "a vertex on an edge");
        assert!(!is_simple(&[[0, 0], [9, 0], [0, 9], [9, 9]], &mut order), "a crossing");
        assert!(!is_simple(&[[0, 0], [9, 0], [9, 9], [9, 3]], &mut order), "a way back");
        assert!(!is_simple(&[[0, 0], [9, 0], [3, 3], [9, 9], [0, 9], [3, 3]], &mut order), "a vertex twice");
    }
}
