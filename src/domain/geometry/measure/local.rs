//! Metres in the lattice plane around one position.

use super::ellipsoid::{E_SQUARED, RADIANS_PER_UNIT, Vertex};
use crate::domain::geometry::{Position, predicates};

/// How many metres a lattice unit is east and north around one position.
///
/// The plane is the lattice's own, with straight edges: what is on a line of the lattice has distance 0 to it.
/// Good to 1e-6 within some 10 km of the position's latitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalMetric {
    metres_per_unit_east: f64,
    metres_per_unit_north: f64,
}

/// The nearest place of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foot {
    /// Distance to it, in metres; exactly 0 when, and only when, the position is on the segment.
    pub distance_m: f64,
    /// Its longitude, in lattice units, between the segment's ends.
    pub lon: f64,
    /// Its latitude, in lattice units, between the segment's ends.
    pub lat: f64,
}

impl Foot {
    /// The lattice position nearest to it.
    pub fn position(self) -> Position {
        Position::new(self.lon.round_ties_even() as i32, self.lat.round_ties_even() as i32)
            .expect("a place between two positions is in the world")
    }
}

impl LocalMetric {
    /// The metric at the latitude of `position`.
    pub fn at(position: Position) -> Self {
        let vertex = Vertex::new(position);
        let prime_m = vertex.prime_vertical_m();
        let meridian_m = prime_m * (1.0 - E_SQUARED) / (1.0 - E_SQUARED * vertex.sine * vertex.sine);
        Self {
            metres_per_unit_east: prime_m * vertex.cosine * RADIANS_PER_UNIT,
            metres_per_unit_north: meridian_m * RADIANS_PER_UNIT,
        }
    }

    /// Metres of one lattice unit of longitude.
    pub fn metres_per_unit_east(self) -> f64 {
        self.metres_per_unit_east
    }

    /// Metres of one lattice unit of latitude.
    pub fn metres_per_unit_north(self) -> f64 {
        self.metres_per_unit_north
    }

    /// Distance from `a` to `b`, in metres.
    pub fn distance_m(self, a: Position, b: Position) -> f64 {
        let (east_m, north_m) = self.metres(a, b);
        (east_m * east_m + north_m * north_m).sqrt()
    }

    /// The nearest place to `position` of the segment from `a` to `b`; the ends may be equal.
    pub fn point_segment_distance(self, position: Position, a: Position, b: Position) -> Foot {
        let (edge_east_m, edge_north_m) = self.metres(a, b);
        let (east_m, north_m) = self.metres(a, position);
        let along = edge_east_m * east_m + edge_north_m * north_m;
        let length_squared = edge_east_m * edge_east_m + edge_north_m * edge_north_m;
        if along <= 0.0 || length_squared == 0.0 {
            return self.foot_at(position, a);
        }
        if along >= length_squared {
            return self.foot_at(position, b);
        }
        // The cross product of lattice units is exact, so that zero means on the line.
        let (edge_lon, edge_lat) = predicates::difference(a, b);
        let (lon, lat) = predicates::difference(a, position);
        let cross = i128::from(edge_lon) * i128::from(lat) - i128::from(edge_lat) * i128::from(lon);
        let square_m = self.metres_per_unit_east * self.metres_per_unit_north;
        let part = along / length_squared;
        Foot {
            distance_m: cross.unsigned_abs() as f64 * square_m / length_squared.sqrt(),
            lon: f64::from(a.lon()) + part * edge_lon as f64,
            lat: f64::from(a.lat()) + part * edge_lat as f64,
        }
    }

    /// Bearing from `from` to `to` in degrees, 0 = north, 90 = east, below 360; 0 when the two are equal.
    pub fn bearing_deg(self, from: Position, to: Position) -> f64 {
        let (east_m, north_m) = self.metres(from, to);
        let bearing = libm::atan2(east_m, north_m).to_degrees();
        let bearing = if bearing < 0.0 { bearing + 360.0 } else { bearing };
        if bearing >= 360.0 { 0.0 } else { bearing + 0.0 }
    }

    fn foot_at(self, position: Position, end: Position) -> Foot {
        let distance_m = self.distance_m(position, end);
        Foot { distance_m, lon: f64::from(end.lon()), lat: f64::from(end.lat()) }
    }

