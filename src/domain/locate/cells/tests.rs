//! The index against counting borders one by one. The large proofs are in `tests/it/locate_oracle`.

use std::cmp::Ordering;

use super::{layout::Stock, *};
use crate::domain::{
    coverage::{
        Coverage, FaceId,
        sample::{self, Random},
    },
    geometry::{Extent, MultiPolygon, Polygon, Position, Ring, predicates},
};

fn p(lon: i64, lat: i64) -> Position {
    Position::new(lon as i32, lat as i32).expect("in the world")
}

/// The face that owns `position`: the one with an odd number of borders west of it, seen just east-north-east of it.
fn owner(coverage: &Coverage, position: Position) -> FaceId {
    let owns = |face: &FaceId| {
        let mut is_inside = false;
        for side in coverage.border_of_face(*face) {
            for edge in coverage.positions(side.arc).windows(2) {
                let (low, high) = if edge[0].lat() <= edge[1].lat() { (edge[0], edge[1]) } else { (edge[1], edge[0]) };
                let crosses = low.lat() <= position.lat() && position.lat() < high.lat();
                is_inside ^= crosses && predicates::orientation(low, high, position) != Ordering::Greater;
            }
        }
        is_inside
    };
    coverage.faces().find(owns).unwrap_or_default()
}

/// Compares single, batch and counted answers at `positions`, for cells of lines and of words, and for all processors.
#[track_caller]
fn check(coverage: &Coverage, positions: &[Position]) {
    for stock in [Stock::Lines, Stock::Words] {
        let index = LocateIndex::build_in(coverage, build::layout_of(coverage).with(stock));
        check_index(coverage, &index, positions);
        if index.wide.is_some() {
            check_index(coverage, &LocateIndex { wide: None, ..index }, positions);
        }
    }
}

#[track_caller]
fn check_index(coverage: &Coverage, index: &LocateIndex, positions: &[Position]) {
    let mut batch = vec![Spot::default(); positions.len()];
    index.locate_batch(positions, &mut batch);
    for (&position, &spot) in positions.iter().zip(&batch) {
        let touching = index.touching(coverage, position);
        let expected = Spot { face: owner(coverage, position), on_edge: !touching.is_empty() };
        assert_eq!(index.locate(position), expected, "single at {position}");
        assert_eq!(spot, expected, "batch at {position}");
        let on_edge = coverage.arc_ids().any(|arc| {
            coverage.positions(arc).windows(2).any(|edge| predicates::on_segment(edge[0], edge[1], position))
        });
        assert_eq!(expected.on_edge, on_edge, "{position}");
    }
}

fn square(west: i64, south: i64, size: i64) -> MultiPolygon {
    let ring = [(0, 0), (size, 0), (size, size), (0, size)].map(|(x, y)| p(west + x, south + y));
    let exterior = Ring::new(ring.to_vec()).expect("a ring");
    MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] }.canonical()
}

#[test]
fn wiggly_units_with_enclaves_are_found() {
    for seed in 0..4 {
        let tiling = sample::tiling(7, 5, seed);
        let coverage = Coverage::build(tiling.all().iter()).expect("a tiling");
        let mut random = Random::new(seed);
        let mut positions: Vec<Position> =
            coverage.arc_ids().flat_map(|arc| coverage.positions(arc).to_vec()).collect();
        for _ in 0..1_500 {
            let (x, y) = (random.below(32_000) as i64 - 2_000, random.below(24_000) as i64 - 2_000);
            positions.push(p(1_190_000_000 + x, 254_000_000 + y));
        }
        check(&coverage, &positions);
    }
}

// Every lattice position is a corner of four areas: there is no place that is not on a border.
#[test]
fn areas_of_one_lattice_unit_are_found() {
    let areas: Vec<MultiPolygon> = (0..400).map(|n| square(n % 20, n / 20, 1)).collect();
    let coverage = Coverage::build(areas.iter()).expect("squares");
    let positions: Vec<Position> = (0..529).map(|n| p(n % 23 - 1, n / 23 - 1)).collect();
    check(&coverage, &positions);
}

// A border along the western or southern side of a tile used to be visited by two tiles.
#[test]
fn borders_along_the_sides_of_tiles_are_visited_once() {
    let areas: Vec<MultiPolygon> = (0..64).map(|n| square(n % 8 * 8_192, n / 8 * 8_192, 8_192)).collect();
    let coverage = Coverage::build(areas.iter()).expect("squares");
    let index = LocateIndex::build(&coverage);
    let mut found = Vec::new();
    index.edges_near(&coverage, Extent::of(p(-9, -9)).with(p(99_999, 99_999)), |edge| found.push((edge.a, edge.b)));
    found.sort_unstable();
    let count = found.len();
    found.dedup();
    assert_eq!((count, found.len()), (144, 144));
}

