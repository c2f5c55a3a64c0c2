//! The geodesic between two vertices of any distance: its length and the area under it.
//!
//! Source: Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), series to the sixth order. The azimuth is found
//! by fixed-point iteration on the auxiliary sphere (Vincenty's way), not by Newton's method: it settles for all but
//! nearly antipodal ends, for which the great circle of the auxiliary sphere is taken after [`MAX_ROUNDS`]; such an
//! edge, half round the world, is then off by up to a few per mille.

use super::ellipsoid::{E_SQUARED, FLATTENING, RADIANS_PER_UNIT, SEMI_MAJOR_M, SEMI_MINOR_M, Vertex};

/// The iteration stops after this many rounds, whatever happened.
const MAX_ROUNDS: usize = 60;
/// The iteration stops when a round moves the longitude on the sphere less than this, in radians.
const TOLERANCE: f64 = 1e-15;
/// Second eccentricity, squared.
const SECOND_E_SQUARED: f64 = E_SQUARED / (1.0 - E_SQUARED);
/// Square of the authalic radius.
const AUTHALIC_SQUARED_M2: f64 = 40_589_732_499_314.76;

/// Karney's A3 for WGS 84: polynomial in epsilon, highest power first.
const A3: [f64; 6] =
    [-0.0234375, -0.046927475637074494, -0.06281503005876607, -0.2502088451303832, -0.49916038980680816, 1.0];
/// Karney's C3 for WGS 84: for each order the polynomial in epsilon, highest power first, times `epsilon^order`.
const C3: [&[f64]; 5] = [
    &[0.0234375, 0.03908873781853724, 0.04695366939653196, 0.12499964752736174, 0.24958019490340408],
    &[0.01953125, 0.02345061890926862, 0.046822392185686165, 0.062342661206936094],
    &[0.013671875, 0.023393770302437927, 0.025963026642854565],
    &[0.013671875, 0.01362595881755982],
    &[0.008203125],
];
/// Karney's C4 for WGS 84, laid out like [`C3`] from order 0.
const C4: [&[f64]; 6] = [
    &[
        0.00646020646020646,
        0.0035037627212872787,
        0.034742279454780166,
        -0.01921732223244865,
        -0.19923321555984239,
        0.6662190894642603,
    ],
    &[0.000111000111000111, 0.003426620602971002, -0.009510765372597735, -0.01893413691235592, 0.0221370239510936],
    &[0.0007459207459207459, -0.004142006291321442, -0.00504225176309005, 0.007584982177746079],
    &[-0.0021565735851450138, -0.001962613370670692, 0.0036104265913438913],
    &[-0.0009472009472009472, 0.0020416649913317735],
    &[0.0012916376552740189],
];

/// What a polygon needs of one geodesic.
#[derive(Debug, Clone, Copy)]
pub(super) struct Geodesic {
    /// Length, in metres.
    pub(super) length_m: f64,
    /// Area between the geodesic and the equator, positive when it runs east on the northern hemisphere.
    pub(super) area_under_m2: f64,
}

/// The geodesic from `a` to `b`, which stands `units_east` lattice units east of it.
pub(super) fn geodesic(a: Vertex, b: Vertex, units_east: i64) -> Geodesic {
    if a.position.lat() == b.position.lat() && units_east == 0 {
        return Geodesic { length_m: 0.0, area_under_m2: 0.0 };
    }
    let longitude = units_east.unsigned_abs() as f64 * RADIANS_PER_UNIT;
    let arc = Arc::between(reduced(a), reduced(b), longitude);
    let area_m2 = arc.area_under_m2();
    let area_under_m2 = if units_east < 0 { -area_m2 } else { area_m2 };
    Geodesic { length_m: arc.length_m(), area_under_m2 }
}

/// Sine and cosine of the reduced latitude.
fn reduced(vertex: Vertex) -> (f64, f64) {
    normalised(vertex.sine * (1.0 - FLATTENING), vertex.cosine)
}

/// A great circle arc of the auxiliary sphere, running east.
struct Arc {
    start: (f64, f64),
    end: (f64, f64),
    /// Longitude on the sphere between the ends.
    omega: f64,
    /// Sine and cosine of the azimuth at the start and at the end.
    start_azimuth: (f64, f64),
    end_azimuth: (f64, f64),
    /// Sine and cosine of the azimuth where the great circle crosses the equator.
    node_azimuth: (f64, f64),
    /// Arc length from that crossing to the start, and from the start to the end.
    start_sigma: f64,
    sigma: f64,
    /// Karney's epsilon.
    epsilon: f64,
}

impl Arc {
    fn between(start: (f64, f64), end: (f64, f64), longitude: f64) -> Self {
        let mut arc = Self::at(start, end, longitude);
        for _ in 0..MAX_ROUNDS {
            let omega = longitude + FLATTENING * arc.longitude_defect();
            let moved = (omega - arc.omega).abs();
            if omega > std::f64::consts::PI {
                return Self::at(start, end, longitude);
            }
            arc = Self::at(start, end, omega);
            if moved < TOLERANCE {
                return arc;
            }
        }
        arc
    }

