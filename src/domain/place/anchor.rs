//! The one position that stands for a place.

use super::PlaceGeometry;
use crate::domain::geometry::{Extent, MultiPolygon, Position, label::label_position, predicates::doubled};

impl PlaceGeometry {
    /// The position that stands for it, inside it; `None` for a line or polygon without positions.
    ///
    /// Of a polygon it is the middle of its extent where that lies inside, as in most buildings, else where its label would
    /// stand; of a line the vertex in the middle of its list.
    pub fn anchor(&self) -> Option<Position> {
        match self {
            Self::Point(position) => Some(*position),
            Self::Line(line) => line.get(line.len() / 2).copied(),
            Self::Polygon(area) => {
                let middle = middle(area.extent()?);
                if has_inside(area, middle) { Some(middle) } else { label_position(area) }
            }
        }
    }
}

fn middle(extent: Extent) -> Position {
    let (min, max) = (extent.min(), extent.max());
    Position::new(i32::midpoint(min.lon(), max.lon()), i32::midpoint(min.lat(), max.lat()))
        .expect("the middle of two positions is in the world")
}

/// Whether a position lies inside, and not on the border.
pub(super) fn has_inside(area: &MultiPolygon, position: Position) -> bool {
    let rings_around = |part: &crate::domain::geometry::Polygon| {
        let inside = part.exterior.has_inside(doubled(position)) == Some(true);
        inside && part.holes.iter().all(|hole| hole.has_inside(doubled(position)) == Some(false))
    };
    area.polygons.iter().any(rings_around)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::{Polygon, Ring};

    fn at(lon: i32, lat: i32) -> Position {
        Position::new(lon, lat).expect("in the world")
    }

    fn polygon(corners: &[(i32, i32)]) -> PlaceGeometry {
        let exterior = Ring::new(corners.iter().map(|&(x, y)| at(x, y)).collect()).expect("a ring");
        PlaceGeometry::Polygon(MultiPolygon { polygons: vec![Polygon { exterior, holes: Vec::new() }] })
    }

    #[test]
    fn it_lies_inside() {
        assert_eq!(polygon(&[(0, 0), (100, 0), (100, 60), (0, 60)]).anchor(), Some(at(50, 30)));
        // An L, whose middle is outside.
        let bent = polygon(&[(0, 0), (1000, 0), (1000, 100), (100, 100), (100, 1000), (0, 1000)]);
        let anchor = bent.anchor().expect("a position");
        let PlaceGeometry::Polygon(area) = &bent else { unreachable!("made above") };
        assert!(has_inside(area, anchor) && anchor != at(500, 500));
        assert_eq!(PlaceGeometry::Line(vec![at(0, 0), at(9, 9), at(20, 0)]).anchor(), Some(at(9, 9)));
        assert_eq!(PlaceGeometry::Line(Vec::new()).anchor(), None);
    }
}
