//! The borders near a place: each that is there, once, with the faces on its sides.

use std::collections::BTreeMap;

use onemap::domain::{
    coverage::FaceId,
    geometry::{Extent, MultiPolygon, Position},
    locate::Edge,
};

use super::{index::Index, spread::Spread};
use crate::support::{
    plane::{self, Net, TILE},
    random::Random,
};

/// Every border once: its ends, ascending, with the faces left and right of it.
type Borders = BTreeMap<(Position, Position), [FaceId; 2]>;

/// From the outlines of the faces: the inside lies on the left of each.
fn borders(index: &Index) -> Borders {
    let mut borders = Borders::new();
    for face in index.coverage.faces() {
        for ring in index.coverage.face_polygon(face).rings() {
            let all = ring.positions();
            for (i, &a) in all.iter().enumerate() {
                let b = all[(i + 1) % all.len()];
                let (ends, side) = if a < b { ((a, b), 0) } else { ((b, a), 1) };
                borders.entry(ends).or_default()[side] = face;
            }
        }
    }
    borders
}

/// Whether a border shares a point with a rectangle: its extent does, and not all corners lie on one side of it.
fn meets((a, b): (Position, Position), around: Extent) -> bool {
    let wide = |p: Position| (i128::from(p.lon()), i128::from(p.lat()));
    let (a, b, low, high) = (wide(a), wide(b), wide(around.min()), wide(around.max()));
    let side = |x: i128, y: i128| ((b.0 - a.0) * (y - a.1) - (b.1 - a.1) * (x - a.0)).signum();
    let corners = [side(low.0, low.1), side(high.0, low.1), side(high.0, high.1), side(low.0, high.1)];
    let is_apart = |p: i128, q: i128, low: i128, high: i128| p.max(q) < low || high < p.min(q);
    !is_apart(a.0, b.0, low.0, high.0) && !is_apart(a.1, b.1, low.1, high.1) && corners.iter().sum::<i128>().abs() < 4
}

#[track_caller]
fn check(name: &str, polygons: &[MultiPolygon], seed: u64) {
    let index = Index::build(polygons.iter());
    let all = borders(&index);
    let spread = Spread::new(polygons);
    let mut random = Random::new(seed);
    let (mut met, mut looks) = (0, 0);
    for position in spread.positions(400, &mut random) {
        let reach = *random.pick(&[0, 1, 40, 5_000, 200_000]);
        let corner = |sign: i64| {
            let lon = (i64::from(position.lon()) + sign * reach).clamp(-plane::LON, plane::LON);
            let lat = (i64::from(position.lat()) + sign * reach).clamp(-plane::LAT, plane::LAT);
            Position::new(lon as i32, lat as i32).expect("in the world")
        };
        let around = Extent::of(corner(-1)).with(corner(1));
        let mut found = Vec::new();
        index.edges_near(around, |Edge { a, b, left, right }| {
            found.push(if a < b { ((a, b), [left, right]) } else { ((b, a), [right, left]) });
        });
        found.sort_unstable();
        let at = format!("{name}, seed {seed}: {reach} units around ({}, {})", position.lon(), position.lat());
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{at}: met twice: {found:?}");
        for (ends, sides) in &found {
            assert_eq!(all.get(ends), Some(sides), "{at}: the sides of {ends:?}");
            assert!(Extent::of(ends.0).with(ends.1).intersects(around), "{at}: {ends:?} is not near");
        }
        for (&ends, &sides) in all.iter().filter(|(ends, _)| meets(**ends, around)) {
            assert!(found.binary_search(&(ends, sides)).is_ok(), "{at}: {ends:?} is missing");
        }
        (met, looks) = (met + found.len(), looks + usize::from(!found.is_empty()));
    }
    assert!(looks > 100 && met > looks, "{name}: {met} borders at {looks} places");
}

#[test]
fn borders_near_a_place_are_met_once_each() {
    let corner = (36_317 * TILE, 7_751 * TILE);
    let net = Net { origin: corner, cells: 12, size: 3_000, pieces: 7, block: 4 };
    check("net", &plane::net(&net, 31), 31);
    check("squares on corners", &plane::on_corners(corner, 14), 32);
    check("squares on sides", &plane::aligned(13, 12), 33);
    check("enclaves", &plane::enclaves(corner, 1_000_000, 4), 34);
    check("fan", &plane::fan(corner, 200, 5_000.0, 35), 35);
    check("ends of the world", &plane::ends_of_the_world(), 36);
    check("long borders", &plane::long_borders(), 37);
}
