//! What is served: one snapshot with everything derived from it.

use std::sync::Arc;

use super::{
    View,
    lookup::AnswerSource,
    tiles::{AreaTiles, PlaceTiles, TileSource},
};
use crate::domain::{area::Snapshot, geometry::Extent, place::Place};

/// One state of the service: complete, immutable, swapped as a whole.
pub struct Served {
    /// Areas, map, duties of one edition.
    pub snapshot: Arc<Snapshot>,
    /// The same, ready to answer in text.
    pub answers: AnswerSource,
    /// The same, ready to be read.
    pub view: View,
    /// The extent of all areas; `None` when there are none.
    pub extent: Option<Extent>,
    /// Draws its tiles.
    pub tiles: Arc<TileSource>,
}

impl Served {
    /// Derives all that serving needs, sharing with the state `before` what did not change. CPU work of seconds on a large
    /// district.
    pub fn new(snapshot: Snapshot, places: &[Place], before: Option<&Self>) -> Self {
        let snapshot = Arc::new(snapshot);
        let (edition, extent) = (snapshot.edition_number(), snapshot.extent());
        let areas = AreaTiles::new(&snapshot, before.map(|before| before.tiles.areas()));
        let view = View::new(Arc::clone(&snapshot));
        view.search();
        Self {
            answers: view.answers.clone(),
            view,
            extent,
            tiles: TileSource::new(edition, extent, areas, Some(PlaceTiles::new(places))),
            snapshot,
        }
    }
}
