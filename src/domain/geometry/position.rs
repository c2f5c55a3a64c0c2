//! A position on the lattice.

use std::fmt;

/// Lattice units per degree: the lattice step is 1e-7 degree, about 1.1 cm of latitude.
pub const UNITS_PER_DEGREE: i32 = 10_000_000;

/// Largest longitude on the lattice, exclusive: 180 degrees is read as -180.
pub const LON_LIMIT: i32 = 180 * UNITS_PER_DEGREE;

/// Largest latitude on the lattice, inclusive.
pub const LAT_LIMIT: i32 = 90 * UNITS_PER_DEGREE;

/// A place on earth: EPSG:4490 longitude and latitude in lattice units of 1e-7 degree, longitude first.
///
/// Ordered west to east, then south to north.
///
/// **Invariant**: longitude is in -180..=180 degrees, latitude in -90..=90 degrees.
/// Vertices of polygons may stand at 180; a *query* position there is read as -180 (see [`Position::wrapped`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    lon: i32,
    lat: i32,
}

impl Position {
    /// A position from lattice units, or `None` outside the world.
    pub const fn new(lon: i32, lat: i32) -> Option<Self> {
        if lon < -LON_LIMIT || lon > LON_LIMIT || lat < -LAT_LIMIT || lat > LAT_LIMIT {
            return None;
        }
        Some(Self { lon, lat })
    }

    /// A position from EPSG:4490 degrees, rounded half-even to the lattice; `None` for NaN and outside the world.
    ///
    /// The only other way in is through `domain::crs`, which ends here.
    #[inline]
    pub fn from_degrees(lon: f64, lat: f64) -> Option<Self> {
        let lon = round_half_even(lon * f64::from(UNITS_PER_DEGREE));
        let lat = round_half_even(lat * f64::from(UNITS_PER_DEGREE));
        if !(lon.abs() <= f64::from(LON_LIMIT) && lat.abs() <= f64::from(LAT_LIMIT)) {
            return None;
        }
        Self::new(lon as i32, lat as i32)
    }

    /// Longitude in lattice units.
    pub const fn lon(self) -> i32 {
        self.lon
    }

    /// Latitude in lattice units.
    pub const fn lat(self) -> i32 {
        self.lat
    }

    /// Longitude in degrees; `from_degrees` brings back the same lattice unit.
    pub fn lon_degrees(self) -> f64 {
        f64::from(self.lon) / f64::from(UNITS_PER_DEGREE)
    }

    /// Latitude in degrees; `from_degrees` brings back the same lattice unit.
    pub fn lat_degrees(self) -> f64 {
        f64::from(self.lat) / f64::from(UNITS_PER_DEGREE)
    }

    /// The same place with longitude 180 read as -180.
    pub const fn wrapped(self) -> Self {
        if self.lon == LON_LIMIT { Self { lon: -LON_LIMIT, lat: self.lat } } else { self }
    }
}

/// `value` rounded half-even, where it is below 2^51; a number that is no less beyond that.
///
/// Without a call of the mathematical library, which rounding is on processors of the oldest kind that we build for.
#[inline]
fn round_half_even(value: f64) -> f64 {
    // The doubles from 2^52 to 2^53 are the whole numbers; 1.5 x 2^52 leaves room below.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    (value + WHOLE) - WHOLE
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.7} {:.7}", self.lon_degrees(), self.lat_degrees())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_rounded_half_even_to_the_lattice() {
        let position = Position::from_degrees(119.000_000_05, 25.0).expect("in the world");
        assert_eq!(position.lon(), 1_190_000_000);
        let position = Position::from_degrees(-0.000_000_15, 25.0).expect("in the world");
        assert_eq!(position.lon(), -2);
    }

    #[test]
    fn rounding_is_that_of_the_standard_library() {
        for step in -40_000..40_000 {
            let half = f64::from(step) / 2.0;
            for value in [half, half.next_up(), half.next_down(), half * 45_000.1, half * 1e5 + 0.5] {
                assert_eq!(round_half_even(value), value.round_ties_even(), "{value}");
            }
        }
        for beyond in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 1e300, -1e17] {
            let reached = round_half_even(beyond).abs();
            assert!(reached.is_nan() || reached > 1e16, "{beyond}");
        }
    }

    #[test]
    fn every_lattice_unit_survives_degrees_and_back() {
        for lon in (-LON_LIMIT..=LON_LIMIT).step_by(1_234_567) {
            let position = Position::new(lon, lon / 2).expect("in the world");
            assert_eq!(Position::from_degrees(position.lon_degrees(), position.lat_degrees()), Some(position));
        }
    }

    #[test]
    fn nothing_outside_the_world_is_a_position() {
        for (lon, lat) in [(180.1, 0.0), (0.0, 90.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Position::from_degrees(lon, lat), None, "{lon} {lat}");
        }
    }
}
