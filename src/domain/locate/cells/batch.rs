//! Many positions at a time: the memory of all is asked for before any is read.

use super::{
    block::Slot,
    directory::{LocateIndex, Page, Spot},
    grid::{self, Place},
    lanes::{self, Sight},
    line::Line,
};
use crate::domain::{coverage::FaceId, geometry::Position};

/// Positions that are on their way at one time: enough to hide the memory, few enough to stay in the first cache.
const GROUP: usize = 64;

/// Positions of a group that are on their way still, `count` of them.
struct Waiting<T> {
    of: [T; GROUP],
    count: usize,
}

impl<T> Waiting<T> {
    fn new(nothing: T) -> Self
    where
        T: Copy,
    {
        Self { of: [nothing; GROUP], count: 0 }
    }

    #[inline]
    fn push(&mut self, one: T) {
        self.of[self.count] = one;
        self.count += 1;
    }

    #[inline]
    fn iter(&self) -> impl Iterator<Item = &T> {
        self.of[..self.count].iter()
    }
}

/// All positions on their way, by where they are: made once for a batch, because clearing them costs as much as a look-up.
struct Halls<'i> {
    in_tiles: Waiting<InTile<'i>>,
    in_lines: Waiting<InCell<'i>>,
    in_words: Waiting<InCell<'i>>,
    in_records: Waiting<InCell<'i>>,
    sights: Waiting<Sight<'i>>,
}

/// A position whose tile is known.
#[derive(Clone, Copy)]
struct InTile<'i> {
    number: u32,
    x: u32,
    y: u32,
    slot: Option<&'i Slot>,
}

/// A position whose cell is known.
#[derive(Clone, Copy)]
struct InCell<'i> {
    number: u32,
    padding: u32,
    place: Place,
    block: &'i [u32],
    /// Where the line or the word of the cell begins; of a cell that is a word, that word once it is read.
    at: u32,
}

const IN_TILE: InTile<'static> = InTile { number: 0, x: 0, y: 0, slot: None };
const IN_CELL: InCell<'static> =
    InCell { number: 0, padding: 0, place: Place { cell: 0, x: 0, y: 0 }, block: &[], at: 0 };
const NO_SIGHT: Sight<'static> = Sight { words: &[0; 32], x: 0, y: 0, thread: 0 };

impl LocateIndex {
    /// The faces that own `positions`, in their order, into `spots`, which is as long.
    ///
    /// The same as [`LocateIndex::locate`] one by one.
    pub fn locate_batch(&self, positions: &[Position], spots: &mut [Spot]) {
        assert_eq!(positions.len(), spots.len(), "one spot a position");
        let mut halls = Halls {
            in_tiles: Waiting::new(IN_TILE),
            in_lines: Waiting::new(IN_CELL),
            in_words: Waiting::new(IN_CELL),
            in_records: Waiting::new(IN_CELL),
            sights: Waiting::new(NO_SIGHT),
        };
        for (positions, spots) in positions.chunks(GROUP).zip(spots.chunks_mut(GROUP)) {
            self.locate_group(positions, spots, &mut halls);
        }
    }

    fn locate_group<'i>(&'i self, positions: &[Position], spots: &mut [Spot], halls: &mut Halls<'i>) {
        let tile_bits = self.layout.tile_bits();
        let Halls { in_tiles, in_lines, in_words, in_records, sights } = halls;
        in_tiles.count = 0;
        in_lines.count = 0;
        in_words.count = 0;
        in_records.count = 0;
        sights.count = 0;
        for (i, (&position, spot)) in positions.iter().zip(&mut *spots).enumerate() {
            *spot = Spot::default();
            let Some(address) = self.layout.address(position.wrapped()) else { continue };
            match self.page(address.page) {
                Page::Face(face) => spot.face = FaceId(*face),
                Page::Tiles(slots) => {
                    let slot = &slots[address.tile];
                    lanes::prefetch(std::slice::from_ref(slot), 0);
                    in_tiles.push(InTile { number: i as u32, x: address.x, y: address.y, slot: Some(slot) });
                }
            }
        }
        for &InTile { number, x, y, slot } in in_tiles.iter() {
            let Some(slot) = slot else { continue };
            let Some(block) = slot.block() else {
                spots[number as usize].face = FaceId(slot.only_face().unwrap_or_default());
                continue;
            };
            let place = slot.place(tile_bits, x, y);
            let at = slot.at(place.cell);
            lanes::prefetch(block, at);
            let cell = InCell { number, padding: slot.padding() as u32, place, block, at: at as u32 };
            if slot.is_lines() {
                lanes::prefetch(block, at + 16);
                in_lines.push(cell);
            } else {
                in_words.push(cell);
            }
        }
        for cell in in_lines.iter() {
            sights.push(Line::of(cell.block, cell.at as usize).sight(cell.place.x, cell.place.y));
        }
        let mut faces = [0; GROUP];
        lanes::look_many(&sights.of[..sights.count], &mut faces);
        for (cell, &face) in in_lines.iter().zip(&faces) {
            if face != lanes::NOT_SEEN {
                spots[cell.number as usize].face = FaceId(face);
                continue;
            }
            let record = Line::of(cell.block, cell.at as usize).record().unwrap_or_default() + cell.padding;
            lanes::prefetch(cell.block, record as usize);
            lanes::prefetch(cell.block, record as usize + 16);
            in_records.push(*cell);
        }
        for cell in in_records.iter() {
            let position = positions[cell.number as usize].wrapped();
            let line = Line::of(cell.block, cell.at as usize);
            let records = &cell.block[cell.padding as usize..];
            let reached = line.look_closely(records, cell.place, (position.lon(), position.lat()));
            spots[cell.number as usize] = Spot { face: FaceId(reached.face), on_edge: reached.on_edge };
        }
        if in_words.count > 0 {
            Self::locate_in_words(positions, spots, in_words);
        }
    }

    /// The rest of the way for cells that are words.
    fn locate_in_words(positions: &[Position], spots: &mut [Spot], cells: &mut Waiting<InCell<'_>>) {
        for cell in &mut cells.of[..cells.count] {
            cell.at = cell.block[cell.at as usize];
            if cell.at & grid::INTERIOR == 0 {
                lanes::prefetch(cell.block, cell.at as usize);
                lanes::prefetch(cell.block, cell.at as usize + 16);
            }
        }
        for cell in cells.iter() {
            let position = positions[cell.number as usize].wrapped();
            let q = (position.lon(), position.lat());
            let reached = grid::walk(cell.block, cell.at, (cell.place.x, cell.place.y), q);
            spots[cell.number as usize] = Spot { face: FaceId(reached.face), on_edge: reached.on_edge };
        }
    }
}
