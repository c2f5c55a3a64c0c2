//! From polygons to a coverage.

use std::collections::HashMap;

use super::{
    graph::{Graph, Side},
    membership::{Inconsistent, Membership},
    noding::{self, NodingError, RingInput},
    paged::{Paged, Rows, Table},
    snapping::PositionHash,
    topology::{Arc, ArcId, ArcSide, AreaIndex, Coverage, FaceId, Vertices},
};
use crate::domain::geometry::{Extent, MultiPolygon, Position};

/// One area to build from, with its canonical polygons.
pub struct Layer<'a> {
    /// The outline: valid and canonical.
    pub geometry: &'a MultiPolygon,
    /// Whether it comes from the store: its vertices stay where they are.
    pub settled: bool,
}

/// Why there is no coverage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The borders did not settle.
    #[error(transparent)]
    Noding(#[from] NodingError),
    /// These areas have no inside left once borders within the tolerance are made one.
    #[error("{} areas are narrower than the snapping tolerance or run inside out", .0.len())]
    Collapsed(Vec<AreaIndex>),
}

impl From<Inconsistent> for BuildError {
    fn from(Inconsistent(areas): Inconsistent) -> Self {
        Self::Collapsed(areas)
    }
}

impl Coverage {
    /// The coverage of `layers`, whose borders are noded first.
    ///
    /// `snap_m` is the tolerance in metres; see [`noding`].
    pub fn node_and_build(layers: &[Layer<'_>], snap_m: f64) -> Result<Self, BuildError> {
        let (mut rings, mut owners) = (Vec::new(), Vec::new());
        for (area, layer) in layers.iter().enumerate() {
            for ring in layer.geometry.rings() {
                rings.push(RingInput { positions: ring.positions(), settled: layer.settled, is_closed: true });
                owners.push(area as AreaIndex);
            }
        }
        let noded = noding::node(&rings, snap_m)?;
        drop(rings);
        let mut sides = Vec::with_capacity(noded.rings.iter().map(Vec::len).sum());
        for (chain, &area) in noded.rings.iter().zip(&owners) {
            push_sides(chain, area, &mut sides);
        }
        assemble(noded.positions, sides, layers.len())
    }

    /// The coverage of polygons that are noded against each other already, as the store holds them.
    pub fn build<'a>(polygons: impl ExactSizeIterator<Item = &'a MultiPolygon>) -> Result<Self, BuildError> {
        let area_count = polygons.len();
        let mut vertex_of: HashMap<Position, u32, PositionHash> = HashMap::default();
        let (mut positions, mut sides, mut chain) = (Vec::new(), Vec::new(), Vec::new());
        for (area, polygon) in polygons.enumerate() {
            for ring in polygon.rings() {
                chain.clear();
                chain.extend(ring.positions().iter().map(|&position| {
                    *vertex_of.entry(position).or_insert_with(|| {
                        positions.push(position);
                        positions.len() as u32 - 1
                    })
                }));
                push_sides(&chain, area as AreaIndex, &mut sides);
            }
        }
        drop(vertex_of);
        assemble(positions, sides, area_count)
    }
}

fn push_sides(chain: &[u32], area: AreaIndex, sides: &mut Vec<Side>) {
    let next = chain.iter().skip(1).chain(chain.first());
    for (&a, &b) in chain.iter().zip(next) {
        if a != b {
            sides.push((a.min(b), a.max(b), area, a < b));
        }
    }
}

fn assemble(positions: Vec<Position>, sides: Vec<Side>, area_count: usize) -> Result<Coverage, BuildError> {
    let mut is_alive = vec![false; area_count];
    let graph = Graph::new(positions, sides);
    (0..graph.edges.len() as u32)
        .flat_map(|edge| graph.labels(edge))
        .for_each(|label| is_alive[label.0 as usize] = true);
    let collapsed: Vec<AreaIndex> = (0..area_count as u32).filter(|&area| !is_alive[area as usize]).collect();
    if !collapsed.is_empty() {
        return Err(BuildError::Collapsed(collapsed));
    }
    let membership = Membership::new(&graph)?;
    let face = |half_edge: u32| FaceId(membership.face_of_cycle[graph.cycle_of[half_edge as usize] as usize]);
    let (mut vertices, mut arcs) = (Vec::with_capacity(graph.edges.len()), Vec::new());
    for_each_chain(&graph, &mut |chain: &[u32]| {
        let start = vertices.len() as u32;
        vertices.extend(chain.iter().map(|&half_edge| graph.origin_position(half_edge)));
        let last = *chain.last().expect("a chain has half-edges");
        vertices.push(graph.origin_position(last ^ 1));
        let has_node = graph.degrees[graph.origin(chain[0]) as usize] != 2;
        let is_turned = direct(&mut vertices[start as usize..], has_node);
        let (left, right) = (face(last), face(last ^ 1));
        let (left, right) = if is_turned { (right, left) } else { (left, right) };
        arcs.push(Arc { block: 0, start, length: chain.len() as u32 + 1, left, right });
    });
    drop(graph);
    let Membership { starts, areas, .. } = membership;
    Ok(finish(vertices, arcs, Table { starts, entries: areas }, area_count))
}

