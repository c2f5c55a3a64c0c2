//! Coordinate reference systems: the only way from somebody's numbers to a [`Position`] and back.
//!
//! Inside the process everything is EPSG:4490 on the lattice. This module knows the systems that phones, maps and
//! surveys use. Values are always x (longitude, easting) first, whatever order the authority's definition names;
//! [`Crs::authority_order`] tells the few callers that follow it. A system is applied only when it is declared.
//!
//! WGS 84 and CGCS2000 are taken as equal: they differ by less than the lattice's and any receiver's error.
//!
//! [`Position`]: crate::domain::geometry::Position

mod bd09;
mod bd09mc;
mod convert;
mod gauss_krueger;
mod gcj02;
mod name;
mod transverse_mercator;
mod web_mercator;

pub use convert::{
    Axis, COORDINATES_ALLOWED, CrsError, from_degrees, looks_swapped, looks_swapped_in, to_degrees, to_position,
};
pub use gauss_krueger::GaussKrueger;
pub use name::{AuthorityOrder, Crs, UnknownCrs};
pub use transverse_mercator::{BadParameter, TransverseMercator};
