//! What is served: one snapshot with everything derived from it.

use std::sync::Arc;

use super::{
    View,
    address::{AddressSource, PlaceBook},
    tasks,
    tiles::{AreaTiles, PlaceTiles, TileSource},
};
use crate::{
    domain::{area::Snapshot, geometry::Extent, place::PlaceDirectory, profile::Profile},
    store::{Store, StoreError},
};

/// What is on the map and no area, as it is now. It has no editions; a clone shares it.
#[derive(Clone)]
pub struct Places {
    /// What tells it from other states of the same store.
    revision: i64,
    /// Draws its tiles.
    tiles: Arc<PlaceTiles>,
    /// Finds them.
    directory: Arc<PlaceDirectory>,
    /// Finds them by address.
    book: Arc<PlaceBook>,
}

impl Places {
    /// Which of the store's states it is.
    pub const fn revision(&self) -> i64 {
        self.revision
    }

    /// All of them, to be found.
    pub const fn directory(&self) -> &Arc<PlaceDirectory> {
        &self.directory
    }

    /// The places of a store; those of `before` when they are still the same.
    pub async fn load<S: Store>(store: &S, profile: &Arc<Profile>, before: Option<&Self>) -> Result<Self, StoreError> {
        let revision = store.revisions().await?.places;
        if let Some(before) = before.filter(|before| before.revision == revision) {
            return Ok(before.clone());
        }
        let places = store.places().await?;
        let profile = Arc::clone(profile);
        let made = tasks::compute(move || {
            let tiles = PlaceTiles::new(&places, &profile.place_classes);
            (Arc::new(tiles), Arc::new(PlaceDirectory::new(places)))
        });
        let (tiles, directory) = made.await;
        let book = Arc::new(PlaceBook::new(Arc::clone(&directory)));
        Ok(Self { revision, tiles, directory, book })
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
