//! Domain geometry as the tile library takes it, with an index by extent.

use onemap_tiles::LatticeBounds;
use rstar::{
    AABB, RTree,
    primitives::{GeomWithData, Rectangle},
};

use crate::domain::geometry::{Extent, MultiPolygon, Position};

/// `[lon, lat]` in lattice units.
pub(super) fn point(position: Position) -> [i32; 2] {
    [position.lon(), position.lat()]
}

/// A line for the tile library.
pub(super) fn line(positions: &[Position]) -> Vec<[i32; 2]> {
    positions.iter().map(|&position| point(position)).collect()
}

/// Rings of polygons for the tile library, part by part.
pub(super) type Parts = Vec<Vec<Vec<[i32; 2]>>>;

/// The polygons for the tile library.
pub(super) fn parts(area: &MultiPolygon) -> Parts {
    area.polygons.iter().map(|part| part.rings().map(|ring| line(ring.positions())).collect()).collect()
}

/// Borrows parts in the shape that the tile library reads.
pub(super) fn rings(parts: &Parts) -> impl Iterator<Item = impl Iterator<Item = &[[i32; 2]]>> {
    parts.iter().map(|part| part.iter().map(Vec::as_slice))
}

/// Things by their extents; queries answer in ascending order, so that tiles are the same on every machine.
pub(super) struct ExtentIndex(RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>);

impl ExtentIndex {
    pub(super) fn new(extents: impl Iterator<Item = (u32, Extent)>) -> Self {
        let corner = |position: Position| [f64::from(position.lon()), f64::from(position.lat())];
        let entry = |(number, extent): (u32, Extent)| {
            GeomWithData::new(Rectangle::from_corners(corner(extent.min()), corner(extent.max())), number)
        };
        Self(RTree::bulk_load(extents.map(entry).collect()))
    }

    /// The numbers of all things that meet `bounds`, ascending.
    pub(super) fn within(&self, bounds: LatticeBounds) -> Vec<u32> {
        let corner = |[lon, lat]: [i32; 2]| [f64::from(lon), f64::from(lat)];
        let envelope = AABB::from_corners(corner(bounds.min()), corner(bounds.max()));
        let mut found: Vec<u32> = self.0.locate_in_envelope_intersecting(&envelope).map(|entry| entry.data).collect();
        found.sort_unstable();
        found
    }
}
