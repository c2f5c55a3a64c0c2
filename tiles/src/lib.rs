#![doc = include_str!("../README.md")]

mod arcs;
mod builder;
mod clip;
mod coord;
mod decode;
mod draw;
mod encode;
mod faces;
mod lattice;
mod matrix;
mod mercator;
mod outline;
mod pending;
mod read;
mod repair;
mod simple;
mod skip;
mod snap;
mod tms;
mod trails;
mod valid;
mod value;
mod wire;

pub use arcs::Step;
pub use builder::{BuildError, Collapsed, Drawn, LayerBuilder, TileBuilder};
pub use coord::{CoordError, TileCoord, TileRange};
pub use decode::{Feature, Geometry, Layer, decode};
pub use encode::encode;
pub use lattice::{LAT_LIMIT, LON_LIMIT, LatticeBounds, UNITS_PER_DEGREE};
pub use matrix::{MAX_ZOOM, MatrixSet, WORLD_BITS};
pub use outline::{Outline, Path, Run};
pub use read::DecodeError;
pub use snap::{BUFFER, EXTENT};
pub use tms::TileMatrix;
pub use valid::InvalidPolygon;
pub use value::Value;
