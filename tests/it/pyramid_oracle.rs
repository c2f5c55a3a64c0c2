//! Pyramids of real and generated maps: at every zoom the same map, and after an edit what a build gives.

use std::collections::{BTreeMap, HashMap};

use onemap::domain::{
    coverage::{ArcId, Coverage, Pyramid},
    geometry::{MultiPolygon, Position},
};

use crate::support::{data, world::World};

type Point = (i128, i128);
type Edge = (Point, Point);

fn point(position: Position) -> Point {
    (position.lon().into(), position.lat().into())
}

/// Twice the area of `a b c`, positive counter-clockwise.
fn doubled(a: Point, b: Point, c: Point) -> i128 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

/// Whether two edges share anything but one end of each.
fn clash((a, b): Edge, (c, d): Edge) -> bool {
    let within = |p: Point, q: Point, r: Point| {
        p.0.min(q.0) <= r.0 && r.0 <= p.0.max(q.0) && p.1.min(q.1) <= r.1 && r.1 <= p.1.max(q.1)
    };
    let ends = [a == c, a == d, b == c, b == d].into_iter().filter(|&is_shared| is_shared).count();
    let on = |p, q, r| r != p && r != q && doubled(p, q, r) == 0 && within(p, q, r);
    let touch = on(a, b, c) || on(a, b, d) || on(c, d, a) || on(c, d, b);
    let apart = |p, q, r, s| doubled(p, q, r).signum() * doubled(p, q, s).signum() < 0;
    ends > 1 || touch || (ends == 0 && apart(a, b, c, d) && apart(c, d, a, b))
}

/// Compares every edge with all that share a cell of a raster with it.
fn check_no_clash(lines: &[Vec<Position>], zoom: u8) {
    let lons = || lines.iter().flatten().map(|position| i128::from(position.lon()));
    let cell = (lons().max().unwrap_or(0) - lons().min().unwrap_or(0)) / 500 + 1;
    let mut cells: HashMap<Point, Vec<Edge>> = HashMap::new();
    for edge in lines.iter().flat_map(|line| line.windows(2)) {
        let (a, b) = (point(edge[0]), point(edge[1]));
        for column in a.0.min(b.0).div_euclid(cell)..=a.0.max(b.0).div_euclid(cell) {
            for row in a.1.min(b.1).div_euclid(cell)..=a.1.max(b.1).div_euclid(cell) {
                cells.entry((column, row)).or_default().push((a, b));
            }
        }
    }
    for edges in cells.values() {
        for (at, &edge) in edges.iter().enumerate() {
            let clashing = edges[at + 1..].iter().find(|&&other| clash(edge, other));
            assert_eq!(clashing, None, "zoom {zoom}: {edge:?}");
        }
    }
}

/// The directions in which arcs leave each node, as arc numbers counter-clockwise from the smallest.
fn turns(lines: &[Vec<Position>]) -> BTreeMap<Point, Vec<usize>> {
    let mut leaving: BTreeMap<Point, Vec<(Point, usize)>> = BTreeMap::new();
    for (arc, line) in lines.iter().enumerate() {
        if let Some(last) = line.len().checked_sub(1) {
            leaving.entry(point(line[0])).or_default().push((point(line[1]), 2 * arc));
            leaving.entry(point(line[last])).or_default().push((point(line[last - 1]), 2 * arc + 1));
        }
    }
    let order = |(node, mut ends): (Point, Vec<(Point, usize)>)| {
        let is_lower = |to: Point| (to.1, to.0) < (node.1, node.0);
        ends.sort_by(|one, other| is_lower(one.0).cmp(&is_lower(other.0)).then(0.cmp(&doubled(node, one.0, other.0))));
        let smallest = (0..ends.len()).min_by_key(|&at| ends[at].1).expect("a node has arcs");
        ends.rotate_left(smallest);
        (node, ends.into_iter().map(|end| end.1).collect())
    };
    leaving.into_iter().map(order).collect()
}

/// Every zoom is the same map as the exact arcs; gives how many positions each zoom has.
fn check_zooms(coverage: &Coverage, zooms: std::ops::RangeInclusive<u8>) -> Vec<usize> {
    let pyramid = Pyramid::build(coverage, zooms.clone());
    let exact: Vec<Vec<Position>> = coverage.arc_ids().map(|arc| coverage.positions(arc).to_vec()).collect();
    let around_nodes = turns(&exact);
    let mut counts = Vec::new();
    for zoom in zooms {
        let lines: Vec<Vec<Position>> =
            coverage.arc_ids().map(|arc| pyramid.positions(coverage, zoom, arc).collect()).collect();
        check_no_clash(&lines, zoom);
        assert!(turns(&lines) == around_nodes, "zoom {zoom}: another order around a node");
        for face in coverage.faces() {
            let of_side = |side: &onemap::domain::coverage::ArcSide| {
                let line = &lines[side.arc.0 as usize];
                let sum: i128 = line.windows(2).map(|edge| doubled((0, 0), point(edge[0]), point(edge[1]))).sum();
                if side.is_forward { sum } else { -sum }
            };
            let area: i128 = coverage.border_of_face(face).iter().map(of_side).sum();
            assert!(area > 0, "zoom {zoom}: face {} has the area {area}", face.0);
        }
        counts.push(lines.iter().map(Vec::len).sum());
    }
    counts
}

fn counties() -> Vec<MultiPolygon> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = data::us_counties_file("repaired", folder.path());
    let world = World::of_files(&data::us_counties(), &[file], Default::default());
    world.stored().into_iter().map(|stored| stored.geometry).collect()
}

#[test]
fn real_counties_are_the_same_map_at_every_zoom() {
    let polygons = counties();
    let coverage = Coverage::build(polygons.iter()).expect("what is stored is noded");
    let counts = check_zooms(&coverage, 0..=9);
    assert!(counts[0] * 2 < counts[9] && counts.is_sorted(), "{counts:?}");
}

#[test]
fn counties_that_come_and_go_leave_what_a_build_gives() {
    let polygons = counties();
    let mut before = Coverage::build(polygons.iter()).expect("what is stored is noded");
    let mut pyramid = Pyramid::build(&before, 0..=9);
    for without in (60..polygons.len()).step_by(polygons.len() / 12) {
        let rest = [&polygons[..without], &polygons[without + 1..]].concat();
        let carried = Coverage::build(rest.iter()).expect("all but one").carry_numbers(&before);
        let updated = pyramid.updated(&before, &carried.coverage, &carried.changed);
        assert!(updated == Pyramid::build(&carried.coverage, 0..=9), "without {without}");
        let is_told = |arc: &ArcId| carried.changed.contains(arc);
        assert!(
            carried.changed.len() < 200
                && pyramid.differing(&before, &updated, &carried.coverage, 10).iter().all(is_told)
        );
        (before, pyramid) = (carried.coverage, updated);
    }
}

#[test]
fn the_demo_district_is_the_same_map_at_every_zoom() {
    let world = World::of_areas(data::licheng(), data::demo(2_000, 8));
    let polygons: Vec<MultiPolygon> = world.stored().into_iter().map(|stored| stored.geometry).collect();
    let coverage = Coverage::build(polygons.iter()).expect("what is stored is noded");
    check_zooms(&coverage, 8..=17);
}
