//! A made-up map: units that share wiggly borders, some with an enclave, as arcs with a face on either side.
//!
//! A bent and shaken grid of `side` by `side` units, whose widths differ five times; a border between two corners is an
//! arc of 6 to 16 positions, so that a unit has about 40. One unit in a hundred has a hole that is a unit of its own.

use onemap::domain::{
    coverage::{ArcInput, Coverage, FaceId},
    geometry::{Extent, Position},
};

use crate::random::{bits_of, signed_of};

/// Lattice units between corners at the density of a district: 100 m.
pub const DISTRICT_SPACING: f64 = 9_000.0;
/// At the density of a nation of 50 million units: 440 m.
pub const NATIONAL_SPACING: f64 = 39_600.0;

/// South-west corner of the map, in lattice units.
const ORIGIN: [i32; 2] = [1_100_000_000, 220_000_000];
/// Arcs are kept together by blocks of this many units a side, as a store in the order of codes has them.
const BLOCK: usize = 32;
/// One unit in so many has an enclave.
const ENCLAVE_EVERY: u64 = 100;

/// One piece of border.
struct Border {
    start: u32,
    length: u32,
    left: u32,
    right: u32,
}

/// The map. Face 0 is the outside; the units are faces 1 to `side` squared, row by row; the enclaves follow.
pub struct World {
    side: usize,
    spacing: f64,
    vertices: Vec<Position>,
    borders: Vec<Border>,
    /// Border south of column `i`, row `j`, at `j * side + i`; there are `side + 1` rows.
    horizontal: Vec<u32>,
    /// Border west of column `i`, row `j`, at `i * side + j`; there are `side + 1` columns.
    vertical: Vec<u32>,
    /// Unit around, and border of, each enclave.
    enclaves: Vec<(u32, u32)>,
}

/// The rings of one face: the outer one, and a hole if it has one. Each repeats its first position.
pub struct Outline {
    /// Counter-clockwise.
    pub exterior: Vec<Position>,
    /// Clockwise.
    pub hole: Option<Vec<Position>>,
}

impl World {
    /// A map of about `units` units, `spacing` lattice units apart.
    pub fn new(units: usize, spacing: f64) -> Self {
        let side = (units as f64).sqrt().round().max(1.0) as usize;
        let mut world = Self {
            side,
            spacing,
            vertices: Vec::new(),
            borders: Vec::new(),
            horizontal: vec![0; side * (side + 1)],
            vertical: vec![0; side * (side + 1)],
            enclaves: Vec::new(),
        };
        for block_row in (0..=side).step_by(BLOCK) {
            for block_column in (0..=side).step_by(BLOCK) {
                for row in block_row..(block_row + BLOCK).min(side + 1) {
                    for column in block_column..(block_column + BLOCK).min(side + 1) {
                        world.add_borders(column, row);
                    }
                }
            }
        }
        for unit in 1..=(side * side) as u32 {
            if bits_of(u64::from(unit) ^ 0xE4C1_A7E0).is_multiple_of(ENCLAVE_EVERY) {
                world.add_enclave(unit);
            }
        }
        world
    }

    /// How many units there are, enclaves included; unit `n` is face `n + 1`.
    pub fn unit_count(&self) -> usize {
        self.side * self.side + self.enclaves.len()
    }

    /// The extent of the map.
    pub fn extent(&self) -> Extent {
        let corner = |step: usize| self.position([step as f64; 2]);
        Extent::of(corner(0)).with(corner(self.side))
    }

    /// Positions of all borders together.
    pub fn vertex_count(&self) -> usize {
        self.vertices.len()
    }

    /// How many borders there are.
    pub fn border_count(&self) -> usize {
        self.borders.len()
    }

    /// The map as the product has it: face `n + 1` is area `n`.
    pub fn coverage(&self) -> Coverage {
        self.coverage_with(|face| face)
    }

    /// The same map with its faces numbered by `renumber`, which keeps the outside; areas keep their numbers.
    pub fn coverage_with(&self, renumber: impl Fn(u32) -> u32) -> Coverage {
        let units = self.unit_count();
        let mut area_of_face = vec![None; units + 1];
        for unit in 0..units as u32 {
            area_of_face[renumber(unit + 1) as usize] = Some(unit);
        }
        let arcs = self.borders.iter().map(|border| ArcInput {
            positions: self.positions(border),
            left: FaceId(renumber(border.left)),
            right: FaceId(renumber(border.right)),
        });
        Coverage::from_arcs(arcs, area_of_face.iter().map(|area| area.as_slice()), units)
            .expect("the faces and areas are numbered without gaps")
    }

