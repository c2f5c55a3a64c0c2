//! Many positions at a time: the memory of all is asked for before any is read.

use super::{
    directory::{LocateIndex, Spot},
    grid,
    lanes::{self, Lanes, Packed, Task},
    layout::Stock,
    line::{self, Line},
};
use crate::domain::{coverage::FaceId, geometry::Position};

/// Positions of a group. Three groups are on their way at one time: enough to hide the memory, few enough to stay in the
/// first cache.
const GROUP: usize = 64;

/// Positions that wait for the same step, `count` of them.
struct Waiting<T> {
    of: [T; GROUP],
    count: usize,
}

impl<T: Copy> Waiting<T> {
    fn new(nothing: T) -> Self {
        Self { of: [nothing; GROUP], count: 0 }
    }

    #[inline(always)]
    fn push(&mut self, one: T) {
        self.of[self.count] = one;
        self.count += 1;
    }

    #[inline(always)]
    fn take(&mut self) -> &[T] {
        let count = std::mem::take(&mut self.count);
        &self.of[..count]
    }
}

/// A position whose tile is known.
#[derive(Clone, Copy)]
struct InTile<L: Lanes> {
    number: u32,
    strip: u32,
    slot: usize,
    within: L::Within,
}

/// A position whose line is known.
#[derive(Clone, Copy)]
struct InLine<'i, L: Lanes> {
    line: &'i Line,
    number: u32,
    seat: L::Seat,
}

const NO_LINE: &Line = &Line([0; line::WORDS]);

/// Positions of one call of the inner loop: their numbers have 32 bits.
const MAX_POSITIONS: usize = 1 << 31;

impl LocateIndex {
    /// The faces that own `positions`, in their order, into `spots`, which is as long.
    ///
    /// The same as [`LocateIndex::locate`] one by one.
    pub fn locate_batch(&self, positions: &[Position], spots: &mut [Spot]) {
        assert_eq!(positions.len(), spots.len(), "one spot a position");
        for (positions, spots) in positions.chunks(MAX_POSITIONS).zip(spots.chunks_mut(MAX_POSITIONS)) {
            lanes::run(self.wide, Batch { index: self, positions, spots });
        }
    }
}

/// Look-ups of many positions.
struct Batch<'i, 'p> {
    index: &'i LocateIndex,
    positions: &'p [Position],
    spots: &'p mut [Spot],
}

impl Task for Batch<'_, '_> {
    type Answer = ();

    #[inline(always)]
    fn run<L: Lanes>(mut self, lanes: L) {
        // Made once for a batch, because clearing them costs as much as a look-up. Two of each: while the memory that one
        // group asked for is on its way, the group before is at the next step.
        let (within, seat) = lanes.nowhere();
        let no_tile = InTile::<L> { number: 0, strip: 0, slot: 0, within };
        let no_line = InLine::<L> { line: NO_LINE, number: 0, seat };
        let mut in_tiles = [Waiting::new(no_tile), Waiting::new(no_tile)];
        let mut in_lines = [Waiting::new(no_line), Waiting::new(no_line)];
        let mut in_words = [Waiting::new(0_u32), Waiting::new(0_u32)];
        let mut unseen = Waiting::new(0_u32);
        for step in 0..self.positions.len().div_ceil(GROUP) + 2 {
            let (now, before) = (step & 1, (step + 1) & 1);
            self.find_tiles(lanes, step, &mut in_tiles[now]);
            self.find_cells(lanes, in_tiles[before].take(), &mut in_lines[before], &mut in_words[before]);
            self.look(lanes, in_lines[now].take(), &mut unseen);
            if in_words[now].count > 0 {
                self.index.locate_in_words(self.positions, self.spots, in_words[now].take());
            }
        }
        self.index.locate_unseen(self.positions, self.spots, unseen.take());
    }
}

