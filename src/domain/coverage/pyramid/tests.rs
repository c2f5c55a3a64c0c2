//! Pyramids against a slow judge, against themselves turned round and renumbered, and after thousands of edits.

mod maps;
mod naive;

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use self::{
    maps::{Edit, Raster, edit, raster},
    naive::Lines,
};
use super::{Pyramid, zooms::tolerance};
use crate::domain::{
    coverage::{Arc, ArcId, ArcInput, AreaIndex, Coverage, FaceId, sample::Random, sample::tiling},
    geometry::Position,
};

const COARSEST: u8 = 6;
const FINEST: u8 = 19;

fn build(coverage: &Coverage) -> Pyramid {
    Pyramid::build(coverage, COARSEST..=FINEST)
}

fn lines(pyramid: &Pyramid, coverage: &Coverage, zoom: u8) -> Lines {
    coverage.arc_ids().map(|arc| pyramid.positions(coverage, zoom, arc).collect()).collect()
}

/// Every zoom is the same map; gives how many positions each has, coarsest first.
fn check_zooms(coverage: &Coverage) -> Vec<usize> {
    let pyramid = build(coverage);
    let mut counts = Vec::new();
    let mut before: Option<Lines> = None;
    for zoom in COARSEST..=FINEST + 1 {
        let lines = lines(&pyramid, coverage, zoom);
        if before.as_ref() != Some(&lines) {
            naive::check(coverage, &lines);
        }
        counts.push(lines.iter().map(Vec::len).sum());
        before = Some(lines);
    }
    let exact: usize = coverage.arc_ids().map(|arc| coverage.positions(arc).len()).sum();
    assert_eq!(counts.last(), Some(&exact));
    assert!(counts.is_sorted(), "{counts:?}");
    counts
}

fn run<T: std::fmt::Debug>(cases: u32, strategy: impl Strategy<Value = T>, test: impl Fn(T)) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let result = TestRunner::new(config).run(&strategy, |value| {
        test(value);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn every_zoom_of_a_wiggly_tiling_is_the_same_map() {
    for seed in 0..4 {
        let coverage = Coverage::build(tiling(6, 5, seed).all().iter()).expect("a tiling");
        let counts = check_zooms(&coverage);
        assert!(counts[0] * 3 < counts[counts.len() - 1] * 2, "{counts:?}");
    }
}

#[test]
fn every_zoom_of_any_raster_is_the_same_map() {
    run(120, raster(11), |raster| {
        check_zooms(&raster.coverage());
    });
    // Arcs so long that they are looked through by chunks.
    run(12, raster(18), |raster| {
        check_zooms(&raster.coverage());
    });
}

/// A hundred chains of 15 edits; after each, the update is what a build gives.
#[test]
fn after_any_edits_an_update_is_a_build() {
    let edits = prop::collection::vec(edit(), 15);
    run(100, (raster(12), edits), |(mut raster, edits): (Raster, Vec<Edit>)| {
        let mut before = raster.coverage();
        let mut pyramid = build(&before);
        for edit in &edits {
            raster.apply(edit);
            let carried = raster.coverage().carry_numbers(&before);
            let updated = pyramid.updated(&before, &carried.coverage, &carried.changed);
            assert!(updated == build(&carried.coverage), "{edit:?}");
            (before, pyramid) = (carried.coverage, updated);
        }
        // And no history shows in what a cold start builds.
        let fresh = raster.coverage();
        assert_eq!(by_exact(&pyramid, &before), by_exact(&build(&fresh), &fresh));
    });
}

/// The positions of each arc at each zoom, by its exact positions in one of both directions.
fn by_exact(pyramid: &Pyramid, coverage: &Coverage) -> Vec<(Vec<Position>, Vec<Vec<Position>>)> {
    let turned = |mut line: Vec<Position>, is_turned: bool| {
        if is_turned {
            line.reverse();
        }
        line
    };
    let mut all = Vec::new();
    for arc in coverage.arc_ids() {
        let exact = coverage.positions(arc).to_vec();
        let is_turned = exact.iter().gt(exact.iter().rev());
        let zooms = (COARSEST..=FINEST).map(|zoom| turned(pyramid.positions(coverage, zoom, arc).collect(), is_turned));
        let zooms = zooms.collect();
        if !exact.is_empty() {
            all.push((turned(exact, is_turned), zooms));
        }
    }
    all.sort();
    all
}

/// An arc that does not turn back in its way east meets nothing, so it is as Douglas and Peucker left it.
#[test]
fn an_arc_alone_keeps_what_is_farther_off_than_the_tolerance() {
    let mut random = Random::new(1);
    for _ in 0..200 {
        let positions: Vec<Position> =
            (0..40).map(|n| p(n * 300 + random.below(290) as i32, random.below(9_000) as i32)).collect();
        let coverage = of_arcs(&[(&positions, 0, 1)]);
        let pyramid = build(&coverage);
        for zoom in COARSEST..=FINEST {
            let mut expected = vec![positions[0]];
            douglas_peucker(&positions, tolerance(zoom), &mut expected);
            let found: Vec<Position> = pyramid.positions(&coverage, zoom, ArcId(0)).collect();
            assert_eq!(found, expected, "zoom {zoom}");
        }
    }
}

/// Appends what is kept of `line` but its first position; plain and slow.
fn douglas_peucker(line: &[Position], tolerance: f64, kept: &mut Vec<Position>) {
    let stretch = 1.0 / libm::cos(line.iter().map(|at| at.lat_degrees()).fold(0.0, f64::max).to_radians());
    keep_far(line, tolerance, stretch, kept);
}

fn keep_far(line: &[Position], tolerance: f64, stretch: f64, kept: &mut Vec<Position>) {
    let xy = |at: Position| [f64::from(at.lon()), f64::from(at.lat()) * stretch];
    let ([ax, ay], [bx, by]) = (xy(line[0]), xy(line[line.len() - 1]));
    let distance = |at: Position| {
        let [x, y] = xy(at);
        let along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax).powi(2) + (by - ay).powi(2));
        let along = along.clamp(0.0, 1.0);
        (ax + along * (bx - ax) - x).hypot(ay + along * (by - ay) - y)
    };
    let inner = 1..line.len() - 1;
    match inner.max_by(|&one, &other| distance(line[one]).total_cmp(&distance(line[other]))) {
        Some(far) if distance(line[far]) > tolerance => {
            keep_far(&line[..=far], tolerance, stretch, kept);
            keep_far(&line[far..], tolerance, stretch, kept);
        }
        _ => kept.push(line[line.len() - 1]),
    }
}

