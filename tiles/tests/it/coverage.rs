//! Many areas that share borders: no gap, no overlap, and the same picture on both sides of a tile's edge.

use onemap_tiles::{Geometry, LatticeBounds, MatrixSet, Outline, Run, TileBuilder, TileCoord, TileRange, decode};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

use crate::oracle::{Polygons, cover, crossings, edges, judge, total_area_doubled};

/// A small generator of its own, so that a failing seed is all there is to know.
struct Seed(u64);

impl Seed {
    /// A number in -1..1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1u32 << 30) - 1.0
    }
}

/// Cells of a crooked lattice and the arcs between them.
pub(crate) struct Mesh {
    pub(crate) arcs: Vec<Outline>,
    /// For each cell its south, east, north and west arc, each with the way around the cell.
    pub(crate) cells: Vec<[(usize, bool); 4]>,
    columns: usize,
    rows: usize,
}

impl Mesh {
    fn run(&self, (arc, is_along): (usize, bool)) -> Run<'_> {
        if is_along { Run::Along(&self.arcs[arc]) } else { Run::Against(&self.arcs[arc]) }
    }

    /// The runs around each cell.
    fn rings(&self) -> Vec<Vec<Run<'_>>> {
        self.cells.iter().map(|sides| sides.map(|side| self.run(side)).to_vec()).collect()
    }

    /// For each block of `side` x `side` cells, the numbers of the cells and the runs around all of them.
    fn blocks(&self, side: usize) -> Vec<(Vec<usize>, Vec<Run<'_>>)> {
        let mut blocks = Vec::new();
        for (top, left) in
            (0..self.rows).step_by(side).flat_map(|row| (0..self.columns).step_by(side).map(move |c| (row, c)))
        {
            let (bottom, right) = ((top + side).min(self.rows), (left + side).min(self.columns));
            let cell = |row: usize, column: usize| row * self.columns + column;
            let side_of = |row: usize, column: usize, side: usize| self.run(self.cells[cell(row, column)][side]);
            let mut runs: Vec<Run<'_>> = (left..right).map(|column| side_of(top, column, 0)).collect();
            runs.extend((top..bottom).map(|row| side_of(row, right - 1, 1)));
            runs.extend((left..right).rev().map(|column| side_of(bottom - 1, column, 2)));
            runs.extend((top..bottom).rev().map(|row| side_of(row, left, 3)));
            let cells = (top..bottom).flat_map(|row| (left..right).map(move |column| cell(row, column))).collect();
            blocks.push((cells, runs));
        }
        blocks
    }
}

/// A mesh of `columns` x `rows` cells of `width` x `height` lattice units from `corner`, its nodes and borders crooked.
pub(crate) fn mesh(seed: u64, corner: [i32; 2], size: [i32; 2], columns: usize, rows: usize) -> Mesh {
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
    let (mut arcs, mut numbers) = (Vec::new(), BTreeMap::new());
    for row in 0..=rows {
        for column in 0..=columns {
            if column < columns {
                numbers.insert((column, row, 0), arcs.len());
                arcs.push(Outline::new(crooked(&mut seed, node(column, row), node(column + 1, row), 1, size[1])));
            }
            if row < rows {
                numbers.insert((column, row, 1), arcs.len());
                arcs.push(Outline::new(crooked(&mut seed, node(column, row), node(column, row + 1), 0, size[0])));
            }
        }
    }
    let mut cells = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let [south, north] = [row, row + 1].map(|row| numbers[&(column, row, 0)]);
            let [west, east] = [column, column + 1].map(|column| numbers[&(column, row, 1)]);
            cells.push([(south, true), (east, true), (north, false), (west, false)]);
        }
    }
    Mesh { arcs, cells, columns, rows }
}

