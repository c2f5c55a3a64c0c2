//! Error discs against what is known, against rays, and against chance.

mod judge;

use std::collections::BTreeMap;

use judge::{Map, beyond, compare, list};

use super::*;
use crate::domain::{
    coverage::{
        Coverage,
        sample::{Random, dissolve, tiling},
    },
    geometry::{MultiPolygon, Polygon, Ring},
    locate::LocateIndex,
};

const KINDS: [AccuracyKind; 4] = AccuracyKind::ALL;

fn p(x: i32, y: i32) -> Position {
    Position::new(1_190_000_000 + x, 254_000_000 + y).expect("in the world")
}

fn outline(points: &[(i32, i32)]) -> MultiPolygon {
    let exterior = Ring::new(points.iter().map(|&(x, y)| p(x, y)).collect()).expect("a ring");
    MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] }.canonical()
}

fn rectangle(west: i32, south: i32, east: i32, north: i32) -> MultiPolygon {
    outline(&[(west, south), (east, south), (east, north), (west, north)])
}

fn spread(radius_m: f64, kind: AccuracyKind) -> Spread {
    Spread::of(Accuracy::new(radius_m, kind).expect("an accuracy"))
}

/// A disc in a plane of metres, without an earth.
fn flat(centre: Position, spread: Spread) -> Disc {
    Disc { east_m: 1.0, north_m: 1.0, ..Disc::new(centre, spread) }
}

//   +-----+-----+
//   |  2  |  3  |     the centre X is the corner of all four
//   +-----X-----+
//   |  0  |  1  |
//   +-----+-----+
#[test]
fn borders_through_the_centre_part_the_disc_exactly() {
    let squares = [
        rectangle(-900, -900, 0, 0),
        rectangle(0, -900, 900, 0),
        rectangle(-900, 0, 0, 900),
        rectangle(0, 0, 900, 900),
    ];
    let map = Map::of(&squares);
    for kind in KINDS {
        for radius_m in [0.01, 0.5, 2.0] {
            let shares = |centre| map.shares(&Disc::new(centre, spread(radius_m, kind)));
            let quarters: Vec<(&[u32], f64)> = vec![(&[0], 0.25), (&[1], 0.25), (&[2], 0.25), (&[3], 0.25)];
            assert_eq!(list(&shares(p(0, 0))), quarters, "{kind:?} {radius_m}");
        }
        let shares = |centre| map.shares(&Disc::new(centre, spread(0.3, kind)));
        assert_eq!(list(&shares(p(0, 500))), [(&[2][..], 0.5), (&[3], 0.5)]);
        assert_eq!(list(&shares(p(-500, 0))), [(&[0][..], 0.5), (&[2], 0.5)]);
        assert_eq!(list(&shares(p(900, 450))), [(&[][..], 0.5), (&[3], 0.5)]);
        assert_eq!(list(&shares(p(900, 900))), [(&[][..], 0.75), (&[3], 0.25)]);
        assert_eq!(list(&shares(p(-900, -900))), [(&[][..], 0.75), (&[0], 0.25)]);
        assert_eq!(list(&shares(p(450, 451))), [(&[3][..], 1.0)]);
        assert_eq!(list(&shares(p(5_000, 0))), [(&[][..], 1.0)]);
    }
}

/// An oblique border of several edges on one line, met at its vertices, between them, and with the centre on lattice points.
#[test]
fn an_oblique_half_plane_through_the_centre_is_half() {
    let line: Vec<(i32, i32)> = [-40, -30, -7, 0, 2, 11, 40].iter().map(|&k| (k * 300, k * 700)).collect();
    let mut east: Vec<(i32, i32)> = line.clone();
    east.extend([(40_000, 28_000), (40_000, -28_000)]);
    let mut west = line;
    west.extend([(-40_000, 28_000), (-40_000, -28_000)]);
    let map = Map::of(&[outline(&east), outline(&west)]);
    for kind in KINDS {
        for k in [-30, -18, 0, 1, 2, 7, 11] {
            let disc = Disc::new(p(k * 300, k * 700), spread(20.0, kind));
            let shares = map.shares(&disc);
            if k == -18 || k == 1 {
                // Between two vertices.
                assert_eq!(list(&shares), [(&[0][..], 0.5), (&[1], 0.5)], "{kind:?} {k}");
            }
            compare(&shares, &BTreeMap::from([(vec![0], 0.5), (vec![1], 0.5)]), |_| 1e-15, "half");
        }
    }
}

