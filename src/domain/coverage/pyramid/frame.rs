//! A rectangle that may be empty, and is quick to grow.

use crate::domain::geometry::Position;

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

    /// Place of the middle along a curve that keeps neighbours together (Morton's).
    pub(super) fn place(&self) -> u64 {
        let middle = |low: i32, high: i32| ((i64::from(low) + i64::from(high)) / 2 - i64::from(i32::MIN)) as u64;
        spread(middle(self.west, self.east)) | spread(middle(self.south, self.north)) << 1
    }
}

/// The lower 32 bits with a zero before each.
fn spread(bits: u64) -> u64 {
    let mut bits = bits & 0xFFFF_FFFF;
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | (bits << shift)) & mask;
    }
    bits
}
