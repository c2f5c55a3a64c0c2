//! Areas where maps go wrong: far away, very small, very long, at the edges of the world.

use onemap_tiles::{
    BUFFER, Geometry, LAT_LIMIT, LON_LIMIT, LatticeBounds, MatrixSet, Outline, Path, TileBuilder, TileCoord, TileRange,
    UNITS_PER_DEGREE, decode,
};
use proptest::prelude::*;

use crate::oracle::{Polygons, cover, crossings, edges, judge, ring_holds, total_area_doubled};

const DEGREE: i32 = UNITS_PER_DEGREE;

fn any_set() -> impl Strategy<Value = MatrixSet> {
    (0..MatrixSet::ALL.len()).prop_map(|index| MatrixSet::ALL[index])
}

fn tiles_of(set: MatrixSet, z: u8, bounds: LatticeBounds) -> impl Iterator<Item = TileCoord> {
    TileRange::covering(set, z, bounds).expect("zoom exists").iter()
}

fn tile_of(set: MatrixSet, z: u8, position: [i32; 2]) -> TileCoord {
    tiles_of(set, z, LatticeBounds::of(&[position]).expect("one position")).next().expect("one tile")
}

/// What a tile draws of one polygon, and whether it reports it as collapsed.
fn drawn<'a>(tile: TileCoord, rings: impl IntoIterator<Item: Into<Path<'a>>>) -> (Polygons, bool) {
    let mut builder = TileBuilder::new(tile);
    let mut layer = builder.layer("area").expect("a name");
    layer.polygon(1, &[], [rings.into_iter().map(Into::into)]).expect("no attributes");
    let report = layer.finish();
    let bytes = builder.into_bytes();
    let polygons = match decode(&bytes).expect("own tiles are read").pop() {
        None => Vec::new(),
        Some(mut layer) => match layer.features.remove(0).geometry {
            Geometry::Polygons(polygons) => polygons,
            other => panic!("{other:?}"),
        },
    };
    assert_eq!(judge(&polygons), Ok(()));
    assert_eq!(Geometry::Polygons(polygons.clone()).check(), Ok(()));
    (polygons, !report.collapsed.is_empty())
}

