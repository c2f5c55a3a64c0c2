//! Tiles cut from sheets are those that are drawn from arcs, to the byte.

use std::{f64::consts::TAU, sync::Arc};

use onemap::{
    app::{demo::Content, tiles::AreaTiles},
    domain::{
        area::Snapshot,
        geometry::{MultiPolygon, Polygon},
    },
};
use onemap_tiles::{LatticeBounds, MatrixSet};

use super::{Plan, bounds, edition, profile, sample, seams::demo, valid};
use crate::support::plane::{LON, Point, polygon, ring};

const AT: Point = (1_190_000_000, 254_000_000);

fn check(snapshot: &Arc<Snapshot>, place: LatticeBounds, most: usize) -> usize {
    let [plain, prepared] = [(); 2].map(|()| AreaTiles::new(snapshot, None));
    prepared.prepare();
    assert!(prepared.is_prepared() && !plain.is_prepared());
    let mut count = 0;
    for zoom in 0..=18 {
        for coord in sample(MatrixSet::WebMercatorQuad, zoom, place, most) {
            let tile = valid(&prepared, coord);
            assert!(tile == plain.tile(coord), "{coord} is another tile");
            assert_eq!(prepared.version(coord), plain.version(coord));
            count += usize::from(!tile.is_empty());
        }
    }
    count
}

#[test]
fn the_demo_has_the_same_tiles() {
    let (snapshot, _) = demo(3_000, Content::Declared);
    assert!(check(&snapshot, bounds(&snapshot), 40) > 60);
}

#[test]
fn odd_areas_have_the_same_tiles() {
    let square = |(x, y): Point, reach: i64| {
        vec![(x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)]
    };
    let spikes = |count: usize, [short, long]: [f64; 2]| -> Vec<Point> {
        let at = |i: usize| {
            let (angle, radius) = (TAU * i as f64 / count as f64, if i.is_multiple_of(2) { long } else { short });
            (AT.0 + (radius * angle.cos()) as i64, AT.1 + (radius * angle.sin()) as i64)
        };
        (0..count).map(at).collect()
    };
    // two lattice units in a hole of their own; stars of thin spikes, of which most touch each other in low zooms; long edges
    let (hole, outer) = (square(AT, 1), square(AT, 3_000_000));
    let star = spikes(4_000, [1e6, 2e6]);
    let maps: Vec<Vec<Plan>> = vec![
        vec![
            Plan::new(1, 0, polygon(&square(AT, 40_000), &[])),
            Plan::new(2, 1, polygon(&square(AT, 40_000), &[&hole])),
            Plan::new(3, 1, polygon(&hole, &[])),
        ],
        vec![
            Plan::new(1, 0, polygon(&outer, &[])),
            Plan::new(2, 1, polygon(&outer, &[&star])),
            Plan::new(3, 1, polygon(&star, &[])),
        ],
        vec![Plan::new(1, 0, polygon(&spikes(300, [10.0, 4e6]), &[]))],
        vec![Plan::new(1, 0, polygon(&square(AT, 200_000_000), &[]))],
    ];
    for plans in maps {
        let snapshot = edition(&profile(), &plans, None);
        let near = LatticeBounds::of(&[[AT.0 as i32 - 20_000, AT.1 as i32 - 9_000], [AT.0 as i32, AT.1 as i32]]);
        assert!(check(&snapshot, near.expect("a place"), 8) > 10);
        assert!(check(&snapshot, bounds(&snapshot), 8) > 5);
    }
}

#[test]
fn areas_at_the_ends_of_the_world_have_the_same_tiles() {
    let box_ = |west: i64, south: i64, east: i64, north: i64| {
        let points = [(west, south), (east, south), (east, north), (west, north)];
        Polygon { exterior: ring(&points), holes: Vec::new() }
    };
    let places = [
        [box_(LON - 1_000_000, 0, LON, 1_000_000), box_(-LON, 0, 1_000_000 - LON, 1_000_000)],
        // one is beyond the end of Web Mercator
        [box_(0, 849_000_000, 2_000_000, 852_000_000), box_(5_000_000, 849_000_000, 6_000_000, 850_000_000)],
    ];
    for parts in places {
        let both = MultiPolygon { polygons: parts.to_vec() };
        let snapshot = edition(&profile(), &[Plan::new(1, 0, both.canonical())], None);
        assert!(check(&snapshot, bounds(&snapshot), 12) > 5);
    }
    let empty = edition(&profile(), &[], None);
    assert_eq!(check(&empty, LatticeBounds::of(&[[0, 0]]).expect("a place"), 4), 0);
}
