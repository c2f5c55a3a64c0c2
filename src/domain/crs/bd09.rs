//! BD-09 (bd09ll), Baidu's second shift on top of GCJ-02. It applies everywhere, not only in a box.

use std::f64::consts::PI;

/// Angular frequency of the ripple, per degree.
const RIPPLE: f64 = PI * 3000.0 / 180.0;
/// Constant shift east, in degrees.
const EAST_DEG: f64 = 0.0065;
/// Constant shift north, in degrees.
const NORTH_DEG: f64 = 0.006;
/// No point is shifted farther than this, in degrees.
pub(super) const REACH_DEG: f64 = 0.02;
/// The inverse stops when a round moves it less than this.
const TOLERANCE_DEG: f64 = 1e-12;
/// The inverse stops after this many rounds, whatever happened.
const MAX_ROUNDS: usize = 30;

/// BD-09 longitude and latitude of a GCJ-02 place.
pub(super) fn from_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let radius = (lon * lon + lat * lat).sqrt() + 0.000_02 * libm::sin(lat * RIPPLE);
    let angle = libm::atan2(lat, lon) + 0.000_003 * libm::cos(lon * RIPPLE);
    (radius * libm::cos(angle) + EAST_DEG, radius * libm::sin(angle) + NORTH_DEG)
}

/// The GCJ-02 place that [`from_gcj02`] takes to `(lon, lat)`.
///
/// By fixed-point iteration: the closed form found in most libraries is off by up to 0.17 m.
pub(super) fn to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    let (mut origin_lon, mut origin_lat) = (lon - EAST_DEG, lat - NORTH_DEG);
    for _ in 0..MAX_ROUNDS {
        let (there_lon, there_lat) = from_gcj02(origin_lon, origin_lat);
        let (miss_lon, miss_lat) = (lon - there_lon, lat - there_lat);
        origin_lon += miss_lon;
        origin_lat += miss_lat;
        if miss_lon.abs().max(miss_lat.abs()) < TOLERANCE_DEG {
            break;
        }
    }
    (origin_lon, origin_lat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(lon in -180.0..180.0_f64, lat in -90.0..90.0_f64) {
            let (bd_lon, bd_lat) = from_gcj02(lon, lat);
            prop_assert!((bd_lon - lon).abs() < REACH_DEG && (bd_lat - lat).abs() < REACH_DEG);
            let (back_lon, back_lat) = to_gcj02(bd_lon, bd_lat);
            prop_assert!((back_lon - lon).abs() < 1e-9 && (back_lat - lat).abs() < 1e-9);
        }
    }
}