fn p(lon: i32, lat: i32) -> Position {
    Position::new(1_190_000_000 + lon, 254_000_000 + lat).expect("in the world")
}

/// A coverage of arcs with the faces on their left and right; face `n` is area `n - 1`.
fn of_arcs(arcs: &[(&[Position], u32, u32)]) -> Coverage {
    let count = arcs.iter().map(|arc| arc.1.max(arc.2)).max().unwrap_or(0);
    let areas: Vec<AreaIndex> = (0..count).collect();
    let faces = std::iter::once(&[][..]).chain(areas.chunks(1));
    let arcs =
        arcs.iter().map(|&(positions, left, right)| ArcInput { positions, left: FaceId(left), right: FaceId(right) });
    Coverage::from_arcs(arcs, faces, areas.len()).expect("arcs and faces")
}

//      c ___
//      /  2 \\      a, b: the ends of a border between 0 above and 1 below, and of the rest around 1
//   a /______\\ b   2: a square under the bump c
#[test]
fn a_border_is_not_drawn_over_an_enclave() {
    let border = [p(4_000, 0), p(3_000, 400), p(1_000, 400), p(0, 0)];
    let around = [p(0, 0), p(0, -90_000), p(4_000, -90_000), p(4_000, 0)];
    let enclave = [p(1_990, 200), p(2_010, 200), p(2_010, 220), p(1_990, 220), p(1_990, 200)];
    let (alone, beside) =
        (of_arcs(&[(&border, 1, 0), (&around, 1, 0)]), of_arcs(&[(&border, 1, 0), (&around, 1, 0), (&enclave, 2, 1)]));
    let drawn = |coverage: &Coverage, zoom| build(coverage).positions(coverage, zoom, ArcId(0)).collect::<Vec<_>>();
    assert_eq!(drawn(&alone, 12), [border[0], border[3]]);
    assert!(drawn(&beside, 12).len() > 2);
    assert!(drawn(&beside, 6).len() > 2);
    check_zooms(&beside);
}

// A strip of 3 m between two bent borders: alone, each would be drawn as the same straight line.
#[test]
fn a_strip_narrower_than_a_pixel_keeps_an_inside() {
    let line = |off: i32| -> Vec<Position> {
        let inner = (1..30).map(|n| p(n * 1_000, off + [0, 700, 0, -700][n as usize % 4]));
        [p(0, 0)].into_iter().chain(inner).chain([p(30_000, 0)]).collect()
    };
    let (south, north) = (line(0), line(300));
    let coverage = of_arcs(&[(&south, 1, 0), (&north, 0, 1)]);
    let counts = check_zooms(&coverage);
    assert!(counts[0] > 4 && counts[0] < counts[counts.len() - 1], "{counts:?}");
}

#[test]
fn areas_of_one_lattice_unit_stay_at_the_coarsest_zoom() {
    let labels = (0..100).map(|n| n + 1).collect();
    let raster = Raster { side: 10, spacing: 1, labels, shifts: vec![[0, 0]; 121] };
    check_zooms(&raster.coverage());
}

