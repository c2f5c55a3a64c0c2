//! Which face each component of the border graph lies in.

use std::cmp::Ordering;

use super::graph::Graph;
use crate::domain::geometry::{Position, predicates};

/// Rows that edges are sorted into for the search westwards.
const ROWS: usize = 4096;

/// A connected piece of the border graph.
pub(super) struct Component {
    /// The cycle around it, with the face that it lies in on its left.
    pub(super) rim: u32,
    /// A shell cycle of another component whose face this one lies in; `None` for the outside.
    pub(super) inside: Option<u32>,
}

/// The components of the graph, each after the one that it lies in.
pub(super) fn components(graph: &Graph) -> Vec<Component> {
    let mut rims: Vec<(Position, u32)> = Vec::new();
    for (cycle, rim) in graph.cycles.iter().enumerate().filter(|(_, cycle)| !cycle.is_shell) {
        let west = graph.walk(rim.first).map(|half_edge| graph.origin_position(half_edge)).min();
        rims.push((west.expect("a cycle has half-edges"), cycle as u32));
    }
    // What lies around a component reaches further west than it does.
    rims.sort_unstable();
    let mut components: Vec<Component> = Vec::with_capacity(rims.len());
    if let [(_, rim)] = rims[..] {
        components.push(Component { rim, inside: None });
        return components;
    }
    let rows = Rows::new(graph);
    let mut shell_around = vec![None; graph.cycles.len()];
    for (west, rim) in rims {
        let inside = rows.cycle_west_of(graph, west).and_then(|cycle| {
            // The search may end on the rim of a sibling: then both lie in the same face.
            if graph.cycles[cycle as usize].is_shell { Some(cycle) } else { shell_around[cycle as usize] }
        });
        shell_around[rim as usize] = inside;
        components.push(Component { rim, inside });
    }
    components
}

/// Edges by the rows of latitude that they span.
struct Rows {
    south: i64,
    height: i64,
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Rows {
    fn new(graph: &Graph) -> Self {
        let lat = |vertex: u32| i64::from(graph.positions[vertex as usize].lat());
        let lats = || graph.edges.iter().flat_map(|&(a, b)| [lat(a), lat(b)]);
        let (south, north) = (lats().min().unwrap_or(0), lats().max().unwrap_or(0));
        let height = (north - south) / ROWS as i64 + 1;
        let mut rows = Self { south, height, starts: vec![0; ROWS + 1], edges: Vec::new() };
        let span = |&(a, b): &(u32, u32)| {
            let (one, other) = (rows.row(lat(a)), rows.row(lat(b)));
            one.min(other)..=one.max(other)
        };
        let mut counts = vec![0_u32; ROWS];
        for edge in &graph.edges {
            span(edge).for_each(|row| counts[row] += 1);
        }
        let mut starts = vec![0_u32; ROWS + 1];
        for row in 0..ROWS {
            starts[row + 1] = starts[row] + counts[row];
        }
        let mut filled = starts.clone();
        let mut edges = vec![0; starts[ROWS] as usize];
        for (number, edge) in graph.edges.iter().enumerate() {
            for row in span(edge) {
                edges[filled[row] as usize] = number as u32;
                filled[row] += 1;
            }
        }
        (rows.starts, rows.edges) = (starts, edges);
        rows
    }

    fn row(&self, lat: i64) -> usize {
        ((lat - self.south) / self.height) as usize
    }

    /// The cycle that lies just west of `position`, a vertex whose component does not reach further west; `None` when nothing is there.
    ///
    /// Looks along the line just north of the position, as all ties are decided.
    fn cycle_west_of(&self, graph: &Graph, position: Position) -> Option<u32> {
        let row = self.row(i64::from(position.lat()));
        let mut best: Option<(Position, Position, u32)> = None;
        for &edge in &self.edges[self.starts[row] as usize..self.starts[row + 1] as usize] {
            let (a, b) = graph.edges[edge as usize];
            let (a, b) = (graph.positions[a as usize], graph.positions[b as usize]);
            let (low, high, downwards) = if a.lat() < b.lat() { (a, b, edge * 2 + 1) } else { (b, a, edge * 2) };
            let spans = low.lat() <= position.lat() && position.lat() < high.lat();
            if spans
                && predicates::orientation(low, high, position) == Ordering::Less
                && best.is_none_or(|(l, h, _)| crossing_order(position.lat(), (l, h), (low, high)).is_lt())
            {
                best = Some((low, high, downwards));
            }
        }
        // The half-edge that runs down has the east, where the position lies, on its left.
        best.map(|(_, _, downwards)| graph.cycle_of[downwards as usize])
    }
}

/// Order from west to east of two edges that do not cross, just north of `lat`, which both span; each is `(low, high)`.
fn crossing_order(lat: i32, one: (Position, Position), other: (Position, Position)) -> Ordering {
    let slope = |(low, high): (Position, Position)| {
        let (dx, dy) = predicates::difference(low, high);
        (i128::from(dx), i128::from(dy))
    };
    let ((ax, ay), (bx, by)) = (slope(one), slope(other));
    let offset =
        |low: Position, dx: i128, dy: i128| i128::from(low.lon()) * dy + dx * (i128::from(lat) - i128::from(low.lat()));
    let (a, b) = (offset(one.0, ax, ay), offset(other.0, bx, by));
    (a * by).cmp(&(b * ay)).then_with(|| (ax * by).cmp(&(bx * ay)))
}
