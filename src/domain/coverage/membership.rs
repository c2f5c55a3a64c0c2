//! Which areas each face belongs to.

use super::{graph::Graph, nesting};

/// Faces and the areas that they belong to; face 0 is the outside.
pub(super) struct Membership {
    /// The face of each cycle of the graph.
    pub(super) face_of_cycle: Vec<u32>,
    /// First entry of each face in `areas`, and one end.
    pub(super) starts: Vec<u32>,
    /// Indices of areas, ascending within a face.
    pub(super) areas: Vec<u32>,
}

/// Areas whose border does not close around an inside: they collapsed, or run inside out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inconsistent(pub(super) Vec<u32>);

const UNSEEN: u32 = u32::MAX;

impl Membership {
    /// Walks from the outside inwards and keeps account of the borders that are crossed.
    pub(super) fn new(graph: &Graph) -> Result<Self, Inconsistent> {
        let components = nesting::components(graph);
        let mut face_of_cycle = vec![UNSEEN; graph.cycles.len()];
        let mut faces = 1;
        for (cycle, face) in graph.cycles.iter().zip(&mut face_of_cycle).filter(|(cycle, _)| cycle.is_shell) {
            debug_assert!(cycle.is_shell);
            *face = faces;
            faces += 1;
        }
        for component in &components {
            face_of_cycle[component.rim as usize] = component.inside.map_or(0, |shell| face_of_cycle[shell as usize]);
        }
        let mut walk =
            Walk { graph, face_of_cycle: &face_of_cycle, areas_of: vec![None; faces as usize], wrong: Vec::new() };
        walk.areas_of[0] = Some(Vec::new());
        for component in &components {
            walk.spread(component.rim);
        }
        let Walk { areas_of, mut wrong, .. } = walk;
        if !wrong.is_empty() {
            wrong.sort_unstable();
            wrong.dedup();
            return Err(Inconsistent(wrong));
        }
        let (mut starts, mut areas) = (vec![0], Vec::new());
        for face in areas_of {
            areas
                .extend(face.expect("every face borders on a component, and every component on the outside or a face"));
            starts.push(areas.len() as u32);
        }
        Ok(Self { face_of_cycle, starts, areas })
    }
}

struct Walk<'a> {
    graph: &'a Graph,
    face_of_cycle: &'a [u32],
    areas_of: Vec<Option<Vec<u32>>>,
    wrong: Vec<u32>,
}

impl Walk<'_> {
    /// Fills in all faces of the component whose rim is given; the face around it is known.
    fn spread(&mut self, rim: u32) {
        let mut pending = vec![rim];
        while let Some(cycle) = pending.pop() {
            for half_edge in self.graph.walk(self.graph.cycles[cycle as usize].first) {
                let twin = self.graph.cycle_of[(half_edge ^ 1) as usize];
                let (here, there) = (self.face_of_cycle[cycle as usize], self.face_of_cycle[twin as usize]);
                if self.areas_of[there as usize].is_none() {
                    let areas = self.cross(here, half_edge);
                    self.areas_of[there as usize] = Some(areas);
                    pending.push(twin);
                } else {
                    self.verify(here, there, half_edge);
                }
            }
        }
    }

    /// The areas on the right of a half-edge, given the face on its left.
    fn cross(&mut self, left: u32, half_edge: u32) -> Vec<u32> {
        let mut areas = self.areas_of[left as usize].clone().expect("the face on the left is known");
        for &(area, is_left_of_even) in self.graph.labels(half_edge / 2) {
            let is_left = is_left_of_even == half_edge.is_multiple_of(2);
            match (areas.binary_search(&area), is_left) {
                (Ok(at), true) => {
                    areas.remove(at);
                }
                (Err(at), false) => areas.insert(at, area),
                (Ok(_), false) | (Err(_), true) => self.wrong.push(area),
            }
        }
        areas
    }

    /// Checks that both faces of an edge agree with its labels.
    fn verify(&mut self, left: u32, right: u32, half_edge: u32) {
        let side = |face: u32, area: u32| {
            self.areas_of[face as usize].as_ref().is_some_and(|areas| areas.binary_search(&area).is_ok())
        };
        for &(area, is_left_of_even) in self.graph.labels(half_edge / 2) {
            let is_left = is_left_of_even == half_edge.is_multiple_of(2);
            if side(left, area) != is_left || side(right, area) == is_left {
                self.wrong.push(area);
            }
        }
    }
}
