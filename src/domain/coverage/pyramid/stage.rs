//! Arcs at one zoom while they are refined: which vertices are there from which round on, and what collides.

use super::{
    frame::Frame,
    meet::{segments_meet, winding},
    zooms::Metric,
};
use crate::domain::geometry::Position;

/// The round of a vertex that is not there.
pub(super) const NEVER: u16 = u16::MAX;

/// Rounds end here whatever still collides: a bound that no map comes near, as a shortcut is undone after nine at most.
pub(super) const MAX_ROUNDS: u16 = NEVER - 2;

/// From this round on, a shortcut that collides is undone whole.
const UNDO_WHOLE_FROM: u16 = 8;

/// Chains of more vertices are looked through by chunks of about the square root of their length.
pub(super) const CHUNKED_FROM: usize = 64;

/// A vertex of the next finer zoom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vertex {
    pub(super) position: Position,
    /// Index in the arc, as stored.
    pub(super) at: u32,
    /// The round from which on it is there at this zoom.
    pub(super) since: u16,
    /// The coarsest zoom at which the arc alone needs it.
    pub(super) level: u8,
}

/// An arc: its vertices of the next finer zoom, in the canonical direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Around the exact arc.
    pub(super) frame: Frame,
    chunk_start: u32,
    chunk_end: u32,
}

/// A part of a long chain, between two vertices that are there from the start.
#[derive(Debug)]
struct Chunk {
    first: u32,
    last: u32,
    frame: Frame,
}

/// Two neighbouring vertices of a chain at some round, with others between them that are left out. Indices of the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shortcut {
    pub(super) chain: u32,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// All arcs that take part.
#[derive(Debug, Default)]
pub(super) struct Stage {
    pub(super) vertices: Vec<Vertex>,
    pub(super) chains: Vec<Chain>,
    chunks: Vec<Chunk>,
}

impl Stage {
    /// Adds the vertices from `start` on as a chain; gives its number.
    pub(super) fn push_chain(&mut self, start: usize, frame: Frame) -> u32 {
        let (start, end) = (start as u32, self.vertices.len() as u32);
        self.chains.push(Chain { start, end, frame, chunk_start: 0, chunk_end: 0 });
        let chain = self.chains.len() - 1;
        self.cut_into_chunks(chain);
        chain as u32
    }

    /// Goes on to the next coarser zoom: what is not there goes, what is there stays if its arc alone needs it.
    pub(super) fn descend(&mut self, zoom: u8) {
        self.chunks.clear();
        let mut to = 0;
        for chain in 0..self.chains.len() {
            let Chain { start, end, .. } = self.chains[chain];
            self.chains[chain].start = to as u32;
            for from in start as usize..end as usize {
                let vertex = self.vertices[from];
                if vertex.since != NEVER {
                    let since = if vertex.level <= zoom { 0 } else { NEVER };
                    self.vertices[to] = Vertex { since, ..vertex };
                    to += 1;
                }
            }
            self.chains[chain].end = to as u32;
            self.cut_into_chunks(chain);
        }
        self.vertices.truncate(to);
    }

    fn cut_into_chunks(&mut self, chain: usize) {
        let Chain { start, end, .. } = self.chains[chain];
        let chunk_start = self.chunks.len() as u32;
        let length = (end - start) as usize;
        if length > CHUNKED_FROM {
            let size = length.isqrt() as u32;
            let (mut first, mut frame) = (start, Frame::EMPTY);
            for at in start..end {
                let vertex = self.vertices[at as usize];
                frame = frame.with(vertex.position);
                if at == end - 1 || (vertex.since == 0 && at >= first + size) {
                    self.chunks.push(Chunk { first, last: at, frame });
                    (first, frame) = (at, Frame::of_segment(vertex.position, vertex.position));
                }
            }
        }
        (self.chains[chain].chunk_start, self.chains[chain].chunk_end) = (chunk_start, self.chunks.len() as u32);
    }

    /// Visits the neighbouring vertices of a chain at `round`, pair by pair, that may be in `frame`, and others, until
    /// one visit says so; whether one did.
    fn any_pair(&self, chain: &Chain, frame: &Frame, round: u16, mut visit: impl FnMut(u32, u32) -> bool) -> bool {
        let mut any_between = |first: u32, last: u32| {
            let mut before = first;
            for at in first + 1..=last {
                if self.vertices[at as usize].since <= round {
                    if visit(before, at) {
                        return true;
                    }
                    before = at;
                }
            }
            false
        };
        if chain.start == chain.end || !chain.frame.meets(frame) {
            return false;
        }
        if chain.chunk_start == chain.chunk_end {
            return any_between(chain.start, chain.end - 1);
        }
        let chunks = &self.chunks[chain.chunk_start as usize..chain.chunk_end as usize];
        chunks.iter().filter(|chunk| chunk.frame.meets(frame)).any(|chunk| any_between(chunk.first, chunk.last))
    }

