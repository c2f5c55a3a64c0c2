//! Vertices that are meant to be one: a set of anchors no two of which lie within the tolerance.

use std::collections::HashMap;

use crate::domain::geometry::{
    Position,
    measure::LocalMetric,
    position::{LAT_LIMIT, UNITS_PER_DEGREE},
};

/// Latitude bands of a quarter degree share one scale: it changes by under 0.5 % within a band below 85 degrees.
const BANDS_PER_DEGREE: i32 = 4;

/// Distances under which borders are taken to be the same.
#[derive(Debug, Clone)]
pub(super) struct Tolerance {
    /// In metres.
    snap_m: f64,
    /// Metres east and north of one lattice unit, by latitude band from the south pole up.
    bands: Vec<[f64; 2]>,
}

impl Tolerance {
    /// A tolerance of `snap_m` metres, but at least 1.1 lattice units of latitude, so that a rounded crossing still
    /// meets the segments that made it.
    pub(super) fn new(snap_m: f64) -> Self {
        const LEAST_M: f64 = 0.0123;
        let band = |band: i32| {
            let lat = (band - 90 * BANDS_PER_DEGREE) * (UNITS_PER_DEGREE / BANDS_PER_DEGREE) + UNITS_PER_DEGREE / 8;
            let middle = Position::new(0, lat.min(LAT_LIMIT)).expect("the middle of a latitude band is in the world");
            let metric = LocalMetric::at(middle);
            [metric.metres_per_unit_east(), metric.metres_per_unit_north()]
        };
        Self { snap_m: snap_m.max(LEAST_M), bands: (0..=180 * BANDS_PER_DEGREE).map(band).collect() }
    }

    /// Metres east and north of one lattice unit at the latitude of `position`.
    fn scale(&self, position: Position) -> [f64; 2] {
        self.bands[((position.lat() + LAT_LIMIT) / (UNITS_PER_DEGREE / BANDS_PER_DEGREE)) as usize]
    }

    /// How many lattice units the tolerance spans at most, east or north, at the latitude of `position`.
    pub(super) fn units(&self, position: Position) -> i64 {
        /// Next to a pole an eastward metre is any number of units; nobody draws borders there.
        const WIDEST: f64 = 100_000.0;
        let [east, north] = self.scale(position);
        (self.snap_m / east.min(north)).min(WIDEST).ceil() as i64 + 1
    }

    /// Square of the distance of two positions near each other, in square metres.
    fn distance_squared_m2(&self, a: Position, b: Position) -> f64 {
        let [east, north] = self.scale(a);
        let x = (f64::from(a.lon()) - f64::from(b.lon())) * east;
        let y = (f64::from(a.lat()) - f64::from(b.lat())) * north;
        x * x + y * y
    }

    /// Whether two positions are to be one.
    pub(super) fn joins(&self, a: Position, b: Position) -> bool {
        self.distance_squared_m2(a, b) <= self.snap_m * self.snap_m
    }

    /// Whether the segment `a - b` is to run through `v`, which is neither of its ends.
    ///
    /// True when `v` lies within the tolerance of the segment and inside the circle over it. The circle keeps tiny
    /// triangles from being folded over each of their sides in turn, for ever.
    pub(super) fn runs_through(&self, a: Position, b: Position, v: Position) -> bool {
        let [east, north] = self.scale(v);
        let x = |p: Position| (f64::from(p.lon()) - f64::from(v.lon())) * east;
        let y = |p: Position| (f64::from(p.lat()) - f64::from(v.lat())) * north;
        let (ax, ay, bx, by) = (x(a), y(a), x(b), y(b));
        if ax * bx + ay * by > 0.0 {
            return false;
        }
        let (dx, dy) = (bx - ax, by - ay);
        let cross = ax * by - ay * bx;
        cross * cross <= self.snap_m * self.snap_m * (dx * dx + dy * dy)
    }
}

/// The anchors: every vertex of the noded borders.
pub(super) struct Anchors {
    tolerance: Tolerance,
    positions: Vec<Position>,
    by_position: HashMap<Position, u32, PositionHash>,
    /// First anchor of each cell, and the next anchor in the same cell of each anchor.
    cells: HashMap<(i32, i32), u32, PositionHash>,
    next: Vec<u32>,
    cell_units: i32,
}

