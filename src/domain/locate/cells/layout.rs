//! How the lattice is cut into tiles, and these are taken together: four rows are a strip, 4 x 4 of it a page.

use crate::domain::geometry::Extent;

/// Tiles of one side of a page, as a power of two.
pub(super) const PAGE_BITS: u32 = 2;

/// Tiles of a page.
pub(super) const PAGE_TILES: usize = 1 << (2 * PAGE_BITS);

/// Smallest and largest side of a tile, as powers of two: 1,024 lattice units (about 11 m) and 4,194,304 (about 46 km).
/// At the largest a page is 2^24 units, and offsets from the western-most page stay below 2^32.
const TILE_BITS: std::ops::RangeInclusive<u32> = 10..=22;

/// Edges that a tile should hold on the average, at least; at most four times as many.
///
/// With half of it an update of one border takes a tenth less, and single look-ups among 400,000 units a tenth more.
const EDGES_PER_TILE: u64 = 128;

/// Lines of a tile for each of its edges: a line holds about twice the edges that touch a cell on the average. At 20 edges a
/// unit that is 358 of its 413 bytes; one cell in sixteen needs a record.
const LINES_PER_EDGE: f64 = 0.14;

/// The same at most, where units are so wide that cells would be wider than [`WIDE_CELL`].
const MOST_LINES_PER_EDGE: f64 = 3.0 * LINES_PER_EDGE;

/// Cells of lines should not be wider, in lattice units (about 220 m): a line holds only what is within 32,767 units of all of its
/// cell, and everything in a cell whose line does not hold it takes a record.
const WIDE_CELL: f64 = 20_000.0;

/// Cells of a word for each edge of a vast map, many wide units: a nation has to fit into memory. About 220 bytes for a unit
/// of 20 edges; at 1/14, 208 bytes, and an eighth slower.
const WORDS_PER_EDGE: f64 = 1.0 / 12.0;

/// A vast map has more edges: about 200,000 units of 20.
const VAST_EDGES: u64 = 1 << 22;

/// And each edge has more square lattice units to itself: a unit of 20 edges is wider than about 220 m.
const VAST_SQUARE_PER_EDGE: u64 = 20_000_000;

/// A square raster of tiles in pages over an extent.
///
/// **Invariant**: the westernmost column and the southernmost row of lattice units lie outside the extent it was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    tile_bits: u32,
    west: i32,
    south: i32,
    /// Columns and rows of tiles, in whole pages.
    columns: u32,
    rows: u32,
    is_vast: bool,
}

/// What the cells of tiles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stock {
    /// Two cache lines each, with what most look-ups need: one far place of memory.
    Lines,
    /// A word each, and records beside: two far places, and half of the memory.
    Words,
}

impl Stock {
    /// How many cells a tile of so many edges and of that side should have.
    pub(super) fn cells(self, edges: usize, tile_bits: u32) -> f64 {
        let edges = edges as f64;
        match self {
            Self::Words => edges * WORDS_PER_EDGE,
            Self::Lines => {
                let narrow = (f64::from(1_u32 << tile_bits) / WIDE_CELL).powi(2);
                narrow.clamp(edges * LINES_PER_EDGE, edges * MOST_LINES_PER_EDGE)
            }
        }
    }
}

/// Where a tile is: the strip, and its number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TileAt {
    pub(super) strip: usize,
    pub(super) slot: usize,
}

impl Layout {
    /// The layout for `edges` edges within `extent`; `None` is for no edges at all.
    pub(super) fn new(extent: Option<Extent>, edges: u64) -> Self {
        let Some(extent) = extent else {
            return Self { tile_bits: *TILE_BITS.start(), west: 0, south: 0, columns: 0, rows: 0, is_vast: false };
        };
        // Rounded to a power of two, so that few edges more or less change nothing.
        let wanted = (edges.max(1).next_power_of_two() / EDGES_PER_TILE).max(1);
        let span = |least: i32, most: i32| u64::from(most.abs_diff(least)) + 1;
        let width = span(extent.min().lon(), extent.max().lon());
        let height = span(extent.min().lat(), extent.max().lat());
        let tiles = |bits: &u32| ((width >> bits) + 1) * ((height >> bits) + 1);
        let tile_bits = TILE_BITS.clone().find(|bits| tiles(bits) <= wanted).unwrap_or(*TILE_BITS.end());
        let page_bits = tile_bits + PAGE_BITS;
        // Page numbers of the least (one unit beyond, so that the first column is outside) and of the most.
        let pages = |least: i32, most: i32| ((i64::from(least) - 1) >> page_bits, i64::from(most) >> page_bits);
        let (west, east) = pages(extent.min().lon(), extent.max().lon());
        let (south, north) = pages(extent.min().lat(), extent.max().lat());
        let unit = |page: i64| i32::try_from(page << page_bits).expect("a page beyond the world is near it");
        Self {
            tile_bits,
            west: unit(west),
            south: unit(south),
            columns: ((east - west + 1) << PAGE_BITS) as u32,
            rows: ((north - south + 1) << PAGE_BITS) as u32,
            is_vast: edges > VAST_EDGES && width * height / edges > VAST_SQUARE_PER_EDGE,
        }
    }

    /// The side of a tile, as a power of two.
    #[inline(always)]
    pub(super) fn tile_bits(self) -> u32 {
        self.tile_bits
    }

    /// What the cells of a tile are.
    #[inline(always)]
    pub(super) fn stock(self) -> Stock {
        if self.is_vast { Stock::Words } else { Stock::Lines }
    }

    /// The same with other cells: words are for maps that no test can hold.
    #[cfg(test)]
    pub(super) fn with(self, stock: Stock) -> Self {
        Self { is_vast: stock == Stock::Words, ..self }
    }

    /// Columns and rows of pages.
    pub(super) fn pages(self) -> (usize, usize) {
        ((self.columns >> PAGE_BITS) as usize, (self.rows >> PAGE_BITS) as usize)
    }

    /// Columns and rows of tiles.
    pub(super) fn tiles(self) -> (i64, i64) {
        (self.columns.into(), self.rows.into())
    }

    /// The south-west corner of all tiles.
    #[inline(always)]
    pub(super) fn origin(self) -> (i32, i32) {
        (self.west, self.south)
    }

    /// The strip of a tile, and its number in it; `None` beyond the pages, so outside.
    #[inline(always)]
    pub(super) fn find(self, (column, row): (u32, u32)) -> Option<TileAt> {
        (column < self.columns && row < self.rows).then(|| tile_at(column as usize, row as usize))
    }

    /// Column and row of the tile that a lattice unit lies in; may lie beyond the pages.
    pub(super) fn tile_of(self, lon: i64, lat: i64) -> (i64, i64) {
        ((lon - i64::from(self.west)) >> self.tile_bits, (lat - i64::from(self.south)) >> self.tile_bits)
    }

    /// South-west corner of a tile, in lattice units.
    pub(super) fn tile_corner(self, column: i64, row: i64) -> (i64, i64) {
        (i64::from(self.west) + (column << self.tile_bits), i64::from(self.south) + (row << self.tile_bits))
    }

    /// Where a tile that is in the pages is.
    pub(super) fn at(column: i64, row: i64) -> TileAt {
        tile_at(column as usize, row as usize)
    }
}

/// Tiles of a strip are numbered column by column, each from the south.
#[inline(always)]
fn tile_at(column: usize, row: usize) -> TileAt {
    TileAt { strip: row >> PAGE_BITS, slot: (column << PAGE_BITS) | (row & SIDE_MASK) }
}

/// The row of a tile in its strip.
const SIDE_MASK: usize = (1 << PAGE_BITS) - 1;
