//! Lattice positions, rings, polygons, exact predicates, and measures on the ellipsoid.

pub mod extent;
pub mod label;
pub mod measure;
pub mod polygon;
pub mod position;
pub mod predicates;
pub(crate) mod segments;
pub mod validity;

pub use extent::Extent;
pub use polygon::{MultiPolygon, Polygon, Ring};
pub use position::Position;
