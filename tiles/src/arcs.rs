//! Lines that rings and borders share: projected, snapped and cut once, however many areas and levels they bound.

use std::ops::Range;

use crate::clip::remove_repeated;
use crate::lattice::LatticeBounds;
use crate::skip::Skipper;
use crate::snap::{HIGH, HotUnits, LOW, is_drawn};

/// How a ring goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// From the first position of an arc of the tile to its last; the number is that of [`crate::TileBuilder::arc`].
    Along(u32),
    /// From the last position of an arc to its first.
    Against(u32),
    /// To a position, in some way that lies beyond one side of [`crate::TileCoord::reach`], both of its ends included.
    Beyond([i32; 2]),
}

/// Where positions beyond the reach of the tile are drawn: as far out as units go, which keeps them on their side.
const OUT: i32 = 1 << 20;

/// The arcs of one tile.
#[derive(Default)]
pub(crate) struct Arcs {
    /// World positions relative to the tile's north-west corner.
    positions: Vec<[i64; 2]>,
    /// For each arc, its end in `positions`; the first begins at 0.
    ends: Vec<usize>,
    /// The arcs in tile units.
    units: Vec<[i32; 2]>,
    /// For each arc, its part of `units`, and whether all of it is drawn.
    parts: Vec<(Range<usize>, bool)>,
}

impl Arcs {
    pub(crate) fn clear(&mut self) {
        self.positions.clear();
        self.ends.clear();
        self.units.clear();
        self.parts.clear();
    }

    /// Positions and units that there is room for.
    pub(crate) fn size(&self) -> usize {
        self.positions.capacity() + self.units.capacity()
    }

    /// Adds an arc and tells its number; positions that cannot matter are left out before they are projected.
    pub(crate) fn add(
        &mut self,
        arc: impl Iterator<Item = [i32; 2]>,
        reach: LatticeBounds,
        mut project: impl FnMut([i32; 2]) -> [i64; 2],
    ) -> u32 {
        let positions = &mut self.positions;
        let mut skipper = Skipper::new(reach, |position| positions.push(project(position)));
        arc.for_each(|position| skipper.push(position));
        skipper.finish_open();
        self.ends.push(self.positions.len());
        self.ends.len() as u32 - 1
    }

    /// Marks what the arcs make hot.
    pub(crate) fn heat(&self, hot: &mut HotUnits) {
        let mut start = 0;
        for &end in &self.ends {
            let positions = &self.positions[start..end];
            positions.iter().for_each(|&position| hot.mark(hot.unit(position)));
            positions.windows(2).for_each(|pair| hot.mark_crossings(pair[0], pair[1]));
            start = end;
        }
    }

    /// Leads all arcs through the hot units.
    pub(crate) fn route(&mut self, hot: &HotUnits) {
        let mut start = 0;
        for &end in &self.ends {
            let (positions, first) = (&self.positions[start..end], self.units.len());
            positions.windows(2).for_each(|pair| hot.route(pair[0], pair[1], &mut self.units));
            self.units.extend(positions.last().map(|&last| hot.unit(last)));
            let len = remove_repeated(&mut self.units, first);
            self.units.truncate(len);
            let part = first..len;
            let is_inside = self.units[part.clone()].iter().all(|&unit| is_drawn(unit));
            self.parts.push((part, is_inside));
            start = end;
        }
    }

    /// The units of an arc; none where there is no such arc.
    pub(crate) fn units(&self, arc: u32) -> &[[i32; 2]] {
        self.parts.get(arc as usize).map_or(&[], |(part, _)| &self.units[part.clone()])
    }

    fn is_inside(&self, arc: u32) -> bool {
        self.parts.get(arc as usize).is_some_and(|(_, is_inside)| *is_inside)
    }

