//! Domain geometry as the tile library takes it.

use onemap_tiles::LatticeBounds;

use crate::domain::{
    extent_tree::Bounds,
    geometry::{Extent, Position},
};

impl Bounds for LatticeBounds {
    fn union(self, other: Self) -> Self {
        Self::union(self, other)
    }

    fn meets(&self, other: &Self) -> bool {
        self.intersects(*other)
    }

    fn holds(&self, other: &Self) -> bool {
        self.contains(other.min()) && self.contains(other.max())
    }

    fn middle(&self) -> [i32; 2] {
        let middle = |axis: usize| ((i64::from(self.min()[axis]) + i64::from(self.max()[axis])) >> 1) as i32;
        [0, 1].map(middle)
    }
}

/// `[lon, lat]` in lattice units.
#[inline]
pub(super) fn point(position: Position) -> [i32; 2] {
    [position.lon(), position.lat()]
}

/// The same extent.
pub(super) fn bounds(extent: Extent) -> LatticeBounds {
    LatticeBounds::new(point(extent.min()), point(extent.max())).expect("an extent is never turned around")
}

/// The bounds of positions; those of nothing are a point.
pub(super) fn bounds_of(positions: &[Position]) -> LatticeBounds {
    let mut positions = positions.iter().map(|&position| point(position));
    let first = positions.next().unwrap_or_default();
    let (min, max) = positions.fold((first, first), |(min, max), at| {
        ([min[0].min(at[0]), min[1].min(at[1])], [max[0].max(at[0]), max[1].max(at[1])])
    });
    LatticeBounds::new(min, max).expect("the smaller is not larger")
}
