//! What every format asks of rings, lines and positions before they are judged as geometry.

use super::record::RecordError;

/// The most bytes one record of any format may have; nothing larger is held in memory.
pub const MAX_RECORD_BYTES: usize = 64 << 20;

/// A ring needs this many positions, the closing one included.
pub const MIN_RING_POSITIONS: usize = 4;

/// The most parts, rings or lines that one geometry may have.
pub const MAX_PARTS: usize = 1_000_000;

const RING_ALLOWED: (&str, &str) =
    ("闭合的环：至少 4 个坐标点，末点与首点相同", "a closed ring of at least 4 positions, the last equal to the first");
const NUMBER_ALLOWED: (&str, &str) = (
    "有限的数，先 x（经度、东坐标）后 y（纬度、北坐标）",
    "finite numbers, x (longitude, easting) before y (latitude, northing)",
);

/// Checks that a ring is closed and has enough positions.
pub fn check_ring(ring: &[[f64; 2]]) -> Result<(), RecordError> {
    let (Some(first), Some(last)) = (ring.first(), ring.last()) else {
        return Err(RecordError::of_geometry("环是空的", "a ring is empty", RING_ALLOWED));
    };
    if ring.len() < MIN_RING_POSITIONS {
        return Err(RecordError::of_geometry(
            format!("环只有 {} 个坐标点", ring.len()),
            format!("a ring has {} positions", ring.len()),
            RING_ALLOWED,
        ));
    }
    if first != last {
        return Err(RecordError::of_geometry(
            format!("环没有闭合：首点 {} {}，末点 {} {}", first[0], first[1], last[0], last[1]),
            format!("a ring is not closed: begins at {} {}, ends at {} {}", first[0], first[1], last[0], last[1]),
            RING_ALLOWED,
        ));
    }
    Ok(())
}

/// Checks that a line has at least two positions.
pub fn check_line(line: &[[f64; 2]]) -> Result<(), RecordError> {
    if line.len() >= 2 {
        return Ok(());
    }
    Err(RecordError::of_geometry(
        format!("线只有 {} 个坐标点", line.len()),
        format!("a line has {} positions", line.len()),
        ("至少 2 个坐标点的线", "a line of at least 2 positions"),
    ))
}

/// The position, when both numbers are finite.
pub fn finite(x: f64, y: f64) -> Result<[f64; 2], RecordError> {
    if x.is_finite() && y.is_finite() {
        return Ok([x, y]);
    }
    Err(RecordError::of_geometry(
        format!("坐标不是有限数：{x} {y}"),
        format!("coordinate {x} {y} is not finite"),
        NUMBER_ALLOWED,
    ))
}

/// An error for a geometry without positions.
pub fn empty_geometry() -> RecordError {
    RecordError::of_geometry(
        "几何是空的",
        "the geometry is empty",
        ("至少有一个坐标点的几何，或不写几何", "a geometry with at least one position, or none at all"),
    )
}

/// An error for a type of geometry that has no place in a layer of areas or places.
pub fn unknown_type(name: &str) -> RecordError {
    let name = super::record::shown(name);
    RecordError::of_geometry(
        format!("不支持的几何类型“{name}”"),
        format!("geometry type {name} is not supported"),
        (
            "Polygon、MultiPolygon、LineString、MultiLineString、Point、MultiPoint（GeoJSON 区分大小写）",
            "Polygon, MultiPolygon, LineString, MultiLineString, Point, MultiPoint (case sensitive in GeoJSON)",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_closed_and_has_four_positions() {
        let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
        assert_eq!(check_ring(&square), Ok(()));
        for (ring, en) in [
            (&square[..0], "a ring is empty"),
            (&square[..3], "a ring has 3 positions"),
            (&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], "a ring is not closed: begins at 0 0, ends at 0 1"),
        ] {
            assert_eq!(check_ring(ring).expect_err("a bad ring").en, en);
        }
    }

    #[test]
    fn only_finite_numbers_are_coordinates() {
        assert_eq!(finite(119.0, 25.0), Ok([119.0, 25.0]));
        for (x, y) in [(f64::NAN, 0.0), (0.0, f64::INFINITY), (f64::NEG_INFINITY, 0.0)] {
            assert!(finite(x, y).is_err(), "{x} {y}");
        }
    }
}
