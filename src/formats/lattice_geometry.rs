//! Geometries of files that this program wrote (EPSG:4490 degrees), back on the lattice, bit for bit.
//!
//! Foreign files go through `domain::crs` and the noding of an import instead.

use crate::domain::geometry::{MultiPolygon, Polygon, Position, Ring};
use crate::domain::place::PlaceGeometry;

use super::record::{RawGeometry, RecordError};

const ALLOWED: (&str, &str) = (
    "EPSG:4490 度，经度在前，环至少有三个不同的坐标点",
    "EPSG:4490 degrees, longitude first, rings of at least three different positions",
);

/// The multi-polygon that `raw` is.
pub fn multi_polygon_of(raw: &RawGeometry) -> Result<MultiPolygon, RecordError> {
    let RawGeometry::MultiPolygon(parts) = raw else {
        return Err(RecordError::of_geometry("几何不是多边形", "the geometry is no polygon", ALLOWED));
    };
    let mut polygons = Vec::with_capacity(parts.len());
    for part in parts {
        let mut rings = part.iter().map(|ring| ring_of(ring));
        let exterior = rings.next().unwrap_or_else(|| Err(too_small()))?;
        polygons.push(Polygon { exterior, holes: rings.collect::<Result<_, _>>()? });
    }
    Ok(MultiPolygon { polygons })
}

/// The place geometry that `raw` is: one point, one line, or polygons.
pub fn place_of(raw: &RawGeometry) -> Result<PlaceGeometry, RecordError> {
    match raw {
        RawGeometry::MultiPoint(points) if points.len() == 1 => Ok(PlaceGeometry::Point(position_of(points[0])?)),
        RawGeometry::MultiLineString(lines) if lines.len() == 1 => {
            Ok(PlaceGeometry::Line(lines[0].iter().copied().map(position_of).collect::<Result<_, _>>()?))
        }
        RawGeometry::MultiPolygon(_) => Ok(PlaceGeometry::Polygon(multi_polygon_of(raw)?)),
        _ => Err(RecordError::of_geometry("点位只能有一个点或一条线", "a place is one point or one line", ALLOWED)),
    }
}

fn ring_of(ring: &[[f64; 2]]) -> Result<Ring, RecordError> {
    let positions = ring.iter().copied().map(position_of).collect::<Result<Vec<_>, _>>()?;
    Ring::new(positions).ok_or_else(too_small)
}

fn position_of([lon, lat]: [f64; 2]) -> Result<Position, RecordError> {
    Position::from_degrees(lon, lat).ok_or_else(|| {
        RecordError::of_geometry(
            format!("坐标 {lon} {lat} 不在地球上"),
            format!("coordinate {lon} {lat} is not on earth"),
            ALLOWED,
        )
    })
}

fn too_small() -> RecordError {
    RecordError::of_geometry("环的不同坐标点少于三个", "a ring has fewer than three different positions", ALLOWED)
}

#[cfg(test)]
pub mod tests {
    //! Geometries for the identities of every codec.

    use super::*;
    use crate::domain::geometry::position::{LAT_LIMIT, LON_LIMIT};
    use proptest::prelude::*;

    /// Any position of the world.
    pub fn any_position() -> impl Strategy<Value = Position> {
        (-LON_LIMIT..=LON_LIMIT, -LAT_LIMIT..=LAT_LIMIT)
            .prop_map(|(lon, lat)| Position::new(lon, lat).expect("within the limits"))
    }

    fn any_ring() -> impl Strategy<Value = Ring> {
        proptest::collection::vec(any_position(), 3..8).prop_filter_map("three different positions", Ring::new)
    }

    /// Any multi-polygon, valid or not.
    pub fn any_multi_polygon() -> impl Strategy<Value = MultiPolygon> {
        let polygon = (any_ring(), proptest::collection::vec(any_ring(), 0..3))
            .prop_map(|(exterior, holes)| Polygon { exterior, holes });
        proptest::collection::vec(polygon, 1..4).prop_map(|polygons| MultiPolygon { polygons })
    }

    /// Any geometry of a place.
    pub fn any_place() -> impl Strategy<Value = PlaceGeometry> {
        prop_oneof![
            any_position().prop_map(PlaceGeometry::Point),
            proptest::collection::vec(any_position(), 2..6).prop_map(PlaceGeometry::Line),
            any_multi_polygon().prop_map(PlaceGeometry::Polygon),
        ]
    }

    #[test]
    fn what_the_lattice_cannot_hold_is_refused() {
        for raw in [
            RawGeometry::MultiPoint(vec![[181.0, 0.0]]),
            RawGeometry::MultiPoint(vec![[1.0, 0.0], [2.0, 0.0]]),
            RawGeometry::MultiPolygon(vec![vec![]]),
            RawGeometry::MultiPolygon(vec![vec![vec![[1.0, 1.0], [1.0, 1.0], [2.0, 2.0], [1.0, 1.0]]]]),
        ] {
            assert!(place_of(&raw).is_err(), "{raw:?}");
        }
        assert!(multi_polygon_of(&RawGeometry::MultiPoint(vec![[1.0, 0.0]])).is_err());
    }
}
