//! Places (点位): anything on the map that is no area.

mod anchor;
mod at;
mod change;
mod directory;
pub mod falls;
mod geometry;
mod layer;
#[allow(clippy::module_inception, reason = "the room is named after its first resident")]
mod place;

pub use at::{AT_LINE_M, AT_POINT_M, AtPlace, MAX_HALF_WIDTH_M, places_at};
pub use change::PlaceChange;
pub use directory::{NEAREST_REACH_M, NearPlace, PlaceDirectory};
pub use falls::{BuildingsSum, PlacesByArea};
pub use geometry::{GeometryKind, PlaceGeometry};
pub use layer::PlaceLayer;
pub use place::{BorderOwner, Building, Place};
