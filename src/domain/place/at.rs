//! Which places something at a position is at.

use super::{Place, PlaceDirectory, PlaceGeometry};
use crate::domain::{
    area::Hierarchy,
    coverage::AreaIndex,
    geometry::Position,
    profile::{PlaceAttribute, PlaceClass},
};

/// Something is at what is a point when it is no further from it, in metres: an arm of a street, and a good phone's error.
pub const AT_POINT_M: f64 = 15.0;

/// Something is on a road or ditch whose width is not known when it is no further from its middle, in metres.
pub const AT_LINE_M: f64 = 10.0;

/// A border is looked for so far from its middle, in metres: a river of twice the width.
pub const MAX_HALF_WIDTH_M: f64 = 250.0;

/// A place that a position is at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtPlace<'p> {
    /// The place.
    pub place: &'p Place,
    /// How far it is, in metres; 0 inside.
    pub distance_m: f64,
    /// How far it is from there to where it is no longer at the place, at the least, in metres.
    pub edge_m: f64,
    /// 归属, when it is a border: the area that answers, and half of the width in metres.
    pub owner: Option<(AreaIndex, f64)>,
}

/// The places of some `classes` that `position` is at: inside of what is a polygon, within 15 m of a point, within half the width
/// of a line; the nearest first.
pub fn places_at<'p, 'c>(
    classes: impl Iterator<Item = &'c PlaceClass>,
    hierarchy: &Hierarchy,
    places: &'p PlaceDirectory,
    position: Position,
) -> Vec<AtPlace<'p>> {
    let owner = |place: &Place| {
        let owner = place.owner?;
        Some((hierarchy.find(owner.area.as_str())?, f64::from(owner.width_cm) / 200.0))
    };
    let mut found = Vec::new();
    for class in classes {
        let most_m = if class.carries(PlaceAttribute::Owner) { MAX_HALF_WIDTH_M } else { AT_POINT_M };
        for near in places.reaching(&class.id, position, most_m, |place| width_m(place, owner(place))) {
            let (place, distance_m) = (places.place(near.number), near.distance_m);
            let outside_m = || width_m(place, owner(place)).min(most_m) - distance_m;
            let edge_m = places.depth_m(near.number, position).unwrap_or_else(outside_m);
            found.push(AtPlace { place, distance_m, edge_m, owner: owner(place) });
        }
    }
    found.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.place.id.cmp(&b.place.id)));
    found
}

/// How far from a place something is still at it, in metres.
fn width_m(place: &Place, owner: Option<(AreaIndex, f64)>) -> f64 {
    match (&place.geometry, owner) {
        (PlaceGeometry::Point(_), _) => AT_POINT_M,
        (PlaceGeometry::Line(_), Some((_, half_width_m))) => half_width_m,
        (PlaceGeometry::Line(_), None) => AT_LINE_M,
        (PlaceGeometry::Polygon(_), _) => 0.0,
    }
}