    /// Moves the middle position of a border by a few lattice units, too little to touch anything else.
    pub fn nudge(&mut self, border: usize, by: [i32; 2]) {
        let border = &self.borders[border];
        let middle = (border.start + border.length / 2) as usize;
        let old = self.vertices[middle];
        self.vertices[middle] =
            Position::new(old.lon() + by[0], old.lat() + by[1]).expect("the map is far from the poles");
    }

    /// The rings of a unit.
    pub fn outline(&self, unit: usize) -> Outline {
        let Some(enclave) = unit.checked_sub(self.side * self.side) else {
            let (row, column) = (unit / self.side, unit % self.side);
            let sides = [
                (self.horizontal[row * self.side + column], true),
                (self.vertical[(column + 1) * self.side + row], true),
                (self.horizontal[(row + 1) * self.side + column], false),
                (self.vertical[column * self.side + row], false),
            ];
            let face = unit as u32 + 1;
            let hole = self.enclaves.binary_search_by_key(&face, |&(around, _)| around);
            let hole = hole.ok().map(|at| self.ring(&[(self.enclaves[at].1, false)]));
            return Outline { exterior: self.ring(&sides), hole };
        };
        Outline { exterior: self.ring(&[(self.enclaves[enclave].1, true)]), hole: None }
    }

    fn ring(&self, sides: &[(u32, bool)]) -> Vec<Position> {
        let mut ring = Vec::new();
        for &(border, is_forward) in sides {
            let positions = self.positions(&self.borders[border as usize]);
            let (last, rest) = positions.split_last().expect("a border has positions");
            if is_forward {
                ring.extend_from_slice(rest);
            } else {
                ring.push(*last);
                ring.extend(rest[1..].iter().rev());
            }
        }
        ring.push(ring[0]);
        ring
    }

    fn positions(&self, border: &Border) -> &[Position] {
        &self.vertices[border.start as usize..(border.start + border.length) as usize]
    }

    /// The borders south and west of a column and row.
    fn add_borders(&mut self, column: usize, row: usize) {
        let key = ((column as u64) << 32 | row as u64) * 4;
        let is_rim = |step: usize| step == 0 || step == self.side;
        let (flat_south, flat_west) = (is_rim(row), is_rim(column));
        let here = self.corner(column, row);
        if column < self.side {
            let (north, south) = (self.face(column, Some(row)), self.face(column, row.checked_sub(1)));
            let border = self.add_wiggle(here, self.corner(column + 1, row), key, flat_south, [north, south]);
            self.horizontal[row * self.side + column] = border;
        }
        if row < self.side {
            let east = if column < self.side { self.face(column, Some(row)) } else { 0 };
            let west = column.checked_sub(1).map_or(0, |column| self.face(column, Some(row)));
            let border = self.add_wiggle(here, self.corner(column, row + 1), key + 1, flat_west, [west, east]);
            self.vertical[column * self.side + row] = border;
        }
    }

    fn face(&self, column: usize, row: Option<usize>) -> u32 {
        row.filter(|&row| row < self.side).map_or(0, |row| (row * self.side + column) as u32 + 1)
    }

    /// Where a corner of the grid is, in steps: shaken, except across the rim.
    fn corner(&self, column: usize, row: usize) -> [f64; 2] {
        let key = ((column as u64) << 32 | row as u64) * 4;
        let shake = |step: usize, key: u64| if step == 0 || step == self.side { 0.0 } else { 0.17 * signed_of(key) };
        [column as f64 + shake(column, key + 2), row as f64 + shake(row, key + 3)]
    }

    /// An arc of 6 to 16 positions between two corners, and its number.
    fn add_wiggle(&mut self, from: [f64; 2], to: [f64; 2], key: u64, is_flat: bool, [left, right]: [u32; 2]) -> u32 {
        let inner = 4 + bits_of(key ^ 0xB0DE) % 11;
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let waves = [0.06, 0.025, 0.015].map(|height| if is_flat { 0.0 } else { height });
        let start = self.vertices.len() as u32;
        for step in 0..=inner + 1 {
            let along = step as f64 / (inner + 1) as f64;
            let wave = |n: usize| {
                waves[n] * signed_of(key * 8 + n as u64) * (std::f64::consts::PI * (n + 1) as f64 * along).sin()
            };
            let off = wave(0) + wave(1) + wave(2);
            self.push([from[0] + dx * along - dy * off, from[1] + dy * along + dx * off], start);
        }
        self.close(start, left, right)
    }

