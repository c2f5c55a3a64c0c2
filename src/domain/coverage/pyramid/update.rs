//! The pyramid of a changed coverage.
use super::pyramid::Pyramid;
use crate::domain::coverage::{ArcId, Coverage};
impl Pyramid {
    /// As [`Pyramid::build`] of `after`, which `before` became when the arcs `changed` changed.
    pub fn updated(&self, _before: &Coverage, after: &Coverage, _changed: &[ArcId]) -> Self {
        super::build::build(after, self.zooms)
    }
}
