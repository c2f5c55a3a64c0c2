//! Strips: four rows of tiles, with the memory of all.

use std::sync::Arc as Shared;

use super::{
    grid::{self, Cells, INTERIOR, Place},
    layout::Stock,
    line::Line,
    record::Reached,
    runs,
};
use crate::domain::held::Held;

/// Words before what a tile has in the rest: where its runs begin, and where they end, both from these words.
pub(super) const HEAD: usize = 2;

/// Parts that a strip has at most; with more, the index is built anew.
pub(super) const MAX_PARTS: usize = 4_096;

/// What a look-up needs to know of a tile: as little as can be, so that all of a district's are near. From the lowest bit:
///
/// ```text
/// 32 bits   the face of a tile without borders, else where its cells begin in the lines, or in the rest
///  8, 8     columns and rows of cells; none are a tile without borders
/// 16        the part that has its cells
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot(pub(super) u64);

impl Slot {
    /// A tile without borders.
    pub(super) const fn of_face(face: u32) -> Self {
        Self(face as u64)
    }

    /// A tile whose cells begin at a place of the first part.
    pub(super) fn new(at: u32, Cells { columns, rows }: Cells) -> Self {
        Self(u64::from(at) | u64::from(columns) << 32 | u64::from(rows) << 40)
    }

    /// The same in another part.
    pub(super) fn in_part(self, part: u16) -> Self {
        Self(self.0 & 0xffff_ffff_ffff | u64::from(part) << 48)
    }

    /// Where the cells begin.
    #[inline(always)]
    pub(super) fn at(self) -> u32 {
        self.0 as u32
    }

    #[inline(always)]
    pub(super) fn cells(self) -> Cells {
        Cells { columns: (self.0 >> 32) as u8, rows: (self.0 >> 40) as u8 }
    }

    /// The part that has the cells.
    #[inline(always)]
    pub(super) fn part(self) -> usize {
        (self.0 >> 48) as usize
    }

    /// The face of a tile without borders.
    #[inline(always)]
    pub(super) fn only_face(self) -> Option<u32> {
        (self.0 >> 32 == 0).then_some(self.0 as u32)
    }
}

/// Memory of tiles: that of a whole strip when it is built, that of one tile when that is built again.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Cells that are lines.
    pub(super) lines: Shared<[Line]>,
    /// Tile by tile: the head, cells that are words, records, runs.
    pub(super) rest: Shared<[u32]>,
}

impl Part {
    fn bytes(&self) -> usize {
        // The counts of a shared slice take the room of what it is aligned to.
        let lines = size_of_val(&self.lines[..]) + align_of::<Line>();
        lines + size_of_val(&self.rest[..]) + 16 + size_of::<Self>()
    }

    fn is_shared_with(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.lines, &other.lines) && Shared::ptr_eq(&self.rest, &other.rest)
    }
}

/// Four rows of tiles.
#[derive(Debug, Clone)]
pub(super) struct Strip {
    /// Column by column from the west, each from the south.
    pub(super) slots: Vec<Slot>,
    /// Where the head of each tile is in the rest.
    pub(super) tails: Vec<u32>,
    /// The first is that of the strip when it was built.
    pub(super) parts: Vec<Part>,
}

/// The memory of a tile with borders.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tile<'s> {
    pub(super) cells: Cells,
    pub(super) at: u32,
    pub(super) tail: u32,
    pub(super) lines: &'s [Line],
    pub(super) rest: &'s [u32],
}