/// A way from `a` to `b` in steps that swerve on `axis` by up to a tenth of `side` in the middle, less at the ends.
fn crooked(seed: &mut Seed, a: [i32; 2], b: [i32; 2], axis: usize, side: i32) -> Vec<[i32; 2]> {
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
fn drawn(tile: TileCoord, rings: &[Vec<Run<'_>>]) -> BTreeMap<u64, Polygons> {
    let mut builder = TileBuilder::new(tile);
    let mut layer = builder.layer("grid").expect("a name");
    for (id, ring) in rings.iter().enumerate() {
        layer.polygon(id as u64, &[], [[ring.as_slice()]]).expect("no attributes");
    }
    let report = layer.finish();
    let bytes = builder.into_bytes();
    let mut areas = BTreeMap::new();
    for feature in decode(&bytes).expect("own tiles are read").into_iter().flat_map(|layer| layer.features) {
        let Geometry::Polygons(polygons) = feature.geometry else { panic!("a polygon layer") };
        areas.insert(feature.id.expect("every area has its id"), polygons);
    }
    assert_eq!(report.features, areas.len());
    let both = report.collapsed.iter().filter(|collapsed| areas.contains_key(&collapsed.id.expect("an id"))).count();
    assert_eq!(both, 0, "an area is drawn or collapsed");
    areas
}

/// The tile at Putian, or one some steps to the east and south.
pub(crate) fn tile_at(set: MatrixSet, z: u8, steps: [u32; 2]) -> TileCoord {
    let place = LatticeBounds::of(&[[1_190_077_000, 254_310_000]]).expect("one position");
    let tile = TileRange::covering(set, z, place).expect("zoom exists").iter().next().expect("one tile");
    TileCoord::new(set, z, tile.x() + steps[0], tile.y() + steps[1]).expect("inside the matrix")
}

pub(crate) fn any_set() -> impl Strategy<Value = MatrixSet> {
    (0..MatrixSet::ALL.len()).prop_map(|index| MatrixSet::ALL[index])
}

/// A mesh that covers the tile and more than its buffer.
pub(crate) fn mesh_over(tile: TileCoord, seed: u64, columns: usize, rows: usize) -> Mesh {
    let bounds = tile.bounds(0);
    let span = [0, 1].map(|axis| bounds.max()[axis] - bounds.min()[axis]);
    let size = [span[0] * 3 / 2 / columns as i32 + 1, span[1] * 3 / 2 / rows as i32 + 1];
    mesh(seed, [bounds.min()[0] - span[0] / 4, bounds.min()[1] - span[1] / 4], size, columns, rows)
}

#[track_caller]
fn check_tiling(tile: TileCoord, rings: &[Vec<Run<'_>>], seed: u64) {
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
    fn areas_of_many_units_tile_the_tile(seed in any::<u64>(), set in any_set(), z in 8u8..=18) {
        let tile = tile_at(set, z, [0, 0]);
        check_tiling(tile, &mesh_over(tile, seed, 9, 8).rings(), seed);
    }

    #[test]
    fn areas_narrower_than_a_unit_tile_the_tile(seed in any::<u64>(), set in any_set(), z in 6u8..=14) {
        // cells of about 2000 x 0.6 units, on a part of the tile; the rest is one area with a hole, cut by the mesh
        let tile = tile_at(set, z, [0, 0]);
        let bounds = tile.bounds(0);
        let unit = f64::from(bounds.max()[0] - bounds.min()[0]) / 4096.0;
        let corner = [0, 1].map(|axis| bounds.min()[axis] + (900.0 * unit) as i32);
        let size = [(unit * 2000.0) as i32, (unit * 0.6).max(12.0) as i32];
        let mesh = mesh(seed, corner, size, 1, 90);
        let rings = mesh.rings();
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
    fn neighbouring_tiles_draw_the_same_in_the_strip_they_share(seed in any::<u64>(), set in any_set(), z in 8u8..=18, axis in 0usize..2) {
        let here = tile_at(set, z, [0, 0]);
        let there = tile_at(set, z, if axis == 0 { [1, 0] } else { [0, 1] });
        // one level finer in the same layer, so that borders pass close to foreign vertices
        let meshes = [mesh_over(here, seed, 7, 6), mesh_over(here, seed ^ 0x5555, 23, 31)];
        let rings: Vec<_> = meshes.iter().flat_map(|mesh| mesh.rings()).collect();
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

    #[test]
    fn what_is_out_of_reach_changes_no_byte(seed in any::<u64>(), set in any_set(), z in 8u8..=18) {
        let tile = tile_at(set, z, [0, 0]);
        let mesh = mesh_over(tile, seed, 40, 40);
        let bytes = |is_drawn: &dyn Fn(LatticeBounds) -> bool| {
            let mut builder = TileBuilder::new(tile);
            let mut layer = builder.layer("unit").expect("a name");
            for (id, ring) in mesh.rings().iter().enumerate() {
                let positions: Vec<[i32; 2]> = ring.iter().flat_map(|run| match run {
                    Run::Along(arc) | Run::Against(arc) => arc.positions().iter().copied(),
                }).collect();
                if is_drawn(LatticeBounds::of(&positions).expect("a ring has positions")) {
                    layer.polygon(id as u64, &[], [[ring.as_slice()]]).expect("no attributes");
                }
            }
            layer.finish();
            builder.into_bytes()
        };
        prop_assert_eq!(bytes(&|_| true), bytes(&|bounds| bounds.intersects(tile.reach())));
    }

    #[test]
    fn layers_drawn_together_fit_exactly(seed in any::<u64>(), set in any_set(), z in 8u8..=18, size in 2usize..60) {
        // up to 60 x 60 cells: one is about 100 units wide, and its borders pass many vertices of others
        let tile = tile_at(set, z, [0, 0]);
        let mesh = mesh_over(tile, seed, size, size);
        let blocks = mesh.blocks(3);
        let mut builder = TileBuilder::new(tile);
        let mut layer = builder.layer("unit").expect("a name");
        for (id, ring) in mesh.rings().iter().enumerate() {
            layer.polygon(id as u64, &[], [[ring.as_slice()]]).expect("no attributes");
        }
        layer.hold();
        let mut layer = builder.layer("grid").expect("a name");
        for (id, (_, ring)) in blocks.iter().enumerate() {
            layer.polygon(id as u64, &[], [[ring.as_slice()]]).expect("no attributes");
        }
        layer.hold();
        let mut layer = builder.layer("borders").expect("a name");
        for arc in &mesh.arcs {
            layer.line(None, &[], [arc]).expect("no attributes");
        }
        layer.finish();
        let bytes = builder.into_bytes();
        let layers = decode(&bytes).expect("own tiles are read");
        let [units, grids, borders] = [0, 1, 2].map(|layer| {
            layers[layer].features.iter().map(|feature| (feature.id, steps(&feature.geometry))).collect::<Vec<_>>()
        });
        for (id, (cells, _)) in blocks.iter().enumerate() {
            let parent = grids.iter().find(|grid| grid.0 == Some(id as u64));
            let mut union = BTreeSet::new();
            for (_, steps) in units.iter().filter(|unit| cells.iter().any(|&cell| unit.0 == Some(cell as u64))) {
                union = &union ^ steps;
            }
            prop_assert_eq!(parent.map_or(BTreeSet::new(), |parent| parent.1.clone()), union, "block {}", id);
        }
        // what areas draw inside of the buffer, the lines draw too
        let lines: BTreeSet<_> = borders.iter().flat_map(|border| &border.1).copied().collect();
        let is_cut = |[a, b]: [[i32; 2]; 2]| (0..2).any(|k| a[k] == b[k] && (a[k] == -64 || a[k] == 4160));
        for step in units.iter().flat_map(|unit| &unit.1).filter(|step| !is_cut(**step)) {
            prop_assert!(lines.contains(step), "{step:?}");
        }
    }
}

/// The edges of a geometry, cut at every lattice unit they go through, so that straight units do not matter; what is there
/// twice cancels.
fn steps(geometry: &Geometry) -> BTreeSet<[[i32; 2]; 2]> {
    let pairs: Vec<[[i32; 2]; 2]> = match geometry {
        Geometry::Points(_) => Vec::new(),
        Geometry::Lines(lines) => {
            lines.iter().flat_map(|line| line.windows(2).map(|pair| [pair[0], pair[1]])).collect()
        }
        Geometry::Polygons(polygons) => polygons.iter().flatten().flat_map(|ring| edges(ring)).collect(),
    };
    let gcd = |mut a: i32, mut b: i32| {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let mut steps = BTreeSet::new();
    for [a, b] in pairs {
        let run = [b[0] - a[0], b[1] - a[1]];
        let count = gcd(run[0].abs(), run[1].abs());
        let at = |step: i32| [0, 1].map(|k| a[k] + run[k] / count * step);
        for step in 0..count {
            let (from, to) = (at(step), at(step + 1));
            let step = if from < to { [from, to] } else { [to, from] };
            // lines come back over themselves where faces have collapsed; areas share no edge with themselves
            if matches!(geometry, Geometry::Lines(_)) {
                steps.insert(step);
            } else {
                assert!(steps.insert(step), "an edge twice: {step:?}");
            }
        }
    }
    steps
}