/// Where a position is in a tile, in tile units, by the formulas of the specifications in plain floating point.
fn plain(tile: TileCoord, position: [i32; 2]) -> [f64; 2] {
    let set = tile.matrix_set();
    let [columns, rows] = set.size(tile.z()).map(f64::from);
    let [lon, lat] = position.map(|c| f64::from(c) / f64::from(DEGREE));
    let down = match set {
        MatrixSet::WebMercatorQuad => {
            let lat = lat.clamp(-85.0511287, 85.0511287).to_radians();
            0.5 - (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln() / std::f64::consts::TAU
        }
        _ => (90.0 - lat) / 180.0,
    };
    let across = (lon.clamp(-180.0, 180.0) + 180.0) / 360.0;
    [(across * columns - f64::from(tile.x())) * 4096.0, (down * rows - f64::from(tile.y())) * 4096.0]
}

fn distance(p: [f64; 2], [a, b]: [[f64; 2]; 2]) -> f64 {
    let (run, to) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let len = run[0] * run[0] + run[1] * run[1];
    let along = if len == 0.0 { 0.0 } else { ((to[0] * run[0] + to[1] * run[1]) / len).clamp(0.0, 1.0) };
    (to[0] - along * run[0]).hypot(to[1] - along * run[1])
}

/// A star around `middle` with up to `radius` lattice units between its rays.
fn star(middle: [i32; 2], radius: i32, rays: &[f64]) -> Vec<[i32; 2]> {
    let at = |(index, ray): (usize, &f64)| {
        let angle = index as f64 / rays.len() as f64 * std::f64::consts::TAU;
        let far = f64::from(radius) * ray;
        [middle[0] + (far * angle.cos()) as i32, middle[1] + (far * 0.7 * angle.sin()) as i32]
    };
    rays.iter().enumerate().map(at).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// The pixel test of chunk skipping: whatever was passed over, every pixel that is not on a border is as it should be.
    #[test]
    fn every_pixel_is_what_it_was(
        set in any_set(),
        z in 9u8..=16,
        rays in prop::collection::vec(0.5..1.0f64, 3..900),
        offset in [-1.2..1.2f64, -1.2..1.2f64],
        size in 0.3..30.0f64,
    ) {
        let tile = tile_of(set, z, [1_190_077_000, 254_310_000]);
        let bounds = tile.bounds(0);
        let span = [0, 1].map(|k| f64::from(bounds.max()[k] - bounds.min()[k]));
        // so that a border is likely to be in the tile
        let middle = [0, 1].map(|k| bounds.min()[k] + (span[k] * (0.5 + offset[k] * size)) as i32);
        let ring = star(middle, (span[0] * size) as i32, &rays);
        let outline = Outline::new(ring.clone());
        let (polygons, _) = drawn(tile, [&outline]);
        prop_assert_eq!(&polygons, &drawn(tile, [ring.as_slice()]).0);
        let exact: Vec<[f64; 2]> = ring.iter().map(|&position| plain(tile, position)).collect();
        let border: Vec<[[f64; 2]; 2]> = (0..exact.len()).map(|i| [exact[i], exact[(i + 1) % exact.len()]]).collect();
        for pixel in 0..32 * 32 {
            let p = [pixel % 32, pixel / 32].map(|c| f64::from(c) * 128.0 + 64.3);
            let inside = border.iter().filter(|[a, b]| {
                (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0] + (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1])
            }).count() % 2;
            if cover(&polygons, p) != Ok(inside) {
                let near = border.iter().map(|&edge| distance(p, edge)).fold(f64::INFINITY, f64::min);
                prop_assert!(near < 1.0, "{p:?} should be {inside}, {near} units from the border");
            }
        }
    }

    #[test]
    fn an_edge_across_the_world_is_the_same_in_neighbouring_tiles(
        set in any_set(),
        z in 10u8..=22,
        through in [-170 * DEGREE..170 * DEGREE, -80 * DEGREE..80 * DEGREE],
        far in [-800_000_000..800_000_000i32, -800_000_000..800_000_000i32],
        third in [any::<i32>(), any::<i32>()],
    ) {
        // the straight way from a to b leads through the position, or nearly
        let a = [through[0].saturating_add(far[0] / 9), through[1].saturating_add(far[1] / 9)];
        let b = [through[0].saturating_sub(far[0]), through[1].saturating_sub(far[1])];
        let ring = [a, b, third];
        let here = tile_of(set, z, through);
        let (ours, _) = drawn(here, [&ring[..]]);
        for (axis, step) in [(0, [1, 0]), (1, [0, 1])] {
            let Ok(there) = TileCoord::new(set, z, here.x() + step[0], here.y() + step[1]) else { continue };
            let (theirs, _) = drawn(there, [&ring[..]]);
            for at in [-63.3, -0.5, 0.5, 17.7, 63.5] {
                let (one, other) = (crossings(&ours, axis, 4096.0 + at), crossings(&theirs, axis, at));
                let same = one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-6);
                prop_assert!(same, "{axis} {at}: {one:?} {other:?}");
            }
        }
    }

    #[test]
    fn check_and_judge_agree(rings in prop::collection::vec(prop::collection::vec([0..7i32, 0..7i32], 3..7), 1..4)) {
        // the first exterior is made one; the rest is left as it falls, most of it nonsense
        let mut polygons: Polygons = Vec::new();
        for mut ring in rings {
            let area: i64 = edges(&ring).map(|[a, b]| i64::from(a[0] * b[1] - b[0] * a[1])).sum();
            if polygons.is_empty() && area < 0 {
                ring.reverse();
            }
            match polygons.last_mut() {
                Some(polygon) if area < 0 => polygon.push(ring),
                _ => polygons.push(vec![ring]),
            }
        }
        let checked = Geometry::Polygons(polygons.clone()).check();
        prop_assert_eq!(checked.is_ok(), judge(&polygons).is_ok(), "{:?} {:?}", checked, judge(&polygons));
    }
}

#[test]
fn area_of_two_lattice_units_is_drawn_or_reported_in_every_tile_that_it_touches() {
    for set in MatrixSet::ALL {
        // one in the middle of nowhere, one on the corner of four tiles of every zoom
        for corner in [[1_190_077_000, 254_310_000], [0, 0]] {
            let ring = [corner, [corner[0] + 2, corner[1]], [corner[0] + 2, corner[1] + 1], [corner[0], corner[1] + 1]];
            let bounds = LatticeBounds::of(&ring).expect("positions");
            for z in set.min_zoom()..=22 {
                let tiles: Vec<TileCoord> = tiles_of(set, z, bounds).collect();
                for &tile in &tiles {
                    let (polygons, collapsed) = drawn(tile, [&ring[..]]);
                    assert!(polygons.is_empty() == collapsed, "{tile}");
                    assert!(collapsed || z > 16, "{tile} draws {polygons:?}");
                }
                let labels = labels(set, z, corner);
                assert_eq!(labels.len(), 1, "the label of {corner:?} at zoom {z}");
                assert!(tiles.contains(&labels[0]) || corner == [0, 0], "{labels:?} {tiles:?}");
            }
        }
    }
}