#[test]
fn numbers_and_directions_of_arcs_cannot_be_seen() {
    run(40, (raster(10), any::<u64>()), |(raster, seed)| {
        let coverage = raster.coverage();
        let mut random = Random::new(seed);
        let mut arcs: Vec<(Vec<Position>, Arc)> =
            coverage.arc_ids().map(|arc| (coverage.positions(arc).to_vec(), coverage.arc(arc))).collect();
        arcs.sort_by_cached_key(|_| random.bits());
        for (positions, arc) in &mut arcs {
            if random.below(2) == 0 {
                positions.reverse();
                std::mem::swap(&mut arc.left, &mut arc.right);
            }
        }
        let inputs =
            arcs.iter().map(|(positions, Arc { left, right, .. })| ArcInput { positions, left: *left, right: *right });
        let areas = (0..coverage.face_count() as u32).map(|face| coverage.areas_of(FaceId(face)));
        let other = Coverage::from_arcs(inputs, areas, coverage.area_count()).expect("the same arcs");
        assert_eq!(by_exact(&build(&other), &other), by_exact(&build(&coverage), &coverage));
    });
}

#[test]
fn an_update_shares_what_it_did_not_touch_and_says_what_differs() {
    let mut raster = Raster { side: 30, spacing: 9_000, labels: Vec::new(), shifts: Vec::new() };
    let mut random = Random::new(5);
    raster.labels = (0..900).map(|n| (n / 4 % 250 + 1) as u8).collect();
    let mut shift = || random.below(80) as i32 - 40;
    raster.shifts = (0..961).map(|_| [shift(), shift()]).collect();
    let before = raster.coverage();
    let pyramid = build(&before);
    for corner in (40..900).step_by(53) {
        let mut raster = raster.clone();
        raster.apply(&Edit::Corner(corner, [25, -35]));
        let carried = raster.coverage().carry_numbers(&before);
        let after = carried.coverage;
        let updated = pyramid.updated(&before, &after, &carried.changed);
        assert!(updated == build(&after));
        let shared = updated.blocks.iter().zip(&pyramid.blocks).filter(|(one, other)| std::ptr::eq(&***one, &***other));
        let (shared, total) = (shared.count(), pyramid.blocks.len());
        assert!(total > 8 && shared < total && shared + 5 >= total, "{shared} of {total}");
        for zoom in [COARSEST, 13, FINEST, FINEST + 1] {
            let [was, is] = [(&pyramid, &before), (&updated, &after)].map(|(pyramid, of)| lines(pyramid, of, zoom));
            let count = was.len().max(is.len());
            let differs = |arc: &usize| was.get(*arc).unwrap_or(&Vec::new()) != is.get(*arc).unwrap_or(&Vec::new());
            let expected: Vec<ArcId> = (0..count).filter(differs).map(|arc| ArcId(arc as u32)).collect();
            assert_eq!(updated.differing(&after, &pyramid, &before, zoom), expected, "zoom {zoom}");
            assert_eq!(build(&after).differing(&after, &pyramid, &before, zoom), expected, "zoom {zoom}");
            assert!(zoom <= FINEST || !expected.is_empty());
        }
    }
}

#[test]
fn nothing_and_free_numbers_have_pyramids_too() {
    let nothing = of_arcs(&[]);
    let empty = build(&nothing);
    assert!(empty == empty.updated(&nothing, &nothing, &[]));
    let ring = [p(0, 0), p(100, 0), p(100, 100), p(0, 0)];
    let one = of_arcs(&[(&ring, 1, 0)]);
    let added = empty.updated(&nothing, &one, &[ArcId(0)]);
    assert!(added == build(&one));
    assert_eq!(added.positions(&one, 0, ArcId(0)).collect::<Vec<_>>(), ring);
    assert_eq!(added.positions(&one, 0, ArcId(0)).next_back(), Some(p(0, 0)));
    let gone = of_arcs(&[]).carry_numbers(&one);
    let removed = added.updated(&one, &gone.coverage, &gone.changed);
    assert!(removed == build(&gone.coverage));
    assert_eq!(removed.positions(&gone.coverage, 9, ArcId(0)).count(), 0);
    // No zoom at all: the exact arcs.
    let (first, last) = (9, 8);
    let exact = Pyramid::build(&one, first..=last);
    assert_eq!(exact.positions(&one, 0, ArcId(0)).collect::<Vec<_>>(), ring);
}

#[test]
fn a_pyramid_is_small_beside_its_coverage() {
    let coverage = Coverage::build(tiling(40, 40, 2).all().iter()).expect("a tiling");
    let positions: usize = coverage.arc_ids().map(|arc| coverage.positions(arc).len()).sum();
    let bytes = build(&coverage).bytes();
    assert!(
        bytes > positions && bytes < positions * size_of::<Position>() * 5 / 9,
        "{bytes} for {positions} positions"
    );
}
