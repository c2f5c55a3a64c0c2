//! The planar subdivision of the district: half-edges on the lattice, so that every border exists once.
//!
//! Faces are only ever split. A split puts its end points into existing edges and a path between them; both are
//! refused when anything would cross or touch, by exact predicates. So every face is a simple ring at all times,
//! and every area that was one face before it was split keeps a simple border, with all vertices put in later.

use std::cmp::Ordering;

use crate::domain::geometry::{
    Position,
    predicates::{difference, on_segment, orientation},
};

/// Index of a half-edge; `h ^ 1` is its twin.
pub type HalfEdge = u32;

/// Index of a face.
pub type Face = u32;

/// The face outside the district.
pub const OUTSIDE: Face = 0;

/// No half-edge.
pub const NONE: HalfEdge = u32::MAX;

/// Half-edges with a face at their left.
///
/// **Invariant**: `next` and `prev` are inverse; a half-edge and its twin run opposite ways between the same vertices;
/// the loop of every face but [`OUTSIDE`] is a simple counter-clockwise ring.
#[derive(Debug)]
pub struct Planar {
    positions: Vec<Position>,
    origin: Vec<u32>,
    next: Vec<HalfEdge>,
    prev: Vec<HalfEdge>,
    face: Vec<Face>,
    /// By edge (half-edge / 2): the even half-edge that continues the path that this one was made with.
    along: Vec<HalfEdge>,
    /// By face: one of its half-edges.
    first: Vec<HalfEdge>,
}

impl Default for Planar {
    fn default() -> Self {
        Self::new()
    }
}

impl Planar {
    /// A subdivision with nothing but the outside.
    pub fn new() -> Self {
        Self {
            positions: Vec::new(),
            origin: Vec::new(),
            next: Vec::new(),
            prev: Vec::new(),
            face: Vec::new(),
            along: Vec::new(),
            first: vec![NONE],
        }
    }

    /// Adds a face with the simple counter-clockwise ring `positions`, apart from everything else.
    pub fn add_ring(&mut self, positions: &[Position]) -> Face {
        let face = self.first.len() as Face;
        let (base, count) = (self.origin.len() as u32, positions.len() as u32);
        self.first.push(base);
        for i in 0..count {
            let (after, before) = ((i + 1) % count, (i + count - 1) % count);
            let vertex = self.positions.len() as u32;
            self.positions.push(positions[i as usize]);
            let to = if after == 0 { vertex + 1 - count } else { vertex + 1 };
            self.push_edge(vertex, to, face, OUTSIDE);
            let edge = base + 2 * i;
            self.next[edge as usize] = base + 2 * after;
            self.prev[edge as usize] = base + 2 * before;
            self.next[edge as usize + 1] = base + 2 * before + 1;
            self.prev[edge as usize + 1] = base + 2 * after + 1;
        }
        face
    }

    fn push_edge(&mut self, from: u32, to: u32, left: Face, right: Face) -> HalfEdge {
        let edge = self.origin.len() as HalfEdge;
        self.origin.extend([from, to]);
        self.face.extend([left, right]);
        self.next.extend([NONE; 2]);
        self.prev.extend([NONE; 2]);
        self.along.push(NONE);
        edge
    }

    /// How many faces there are, the outside included.
    pub fn face_count(&self) -> usize {
        self.first.len()
    }

    /// How many half-edges there are.
    pub fn half_edge_count(&self) -> usize {
        self.origin.len()
    }

    /// Where a half-edge begins.
    pub fn position(&self, edge: HalfEdge) -> Position {
        self.positions[self.origin[edge as usize] as usize]
    }

    /// The face at the left of a half-edge.
    pub fn face(&self, edge: HalfEdge) -> Face {
        self.face[edge as usize]
    }

    /// The half-edge that follows in the loop of the face.
    pub fn next(&self, edge: HalfEdge) -> HalfEdge {
        self.next[edge as usize]
    }

    /// The half-edge before in the loop of the face.
    pub fn prev(&self, edge: HalfEdge) -> HalfEdge {
        self.prev[edge as usize]
    }

    /// Fills `edges` with the loop of `face`.
    pub fn read_loop(&self, face: Face, edges: &mut Vec<HalfEdge>) {
        edges.clear();
        let first = self.first[face as usize];
        let mut edge = first;
        loop {
            edges.push(edge);
            edge = self.next(edge);
            if edge == first {
                return;
            }
        }
    }

    /// The positions of the path that began with `first`, with everything that was put in since.
    pub fn path(&self, first: HalfEdge) -> Vec<Position> {
        let mut positions = Vec::new();
        let mut edge = first;
        loop {
            positions.push(self.position(edge));
            let following = self.along[edge as usize / 2];
            if following == NONE {
                positions.push(self.position(edge ^ 1));
                return positions;
            }
            edge = following;
        }
    }

    /// Puts a vertex at `position` into `edge`; the half-edge of the same face that begins there.
    ///
    /// `None`, and nothing done, when the bent edge would touch another edge of the faces on its two sides.
    pub fn insert(&mut self, edge: HalfEdge, position: Position) -> Option<HalfEdge> {
        let (from, to) = (self.position(edge), self.position(edge ^ 1));
        if position == from || position == to || !self.bends(edge, position) || !self.bends(edge ^ 1, position) {
            return None;
        }
        let even = edge & !1;
        let vertex = self.positions.len() as u32;
        self.positions.push(position);
        // even: a -> b becomes even: a -> m and rest: m -> b; the twins likewise.
        let target = self.origin[even as usize + 1];
        let rest = self.push_edge(vertex, target, self.face(even), self.face(even + 1));
        self.origin[even as usize + 1] = vertex;
        self.link(rest, self.next(even));
        self.link(even, rest);
        self.link(self.prev(even + 1), rest + 1);
        self.link(rest + 1, even + 1);
        self.along[rest as usize / 2] = self.along[even as usize / 2];
        self.along[even as usize / 2] = rest;
        Some(if edge == even { rest } else { even + 1 })
    }

