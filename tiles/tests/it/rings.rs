//! Single features: whatever goes in, what comes out is valid.

use onemap_tiles::{Geometry, MatrixSet, TileBuilder, TileCoord, decode};
use proptest::prelude::*;

use crate::oracle::{Polygons, area_doubled, judge, total_area_doubled};

/// At zoom 14 a tile unit is about 54 lattice units of longitude and 48 of latitude here.
fn tile() -> TileCoord {
    TileCoord::new(MatrixSet::WebMercatorQuad, 14, 13608, 6994).expect("inside the matrix")
}

/// The polygons drawn of rings given in lattice units from the north-west corner of the tile, y to the south.
fn drawn(rings: &[Vec<[i32; 2]>]) -> Polygons {
    let bounds = tile().bounds(0);
    let corner = [bounds.min()[0], bounds.max()[1]];
    let rings: Vec<Vec<[i32; 2]>> =
        rings.iter().map(|ring| ring.iter().map(|p| [corner[0] + p[0], corner[1] - p[1]]).collect()).collect();
    let mut builder = TileBuilder::new(tile());
    let mut layer = builder.layer("test").expect("a name");
    layer.polygon(1, &[], [rings.iter().map(Vec::as_slice)]).expect("no attributes");
    layer.finish();
    let bytes = builder.into_bytes();
    match decode(&bytes).expect("own tiles are read").pop() {
        None => Vec::new(),
        Some(mut layer) => match layer.features.remove(0).geometry {
            Geometry::Polygons(polygons) => polygons,
            other => panic!("{other:?}"),
        },
    }
}

#[track_caller]
fn check(rings: &[Vec<[i32; 2]>]) -> Polygons {
    let polygons = drawn(rings);
    assert_eq!(judge(&polygons), Ok(()), "{rings:?}");
    polygons
}

/// Positions near each other in steps of a third of a tile unit: many fall together.
fn crowded() -> impl Strategy<Value = Vec<Vec<[i32; 2]>>> {
    let position = [0..30i32, 0..30i32].prop_map(|p| p.map(|c| 100_000 + c * 17));
    prop::collection::vec(prop::collection::vec(position, 0..24), 1..4)
}

/// Positions all around the tile.
fn wide() -> impl Strategy<Value = Vec<Vec<[i32; 2]>>> {
    let position = [-150_000..400_000i32, -150_000..400_000i32];
    prop::collection::vec(prop::collection::vec(position, 0..14), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn crowded_nonsense_is_drawn_valid(rings in crowded()) {
        check(&rings);
    }

    #[test]
    fn wide_nonsense_is_drawn_valid(rings in wide()) {
        check(&rings);
    }

    #[test]
    fn direction_and_start_of_a_ring_do_not_matter(rings in crowded(), start in 0usize..20) {
        let turned: Vec<_> = rings.iter().map(|ring| {
            let mut ring = ring.clone();
            let len = ring.len().max(1);
            ring.rotate_left(start % len);
            ring.reverse();
            ring
        }).collect();
        let rings_of = |polygons: Polygons| {
            let mut rings: Vec<_> = polygons.into_iter().flatten().collect();
            for ring in &mut rings {
                let first = (0..ring.len()).min_by_key(|i| ring[*i]).unwrap_or(0);
                ring.rotate_left(first);
            }
            rings.sort_unstable();
            rings
        };
        prop_assert_eq!(rings_of(drawn(&rings)), rings_of(drawn(&turned)));
    }
}

#[test]
fn square_stands_where_it_is_put_and_turns_clockwise_on_the_screen() {
    let bounds = tile().bounds(0);
    let span = [0, 1].map(|axis| bounds.max()[axis] - bounds.min()[axis]);
    let at = |x: i32, y: i32| [span[0] / 8 * x, span[1] / 8 * y];
    let polygons = check(&[vec![at(1, 1), at(1, 3), at(3, 3), at(3, 1)]]);
    let near = |unit: [i32; 2], x: i32, y: i32| (unit[0] - 512 * x).abs() <= 1 && (unit[1] - 512 * y).abs() <= 1;
    let ring = &polygons[0][0];
    let first = (0..4).find(|i| near(ring[*i], 1, 1)).expect("the corner is there");
    let places: Vec<bool> = [(1, 1), (3, 1), (3, 3), (1, 3)]
        .iter()
        .enumerate()
        .map(|(i, p)| near(ring[(first + i) % 4], p.0, p.1))
        .collect();
    assert_eq!((ring.len(), places), (4, vec![true; 4]), "{ring:?}");
}

#[test]
fn polygon_around_the_tile_fills_it_to_the_buffer() {
    let polygons = check(&[vec![[-900_000, -900_000], [900_000, -900_000], [900_000, 900_000], [-900_000, 900_000]]]);
    assert_eq!(total_area_doubled(&polygons), 2 * 4224 * 4224);
}

#[test]
fn area_below_a_unit_is_not_drawn_and_a_hole_below_a_unit_is_filled() {
    assert_eq!(check(&[vec![[5000, 5000], [5002, 5000], [5002, 5002]]]), Polygons::new());
    let outer = vec![[1000, 1000], [9000, 1000], [9000, 9000], [1000, 9000]];
    let filled = check(&[outer.clone(), vec![[5000, 5000], [5002, 5000], [5002, 5002]]]);
    assert_eq!(filled.iter().map(Vec::len).collect::<Vec<_>>(), [1]);
    let pierced = check(&[outer, vec![[4000, 4000], [6000, 4000], [6000, 6000], [4000, 6000]]]);
    assert_eq!(pierced.iter().map(Vec::len).collect::<Vec<_>>(), [2]);
    assert!(area_doubled(&pierced[0][1]) < 0);
}

#[test]
fn ring_of_a_hundred_thousand_vertices_is_drawn() {
    // a star of 100,000 rays, most of them narrower than a unit near the middle
    let count = 100_000;
    let ring = (0..count).map(|i| {
        let angle = f64::from(i) / f64::from(count) * std::f64::consts::TAU;
        let radius = if i % 2 == 0 { 100_000.0 } else { 60_000.0 };
        [110_000 + (radius * angle.cos()) as i32, 100_000 + (radius * angle.sin()) as i32]
    });
    let polygons = drawn(&[ring.collect()]);
    let area = total_area_doubled(&polygons) as f64 / 2.0;
    assert!(!polygons.is_empty() && area > 1e6, "{area}");
}

#[test]
fn ten_thousand_holes_and_a_part_in_each_are_drawn() {
    let square = |x: i32, y: i32, side: i32| vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
    let mut rings = vec![square(1000, 1000, 180_000)];
    for place in 0..10_000 {
        let (x, y) = (2000 + place % 100 * 1700, 2000 + place / 100 * 1700);
        rings.extend([square(x, y, 1000), square(x + 300, y + 300, 400)]);
    }
    let polygons = drawn(&rings);
    assert_eq!(polygons.len(), 10_001);
    assert_eq!(polygons.iter().map(Vec::len).max(), Some(10_001));
}
