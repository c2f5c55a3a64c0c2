//! Coverage tests: drawn by hand, then by the thousand.

use super::{
    Coverage, Layer,
    noding::DEFAULT_SNAP_M,
    sample::{Random, dissolve, tiling},
};
use crate::domain::geometry::{MultiPolygon, Polygon, Position, Ring, predicates};

fn p(lon: i32, lat: i32) -> Position {
    Position::new(1_190_000_000 + lon, 254_000_000 + lat).expect("in the world")
}

fn ring(points: &[(i32, i32)]) -> Ring {
    Ring::new(points.iter().map(|&(lon, lat)| p(lon, lat)).collect()).expect("a ring")
}

fn polygon(exterior: &[(i32, i32)], holes: &[&[(i32, i32)]]) -> MultiPolygon {
    let holes = holes.iter().map(|hole| ring(hole)).collect();
    MultiPolygon { polygons: vec![Polygon { exterior: ring(exterior), holes }] }.canonical()
}

fn square(west: i32, south: i32, size: i32) -> MultiPolygon {
    polygon(&[(west, south), (west + size, south), (west + size, south + size), (west, south + size)], &[])
}

fn node(polygons: &[MultiPolygon]) -> Coverage {
    let layers: Vec<Layer<'_>> = polygons.iter().map(|geometry| Layer { geometry, settled: false }).collect();
    Coverage::node_and_build(&layers, DEFAULT_SNAP_M).expect("polygons that can be noded")
}

/// The areas of every face with its area in square lattice units, sorted.
fn faces(coverage: &Coverage) -> Vec<(Vec<u32>, i128)> {
    let doubled = |polygon: &MultiPolygon| polygon.rings().map(Ring::signed_area_doubled).sum::<i128>();
    let face = |face| (coverage.areas_of(face).to_vec(), doubled(&coverage.face_polygon(face)) / 2);
    let mut faces: Vec<_> = coverage.faces().map(face).collect();
    faces.sort();
    faces
}

/// Polygons of a coverage, built anew from them: nothing may change.
#[track_caller]
fn check_rebuild(coverage: &Coverage) {
    let polygons: Vec<MultiPolygon> = (0..coverage.area_count() as u32).map(|area| coverage.polygon(area)).collect();
    let again = Coverage::build(polygons.iter()).expect("rebuilt polygons are noded");
    assert_eq!(faces(&again), faces(coverage));
    for (area, polygon) in polygons.iter().enumerate() {
        assert_eq!(&again.polygon(area as u32), polygon, "area {area}");
    }
    let layers: Vec<Layer<'_>> = polygons.iter().map(|geometry| Layer { geometry, settled: false }).collect();
    let noded = Coverage::node_and_build(&layers, DEFAULT_SNAP_M).expect("noding what is noded");
    for (area, polygon) in polygons.iter().enumerate() {
        assert_eq!(&noded.polygon(area as u32), polygon, "noding twice moves area {area}");
    }
}

#[test]
fn two_neighbours_share_one_arc() {
    //  +---+---+
    //  | 0 | 1 |
    //  +---+---+
    let coverage = node(&[square(0, 0, 1000), square(1000, 0, 1000)]);
    assert_eq!(faces(&coverage), [(vec![0], 1_000_000), (vec![1], 1_000_000)]);
    let shared: Vec<_> = coverage.arcs().filter(|arc| arc.left.0 != 0 && arc.right.0 != 0).collect();
    assert_eq!(shared.len(), 1);
    check_rebuild(&coverage);
}

#[test]
fn a_t_junction_puts_a_node_on_the_longer_side() {
    //  +---+---+
    //  |   | 1 |
    //  | 0 +---+
    //  |   | 2 |
    //  +---+---+
    let coverage = node(&[square(0, 0, 2000), square(2000, 1000, 1000), square(2000, 0, 1000)]);
    assert!(coverage.polygon(0).polygons[0].exterior.positions().contains(&p(2000, 1000)));
    assert_eq!(coverage.polygon(0).vertex_count(), 5);
    check_rebuild(&coverage);
}

#[test]
fn an_overlap_becomes_a_face_of_both_and_a_gap_a_face_of_none() {
    //  0: 0..1000, 1: 900..1900, 2: 2000..3000, closed to 0 by 3 above and 4 below
    let above = polygon(&[(0, 1000), (3000, 1000), (3000, 2000), (0, 2000)], &[]);
    let below = polygon(&[(0, -1000), (3000, -1000), (3000, 0), (0, 0)], &[]);
    let coverage = node(&[square(0, 0, 1000), square(900, 0, 1000), square(2000, 0, 1000), above, below]);
    let faces = faces(&coverage);
    assert!(faces.contains(&(vec![0, 1], 100_000)), "{faces:?}");
    assert!(faces.contains(&(vec![], 100_000)), "{faces:?}");
    check_rebuild(&coverage);
}

#[test]
fn enclaves_in_enclaves_nest() {
    //  +-----------+
    //  | 0 +-----+ |
    //  |   | 1 2 | |     2 is a square inside 1, which is a square inside 0
    //  |   +-----+ |
    //  +-----------+
    let hole =
        |west: i32, size: i32| vec![(west, west), (west + size, west), (west + size, west + size), (west, west + size)];
    let outer = polygon(&hole(0, 5000), &[&hole(1000, 3000)]);
    let middle = polygon(&hole(1000, 3000), &[&hole(2000, 1000)]);
    let coverage = node(&[outer.clone(), middle.clone(), square(2000, 2000, 1000)]);
    assert_eq!(faces(&coverage), [(vec![0], 16_000_000), (vec![1], 8_000_000), (vec![2], 1_000_000)]);
    assert_eq!((coverage.polygon(0), coverage.polygon(1)), (outer, middle));
    check_rebuild(&coverage);
}