    fn add_enclave(&mut self, unit: u32) {
        let (row, column) = ((unit as usize - 1) / self.side, (unit as usize - 1) % self.side);
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(east, north)| self.corner(column + east, row + north));
        let middle = [0, 1].map(|axis| corners.iter().map(|corner| corner[axis]).sum::<f64>() / 4.0);
        let count = 12 + bits_of(u64::from(unit)) % 12;
        let start = self.vertices.len() as u32;
        for step in 0..count {
            let angle = step as f64 / count as f64 * std::f64::consts::TAU;
            let radius = 0.15 + 0.06 * signed_of(u64::from(unit) * 64 + step);
            self.push([middle[0] + radius * angle.cos(), middle[1] + radius * angle.sin()], start);
        }
        self.vertices.push(self.vertices[start as usize]);
        let enclave = (self.side * self.side + self.enclaves.len()) as u32 + 1;
        let border = self.close(start, enclave, unit);
        self.enclaves.push((unit, border));
    }

    /// Adds a position to the border that began at `start`, unless it is where the last one was.
    fn push(&mut self, steps: [f64; 2], start: u32) {
        let position = self.position(steps);
        if self.vertices.len() == start as usize || self.vertices.last() != Some(&position) {
            self.vertices.push(position);
        }
    }

    fn close(&mut self, start: u32, left: u32, right: u32) -> u32 {
        self.borders.push(Border { start, length: self.vertices.len() as u32 - start, left, right });
        self.borders.len() as u32 - 1
    }

    /// The lattice position of a place given in steps of the grid, after bending.
    fn position(&self, steps: [f64; 2]) -> Position {
        let [lon, lat] = [0, 1].map(|axis| {
            let side = self.side as f64;
            ORIGIN[axis] + (bend(steps[axis] / side, side) * side * self.spacing).round() as i32
        });
        Position::new(lon, lat).expect("the map lies in the world")
    }
}

/// A monotone map of 0..=1 to itself whose slope goes from 0.2 to 1.8: units differ in size.
fn bend(at: f64, side: f64) -> f64 {
    let tau = std::f64::consts::TAU;
    let wave =
        |count: f64, height: f64, phase: f64| height / (tau * count) * ((tau * count * at + phase).sin() - phase.sin());
    at + wave(2.0, 0.25, 1.0) + wave(5.0, 0.25, 2.0) + wave((side / 40.0).max(2.0).round(), 0.3, 0.3)
}

#[cfg(test)]
mod tests {
    use super::{DISTRICT_SPACING, World};

    #[test]
    fn a_unit_has_about_forty_positions_and_its_ring_closes() {
        let world = World::new(900, DISTRICT_SPACING);
        let rings = (0..world.unit_count()).map(|unit| world.outline(unit));
        let mut positions = 0;
        for outline in rings {
            assert_eq!(outline.exterior.first(), outline.exterior.last());
            positions += outline.exterior.len() - 1 + outline.hole.map_or(0, |hole| hole.len() - 1);
        }
        assert!((35..45).contains(&(positions / world.unit_count())), "{positions}");
    }

    #[test]
    fn the_coverage_of_the_arcs_is_the_coverage_of_the_polygons() {
        use onemap::domain::{
            coverage::Coverage,
            geometry::{MultiPolygon, Polygon, Ring},
        };
        let world = World::new(400, DISTRICT_SPACING);
        let ring = |positions| Ring::new(positions).expect("a unit has at least three positions");
        let polygon = |unit: usize| {
            let outline = world.outline(unit);
            let polygon =
                Polygon { exterior: ring(outline.exterior), holes: outline.hole.into_iter().map(ring).collect() };
            MultiPolygon { polygons: vec![polygon] }.canonical()
        };
        let polygons: Vec<MultiPolygon> = (0..world.unit_count()).map(polygon).collect();
        let (from_arcs, from_polygons) = (world.coverage(), Coverage::build(polygons.iter()).expect("the units tile"));
        assert_eq!(from_arcs.face_count(), from_polygons.face_count());
        for (unit, polygon) in polygons.iter().enumerate() {
            assert_eq!(&from_arcs.polygon(unit as u32), polygon);
            assert_eq!(&from_polygons.polygon(unit as u32), polygon);
        }
    }
}
