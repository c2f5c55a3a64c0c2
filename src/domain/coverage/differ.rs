//! What differs between two coverages that carry each other's numbers. Quick where they share.

use std::sync::Arc;

use super::topology::{ArcId, Coverage, FaceId};

impl Coverage {
    /// The arcs that are in one of the two only, or have other positions or faces, ascending.
    pub fn differing_arcs(&self, other: &Self) -> Vec<ArcId> {
        let is_same = |number: usize| {
            let arc = ArcId(number as u32);
            let sides = |coverage: &Self| (coverage.arc(arc).left, coverage.arc(arc).right);
            match (self.has_arc(arc), other.has_arc(arc)) {
                (true, true) => sides(self) == sides(other) && self.has_same_positions(other, arc),
                (true, false) => self.positions(arc).is_empty(),
                (false, _) => other.positions(arc).is_empty(),
            }
        };
        // A page says which block an arc is in: it is the same arc where both have that block.
        let blocks = || self.vertices.blocks.iter().zip(&other.vertices.blocks);
        let differing = if blocks().all(|(one, other)| Arc::ptr_eq(one, other)) {
            self.arcs.differing(&other.arcs, is_same)
        } else {
            (0..self.arcs.len().max(other.arcs.len())).filter(|&number| !is_same(number)).collect()
        };
        differing.into_iter().map(|number| ArcId(number as u32)).collect()
    }

    /// The faces that are in one of the two only, or belong to areas of other numbers, ascending.
    pub fn differing_faces(&self, other: &Self) -> Vec<FaceId> {
        let row = |coverage: &Self, face: usize| {
            (face < coverage.face_count()).then(|| coverage.areas_of(FaceId(face as u32)).to_vec())
        };
        let is_same = |face: usize| row(self, face) == row(other, face);
        let differing = self.face_areas.differing(&other.face_areas, is_same);
        differing.into_iter().map(|face| FaceId(face as u32)).collect()
    }
}
