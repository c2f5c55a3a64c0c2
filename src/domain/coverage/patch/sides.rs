//! Which edges come and go.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    super::{
        snapping::PositionHash,
        topology::{ArcId, AreaIndex, Coverage},
    },
    Near, Outline,
};
use crate::domain::geometry::{Extent, Position};

/// The ends of an edge, the smaller first.
pub(super) type Edge = (Position, Position);

/// An edge of the coverage before: its arc, and its number on that.
pub(super) type Place = (ArcId, u32);

/// What the new outlines do to the edges of the map.
pub(super) struct Sides {
    /// Edges that separate nothing any more.
    pub(super) removed: BTreeMap<Edge, Place>,
    /// Edges that were not there.
    pub(super) added: BTreeSet<Edge>,
    /// The areas with new outlines, ascending, and their borders.
    pub(super) borders: BTreeMap<AreaIndex, Border>,
}

/// The border that an area is to have.
#[derive(Default)]
pub(super) struct Border {
    /// Its edges; whether the area lies left of each, going from the smaller end.
    pub(super) is_left: HashMap<Edge, bool, PositionHash>,
    /// The arcs that hold those of its edges that are there already.
    pub(super) arcs: BTreeSet<ArcId>,
}

impl Sides {
    pub(super) fn new(before: &Coverage, near: &dyn Near, outlines: &[Outline]) -> Self {
        let edited: HashSet<AreaIndex> = outlines.iter().map(|outline| outline.area).collect();
        let mut borders: BTreeMap<AreaIndex, Border> = BTreeMap::new();
        let mut lost: BTreeMap<Edge, Place> = BTreeMap::new();
        let mut gained: BTreeSet<Edge> = BTreeSet::new();
        for outline in outlines {
            let mut border = Border { is_left: hands(&outline.edges), arcs: BTreeSet::new() };
            let mut is_kept: HashSet<Edge, PositionHash> = HashSet::default();
            for side in before.border_of(outline.area) {
                for (number, ends) in (0..).zip(before.positions(side.arc).windows(2)) {
                    let edge = edge_of([ends[0], ends[1]]);
                    // An area that changes from one side to the other is separated by the edge as before.
                    if border.is_left.contains_key(&edge) {
                        border.arcs.insert(side.arc);
                        is_kept.insert(edge);
                    } else {
                        lost.insert(edge, (side.arc, number));
                    }
                }
            }
            gained.extend(border.is_left.keys().filter(|edge| !is_kept.contains(edge)));
            borders.insert(outline.area, border);
        }
        let mut has_others = HashMap::new();
        let mut is_others = |arc: ArcId| *has_others.entry(arc).or_insert_with(|| separates(before, arc, &edited));
        lost.retain(|edge, (arc, _)| {
            !is_others(*arc) && !borders.values().any(|border| border.is_left.contains_key(edge))
        });
        let mut added = BTreeSet::new();
        for edge in gained {
            match find(before, near, edge) {
                None => {
                    added.insert(edge);
                }
                Some((arc, _)) => {
                    let of = borders.values_mut().filter(|border| border.is_left.contains_key(&edge));
                    of.for_each(|border| {
                        border.arcs.insert(arc);
                    });
                }
            }
        }
        Self { removed: lost, added, borders }
    }

    /// Whether an area has a new outline.
    pub(super) fn is_edited(&self, area: AreaIndex) -> bool {
        self.borders.contains_key(&area)
    }
}

/// An edge with its smaller end first.
pub(super) fn edge_of([a, b]: [Position; 2]) -> Edge {
    (a.min(b), a.max(b))
}

/// The side of each edge that the inside lies on; edges that are walked both ways cancel.
fn hands(edges: &[[Position; 2]]) -> HashMap<Edge, bool, PositionHash> {
    let mut balance: HashMap<Edge, i32, PositionHash> = HashMap::default();
    balance.reserve(edges.len());
    for &[a, b] in edges.iter().filter(|[a, b]| a != b) {
        *balance.entry(edge_of([a, b])).or_default() += if a < b { 1 } else { -1 };
    }
    balance.into_iter().filter(|(_, sum)| *sum != 0).map(|(edge, sum)| (edge, sum > 0)).collect()
}

/// Whether an arc separates any area but the edited ones from its outside.
pub(super) fn separates(coverage: &Coverage, arc: ArcId, edited: &HashSet<AreaIndex>) -> bool {
    let arc = coverage.arc(arc);
    let (left, right) = (coverage.areas_of(arc.left), coverage.areas_of(arc.right));
    let is_alone = |one: &[AreaIndex], other: &[AreaIndex]| {
        one.iter().any(|area| other.binary_search(area).is_err() && !edited.contains(area))
    };
    is_alone(left, right) || is_alone(right, left)
}

/// Where an edge is in the coverage.
pub(super) fn find(coverage: &Coverage, near: &dyn Near, edge: Edge) -> Option<Place> {
    let mut found = None;
    near.edges(Extent::of(edge.0), &mut |arc, number| {
        let positions = coverage.positions(arc);
        if edge_of([positions[number as usize], positions[number as usize + 1]]) == edge {
            found = Some((arc, number));
        }
    });
    found
}
