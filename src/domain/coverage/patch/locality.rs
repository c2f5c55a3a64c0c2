//! The part of the map that new outlines reach: its arcs cut into edges, and the edges that come.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    super::{
        snapping::PositionHash,
        topology::{ArcId, Coverage, FaceId},
    },
    Near,
    sides::{Edge, Place, Sides},
};
use crate::domain::geometry::{Extent, Position};

/// The part of the map that is looked at.
///
/// Edge `e` has the half-edges `2e`, along its arc or from its smaller end, and `2e + 1`, back.
pub(super) struct Locality<'a> {
    pub(super) before: &'a Coverage,
    pub(super) sides: &'a Sides,
    pub(super) positions: Vec<Position>,
    vertex_of: HashMap<Position, u32, PositionHash>,
    /// The two vertices of each edge, and where it was.
    pub(super) edges: Vec<((u32, u32), Option<Place>)>,
    /// Arcs that are cut anew.
    pub(super) torn: BTreeSet<ArcId>,
    /// Faces that are walked around anew.
    pub(super) open: BTreeSet<FaceId>,
    /// All arcs that border on an open face, the torn ones among them.
    pub(super) arcs: BTreeSet<ArcId>,
    /// How many edges there will be at a vertex; two where nothing is said.
    degrees: HashMap<Position, usize, PositionHash>,
}

impl<'a> Locality<'a> {
    pub(super) fn new(before: &'a Coverage, near: &dyn Near, sides: &'a Sides) -> Self {
        let mut locality = Self {
            before,
            sides,
            positions: Vec::new(),
            vertex_of: HashMap::default(),
            edges: Vec::new(),
            torn: BTreeSet::new(),
            open: BTreeSet::new(),
            arcs: BTreeSet::new(),
            degrees: HashMap::default(),
        };
        locality.reach(near);
        locality.gather();
        locality
    }

    /// Finds the torn arcs and the open faces.
    fn reach(&mut self, near: &dyn Near) {
        for &(arc, _) in self.sides.removed.values() {
            self.tear(arc);
            self.open(arc);
        }
        let mut touched: BTreeMap<Position, Touch> = BTreeMap::new();
        for &(a, b) in self.sides.removed.keys() {
            touched.entry(a).or_default().removed += 1;
            touched.entry(b).or_default().removed += 1;
        }
        for &(a, b) in &self.sides.added {
            touched.entry(a).or_default().added += 1;
            touched.entry(b).or_default().added += 1;
        }
        let mut is_old: BTreeSet<Position> = BTreeSet::new();
        for (&vertex, touch) in &touched {
            let there = at(self.before, near, vertex);
            let after = there.len() + touch.added - touch.removed;
            self.degrees.insert(vertex, after);
            if touch.added > 0 || after != there.len() {
                there.iter().for_each(|&(arc, _)| self.tear(arc));
            }
            if touch.added > 0 {
                there.iter().for_each(|&(arc, _)| self.open(arc));
            }
            if !there.is_empty() {
                is_old.insert(vertex);
            }
        }
        for group in groups(&self.sides.added) {
            // What meets nothing lies in one face.
            if !group.iter().any(|vertex| is_old.contains(vertex)) {
                self.open.insert(near.face(group[0]));
            }
        }
        for arc in self.torn.clone() {
            let positions = self.before.positions(arc);
            let (first, last) = (positions[0], positions[positions.len() - 1]);
            for end in [first, last] {
                let degree = || if first == last { at(self.before, near, end).len() } else { NODE };
                self.degrees.entry(end).or_insert_with(degree);
            }
        }
    }

    fn tear(&mut self, arc: ArcId) {
        self.torn.insert(arc);
    }

    /// Opens the faces on both sides.
    fn open(&mut self, arc: ArcId) {
        let arc = self.before.arc(arc);
        self.open.extend([arc.left, arc.right]);
    }

    /// Cuts all arcs into edges, and adds those that come.
    fn gather(&mut self) {
        self.arcs = self.torn.clone();
        for &face in &self.open {
            self.arcs.extend(self.before.border_of_face(face).iter().map(|side| side.arc));
        }
        let before = self.before;
        for &arc in &self.arcs.clone() {
            for (number, ends) in (0..).zip(before.positions(arc).windows(2)) {
                let edge: Edge = (ends[0].min(ends[1]), ends[0].max(ends[1]));
                if !self.sides.removed.contains_key(&edge) {
                    self.push(ends[0], ends[1], Some((arc, number)));
                }
            }
        }
        let sides = self.sides;
        sides.added.iter().for_each(|&(a, b)| self.push(a, b, None));
    }

    fn push(&mut self, a: Position, b: Position, place: Option<Place>) {
        let ends = (self.vertex(a), self.vertex(b));
        self.edges.push((ends, place));
    }

    fn vertex(&mut self, position: Position) -> u32 {
        *self.vertex_of.entry(position).or_insert_with(|| {
            self.positions.push(position);
            self.positions.len() as u32 - 1
        })
    }

    /// The vertex that a half-edge starts from.
    pub(super) fn origin(&self, half_edge: u32) -> u32 {
        let (a, b) = self.edges[half_edge as usize / 2].0;
        if half_edge.is_multiple_of(2) { a } else { b }
    }

    /// The position that a half-edge starts from.
    pub(super) fn position(&self, half_edge: u32) -> Position {
        self.positions[self.origin(half_edge) as usize]
    }

    /// The face that was left of a half-edge; `None` for an edge that comes.
    pub(super) fn old_face(&self, half_edge: u32) -> Option<FaceId> {
        let (arc, _) = self.edges[half_edge as usize / 2].1?;
        let arc = self.before.arc(arc);
        Some(if half_edge.is_multiple_of(2) { arc.left } else { arc.right })
    }

    /// Whether what is left of a half-edge is walked around anew.
    pub(super) fn is_open(&self, half_edge: u32) -> bool {
        self.old_face(half_edge).is_none_or(|face| self.open.contains(&face))
    }

    /// Whether arcs will end at a vertex.
    pub(super) fn is_node(&self, vertex: u32) -> bool {
        self.degrees.get(&self.positions[vertex as usize]).is_some_and(|&degree| degree != 2)
    }
}

/// What happens at a vertex: how many edges go, and how many come.
#[derive(Default)]
struct Touch {
    removed: usize,
    added: usize,
}

/// Any number of edges that makes a node.
const NODE: usize = 3;

/// The edges that end at a vertex.
fn at(coverage: &Coverage, near: &dyn Near, vertex: Position) -> Vec<Place> {
    let mut found = Vec::new();
    near.edges(Extent::of(vertex), &mut |arc, number| {
        let positions = coverage.positions(arc);
        if positions[number as usize] == vertex || positions[number as usize + 1] == vertex {
            found.push((arc, number));
        }
    });
    found
}

/// The vertices of edges, grouped by what hangs together.
fn groups(edges: &BTreeSet<Edge>) -> Vec<Vec<Position>> {
    let mut beside: BTreeMap<Position, Vec<Position>> = BTreeMap::new();
    for &(a, b) in edges {
        beside.entry(a).or_default().push(b);
        beside.entry(b).or_default().push(a);
    }
    let mut groups = Vec::new();
    let mut is_seen: BTreeSet<Position> = BTreeSet::new();
    for &first in beside.keys() {
        let mut pending = vec![first];
        let mut group = Vec::new();
        while let Some(vertex) = pending.pop() {
            if is_seen.insert(vertex) {
                group.push(vertex);
                pending.extend(&beside[&vertex]);
            }
        }
        if !group.is_empty() {
            groups.push(group);
        }
    }
    groups
}
