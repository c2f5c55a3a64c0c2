//! Tiles of an edition into one file: PMTiles, drawn by all cores, the same bytes on every run.

mod archive;
mod cover;
mod describe;
mod draw;

pub use archive::{ExportError, Exported, Order, Progress, export_pmtiles};
pub use cover::MAX_TILES;
