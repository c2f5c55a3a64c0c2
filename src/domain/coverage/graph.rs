//! The planar graph of all borders: half-edges, cycles, components.
//!
//! Edge `e` has the half-edges `2e` (from its smaller to its larger vertex) and `2e + 1` (back). A half-edge belongs
//! to the cycle on its left.

use std::cmp::Ordering;

use crate::domain::geometry::{Position, predicates};

/// Which area lies on which side of an edge: the area's index, and `true` when it lies left of half-edge `2e`.
pub(super) type Label = (u32, bool);

/// The borders of all areas as one planar graph.
///
/// **Invariant**: edges meet only in common vertices (`noding` saw to it); each separates at least one area from its outside.
pub(super) struct Graph {
    pub(super) positions: Vec<Position>,
    /// Two vertex numbers an edge, the smaller first, in ascending order.
    pub(super) edges: Vec<(u32, u32)>,
    label_starts: Vec<u32>,
    labels: Vec<Label>,
    /// The half-edge that follows each on the same cycle.
    pub(super) next: Vec<u32>,
    /// The cycle of each half-edge.
    pub(super) cycle_of: Vec<u32>,
    /// The cycles.
    pub(super) cycles: Vec<Cycle>,
    /// How many edges end at each vertex.
    pub(super) degrees: Vec<u32>,
}

/// A closed walk with one face on its left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cycle {
    /// One of its half-edges.
    pub(super) first: u32,
    /// Whether it bounds its face from outside; otherwise it is the outer rim of a component, seen from without.
    pub(super) is_shell: bool,
}

/// The edges of closed chains: `(smaller vertex, larger vertex, area, area is left of smaller -> larger)`.
pub(super) type Side = (u32, u32, u32, bool);

impl Graph {
    /// The graph of `sides`: every edge of every ring, with the interior on its left.
    ///
    /// Where an area runs along an edge both ways (a spike, a slit) the two cancel.
    pub(super) fn new(positions: Vec<Position>, mut sides: Vec<Side>) -> Self {
        sides.sort_unstable();
        let (mut edges, mut label_starts, mut labels) = (Vec::new(), vec![0_u32], Vec::new());
        for edge in sides.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            for area in edge.chunk_by(|one, other| one.2 == other.2) {
                let left = area.iter().filter(|side| side.3).count();
                match (2 * left).cmp(&area.len()) {
                    Ordering::Greater => labels.push((area[0].2, true)),
                    Ordering::Less => labels.push((area[0].2, false)),
                    Ordering::Equal => {}
                }
            }
            if labels.len() > *label_starts.last().expect("starts at 0") as usize {
                edges.push((edge[0].0, edge[0].1));
                label_starts.push(u32::try_from(labels.len()).expect("a coverage has fewer than 2^32 border sides"));
            }
        }
        drop(sides);
        let (next, degrees) = link(&positions, &edges);
        let (cycle_of, cycles) = trace(&positions, &edges, &next);
        Self { positions, edges, label_starts, labels, next, cycle_of, cycles, degrees }
    }

    /// The areas that an edge separates from their outside.
    pub(super) fn labels(&self, edge: u32) -> &[Label] {
        &self.labels[self.label_starts[edge as usize] as usize..self.label_starts[edge as usize + 1] as usize]
    }

    /// The vertex that a half-edge starts from.
    pub(super) fn origin(&self, half_edge: u32) -> u32 {
        origin(&self.edges, half_edge)
    }

    /// The position that a half-edge starts from.
    pub(super) fn origin_position(&self, half_edge: u32) -> Position {
        self.positions[self.origin(half_edge) as usize]
    }

    /// The half-edges of a cycle, beginning with its first.
    pub(super) fn walk(&self, first: u32) -> impl Iterator<Item = u32> + '_ {
        let mut following = Some(first);
        std::iter::from_fn(move || {
            let half_edge = following?;
            following = Some(self.next[half_edge as usize]).filter(|&next| next != first);
            Some(half_edge)
        })
    }
}

fn origin(edges: &[(u32, u32)], half_edge: u32) -> u32 {
    let (a, b) = edges[half_edge as usize / 2];
    if half_edge.is_multiple_of(2) { a } else { b }
}

/// The follower of each half-edge, and the number of edges at each vertex.
fn link(positions: &[Position], edges: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
    let mut degrees = vec![0_u32; positions.len()];
    for &(a, b) in edges {
        degrees[a as usize] += 1;
        degrees[b as usize] += 1;
    }
    let mut starts = Vec::with_capacity(positions.len() + 1);
    let mut total = 0;
    for &degree in &degrees {
        starts.push(total);
        total += degree;
    }
    starts.push(total);
    let mut outgoing = vec![0_u32; total as usize];
    let mut filled = starts.clone();
    for half_edge in 0..edges.len() as u32 * 2 {
        let slot = &mut filled[origin(edges, half_edge) as usize];
        outgoing[*slot as usize] = half_edge;
        *slot += 1;
    }
    let mut next = vec![0_u32; edges.len() * 2];
    for vertex in 0..positions.len() {
        let around = &mut outgoing[starts[vertex] as usize..starts[vertex + 1] as usize];
        if around.len() > 2 {
            let target = |half_edge: u32| positions[origin(edges, half_edge ^ 1) as usize];
            around.sort_by(|&one, &other| predicates::turn_order(positions[vertex], target(one), target(other)));
        }
        for (i, &half_edge) in around.iter().enumerate() {
            // Arriving against `half_edge`, the face on the left goes on along the next one clockwise.
            next[(half_edge ^ 1) as usize] = around[(i + around.len() - 1) % around.len()];
        }
    }
    (next, degrees)
}

fn trace(positions: &[Position], edges: &[(u32, u32)], next: &[u32]) -> (Vec<u32>, Vec<Cycle>) {
    const UNSEEN: u32 = u32::MAX;
    let mut cycle_of = vec![UNSEEN; next.len()];
    let mut cycles = Vec::new();
    let mut ring = Vec::new();
    for first in 0..next.len() as u32 {
        if cycle_of[first as usize] != UNSEEN {
            continue;
        }
        ring.clear();
        let mut half_edge = first;
        while cycle_of[half_edge as usize] == UNSEEN {
            cycle_of[half_edge as usize] = cycles.len() as u32;
            ring.push(positions[origin(edges, half_edge) as usize]);
            half_edge = next[half_edge as usize];
        }
        cycles.push(Cycle { first, is_shell: predicates::signed_area_doubled(&ring) > 0 });
    }
    (cycle_of, cycles)
}
