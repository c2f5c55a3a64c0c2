//! An axis-parallel rectangle on the lattice.

use super::position::{LAT_LIMIT, LON_LIMIT, Position};

/// A rectangle from `min` (west, south) to `max` (east, north), both included.
///
/// **Invariant**: `min` is not east or north of `max`; an extent is never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    min: Position,
    max: Position,
}

impl Extent {
    /// The extent of one position.
    pub const fn of(position: Position) -> Self {
        Self { min: position, max: position }
    }

    /// The smallest extent around `positions`; `None` when there are none.
    pub fn around(positions: impl IntoIterator<Item = Position>) -> Option<Self> {
        let mut positions = positions.into_iter();
        let mut extent = Self::of(positions.next()?);
        for position in positions {
            extent = extent.with(position);
        }
        Some(extent)
    }

    /// This extent, grown to hold `position`.
    pub fn with(self, position: Position) -> Self {
        let min = Position::new(self.min.lon().min(position.lon()), self.min.lat().min(position.lat()));
        let max = Position::new(self.max.lon().max(position.lon()), self.max.lat().max(position.lat()));
        Self {
            min: min.expect("the smaller of two positions is in the world"),
            max: max.expect("the larger of two positions is in the world"),
        }
    }

    /// This extent, grown to hold `other`.
    pub fn union(self, other: Self) -> Self {
        self.with(other.min).with(other.max)
    }

    /// This extent with a margin of so many lattice units on all sides, as far as the world goes.
    pub fn grown(self, units: i64) -> Self {
        let moved = |position: Position, by: i64| {
            let to = |at: i32, limit: i32| (i64::from(at) + by).clamp(-i64::from(limit), i64::from(limit)) as i32;
            Position::new(to(position.lon(), LON_LIMIT), to(position.lat(), LAT_LIMIT)).expect("clamped to the world")
        };
        Self { min: moved(self.min, -units), max: moved(self.max, units) }
    }

    /// South-west corner.
    pub const fn min(self) -> Position {
        self.min
    }

    /// North-east corner.
    pub const fn max(self) -> Position {
        self.max
    }

    /// Whether `position` lies inside or on the edge.
    pub const fn contains(self, position: Position) -> bool {
        self.min.lon() <= position.lon()
            && position.lon() <= self.max.lon()
            && self.min.lat() <= position.lat()
            && position.lat() <= self.max.lat()
    }

    /// Whether the two share at least a point.
    pub const fn intersects(self, other: Self) -> bool {
        self.min.lon() <= other.max.lon()
            && other.min.lon() <= self.max.lon()
            && self.min.lat() <= other.max.lat()
            && other.min.lat() <= self.max.lat()
    }

    /// `[west, south, east, north]` in degrees.
    pub fn to_degrees(self) -> [f64; 4] {
        [self.min.lon_degrees(), self.min.lat_degrees(), self.max.lon_degrees(), self.max.lat_degrees()]
    }
}