#[test]
fn a_border_beside_the_centre_cuts_off_the_known_segment() {
    let map =
        Map::of(&[rectangle(-4_000_000, -4_000_000, 0, 4_000_000), rectangle(0, -4_000_000, 4_000_000, 4_000_000)]);
    for (radius_m, kind) in [5.0, 100.0, 2_000.0].into_iter().flat_map(|radius_m| KINDS.map(|kind| (radius_m, kind))) {
        for tenths in 0..=10 {
            let mut disc = Disc::new(p(0, 0), spread(radius_m, kind));
            let units = (disc.reach_m / disc.east_m * f64::from(tenths) / 10.0) as i32;
            disc.centre = p(units, 0);
            let distance = f64::from(units) * disc.east_m / disc.reach_m;
            // Over the angles under which the border is seen, what lies beyond it.
            const STEPS: u32 = 100_000;
            let end = distance.acos();
            let at =
                |i: u32| beyond(&disc, disc.reach_m * distance / (end * (f64::from(i) + 0.5) / f64::from(STEPS)).cos());
            let expected = (0..STEPS).map(at).sum::<f64>() * end / f64::from(STEPS) * 2.0 / TAU;
            if kind == AccuracyKind::Uniform {
                let segment = (distance.acos() - distance * (1.0 - distance * distance).sqrt()) * 2.0 / TAU;
                assert!((expected - segment).abs() < 1e-6);
            }
            let found = map.shares(&disc).get(&vec![0]).copied().unwrap_or(0.0);
            // The chord is up to 8 sigmas long: it is cut into pieces, or the error would be above 1e-5.
            assert!(
                (found - expected).abs() < 1e-7,
                "{kind:?} {radius_m} at {distance}: {found} instead of {expected}"
            );
        }
    }
}

#[test]
fn vertices_on_the_circle_and_borders_that_touch_it_do_no_harm() {
    let disc = flat(p(0, 0), Spread::Uniform { radius_m: 5.0 });
    let circle = 0.5 * TAU * 25.0;
    let inside = |area: MultiPolygon| map_share(&area, &disc);
    let on_circle =
        [(5, 0), (4, 3), (3, 4), (0, 5), (-3, 4), (-4, 3), (-5, 0), (-4, -3), (-3, -4), (0, -5), (3, -4), (4, -3)];
    let of_points = |points: &[(i32, i32)]| inside(outline(points));
    assert!((of_points(&on_circle) - 74.0 / circle).abs() < 1e-12);
    assert!((of_points(&[(5, 0), (0, 5), (-5, 0), (0, -5)]) - 50.0 / circle).abs() < 1e-12);
    // Around it, touching it: at four places, along one edge, with a corner.
    assert!((inside(rectangle(-5, -5, 5, 5)) - 1.0).abs() < 1e-12);
    assert_eq!(inside(rectangle(5, -9, 9, 9)), 0.0);
    assert_eq!(inside(outline(&[(5, 0), (9, -1), (9, 1)])), 0.0);
    // A spike from a vertex on the circle, and two that end on it from within and from without.
    assert!((of_points(&[(5, 0), (0, 1), (0, -1)]) - 5.0 / circle).abs() < 1e-12);
    assert!((of_points(&[(3, 4), (-3, 1), (-3, -1)]) - 6.0 / circle).abs() < 1e-12);
    // Two edges that meet just outside: what is between them within is known from the triangle.
    let normal = flat(p(0, 0), Spread::Normal { sigma_m: 1.25 });
    let whole = map_share(&rectangle(-5, -5, 5, 5), &normal);
    assert!((whole - 1.0).abs() < 1e-9);
}

#[track_caller]
fn map_share(area: &MultiPolygon, disc: &Disc) -> f64 {
    Map::of(std::slice::from_ref(area)).shares(disc).get(&vec![0]).copied().unwrap_or(0.0)
}

#[test]
fn an_island_within_the_disc_has_the_share_of_its_area() {
    let disc = flat(p(0, 0), Spread::Uniform { radius_m: 50.0 });
    let circle = 0.5 * TAU * 2500.0;
    for (west, south) in [(-10, -10), (3, 7), (0, 0), (-30, 5), (-20, 0), (0, -20)] {
        let share = map_share(&rectangle(west, south, west + 20, south + 10), &disc);
        assert!((share - 200.0 / circle).abs() < 1e-12, "{west} {south}: {share}");
    }
}

