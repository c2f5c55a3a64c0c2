//! Where households live.

use crate::domain::{
    geometry::{Extent, Position},
    place::{Place, PlaceGeometry},
};

/// The buildings with households, each at the middle of its extent.
pub fn homes(places: &[Place]) -> Vec<(Position, u32)> {
    let home = |place: &Place| {
        let households = place.building.as_ref()?.households;
        (households > 0).then_some((middle(&place.geometry)?, households))
    };
    places.iter().filter_map(home).collect()
}

fn middle(geometry: &PlaceGeometry) -> Option<Position> {
    let extent = match geometry {
        PlaceGeometry::Point(position) => return Some(*position),
        PlaceGeometry::Line(positions) => Extent::around(positions.iter().copied())?,
        PlaceGeometry::Polygon(polygon) => polygon.extent()?,
    };
    let between = |a: i32, b: i32| i32::midpoint(a, b);
    let (min, max) = (extent.min(), extent.max());
    Position::new(between(min.lon(), max.lon()), between(min.lat(), max.lat()))
}
