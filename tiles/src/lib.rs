#![doc = include_str!("../README.md")]

mod builder;
mod clip;
mod coord;
mod decode;
mod draw;
mod faces;
mod lattice;
mod matrix;
mod pending;
mod read;
mod repair;
mod snap;
mod tms;
mod value;
mod wire;

pub use builder::{BuildError, LayerBuilder, TileBuilder};
pub use coord::{CoordError, TileCoord, TileRange};
pub use decode::{Feature, Geometry, Layer, decode};
pub use lattice::{LAT_LIMIT, LON_LIMIT, LatticeBounds, UNITS_PER_DEGREE};
pub use matrix::{MAX_ZOOM, MatrixSet, WORLD_BITS};
pub use read::DecodeError;
pub use snap::{BUFFER, EXTENT};
pub use tms::TileMatrix;
pub use value::Value;