/// Gives the positions along an arc the order that does not depend on how it was found: from the smaller end, around a
/// closed one to the smaller neighbour first; one without a node (`has_node` false) begins at its smallest position.
/// Whether they were turned around.
pub(super) fn direct(positions: &mut [Position], has_node: bool) -> bool {
    let last = positions.len() - 1;
    if positions[0] != positions[last] {
        let is_turned = positions[0] > positions[last];
        if is_turned {
            positions.reverse();
        }
        return is_turned;
    }
    if !has_node {
        let around = &mut positions[..last];
        let smallest = (0..last).min_by_key(|&at| around[at]).expect("an arc has positions");
        around.rotate_left(smallest);
        positions[last] = positions[0];
    }
    let is_turned = positions[1] > positions[last - 1];
    if is_turned {
        positions.reverse();
    }
    is_turned
}

/// Visits every chain of edges between nodes once, as half-edges in order; a node is where not exactly two edges meet.
fn for_each_chain(graph: &Graph, visit: &mut dyn FnMut(&[u32])) {
    let is_node = |vertex: u32| graph.degrees[vertex as usize] != 2;
    let mut is_seen = vec![false; graph.edges.len()];
    let mut chain = Vec::new();
    let mut follow = |first: u32, is_seen: &mut Vec<bool>| {
        chain.clear();
        let mut half_edge = first;
        while !is_seen[half_edge as usize / 2] {
            is_seen[half_edge as usize / 2] = true;
            chain.push(half_edge);
            if is_node(graph.origin(half_edge ^ 1)) {
                break;
            }
            half_edge = graph.next[half_edge as usize];
        }
        visit(&chain);
    };
    for half_edge in 0..graph.next.len() as u32 {
        if !is_seen[half_edge as usize / 2] && is_node(graph.origin(half_edge)) {
            follow(half_edge, &mut is_seen);
        }
    }
    for half_edge in (0..graph.next.len() as u32).step_by(2) {
        if !is_seen[half_edge as usize / 2] {
            follow(half_edge, &mut is_seen);
        }
    }
}

/// Derives who borders on what from arcs and faces.
pub(super) fn finish(
    vertices: Vec<Position>,
    arcs: Vec<Arc>,
    face_areas: Table<AreaIndex>,
    area_count: usize,
) -> Coverage {
    let (mut by_area, mut by_face) = (Vec::new(), Vec::new());
    for (number, arc) in arcs.iter().enumerate().filter(|(_, arc)| arc.length > 0) {
        let (left, right) = (face_areas.row(arc.left.0 as usize), face_areas.row(arc.right.0 as usize));
        let side = |is_forward| ArcSide { arc: ArcId(number as u32), is_forward };
        let without = |areas: &[AreaIndex], area: &AreaIndex| areas.binary_search(area).is_err();
        by_area.extend(left.iter().filter(|area| without(right, area)).map(|&area| (area, side(true))));
        by_area.extend(right.iter().filter(|area| without(left, area)).map(|&area| (area, side(false))));
        by_face.push((arc.left.0, side(true)));
        by_face.push((arc.right.0, side(false)));
    }
    let area_arcs = Table::from_pairs(area_count, &by_area);
    let face_arcs = Table::from_pairs(face_areas.starts.len() - 1, &by_face);
    let bounds = Extent::around(vertices.iter().copied());
    let edge_count = arcs.iter().map(|arc| arc.length.saturating_sub(1) as usize).sum();
    Coverage {
        vertices: Vertices::new(vertices),
        arcs: Paged::new(&arcs),
        face_areas: Rows::new(&face_areas),
        area_arcs: Rows::new(&area_arcs),
        face_arcs: Rows::new(&face_arcs),
        bounds,
        edge_count,
    }
}
