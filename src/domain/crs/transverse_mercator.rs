//! The transverse Mercator projection on CGCS2000, with parameters of one's own.
//!
//! Krueger's series to the sixth order in the third flattening. Source: Karney, "Transverse Mercator with an
//! accuracy of a few nanometers", J. Geodesy 85 (2011), equations 7 to 36.

use std::hash::{Hash, Hasher};

use thiserror::Error;

/// Semi-major axis of CGCS2000.
const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// Flattening of CGCS2000; equal to GRS 80.
const FLATTENING: f64 = 1.0 / 298.257_222_101;
/// Third flattening.
const N: f64 = FLATTENING / (2.0 - FLATTENING);
/// Radius of the rectifying sphere.
const RECTIFYING_M: f64 =
    SEMI_MAJOR_M / (1.0 + N) * (1.0 + N * N / 4.0 + N * N * N * N / 64.0 + N * N * N * N * N * N / 256.0);
/// The projection is offered this many degrees of longitude either side of its central meridian.
///
/// Far wider than any zone; the series still holds to a micrometre there.
pub(super) const HALF_WIDTH_DEG: f64 = 30.0;
/// Tangent of latitude is found in two or three rounds; this many would be our bug.
const MAX_ROUNDS: usize = 8;

/// Forward coefficients: row j holds those of `sin 2(j+1)`, powers of `N` from j+1 on.
const FORWARD: [f64; 6] = [
    series(&[0.5, -2.0 / 3.0, 5.0 / 16.0, 41.0 / 180.0, -127.0 / 288.0, 7891.0 / 37800.0], 1),
    series(&[13.0 / 48.0, -3.0 / 5.0, 557.0 / 1440.0, 281.0 / 630.0, -1_983_433.0 / 1_935_360.0], 2),
    series(&[61.0 / 240.0, -103.0 / 140.0, 15061.0 / 26880.0, 167_603.0 / 181_440.0], 3),
    series(&[49561.0 / 161_280.0, -179.0 / 168.0, 6_601_661.0 / 7_257_600.0], 4),
    series(&[34729.0 / 80640.0, -3_418_889.0 / 1_995_840.0], 5),
    series(&[212_378_941.0 / 319_334_400.0], 6),
];
/// Inverse coefficients, laid out like [`FORWARD`].
const INVERSE: [f64; 6] = [
    series(&[0.5, -2.0 / 3.0, 37.0 / 96.0, -1.0 / 360.0, -81.0 / 512.0, 96199.0 / 604_800.0], 1),
    series(&[1.0 / 48.0, 1.0 / 15.0, -437.0 / 1440.0, 46.0 / 105.0, -1_118_711.0 / 3_870_720.0], 2),
    series(&[17.0 / 480.0, -37.0 / 840.0, -209.0 / 4480.0, 5569.0 / 90720.0], 3),
    series(&[4397.0 / 161_280.0, -11.0 / 504.0, -830_251.0 / 7_257_600.0], 4),
    series(&[4583.0 / 161_280.0, -108_847.0 / 3_991_680.0], 5),
    series(&[20_648_693.0 / 638_668_800.0], 6),
];

const fn series(coefficients: &[f64], first_power: usize) -> f64 {
    let mut sum = 0.0;
    let mut i = coefficients.len();
    while i > 0 {
        i -= 1;
        sum = sum * N + coefficients[i];
    }
    let mut power = 0;
    while power < first_power {
        sum *= N;
        power += 1;
    }
    sum
}

/// A parameter of a transverse Mercator projection outside its range.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("{name} {value} of the transverse Mercator projection is not in {min} to {max}")]
pub struct BadParameter {
    /// The parameter's name in PROJ strings.
    pub name: &'static str,
    /// What was given.
    pub value: f64,
    /// Least value allowed.
    pub min: f64,
    /// Largest value allowed.
    pub max: f64,
}

/// A transverse Mercator projection on CGCS2000: a national zone, or a survey office's own.
///
/// **Invariant**: all parameters are finite and in the ranges of [`TransverseMercator::new`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransverseMercator {
    central_meridian_deg: f64,
    origin_lat_deg: f64,
    scale: f64,
    false_easting_m: f64,
    false_northing_m: f64,
}

impl Eq for TransverseMercator {}

impl Hash for TransverseMercator {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Adding zero makes one bit pattern of -0 and 0, which are equal.
        self.parameters().map(|value| (value + 0.0).to_bits()).hash(state);
    }
}

impl TransverseMercator {
    /// Least and largest latitude of origin, degrees.
    pub const LAT_0: (f64, f64) = (-90.0, 90.0);
    /// Least and largest scale on the meridian.
    pub const SCALE: (f64, f64) = (0.9, 1.1);
    /// Least and largest false easting and northing, metres.
    pub const OFFSET_M: (f64, f64) = (-1e9, 1e9);

    /// A projection from its central meridian and latitude of origin (degrees), scale on the meridian,
    /// false easting and false northing (metres).
    pub fn new(
        central_meridian_deg: f64,
        origin_lat_deg: f64,
        scale: f64,
        false_easting_m: f64,
        false_northing_m: f64,
    ) -> Result<Self, BadParameter> {
        let within = |name, value: f64, (min, max): (f64, f64)| {
            if (min..=max).contains(&value) { Ok(()) } else { Err(BadParameter { name, value, min, max }) }
        };
        within("lon_0", central_meridian_deg, (-180.0, 180.0))?;
        within("lat_0", origin_lat_deg, Self::LAT_0)?;
        within("k", scale, Self::SCALE)?;
        within("x_0", false_easting_m, Self::OFFSET_M)?;
        within("y_0", false_northing_m, Self::OFFSET_M)?;
        Ok(Self { central_meridian_deg, origin_lat_deg, scale, false_easting_m, false_northing_m })
    }

