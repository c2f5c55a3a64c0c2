//! From a plane graph of edges to polygons.

use crate::radix;
use crate::repair::{Edge, Ring, area_doubled, turn};

/// No place on the walk; no parent.
const NONE: u32 = u32::MAX;

/// One walk around a face, which is on its right-hand side on the screen.
struct Walk {
    /// The simple rings it falls apart into where it touches itself; at most one has a positive area.
    rings: Vec<Ring>,
    /// Which of `rings` has a positive area, unless the walk goes around a whole component from outside.
    exterior: Option<usize>,
    /// For a walk from outside: the walk around the face that the component lies in, if it is not the outermost.
    around: Option<usize>,
    is_inside: Option<bool>,
}

/// Polygons whose borders are exactly `edges`, by the even-odd rule: each its exterior ring, then its holes.
///
/// `edges` are sorted, unique, meet only in common ends, and every unit has an even number of them. Rings touch
/// themselves nowhere and each other only in single units, and the inside of each polygon is connected.
pub(crate) fn faces(edges: &[Edge]) -> Vec<Vec<Ring>> {
    let graph = Graph::new(edges);
    let (mut walks, walk_of) = graph.walks();
    let mut polygon_of: Vec<Vec<Ring>> = Vec::with_capacity(walks.len());
    polygon_of.resize_with(walks.len(), Vec::new);

    // Components by their first unit: what lies below that unit belongs to a component that was seen before.
    let first_unit = |walk: &Walk| walk.rings.iter().flatten().min().copied();
    let outer = (0..walks.len()).filter(|&walk| walks[walk].exterior.is_none());
    let mut outer: Vec<_> = outer.filter_map(|walk| Some((first_unit(&walks[walk])?, walk))).collect();
    outer.sort_unstable();
    let half_edges = half_edges_by_walk(&walk_of, walks.len());
    let mut sweep = Sweep { edges, next: 0, active: Vec::new() };
    for (unit, start) in outer {
        let below = sweep.edge_below(unit).map(|edge| walk_of[2 * edge] as usize);
        let around =
            below.and_then(|walk| if walks[walk].exterior.is_some() { Some(walk) } else { walks[walk].around });
        let is_inside = around.is_some_and(|walk| walks[walk].is_inside == Some(true));
        if let (true, Some(parent)) = (is_inside, around) {
            let holes = std::mem::take(&mut walks[start].rings);
            polygon_of[parent].extend(holes);
        }
        walks[start].around = around;
        walks[start].is_inside = Some(is_inside);
        let mut open = vec![start];
        while let Some(walk) = open.pop() {
            let opposite = walks[walk].is_inside.map(|is_inside| !is_inside);
            for &half_edge in &half_edges[walk] {
                let across = walk_of[half_edge ^ 1] as usize;
                if walks[across].is_inside.is_none() {
                    walks[across].is_inside = opposite;
                    open.push(across);
                }
            }
        }
    }
    let mut polygons = Vec::new();
    for (walk, mut foreign) in walks.into_iter().zip(polygon_of) {
        let (Some(exterior), Some(true)) = (walk.exterior, walk.is_inside) else { continue };
        let mut rings = walk.rings;
        rings.swap(0, exterior);
        rings.append(&mut foreign);
        polygons.push(rings);
    }
    polygons
}

fn half_edges_by_walk(walk_of: &[u32], walks: usize) -> Vec<Vec<usize>> {
    let mut lists = vec![Vec::new(); walks];
    for (half_edge, &walk) in walk_of.iter().enumerate() {
        lists[walk as usize].push(half_edge);
    }
    lists
}

/// A line that moves from left to right over the edges.
struct Sweep<'a> {
    edges: &'a [Edge],
    next: usize,
    /// Edges that have begun and may not have ended, none of them upright.
    active: Vec<usize>,
}

impl Sweep<'_> {
    /// The edge with the largest y that is still smaller than that of `unit`, just to the right of it.
    ///
    /// The face on the far side of that edge, where y is larger, is the one `unit` lies in. Units come in order.
    fn edge_below(&mut self, unit: [i32; 2]) -> Option<usize> {
        while self.next < self.edges.len() && self.edges[self.next][0][0] <= unit[0] {
            if self.edges[self.next][0][0] != self.edges[self.next][1][0] {
                self.active.push(self.next);
            }
            self.next += 1;
        }
        self.active.retain(|&edge| self.edges[edge][1][0] > unit[0]);
        let below =
            self.active.iter().copied().filter(|&edge| turn(self.edges[edge][0], self.edges[edge][1], unit) > 0);
        below.max_by(|&one, &other| {
            let height = |edge: usize| {
                let [a, b] = self.edges[edge].map(|unit| unit.map(i64::from));
                let (run, rise) = (b[0] - a[0], b[1] - a[1]);
                (a[1] * run + rise * (i64::from(unit[0]) - a[0]), rise, run)
            };
            let ((up, rise, run), (other_up, other_rise, other_run)) = (height(one), height(other));
            (up * other_run).cmp(&(other_up * run)).then_with(|| (rise * other_run).cmp(&(other_rise * run)))
        })
    }
}

