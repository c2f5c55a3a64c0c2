//! Whole compressed answers, kept within a number of bytes; equal misses share one drawing.
//!
//! The key holds the tile's version, so nothing kept can be stale and what a publish did not touch stays. Dropping all of
//! it costs time, nothing else.

mod encoding;
mod flights;
mod kept;
mod key;
mod tile_cache;

pub use encoding::Encoding;
pub use flights::Broken;
pub use key::{Scope, TileKey};
pub use tile_cache::{CacheFigures, TileCache};