impl Strip {
    /// A tile, or its face when it has no borders.
    pub(super) fn tile(&self, number: usize) -> Result<Tile<'_>, u32> {
        let slot = self.slots[number];
        if let Some(face) = slot.only_face() {
            return Err(face);
        }
        let Part { lines, rest } = &self.parts[slot.part()];
        Ok(Tile { cells: slot.cells(), at: slot.at(), tail: self.tails[number], lines, rest })
    }

    /// Puts a tile without borders into a place.
    pub(super) fn put_face(&mut self, number: usize, face: u32) {
        self.forget(number);
        self.slots[number] = Slot::of_face(face);
        self.tails[number] = 0;
    }

    /// Puts a tile that was built alone into a place.
    pub(super) fn put(&mut self, number: usize, slot: Slot, tail: u32, part: Part) {
        self.forget(number);
        // The place of a tile that is gone, or a new one.
        let free = self.parts.iter().skip(1).position(|part| part.rest.is_empty());
        let place = free.map_or(self.parts.len(), |free| free + 1);
        if place == self.parts.len() {
            self.parts.push(part);
        } else {
            self.parts[place] = part;
        }
        self.slots[number] = slot.in_part(place as u16);
        self.tails[number] = tail;
    }

    /// Gives the memory back of a tile that was built alone.
    fn forget(&mut self, number: usize) {
        let slot = self.slots[number];
        if slot.only_face().is_none() && slot.part() != 0 {
            self.parts[slot.part()] = Part { lines: Shared::default(), rest: Shared::default() };
        }
    }

    /// Memory of the strip, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let slots = size_of_val(&self.slots[..]) + size_of_val(&self.tails[..]);
        size_of::<Self>() + 16 + slots + self.parts.iter().map(Part::bytes).sum::<usize>()
    }

    /// Bytes of tiles that were built again since the strip was: they are there for whoever shares the strip as it was.
    pub(super) fn spare(&self) -> usize {
        let Part { lines, rest } = &self.parts[0];
        let first = (0..self.slots.len()).filter(|&number| {
            let slot = self.slots[number];
            slot.only_face().is_none() && slot.part() == 0
        });
        let (mut used_lines, mut used_rest) = (0, 0);
        for number in first {
            used_lines += self.slots[number].cells().count();
            used_rest += rest[self.tails[number] as usize + 1] as usize;
        }
        lines.len().saturating_sub(used_lines) * size_of::<Line>()
            + rest.len().saturating_sub(used_rest) * size_of::<u32>()
    }

    /// Counts its memory but for itself.
    pub(super) fn hold(&self, held: &mut Held) {
        held.list(&self.slots);
        held.list(&self.tails);
        held.list(&self.parts);
        for part in &self.parts {
            held.part(&part.lines);
            held.part(&part.rest);
        }
    }

    /// Whether a tile is the same in memory as that of `other`.
    pub(super) fn is_shared_with(&self, other: &Self, number: usize) -> bool {
        let (one, two) = (self.slots[number], other.slots[number]);
        match (one.only_face(), two.only_face()) {
            (None, None) => one.at() == two.at() && self.parts[one.part()].is_shared_with(&other.parts[two.part()]),
            (one, two) => one == two,
        }
    }

    /// Whether a tile is equal to that of `other`, wherever they are in memory.
    pub(super) fn is_equal_to(&self, other: &Self, number: usize, stock: Stock) -> bool {
        match (self.tile(number), other.tile(number)) {
            (Ok(one), Ok(two)) => one.is_equal_to(two, stock),
            (Err(one), Err(two)) => one == two,
            _ => false,
        }
    }
}

impl<'s> Tile<'s> {
    /// What is at a place; `q` is the same on the lattice.
    pub(super) fn locate(self, stock: Stock, place: Place, q: (i32, i32)) -> Reached {
        let at = self.at as usize + place.cell;
        match stock {
            Stock::Lines => self.lines[at].look_closely(self.rest, place, q),
            Stock::Words => grid::walk(self.rest, self.rest[at], place, q),
        }
    }

    /// The runs of edges that touch the tile.
    pub(super) fn runs(self) -> impl Iterator<Item = runs::Run> + 's {
        let own = &self.rest[self.tail as usize..];
        runs::read(&own[own[0] as usize..own[1] as usize])
    }

    fn is_equal_to(self, other: Self, stock: Stock) -> bool {
        if self.cells != other.cells {
            return false;
        }
        let lines = |tile: Self| match stock {
            Stock::Lines => &tile.lines[tile.at as usize..][..tile.cells.count()],
            Stock::Words => &[],
        };
        let words = |tile: Self| match stock {
            Stock::Lines => &[],
            Stock::Words => &tile.rest[tile.at as usize..][..tile.cells.count()],
        };
        let records = |tile: Self| {
            let own = &tile.rest[tile.tail as usize..];
            &own[HEAD + words(tile).len()..own[1] as usize]
        };
        // Where records begin is told from where those of the tile do.
        let is_same_line = |(one, two): (&Line, &Line)| match (one.record(), two.record()) {
            (Some(one), Some(two)) => one - self.tail == two - other.tail,
            _ => one == two,
        };
        let is_same_word = |(&one, &two): (&u32, &u32)| {
            one == two || ((one | two) & INTERIOR == 0 && one - self.tail == two - other.tail)
        };
        lines(self).iter().zip(lines(other)).all(is_same_line)
            && words(self).iter().zip(words(other)).all(is_same_word)
            && self.rest[self.tail as usize] == other.rest[other.tail as usize]
            && records(self) == records(other)
    }
}
