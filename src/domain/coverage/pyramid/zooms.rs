//! The zooms of a pyramid, and how far a simplified arc may be from the exact one at each.

use std::ops::RangeInclusive;

use super::frame::Frame;
use crate::domain::geometry::{Position, position::UNITS_PER_DEGREE};

/// Lattice units around the world.
const WORLD_UNITS: f64 = 360.0 * UNITS_PER_DEGREE as f64;

/// Side of a tile on the screen, in pixels.
const TILE_PIXELS: f64 = 512.0;

/// Half a pixel, which is four of the 4,096 units of a tile: a border is drawn at most that far from where it is.
///
/// In the prototype (`FINDINGS.md`, section 3) this halved the bytes of a tile: 24.9 to 13.1 kB.
const TOLERANCE_PIXELS: f64 = 0.5;

/// No pyramid has more zooms: a block keeps a bit for each.
const MAX_ZOOMS: u8 = 31;

/// Web Mercator ends here, in lattice units.
const MERCATOR_LAT_LIMIT: u32 = 850_511_288;

/// The zooms at which arcs are simplified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Zooms {
    coarsest: u8,
    /// How many; deeper zooms have the exact arcs.
    count: u8,
}

impl Zooms {
    pub(super) fn new(zooms: RangeInclusive<u8>) -> Self {
        let (coarsest, finest) = zooms.into_inner();
        let count = (u16::from(finest) + 1).saturating_sub(u16::from(coarsest)).min(u16::from(MAX_ZOOMS));
        Self { coarsest: coarsest.min(u8::MAX - MAX_ZOOMS), count: count as u8 }
    }

    pub(super) fn coarsest(self) -> u8 {
        self.coarsest
    }

    /// The coarsest zoom that has the exact arcs.
    pub(super) fn exact(self) -> u8 {
        self.coarsest + self.count
    }

    /// From the finest to the coarsest.
    pub(super) fn descending(self) -> impl Iterator<Item = u8> {
        (self.coarsest..self.exact()).rev()
    }
}

/// Distances as the Mercator map shows them, in units of longitude.
///
/// Floating point, but nothing except `+ - * /` and libm's cosine: the same bits on every machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Metric {
    /// How much longer the map draws a step north than a step east.
    stretch: f64,
}

impl Metric {
    /// For an arc within `frame`: as strict as its latitude farthest from the equator asks for.
    pub(super) fn within(frame: &Frame) -> Self {
        let lat = f64::from(frame.farthest_lat().min(MERCATOR_LAT_LIMIT)) / f64::from(UNITS_PER_DEGREE);
        Self { stretch: 1.0 / libm::cos(lat.to_radians()) }
    }

    /// Squared distance between a position and the closest point of a segment.
    pub(super) fn distance_squared(self, position: Position, a: Position, b: Position) -> f64 {
        let ((bx, by), (px, py)) = (self.between(a, b), self.between(a, position));
        let (along, length_squared) = (px * bx + py * by, bx * bx + by * by);
        if along <= 0.0 {
            px * px + py * py
        } else if along >= length_squared {
            let (qx, qy) = (px - bx, py - by);
            qx * qx + qy * qy
        } else {
            let across = bx * py - by * px;
            across * across / length_squared
        }
    }

    fn between(self, from: Position, to: Position) -> (f64, f64) {
        let east = i64::from(to.lon()) - i64::from(from.lon());
        let north = i64::from(to.lat()) - i64::from(from.lat());
        (east as f64, north as f64 * self.stretch)
    }
}

/// The tolerances of all zooms, squared.
pub(super) struct Tolerances {
    zooms: Zooms,
    squared: Vec<f64>,
}

impl Tolerances {
    pub(super) fn new(zooms: Zooms) -> Self {
        let squared = |zoom: u8| {
            let tolerance = tolerance(zoom);
            tolerance * tolerance
        };
        Self { zooms, squared: (zooms.coarsest()..zooms.exact()).map(squared).collect() }
    }

    /// Whether a zoom has the exact arcs.
    pub(super) fn is_exact(&self, zoom: u8) -> bool {
        zoom >= self.zooms.exact()
    }

    /// The coarsest zoom at which a vertex this far off has to be there.
    pub(super) fn zoom_of(&self, distance_squared: f64) -> u8 {
        let coarser = self.squared.iter().take_while(|&&tolerance| distance_squared <= tolerance).count();
        self.zooms.coarsest() + coarser as u8
    }
}

/// How far a simplified arc may be from the exact one at a zoom, in units of longitude.
pub(super) fn tolerance(zoom: u8) -> f64 {
    let tiles = (1_u64 << zoom.min(63)) as f64;
    WORLD_UNITS / tiles / TILE_PIXELS * TOLERANCE_PIXELS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tolerance_is_half_a_pixel() {
        // 256 pixels of zoom 0 are 128 of 512-pixel tiles; at zoom 14 a pixel is 4.78 m at the equator, of 512 pixels.
        assert_eq!(tolerance(0), 3_515_625.0);
        assert_eq!(tolerance(10), 3_515_625.0 / 1024.0);
        let tolerances = Tolerances::new(Zooms::new(8..=17));
        assert_eq!(tolerances.zoom_of(f64::INFINITY), 8);
        assert_eq!(tolerances.zoom_of(tolerance(12) * tolerance(12)), 13);
        assert_eq!(tolerances.zoom_of(0.0), 18);
    }

    #[test]
    fn odd_ranges_of_zooms_are_kept_within_bounds() {
        for (zooms, coarsest, exact) in
            [(8..=17, 8, 18), (0..=0, 0, 1), (RangeInclusive::new(17, 8), 17, 17), (0..=255, 0, 31)]
        {
            let zooms = Zooms::new(zooms);
            assert_eq!((zooms.coarsest(), zooms.exact()), (coarsest, exact));
        }
        assert_eq!(Zooms::new(255..=255).exact(), 225);
    }

    #[test]
    fn a_step_north_counts_as_the_map_draws_it() {
        let p = |lon, lat| Position::new(lon, lat).expect("in the world");
        let metric = Metric::within(&Frame::of_segment(p(0, -600_000_000), p(100, 0)));
        let squared = metric.distance_squared(p(50, 10), p(0, 0), p(100, 0));
        assert!((squared - 400.0).abs() < 1e-6, "{squared}");
        assert_eq!(metric.distance_squared(p(-30, 0), p(0, 0), p(100, 0)), 900.0);
        assert_eq!(metric.distance_squared(p(130, 0), p(0, 0), p(100, 0)), 900.0);
        assert_eq!(metric.distance_squared(p(3, 0), p(0, 0), p(0, 0)), 9.0);
    }
}