/// The tiles around a position that draw a point there.
fn labels(set: MatrixSet, z: u8, position: [i32; 2]) -> Vec<TileCoord> {
    let around = LatticeBounds::new(position.map(|c| c - 3), position.map(|c| c + 3)).expect("in order");
    let mut found = Vec::new();
    for tile in tiles_of(set, z, around) {
        let mut builder = TileBuilder::new(tile);
        let mut layer = builder.layer("labels").expect("a name");
        layer.point(1, &[], position).expect("no attributes");
        if layer.finish().features == 1 {
            found.push(tile);
        }
    }
    found
}

#[test]
fn point_on_the_edge_of_the_world_is_in_exactly_one_tile() {
    for set in MatrixSet::ALL {
        let world = set.world();
        for z in set.min_zoom()..=4 {
            let positions =
                [world.min(), world.max(), [LON_LIMIT, 1], [-LON_LIMIT, 1], [7, LAT_LIMIT], [7, -LAT_LIMIT]];
            // one that rounds onto the edge, one beyond it
            for position in positions.into_iter().chain([[LON_LIMIT - 1, 5], [i32::MAX, i32::MIN]]) {
                let everywhere = tiles_of(set, z, world).filter(|&tile| {
                    let mut builder = TileBuilder::new(tile);
                    let mut layer = builder.layer("labels").expect("a name");
                    layer.point(1, &[], position).expect("no attributes");
                    layer.finish().features == 1
                });
                assert_eq!(everywhere.count(), 1, "{set:?} {z} {position:?}");
            }
        }
    }
}

#[test]
fn whole_world_fills_every_tile_up_to_its_edge() {
    for set in MatrixSet::ALL {
        // far beyond, as far as numbers go, and exactly
        for [lon, lat] in [[i32::MAX, i32::MAX], [LON_LIMIT, LAT_LIMIT]] {
            let ring = [[-lon, -lat], [lon, -lat], [lon, lat], [-lon, lat]];
            for z in set.min_zoom()..=3 {
                let [columns, rows] = set.size(z);
                for tile in tiles_of(set, z, set.world()) {
                    let (polygons, _) = drawn(tile, [&ring[..]]);
                    let side = |index: u32, count: u32| {
                        let margins = i64::from(index > 0) + i64::from(index + 1 < count);
                        4096 + margins * i64::from(BUFFER)
                    };
                    let area = 2 * side(tile.x(), columns) * side(tile.y(), rows);
                    assert_eq!(total_area_doubled(&polygons), area, "{set:?} {tile}");
                }
            }
        }
    }
}

#[test]
fn area_at_the_antimeridian_ends_there_and_does_not_wrap() {
    // from 179 to 181 degrees: the part beyond 180 lies on the edge
    let ring = [[1_790_000_000, 0], [1_810_000_000, 0], [1_810_000_000, 10_000_000], [1_790_000_000, 10_000_000]];
    for set in MatrixSet::ALL {
        for z in set.min_zoom()..=8 {
            let [columns, _] = set.size(z);
            let (last, first) = (tile_of(set, z, [LON_LIMIT, 5_000_000]), tile_of(set, z, [-LON_LIMIT, 5_000_000]));
            assert_eq!((last.x(), first.x()), (columns - 1, 0));
            let (polygons, _) = drawn(last, [&ring[..]]);
            assert_eq!(polygons.iter().flatten().flatten().map(|unit| unit[0]).max(), Some(4096), "{set:?} {last}");
            if columns > 1 {
                assert!(drawn(first, [&ring[..]]).0.is_empty());
            }
        }
    }
}

#[test]
fn ring_of_a_hundred_thousand_vertices_around_the_pole_is_drawn_everywhere() {
    let count = 100_000;
    let ring: Vec<[i32; 2]> = (0..count)
        .map(|i| {
            let lon = (f64::from(i) / f64::from(count) * 3.6e9 - 1.8e9) as i32;
            [lon, 600_000_000 + (f64::from(i) / 9.0).sin() as i32 * 1000 + i % 700]
        })
        .chain([[LON_LIMIT, 899_999_999], [-LON_LIMIT, LAT_LIMIT]])
        .collect();
    let outline = Outline::new(ring.clone());
    for set in MatrixSet::ALL {
        for tile in tiles_of(set, 3, set.world()) {
            let (polygons, collapsed) = drawn(tile, [&outline]);
            assert_eq!(polygons, drawn(tile, [ring.as_slice()]).0);
            assert!(!collapsed);
            let middle = [2048.3, 2048.3];
            let exact: Vec<[f64; 2]> = ring.iter().map(|&position| plain(tile, position)).collect();
            let scaled: Vec<[i32; 2]> = exact.iter().map(|p| p.map(|c| (c * 16.0) as i32)).collect();
            let inside = ring_holds(&scaled, middle.map(|c| c * 16.0));
            assert_eq!(cover(&polygons, middle), Ok(usize::from(inside)), "{set:?} {tile}");
        }
    }
}