const NONE: u32 = u32::MAX;

impl Anchors {
    /// No anchors yet; `widest_units` is how many lattice units the tolerance spans anywhere in the data.
    pub(super) fn new(tolerance: Tolerance, widest_units: i64, capacity: usize) -> Self {
        let cell_units = i32::try_from(widest_units).unwrap_or(i32::MAX).max(1);
        Self {
            tolerance,
            positions: Vec::with_capacity(capacity),
            by_position: HashMap::with_capacity_and_hasher(capacity, PositionHash),
            cells: HashMap::with_capacity_and_hasher(capacity, PositionHash),
            next: Vec::with_capacity(capacity),
            cell_units,
        }
    }

    /// The distances that join.
    pub(super) fn tolerance(&self) -> &Tolerance {
        &self.tolerance
    }

    /// All anchors; a vertex number is an index here.
    pub(super) fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// All anchors, by vertex number.
    pub(super) fn into_positions(self) -> Vec<Position> {
        self.positions
    }

    /// The position of a vertex.
    pub(super) fn position(&self, vertex: u32) -> Position {
        self.positions[vertex as usize]
    }

    /// The anchor exactly at `position`, made when absent, whatever is near.
    pub(super) fn fix(&mut self, position: Position) -> u32 {
        match self.by_position.get(&position) {
            Some(&vertex) => vertex,
            None => self.add(position),
        }
    }

    /// The anchor that `position` snaps to: itself when it is one, else the nearest within the tolerance, else a new one.
    pub(super) fn snap(&mut self, position: Position) -> u32 {
        if let Some(&vertex) = self.by_position.get(&position) {
            return vertex;
        }
        match self.nearest(position) {
            Some(vertex) => vertex,
            None => self.add(position),
        }
    }

    fn nearest(&self, position: Position) -> Option<u32> {
        let (column, row) = self.cell(position);
        let mut best: Option<(f64, u32)> = None;
        for cell in neighbourhood(column, row) {
            let mut vertex = self.cells.get(&cell).copied().unwrap_or(NONE);
            while vertex != NONE {
                let anchor = self.positions[vertex as usize];
                if self.tolerance.joins(position, anchor) {
                    let distance = self.tolerance.distance_squared_m2(position, anchor);
                    if best.is_none_or(|(nearest, of)| (distance, anchor) < (nearest, self.positions[of as usize])) {
                        best = Some((distance, vertex));
                    }
                }
                vertex = self.next[vertex as usize];
            }
        }
        best.map(|(_, vertex)| vertex)
    }

    fn add(&mut self, position: Position) -> u32 {
        let vertex = u32::try_from(self.positions.len()).expect("a coverage has fewer than 2^32 vertices");
        self.positions.push(position);
        self.by_position.insert(position, vertex);
        let head = self.cells.insert(self.cell(position), vertex);
        self.next.push(head.unwrap_or(NONE));
        vertex
    }

    fn cell(&self, position: Position) -> (i32, i32) {
        (position.lon().div_euclid(self.cell_units), position.lat().div_euclid(self.cell_units))
    }
}

fn neighbourhood(column: i32, row: i32) -> impl Iterator<Item = (i32, i32)> {
    (-1..=1).flat_map(move |dy| (-1..=1).map(move |dx| (column + dx, row + dy)))
}

/// A fast hash for lattice positions: the keys are our own, nobody can choose them to clash at will for long
/// (a crowd of vertices in one cell is bounded by the tolerance).
#[derive(Clone, Default)]
pub(super) struct PositionHash;

impl std::hash::BuildHasher for PositionHash {
    type Hasher = PositionHasher;

    fn build_hasher(&self) -> PositionHasher {
        PositionHasher(0)
    }
}

/// See [`PositionHash`].
pub(super) struct PositionHasher(u64);

impl std::hash::Hasher for PositionHasher {
    fn finish(&self) -> u64 {
        (self.0 ^ (self.0 >> 31)).wrapping_mul(0x94D0_49BB_1331_11EB)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = (self.0.rotate_left(32) ^ u64::from(value)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_i32(&mut self, value: i32) {
        self.write_u32(value as u32);
    }
}