#[test]
fn a_hole_that_touches_its_exterior_stays_a_hole_and_parts_that_touch_stay_parts() {
    //  a square with a diamond whose west corner touches the west side; inside it a part that touches the diamond
    let diamond: &[(i32, i32)] = &[(0, 2000), (1000, 1000), (2000, 2000), (1000, 3000)];
    let outer = polygon(&[(0, 0), (4000, 0), (4000, 4000), (0, 4000), (0, 2000)], &[diamond]);
    let inner = ring(&[(1000, 1000), (1200, 2000), (800, 2000)]);
    let mut both = outer.clone();
    both.polygons.push(Polygon { exterior: inner, holes: Vec::new() });
    let both = both.canonical();
    let coverage = node(std::slice::from_ref(&both));
    assert_eq!(coverage.polygon(0), both);
    check_rebuild(&coverage);
}

#[test]
fn borders_a_few_centimetres_apart_become_one_and_wider_gaps_stay() {
    let near = node(&[square(0, 0, 1000), square(1003, 2, 1000)]);
    assert_eq!(faces(&near).len(), 2, "{:?}", faces(&near));
    let far = node(&[square(0, 0, 1000), square(1010, 0, 1000)]);
    assert!(far.arcs().all(|arc| arc.left.0 == 0 || arc.right.0 == 0));
}

#[test]
fn a_border_that_lost_its_vertices_on_one_side_is_mended() {
    //  the common side bends by 3 units (3 cm); 1 has no vertex there
    let bent = polygon(&[(0, 0), (1000, 0), (1003, 500), (1000, 1000), (0, 1000)], &[]);
    let coverage = node(&[bent, square(1000, 0, 1000)]);
    assert_eq!(faces(&coverage).iter().map(|face| face.0.clone()).collect::<Vec<_>>(), [vec![0], vec![1]]);
    assert!(coverage.polygon(1).polygons[0].exterior.positions().contains(&p(1003, 500)));
    check_rebuild(&coverage);
}

#[test]
fn what_is_settled_does_not_move() {
    let settled = square(0, 0, 1000);
    let layers =
        [Layer { geometry: &square(1003, 0, 1000), settled: false }, Layer { geometry: &settled, settled: true }];
    let coverage = Coverage::node_and_build(&layers, DEFAULT_SNAP_M).expect("noded");
    assert_eq!(coverage.polygon(1), settled);
    assert_eq!(coverage.polygon(0).extent().expect("not empty").min(), p(1000, 0));
}

#[test]
fn an_area_narrower_than_the_tolerance_is_named() {
    let sliver = polygon(&[(0, 0), (1000, 0), (1000, 2), (0, 2)], &[]);
    let layers = [Layer { geometry: &square(0, 0, 1000), settled: false }, Layer { geometry: &sliver, settled: false }];
    let error = Coverage::node_and_build(&layers, DEFAULT_SNAP_M).err();
    assert_eq!(error, Some(super::BuildError::Collapsed(vec![1])));
}

#[test]
fn coverages_of_three_levels_rebuild_bit_by_bit() {
    for seed in 0..20 {
        let sample = tiling(9, 7, seed);
        let coverage = node(&sample.all());
        check_rebuild(&coverage);
        assert!(faces(&coverage).iter().all(|(areas, _)| areas.len() == 3), "seed {seed}: three levels everywhere");
    }
}

#[test]
fn vertices_dropped_or_jittered_on_one_side_are_brought_together() {
    for seed in 0..40 {
        let sample = tiling(6, 6, seed);
        let mut random = Random::new(seed);
        let damaged: Vec<MultiPolygon> = sample.all().iter().map(|area| damage(area, &mut random)).collect();
        let coverage = node(&damaged);
        check_rebuild(&coverage);
        for (areas, doubled) in faces(&coverage) {
            assert_eq!(areas.len(), 3, "seed {seed}: a face of {doubled} square units belongs to {areas:?}");
        }
    }
}

/// Moves some vertices by at most a unit and drops those that lie within a unit of their neighbours' line.
fn damage(area: &MultiPolygon, random: &mut Random) -> MultiPolygon {
    let mut damage_ring = |ring: &Ring| {
        let all = ring.positions();
        let mut kept = Vec::new();
        for (i, &at) in all.iter().enumerate() {
            let (before, after) = (all[(i + all.len() - 1) % all.len()], all[(i + 1) % all.len()]);
            let doubled = predicates::signed_area_doubled(&[before, at, after]).unsigned_abs();
            let (dx, dy) = predicates::difference(before, after);
            let is_flat = doubled <= (dx.unsigned_abs() + dy.unsigned_abs()) as u128 / 2;
            if !(is_flat && random.below(2) == 0) {
                let shift = |random: &mut Random| random.below(3) as i32 - 1;
                kept.push(Position::new(at.lon() + shift(random), at.lat() + shift(random)).expect("in the world"));
            }
        }
        Ring::new(kept).expect("a ring")
    };
    let polygons = area.polygons.iter().map(|part| Polygon {
        exterior: damage_ring(&part.exterior),
        holes: part.holes.iter().map(&mut damage_ring).collect(),
    });
    MultiPolygon { polygons: polygons.collect() }.canonical()
}

#[test]
fn dissolved_children_are_their_parent() {
    let sample = tiling(8, 8, 3);
    let parents = dissolve(&sample.units, &sample.unit_parents, sample.grids.len());
    assert_eq!(parents, sample.grids);
}
