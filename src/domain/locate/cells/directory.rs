//! The index itself: pages of tiles.

use std::sync::Arc as Shared;

use super::{
    block::Slot,
    layout::{Layout, PAGE_TILES, PageAt},
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

/// 4 x 4 tiles.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Page {
    /// Without borders.
    Face(u32),
    /// Row by row from the south, each from the west.
    Tiles(Shared<[Slot]>),
}

/// Exact point location over the faces of one coverage.
///
/// A look-up reads one place of memory that is likely to be far, seldom two, and allocates nothing. Clones share all tiles.
///
/// **Invariant**: for every position the face is the one that [`Coverage`](crate::domain::coverage::Coverage) has just
/// east-north-east of it.
#[derive(Debug, Clone)]
pub struct LocateIndex {
    pub(super) layout: Layout,
    /// Row by row from the south, each from the west; a row is shared until one of its pages changes.
    pub(super) pages: Vec<Shared<[Page]>>,
}

impl LocateIndex {
    /// The face that owns `position`.
    #[inline]
    pub fn locate(&self, position: Position) -> Spot {
        let position = position.wrapped();
        let Some(address) = self.layout.address(position) else { return Spot::default() };
        match self.page(address.page) {
            Page::Face(face) => Spot { face: FaceId(*face), on_edge: false },
            Page::Tiles(slots) => {
                let q = (position.lon(), position.lat());
                let reached = slots[address.tile].locate(self.layout.tile_bits(), address.x, address.y, q);
                Spot { face: FaceId(reached.face), on_edge: reached.on_edge }
            }
        }
    }

    /// Memory of the index, in bytes.
    pub fn bytes(&self) -> usize {
        let page = |page: &Page| match page {
            Page::Face(_) => 0,
            Page::Tiles(slots) => size_of_val(&slots[..]) + 16 + slots.iter().map(Slot::bytes).sum::<usize>(),
        };
        let row = |row: &Shared<[Page]>| {
            size_of::<Shared<[Page]>>() + 16 + size_of_val(&row[..]) + row.iter().map(page).sum::<usize>()
        };
        self.pages.iter().map(row).sum()
    }

    /// How many tiles with borders are the same in memory as those of `other`, and how many there are.
    pub fn shared_tiles(&self, other: &Self) -> (usize, usize) {
        let (mut shared, mut total) = (0, 0);
        let is_alike = self.layout == other.layout;
        let at = |row, column| PageAt { row, column };
        let all = (0..self.pages.len()).flat_map(|row| (0..self.pages[row].len()).map(move |column| at(row, column)));
        for page in all {
            let Page::Tiles(slots) = self.page(page) else { continue };
            for (tile, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.only_face().is_none()) {
                total += 1;
                let twin = match is_alike.then(|| other.page(page)) {
                    Some(Page::Tiles(others)) => others[tile].is_shared_with(slot),
                    _ => false,
                };
                shared += usize::from(twin);
            }
        }
        (shared, total)
    }

    #[inline]
    pub(super) fn page(&self, at: PageAt) -> &Page {
        &self.pages[at.row][at.column]
    }

    /// A tile, or `None` when its page has no borders or there is no such tile.
    pub(super) fn slot(&self, column: i64, row: i64) -> Option<&Slot> {
        let (columns, rows) = self.layout.tiles();
        if !(0..columns).contains(&column) || !(0..rows).contains(&row) {
            return None;
        }
        let (page, tile) = self.layout.slot_of(column, row);
        match self.page(page) {
            Page::Face(_) => None,
            Page::Tiles(slots) => Some(&slots[tile]),
        }
    }

    /// The face at a tile's eastern side at latitude `y`; the outside west of all tiles.
    pub(super) fn east_face(&self, column: i64, row: i64, y: i64) -> u32 {
        if column < 0 {
            return FaceId::OUTSIDE.0;
        }
        let (page, _) = self.layout.slot_of(column, row);
        self.page(page).east_face(self.layout, column, row, y)
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
        self.layout == other.layout && self.pages == other.pages
    }
}

impl Page {
    /// The face at the eastern side of a tile of the page at latitude `y`.
    pub(super) fn east_face(&self, layout: Layout, column: i64, row: i64, y: i64) -> u32 {
        match self {
            Self::Face(face) => *face,
            Self::Tiles(slots) => {
                let (_, tile) = layout.slot_of(column, row);
                slots[tile].east_face(layout.tile_corner(column, row), layout.tile_bits(), y)
            }
        }
    }

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