    /// Metres east and north from `a` to `b`.
    fn metres(self, a: Position, b: Position) -> (f64, f64) {
        let (east, north) = predicates::difference(a, b);
        (east as f64 * self.metres_per_unit_east, north as f64 * self.metres_per_unit_north)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::measure::geodesic_length_m;
    use proptest::prelude::*;

    fn p(lon: i32, lat: i32) -> Position {
        Position::new(lon, lat).expect("in the world")
    }

    //      north
    //   d    |    c      a = origin of 莆田, edges 1 km or so
    //        |
    //   -----a-----b
    #[test]
    fn bearings_are_clockwise_from_north_and_below_360() {
        let a = p(1_190_000_000, 254_300_000);
        let metric = LocalMetric::at(a);
        let east = (1e6 / metric.metres_per_unit_east()) as i32;
        let north = (1e6 / metric.metres_per_unit_north()) as i32;
        let expected = [(0, north, 0.0), (east, north, 45.0), (east, 0, 90.0), (0, -north, 180.0), (-east, 0, 270.0)];
        for (d_lon, d_lat, bearing) in expected {
            let found = metric.bearing_deg(a, p(a.lon() + d_lon, a.lat() + d_lat));
            assert!((found - bearing).abs() < 1e-4, "{found} instead of {bearing}");
        }
        assert_eq!(metric.bearing_deg(a, a), 0.0);
        assert!(metric.bearing_deg(a, p(a.lon() - 1, a.lat() + 900_000_000 - a.lat())) < 360.0);
    }

    #[test]
    fn a_position_on_a_segment_has_distance_zero_and_one_beside_it_has_not() {
        let (a, b) = (p(1_190_000_000, 254_300_000), p(1_190_000_300, 254_300_900));
        let metric = LocalMetric::at(a);
        let on = metric.point_segment_distance(p(1_190_000_100, 254_300_300), a, b);
        assert_eq!((on.distance_m, on.position()), (0.0, p(1_190_000_100, 254_300_300)));
        let beside = metric.point_segment_distance(p(1_190_000_101, 254_300_300), a, b);
        assert!(beside.distance_m > 0.009 && beside.distance_m < 0.011, "{beside:?}");
        let beyond = metric.point_segment_distance(p(1_190_000_301, 254_300_903), a, b);
        assert_eq!(beyond.position(), b);
        assert_eq!(metric.point_segment_distance(b, a, a).position(), a);
    }

    proptest! {
        #[test]
        fn short_distances_agree_with_the_geodesic(
            lon in -1_790_000_000..1_790_000_000_i32, lat in -700_000_000..700_000_000_i32,
            d_lon in -50_000..50_000_i32, d_lat in -50_000..50_000_i32,
        ) {
            let (a, b) = (p(lon, lat), p(lon + d_lon, lat + d_lat));
            let middle = p(lon, lat + d_lat / 2);
            let found_m = LocalMetric::at(middle).distance_m(a, b);
            let expected_m = geodesic_length_m(&[a, b]);
            prop_assert!((found_m - expected_m).abs() <= 1e-6 * expected_m, "{found_m} {expected_m}");
        }

        #[test]
        fn the_foot_is_no_farther_than_any_sample_of_the_segment(
            x in -1000..1000_i32, y in -1000..1000_i32, ax in -1000..1000_i32, ay in -1000..1000_i32,
            bx in -1000..1000_i32, by in -1000..1000_i32,
        ) {
            let (lon, lat) = (1_190_000_000, 254_300_000);
            let (q, a, b) = (p(lon + x, lat + y), p(lon + ax, lat + ay), p(lon + bx, lat + by));
            let metric = LocalMetric::at(q);
            let foot = metric.point_segment_distance(q, a, b);
            for step in 0..=100 {
                let part = f64::from(step) / 100.0;
                let east_m = (f64::from(ax - x) + part * f64::from(bx - ax)) * metric.metres_per_unit_east();
                let north_m = (f64::from(ay - y) + part * f64::from(by - ay)) * metric.metres_per_unit_north();
                prop_assert!(foot.distance_m <= east_m.hypot(north_m) + 1e-9);
            }
            let apart = ((foot.lon - f64::from(q.lon())) * metric.metres_per_unit_east())
                .hypot((foot.lat - f64::from(q.lat())) * metric.metres_per_unit_north());
            prop_assert!((foot.distance_m - apart).abs() < 1e-6, "{} {}", foot.distance_m, apart);
            prop_assert_eq!(foot.distance_m == 0.0, predicates::on_segment(a, b, q));
        }
    }
}
