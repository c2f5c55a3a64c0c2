//! The finished coverage: arcs, faces, and who lies where.

use super::{
    paged::{Paged, Rows},
    rebuild,
};
use crate::domain::{
    geometry::{Extent, MultiPolygon, Position},
    held::Held,
};

/// Number of an area within one coverage: its index in the list that the coverage was built from.
pub type AreaIndex = u32;

/// Number of an arc within one coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArcId(pub u32);

/// Number of a face within one coverage; the outside unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FaceId(pub u32);

impl FaceId {
    /// What lies outside of every area.
    pub const OUTSIDE: Self = Self(0);
}

/// A piece of border between two nodes, with one face on its left and one on its right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arc {
    pub(super) block: u32,
    pub(super) start: u32,
    pub(super) length: u32,
    /// The face on the left, going forward.
    pub left: FaceId,
    /// The face on the right, going forward.
    pub right: FaceId,
}

/// An arc of some border, and the way to go along it with the inside on the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArcSide {
    /// The arc.
    pub arc: ArcId,
    /// Whether the inside is on the left going forward.
    pub is_forward: bool,
}

/// The positions of all arcs, in blocks that successors share.
#[derive(Debug, Clone)]
pub(super) struct Vertices {
    pub(super) blocks: Vec<std::sync::Arc<[Position]>>,
    /// How many positions the blocks hold; those of arcs that are gone stay until the blocks are packed.
    pub(super) stored: usize,
}

impl Vertices {
    pub(super) fn new(positions: Vec<Position>) -> Self {
        Self { stored: positions.len(), blocks: vec![positions.into()] }
    }
}

/// The overlay of all levels: every border once, every face with the areas that it belongs to.
///
/// **Invariant**: arcs meet only at their ends; both neighbours of a border reference the same arc; [`Coverage::polygon`] brings back
/// bit by bit the noded canonical polygon that the coverage was built from.
pub struct Coverage {
    pub(super) vertices: Vertices,
    pub(super) arcs: Paged<Arc>,
    pub(super) face_areas: Rows<AreaIndex>,
    pub(super) area_arcs: Rows<ArcSide>,
    pub(super) face_arcs: Rows<ArcSide>,
    pub(super) bounds: Option<Extent>,
    pub(super) edge_count: usize,
}

impl Coverage {
    /// All arcs, by number.
    pub fn arcs(&self) -> impl Iterator<Item = Arc> + '_ {
        self.arcs.iter().copied()
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        held.list(&self.vertices.blocks);
        self.vertices.blocks.iter().for_each(|block| _ = held.part(block));
        self.arcs.hold(held, |_, _| ());
        self.face_areas.hold(held);
        self.area_arcs.hold(held);
        self.face_arcs.hold(held);
    }

    /// Bytes that only those coverages need that it shares memory with.
    pub fn spare(&self) -> usize {
        self.vertices.stored.saturating_sub(self.edge_count + self.arc_count()) * size_of::<Position>()
    }

    /// How many numbers of arcs there are.
    pub fn arc_count(&self) -> usize {
        self.arcs.len()
    }

    /// The extent of all borders; `None` when there are none.
    pub fn bounds(&self) -> Option<Extent> {
        self.bounds
    }

    /// How many edges all arcs have.
    pub fn edge_count(&self) -> usize {
        self.edge_count
    }

    /// All numbers of arcs. A number may be free (see [`Coverage::carry_numbers`]): its arc has no positions.
    pub fn arc_ids(&self) -> impl Iterator<Item = ArcId> + use<> {
        (0..self.arcs.len() as u32).map(ArcId)
    }

    /// One arc.
    pub fn arc(&self, arc: ArcId) -> Arc {
        self.arcs[arc.0 as usize]
    }

    /// The positions along an arc, forward, both ends included; a closed arc repeats its first position.
    pub fn positions(&self, arc: ArcId) -> &[Position] {
        let Arc { block, start, length, .. } = self.arc(arc);
        &self.vertices.blocks[block as usize][start as usize..(start + length) as usize]
    }

    /// Whether an arc has the same positions as the one with its number in `other`. Quick when the two share them.
    pub fn has_same_positions(&self, other: &Self, arc: ArcId) -> bool {
        let (one, other) = (self.positions(arc), other.positions(arc));
        std::ptr::eq(one, other) || one == other
    }

    /// Whether there is an arc of this number, in use or free.
    pub fn has_arc(&self, arc: ArcId) -> bool {
        (arc.0 as usize) < self.arcs.len()
    }

    /// How many faces there are, the outside included.
    pub fn face_count(&self) -> usize {
        self.face_areas.len()
    }

    /// How many areas the coverage was built from.
    pub fn area_count(&self) -> usize {
        self.area_arcs.len()
    }

    /// All faces but the outside.
    pub fn faces(&self) -> impl Iterator<Item = FaceId> + Clone + use<> {
        (1..self.face_count() as u32).map(FaceId)
    }

    /// The areas that a face belongs to, ascending; none for the outside and for gaps.
    pub fn areas_of(&self, face: FaceId) -> &[AreaIndex] {
        self.face_areas.row(face.0 as usize)
    }

    /// The border of an area.
    pub fn border_of(&self, area: AreaIndex) -> &[ArcSide] {
        self.area_arcs.row(area as usize)
    }

    /// The border of a face.
    pub fn border_of_face(&self, face: FaceId) -> &[ArcSide] {
        self.face_arcs.row(face.0 as usize)
    }

    /// The face on the inside and the face on the outside of a side of an arc.
    pub fn inside_outside(&self, side: ArcSide) -> (FaceId, FaceId) {
        let arc = self.arc(side.arc);
        if side.is_forward { (arc.left, arc.right) } else { (arc.right, arc.left) }
    }

    /// The polygons of an area, canonical.
    pub fn polygon(&self, area: AreaIndex) -> MultiPolygon {
        rebuild::polygons(self, self.border_of(area))
    }

    /// The polygon of one face, canonical.
    pub fn face_polygon(&self, face: FaceId) -> MultiPolygon {
        rebuild::polygons(self, self.border_of_face(face))
    }

    /// The extent of a border; `None` when it is empty.
    pub fn extent(&self, border: &[ArcSide]) -> Option<Extent> {
        Extent::around(border.iter().flat_map(|side| self.positions(side.arc).iter().copied()))
    }
}
