//! The index itself: strips of tiles.

use std::sync::Arc as Shared;

use super::{
    block::Frame,
    grid::Place,
    lanes::{self, Lanes, Packed, Task, Wide},
    layout::{Layout, Stock, TileAt},
    strip::{Strip, Tile},
};
use crate::domain::{
    coverage::FaceId,
    geometry::{Extent, Position},
    held::Held,
};

/// What lies at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spot {
    /// The one face that owns the position.
    pub face: FaceId,
    /// Whether the position is on an edge of the map.
    pub on_edge: bool,
}

/// Exact point location over the faces of one coverage.
///
/// A look-up reads one place of memory that is likely to be far, seldom two, and allocates nothing. Clones share all strips.
///
/// **Invariant**: for every position the face is the one that [`Coverage`](crate::domain::coverage::Coverage) has just
/// east-north-east of it.
#[derive(Debug, Clone)]
pub struct LocateIndex {
    pub(super) layout: Layout,
    /// What the processor can do.
    pub(super) wide: Option<Wide>,
    /// From the south; each is shared until one of its tiles changes.
    pub(super) strips: Vec<Shared<Strip>>,
}

impl LocateIndex {
    pub(super) fn of(layout: Layout, strips: Vec<Shared<Strip>>) -> Self {
        Self { layout, wide: Wide::detect(), strips }
    }

    /// The face that owns `position`.
    #[inline]
    pub fn locate(&self, position: Position) -> Spot {
        lanes::run(self.wide, Single { index: self, position: Packed::of(position) })
    }

    /// What is at a position that is not seen at once, and what is in cells of words.
    #[cold]
    #[inline(never)]
    pub(super) fn locate_closely(&self, position: Packed) -> Spot {
        let position = position.position();
        let Some(at) = self.layout.find(lanes::tile(self.layout, position).0) else { return Spot::default() };
        if let Some(face) = self.strips[at.strip].slots[at.slot].only_face() {
            return Spot { face: FaceId(face), on_edge: false };
        }
        let Some((tile, place)) = self.place_of(position) else { return Spot::default() };
        let position = position.wrapped();
        let reached = tile.locate(self.layout.stock(), place, (position.lon(), position.lat()));
        Spot { face: FaceId(reached.face), on_edge: reached.on_edge }
    }

    /// The tile of a position and the place in it, when it has borders.
    #[inline]
    pub(super) fn place_of(&self, position: Position) -> Option<(Tile<'_>, Place)> {
        let (tile, within) = lanes::tile(self.layout, position);
        let at = self.layout.find(tile)?;
        let tile = self.strips[at.strip].tile(at.slot).ok()?;
        Some((tile, tile.cells.place(self.layout.tile_bits(), within)))
    }

    /// Memory of the index, in bytes.
    pub fn bytes(&self) -> usize {
        self.strips.iter().map(|strip| size_of::<Shared<Strip>>() + strip.bytes()).sum()
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        held.list(&self.strips);
        for strip in &self.strips {
            if held.part(strip) {
                strip.hold(held);
            }
        }
    }

    /// Bytes that only those editions need that it shares memory with.
    pub fn spare(&self) -> usize {
        self.strips.iter().map(|strip| strip.spare()).sum()
    }

    /// How many tiles with borders are the same in memory as those of `other`, and how many there are.
    pub fn shared_tiles(&self, other: &Self) -> (usize, usize) {
        let (mut shared, mut total) = (0, 0);
        let is_alike = self.layout == other.layout;
        for (number, strip) in self.strips.iter().enumerate() {
            for slot in (0..strip.slots.len()).filter(|&slot| strip.slots[slot].only_face().is_none()) {
                total += 1;
                shared += usize::from(is_alike && strip.is_shared_with(&other.strips[number], slot));
            }
        }
        (shared, total)
    }