#[test]
fn edges_over_half_the_world_are_found() {
    let areas = [square(-1_700_000_000, -880_000_000, 1_700_000_000), square(0, -500_000_000, 1_300_000_000)];
    let coverage = Coverage::build(areas.iter()).expect("squares");
    let mut random = Random::new(3);
    let mut positions: Vec<Position> = [-1_800_000_000_i64, -1_700_000_000, -1, 0, 1, 1_300_000_000, 1_799_999_999]
        .iter()
        .flat_map(|&lon| {
            [-900_000_000_i64, -880_000_000, -500_000_000, 0, 800_000_000, 900_000_000].map(|lat| p(lon, lat))
        })
        .collect();
    for _ in 0..2_000 {
        positions.push(p(
            random.below(3_600_000_000) as i64 - 1_800_000_000,
            random.below(1_800_000_000) as i64 - 900_000_000,
        ));
    }
    check(&coverage, &positions);
}

// Level and upright borders run along the lines between cells, and touch the cells on both sides.
#[test]
fn squares_on_the_lines_between_cells_are_found() {
    let areas: Vec<MultiPolygon> = (0..64).map(|n| square(n % 8 * 65_536, n / 8 * 65_536, 65_536)).collect();
    let coverage = Coverage::build(areas.iter()).expect("squares");
    let around = |n: i64| [-1, 0, 1].map(|beside| n * 16_384 + beside);
    let rows: Vec<i64> = (0..=32).flat_map(around).collect();
    let positions: Vec<Position> = rows.iter().flat_map(|&y| rows.iter().step_by(7).map(move |&x| p(x, y))).collect();
    check(&coverage, &positions);
}

// Twelve faces at one position, more than a line knows; their borders are longer than it can hold, or just not.
#[test]
fn wedges_around_a_hub_are_found() {
    for reach in [900_i64, 16_383, 16_384, 32_767, 200_000] {
        let rim =
            [(4, 0), (4, 2), (2, 4), (0, 4), (-2, 4), (-4, 2), (-4, 0), (-4, -2), (-2, -4), (0, -4), (2, -4), (4, -2)];
        let rim = rim.map(|(x, y)| p(1_190_000_000 + x * reach / 4, 254_000_000 + y * reach / 4));
        let hub = p(1_190_000_000, 254_000_000);
        let wedge = |n: usize| {
            let exterior = Ring::new(vec![hub, rim[n], rim[(n + 1) % 12]]).expect("a ring");
            MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] }.canonical()
        };
        let areas: Vec<MultiPolygon> = (0..12).map(wedge).collect();
        let coverage = Coverage::build(areas.iter()).expect("wedges");
        let mut random = Random::new(reach as u64);
        let mut positions = vec![hub];
        positions.extend(rim);
        for spread in [3, 40, 2 * reach as u64 + 9] {
            for _ in 0..400 {
                let mut along = || random.below(spread + 1) as i64 - spread as i64 / 2;
                positions.push(p(1_190_000_000 + along(), 254_000_000 + along()));
            }
        }
        check(&coverage, &positions);
    }
}

#[test]
fn without_areas_everything_is_outside() {
    let coverage = Coverage::build(std::iter::empty::<&MultiPolygon>()).expect("nothing");
    let index = LocateIndex::build(&coverage);
    for position in [p(0, 0), p(-1_800_000_000, -900_000_000), p(1_800_000_000, 900_000_000)] {
        assert_eq!(index.locate(position), Spot::default());
    }
}

#[test]
fn a_moved_border_rebuilds_its_tiles_and_shares_the_others() {
    let mut random = Random::new(8);
    let mut areas: Vec<MultiPolygon> =
        (0..900).map(|n| square(1_190_000_000 + n % 30 * 4_000, 254_000_000 + n / 30 * 4_000, 4_000)).collect();
    let mut before = Coverage::build(areas.iter()).expect("squares");
    let mut index = LocateIndex::build(&before);
    for round in 0..60 {
        // Take a square away, or put it back: its neighbours keep their borders.
        let n = random.below(900) as usize;
        let is_gone = areas[n].polygons[0].exterior.positions().len() == 3;
        let whole = square(1_190_000_000 + n as i64 % 30 * 4_000, 254_000_000 + n as i64 / 30 * 4_000, 4_000);
        areas[n] = if is_gone { whole } else { half(&whole) };
        let carried = Coverage::build(areas.iter()).expect("squares").carry_numbers(&before);
        let updated = index.updated(&before, &carried.coverage, &carried.changed);
        assert!(updated == LocateIndex::build(&carried.coverage), "round {round}");
        let (shared, total) = updated.shared_tiles(&index);
        assert!(
            total > 20 && total > shared && shared + 6 >= total,
            "round {round}: {shared} of {total} tiles are shared"
        );
        (before, index) = (carried.coverage, updated);
    }
}

/// The square without its north-western half.
fn half(square: &MultiPolygon) -> MultiPolygon {
    let corners = square.polygons[0].exterior.positions();
    let exterior = Ring::new(corners[..3].to_vec()).expect("a ring");
    MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] }.canonical()
}
