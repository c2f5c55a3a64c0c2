//! Latitudes of Web Mercator, fast and the same on every machine.
//!
//! The formula takes three transcendental functions, about 100 ns; a tile projects tens of thousands of vertices that lie
//! close together. So the formula is taken at nodes, a step of 2^16 lattice units (730 m) apart, and a cubic leads from the
//! nearest node to a position. It is less than 0.01 world steps off, which is 2^-40 of the world, and the node depends on
//! nothing but the latitude, so a cache of nodes changes no bit.

use crate::lattice::UNITS_PER_DEGREE;
use crate::matrix::WORLD_BITS;

/// Northern and southern edge of Web Mercator in lattice units; what lies beyond is drawn on the edge.
pub(crate) const MERCATOR_LAT_LIMIT: i32 = 850_511_287;

/// Binary logarithm of the lattice units between two nodes.
const NODE_BITS: u32 = 16;

/// Nodes that are remembered: more than the vertices of one ring visit in turns.
const REMEMBERED: usize = 64;

const WORLD: f64 = (1u64 << WORLD_BITS) as f64;
const RADIANS_PER_UNIT: f64 = std::f64::consts::PI / 180.0 / UNITS_PER_DEGREE as f64;

/// Mercator around one latitude.
#[derive(Clone, Copy)]
struct Node {
    /// Latitude in steps of 2^[`NODE_BITS`] lattice units.
    place: i32,
    /// World y there, and the factors of the first, second and third power of lattice units to the north.
    cubic: [f64; 4],
}

impl Node {
    fn nearest_to(lat: i32) -> i32 {
        (lat + (1 << (NODE_BITS - 1))) >> NODE_BITS
    }

    fn new(place: i32) -> Self {
        let lat = f64::from(place << NODE_BITS) * RADIANS_PER_UNIT;
        let sine = libm::sin(lat);
        let secant = 1.0 / libm::cos(lat);
        // steps per radian at the equator; derivatives of atanh(sin(lat)) are sec, sec tan, sec (2 sec^2 - 1)
        let scale = WORLD / (2.0 * std::f64::consts::PI);
        let first = -scale * secant * RADIANS_PER_UNIT;
        let second = first * sine * secant * RADIANS_PER_UNIT / 2.0;
        let third = first * (2.0 * secant * secant - 1.0) * RADIANS_PER_UNIT * RADIANS_PER_UNIT / 6.0;
        Self { place, cubic: [WORLD / 2.0 - libm::atanh(sine) * scale, first, second, third] }
    }

    fn y(&self, lat: i32) -> i64 {
        let north = f64::from(lat - (self.place << NODE_BITS));
        let [y, first, second, third] = self.cubic;
        let y = y + north * (first + north * (second + north * third));
        (libm::floor(y + 0.5) as i64).clamp(0, 1 << WORLD_BITS)
    }
}

/// World y of latitudes, with a memory.
pub(crate) struct Mercator {
    nodes: [Node; REMEMBERED],
}

impl Default for Mercator {
    fn default() -> Self {
        // a place that no latitude has
        Self { nodes: [Node { place: i32::MAX, cubic: [0.0; 4] }; REMEMBERED] }
    }
}

impl Mercator {
    /// World y of a latitude in lattice units.
    pub(crate) fn y(&mut self, lat: i32) -> i64 {
        if let Some(edge) = beyond(lat) {
            return edge;
        }
        let place = Node::nearest_to(lat);
        let node = &mut self.nodes[place.rem_euclid(REMEMBERED as i32) as usize];
        if node.place != place {
            *node = Node::new(place);
        }
        node.y(lat)
    }
}

/// World y of one latitude in lattice units.
pub(crate) fn mercator_y(lat: i32) -> i64 {
    beyond(lat).unwrap_or_else(|| Node::new(Node::nearest_to(lat)).y(lat))
}

fn beyond(lat: i32) -> Option<i64> {
    match lat {
        lat if lat > MERCATOR_LAT_LIMIT => Some(0),
        lat if lat < -MERCATOR_LAT_LIMIT => Some(1 << WORLD_BITS),
        _ => None,
    }
}

/// Latitude in lattice units (not rounded) of a world y.
pub(crate) fn mercator_lat(y: i64) -> f64 {
    let angle = std::f64::consts::PI * (1.0 - 2.0 * (y as f64 / WORLD));
    libm::atan(libm::sinh(angle)) / RADIANS_PER_UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cubic_is_the_formula_to_a_step() {
        for lat in (-MERCATOR_LAT_LIMIT..=MERCATOR_LAT_LIMIT).step_by(100_003) {
            let sine = libm::sin(f64::from(lat) * RADIANS_PER_UNIT);
            let exact = (0.5 - libm::atanh(sine) / (2.0 * std::f64::consts::PI)) * WORLD;
            // near the edge the formula itself loses digits: atanh(sin) of 85 degrees is that of 0.996
            assert!((mercator_y(lat) as f64 - exact).abs() < 0.6, "{lat}");
        }
    }

    #[test]
    fn memory_changes_nothing_and_nodes_join() {
        let mut mercator = Mercator::default();
        let mut before = 1 << WORLD_BITS;
        for start in (-850_000_000..850_000_000).step_by(7_654_321) {
            // over the seam between two nodes
            let seam = ((start >> NODE_BITS) << NODE_BITS) + (1 << (NODE_BITS - 1));
            for lat in seam - 2..seam + 2 {
                let y = mercator.y(lat);
                assert_eq!(y, mercator_y(lat));
                assert!(y < before, "{lat}");
                before = y;
            }
        }
    }
}
