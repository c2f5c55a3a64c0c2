//! The rings of all areas as chains of arcs.

use onemap_tiles::LatticeBounds;

use super::arc_index::ArcIndex;
use crate::domain::{
    coverage::{ArcId, ArcSide, AreaIndex, Coverage},
    geometry::Position,
};

/// Sides in a row that are passed over at once where they are far from a tile.
const CHUNK: usize = 32;

/// An arc and the way along it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Side(u32);

impl Side {
    fn of(side: ArcSide) -> Self {
        Self(side.arc.0 << 1 | u32::from(side.is_forward))
    }

    pub(super) const fn arc(self) -> ArcId {
        ArcId(self.0 >> 1)
    }

    pub(super) const fn is_forward(self) -> bool {
        self.0 & 1 == 1
    }

    /// Where it begins and where it ends.
    pub(super) fn ends(self, coverage: &Coverage) -> [Position; 2] {
        let positions = coverage.positions(self.arc());
        let (first, last) = (positions[0], positions[positions.len() - 1]);
        if self.is_forward() { [first, last] } else { [last, first] }
    }
}

/// The rings around every area, arc by arc.
///
/// Exteriors and holes are not told apart, and where rings touch it does not matter which way they go on: what is inside
/// follows from the even-odd rule.
pub(super) struct Rings {
    sides: Vec<Side>,
    /// Where each ring begins in `sides`; the end of the last.
    ring_starts: Vec<u32>,
    /// Where the rings of each area begin in `ring_starts`; the end of the last.
    area_starts: Vec<u32>,
    /// The bounds of each [`CHUNK`] sides, across rings and areas.
    chunks: Vec<LatticeBounds>,
}

/// A piece of a ring.
pub(super) enum Piece {
    /// One arc, near or far.
    Side(Side),
    /// Arcs beyond one side of what is looked at, in a row: where they begin and end.
    Far([Position; 2]),
}

/// The rings before a change.
pub(super) struct Before<'a> {
    pub(super) rings: &'a Rings,
    /// The number that each area had, if it was there and none of its arcs changed.
    pub(super) same: &'a [Option<AreaIndex>],
}

impl Rings {
    /// The rings of all areas; those that are the `same` as before are copied.
    pub(super) fn new(coverage: &Coverage, arcs: &ArcIndex, before: Option<&Before<'_>>) -> Self {
        let mut rings =
            Self { sides: Vec::new(), ring_starts: Vec::new(), area_starts: Vec::new(), chunks: Vec::new() };
        let mut linker = Linker::default();
        for area in 0..coverage.area_count() as AreaIndex {
            rings.area_starts.push(rings.ring_starts.len() as u32);
            let copy = before.and_then(|before| Some((before.rings, before.same[area as usize]?)));
            match copy {
                Some((old, number)) => {
                    for ring in old.rings(number) {
                        rings.ring_starts.push(rings.sides.len() as u32);
                        rings.sides.extend_from_slice(&old.sides[ring]);
                    }
                }
                None => linker.link(coverage, coverage.border_of(area), &mut rings),
            }
        }
        rings.area_starts.push(rings.ring_starts.len() as u32);
        rings.ring_starts.push(rings.sides.len() as u32);
        let bounds = |side: &Side| arcs.bounds(side.arc());
        let union = |chunk: &[Side]| chunk.iter().map(bounds).reduce(LatticeBounds::union);
        rings.chunks = rings.sides.chunks(CHUNK).filter_map(union).collect();
        rings
    }

    /// The rings of an area, as ranges of sides.
    pub(super) fn rings(&self, area: AreaIndex) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        let starts = self.area_starts[area as usize] as usize..self.area_starts[area as usize + 1] as usize;
        starts.map(|ring| self.ring_starts[ring] as usize..self.ring_starts[ring + 1] as usize)
    }

    /// The sides of a ring, in order.
    pub(super) fn sides(&self, ring: std::ops::Range<usize>) -> &[Side] {
        &self.sides[ring]
    }

    /// The bounds of all rings of an area; `None` when it has none.
    pub(super) fn bounds(&self, area: AreaIndex, arcs: &ArcIndex) -> Option<LatticeBounds> {
        let sides = self.rings(area).flat_map(|ring| &self.sides[ring]);
        sides.map(|side| arcs.bounds(side.arc())).reduce(LatticeBounds::union)
    }

    /// Walks around a ring; stretches whose bounds `is_far` are one piece.
    pub(super) fn walk(
        &self,
        ring: std::ops::Range<usize>,
        coverage: &Coverage,
        is_far: impl Fn(LatticeBounds) -> bool,
        mut each: impl FnMut(Piece),
    ) {
        let mut at = ring.start;
        while at < ring.end {
            let end = at + CHUNK;
            if at.is_multiple_of(CHUNK) && end <= ring.end && is_far(self.chunks[at / CHUNK]) {
                let ends = [self.sides[at].ends(coverage)[0], self.sides[end - 1].ends(coverage)[1]];
                each(Piece::Far(ends));
                at = end;
            } else {
                each(Piece::Side(self.sides[at]));
                at += 1;
            }
        }
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        let words = self.sides.capacity() + self.ring_starts.capacity() + self.area_starts.capacity();
        words * size_of::<u32>() + self.chunks.capacity() * size_of::<LatticeBounds>()
    }
}

/// Puts the sides of a border into rings.
#[derive(Default)]
struct Linker {
    /// The sides by where they begin.
    leaving: Vec<(Position, Side)>,
    is_used: Vec<bool>,
}

impl Linker {
    fn link(&mut self, coverage: &Coverage, border: &[ArcSide], rings: &mut Rings) {
        let sides = border.iter().map(|&side| Side::of(side));
        self.leaving.clear();
        self.leaving.extend(sides.map(|side| (side.ends(coverage)[0], side)));
        self.leaving.sort_unstable_by_key(|&(position, side)| (position, side.0));
        self.is_used.clear();
        self.is_used.resize(self.leaving.len(), false);
        for first in 0..self.leaving.len() {
            if self.is_used[first] {
                continue;
            }
            rings.ring_starts.push(rings.sides.len() as u32);
            let mut next = Some(first);
            while let Some(at) = next {
                self.is_used[at] = true;
                let side = self.leaving[at].1;
                rings.sides.push(side);
                let end = side.ends(coverage)[1];
                // a ring ends where it began, the first time it comes there
                next = if end == self.leaving[first].0 { None } else { self.unused_from(end) };
            }
        }
    }

    /// A side that leaves `position` and is in no ring: as many leave as arrive, so there is one.
    fn unused_from(&self, position: Position) -> Option<usize> {
        let first = self.leaving.partition_point(|&(from, _)| from < position);
        let here = self.leaving[first..].iter().take_while(|&&(from, _)| from == position);
        (first..first + here.count()).find(|&at| !self.is_used[at])
    }
}
