//! What is served: one snapshot with everything derived from it.

use std::sync::Arc;

use super::{
    View,
    address::{AddressSource, PlaceBook},
    tasks,
    tiles::{AreaTiles, PlaceTiles, TileSource},
};
use crate::{
    domain::{area::Snapshot, geometry::Extent},
    store::{Store, StoreError},
};

/// What is on the map and no area, as it is now. It has no editions; a clone shares it.
#[derive(Clone)]
pub struct Places {
    /// What tells it from other states of the same store.
    revision: i64,
    /// Draws its tiles.
    tiles: Arc<PlaceTiles>,
    /// Finds them by address.
    book: Arc<PlaceBook>,
}

impl Places {
    /// Which of the store's states it is.
    pub const fn revision(&self) -> i64 {
        self.revision
    }

    /// The places of a store; those of `before` when they are still the same.
    pub async fn load<S: Store>(store: &S, before: Option<&Self>) -> Result<Self, StoreError> {
        let revision = store.revisions().await?.places;
        if let Some(before) = before.filter(|before| before.revision == revision) {
            return Ok(before.clone());
        }
        let places = Arc::new(store.places().await?);
        let book = Arc::new(PlaceBook::new(Arc::clone(&places)));
        let tiles = tasks::compute(move || Arc::new(PlaceTiles::new(&places))).await;
        Ok(Self { revision, tiles, book })
    }
}

/// One state of the service: complete, immutable, swapped as a whole.
pub struct Served {
    /// Areas, map, duties of one edition.
    pub snapshot: Arc<Snapshot>,
    /// The same, ready to be read.
    pub view: View,
    /// The extent of all areas; `None` when there are none.
    pub extent: Option<Extent>,
    /// Draws its tiles.
    pub tiles: Arc<TileSource>,
    /// Roads, water, buildings.
    pub places: Places,
}

impl Served {
    /// What answers questions about addresses in the edition of `view`.
    pub fn addresses(&self, view: &View) -> AddressSource {
        AddressSource::new(view.answers.clone(), view.addresses.clone(), Arc::clone(&self.places.book))
    }

    /// Derives all that serving needs, sharing with the state `before` what did not change. CPU work of seconds on a large
    /// district.
    pub fn new(snapshot: Snapshot, places: Places, before: Option<&Self>) -> Self {
        let snapshot = Arc::new(snapshot);
        let (edition, extent) = (snapshot.edition_number(), snapshot.extent());
        let areas = AreaTiles::new(&snapshot, before.map(|before| before.tiles.areas()));
        let view = View::ready(Arc::clone(&snapshot), before.map(|before| &before.view));
        Self {
            view,
            extent,
            tiles: TileSource::new(edition, extent, areas, Some(Arc::clone(&places.tiles))),
            snapshot,
            places,
        }
    }
}
