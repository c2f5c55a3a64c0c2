//! Many areas that share borders: no gap, no overlap, and the same picture on both sides of a tile's edge.

use onemap_tiles::{Geometry, MatrixSet, TileBuilder, TileCoord, decode};
use proptest::prelude::*;
use std::collections::BTreeMap;

use crate::oracle::{Polygons, cover, crossings, judge, total_area_doubled};

/// A small generator of its own, so that a failing seed is all there is to know.
struct Seed(u64);

impl Seed {
    /// A number in -1..1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1u32 << 30) - 1.0
    }
}

type Arc = Vec<[i32; 2]>;

/// A mesh of `columns` x `rows` cells of `width` x `height` lattice units from `corner`, its nodes and borders crooked.
fn mesh(seed: u64, corner: [i32; 2], size: [i32; 2], columns: usize, rows: usize) -> Vec<Vec<[i32; 2]>> {
    let mut seed = Seed(seed);
    let mut nodes = Vec::new();
    for row in 0..=rows {
        for column in 0..=columns {
            let place = |index: usize, side: i32, shift: f64| (index as f64 + 0.2 * shift) * f64::from(side);
            let x = f64::from(corner[0]) + place(column, size[0], seed.next());
            let y = f64::from(corner[1]) + place(row, size[1], seed.next());
            nodes.push([x as i32, y as i32]);
        }
    }
    let node = |column: usize, row: usize| nodes[row * (columns + 1) + column];
    let mut arcs: BTreeMap<([i32; 2], [i32; 2]), Arc> = BTreeMap::new();
    for row in 0..=rows {
        for column in 0..=columns {
            if column < columns {
                let (a, b) = (node(column, row), node(column + 1, row));
                arcs.insert((a, b), crooked(&mut seed, a, b, 1, size[1]));
            }
            if row < rows {
                let (a, b) = (node(column, row), node(column, row + 1));
                arcs.insert((a, b), crooked(&mut seed, a, b, 0, size[0]));
            }
        }
    }
    let mut rings = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(dx, dy)| node(column + dx, row + dy));
            let mut ring = Vec::new();
            for side in 0..4 {
                let (a, b) = (corners[side], corners[(side + 1) % 4]);
                let mut arc = match arcs.get(&(a, b)) {
                    Some(arc) => arc.clone(),
                    None => arcs[&(b, a)].iter().rev().copied().collect(),
                };
                arc.pop();
                ring.extend(arc);
            }
            rings.push(ring);
        }
    }
    rings
}

/// A way from `a` to `b` in steps that swerve on `axis` by up to a tenth of `side` in the middle, less at the ends.
fn crooked(seed: &mut Seed, a: [i32; 2], b: [i32; 2], axis: usize, side: i32) -> Arc {
    let steps = 2 + ((seed.next() + 1.0) * 4.0) as i32;
    let mut arc = vec![a];
    for step in 1..steps {
        let along = f64::from(step) / f64::from(steps);
        let mut p = [0, 1].map(|k| f64::from(a[k]) + along * f64::from(b[k] - a[k]));
        p[axis] += seed.next() * 0.2 * along.min(1.0 - along) * f64::from(side);
        arc.push(p.map(|c| c as i32));
    }
    arc.push(b);
    arc
}

/// What a tile draws of each area.
fn drawn(tile: TileCoord, rings: &[Vec<[i32; 2]>]) -> BTreeMap<u64, Polygons> {
    let mut builder = TileBuilder::new(tile);
    let mut layer = builder.layer("grid").expect("a name");
    for (id, ring) in rings.iter().enumerate() {
        layer.polygon(id as u64, &[], [[ring.as_slice()]]).expect("no attributes");
    }
    layer.finish();
    let bytes = builder.into_bytes();
    let mut areas = BTreeMap::new();
    for feature in decode(&bytes).expect("own tiles are read").into_iter().flat_map(|layer| layer.features) {
        let Geometry::Polygons(polygons) = feature.geometry else { panic!("a polygon layer") };
        areas.insert(feature.id.expect("every area has its id"), polygons);
    }
    areas
}

fn tile_at(z: u8, column_step: u32, row_step: u32) -> TileCoord {
    let shift = 18 - z;
    let (x, y) = ((217_733 >> shift) + column_step, (111_944 >> shift) + row_step);
    TileCoord::new(MatrixSet::WebMercatorQuad, z, x, y).expect("inside the matrix")
}