    fn link(&mut self, before: HalfEdge, after: HalfEdge) {
        self.next[before as usize] = after;
        self.prev[after as usize] = before;
    }

    /// Whether `edge` may be bent over `position` without touching another edge of its loop.
    fn bends(&self, edge: HalfEdge, position: Position) -> bool {
        let (from, to) = (self.position(edge), self.position(edge ^ 1));
        let mut other = self.next(edge);
        while other != edge {
            let (a, b) = (self.position(other), self.position(other ^ 1));
            let shared = [from, to];
            if touches([from, position], [a, b], shared) || touches([position, to], [a, b], shared) {
                return false;
            }
            other = self.next(other);
        }
        true
    }

    /// Splits the face of `a` and `b` by the path from the origin of `a` over `between` to the origin of `b`.
    ///
    /// The new face has the part of the loop from `a` up to `b`; the old one keeps the rest. Also the first half-edge
    /// of the path. `None`, and nothing done, when the path would touch the loop or itself.
    pub fn connect(&mut self, a: HalfEdge, b: HalfEdge, between: &[Position]) -> Option<(Face, HalfEdge)> {
        let (start, end) = (self.position(a), self.position(b));
        let path: Vec<Position> = std::iter::once(start).chain(between.iter().copied()).chain([end]).collect();
        if a == b || !simple(&path) || !self.enters(a, path[1]) || !self.clear(a, &path) {
            return None;
        }
        let old = self.face(a);
        let new = self.first.len() as Face;
        let (before_a, before_b) = (self.prev(a), self.prev(b));
        let mut from = self.origin[a as usize];
        let (mut first, mut last) = (NONE, NONE);
        for &position in &path[1..] {
            let to = if position == end {
                self.origin[b as usize]
            } else {
                self.positions.push(position);
                self.positions.len() as u32 - 1
            };
            let edge = self.push_edge(from, to, old, new);
            if last == NONE {
                first = edge;
            } else {
                self.link(last, edge);
                self.link(edge + 1, last + 1);
                self.along[last as usize / 2] = edge;
            }
            (last, from) = (edge, to);
        }
        self.link(before_a, first);
        self.link(last, b);
        self.link(before_b, last + 1);
        self.link(first + 1, a);
        let mut edge = a;
        while edge != last + 1 {
            self.face[edge as usize] = new;
            edge = self.next(edge);
        }
        self.first[old as usize] = first;
        self.first.push(first + 1);
        Some((new, first))
    }

    /// Whether `target` seen from the origin of `edge` lies inside the angle of its face.
    fn enters(&self, edge: HalfEdge, target: Position) -> bool {
        let (before, here, after) = (self.position(self.prev(edge)), self.position(edge), self.position(edge ^ 1));
        let left_of_in = orientation(before, here, target) == Ordering::Greater;
        let left_of_out = orientation(here, after, target) == Ordering::Greater;
        if orientation(before, here, after) == Ordering::Greater {
            left_of_in && left_of_out
        } else {
            left_of_in || left_of_out
        }
    }

    /// Whether `path` touches the loop of `edge` nowhere but at its two ends.
    fn clear(&self, edge: HalfEdge, path: &[Position]) -> bool {
        let ends = [path[0], path[path.len() - 1]];
        let mut other = edge;
        loop {
            let side = [self.position(other), self.position(other ^ 1)];
            if path.windows(2).any(|piece| touches([piece[0], piece[1]], side, ends)) {
                return false;
            }
            other = self.next(other);
            if other == edge {
                return true;
            }
        }
    }
}

/// Whether two segments share a point other than one common end that is among `allowed`.
pub fn touches([p, q]: [Position; 2], [a, b]: [Position; 2], allowed: [Position; 2]) -> bool {
    let apart = |p: i32, q: i32, a: i32, b: i32| p.max(q) < a.min(b) || a.max(b) < p.min(q);
    if apart(p.lon(), q.lon(), a.lon(), b.lon()) || apart(p.lat(), q.lat(), a.lat(), b.lat()) {
        return false;
    }
    let common = match (p == a || p == b, q == a || q == b) {
        (true, true) => return true,
        (true, false) => Some((p, q)),
        (false, true) => Some((q, p)),
        (false, false) => None,
    };
    if let Some((here, mine)) = common {
        let theirs = if here == a { b } else { a };
        let ((mx, my), (tx, ty)) = (difference(here, mine), difference(here, theirs));
        let overlap = orientation(here, mine, theirs) == Ordering::Equal && mx * tx + my * ty > 0;
        return overlap || !allowed.contains(&here);
    }
    if on_segment(p, q, a) || on_segment(p, q, b) || on_segment(a, b, p) || on_segment(a, b, q) {
        return true;
    }
    orientation(p, q, a) != orientation(p, q, b) && orientation(a, b, p) != orientation(a, b, q)
}

/// Whether an open line touches itself nowhere.
fn simple(path: &[Position]) -> bool {
    let pieces: Vec<[Position; 2]> = path.windows(2).map(|piece| [piece[0], piece[1]]).collect();
    pieces.iter().enumerate().all(|(i, piece)| {
        piece[0] != piece[1]
            && pieces[i + 1..].iter().enumerate().all(|(gap, other)| {
                let allowed = if gap == 0 { [piece[1]; 2] } else { [other[0]; 2] };
                // Only neighbours may share a point, and only the one between them.
                !touches(*piece, *other, allowed) && (gap == 0 || !piece.contains(&other[0]))
            })
    })
}
