//! Which arcs may meet a frame.

use super::frame::Frame;
use crate::domain::{extent_tree::ExtentTree, held::Held};

/// The arcs of a coverage by place. After a change it shares what lies elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Near {
    tree: ExtentTree<Frame>,
}

impl Near {
    /// Of the arcs with these frames; arcs with an empty one are not there.
    pub(super) fn build(frames: &[Frame]) -> Self {
        let arcs = (0..frames.len() as u32).filter(|&arc| frames[arc as usize] != Frame::EMPTY);
        Self { tree: ExtentTree::new(arcs, |arc| frames[arc as usize]) }
    }

    /// After these arcs moved from one frame to another; `frame_of` tells where each arc is now.
    pub(super) fn after_moves(&self, moves: &[(u32, [Frame; 2])], frame_of: impl Fn(u32) -> Frame) -> Self {
        let gone = moves.iter().map(|&(arc, [from, _])| (arc, from)).filter(|(_, from)| *from != Frame::EMPTY);
        let come = moves.iter().filter(|(_, [_, to])| *to != Frame::EMPTY).map(|(arc, _)| *arc);
        Self { tree: self.tree.edited(gone, come, frame_of) }
    }

    /// Visits every arc that meets `frame` once, and others.
    pub(super) fn visit(&self, frame: &Frame, visit: impl FnMut(u32)) {
        // To know better would mean to look at the arcs.
        self.tree.visit(*frame, |_| *frame, visit);
    }

    /// Counts its memory.
    pub(super) fn hold(&self, held: &mut Held) {
        self.tree.hold(held);
    }
}
