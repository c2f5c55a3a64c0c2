//! The planar overlay of all levels: nodes, arcs with a left and a right face, and what every face belongs to.
//!
//! `noding` makes borders that are meant to be one share every vertex, `graph` finds the faces, `membership` says
//! which areas a face belongs to, `patch` puts new outlines into a coverage that is there, `rebuild` turns arcs back into polygons, `check` finds gaps, overlaps and leaks.

mod build;
mod carry;
pub mod check;
mod differ;
mod footprint;
mod from_arcs;
mod graph;
mod membership;
mod nesting;
pub mod noding;
mod owners;
mod paged;
pub mod patch;
mod pyramid;
mod rebuild;
mod snapping;
mod topology;

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;

pub use build::{BuildError, Layer};
pub use carry::Carried;
pub use from_arcs::{ArcError, ArcInput};
pub use owners::{Chain, Finest, MAX_LEVELS, Owners};
pub use paged::Paged;
pub use pyramid::Pyramid;
pub use topology::{Arc, ArcId, ArcSide, AreaIndex, Coverage, FaceId};
