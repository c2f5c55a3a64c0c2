//! Leaves out, before anything is projected, the positions that cannot matter in a tile.

use crate::lattice::LatticeBounds;
use crate::outline::{Outline, Path, Run};

/// Whether a path ends where it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathKind {
    Open,
    Closed,
}

/// Calls `keep` with the positions of `path` that matter inside `bounds`.
///
/// Leaves out a position when it, the one kept before and the one after lie beyond the same side: the triangle of the
/// three is outside, so the shorter path runs around `bounds` the same way. Segments that touch `bounds` stay whole.
///
/// ```text
///            . . . . .           kept: the segments that touch the bounds
///          .          .          and a position wherever the path around
///    +----o----+       .         them changes sides
///    |   /     |      .
///    |  o-o----|----o. . . o
///    +---------+
/// ```
pub(crate) fn skip_outside(path: Path<'_>, kind: PathKind, bounds: LatticeBounds, keep: impl FnMut([i32; 2])) {
    let mut skipper = Skipper::new(bounds, keep);
    match path {
        Path::Positions(positions) => positions.iter().for_each(|&position| skipper.push(position)),
        Path::Outline(outline) => skipper.run(Run::Along(outline)),
        Path::Runs(runs) => runs.iter().for_each(|&run| skipper.run(run)),
    }
    skipper.finish(kind);
}

/// Leaves out positions of a path as they come.
pub(crate) struct Skipper<F> {
    bounds: LatticeBounds,
    keep: F,
    /// Sides beyond which the first position lies.
    first: Option<u8>,
    /// Sides beyond which the position kept last lies.
    before: u8,
    /// The newest position, which waits for the one after it, and its sides.
    pending: Option<([i32; 2], u8)>,
}

impl<F: FnMut([i32; 2])> Skipper<F> {
    pub(crate) fn new(bounds: LatticeBounds, keep: F) -> Self {
        Self { bounds, keep, first: None, before: 0, pending: None }
    }

    /// The next position of the path.
    pub(crate) fn push(&mut self, position: [i32; 2]) {
        let sides = self.bounds.outside(position);
        if self.first.is_none() {
            self.first = Some(sides);
            self.before = sides;
            (self.keep)(position);
            return;
        }
        self.settle(sides);
        self.pending = Some((position, sides));
    }

    /// Keeps or drops the position that waits, now that the sides of the one after it are known.
    fn settle(&mut self, after: u8) {
        if let Some((position, sides)) = self.pending.take()
            && self.before & sides & after == 0
        {
            (self.keep)(position);
            self.before = sides;
        }
    }

    fn run(&mut self, run: Run<'_>) {
        let outline = run.outline();
        let Some(bounds) = outline.bounds() else { return };
        match run {
            Run::Along(_) => self.span(outline.positions().iter(), bounds, |skipper| skipper.along(outline)),
            Run::Against(_) => self.span(outline.positions().iter().rev(), bounds, |skipper| skipper.against(outline)),
        }
    }

    fn along(&mut self, outline: &Outline) {
        for (chunk, bounds) in outline.chunks() {
            self.span(chunk.iter(), bounds, |skipper| chunk.iter().for_each(|&position| skipper.push(position)));
        }
    }

    fn against(&mut self, outline: &Outline) {
        for (chunk, bounds) in outline.chunks().rev() {
            let backwards = chunk.iter().rev();
            self.span(backwards.clone(), bounds, |skipper| backwards.for_each(|&position| skipper.push(position)));
        }
    }

    /// Pushes the positions within `bounds`: if all of them lie beyond a side that the path is beyond already, only the
    /// first and the last, which comes to the same; otherwise all of them, by `push_all`.
    fn span<'p>(
        &mut self,
        mut positions: impl DoubleEndedIterator<Item = &'p [i32; 2]>,
        bounds: LatticeBounds,
        push_all: impl FnOnce(&mut Self),
    ) {
        let Some(&first) = positions.next() else { return };
        self.settle(self.bounds.outside(first));
        if self.first.is_none() || self.before & self.bounds.beyond(bounds) == 0 {
            return push_all(self);
        }
        self.push(first);
        if let Some(&last) = positions.next_back() {
            self.push(last);
        }
    }

    /// The end of a path that is not closed.
    pub(crate) fn finish_open(self) {
        self.finish(PathKind::Open);
    }

    fn finish(mut self, kind: PathKind) {
        match (kind, self.first) {
            (PathKind::Closed, Some(first)) => self.settle(first),
            _ => self.settle(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(path: Path<'_>, bounds: LatticeBounds) -> Vec<[i32; 2]> {
        let mut kept = Vec::new();
        skip_outside(path, PathKind::Closed, bounds, |position| kept.push(position));
        kept
    }

    #[test]
    fn skipping_keeps_segments_that_touch_and_the_way_around() {
        let bounds = LatticeBounds::new([0, 0], [10, 10]).expect("in order");
        // enters once, then runs far around to the east in many steps
        let ring: &[[i32; 2]] = &[[5, 5], [20, 5], [21, 6], [22, 7], [23, 8], [20, 20], [5, 20], [4, 21], [3, 20]];
        assert_eq!(kept(ring.into(), bounds), [[5, 5], [20, 5], [20, 20], [3, 20]]);
    }

    #[test]
    fn chunks_change_nothing() {
        let mut seed = 11u64;
        let mut next = |bound: i32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) as i32) % bound
        };
        for _ in 0..200 {
            // a walk of small steps, so that chunks are small, around bounds of a size that it enters now and then
            let mut at = [next(400) - 200, next(400) - 200];
            let walk: Vec<[i32; 2]> = (0..next(900) + 1)
                .map(|_| {
                    at = at.map(|c| (c + next(31) - 15).clamp(-300, 300));
                    at
                })
                .collect();
            let bounds = LatticeBounds::new([-40, -60], [50, 30]).expect("in order");
            let outline = Outline::new(walk.clone());
            assert_eq!(kept((&outline).into(), bounds), kept(walk.as_slice().into(), bounds));
            let cut = walk.len() / 3;
            let parts = [Outline::new(&walk[..cut]), Outline::new(&walk[cut..])];
            let backwards: Vec<[i32; 2]> = walk.iter().rev().copied().collect();
            let runs = [Run::Against(&parts[1]), Run::Against(&parts[0])];
            assert_eq!(kept(runs.as_slice().into(), bounds), kept(backwards.as_slice().into(), bounds));
        }
    }
}
