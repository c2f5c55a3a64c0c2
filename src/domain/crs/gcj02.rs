//! GCJ-02, the obfuscated datum of licensed Chinese maps.
//!
//! The published formula; the real transform is secret, and providers differ from the formula by up to 1 m.

use std::f64::consts::PI;

/// Semi-major axis of the Krassovsky ellipsoid, as the formula has it.
const SEMI_MAJOR_M: f64 = 6_378_245.0;
/// Squared eccentricity, as the formula has it.
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
/// West, south, east, north of the box that is shifted; outside it the transform is the identity.
const BOX: [f64; 4] = [72.004, 0.8293, 137.8347, 55.8271];
/// An inverse this close to the box came from its edge: rounding put it outside.
const EDGE_DEG: f64 = 1e-9;
/// More than the largest shift, in degrees: what is farther outside the box than this was never shifted.
const REACH_DEG: f64 = 0.02;
/// The inverse stops when a round moves it less than this.
const TOLERANCE_DEG: f64 = 1e-11;
/// The inverse stops after this many rounds, whatever happened. Three to seven are usual.
const MAX_ROUNDS: usize = 30;

/// GCJ-02 longitude and latitude of a WGS 84 place; the same numbers outside the box.
pub(super) fn from_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    if !in_box(lon, lat) {
        return (lon, lat);
    }
    let (east, north) = shift(lon, lat);
    (lon + east, lat + north)
}

/// The WGS 84 place that [`from_wgs84`] takes to `(lon, lat)`.
///
/// The formula is cut off at the box, so near its edge some GCJ-02 places have two origins, one shifted and one not,
/// and some have none. The first kind gets the origin inside the box, so every place in the box comes back; the
/// second kind gets what the uncut formula says, within 1 km of the edge.
pub(super) fn to_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    let [west, south, east, north] = BOX;
    let reachable =
        (west - REACH_DEG..=east + REACH_DEG).contains(&lon) && (south - REACH_DEG..=north + REACH_DEG).contains(&lat);
    if !reachable {
        return (lon, lat);
    }
    let origin = invert(lon, lat);
    let snapped = (origin.0.clamp(west, east), origin.1.clamp(south, north));
    if (snapped.0 - origin.0).abs().max((snapped.1 - origin.1).abs()) <= EDGE_DEG {
        snapped
    } else if in_box(lon, lat) {
        origin
    } else {
        (lon, lat)
    }
}

/// Fixed-point inverse of the uncut formula.
fn invert(lon: f64, lat: f64) -> (f64, f64) {
    let (mut origin_lon, mut origin_lat) = (lon, lat);
    for _ in 0..MAX_ROUNDS {
        let (east, north) = shift(origin_lon, origin_lat);
        let (next_lon, next_lat) = (lon - east, lat - north);
        let moved = (next_lon - origin_lon).abs().max((next_lat - origin_lat).abs());
        (origin_lon, origin_lat) = (next_lon, next_lat);
        if moved < TOLERANCE_DEG {
            break;
        }
    }
    (origin_lon, origin_lat)
}

fn in_box(lon: f64, lat: f64) -> bool {
    let [west, south, east, north] = BOX;
    west <= lon && lon <= east && south <= lat && lat <= north
}

/// The formula: `(east, north)` shift in degrees at a WGS 84 place.
fn shift(lon: f64, lat: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let root = x.abs().sqrt();
    let ripple = (20.0 * libm::sin(6.0 * x * PI) + 20.0 * libm::sin(2.0 * x * PI)) * 2.0 / 3.0;

    let mut east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple;
    east_m += (20.0 * libm::sin(x * PI) + 40.0 * libm::sin(x / 3.0 * PI)) * 2.0 / 3.0;
    east_m += (150.0 * libm::sin(x / 12.0 * PI) + 300.0 * libm::sin(x / 30.0 * PI)) * 2.0 / 3.0;

    let mut north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple;
    north_m += (20.0 * libm::sin(y * PI) + 40.0 * libm::sin(y / 3.0 * PI)) * 2.0 / 3.0;
    north_m += (160.0 * libm::sin(y / 12.0 * PI) + 320.0 * libm::sin(y / 30.0 * PI)) * 2.0 / 3.0;

    let sine = libm::sin(lat.to_radians());
    let w_squared = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    let w = w_squared.sqrt();
    let prime_vertical_m = SEMI_MAJOR_M / w;
    let meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (w_squared * w);
    let east = east_m / (prime_vertical_m * libm::cos(lat.to_radians()));
    (east.to_degrees(), (north_m / meridian_m).to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_place_of_the_box_comes_back_even_at_its_edge() {
        let [west, south, east, north] = BOX;
        for step in 0..=2000 {
            let part = f64::from(step) / 2000.0;
            let (lon, lat) = (west + part * (east - west), south + part * (north - south));
            for (lon, lat) in [(lon, south), (lon, north), (west, lat), (east, lat), (72.0045, lat)] {
                let (lon, lat) = (lon.clamp(west, east), lat.clamp(south, north));
                let (gcj_lon, gcj_lat) = from_wgs84(lon, lat);
                let back = to_wgs84(gcj_lon, gcj_lat);
                assert!((back.0 - lon).abs() < 1e-9 && (back.1 - lat).abs() < 1e-9, "{lon} {lat}: {back:?}");
            }
        }
    }

    #[test]
    fn a_place_outside_the_box_stays_where_it_is() {
        for (lon, lat) in [(0.0, 0.0), (139.69, 35.69), (-116.0, 39.9), (72.0039, 30.0), (100.0, 0.8292)] {
            assert_eq!(from_wgs84(lon, lat), (lon, lat));
        }
        assert_eq!(to_wgs84(139.69, 35.69), (139.69, 35.69));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_place(lon in 72.005..137.834_f64, lat in 0.83..55.826_f64) {
            let (gcj_lon, gcj_lat) = from_wgs84(lon, lat);
            let (back_lon, back_lat) = to_wgs84(gcj_lon, gcj_lat);
            prop_assert!((back_lon - lon).abs() < 1e-9 && (back_lat - lat).abs() < 1e-9);
        }

        #[test]
        fn the_inverse_ends_near_its_input_wherever_it_is_asked(lon in -180.0..180.0_f64, lat in -90.0..90.0_f64) {
            let (back_lon, back_lat) = to_wgs84(lon, lat);
            prop_assert!((back_lon - lon).abs() < REACH_DEG && (back_lat - lat).abs() < REACH_DEG);
        }
    }
}
