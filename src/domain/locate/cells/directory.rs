//! The index itself: pages of tiles.

use std::sync::Arc as Shared;

use super::{
    block::Slot,
    lanes,
    layout::{Layout, PAGE_TILES},
};
use crate::domain::{
    coverage::FaceId,
    geometry::{Extent, Position},
};

/// What lies at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spot {
    /// The one face that owns the position.
    pub face: FaceId,
    /// Whether the position is on an edge of the map.
    pub on_edge: bool,
}

/// 32 x 32 tiles.
#[derive(Debug, Clone)]
pub(super) enum Page {
    /// Without borders.
    Face(u32),
    /// Row by row from the south, each from the west.
    Tiles(Shared<[Slot]>),
}

/// Exact point location over the faces of one coverage.
///
/// A look-up reads one or two cache lines that are likely to be far, and allocates nothing. Clones share all tiles.
///
/// **Invariant**: for every position the face is the one that [`Coverage`](crate::domain::coverage::Coverage) has just
/// east-north-east of it.
#[derive(Debug, Clone)]
pub struct LocateIndex {
    pub(super) layout: Layout,
    pub(super) pages: Vec<Page>,
}

/// Positions of a batch that are on their way at one time: enough to hide the memory, few enough to stay in the first cache.
const GROUP: usize = 64;

impl LocateIndex {
    /// The face that owns `position`.
    #[inline]
    pub fn locate(&self, position: Position) -> Spot {
        let position = position.wrapped();
        let Some(address) = self.layout.address(position) else { return Spot::default() };
        match &self.pages[address.page] {
            Page::Face(face) => Spot { face: FaceId(*face), on_edge: false },
            Page::Tiles(slots) => {
                let q = (position.lon(), position.lat());
                let reached = slots[address.tile].locate(self.layout.tile_bits(), address.x, address.y, q);
                Spot { face: FaceId(reached.face), on_edge: reached.on_edge }
            }
        }
    }

    /// The faces that own `positions`, in their order, into `spots`, which is as long.
    ///
    /// The same as [`LocateIndex::locate`] one by one; the memory of many is asked for before any is read.
    pub fn locate_batch(&self, positions: &[Position], spots: &mut [Spot]) {
        assert_eq!(positions.len(), spots.len(), "one spot a position");
        let tile_bits = self.layout.tile_bits();
        let mut tiles: [Option<&Slot>; GROUP] = [None; GROUP];
        let mut words = [0_u32; GROUP];
        let mut within = [(0_u32, 0_u32); GROUP];
        for (positions, spots) in positions.chunks(GROUP).zip(spots.chunks_mut(GROUP)) {
            for (i, &position) in positions.iter().enumerate() {
                let address = self.layout.address(position.wrapped());
                tiles[i] = None;
                spots[i] = Spot::default();
                let Some(address) = address else { continue };
                within[i] = (address.x, address.y);
                match &self.pages[address.page] {
                    Page::Face(face) => spots[i].face = FaceId(*face),
                    Page::Tiles(slots) => {
                        lanes::prefetch(slots, address.tile);
                        tiles[i] = Some(&slots[address.tile]);
                    }
                }
            }
            for (slot, &(x, y)) in tiles.iter().zip(&within).take(positions.len()) {
                if let Some(slot) = slot {
                    slot.prefetch_cell(tile_bits, x, y);
                }
            }
            for (i, slot) in tiles.iter().enumerate().take(positions.len()) {
                if let Some(slot) = slot {
                    words[i] = slot.cell_word(tile_bits, within[i].0, within[i].1);
                    slot.prefetch_record(words[i]);
                }
            }
            for (i, &position) in positions.iter().enumerate() {
                if let Some(slot) = tiles[i] {
                    let position = position.wrapped();
                    let (x, y) = within[i];
                    let reached = slot.finish(words[i], tile_bits, x, y, (position.lon(), position.lat()));
                    spots[i] = Spot { face: FaceId(reached.face), on_edge: reached.on_edge };
                }
            }
        }
    }

    /// Memory of the index, in bytes.
    pub fn bytes(&self) -> usize {
        let page = |page: &Page| match page {
            Page::Face(_) => 0,
            Page::Tiles(slots) => size_of_val(&slots[..]) + 16 + slots.iter().map(Slot::bytes).sum::<usize>(),
        };
        self.pages.iter().map(|one| size_of::<Page>() + page(one)).sum()
    }

    /// How many tiles with borders are the same in memory as those of `other`, and how many there are.
    pub fn shared_tiles(&self, other: &Self) -> (usize, usize) {
        let (mut shared, mut total) = (0, 0);
        let is_alike = self.layout == other.layout;
        for (number, page) in self.pages.iter().enumerate() {
            let Page::Tiles(slots) = page else { continue };
            for (tile, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.only_face().is_none()) {
                total += 1;
                let twin = match other.pages.get(number).filter(|_| is_alike) {
                    Some(Page::Tiles(others)) => others[tile].is_shared_with(slot),
                    _ => false,
                };
                shared += usize::from(twin);
            }
        }
        (shared, total)
    }

    /// A tile, or `None` when its page has no borders or there is no such tile.
    pub(super) fn slot(&self, column: i64, row: i64) -> Option<&Slot> {
        let (columns, rows) = self.layout.tiles();
        if !(0..columns).contains(&column) || !(0..rows).contains(&row) {
            return None;
        }
        let (page, tile) = self.layout.slot_of(column, row);
        match &self.pages[page] {
            Page::Face(_) => None,
            Page::Tiles(slots) => Some(&slots[tile]),
        }
    }

    /// The face at a tile's eastern side at latitude `y`; the outside west of all tiles.
    pub(super) fn east_face(&self, column: i64, row: i64, y: i64) -> u32 {
        if column < 0 {
            return FaceId::OUTSIDE.0;
        }
        let (page, tile) = self.layout.slot_of(column, row);
        match &self.pages[page] {
            Page::Face(face) => *face,
            Page::Tiles(slots) => {
                slots[tile].east_face(self.layout.tile_corner(column, row), self.layout.tile_bits(), y)
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
        self.layout == other.layout
            && self.pages.iter().zip(&other.pages).all(|pair| match pair {
                (Page::Face(one), Page::Face(two)) => one == two,
                (Page::Tiles(one), Page::Tiles(two)) => one == two,
                _ => false,
            })
    }
}

impl Page {
    /// A page of tiles; without borders when all have the same face.
    pub(super) fn of(slots: Vec<Slot>) -> Self {
        debug_assert_eq!(slots.len(), PAGE_TILES);
        match slots[0].only_face() {
            Some(face) if slots.iter().all(|slot| slot.only_face() == Some(face)) => Self::Face(face),
            _ => Self::Tiles(slots.into()),
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
