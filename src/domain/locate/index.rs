//! Exact point location over the faces of a coverage.
//!
//! A position `(x, y)` stands for `(x + e, y + e^2)`: on a border it belongs to the face east of it, on an east-west
//! border to the face north of it. Everything here is integer arithmetic.

use std::cmp::Ordering;

use rstar::{AABB, RTree, primitives::GeomWithData, primitives::Rectangle};

use super::disc::Edge;
use crate::domain::{
    coverage::{Arc, ArcId, Coverage, FaceId},
    geometry::{Extent, Position, predicates},
};

type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// What lies at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The one face that owns the position.
    pub face: FaceId,
    /// All faces whose border runs through the position, the owner and the outside included, ascending; empty when it is
    /// on no border.
    pub touching: Vec<FaceId>,
}

/// Point location over one coverage: a tree of the extents of its faces, and an exact test on the candidates.
pub struct LocateIndex {
    faces: RTree<Entry>,
    /// Arcs between a face that some area answers for and one that none does.
    rim: RTree<Entry>,
}

impl LocateIndex {
    /// The index of `coverage`; `has_owner` says whether any area answers for a face.
    pub fn new(coverage: &Coverage, has_owner: impl Fn(FaceId) -> bool) -> Self {
        let face = |face: FaceId| {
            let extent = coverage.extent(coverage.border_of_face(face))?;
            Some(entry(extent, face.0))
        };
        let arc = |id: ArcId| {
            let arc = coverage.arc(id);
            let is_rim = has_owner(arc.left) != has_owner(arc.right);
            let extent = is_rim.then(|| Extent::around(coverage.positions(id).iter().copied())).flatten()?;
            Some(entry(extent, id.0))
        };
        Self {
            faces: RTree::bulk_load(coverage.faces().filter_map(face).collect()),
            rim: RTree::bulk_load(coverage.arc_ids().filter_map(arc).collect()),
        }
    }

    /// The face that owns `position`, and the faces that meet there.
    pub fn hit(&self, coverage: &Coverage, position: Position) -> Hit {
        let position = position.wrapped();
        let mut hit = Hit { face: FaceId::OUTSIDE, touching: Vec::new() };
        let point = AABB::from_point([f64::from(position.lon()), f64::from(position.lat())]);
        for candidate in self.faces.locate_in_envelope_intersecting(&point) {
            let face = FaceId(candidate.data);
            let relation = relation(coverage, face, position);
            if relation.owns {
                hit.face = face;
            }
            if relation.touches {
                hit.touching.push(face);
            }
            if relation.meets_outside {
                hit.touching.push(FaceId::OUTSIDE);
            }
        }
        hit.touching.sort_unstable();
        hit.touching.dedup();
        hit
    }

    /// Arcs of the rim whose extent meets `extent`, ascending.
    pub fn rim_within(&self, extent: Extent) -> Vec<ArcId> {
        let corner = |position: Position| [f64::from(position.lon()), f64::from(position.lat())];
        let envelope = AABB::from_corners(corner(extent.min()), corner(extent.max()));
        let mut arcs: Vec<ArcId> =
            self.rim.locate_in_envelope_intersecting(&envelope).map(|entry| ArcId(entry.data)).collect();
        arcs.sort_unstable();
        arcs
    }
}

impl LocateIndex {
    /// Every edge whose extent meets `extent`, once.
    pub fn edges_near(&self, coverage: &Coverage, extent: Extent, mut visit: impl FnMut(Edge)) {
        let corner = |position: Position| [f64::from(position.lon()), f64::from(position.lat())];
        let envelope = AABB::from_corners(corner(extent.min()), corner(extent.max()));
        for entry in self.faces.locate_in_envelope_intersecting(&envelope) {
            for side in coverage.border_of_face(FaceId(entry.data)) {
                let Arc { left, right, .. } = coverage.arc(side.arc);
                // An arc comes with its left face; with the right one where the left is the outside, which is in no tree.
                if !side.is_forward && left != FaceId::OUTSIDE {
                    continue;
                }
                for edge in coverage.positions(side.arc).windows(2) {
                    if Extent::of(edge[0]).with(edge[1]).intersects(extent) {
                        visit(Edge { a: edge[0], b: edge[1], left, right });
                    }
                }
            }
        }
    }
}

fn entry(extent: Extent, data: u32) -> Entry {
    let corner = |position: Position| [f64::from(position.lon()), f64::from(position.lat())];
    GeomWithData::new(Rectangle::from_corners(corner(extent.min()), corner(extent.max())), data)
}

struct Relation {
    owns: bool,
    touches: bool,
    /// Touches where the other side is the outside.
    meets_outside: bool,
}

/// Counts the borders of `face` west of the position, seen just north-east of it.
fn relation(coverage: &Coverage, face: FaceId, position: Position) -> Relation {
    let mut relation = Relation { owns: false, touches: false, meets_outside: false };
    for &arc_side in coverage.border_of_face(face) {
        for edge in coverage.positions(arc_side.arc).windows(2) {
            let (low, high) = if edge[0].lat() <= edge[1].lat() { (edge[0], edge[1]) } else { (edge[1], edge[0]) };
            if position.lat() < low.lat() || high.lat() < position.lat() {
                continue;
            }
            let side = predicates::orientation(low, high, position);
            if position.lat() < high.lat() && side != Ordering::Greater {
                relation.owns = !relation.owns;
            }
            if side == Ordering::Equal && predicates::on_segment(low, high, position) {
                relation.touches = true;
                relation.meets_outside |= coverage.inside_outside(arc_side).1 == FaceId::OUTSIDE;
            }
        }
    }
    relation
}
