//! Tile matrix sets: how the lattice is projected and cut.

use crate::lattice::{LAT_LIMIT, LON_LIMIT, UNITS_PER_DEGREE};

/// Deepest zoom. A tile unit is then 2.1e-8 degree of longitude, finer than the lattice.
pub const MAX_ZOOM: u8 = 22;

/// A world position counts 2^40 steps from the west edge and from the north edge of the projected square.
///
/// At [`MAX_ZOOM`] a tile unit is still 64 steps, so rounding to units at any zoom is a shift of one stored integer.
pub const WORLD_BITS: u32 = 40;

/// Northern and southern edge of Web Mercator in lattice units; what lies beyond is drawn on the edge.
const MERCATOR_LAT_LIMIT: i32 = 850_511_287;

const WORLD: f64 = (1u64 << WORLD_BITS) as f64;
const RADIANS_PER_UNIT: f64 = std::f64::consts::PI / 180.0 / UNITS_PER_DEGREE as f64;

/// A tile matrix set of OGC 17-083r4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MatrixSet {
    /// Spherical Mercator, one tile at zoom 0, rows counted from the north.
    WebMercatorQuad,
}

impl MatrixSet {
    /// Name in the OGC register, as it stands in a URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebMercatorQuad => "WebMercatorQuad",
        }
    }

    /// Columns and rows of the matrix at `zoom`; `zoom` is at most [`MAX_ZOOM`].
    pub const fn size(self, zoom: u8) -> [u32; 2] {
        match self {
            Self::WebMercatorQuad => [1 << zoom, 1 << zoom],
        }
    }

    /// World position `[x, y]`, east and south of the north-west corner, in steps of 2^-40 of the world.
    ///
    /// `position` is `[lon, lat]` in lattice units; latitudes beyond 85.0511287 degrees come out on the edge.
    /// Monotone on both axes, and the same on every machine: longitude is integer arithmetic, latitude uses `libm`.
    pub fn project(self, position: [i32; 2]) -> [i64; 2] {
        match self {
            Self::WebMercatorQuad => [mercator_x(position[0]), mercator_y(position[1])],
        }
    }

    /// Longitude in lattice units (not rounded) of a world x; outside the world it continues beyond 180 degrees.
    pub(crate) fn lon_of(self, x: i64) -> f64 {
        match self {
            Self::WebMercatorQuad => (x as f64 / WORLD - 0.5) * 2.0 * f64::from(LON_LIMIT),
        }
    }

    /// Latitude in lattice units (not rounded) of a world y; on and beyond the edge it is the pole.
    pub(crate) fn lat_of(self, y: i64) -> f64 {
        match self {
            Self::WebMercatorQuad if y <= 0 => f64::from(LAT_LIMIT),
            Self::WebMercatorQuad if y >= 1 << WORLD_BITS => -f64::from(LAT_LIMIT),
            Self::WebMercatorQuad => {
                let angle = std::f64::consts::PI * (1.0 - 2.0 * (y as f64 / WORLD));
                libm::atan(libm::sinh(angle)) / RADIANS_PER_UNIT
            }
        }
    }
}

fn mercator_x(lon: i32) -> i64 {
    // 2^40 / (360 * 1e7) in lowest terms is 2^30 / 3515625, so that the product stays below 2^63
    const DIVISOR: i64 = 3_515_625;
    let east = i64::from(lon.clamp(-LON_LIMIT, LON_LIMIT)) + i64::from(LON_LIMIT);
    ((east << 30) + DIVISOR / 2) / DIVISOR
}

fn mercator_y(lat: i32) -> i64 {
    if lat > MERCATOR_LAT_LIMIT {
        return 0;
    }
    if lat < -MERCATOR_LAT_LIMIT {
        return 1 << WORLD_BITS;
    }
    let sine = libm::sin(f64::from(lat) * RADIANS_PER_UNIT);
    let fraction = 0.5 - libm::atanh(sine) / (2.0 * std::f64::consts::PI);
    (libm::floor(fraction * WORLD + 0.5) as i64).clamp(0, 1 << WORLD_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: MatrixSet = MatrixSet::WebMercatorQuad;

    #[test]
    fn corners_and_centre_of_the_world_are_exact() {
        assert_eq!(SET.project([0, 0]), [1 << 39, 1 << 39]);
        assert_eq!(SET.project([-LON_LIMIT, LAT_LIMIT]), [0, 0]);
        assert_eq!(SET.project([LON_LIMIT, -LAT_LIMIT]), [1 << 40, 1 << 40]);
        let edge = SET.project([0, MERCATOR_LAT_LIMIT]);
        assert!((0..4000).contains(&edge[1]), "{edge:?}");
    }

    #[test]
    fn known_place_projects_as_the_formula_of_epsg_3857_says() {
        // Putian, 119.0077 E 25.4310 N; x = 0.830576944..., y by ln(tan(pi/4 + lat/2)) in double precision
        let [x, y] = SET.project([1_190_077_000, 254_310_000]);
        let lat = 25.4310_f64.to_radians();
        let expected = 0.5 - (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln() / (2.0 * std::f64::consts::PI);
        assert!((x as f64 / WORLD - (119.0077 + 180.0) / 360.0).abs() < 1e-12);
        assert!((y as f64 / WORLD - expected).abs() < 1e-12);
    }

    #[test]
    fn latitude_is_strictly_monotone_where_people_live() {
        let mut before = SET.project([0, 253_000_000])[1];
        for lat in 253_000_001..253_020_000 {
            let y = SET.project([0, lat])[1];
            assert!(y < before, "{lat}");
            before = y;
        }
    }

    #[test]
    fn inverse_comes_back_within_a_lattice_unit() {
        for lat in (-850_000_000..=850_000_000).step_by(7_654_321) {
            let [x, y] = SET.project([lat, lat]);
            assert!((SET.lat_of(y) - f64::from(lat)).abs() < 1.0, "{lat}");
            assert!((SET.lon_of(x) - f64::from(lat)).abs() < 1.0, "{lat}");
        }
    }
}
