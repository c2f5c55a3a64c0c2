//! EPSG:3857, the spherical Mercator of web maps.

use std::f64::consts::{FRAC_PI_2, PI};

/// Radius of the sphere.
const RADIUS_M: f64 = 6_378_137.0;
/// Half the side of the map's square.
pub(super) const HALF_SIDE_M: f64 = PI * RADIUS_M;
/// Latitude of the square's northern edge, in degrees.
pub(super) const MAX_LAT_DEG: f64 = 85.051_128_779_806_59;

/// Metres of a place; the caller has checked +-180 and [`MAX_LAT_DEG`].
pub(super) fn from_degrees(lon: f64, lat: f64) -> (f64, f64) {
    (RADIUS_M * lon.to_radians(), RADIUS_M * libm::asinh(libm::tan(lat.to_radians())))
}

/// Longitude and latitude of metres.
pub(super) fn to_degrees(x: f64, y: f64) -> (f64, f64) {
    let lat = FRAC_PI_2 - 2.0 * libm::atan(libm::exp(-y / RADIUS_M));
    ((x / RADIUS_M).to_degrees(), lat.to_degrees())
}