    /// The arc whose ends are `omega` apart on the sphere.
    fn at(start: (f64, f64), end: (f64, f64), omega: f64) -> Self {
        let ((start_sine, start_cosine), (end_sine, end_cosine)) = (start, end);
        let (omega_sine, omega_cosine) = (libm::sin(omega), libm::cos(omega));
        let half = libm::sin(0.5 * omega);
        // cos b1 sin b2 - sin b1 cos b2 cos w, as sin(b2 - b1) + a small term that keeps its digits.
        let versine = 2.0 * half * half;
        let difference = end_sine * start_cosine - end_cosine * start_sine;
        let start_azimuth = (end_cosine * omega_sine, difference + start_sine * end_cosine * versine);
        let end_azimuth = (start_cosine * omega_sine, difference - start_cosine * end_sine * versine);
        let sigma = libm::atan2(
            (start_azimuth.0 * start_azimuth.0 + start_azimuth.1 * start_azimuth.1).sqrt(),
            start_sine * end_sine + start_cosine * end_cosine * omega_cosine,
        );
        let start_azimuth = normalised(start_azimuth.0, start_azimuth.1);
        let end_azimuth = normalised(end_azimuth.0, end_azimuth.1);
        let node_sine = start_azimuth.0 * start_cosine;
        let across = start_azimuth.0 * start_sine;
        let node_cosine = (start_azimuth.1 * start_azimuth.1 + across * across).sqrt();
        let start_sigma = if start_sine == 0.0 && start_azimuth.1 == 0.0 {
            0.0
        } else {
            libm::atan2(start_sine, start_azimuth.1 * start_cosine)
        };
        let k_squared = SECOND_E_SQUARED * node_cosine * node_cosine;
        let epsilon = k_squared / (2.0 * (1.0 + (1.0 + k_squared).sqrt()) + k_squared);
        let node_azimuth = (node_sine, node_cosine);
        Self { start, end, omega, start_azimuth, end_azimuth, node_azimuth, start_sigma, sigma, epsilon }
    }

    /// How much longer the longitude is on the sphere than on the ellipsoid, over the flattening.
    fn longitude_defect(&self) -> f64 {
        let a3 = polynomial(&A3, self.epsilon);
        let mut sum = self.sigma;
        let mut power = 1.0;
        for (order, coefficients) in (1..).zip(C3) {
            power *= self.epsilon;
            sum += power * polynomial(coefficients, self.epsilon) * self.sine_difference(2.0 * f64::from(order));
        }
        self.node_azimuth.0 * a3 * sum
    }

    fn length_m(&self) -> f64 {
        let e = self.epsilon;
        let s = e * e;
        let a1 = (1.0 + s / 4.0 + s * s / 64.0 + s * s * s / 256.0) / (1.0 - e);
        let c1 = [
            e * (-1.0 / 2.0 + s * (3.0 / 16.0 - s / 32.0)),
            s * (-1.0 / 16.0 + s * (1.0 / 32.0 - s * 9.0 / 2048.0)),
            s * e * (-1.0 / 48.0 + s * 3.0 / 256.0),
            s * s * (-5.0 / 512.0 + s * 3.0 / 512.0),
            s * s * e * (-7.0 / 1280.0),
            s * s * s * (-7.0 / 2048.0),
        ];
        let mut sum = self.sigma;
        for (order, coefficient) in (1..).zip(c1) {
            sum += coefficient * self.sine_difference(2.0 * f64::from(order));
        }
        SEMI_MINOR_M * a1 * sum
    }

    fn area_under_m2(&self) -> f64 {
        let mut sum = 0.0;
        let mut power = 1.0;
        for (order, coefficients) in (0..).zip(C4) {
            let multiple = f64::from(2 * order + 1);
            let middle = multiple * (self.start_sigma + 0.5 * self.sigma);
            let cosine_difference = -2.0 * libm::sin(middle) * libm::sin(0.5 * multiple * self.sigma);
            sum += power * polynomial(coefficients, self.epsilon) * cosine_difference;
            power *= self.epsilon;
        }
        let (node_sine, node_cosine) = self.node_azimuth;
        let ellipsoidal = SEMI_MAJOR_M * SEMI_MAJOR_M * E_SQUARED * node_sine * node_cosine * sum;
        AUTHALIC_SQUARED_M2 * self.azimuth_difference() + ellipsoidal
    }

    /// Azimuth at the end less that at the start: the spherical excess under the arc.
    fn azimuth_difference(&self) -> f64 {
        let ((start_sine, start_cosine), (end_sine, end_cosine)) = (self.start, self.end);
        if self.omega < 2.0 && (end_sine - start_sine).abs() < 1.75 {
            let (omega_sine, omega_cosine) = (libm::sin(self.omega), 1.0 + libm::cos(self.omega));
            let (start_plus, end_plus) = (1.0 + start_cosine, 1.0 + end_cosine);
            return 2.0
                * libm::atan2(
                    omega_sine * (start_sine * end_plus + end_sine * start_plus),
                    omega_cosine * (start_sine * end_sine + start_plus * end_plus),
                );
        }
        let (a, b) = (self.start_azimuth, self.end_azimuth);
        libm::atan2(b.0 * a.1 - b.1 * a.0, b.1 * a.1 + b.0 * a.0)
    }

    /// `sin(multiple * end) - sin(multiple * start)` of the arc lengths from the node.
    fn sine_difference(&self, multiple: f64) -> f64 {
        let middle = multiple * (self.start_sigma + 0.5 * self.sigma);
        2.0 * libm::cos(middle) * libm::sin(0.5 * multiple * self.sigma)
    }
}

/// Horner's rule, highest power first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

fn normalised(a: f64, b: f64) -> (f64, f64) {
    let length = (a * a + b * b).sqrt();
    if length == 0.0 { (0.0, 1.0) } else { (a / length, b / length) }
}