    /// A tile, or its face when it has no borders; `None` when there is no such tile.
    pub(super) fn tile(&self, column: i64, row: i64) -> Option<Result<Tile<'_>, u32>> {
        let (columns, rows) = self.layout.tiles();
        if !(0..columns).contains(&column) || !(0..rows).contains(&row) {
            return None;
        }
        let TileAt { strip, slot } = Layout::at(column, row);
        Some(self.strips[strip].tile(slot))
    }

    /// The face at a tile's eastern side at latitude `y`; the outside west of all tiles.
    pub(super) fn east_face(&self, column: i64, row: i64, y: i64) -> u32 {
        match self.tile(column, row) {
            None => FaceId::OUTSIDE.0,
            Some(Err(face)) => face,
            Some(Ok(tile)) => {
                tile.east_face(Frame { corner: self.layout.tile_corner(column, row), layout: self.layout }, y)
            }
        }
    }

    /// The tiles that meet an extent.
    pub(super) fn tiles_of(&self, extent: Extent) -> TileRange {
        let (columns, rows) = self.layout.tiles();
        let (west, south) = self.layout.tile_of(extent.min().lon().into(), extent.min().lat().into());
        let (east, north) = self.layout.tile_of(extent.max().lon().into(), extent.max().lat().into());
        TileRange::new((west.max(0), east.min(columns - 1)), (south.max(0), north.min(rows - 1)))
    }

    /// The lattice units of a tile, without those on its four sides, which are other tiles' as well; `None` when they are no
    /// positions.
    pub(super) fn tile_extent(&self, column: i64, row: i64) -> Option<Extent> {
        let (west, south) = self.layout.tile_corner(column, row);
        let last = (1 << self.layout.tile_bits()) - 1;
        let position = |lon: i64, lat: i64| Position::new(i32::try_from(lon).ok()?, i32::try_from(lat).ok()?);
        Some(Extent::of(position(west + 1, south + 1)?).with(position(west + last, south + last)?))
    }
}

/// Two indices are equal when every tile is, whoever shares it.
impl PartialEq for LocateIndex {
    fn eq(&self, other: &Self) -> bool {
        let stock = self.layout.stock();
        let is_equal = |(one, two): (&Shared<Strip>, &Shared<Strip>)| {
            Shared::ptr_eq(one, two) || (0..one.slots.len()).all(|slot| one.is_equal_to(two, slot, stock))
        };
        self.layout == other.layout && self.strips.iter().zip(&other.strips).all(is_equal)
    }
}

/// One look-up.
struct Single<'i> {
    index: &'i LocateIndex,
    position: Packed,
}

impl Task for Single<'_> {
    type Answer = Spot;

    // Few instructions, and no branch that depends on the map but for what is seldom: the processor has several look-ups on
    // their way at a time then.
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Spot {
        let Self { index, position } = self;
        let (tile, within) = lanes.tile(index.layout, position);
        let Some(at) = index.layout.find(tile) else { return Spot::default() };
        let strip = &*index.strips[at.strip];
        let slot = strip.slots[at.slot];
        if let Some(face) = slot.only_face() {
            return Spot { face: FaceId(face), on_edge: false };
        }
        if index.layout.stock() == Stock::Words {
            return index.locate_closely(position);
        }
        let part = &strip.parts[slot.part()];
        let (cell, seat) = lanes.seat(index.layout, within, slot);
        let line = &part.lines[slot.at() as usize + cell as usize];
        match lanes.look(&line.0, seat) {
            lanes::NOT_SEEN => index.locate_closely(position),
            face => Spot { face: FaceId(face), on_edge: false },
        }
    }
}

/// Tiles of a rectangle, row by row.
pub(super) struct TileRange {
    columns: (i64, i64),
    rows: (i64, i64),
    next: (i64, i64),
}

impl TileRange {
    fn new(columns: (i64, i64), rows: (i64, i64)) -> Self {
        Self { columns, rows, next: (columns.0, rows.0) }
    }

    /// Whether it is one tile.
    pub(super) fn is_single(&self) -> bool {
        self.columns.0 == self.columns.1 && self.rows.0 == self.rows.1
    }
}

impl Iterator for TileRange {
    type Item = (i64, i64);

    fn next(&mut self) -> Option<(i64, i64)> {
        if self.columns.0 > self.columns.1 || self.next.1 > self.rows.1 {
            return None;
        }
        let tile = self.next;
        self.next = if tile.0 < self.columns.1 { (tile.0 + 1, tile.1) } else { (self.columns.0, tile.1 + 1) };
        Some(tile)
    }
}