#[test]
fn mirrored_borders_give_mirrored_shares() {
    let areas: [&[(i32, i32)]; 3] = [
        &[(0, 0), (310, -20), (420, 350), (35, 270)],
        &[(0, 0), (35, 270), (-260, 333), (-150, -40)],
        &[(310, -20), (0, 0), (-150, -40), (90, -400)],
    ];
    let mirrored = |turn: &dyn Fn((i32, i32)) -> (i32, i32)| {
        Map::of(&areas.map(|area| outline(&area.iter().map(|&point| turn(point)).collect::<Vec<_>>())))
    };
    let whole = mirrored(&|point| point);
    for kind in KINDS {
        for (x, y) in [(0, 0), (35, 270), (77, 51), (-80, 100), (300, 300), (17, 131)] {
            let shares = |map: &Map, centre| map.shares(&flat(centre, spread(150.0, kind)));
            let expected = shares(&whole, p(x, y));
            assert!(expected.len() > 1);
            let turned = [
                shares(&mirrored(&|(x, y)| (-x, y)), p(-x, y)),
                shares(&mirrored(&|(x, y)| (x, -y)), p(x, -y)),
                shares(&mirrored(&|(x, y)| (y, x)), p(y, x)),
            ];
            for found in &turned {
                compare(found, &expected, |_| 1e-13, "mirrored");
            }
        }
    }
}

#[test]
fn shares_depend_on_neither_order_nor_direction_of_the_edges() {
    let map = Map::of(&tiling(5, 4, 3).units);
    let mut random = Random::new(8);
    for kind in KINDS {
        let disc = Disc::new(p(9_000, 7_000), spread(60.0, kind));
        let owner = map.index.locate(disc.centre).face;
        let sum = |edges: &[Edge]| {
            let mut shares = Shares::default();
            shares.begin(owner);
            edges.iter().for_each(|&edge| shares.add(&disc, edge));
            shares.finish().to_vec()
        };
        let mut edges = map.edges.clone();
        let expected = sum(&edges);
        for _ in 0..10 {
            for i in (1..edges.len()).rev() {
                edges.swap(i, random.below(i as u64 + 1) as usize);
                let Edge { a, b, left, right } = edges[i];
                if random.below(2) == 0 {
                    edges[i] = Edge { a: b, b: a, left: right, right: left };
                }
            }
            assert_eq!(sum(&edges), expected);
        }
        assert_eq!(expected.iter().fold(Share::default(), |sum, (_, share)| sum.plus(*share)), Share::ONE);
    }
}

/// Areas of the triangles of a small raster of uneven lattice columns, put together by chance.
fn patchwork(random: &mut Random) -> Vec<MultiPolygon> {
    let mut steps = |count: usize| -> Vec<i32> {
        (0..=count).scan(0, |at, _| Some(std::mem::replace(at, *at + 1 + random.below(4) as i32))).collect()
    };
    let (columns, rows) = (steps(4), steps(4));
    let (mut pieces, mut owners) = (Vec::new(), Vec::new());
    for x in columns.windows(2) {
        for y in rows.windows(2) {
            let corners = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])];
            let turn = random.below(2) as usize;
            for half in [0, 2] {
                let owner = random.below(5);
                let triangle = [0, 1, 2].map(|i| corners[(i + half + turn) % 4]);
                if owner < 4 {
                    pieces.push(outline(&triangle));
                    owners.push(owner as u32);
                }
            }
        }
    }
    let mut used = owners.clone();
    used.sort_unstable();
    used.dedup();
    let owners: Vec<u32> = owners.iter().map(|owner| used.partition_point(|other| other < owner) as u32).collect();
    dissolve(&pieces, &owners, used.len())
}

#[test]
fn random_small_maps_agree_with_rays() {
    let mut random = Random::new(17);
    for round in 0..300 {
        let map = Map::of(&patchwork(&mut random));
        for kind in KINDS {
            // From half a lattice unit to some twenty, on corners and borders as often as not.
            let radius_m = 0.005 * 1.5_f64.powi(random.below(10) as i32);
            let centre = p(random.below(16) as i32 - 3, random.below(16) as i32 - 3);
            let disc = Disc::new(centre, spread(radius_m, kind));
            let about = format!("round {round}: {radius_m} m {kind:?} at {centre}");
            compare(&map.shares(&disc), &map.by_rays(&disc, 400), |_| 3e-3, &about);
        }
    }
}

