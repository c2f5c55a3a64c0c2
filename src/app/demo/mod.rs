//! The demo district: real outline, streets and communities of 荔城区, everything else made up and said to be so.
//!
//! All borders come out of one planar subdivision ([`planar`]) whose faces are only ever cut in two: streets first,
//! then communities, grids and units, along the roads and ditches that the map shows. Neighbours and coarser levels
//! share their borders vertex for vertex because each border exists once.

pub mod building;
pub mod contacts;
pub mod cut;
pub mod earlier;
pub mod fabric;
mod facilities;
pub mod figures;
pub mod generate;
pub mod layout;
pub mod lines;
pub mod names;
pub mod number;
pub mod places;
pub mod plan;
pub mod planar;
pub mod postings;
pub mod random;
pub mod share;
pub mod source;
pub mod subdivide;
pub mod trace;

pub use generate::{generate, generate_story};
pub use plan::{Content, DEFAULT_UNITS, DemoDistrict, DemoPlan, DemoPlanError, DemoStory, MAX_UNITS, MIN_UNITS};
