//! The error disc (误差圆): how much of it lies in each face, integrated exactly along the borders.
//!
//! The density around the centre is rotational. Let `out(rho)` be what of it lies farther away than `rho`, 1 at the centre
//! and 0 from the rim of the disc on. By Green's theorem the share of a face is
//!
//! ```text
//! [the centre lies in the face]  -  1/2pi * integral of out(rho) d(theta)   along its border, inside on the left
//! ```
//!
//! so each edge takes from the face on its left what it gives to the face on its right, and the rim itself adds nothing:
//! edges that touch it, end on it or run along it need no care. Only the centre is singular: where it lies on a border it
//! stands for `(x + e, y + e^2)` as everywhere, and the sides are told by exact arithmetic.
//!
//! The plane is the lattice's own with the metres of the centre's latitude, as for margins. Longitudes do not wrap: what
//! of a disc lies beyond 180 degrees or a pole lies outside of every area.

use std::f64::consts::TAU;

use crate::domain::{
    coverage::FaceId,
    geometry::{Extent, Position, measure::LocalMetric, position::LAT_LIMIT, position::LON_LIMIT, predicates},
    locate::{Accuracy, AccuracyKind, Edge},
};

mod normal;
#[cfg(test)]
mod tests;

use normal::Normal;

/// A normal distribution is cut at so many sigmas, and what is left counts as the whole.
///
/// Beyond lie 0.03 % of it, so that no share is off by more than 0.0003; at 3 it would be 1.1 %.
pub const CUT_SIGMAS: f64 = 4.0;

/// Least metres of a unit of longitude: at a pole a unit has none, and a disc would be a band around the world.
const MIN_METRES_PER_UNIT: f64 = 1e-6;

/// How the true position is spread around the stated one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// Equally likely everywhere within a radius, in metres.
    Uniform {
        /// The radius.
        radius_m: f64,
    },
    /// Normal in both directions, cut at [`CUT_SIGMAS`].
    Normal {
        /// Sigma of either direction.
        sigma_m: f64,
    },
}

impl Spread {
    /// The spread that a stated accuracy means.
    pub fn of(accuracy: Accuracy) -> Self {
        let radius_m = accuracy.radius_m();
        match accuracy.kind() {
            AccuracyKind::Android => Self::Normal { sigma_m: radius_m / 1.51 },
            AccuracyKind::W3c => Self::Normal { sigma_m: radius_m / 2.45 },
            AccuracyKind::Ios => Self::Normal { sigma_m: radius_m / 1.41 },
            AccuracyKind::Uniform => Self::Uniform { radius_m },
        }
    }

    /// How far from the centre the true position may be, in metres.
    pub fn reach_m(self) -> f64 {
        match self {
            Self::Uniform { radius_m } => radius_m,
            Self::Normal { sigma_m } => CUT_SIGMAS * sigma_m,
        }
    }
}

/// Where a position may truly be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disc {
    centre: Position,
    east_m: f64,
    north_m: f64,
    reach_m: f64,
    /// `None`: uniform.
    normal: Option<Normal>,
}

impl Disc {
    /// The disc around `centre`; longitude 180 is read as -180.
    pub fn new(centre: Position, spread: Spread) -> Self {
        let centre = centre.wrapped();
        let metric = LocalMetric::at(centre);
        Self {
            centre,
            east_m: metric.metres_per_unit_east().max(MIN_METRES_PER_UNIT),
            north_m: metric.metres_per_unit_north(),
            reach_m: spread.reach_m(),
            normal: match spread {
                Spread::Uniform { .. } => None,
                Spread::Normal { sigma_m } => Some(Normal::new(sigma_m, CUT_SIGMAS)),
            },
        }
    }

    /// Everything that the disc may touch, clamped to the world.
    pub fn extent(&self) -> Extent {
        let corner = |sign: f64| {
            let along = |middle: i32, metres_per_unit: f64, limit: i32| {
                let units = (self.reach_m / metres_per_unit).ceil() + 1.0;
                (f64::from(middle) + sign * units).clamp(f64::from(-limit), f64::from(limit)) as i32
            };
            let lon = along(self.centre.lon(), self.east_m, LON_LIMIT);
            let lat = along(self.centre.lat(), self.north_m, LAT_LIMIT);
            Position::new(lon, lat).expect("clamped to the world")
        };
        Extent::of(corner(-1.0)).with(corner(1.0))
    }

    /// What the edge from `a` to `b` gives to the face on its left, and takes from the one on its right.
    ///
    /// Everything is measured along the edge's line: `offset_m` is its distance from the centre, positive when the centre
    /// is on its left, `from_m` and `to_m` are the ends of the piece in the disc, from the foot of the centre on.
    fn flow(&self, a: Position, b: Position) -> f64 {
        let (a, b) = (predicates::difference(self.centre, a), predicates::difference(self.centre, b));
        let cross = cross(a, b);
        let cross_m2 = cross * (self.east_m * self.north_m);
        let (along_east_m, along_north_m) = self.metres((b.0 - a.0, b.1 - a.1));
        let length_squared_m2 = along_east_m * along_east_m + along_north_m * along_north_m;
        let reach_squared_m2 = self.reach_m * self.reach_m;
        if cross_m2 * cross_m2 >= reach_squared_m2 * length_squared_m2 {
            return 0.0;
        }
        let length_m = length_squared_m2.sqrt();
        let offset_m = cross_m2 / length_m;
        let half_chord_m = (reach_squared_m2 - offset_m * offset_m).max(0.0).sqrt();
        let along_m = |end: (i64, i64)| {
            let (east_m, north_m) = self.metres(end);
            (east_m * along_east_m + north_m * along_north_m) / length_m
        };
        let (from_m, to_m) = (along_m(a).max(-half_chord_m), along_m(b).min(half_chord_m));
        if from_m >= to_m {
            return 0.0;
        }
        if cross == 0.0 {
            return -self.angle_through_centre(a, b) / TAU;
        }
        let angle = libm::atan2(offset_m * (to_m - from_m), offset_m * offset_m + from_m * to_m);
        // What lies nearer than the edge, times the angle.
        let within = match &self.normal {
            None => offset_m * (to_m - from_m) / reach_squared_m2,
            Some(normal) => normal.within(offset_m, from_m, to_m),
        };
        (within - angle) / TAU
    }

