//! What is served: one snapshot with everything derived from it.

use std::sync::Arc;

use bytes::Bytes;
use onemap_tiles::TileCoord;

use super::{
    lookup::AnswerSource,
    search::SearchIndex,
    tiles::{AreaTiles, PlaceTiles, TileCache, Tileset, Version},
};
use crate::domain::{area::Snapshot, geometry::Extent, place::Place};

/// One state of the service: complete, immutable, swapped as a whole.
pub struct Served {
    /// Areas, map, duties of one edition.
    pub snapshot: Arc<Snapshot>,
    /// The same, ready to answer in text.
    pub answers: AnswerSource,
    /// Finds areas by text.
    pub search: SearchIndex,
    /// The extent of all areas; `None` when there are none.
    pub extent: Option<Extent>,
    area_tiles: AreaTiles,
    place_tiles: PlaceTiles,
    cache: TileCache,
}

impl Served {
    /// Derives all that serving needs. CPU work of seconds on a large district.
    pub fn new(snapshot: Snapshot, places: &[Place]) -> Self {
        let snapshot = Arc::new(snapshot);
        Self {
            answers: AnswerSource::new(Arc::clone(&snapshot)),
            search: SearchIndex::new(&snapshot),
            extent: snapshot.extent(),
            area_tiles: AreaTiles::new(&snapshot, None),
            place_tiles: PlaceTiles::new(places),
            cache: TileCache::default(),
            snapshot,
        }
    }

    /// What a tile is drawn from, in tens of microseconds and without drawing it: equal versions, equal bytes.
    pub fn tile_version(&self, tileset: Tileset, coord: TileCoord) -> Version {
        match tileset {
            Tileset::Areas => self.area_tiles.version(coord),
            Tileset::Places => self.place_tiles.version(coord),
        }
    }

    /// One tile, MVT, not compressed; empty when nothing is there. CPU work of milliseconds when it is not kept.
    pub fn tile(&self, tileset: Tileset, coord: TileCoord) -> Bytes {
        if let Some(tile) = self.cache.get(tileset, coord) {
            return tile;
        }
        let tile = Bytes::from(match tileset {
            Tileset::Areas => self.area_tiles.tile(coord),
            Tileset::Places => self.place_tiles.tile(coord),
        });
        self.cache.put(tileset, coord, tile.clone());
        tile
    }
}