/// A mesh that covers the tile and more than its buffer, with cells of the given share of a tile unit.
fn mesh_over(tile: TileCoord, seed: u64, columns: usize, rows: usize) -> Vec<Vec<[i32; 2]>> {
    let bounds = tile.bounds(0);
    let span = [0, 1].map(|axis| bounds.max()[axis] - bounds.min()[axis]);
    let size = [span[0] * 3 / 2 / columns as i32 + 1, span[1] * 3 / 2 / rows as i32 + 1];
    mesh(seed, [bounds.min()[0] - span[0] / 4, bounds.min()[1] - span[1] / 4], size, columns, rows)
}

#[track_caller]
fn check_tiling(tile: TileCoord, rings: &[Vec<[i32; 2]>], seed: u64) {
    let areas = drawn(tile, rings);
    let mut total = 0;
    for (id, polygons) in &areas {
        assert_eq!(judge(polygons), Ok(()), "area {id}");
        total += total_area_doubled(polygons);
    }
    assert_eq!(total, 2 * 4224 * 4224, "gaps or overlaps");
    let mut seed = Seed(seed);
    for _ in 0..50 {
        let point = [0, 1].map(|_| (2048.0 + seed.next() * 2100.0).floor() + 0.3 + 0.1 * seed.next());
        let holding = areas.values().map(|polygons| cover(polygons, point).expect("valid")).sum::<usize>();
        assert_eq!(holding, 1, "{point:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn areas_of_many_units_tile_the_tile(seed in any::<u64>(), z in 8u8..=18) {
        let tile = tile_at(z, 0, 0);
        check_tiling(tile, &mesh_over(tile, seed, 9, 8), seed);
    }

    #[test]
    fn areas_narrower_than_a_unit_tile_the_tile(seed in any::<u64>(), z in 6u8..=14) {
        // cells of about 2000 x 0.6 units, on a part of the tile; the rest is one area with a hole, cut by the mesh
        let tile = tile_at(z, 0, 0);
        let bounds = tile.bounds(0);
        let unit = f64::from(bounds.max()[0] - bounds.min()[0]) / 4096.0;
        let corner = [0, 1].map(|axis| bounds.min()[axis] + (900.0 * unit) as i32);
        let size = [(unit * 2000.0) as i32, (unit * 0.6).max(12.0) as i32];
        let rings = mesh(seed, corner, size, 1, 90);
        let areas = drawn(tile, &rings);
        let mut total = 0;
        for (id, polygons) in &areas {
            prop_assert_eq!(judge(polygons), Ok(()), "area {}", id);
            total += total_area_doubled(polygons);
        }
        // the union, drawn as one feature of many polygons whose common borders cancel, has the same area
        let mut builder = TileBuilder::new(tile);
        let mut layer = builder.layer("grid").expect("a name");
        layer.polygon(1, &[], rings.iter().map(|ring| [ring.as_slice()])).expect("no attributes");
        layer.finish();
        let bytes = builder.into_bytes();
        let layers = decode(&bytes).expect("own tiles are read");
        let Geometry::Polygons(union) = &layers[0].features[0].geometry else { panic!("a polygon layer") };
        prop_assert_eq!(judge(union), Ok(()));
        prop_assert_eq!(total_area_doubled(union), total);
    }

    #[test]
    fn neighbouring_tiles_draw_the_same_in_the_strip_they_share(seed in any::<u64>(), z in 8u8..=18, axis in 0usize..2) {
        let here = tile_at(z, 0, 0);
        let there = if axis == 0 { tile_at(z, 1, 0) } else { tile_at(z, 0, 1) };
        let mut rings = mesh_over(here, seed, 7, 6);
        // one level finer in the same layer, so that borders pass close to foreign vertices
        rings.extend(mesh_over(here, seed ^ 0x5555, 23, 31));
        let (one, other) = (drawn(here, &rings), drawn(there, &rings));
        for at in [-63.3, -0.5, 0.0, 0.5, 17.7, 63.5] {
            for id in 0..rings.len() as u64 {
                let ours = one.get(&id).map_or(vec![], |polygons| crossings(polygons, axis, 4096.0 + at));
                let theirs = other.get(&id).map_or(vec![], |polygons| crossings(polygons, axis, at));
                let same = ours.len() == theirs.len()
                    && ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() < 1e-6);
                prop_assert!(same, "area {id} at {at}: {ours:?} {theirs:?}");
            }
        }
    }
}
