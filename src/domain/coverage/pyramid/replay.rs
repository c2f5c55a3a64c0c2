//! The rounds of an earlier build once more, where a change makes them go another way.

use std::collections::HashMap;

use super::{
    block::{Forced, Shape},
    build::push_exact,
    frame::Frame,
    levels::is_canonical,
    near::Near,
    simplified::Pyramid,
    stage::{MAX_ROUNDS, NEVER, Shortcut, Stage, Vertex},
    zooms::Tolerances,
};
use crate::domain::coverage::{ArcId, Coverage};

/// An arc that was met on the way.
struct Known {
    arc: u32,
    /// What it was; `None` if its positions are not what they were.
    old: Option<Shape>,
    /// The coarsest zoom at which the arc alone needs each vertex, as stored.
    levels: Vec<u8>,
    /// What it is now, from the finest zoom down to the one at hand; below that, what it was.
    new: Shape,
}

/// Every zoom is run through again as [`build`](super::build) does, with the arcs near what is different only.
///
/// All other arcs behave as they did, and which round gave them which vertex is on record. So a shortcut is judged again
/// only where something is different: in `different`, which holds at every zoom the arcs that moved, before and after,
/// and the places where the next finer zoom came out otherwise; and which grows wherever a round goes another way.
pub(super) struct Replay<'a> {
    old: &'a Pyramid,
    after: &'a Coverage,
    near: &'a Near,
    tolerances: Tolerances,
    /// Chains of the stage have the same numbers.
    known: Vec<Known>,
    known_of: HashMap<u32, u32>,
    frames: HashMap<u32, Frame>,
    /// Where arcs are that moved, and where they were.
    moved: Vec<Frame>,
}

impl<'a> Replay<'a> {
    /// `near` knows the arcs of `after`.
    pub(super) fn new(old: &'a Pyramid, after: &'a Coverage, near: &'a Near) -> Self {
        Self {
            old,
            after,
            near,
            tolerances: Tolerances::new(old.zooms),
            known: Vec::new(),
            known_of: HashMap::new(),
            frames: HashMap::new(),
            moved: Vec::new(),
        }
    }

    /// Adds an arc whose positions changed, with the frames that it had and has.
    pub(super) fn add_moved(&mut self, arc: u32, frames: [Frame; 2]) {
        self.moved.extend(frames);
        let (mut vertices, zooms) = (Vec::new(), self.old.zooms);
        push_exact(self.after.positions(ArcId(arc)), &self.tolerances, zooms, &mut vertices);
        let mut levels = vec![0; vertices.len()];
        vertices.iter().for_each(|vertex| levels[vertex.at as usize] = vertex.level);
        let new = Shape { kept: vec![zooms.exact(); levels.len()], forced: Vec::new() };
        self.known_of.insert(arc, self.known.len() as u32);
        self.known.push(Known { arc, old: None, levels, new });
    }

    /// The arcs whose shape is not what it was, ascending.
    pub(super) fn into_changed(self) -> Vec<(u32, Shape)> {
        let mut changed = Vec::new();
        for Known { arc, old, mut new, .. } in self.known {
            new.forced.sort_unstable();
            if old.is_none_or(|old| old != new) {
                changed.push((arc, new));
            }
        }
        changed.sort_unstable_by_key(|(arc, _)| *arc);
        changed
    }

    /// Does one zoom; the next finer one is done.
    pub(super) fn zoom(&mut self, zoom: u8) {
        let mut stage = Stage::default();
        let mut different = self.moved.clone();
        for known in 0..self.known.len() {
            self.push_differences(&self.known[known], zoom, &mut different);
            self.enter(known, zoom, &mut stage);
        }
        for round in 0..MAX_ROUNDS {
            self.round(zoom, round, &mut stage, &mut different);
            if !stage.vertices.iter().any(|vertex| vertex.since > round && vertex.since != NEVER) {
                break;
            }
        }
        for (known, chain) in self.known.iter_mut().zip(&stage.chains) {
            for &Vertex { at, since, .. } in &stage.vertices[chain.start as usize..chain.end as usize] {
                known.new.kept[at as usize] = if since == NEVER { zoom + 1 } else { zoom };
                if since != NEVER && since > 0 {
                    known.new.forced.push(Forced { zoom, since, vertex: at });
                }
            }
        }
    }