    /// Visits the shortcuts of a chain at `round` that have something in `frame`.
    pub(super) fn shortcuts(&self, chain: u32, frame: &Frame, round: u16, mut visit: impl FnMut(Shortcut)) {
        self.any_pair(&self.chains[chain as usize], frame, round, |first, last| {
            let shortcut = Shortcut { chain, first, last };
            if last > first + 1 && self.frame_of(shortcut).meets(frame) {
                visit(shortcut);
            }
            false
        });
    }

    /// Around what a shortcut leaves out.
    pub(super) fn frame_of(&self, shortcut: Shortcut) -> Frame {
        Frame::around(self.left_out(shortcut))
    }

    /// The positions from the first to the last vertex of a shortcut.
    fn left_out(&self, shortcut: Shortcut) -> impl Iterator<Item = Position> {
        self.vertices[shortcut.first as usize..=shortcut.last as usize].iter().map(|vertex| vertex.position)
    }

    /// Whether a shortcut meets another segment at `round`, or has a vertex change sides. `chains` are those near it.
    pub(super) fn collides(&self, shortcut: Shortcut, frame: &Frame, round: u16, chains: &[u32]) -> bool {
        let [a, b] = [shortcut.first, shortcut.last].map(|at| self.vertices[at as usize].position);
        let straight = Frame::of_segment(a, b);
        let is_passed = |position: Position| {
            frame.contains(position)
                && position != a
                && position != b
                && winding(self.left_out(shortcut), position) != 0
        };
        chains.iter().any(|&chain| {
            let chain = &self.chains[chain as usize];
            if !chain.frame.meets(frame) {
                return false;
            }
            is_passed(self.vertices[chain.start as usize].position)
                || self.any_pair(chain, frame, round, |first, last| {
                    let [c, d] = [first, last].map(|at| self.vertices[at as usize].position);
                    if (first, last) == (shortcut.first, shortcut.last) {
                        return false;
                    }
                    is_passed(d) || (Frame::of_segment(c, d).meets(&straight) && segments_meet(a, b, c, d))
                })
        })
    }

    /// The vertices that a shortcut which collides at `round` gets: the one that its arc would take next, or all.
    pub(super) fn refinement(&self, shortcut: Shortcut, round: u16) -> std::ops::Range<u32> {
        let between = shortcut.first + 1..shortcut.last;
        if round >= UNDO_WHOLE_FROM {
            return between;
        }
        let metric = Metric::within(&self.chains[shortcut.chain as usize].frame);
        let vertex = |at: u32| &self.vertices[at as usize];
        let [a, b] = [shortcut.first, shortcut.last].map(|at| vertex(at).position);
        let distance = |at: u32| metric.distance_squared(vertex(at).position, a, b);
        let order = |one: &u32, other: &u32| {
            let by_level = vertex(*one).level.cmp(&vertex(*other).level);
            let by_distance = distance(*other).total_cmp(&distance(*one));
            by_level.then(by_distance).then(vertex(*one).position.cmp(&vertex(*other).position))
        };
        let next = between.min_by(order).expect("a shortcut leaves something out");
        next..next + 1
    }

    /// Puts vertices in place from `round` on.
    pub(super) fn insert(&mut self, vertices: std::ops::Range<u32>, round: u16) {
        for at in vertices {
            self.vertices[at as usize].since = round;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::coverage::sample::Random;

    #[test]
    fn a_long_chain_is_looked_through_by_chunks_without_loss() {
        for seed in 0..20 {
            let mut random = Random::new(seed);
            let mut stage = Stage::default();
            for n in 0..400 {
                let position = Position::new(n * 10, random.below(2_000) as i32).expect("in the world");
                let since = if n == 0 || n == 399 { 0 } else { [0, NEVER, NEVER, 2][random.below(4) as usize] };
                stage.vertices.push(Vertex { position, at: n as u32, since, level: 0 });
            }
            let chain = stage.push_chain(0, Frame::around(stage.vertices.iter().map(|vertex| vertex.position)));
            for round in [0, 1, 2] {
                let there: Vec<u32> = (0..400).filter(|&at| stage.vertices[at as usize].since <= round).collect();
                let pairs = there.windows(2).map(|pair| Shortcut { chain, first: pair[0], last: pair[1] });
                let shortcuts: Vec<Shortcut> = pairs.filter(|pair| pair.last > pair.first + 1).collect();
                for _ in 0..50 {
                    let corner = |random: &mut Random| {
                        Position::new(random.below(4_000) as i32, random.below(2_000) as i32).expect("in the world")
                    };
                    let frame = Frame::of_segment(corner(&mut random), corner(&mut random));
                    let mut found = Vec::new();
                    stage.shortcuts(chain, &frame, round, |shortcut| found.push(shortcut));
                    let expected = shortcuts.iter().filter(|&&shortcut| stage.frame_of(shortcut).meets(&frame));
                    assert!(found.iter().eq(expected), "seed {seed}, round {round}, {frame:?}");
                }
            }
        }
    }
}
