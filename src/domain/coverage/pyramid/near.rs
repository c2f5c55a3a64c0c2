//! Which arcs may meet a frame.

use std::sync::Arc;

use super::frame::Frame;

/// Arcs, or groups of them, that share a frame. Of 4, 8 and 16, building 40k units took 8 least time.
const FAN: usize = 8;

/// So many arcs may have moved since the tree was built; more, and it is built anew.
const MAX_MOVED: usize = 1024;

/// A packed tree of frames over arcs (after Kamel and Faloutsos), bottom level first.
#[derive(Debug)]
struct Tree {
    arcs: Vec<u32>,
    levels: Vec<Vec<Frame>>,
}

impl Tree {
    fn build(frames: &[Frame]) -> Self {
        let mut order: Vec<(u64, u32)> = frames
            .iter()
            .zip(0..)
            .filter(|&(frame, _)| *frame != Frame::EMPTY)
            .map(|(frame, arc)| (frame.place(), arc))
            .collect();
        order.sort_unstable();
        let arcs: Vec<u32> = order.into_iter().map(|(_, arc)| arc).collect();
        let around = |group: &[Frame]| group.iter().copied().fold(Frame::EMPTY, Frame::union);
        let of_group = |group: &[u32]| group.iter().map(|&arc| frames[arc as usize]).fold(Frame::EMPTY, Frame::union);
        let mut levels: Vec<Vec<Frame>> = vec![arcs.chunks(FAN).map(of_group).collect()];
        while let Some(top) = levels.last().filter(|top| top.len() > FAN) {
            let above = top.chunks(FAN).map(around).collect();
            levels.push(above);
        }
        Self { arcs, levels }
    }

    /// Visits every arc that meets `frame`, and others.
    fn visit(&self, frame: &Frame, visit: &mut impl FnMut(u32)) {
        let top = self.levels.len() - 1;
        self.visit_group(top, 0..self.levels[top].len(), frame, visit);
    }

    fn visit_group(&self, level: usize, group: std::ops::Range<usize>, frame: &Frame, visit: &mut impl FnMut(u32)) {
        for at in group {
            if !self.levels[level][at].meets(frame) {
                continue;
            }
            let children = at * FAN;
            match level.checked_sub(1) {
                Some(below) => {
                    let end = (children + FAN).min(self.levels[below].len());
                    self.visit_group(below, children..end, frame, visit);
                }
                None => self.arcs[children..(children + FAN).min(self.arcs.len())].iter().for_each(|&arc| visit(arc)),
            }
        }
    }
}

/// The arcs of a coverage by place: a tree that pyramids share, and what moved since it was built.
#[derive(Debug, Clone)]
pub(super) struct Near {
    tree: Arc<Tree>,
    /// By arc; arcs that are gone have an empty frame.
    moved: Vec<(u32, Frame)>,
}

impl Near {
    /// Of the arcs with these frames; arcs with an empty one are not there.
    pub(super) fn build(frames: &[Frame]) -> Self {
        Self { tree: Arc::new(Tree::build(frames)), moved: Vec::new() }
    }

    /// After these arcs moved; `None` when it is time to build anew.
    pub(super) fn after_moves(&self, moves: &[(u32, Frame)]) -> Option<Self> {
        let mut near = self.clone();
        for &(arc, frame) in moves {
            match near.moved.binary_search_by_key(&arc, |moved| moved.0) {
                Ok(at) => near.moved[at].1 = frame,
                Err(at) => near.moved.insert(at, (arc, frame)),
            }
        }
        (near.moved.len() <= MAX_MOVED).then_some(near)
    }

    /// Visits every arc that meets `frame` once, and others.
    pub(super) fn visit(&self, frame: &Frame, mut visit: impl FnMut(u32)) {
        for (arc, moved) in &self.moved {
            if moved.meets(frame) {
                visit(*arc);
            }
        }
        self.tree.visit(frame, &mut |arc| {
            if self.moved.is_empty() || self.moved.binary_search_by_key(&arc, |moved| moved.0).is_err() {
                visit(arc);
            }
        });
    }

    /// Memory on the heap, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let frames: usize = self.tree.levels.iter().map(Vec::len).sum();
        size_of_val(&self.tree.arcs[..]) + frames * size_of::<Frame>() + size_of_val(&self.moved[..])
    }
}