/// Half-edge `2k` runs along edge `k`, `2k + 1` against it.
struct Graph<'a> {
    edges: &'a [Edge],
    /// Half-edges by origin, then by direction.
    sorted: Vec<u32>,
    /// Where a half-edge stands in `sorted`.
    place: Vec<u32>,
    /// For each place in `sorted`, the first place with the same origin.
    first: Vec<u32>,
    /// For each place in `sorted`, the place after the last with the same origin.
    end: Vec<u32>,
}

impl<'a> Graph<'a> {
    fn new(edges: &'a [Edge]) -> Self {
        let ends = |half_edge: u32| {
            let [a, b] = edges[half_edge as usize / 2];
            if half_edge & 1 == 0 { [a, b] } else { [b, a] }
        };
        let half_edges = 0..2 * edges.len() as u32;
        let mut keys: Vec<u64> = half_edges.map(|one| radix::unit_key(ends(one)[0]) << 32 | u64::from(one)).collect();
        radix::sort_by_key(&mut keys, &mut Vec::new(), 2, |key| key >> 32);
        let mut sorted: Vec<u32> = keys.into_iter().map(|key| key as u32).collect();
        for around in sorted.chunk_by_mut(|&one, &other| ends(one)[0] == ends(other)[0]) {
            around.sort_unstable_by(|&one, &other| {
                let (one, other) = (ends(one), ends(other));
                let lower_half = |[a, b]: Edge| b < a;
                let by_half = lower_half(one).cmp(&lower_half(other));
                by_half.then_with(|| 0.cmp(&turn(one[0], one[1], other[1])))
            });
        }
        let count = sorted.len();
        let (mut place, mut first, mut end) = (vec![0; count], vec![0; count], vec![0; count]);
        for at in 0..count {
            place[sorted[at] as usize] = at as u32;
            let is_new = at == 0 || ends(sorted[at - 1])[0] != ends(sorted[at])[0];
            first[at] = if is_new { at as u32 } else { first[at - 1] };
        }
        for at in (0..count).rev() {
            let is_last = at + 1 == count || first[at + 1] as usize == at + 1;
            end[at] = if is_last { at as u32 + 1 } else { end[at + 1] };
        }
        Self { edges, sorted, place, first, end }
    }

    fn origin(&self, half_edge: usize) -> [i32; 2] {
        self.edges[half_edge / 2][half_edge & 1]
    }

    /// The half-edge that follows around the same face: at the far end the first one before the way back.
    fn next(&self, half_edge: usize) -> usize {
        let back = self.place[half_edge ^ 1] as usize;
        let before = if back == self.first[back] as usize { self.end[back] as usize - 1 } else { back - 1 };
        self.sorted[before] as usize
    }

    /// All walks, and for each half-edge the walk it belongs to.
    fn walks(&self) -> (Vec<Walk>, Vec<u32>) {
        let mut walk_of = vec![NONE; self.sorted.len()];
        let mut walks = Vec::new();
        // where the unit at a place of `sorted` stands in the path, by first place of that unit
        let mut seen_at = vec![NONE; self.sorted.len()];
        for &start in &self.sorted {
            if walk_of[start as usize] != NONE {
                continue;
            }
            let number = walks.len() as u32;
            let mut path: Vec<usize> = Vec::new();
            let mut rings = Vec::new();
            let mut half_edge = start as usize;
            loop {
                let unit = self.first[self.place[half_edge] as usize] as usize;
                if seen_at[unit] != NONE {
                    rings.push(self.take_ring(&mut path, seen_at[unit] as usize, &mut seen_at));
                }
                if walk_of[half_edge] != NONE {
                    break;
                }
                walk_of[half_edge] = number;
                seen_at[unit] = path.len() as u32;
                path.push(half_edge);
                half_edge = self.next(half_edge);
            }
            let exterior = rings.iter().position(|ring| area_doubled(ring) > 0);
            walks.push(Walk { rings, exterior, around: None, is_inside: None });
        }
        (walks, walk_of)
    }

    /// Cuts the ring off the path that begins at place `from`.
    fn take_ring(&self, path: &mut Vec<usize>, from: usize, seen_at: &mut [u32]) -> Ring {
        let ring: Ring = path[from..].iter().map(|&half_edge| self.origin(half_edge)).collect();
        for &half_edge in &path[from..] {
            seen_at[self.first[self.place[half_edge] as usize] as usize] = NONE;
        }
        path.truncate(from);
        ring
    }
}
