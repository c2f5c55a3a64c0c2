//! Measures.
use super::Position;
/// stub
pub struct LocalMetric {
    /// m
    pub metres_per_unit_east: f64,
    /// m
    pub metres_per_unit_north: f64,
}
impl LocalMetric {
    /// stub
    pub fn at(p: Position) -> Self {
        Self {
            metres_per_unit_east: 0.0111320 * libm::cos(p.lat_degrees().to_radians()),
            metres_per_unit_north: 0.01108,
        }
    }
}