    /// Central meridian (degrees), latitude of origin (degrees), scale, false easting and false northing (metres).
    pub fn parameters(self) -> [f64; 5] {
        [self.central_meridian_deg, self.origin_lat_deg, self.scale, self.false_easting_m, self.false_northing_m]
    }

    /// Degrees of longitude east of the central meridian, in -180 to 180.
    pub(super) fn offset_deg(self, lon: f64) -> f64 {
        let offset = lon - self.central_meridian_deg;
        if offset > 180.0 {
            offset - 360.0
        } else if offset < -180.0 {
            offset + 360.0
        } else {
            offset
        }
    }

    /// Easting and northing allowed: least and largest of each, in metres.
    ///
    /// The rectangle around everything within [`HALF_WIDTH_DEG`] of the central meridian.
    pub(super) fn domain_m(self) -> [f64; 4] {
        let east_m = self.scale * RECTIFYING_M * spread(0.0, HALF_WIDTH_DEG.to_radians()).1;
        let quadrant_m = self.scale * RECTIFYING_M * std::f64::consts::FRAC_PI_2;
        let base_m = self.false_northing_m - self.origin_northing_m();
        [self.false_easting_m - east_m, self.false_easting_m + east_m, base_m - quadrant_m, base_m + quadrant_m]
    }

    /// Easting and northing of a place; the caller has checked [`HALF_WIDTH_DEG`].
    pub(super) fn project(self, lon: f64, lat: f64) -> (f64, f64) {
        let (north, east) = spread(lat.to_radians(), self.offset_deg(lon).to_radians());
        let radius_m = self.scale * RECTIFYING_M;
        let base_m = self.false_northing_m - self.origin_northing_m();
        (self.false_easting_m + radius_m * east, base_m + radius_m * north)
    }

    /// Longitude and latitude of an easting and northing.
    pub(super) fn unproject(self, x: f64, y: f64) -> (f64, f64) {
        let radius_m = self.scale * RECTIFYING_M;
        let east = (x - self.false_easting_m) / radius_m;
        let north = (y - self.false_northing_m + self.origin_northing_m()) / radius_m;
        let (d_north, d_east) = wave(&INVERSE, north, east);
        let (north, east) = (north - d_north, east - d_east);
        let conformal = libm::sin(north) / hypotenuse(libm::sinh(east), libm::cos(north));
        let offset = libm::atan2(libm::sinh(east), libm::cos(north));
        let lat = libm::atan(geodetic_tangent(conformal));
        let lon = self.central_meridian_deg + offset.to_degrees();
        let lon = if lon > 180.0 {
            lon - 360.0
        } else if lon < -180.0 {
            lon + 360.0
        } else {
            lon
        };
        (lon, lat.to_degrees())
    }

    fn origin_northing_m(self) -> f64 {
        if self.origin_lat_deg == 0.0 {
            return 0.0;
        }
        self.scale * RECTIFYING_M * spread(self.origin_lat_deg.to_radians(), 0.0).0
    }
}

/// `(north, east)` on the rectifying sphere, in radians, of latitude and longitude from the central meridian.
fn spread(lat: f64, offset: f64) -> (f64, f64) {
    let conformal = conformal_tangent(libm::tan(lat));
    let (sine, cosine) = (libm::sin(offset), libm::cos(offset));
    let north = libm::atan2(conformal, cosine);
    let east = libm::asinh(sine / hypotenuse(conformal, cosine));
    let (d_north, d_east) = wave(&FORWARD, north, east);
    (north + d_north, east + d_east)
}

/// The sums of Krueger's series at `(north, east)`.
fn wave(coefficients: &[f64; 6], north: f64, east: f64) -> (f64, f64) {
    let (mut d_north, mut d_east) = (0.0, 0.0);
    for (coefficient, order) in coefficients.iter().zip([2.0, 4.0, 6.0, 8.0, 10.0, 12.0]) {
        d_north += coefficient * libm::sin(order * north) * libm::cosh(order * east);
        d_east += coefficient * libm::cos(order * north) * libm::sinh(order * east);
    }
    (d_north, d_east)
}

/// Tangent of the conformal latitude of a geodetic one.
fn conformal_tangent(tangent: f64) -> f64 {
    let eccentricity = (FLATTENING * (2.0 - FLATTENING)).sqrt();
    let secant = hypotenuse(1.0, tangent);
    let sigma = libm::sinh(eccentricity * libm::atanh(eccentricity * tangent / secant));
    tangent * hypotenuse(1.0, sigma) - sigma * secant
}

/// Tangent of the geodetic latitude of a conformal one, by Newton's method.
fn geodetic_tangent(conformal: f64) -> f64 {
    let e_squared = FLATTENING * (2.0 - FLATTENING);
    let mut tangent = conformal / (1.0 - e_squared);
    for _ in 0..MAX_ROUNDS {
        let there = conformal_tangent(tangent);
        let step = (conformal - there) / hypotenuse(1.0, there) * (1.0 + (1.0 - e_squared) * tangent * tangent)
            / ((1.0 - e_squared) * hypotenuse(1.0, tangent));
        tangent += step;
        if step.abs() <= 1e-15 * tangent.abs().max(1.0) {
            break;
        }
    }
    tangent
}

fn hypotenuse(a: f64, b: f64) -> f64 {
    (a * a + b * b).sqrt()
}
