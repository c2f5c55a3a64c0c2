//! Measures on the WGS 84 ellipsoid: the only source of metres and square metres.
//!
//! Two kinds, never mixed in one figure. [`LocalMetric`] measures in the lattice plane with straight edges, for
//! distances up to some kilometres: locating and margins. [`area_m2`] and the lengths follow geodesic edges between
//! vertices, as PostGIS does for `geography`.
//!
//! Deterministic: transcendental functions come from `libm`, so every machine gives the same bits.

mod area;
mod ellipsoid;
#[cfg(test)]
mod fixtures;
mod geodesic;
mod length;
mod local;
mod round;

pub use area::{area_m2, ring_area_m2};
pub use length::{geodesic_length_m, perimeter_m};
pub use local::{Foot, LocalMetric};
pub use round::round_cm;
