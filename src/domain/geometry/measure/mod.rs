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

pub use area::{area_m2, ring_area_m2};
pub use length::{geodesic_length_m, perimeter_m};
pub use local::{Foot, LocalMetric};

/// `m` to two decimals, half-even on the nearest hundredth that the binary number has; never -0.
pub fn round_cm(m: f64) -> f64 {
    (m * 100.0).round_ties_even() / 100.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_are_rounded_to_centimetres_half_even_without_a_negative_zero() {
        let expected = [(1.234, 1.23), (1.235, 1.24), (0.125, 0.12), (0.375, 0.38), (-1.236, -1.24), (12.0, 12.0)];
        for (m, rounded) in expected {
            assert_eq!(round_cm(m), rounded, "{m}");
        }
        assert!(round_cm(-0.001).is_sign_positive());
        assert!(round_cm(f64::NAN).is_nan());
    }
}