#[test]
fn drawn_districts_agree_with_rays_and_with_chance() {
    const DRAWS: u32 = 4_000;
    let mut random = Random::new(23);
    for seed in 0..4 {
        let map = Map::of(&tiling(5, 5, seed).all());
        for round in 0..16 {
            let radius_m = [0.01, 1.0, 15.0, 80.0][round % 4];
            let centre = match round / 4 % 2 {
                0 => p(random.below(20_000) as i32, random.below(20_000) as i32),
                _ => map.edges[random.below(map.edges.len() as u64) as usize].a,
            };
            let disc = Disc::new(centre, spread(radius_m, KINDS[(round + seed as usize) % 4]));
            let found = map.shares(&disc);
            let about = format!("seed {seed}, round {round}: {disc:?}");
            compare(&found, &map.by_rays(&disc, 1_000), |_| 1.5e-3, &about);
            let errors =
                |share: f64| 4.0 * (share * (1.0 - share) / f64::from(DRAWS)).max(0.0).sqrt() + 4.0 / f64::from(DRAWS);
            compare(&found, &map.by_chance(&disc, DRAWS, &mut random), errors, &about);
        }
    }
}

#[test]
fn a_disc_that_moves_a_little_changes_a_little() {
    let map = Map::of(&tiling(4, 4, 6).units);
    for kind in KINDS {
        for (radius_m, step) in [(0.05, (1, 0)), (1.0, (3, 7)), (25.0, (40, -25))] {
            let start = map.edges[20].a;
            let at = |i: i32| {
                let centre = Position::new(start.lon() + (i - 60) * step.0, start.lat() + (i - 60) * step.1);
                Disc::new(centre.expect("in the world"), spread(radius_m, kind))
            };
            let (east_m, north_m) = at(0).metres((i64::from(step.0), i64::from(step.1)));
            let moved_m = east_m.hypot(north_m);
            // What a half-plane may gain: the density across its border is nowhere higher.
            let density = if kind == AccuracyKind::Uniform { 4.0 / TAU } else { CUT_SIGMAS / TAU.sqrt() };
            let most = 1.01 * density * moved_m / at(0).reach_m + 1e-6;
            for i in 0..120 {
                compare(
                    &map.shares(&at(i)),
                    &map.shares(&at(i + 1)),
                    |_| most,
                    &format!("{kind:?} {radius_m} m, step {i}"),
                );
            }
        }
    }
}

#[test]
fn borders_around_the_world_are_as_good_as_short_ones() {
    let at = |lon, lat| Position::new(lon, lat).expect("in the world");
    let ring = |points: &[(i32, i32)]| {
        let exterior = Ring::new(points.iter().map(|&(lon, lat)| at(lon, lat)).collect()).expect("a ring");
        MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] }.canonical()
    };
    let (w, e, s, n) = (-LON_LIMIT, LON_LIMIT, -LAT_LIMIT, LAT_LIMIT);
    let map = Map::of(&[ring(&[(w, s), (e, s), (e, 1), (w, 0)]), ring(&[(w, 0), (e, 1), (e, n), (w, n)])]);
    for kind in KINDS {
        for radius_m in [0.005, 10.0, 2_000.0] {
            let shares = |lon, lat| map.shares(&Disc::new(at(lon, lat), spread(radius_m, kind)));
            // The border is half a unit north of 0 in the middle of the world.
            let (south, north) = (shares(0, 0), shares(0, 1));
            compare(
                &south,
                &BTreeMap::from([(vec![0], north[&vec![1]]), (vec![1], 1.0 - north[&vec![1]])]),
                |_| 1e-9,
                "half",
            );
            assert!(south[&vec![0]] > 0.5 && (radius_m < 1.0 || south[&vec![0]] < 0.501), "{south:?}");
            // At the ends of the world half of the disc lies in nobody's area; at the poles nothing panics.
            let west = shares(w, 45_000_000 * 2);
            assert_eq!(west, shares(e, 45_000_000 * 2));
            assert_eq!(list(&west), [(&[][..], 0.5), (&[1], 0.5)]);
            for (lon, lat) in [(0, n), (0, s), (w, n), (e, s), (5, n - 1), (-7, s + 1)] {
                shares(lon, lat);
            }
        }
    }
}
