//! Finished tiles, kept until there are too many.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use onemap_tiles::TileCoord;

use super::Tileset;

/// Bytes of tiles kept by default.
const DEFAULT_LIMIT_BYTES: usize = 64 << 20;

/// Tiles of one state of the data: whoever swaps the data swaps the cache with it, so nothing here can be stale.
///
/// Written and read by request tasks; the lock is held for a map access only. Dropping it costs time, nothing else.
pub struct TileCache {
    limit_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    tiles: HashMap<(Tileset, TileCoord), Bytes>,
    bytes: usize,
}

impl Default for TileCache {
    fn default() -> Self {
        Self { limit_bytes: DEFAULT_LIMIT_BYTES, kept: Mutex::default() }
    }
}

impl TileCache {
    /// The tile, if it is kept.
    pub fn get(&self, tileset: Tileset, coord: TileCoord) -> Option<Bytes> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).tiles.get(&(tileset, coord)).cloned()
    }

    /// Keeps a tile; when it is too much, forgets all others first.
    pub fn put(&self, tileset: Tileset, coord: TileCoord, tile: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + tile.len() > self.limit_bytes {
            *kept = Kept::default();
        }
        kept.bytes += tile.len();
        kept.tiles.insert((tileset, coord), tile);
    }
}
