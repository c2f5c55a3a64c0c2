//! A slow judge of simplified maps that shares nothing with what it judges: it compares every edge with every other.

use std::cmp::Ordering;

use crate::domain::{
    coverage::{ArcId, Coverage, FaceId},
    geometry::Position,
};

/// All arcs, by number.
pub(super) type Lines = Vec<Vec<Position>>;

type Point = (i128, i128);

fn xy(position: Position) -> Point {
    (position.lon().into(), position.lat().into())
}

fn cross(a: Point, b: Point, c: Point) -> i128 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

/// Whether `c`, on the line through `a` and `b`, lies between them or on one of them.
fn is_between(a: Point, b: Point, c: Point) -> bool {
    (c.0 - a.0) * (c.0 - b.0) <= 0 && (c.1 - a.1) * (c.1 - b.1) <= 0
}

fn meet(a: Point, b: Point, c: Point, d: Point) -> bool {
    let [p, q, r, s] = [cross(a, b, c), cross(a, b, d), cross(c, d, a), cross(c, d, b)].map(i128::signum);
    (p * q < 0 && r * s < 0)
        || (p == 0 && is_between(a, b, c))
        || (q == 0 && is_between(a, b, d))
        || (r == 0 && is_between(c, d, a))
        || (s == 0 && is_between(c, d, b))
}

/// Panics unless `lines` is `coverage` simplified: the same map.
pub(super) fn check(coverage: &Coverage, lines: &Lines) {
    let exact: Lines = coverage.arc_ids().map(|arc| coverage.positions(arc).to_vec()).collect();
    for (exact, line) in exact.iter().zip(lines) {
        check_chosen(exact, line);
    }
    check_apart(lines);
    assert_eq!(turns(lines), turns(&exact), "another order around a node");
    check_faces(coverage, &exact, lines);
}

/// Some of the exact positions in their order, both ends, and a closed arc has an inside.
fn check_chosen(exact: &[Position], line: &[Position]) {
    let mut rest = exact.iter();
    assert!(line.iter().all(|position| rest.any(|other| other == position)), "{line:?} is not chosen from {exact:?}");
    assert_eq!((line.first(), line.last()), (exact.first(), exact.last()));
    assert!(line.len() >= 4 || exact.is_empty() || exact.first() != exact.last(), "{line:?} of {exact:?}");
}

/// Edges share nothing but the ends of their arcs, and neighbours within an arc their common vertex.
fn check_apart(lines: &Lines) {
    let mut edges = Vec::new();
    for (arc, line) in lines.iter().enumerate() {
        let last = line.len().saturating_sub(2);
        edges.extend(line.windows(2).enumerate().map(|(n, edge)| (arc, n, last, xy(edge[0]), xy(edge[1]))));
    }
    for (at, &(arc, n, last, a, b)) in edges.iter().enumerate() {
        for &(other_arc, other_n, other_last, c, d) in &edges[at + 1..] {
            let shared = [a, b].into_iter().find(|end| *end == c || *end == d);
            let Some(shared) = shared else {
                assert!(!meet(a, b, c, d), "edges {n} of arc {arc} and {other_n} of {other_arc} meet");
                continue;
            };
            let (mine, theirs) = (if shared == a { b } else { a }, if shared == c { d } else { c });
            let is_node = |n: usize, last: usize, a: Point| (n == 0 && shared == a) || (n == last && shared != a);
            let is_fine = (arc == other_arc && other_n == n + 1)
                || ((is_node(n, last, a) || n == 0 && n == last)
                    && (is_node(other_n, other_last, c) || other_n == 0 && other_n == other_last));
            assert!(is_fine, "edges {n} of arc {arc} and {other_n} of {other_arc} touch");
            let is_along = cross(shared, mine, theirs) == 0 && !is_between(mine, theirs, shared);
            assert!(!is_along, "edges {n} of arc {arc} and {other_n} of {other_arc} run along each other");
        }
    }
}

/// The ends of arcs around each node, counter-clockwise from the smallest.
fn turns(lines: &Lines) -> Vec<(Point, Vec<usize>)> {
    let mut ends = Vec::new();
    for (arc, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        ends.push((xy(line[0]), xy(line[1]), 2 * arc));
        ends.push((xy(line[line.len() - 1]), xy(line[line.len() - 2]), 2 * arc + 1));
    }
    ends.sort_by_key(|end| end.0);
    let around = |ends: &[(Point, Point, usize)]| {
        let node = ends[0].0;
        let is_lower = |to: Point| to.1 < node.1 || (to.1 == node.1 && to.0 < node.0);
        let mut ends = ends.to_vec();
        ends.sort_by(|one, other| {
            let by_half = is_lower(one.1).cmp(&is_lower(other.1));
            by_half.then(0.cmp(&cross(node, one.1, other.1)))
        });
        let smallest = (0..ends.len()).min_by_key(|&at| ends[at].2).expect("a node has ends");
        ends.rotate_left(smallest);
        (node, ends.iter().map(|end| end.2).collect())
    };
    ends.chunk_by(|one, other| one.0 == other.0).map(around).collect()
}

/// Every face has an inside on the right side, and the nodes beside it that it had.
fn check_faces(coverage: &Coverage, exact: &Lines, lines: &Lines) {
    let mut nodes: Vec<Point> =
        lines.iter().filter_map(|line| Some([xy(*line.first()?), xy(*line.last()?)])).flatten().collect();
    nodes.sort_unstable();
    nodes.dedup();
    for face in coverage.faces() {
        let area = doubled_area(coverage, lines, face);
        let is_free = coverage.border_of_face(face).is_empty();
        assert!(area > 0 || is_free, "face {} has the area {area}", face.0);
        let on_border: Vec<Point> = coverage
            .border_of_face(face)
            .iter()
            .flat_map(|side| [exact[side.arc.0 as usize].first(), exact[side.arc.0 as usize].last()])
            .map(|end| xy(*end.expect("an arc has ends")))
            .collect();
        for node in nodes.iter().filter(|node| !on_border.contains(node)) {
            let [was, is] = [exact, lines].map(|lines| is_inside(coverage, lines, face, *node));
            assert_eq!(was, is, "whether {node:?} lies in face {}", face.0);
        }
    }
}

fn doubled_area(coverage: &Coverage, lines: &Lines, face: FaceId) -> i128 {
    let mut sum = 0;
    for side in coverage.border_of_face(face) {
        for edge in lines[side.arc.0 as usize].windows(2) {
            let ((ax, ay), (bx, by)) = (xy(edge[0]), xy(edge[1]));
            sum += if side.is_forward { ax * by - ay * bx } else { ay * bx - ax * by };
        }
    }
    sum
}

/// Whether a ray to the east crosses the border of a face an odd number of times; `node` is not on it.
fn is_inside(coverage: &Coverage, lines: &Lines, face: FaceId, node: Point) -> bool {
    let mut is_inside = false;
    for side in coverage.border_of_face(face) {
        let ArcId(arc) = side.arc;
        for edge in lines[arc as usize].windows(2) {
            let [a, b] = [xy(edge[0]), xy(edge[1])];
            let (low, high) = if a.1 < b.1 { (a, b) } else { (b, a) };
            let spans = low.1 <= node.1 && node.1 < high.1;
            is_inside ^= spans && cross(low, high, node).cmp(&0) == Ordering::Greater;
        }
    }
    is_inside
}
