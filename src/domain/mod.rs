//! The core: pure values and functions. No I/O, no async, no serde, no clock, no logging, no randomness.

pub mod address;
pub mod area;
pub mod assign;
pub mod coverage;
pub mod crs;
pub mod duty;
pub mod extent_tree;
pub mod geometry;
pub mod held;
pub mod indicator;
pub mod locate;
pub mod place;
pub mod profile;
pub mod redraw;