impl<'i> Batch<'i, '_> {
    /// Asks for the tiles of a group, if there is one of that number.
    #[inline(always)]
    fn find_tiles<L: Lanes>(&mut self, lanes: L, group: usize, found: &mut Waiting<InTile<L>>) {
        let Self { index, positions, spots } = self;
        let from = (group * GROUP).min(positions.len());
        let to = (from + GROUP).min(positions.len());
        for (number, (&position, spot)) in (from as u32..).zip(positions[from..to].iter().zip(&mut spots[from..to])) {
            *spot = Spot::default();
            let (tile, within) = lanes.tile(index.layout, Packed::of(position));
            let Some(at) = index.layout.find(tile) else { continue };
            lanes::prefetch(&index.strips[at.strip].slots, at.slot);
            found.push(InTile { number, strip: at.strip as u32, slot: at.slot, within });
        }
    }

    /// Reads the tiles of a group and asks for its cells.
    #[inline(always)]
    fn find_cells<L: Lanes>(
        &mut self,
        lanes: L,
        in_tiles: &[InTile<L>],
        in_lines: &mut Waiting<InLine<'i, L>>,
        in_words: &mut Waiting<u32>,
    ) {
        let Self { index, spots, .. } = self;
        let is_lines = index.layout.stock() == Stock::Lines;
        for &InTile { number, strip, slot, within } in in_tiles {
            let strip = &*index.strips[strip as usize];
            let slot = strip.slots[slot];
            if let Some(face) = slot.only_face() {
                spots[number as usize].face = FaceId(face);
                continue;
            }
            let (cell, seat) = lanes.seat(index.layout, within, slot);
            let part = &strip.parts[slot.part()];
            let at = slot.at() as usize + cell as usize;
            if is_lines {
                let line = &part.lines[at];
                lanes::prefetch(&line.0, 0);
                lanes::prefetch(&line.0, line::WORDS / 2);
                in_lines.push(InLine { line, number, seat });
            } else {
                lanes::prefetch(&part.rest, at);
                in_words.push(number);
            }
        }
    }

    /// Reads the lines of a group; positions whose line does not tell wait until they are as many as a group.
    #[inline(always)]
    fn look<L: Lanes>(&mut self, lanes: L, in_lines: &[InLine<'_, L>], unseen: &mut Waiting<u32>) {
        for &InLine { line, number, seat } in in_lines {
            let face = lanes.look(&line.0, seat);
            self.spots[number as usize].face = FaceId(face);
            if face == lanes::NOT_SEEN {
                unseen.push(number);
                if unseen.count == GROUP {
                    self.index.locate_unseen(self.positions, self.spots, unseen.take());
                }
            }
        }
    }
}

impl LocateIndex {
    /// The rest of the way for positions whose line did not tell.
    #[inline(never)]
    fn locate_unseen(&self, positions: &[Position], spots: &mut [Spot], unseen: &[u32]) {
        for &number in unseen {
            let Some((tile, place)) = self.place_of(positions[number as usize]) else { continue };
            if let Some(record) = tile.lines[tile.at as usize + place.cell].record() {
                prefetch_record(tile.rest, record);
            }
        }
        for &number in unseen {
            spots[number as usize] = self.locate_closely(Packed::of(positions[number as usize]));
        }
    }

    /// The rest of the way for cells that are words.
    #[inline(never)]
    fn locate_in_words(&self, positions: &[Position], spots: &mut [Spot], cells: &[u32]) {
        for &number in cells {
            let Some((tile, place)) = self.place_of(positions[number as usize]) else { continue };
            let word = tile.rest[tile.at as usize + place.cell];
            if word & grid::INTERIOR == 0 {
                prefetch_record(tile.rest, word);
            }
        }
        for &number in cells {
            spots[number as usize] = self.locate_closely(Packed::of(positions[number as usize]));
        }
    }
}

#[inline]
fn prefetch_record(rest: &[u32], record: u32) {
    lanes::prefetch(rest, record as usize);
    lanes::prefetch(rest, record as usize + 16);
}