    /// The angle under which the centre, moved to `(e, e^2)`, sees an edge of its own line: half a turn at most.
    fn angle_through_centre(&self, a: (i64, i64), b: (i64, i64)) -> f64 {
        const CENTRE: (i64, i64) = (0, 0);
        // From the end at the centre, which is seen just south of west, to the other one.
        let from_west = |end: (i64, i64)| {
            let (east_m, north_m) = self.metres(end);
            libm::atan2(0.0 - north_m, 0.0 - east_m)
        };
        if a == CENTRE {
            return from_west(b);
        }
        if b == CENTRE {
            return -from_west(a);
        }
        // A line to the north has the centre on its right, one to the east on its left.
        let (east, north) = (b.0 - a.0, b.1 - a.1);
        let goes_around_left = if north == 0 { east > 0 } else { north < 0 };
        let lies_between = i128::from(a.0) * i128::from(b.0) + i128::from(a.1) * i128::from(b.1) < 0;
        match (lies_between, goes_around_left) {
            (false, _) => 0.0,
            (true, true) => TAU / 2.0,
            (true, false) => -TAU / 2.0,
        }
    }

    fn metres(&self, (east, north): (i64, i64)) -> (f64, f64) {
        (east as f64 * self.east_m, north as f64 * self.north_m)
    }
}

/// The cross product of two differences of positions, rounded once, of the exact sign.
fn cross(a: (i64, i64), b: (i64, i64)) -> f64 {
    if [a.0, a.1, b.0, b.1].iter().all(|span| span.unsigned_abs() < 1 << 31) {
        (a.0 * b.1 - a.1 * b.0) as f64
    } else {
        (i128::from(a.0) * i128::from(b.1) - i128::from(a.1) * i128::from(b.0)) as f64
    }
}

/// A part of 1 in whole steps of 2^-60, so that sums depend on no order and are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Share(i64);

impl Share {
    /// The whole.
    pub const ONE: Self = Self(1 << 60);

    /// The share that a number is, what is below a step left out.
    pub fn of(number: f64) -> Self {
        Self((number * Self::ONE.0 as f64) as i64)
    }

    /// The steps of 2^-60.
    pub const fn steps(self) -> i64 {
        self.0
    }

    /// As a number.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::ONE.0 as f64
    }

    /// The sum; what is over a turn of 64 bits comes back as the rest is added.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    const fn negated(self) -> Self {
        Self(self.0.wrapping_neg())
    }
}

/// Entries that are summed up by face before any more are kept.
const FIRST_MERGE: usize = 1024;

/// The shares of a disc by face, as they are summed up; to be reused.
#[derive(Debug, Default)]
pub struct Shares {
    entries: Vec<(FaceId, Share)>,
    merge_at: usize,
}

impl Shares {
    /// Begins anew, with the face that owns the centre.
    pub fn begin(&mut self, owner: FaceId) {
        self.entries.clear();
        self.entries.push((owner, Share::ONE));
        self.merge_at = FIRST_MERGE;
    }

    /// Adds an edge, wherever it lies; each edge within the disc once, in any order and either direction.
    pub fn add(&mut self, disc: &Disc, edge: Edge) {
        let Edge { a, b, left, right } = edge;
        // One direction for both, so that rounding cannot tell them apart.
        let (a, b, left, right) = if a < b { (a, b, left, right) } else { (b, a, right, left) };
        let flow = Share::of(disc.flow(a, b));
        if flow != Share::default() && left != right {
            self.credit(left, flow);
            self.credit(right, flow.negated());
        }
    }

    /// The faces with a part of the disc, ascending; the parts add up to 1.
    pub fn finish(&mut self) -> &[(FaceId, Share)] {
        self.merge();
        self.entries.retain(|(_, share)| *share > Share::default());
        &self.entries
    }

    fn credit(&mut self, face: FaceId, share: Share) {
        // The edges of an arc follow each other and have the same two faces.
        if let Some(entry) = self.entries.iter_mut().rev().take(2).find(|entry| entry.0 == face) {
            entry.1 = entry.1.plus(share);
            return;
        }
        if self.entries.len() >= self.merge_at {
            self.merge();
            self.merge_at = FIRST_MERGE.max(2 * self.entries.len());
        }
        self.entries.push((face, share));
    }

    fn merge(&mut self) {
        self.entries.sort_unstable_by_key(|entry| entry.0);
        self.entries.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 = kept.1.plus(next.1);
            }
            is_same
        });
    }
}
