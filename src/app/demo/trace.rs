//! The borders of areas as polygons, traced out of the shared half-edges.

use super::planar::{HalfEdge, OUTSIDE, Planar};
use crate::domain::geometry::{MultiPolygon, Polygon, Ring};

/// The polygons of `count` areas, the area of a face being `area_of[face]`.
///
/// Every ring has all vertices that any level put on it. The parts of an area have no holes.
pub fn trace(planar: &Planar, area_of: &[u32], count: usize) -> Vec<MultiPolygon> {
    let mut polygons = vec![MultiPolygon::default(); count];
    let mut seen = vec![false; planar.half_edge_count()];
    let area = |edge: HalfEdge| match planar.face(edge) {
        OUTSIDE => u32::MAX,
        face => area_of[face as usize],
    };
    for start in 0..planar.half_edge_count() as HalfEdge {
        let mine = area(start);
        if seen[start as usize] || mine == u32::MAX || area(start ^ 1) == mine {
            continue;
        }
        let mut positions = Vec::new();
        let mut edge = start;
        loop {
            seen[edge as usize] = true;
            positions.push(planar.position(edge));
            edge = planar.next(edge);
            while area(edge ^ 1) == mine {
                edge = planar.next(edge ^ 1);
            }
            if edge == start {
                break;
            }
        }
        let exterior = Ring::new(positions).expect("a face has at least three vertices");
        polygons[mine as usize].polygons.push(Polygon { exterior, holes: Vec::new() });
    }
    polygons.into_iter().map(MultiPolygon::canonical).collect()
}
