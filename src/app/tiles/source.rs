//! Where the tiles of one state of the data come from.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use onemap_tiles::TileCoord;

use super::{AreaTiles, PlaceTiles, Tileset, VectorLayer, Version};
use crate::{
    app::tasks,
    domain::{area::EditionNumber, geometry::Extent},
};

/// Versions that are remembered; when there are more, all are forgotten and found again.
const MAX_VERSIONS: usize = 1 << 16;

/// Versions of coarser tiles are found off the async threads: a whole district may be in one. Finer ones have few
/// areas.
const AT_ONCE_FROM_ZOOM: u8 = 14;

/// Tiles with at most so many areas are drawn on the async threads as well: they take half a millisecond, and to hand one to
/// another thread and back costs a third of that.
const AT_ONCE_AREAS: usize = 256;

/// The tilesets of one state of the data: complete, immutable.
pub struct TileSource {
    edition: EditionNumber,
    extent: Option<Extent>,
    areas: AreaTiles,
    /// `None` for an edition of the past: places are as they are now, and no part of an edition.
    places: Option<Arc<PlaceTiles>>,
    /// Written and read by whoever asks for a tile; held for moments. Forgetting it costs time only.
    versions: Mutex<HashMap<(Tileset, TileCoord), Version>>,
}

impl TileSource {
    /// The tilesets of `edition`, 0 for an empty store, over the extent of its areas.
    pub fn new(
        edition: EditionNumber,
        extent: Option<Extent>,
        areas: AreaTiles,
        places: Option<Arc<PlaceTiles>>,
    ) -> Arc<Self> {
        Arc::new(Self { edition, extent, areas, places, versions: Mutex::default() })
    }

    /// The same edition as one of the past: without places, and without what only many questions are worth.
    pub fn of_the_past(&self) -> Arc<Self> {
        Self::new(self.edition, self.extent, self.areas.without_sheets(), None)
    }

    /// The edition of the areas; 0 for an empty store.
    pub const fn edition(&self) -> EditionNumber {
        self.edition
    }

    /// The extent of the areas; `None` when there are none.
    pub const fn extent(&self) -> Option<Extent> {
        self.extent
    }

    /// The areas, for what may share with them.
    pub const fn areas(&self) -> &AreaTiles {
        &self.areas
    }

    /// The layers of a tileset, in drawing order; none of one that it does not have.
    pub fn vector_layers(&self, tileset: Tileset) -> Vec<VectorLayer> {
        match tileset {
            Tileset::Areas => self.areas.vector_layers(),
            Tileset::Places => self.places.as_ref().map(|places| places.vector_layers()).unwrap_or_default(),
        }
    }

    /// Whether it has the tileset.
    pub const fn has(&self, tileset: Tileset) -> bool {
        matches!(tileset, Tileset::Areas) || self.places.is_some()
    }

    /// What the tile is drawn from, without drawing it.
    pub async fn version(self: &Arc<Self>, tileset: Tileset, coord: TileCoord) -> Version {
        if let Some(version) = self.known(tileset, coord) {
            return version;
        }
        let version = if coord.z() >= AT_ONCE_FROM_ZOOM {
            self.find_version(tileset, coord)
        } else {
            let source = Arc::clone(self);
            tasks::compute(move || source.find_version(tileset, coord)).await
        };
        let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        if versions.len() >= MAX_VERSIONS {
            versions.clear();
        }
        versions.insert((tileset, coord), version);
        version
    }

    /// Makes what tiles of areas are quickly cut from, if it is not there. Nobody needs to wait for it.
    pub async fn prepare(self: &Arc<Self>) {
        let source = Arc::clone(self);
        tasks::compute(move || source.areas.prepare()).await;
    }

    /// The tile, MVT, not compressed; empty when nothing is there. CPU work of milliseconds.
    pub fn draw(&self, tileset: Tileset, coord: TileCoord) -> Vec<u8> {
        match tileset {
            Tileset::Areas => self.areas.tile(coord),
            Tileset::Places => self.places.as_ref().map(|places| places.tile(coord)).unwrap_or_default(),
        }
    }

    /// Whether drawing the tile takes well below a millisecond.
    pub fn is_quick(&self, tileset: Tileset, coord: TileCoord) -> bool {
        tileset == Tileset::Areas
            && coord.z() >= AT_ONCE_FROM_ZOOM
            && self.areas.is_prepared()
            && self.areas.count_near(coord) <= AT_ONCE_AREAS
    }

    /// The tiles of areas in WebMercatorQuad that may differ from those of `before`; `None` when they are too many to name.
    pub fn changed_areas(&self, before: &Self) -> Option<Vec<TileCoord>> {
        self.areas.changed_since(&before.areas)
    }

    fn known(&self, tileset: Tileset, coord: TileCoord) -> Option<Version> {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner).get(&(tileset, coord)).copied()
    }

    fn find_version(&self, tileset: Tileset, coord: TileCoord) -> Version {
        match (tileset, &self.places) {
            (Tileset::Places, Some(places)) => places.version(coord),
            (Tileset::Places, None) => PlaceTiles::new(&[], &[]).version(coord),
            (Tileset::Areas, _) => self.areas.version(coord),
        }
    }
}
