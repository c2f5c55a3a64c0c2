//! Geometry as a tile is given it: bare positions, or outlines that know where their parts lie.

use crate::lattice::LatticeBounds;

/// Positions per chunk of an outline.
///
/// A ring of 100,000 vertices of which some hundred are near the tile, `cargo bench -p onemap-tiles`, two shared cores:
/// at 16, 95 us; at 32, 48 us; at 64, 34 us; at 128, 29 us; without chunks, 365 us.
const CHUNK: usize = 64;

/// The positions of a ring, a line or an arc, with the bounds of every run of a few dozen: built once, drawn often.
///
/// A tile passes over the runs beside it without a look at their positions, so a ring of 100,000 vertices of which 50 are
/// in the tile costs little more than one of 50. What is drawn is the same, to the byte, as without the bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    positions: Box<[[i32; 2]]>,
    /// Of each [`CHUNK`] positions; empty when there is only one chunk.
    chunks: Box<[LatticeBounds]>,
    bounds: Option<LatticeBounds>,
}

impl Outline {
    /// An outline of `positions`, `[lon, lat]` in lattice units.
    pub fn new(positions: impl Into<Box<[[i32; 2]]>>) -> Self {
        let positions = positions.into();
        let bounds = LatticeBounds::of(&positions);
        let chunks = if positions.len() > CHUNK { positions.chunks(CHUNK) } else { [].chunks(CHUNK) };
        let chunks = chunks.map(|chunk| LatticeBounds::of(chunk).expect("a chunk has a position")).collect();
        Self { positions, chunks, bounds }
    }

    /// The positions.
    pub fn positions(&self) -> &[[i32; 2]] {
        &self.positions
    }

    /// The smallest bounds of all positions, or `None` when there is none.
    pub fn bounds(&self) -> Option<LatticeBounds> {
        self.bounds
    }

    /// The chunks in order, each with its bounds.
    pub(crate) fn chunks(&self) -> impl DoubleEndedIterator<Item = (&[[i32; 2]], LatticeBounds)> {
        let bounds = if self.chunks.is_empty() { self.bounds.as_slice() } else { &self.chunks };
        self.positions.chunks(CHUNK).zip(bounds.iter().copied())
    }
}

/// An outline, walked one way or the other: how two areas draw the border they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run<'a> {
    /// From its first position to its last.
    Along(&'a Outline),
    /// From its last position to its first.
    Against(&'a Outline),
}

impl<'a> Run<'a> {
    pub(crate) fn outline(self) -> &'a Outline {
        match self {
            Self::Along(outline) | Self::Against(outline) => outline,
        }
    }
}

/// A ring or a line to draw. Conversions make one of whatever the caller has.
///
/// In a ring the first position may be repeated at the end or not; nor does it matter when a run begins where the one
/// before ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path<'a> {
    /// Bare positions; every tile looks at each of them.
    Positions(&'a [[i32; 2]]),
    /// One outline.
    Outline(&'a Outline),
    /// Several outlines, one after the other: the arcs around an area.
    Runs(&'a [Run<'a>]),
}

impl Path<'_> {
    /// The smallest bounds of all positions, or `None` when there is none.
    pub(crate) fn bounds(self) -> Option<LatticeBounds> {
        match self {
            Self::Positions(positions) => LatticeBounds::of(positions),
            Self::Outline(outline) => outline.bounds,
            Self::Runs(runs) => runs.iter().filter_map(|run| run.outline().bounds).reduce(LatticeBounds::union),
        }
    }
}

impl<'a> From<&'a [[i32; 2]]> for Path<'a> {
    fn from(positions: &'a [[i32; 2]]) -> Self {
        Self::Positions(positions)
    }
}

impl<'a> From<&'a Outline> for Path<'a> {
    fn from(outline: &'a Outline) -> Self {
        Self::Outline(outline)
    }
}

impl<'a> From<&'a [Run<'a>]> for Path<'a> {
    fn from(runs: &'a [Run<'a>]) -> Self {
        Self::Runs(runs)
    }
}
