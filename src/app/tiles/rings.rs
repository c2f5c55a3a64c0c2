//! The rings of all areas as chains of arcs.

use std::{ops::Range, sync::Arc};

use onemap_tiles::LatticeBounds;

use super::arc_index::ArcIndex;
use crate::domain::{
    coverage::{ArcId, ArcSide, AreaIndex, Coverage},
    geometry::Position,
    held::Held,
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

/// The rings around every area, arc by arc, in pages that editions share.
///
/// Exteriors and holes are not told apart, and where rings touch it does not matter which way they go on: what is inside
/// follows from the even-odd rule.
#[derive(Clone)]
pub(super) struct Rings {
    pages: Vec<Arc<Page>>,
}

/// Areas of a page.
const PAGE_AREAS: usize = 64;

/// The rings of [`PAGE_AREAS`] areas.
struct Page {
    sides: Box<[Side]>,
    /// Where each ring begins in `sides`; the end of the last.
    ring_starts: Box<[u32]>,
    /// Where the rings of each area begin in `ring_starts`; the end of the last.
    area_starts: Box<[u32]>,
    /// The bounds of each [`CHUNK`] sides, across rings and areas.
    chunks: Box<[LatticeBounds]>,
}

/// One ring.
#[derive(Clone)]
pub(super) struct Ring<'a> {
    page: &'a Page,
    at: Range<usize>,
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
    /// The rings of all areas; those that are the `same` as before are copied, and whole pages of them shared.
    pub(super) fn new(coverage: &Coverage, arcs: &ArcIndex, before: Option<&Before<'_>>) -> Self {
        let count = coverage.area_count();
        let mut linker = Linker::default();
        let page = |first: usize| {
            let areas = first..(first + PAGE_AREAS).min(count);
            let is_same = |before: &&Before<'_>| {
                let has_all = before.rings.pages.get(first / PAGE_AREAS).is_some_and(|page| page.has(areas.len()));
                has_all && areas.clone().all(|area| before.same[area] == Some(area as AreaIndex))
            };
            match before.filter(is_same) {
                Some(before) => Arc::clone(&before.rings.pages[first / PAGE_AREAS]),
                None => Arc::new(Page::new(coverage, arcs, before, areas, &mut linker)),
            }
        };
        Self { pages: (0..count).step_by(PAGE_AREAS).map(page).collect() }
    }

    /// The rings of an area.
    pub(super) fn rings(&self, area: AreaIndex) -> impl Iterator<Item = Ring<'_>> {
        let page = &*self.pages[area as usize / PAGE_AREAS];
        let place = area as usize % PAGE_AREAS;
        let rings = page.area_starts[place] as usize..page.area_starts[place + 1] as usize;
        rings.map(|ring| Ring { page, at: page.ring_starts[ring] as usize..page.ring_starts[ring + 1] as usize })
    }

    /// The bounds of all rings of an area; `None` when it has none.
    pub(super) fn bounds(&self, area: AreaIndex, arcs: &ArcIndex) -> Option<LatticeBounds> {
        let sides = self.rings(area).flat_map(|ring| ring.sides());
        sides.map(|side| arcs.bounds(side.arc())).reduce(LatticeBounds::union)
    }

    /// Counts their memory.
    pub(super) fn hold(&self, held: &mut Held) {
        held.list(&self.pages);
        for page in &self.pages {
            if held.part(page) {
                let Page { sides, ring_starts, area_starts, chunks } = &**page;
                held.own(size_of_val(&**sides) + size_of_val(&**chunks));
                held.own(size_of_val(&**ring_starts) + size_of_val(&**area_starts));
            }
        }
    }
}

impl<'a> Ring<'a> {
    /// Its sides, in order.
    pub(super) fn sides(&self) -> &'a [Side] {
        &self.page.sides[self.at.clone()]
    }

    /// Walks around it; stretches whose bounds `is_far` are one piece.
    pub(super) fn walk(
        &self,
        coverage: &Coverage,
        is_far: impl Fn(LatticeBounds) -> bool,
        mut each: impl FnMut(Piece),
    ) {
        let Page { sides, chunks, .. } = self.page;
        let mut at = self.at.start;
        while at < self.at.end {
            let end = at + CHUNK;
            if at.is_multiple_of(CHUNK) && end <= self.at.end && is_far(chunks[at / CHUNK]) {
                let ends = [sides[at].ends(coverage)[0], sides[end - 1].ends(coverage)[1]];
                each(Piece::Far(ends));
                at = end;
            } else {
                each(Piece::Side(sides[at]));
                at += 1;
            }
        }
    }
}

impl Page {
    fn new(
        coverage: &Coverage,
        arcs: &ArcIndex,
        before: Option<&Before<'_>>,
        areas: Range<usize>,
        linker: &mut Linker,
    ) -> Self {
        let (mut sides, mut ring_starts, mut area_starts) = (Vec::new(), Vec::new(), Vec::new());
        for area in areas {
            area_starts.push(ring_starts.len() as u32);
            match before.and_then(|before| Some((before.rings, before.same[area]?))) {
                Some((old, number)) => {
                    for ring in old.rings(number) {
                        ring_starts.push(sides.len() as u32);
                        sides.extend_from_slice(ring.sides());
                    }
                }
                None => linker.link(coverage, coverage.border_of(area as AreaIndex), &mut sides, &mut ring_starts),
            }
        }
        area_starts.push(ring_starts.len() as u32);
        ring_starts.push(sides.len() as u32);
        let bounds = |side: &Side| arcs.bounds(side.arc());
        let union = |chunk: &[Side]| chunk.iter().map(bounds).reduce(LatticeBounds::union);
        let chunks = sides.chunks(CHUNK).filter_map(union).collect();
        Self { sides: sides.into(), ring_starts: ring_starts.into(), area_starts: area_starts.into(), chunks }
    }

    /// Whether it is of so many areas.
    fn has(&self, count: usize) -> bool {
        self.area_starts.len() == count + 1
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
    /// Appends the rings of a border.
    fn link(&mut self, coverage: &Coverage, border: &[ArcSide], rings: &mut Vec<Side>, starts: &mut Vec<u32>) {
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
            starts.push(rings.len() as u32);
            let mut next = Some(first);
            while let Some(at) = next {
                self.is_used[at] = true;
                let side = self.leaving[at].1;
                rings.push(side);
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