    /// Judges what is in `different` at the state of a round.
    fn round(&mut self, zoom: u8, round: u16, stage: &mut Stage, different: &mut Vec<Frame>) {
        let (mut chains, mut open) = (Vec::new(), Vec::<Shortcut>::new());
        for frame in &*different {
            self.chains_near(frame, zoom, stage, &mut chains);
            for &chain in &chains {
                stage.shortcuts(chain, frame, round, |shortcut| open.push(shortcut));
            }
        }
        open.sort_unstable();
        open.dedup();
        for shortcut in open {
            let frame = stage.frame_of(shortcut);
            self.chains_near(&frame, zoom, stage, &mut chains);
            let between = shortcut.first + 1..shortcut.last;
            let collides = stage.collides(shortcut, &frame, round, &chains);
            let wanted = if collides { stage.refinement(shortcut, round) } else { between.start..between.start };
            let comes_next = |at: u32| stage.vertices[at as usize].since == round + 1;
            if between.clone().any(|at| comes_next(at) != wanted.contains(&at)) {
                stage.insert(between, NEVER);
                stage.insert(wanted, round + 1);
                different.push(frame);
            }
        }
    }

    /// The chains that meet `frame`; arcs not met before are put on the stage.
    fn chains_near(&mut self, frame: &Frame, zoom: u8, stage: &mut Stage, chains: &mut Vec<u32>) {
        let mut arcs = Vec::new();
        self.near.visit(frame, |arc| arcs.push(arc));
        chains.clear();
        for arc in arcs {
            let positions = self.after.positions(ArcId(arc));
            let around = self.frames.entry(arc).or_insert_with(|| Frame::around(positions.iter().copied()));
            if !around.meets(frame) {
                continue;
            }
            let known = match self.known_of.get(&arc) {
                Some(&known) => known,
                None => self.meet(arc, zoom, stage),
            };
            chains.push(known);
        }
    }

    /// Adds an arc whose positions are what they were, and puts it on the stage.
    fn meet(&mut self, arc: u32, zoom: u8, stage: &mut Stage) -> u32 {
        let old = self.old.shape(arc);
        let levels = old.levels();
        let forced = old.forced.iter().filter(|forced| forced.zoom > zoom).copied().collect();
        let new = Shape { kept: old.kept.clone(), forced };
        let known = self.known.len();
        self.known.push(Known { arc, old: Some(old), levels, new });
        self.known_of.insert(arc, known as u32);
        self.enter(known, zoom, stage);
        known as u32
    }

    /// Puts an arc on the stage with what is on record for it.
    fn enter(&mut self, known: usize, zoom: u8, stage: &mut Stage) {
        let Known { arc, old, levels, new } = &self.known[known];
        let exact = self.after.positions(ArcId(*arc));
        let start = stage.vertices.len();
        let is_canonical = is_canonical(exact);
        for n in 0..exact.len() {
            let at = if is_canonical { n } else { exact.len() - 1 - n };
            if new.kept[at] <= zoom + 1 {
                let since = if levels[at] <= zoom { 0 } else { NEVER };
                stage.vertices.push(Vertex { position: exact[at], at: at as u32, since, level: levels[at] });
            }
        }
        for forced in old.iter().flat_map(|old| &old.forced).filter(|forced| forced.zoom == zoom) {
            let chain = &mut stage.vertices[start..];
            let order = |vertex: &Vertex| {
                let order = vertex.at.cmp(&forced.vertex);
                if is_canonical { order } else { order.reverse() }
            };
            if let Ok(at) = chain.binary_search_by(order) {
                chain[at].since = forced.since;
            }
        }
        let frame = *self.frames.entry(*arc).or_insert_with(|| Frame::around(exact.iter().copied()));
        stage.push_chain(start, frame);
    }

    /// Adds the places where an arc came out otherwise at the next finer zoom.
    fn push_differences(&self, known: &Known, zoom: u8, different: &mut Vec<Frame>) {
        let Some(old) = &known.old else { return };
        let exact = self.after.positions(ArcId(known.arc));
        let is_different = |at: usize| (old.kept[at] <= zoom + 1) != (known.new.kept[at] <= zoom + 1);
        let mut first = 0;
        for last in 1..exact.len() {
            // From one vertex that is there at this zoom in any case to the next.
            if known.levels[last] <= zoom {
                if (first..last).any(is_different) {
                    different.push(Frame::around(exact[first..=last].iter().copied()));
                }
                first = last;
            }
        }
    }
}
