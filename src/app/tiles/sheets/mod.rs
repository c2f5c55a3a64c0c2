//! All that a zoom shows, snapped to its tile units once: tiles are cut from it.
//!
//! What a tile draws is what the tile library would snap for that tile alone, to the byte ([`onemap_tiles::Sheet`] says why),
//! so that a tile may be drawn either way: from the arcs while sheets are not there, from the sheet when they are. `blobs` is
//! how they are kept, `build` makes those of an edition, and `update` those of the next one from these: arcs near what changed
//! are routed again, and the areas beside those that came out otherwise are put together again.

mod all;
mod blobs;
mod build;
mod update;

pub(super) use all::{Sheets, ZoomSheet};
use blobs::Blobs;
