//! A rectangle that may be empty, and is quick to grow.

use crate::domain::{extent_tree::Bounds, geometry::Position};

/// West, south, east and north in lattice units, all included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    west: i32,
    south: i32,
    east: i32,
    north: i32,
}

impl Frame {
    /// Holds nothing and meets nothing.
    pub(super) const EMPTY: Self = Self { west: i32::MAX, south: i32::MAX, east: i32::MIN, north: i32::MIN };

    /// The smallest frame around `positions`.
    pub(super) fn around(positions: impl IntoIterator<Item = Position>) -> Self {
        positions.into_iter().fold(Self::EMPTY, Self::with)
    }

    /// The smallest frame around a segment.
    pub(super) fn of_segment(a: Position, b: Position) -> Self {
        Self {
            west: a.lon().min(b.lon()),
            south: a.lat().min(b.lat()),
            east: a.lon().max(b.lon()),
            north: a.lat().max(b.lat()),
        }
    }

    pub(super) fn with(self, position: Position) -> Self {
        self.union(Self::of_segment(position, position))
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the two share at least a point.
    pub(super) fn meets(&self, other: &Self) -> bool {
        (self.west <= other.east)
            & (other.west <= self.east)
            & (self.south <= other.north)
            & (other.south <= self.north)
    }

    pub(super) fn contains(&self, position: Position) -> bool {
        let (lon, lat) = (position.lon(), position.lat());
        (self.west <= lon) & (lon <= self.east) & (self.south <= lat) & (lat <= self.north)
    }

    /// The latitude farthest from the equator, as an absolute value in lattice units.
    pub(super) fn farthest_lat(&self) -> u32 {
        self.south.unsigned_abs().max(self.north.unsigned_abs())
    }
}

impl Bounds for Frame {
    fn union(self, other: Self) -> Self {
        Self::union(self, other)
    }

    fn meets(&self, other: &Self) -> bool {
        Self::meets(self, other)
    }

    fn holds(&self, other: &Self) -> bool {
        (self.west <= other.west)
            & (other.east <= self.east)
            & (self.south <= other.south)
            & (other.north <= self.north)
    }

    fn middle(&self) -> [i32; 2] {
        let middle = |low: i32, high: i32| ((i64::from(low) + i64::from(high)) >> 1) as i32;
        [middle(self.west, self.east), middle(self.south, self.north)]
    }
}
