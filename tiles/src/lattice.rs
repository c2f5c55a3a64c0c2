//! The integer coordinate raster that positions stand on.

/// Lattice units per degree: the lattice step is 1e-7 degree.
pub const UNITS_PER_DEGREE: i32 = 10_000_000;

/// Largest longitude, inclusive, in lattice units.
pub const LON_LIMIT: i32 = 180 * UNITS_PER_DEGREE;

/// Largest latitude, inclusive, in lattice units.
pub const LAT_LIMIT: i32 = 90 * UNITS_PER_DEGREE;

/// A closed rectangle of lattice positions, `[lon, lat]` in units of 1e-7 degree.
///
/// **Invariant**: `min <= max` on both axes; it never crosses the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LatticeBounds {
    min: [i32; 2],
    max: [i32; 2],
}

impl LatticeBounds {
    /// Bounds from their south-west and north-east corners (inclusive), or `None` when they are turned around.
    pub const fn new(min: [i32; 2], max: [i32; 2]) -> Option<Self> {
        if min[0] > max[0] || min[1] > max[1] { None } else { Some(Self { min, max }) }
    }

    /// The smallest bounds that hold every position of `points`, or `None` when there is no point.
    pub fn of(points: &[[i32; 2]]) -> Option<Self> {
        let first = *points.first()?;
        let mut bounds = Self { min: first, max: first };
        for &[lon, lat] in points {
            bounds.min = [bounds.min[0].min(lon), bounds.min[1].min(lat)];
            bounds.max = [bounds.max[0].max(lon), bounds.max[1].max(lat)];
        }
        Some(bounds)
    }

    /// South-west corner, `[lon, lat]` in lattice units, inclusive.
    pub const fn min(self) -> [i32; 2] {
        self.min
    }

    /// North-east corner, `[lon, lat]` in lattice units, inclusive.
    pub const fn max(self) -> [i32; 2] {
        self.max
    }

    /// Whether the position `[lon, lat]` lies inside or on the border.
    pub const fn contains(self, point: [i32; 2]) -> bool {
        self.outside(point) == 0
    }

    /// Whether the two rectangles have a position in common; touching counts.
    pub const fn intersects(self, other: Self) -> bool {
        self.min[0] <= other.max[0]
            && other.min[0] <= self.max[0]
            && self.min[1] <= other.max[1]
            && other.min[1] <= self.max[1]
    }

    /// The smallest bounds that hold both.
    pub fn union(self, other: Self) -> Self {
        Self {
            min: [self.min[0].min(other.min[0]), self.min[1].min(other.min[1])],
            max: [self.max[0].max(other.max[0]), self.max[1].max(other.max[1])],
        }
    }

    /// Cohen-Sutherland code: one bit for each side that `point` lies strictly beyond, 0 inside.
    pub(crate) const fn outside(self, point: [i32; 2]) -> u8 {
        (point[0] < self.min[0]) as u8
            | ((point[0] > self.max[0]) as u8) << 1
            | ((point[1] < self.min[1]) as u8) << 2
            | ((point[1] > self.max[1]) as u8) << 3
    }
    /// Like `outside`, with the sides that all of `other` lies strictly beyond.
    pub(crate) const fn beyond(self, other: Self) -> u8 {
        (other.max[0] < self.min[0]) as u8
            | ((other.min[0] > self.max[0]) as u8) << 1
            | ((other.max[1] < self.min[1]) as u8) << 2
            | ((other.min[1] > self.max[1]) as u8) << 3
    }
}
