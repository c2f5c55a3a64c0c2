//! One arc alone: from which zoom on each of its vertices is needed.

use super::{
    frame::Frame,
    zooms::{Metric, Tolerances},
};
use crate::domain::geometry::Position;

/// So often a part is cut at its farthest vertex; then in the middle, so that no arc takes quadratic time.
const MAX_DEPTH: u32 = 64;

/// A part of an arc still to be looked at.
struct Part {
    first: usize,
    last: usize,
    /// The coarsest zoom at which both ends are there.
    zoom: u8,
    depth: u32,
}

/// Whether `positions` are an arc in the direction in which arcs are simplified, whichever they are stored in.
pub(super) fn is_canonical(positions: &[Position]) -> bool {
    positions.iter().le(positions.iter().rev())
}

/// The coarsest zoom at which each vertex of an arc is needed (Douglas and Peucker, for all zooms at once).
///
/// `positions` run in the canonical direction. At a zoom, what is left out lies within its tolerance of what is
/// needed. The ends are needed always, and of a closed arc two more vertices: a ring keeps an inside.
pub(super) fn levels_of(positions: &[Position], tolerances: &Tolerances, coarsest: u8) -> Vec<u8> {
    let metric = Metric::within(&Frame::around(positions.iter().copied()));
    let mut levels = vec![u8::MAX; positions.len()];
    let Some(end) = positions.len().checked_sub(1) else { return levels };
    (levels[0], levels[end]) = (coarsest, coarsest);
    let mut open = vec![Part { first: 0, last: end, zoom: coarsest, depth: 0 }];
    if positions[0] == positions[end] && end > 2 {
        let (far, _) = farthest(positions, 0, end, metric);
        let halves = [farthest(positions, 0, far, metric), farthest(positions, far, end, metric)];
        let (side, _) = if is_farther(positions, halves[0], halves[1]) { halves[0] } else { halves[1] };
        (levels[far], levels[side]) = (coarsest, coarsest);
        let (near, far) = (far.min(side), far.max(side));
        let parts = [(0, near), (near, far), (far, end)];
        open = parts.map(|(first, last)| Part { first, last, zoom: coarsest, depth: 0 }).into();
    }
    while let Some(Part { first, last, zoom, depth }) = open.pop() {
        if last <= first + 1 {
            continue;
        }
        let (far, distance_squared) = farthest(positions, first, last, metric);
        let zoom = zoom.max(tolerances.zoom_of(distance_squared));
        let cut = if depth < MAX_DEPTH { far } else { first + (last - first) / 2 };
        levels[cut] = zoom;
        if tolerances.is_exact(zoom) {
            levels[first + 1..last].fill(zoom);
            continue;
        }
        let depth = depth + 1;
        open.push(Part { first, last: cut, zoom, depth });
        open.push(Part { first: cut, last, zoom, depth });
    }
    levels
}

/// The vertex between two that is farthest from the line between them, and how far squared; `first` if there is none.
fn farthest(positions: &[Position], first: usize, last: usize, metric: Metric) -> (usize, f64) {
    let (a, b) = (positions[first], positions[last]);
    let mut best = (first, -1.0);
    for vertex in first + 1..last {
        let found = (vertex, metric.distance_squared(positions[vertex], a, b));
        if is_farther(positions, found, best) {
            best = found;
        }
    }
    best
}

/// Ties go to the smaller position: neither direction nor order can be seen.
fn is_farther(positions: &[Position], one: (usize, f64), other: (usize, f64)) -> bool {
    one.1 > other.1 || (one.1 == other.1 && positions[one.0] < positions[other.0])
}
