//! Cutting the edges of torn arcs, and those that come, into arcs.

use std::collections::{BTreeSet, HashMap};

use super::{super::topology::FaceId, faces::Faces, locality::Locality};
use crate::domain::{coverage::build, geometry::Position};

/// A new arc.
pub(super) struct Chain {
    /// The positions along it, in the order of [`build::direct`].
    pub(super) positions: Vec<Position>,
    /// The face on the left, going forward.
    pub(super) left: FaceId,
    /// The face on the right.
    pub(super) right: FaceId,
}

/// The arcs that take the place of the torn ones, in the order of their first edge.
pub(super) fn cut(locality: &Locality<'_>, faces: &Faces) -> Vec<Chain> {
    let is_cut = |place: &Option<(super::super::topology::ArcId, u32)>| {
        place.is_none_or(|(arc, _)| locality.torn.contains(&arc))
    };
    let edges: Vec<u32> = (0..).zip(&locality.edges).filter(|(_, (_, place))| is_cut(place)).map(|(e, _)| e).collect();
    let mut leaving: HashMap<u32, Vec<u32>> = HashMap::new();
    for &edge in &edges {
        for half_edge in [edge * 2, edge * 2 + 1] {
            leaving.entry(locality.origin(half_edge)).or_default().push(half_edge);
        }
    }
    let mut left: BTreeSet<u32> = edges.iter().copied().collect();
    let mut chains = Vec::new();
    let mut follow = |first: u32, left: &mut BTreeSet<u32>| {
        let mut positions = vec![locality.position(first)];
        let mut half_edge = first;
        loop {
            left.remove(&(half_edge / 2));
            positions.push(locality.position(half_edge ^ 1));
            let vertex = locality.origin(half_edge ^ 1);
            let onward = leaving[&vertex].iter().find(|&&onward| left.contains(&(onward / 2)));
            match onward {
                Some(&onward) if !locality.is_node(vertex) => half_edge = onward,
                _ => break,
            }
        }
        let has_node = locality.is_node(locality.origin(first));
        let sides = (faces.left_of(locality, first), faces.left_of(locality, first ^ 1));
        let is_turned = build::direct(&mut positions, has_node);
        let (left, right) = if is_turned { (sides.1, sides.0) } else { sides };
        chains.push(Chain { positions, left, right });
    };
    for &edge in &edges {
        for half_edge in [edge * 2, edge * 2 + 1] {
            if left.contains(&edge) && locality.is_node(locality.origin(half_edge)) {
                follow(half_edge, &mut left);
            }
        }
    }
    // What is left closes without a node.
    while let Some(&edge) = left.first() {
        follow(edge * 2, &mut left);
    }
    chains
}
