//! How borders run at each zoom.

use crate::domain::{
    coverage::{ArcId, Coverage},
    geometry::Position,
};

/// The positions of every arc at every zoom.
pub(super) struct Shapes;

impl Shapes {
    pub(super) fn build(_coverage: &Coverage) -> Self {
        Self
    }

    pub(super) fn updated(&self, _before: &Coverage, _after: &Coverage, _changed: &[ArcId]) -> Self {
        Self
    }

    /// The positions of an arc at a zoom of WebMercatorQuad.
    pub(super) fn positions<'a>(&'a self, coverage: &'a Coverage, _zoom: u8, arc: ArcId) -> &'a [Position] {
        coverage.positions(arc)
    }

    /// The arcs, beside the `changed` ones, that run another way at some zoom.
    pub(super) fn differing(&self, _before: &Self, _old: &Coverage, _new: &Coverage, _changed: &[ArcId]) -> Vec<ArcId> {
        Vec::new()
    }

    pub(super) fn bytes(&self) -> usize {
        0
    }
}
