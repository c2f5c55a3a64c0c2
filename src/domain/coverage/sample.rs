//! Small synthetic coverages for tests: wiggly tilings of three levels with enclaves.

use super::Coverage;
use crate::domain::geometry::{MultiPolygon, Polygon, Position, Ring};

/// A small deterministic generator (splitmix64).
pub struct Random(u64);

impl Random {
    /// A generator that repeats itself for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.bits() % limit
    }
}

/// Three levels that tile: one district, grids, units; some units with an enclave that is a unit of its own.
pub struct Tiling {
    /// One district, the grids dissolved.
    pub district: Vec<MultiPolygon>,
    /// The grids, units dissolved.
    pub grids: Vec<MultiPolygon>,
    /// The units.
    pub units: Vec<MultiPolygon>,
    /// The grid of each unit.
    pub unit_parents: Vec<u32>,
}

impl Tiling {
    /// All areas, coarsest first.
    pub fn all(&self) -> Vec<MultiPolygon> {
        [&self.district[..], &self.grids, &self.units].concat()
    }
}

/// Lattice units from corner to corner, about 44 m.
const SPACING: i32 = 4000;

/// A tiling of `columns` by `rows` units with wiggly borders; every 3 by 3 units form a grid.
pub fn tiling(columns: usize, rows: usize, seed: u64) -> Tiling {
    let mut random = Random::new(seed);
    let mut jitter = |reach: i32| random.below(reach as u64 * 2) as i32 - reach;
    let corners: Vec<Vec<[i32; 2]>> = (0..=rows)
        .map(|row| {
            let corner = |column: usize, j: &mut dyn FnMut(i32) -> i32| {
                [column as i32 * SPACING + j(SPACING / 5), row as i32 * SPACING + j(SPACING / 5)]
            };
            (0..=columns).map(|column| corner(column, &mut jitter)).collect()
        })
        .collect();
    let mut wiggle = |a: [i32; 2], b: [i32; 2]| -> Vec<[i32; 2]> {
        let steps = 3 + jitter(2).unsigned_abs() as i32;
        let point = |step: i32, j: &mut dyn FnMut(i32) -> i32| {
            let between = |axis: usize| a[axis] + (b[axis] - a[axis]) / steps * step;
            if step == 0 { a } else { [between(0) + j(SPACING / 30), between(1) + j(SPACING / 30)] }
        };
        (0..steps).map(|step| point(step, &mut jitter)).chain([b]).collect()
    };
    let east: Vec<Vec<Vec<[i32; 2]>>> = (0..=rows)
        .map(|row| (0..columns).map(|column| wiggle(corners[row][column], corners[row][column + 1])).collect())
        .collect();
    let north: Vec<Vec<Vec<[i32; 2]>>> = (0..rows)
        .map(|row| (0..=columns).map(|column| wiggle(corners[row][column], corners[row + 1][column])).collect())
        .collect();
    let (mut units, mut unit_parents) = (Vec::new(), Vec::new());
    let grid_columns = columns.div_ceil(3);
    for row in 0..rows {
        for column in 0..columns {
            let mut outline = east[row][column].clone();
            outline.extend(&north[row][column + 1][1..]);
            outline.extend(east[row + 1][column].iter().rev().skip(1));
            outline.extend(north[row][column].iter().rev().skip(1));
            let grid = (row / 3 * grid_columns + column / 3) as u32;
            let middle = [column as i32 * SPACING + SPACING / 2, row as i32 * SPACING + SPACING / 2];
            let has_enclave = (row * 7 + column * 3 + seed as usize).is_multiple_of(11);
            let enclave = has_enclave.then(|| diamond(middle, SPACING / 6));
            units.push(area(&outline, enclave.as_deref()));
            unit_parents.push(grid);
            if let Some(enclave) = enclave {
                units.push(area(&enclave, None));
                unit_parents.push(grid);
            }
        }
    }
    let grid_count = grid_columns * rows.div_ceil(3);
    let grids = dissolve(&units, &unit_parents, grid_count);
    let district = dissolve(&grids, &vec![0; grid_count], 1);
    Tiling { district, grids, units, unit_parents }
}

fn diamond(middle: [i32; 2], reach: i32) -> Vec<[i32; 2]> {
    [[0, -reach], [reach, 0], [0, reach], [-reach, 0]].map(|[x, y]| [middle[0] + x, middle[1] + y]).to_vec()
}

fn area(outline: &[[i32; 2]], hole: Option<&[[i32; 2]]>) -> MultiPolygon {
    let ring = |points: &[[i32; 2]]| {
        let at = |p: &[i32; 2]| Position::new(1_190_000_000 + p[0], 254_000_000 + p[1]).expect("in the world");
        Ring::new(points.iter().map(at).collect()).expect("a ring")
    };
    let holes = hole.map(ring).into_iter().collect();
    MultiPolygon { polygons: vec![Polygon { exterior: ring(outline), holes }] }.canonical()
}

/// The union of each group of areas that tile: borders inside a group cancel.
pub fn dissolve(children: &[MultiPolygon], parents: &[u32], parent_count: usize) -> Vec<MultiPolygon> {
    let mut joined = vec![MultiPolygon::default(); parent_count];
    for (child, &parent) in children.iter().zip(parents) {
        joined[parent as usize].polygons.extend(child.polygons.iter().cloned());
    }
    let coverage = Coverage::build(joined.iter()).expect("children of a tiling");
    (0..parent_count as u32).map(|parent| coverage.polygon(parent)).collect()
}