    /// Puts a ring together, the first unit not repeated; of what is not drawn only enough to go around the drawn square.
    /// Whether all of it is drawn.
    pub(crate) fn ring(&self, steps: &[Step], reach: LatticeBounds, out: &mut Vec<[i32; 2]>) -> bool {
        let mut ring = Ring::new(out);
        for &step in steps {
            match step {
                Step::Along(arc) => ring.put(self.units(arc).iter(), self.is_inside(arc)),
                Step::Against(arc) => ring.put(self.units(arc).iter().rev(), self.is_inside(arc)),
                Step::Beyond(position) => ring.push(unit_beyond(position, reach)),
            }
        }
        ring.finish()
    }
}

/// A unit beyond the same sides as `position`; on an axis on which it is beyond none, in the middle.
fn unit_beyond(position: [i32; 2], reach: LatticeBounds) -> [i32; 2] {
    let sides = reach.outside(position);
    let place = |low: bool, high: bool| match (low, high) {
        (true, _) => -OUT,
        (_, true) => OUT,
        _ => i32::midpoint(LOW, HIGH),
    };
    // north is up
    [place(sides & 1 != 0, sides & 2 != 0), place(sides & 8 != 0, sides & 4 != 0)]
}

/// One bit for each side of the drawn square that the unit lies beyond.
pub(crate) fn outside([x, y]: [i32; 2]) -> u8 {
    u8::from(x < LOW) | u8::from(x > HIGH) << 1 | u8::from(y < LOW) << 2 | u8::from(y > HIGH) << 3
}

/// A ring that is put together, less the units without which it runs around the drawn square the same way.
pub(crate) struct Ring<'o> {
    out: &'o mut Vec<[i32; 2]>,
    /// Sides beyond which the first unit lies.
    first: Option<u8>,
    /// Sides beyond which the unit kept last lies.
    before: u8,
    /// The newest unit that is not drawn, which waits for the one after it, and its sides.
    pending: Option<([i32; 2], u8)>,
    is_inside: bool,
}

impl<'o> Ring<'o> {
    /// A ring in `out`, which is overwritten.
    pub(crate) fn new(out: &'o mut Vec<[i32; 2]>) -> Self {
        out.clear();
        Self { out, first: None, before: 0, pending: None, is_inside: true }
    }

    /// Whether a part of the ring that begins with a unit and lies within bounds, all of it beyond a side that the ring is
    /// beyond already, may be left out but for that unit.
    pub(crate) fn may_pass(&mut self, first: [i32; 2], [min, max]: [[i32; 2]; 2]) -> bool {
        self.settle(outside(first));
        // beyond a side as a whole: both corners are
        self.first.is_some() && self.before & outside(min) & outside(max) != 0
    }

    /// Goes on along an arc.
    fn put<'u>(&mut self, mut units: impl Iterator<Item = &'u [i32; 2]>, is_inside: bool) {
        let Some(&first) = units.next() else { return };
        self.push(first);
        if is_inside {
            self.out.extend(units);
        } else {
            units.for_each(|&unit| self.push(unit));
        }
    }

    /// Goes on to a unit.
    pub(crate) fn push(&mut self, unit: [i32; 2]) {
        let sides = outside(unit);
        self.settle(sides);
        if sides == 0 || self.first.is_none() {
            self.first.get_or_insert(sides);
            self.is_inside &= sides == 0;
            if self.out.last() != Some(&unit) {
                self.out.push(unit);
            }
            self.before = sides;
        } else {
            self.pending = Some((unit, sides));
        }
    }

    /// Keeps or drops the unit that waits, now that the sides of the one after it are known.
    fn settle(&mut self, after: u8) {
        let Some((unit, sides)) = self.pending.take() else { return };
        self.is_inside = false;
        if self.before & sides & after == 0 && self.out.last() != Some(&unit) {
            self.out.push(unit);
            self.before = sides;
        }
    }

    /// The end; whether all of it is drawn.
    pub(crate) fn finish(mut self) -> bool {
        self.settle(self.first.unwrap_or(0));
        while self.out.len() > 1 && self.out.first() == self.out.last() {
            self.out.pop();
        }
        self.is_inside
    }
}
