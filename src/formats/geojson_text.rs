//! Writes lattice geometries as GeoJSON text: every ordinate with its seven decimals, exactly, without floats.

use crate::domain::geometry::position::UNITS_PER_DEGREE;
use crate::domain::geometry::{MultiPolygon, Polygon, Position, Ring};
use crate::domain::place::PlaceGeometry;

/// Bytes of a position with its comma, for reserving.
const POSITION_BYTES: usize = 27;

/// `area` as a GeoJSON geometry: a Polygon when it has one part, else a MultiPolygon.
pub fn area_geometry_text(area: &MultiPolygon) -> String {
    let mut text = String::with_capacity(64 + POSITION_BYTES * area.vertex_count());
    write_area_geometry(area, &mut text);
    text
}

/// Appends `area` as a GeoJSON geometry: a Polygon when it has one part, else a MultiPolygon.
pub fn write_area_geometry(area: &MultiPolygon, text: &mut String) {
    if let [polygon] = area.polygons.as_slice() {
        text.push_str(r#"{"type":"Polygon","coordinates":"#);
        write_polygon(polygon, text);
    } else {
        text.push_str(r#"{"type":"MultiPolygon","coordinates":"#);
        write_list(&area.polygons, write_polygon, text);
    }
    text.push('}');
}

/// Appends a place's geometry as GeoJSON.
pub fn write_place_geometry(geometry: &PlaceGeometry, text: &mut String) {
    match geometry {
        PlaceGeometry::Point(position) => {
            text.push_str(r#"{"type":"Point","coordinates":"#);
            write_position(position, text);
            text.push('}');
        }
        PlaceGeometry::Line(line) => {
            text.push_str(r#"{"type":"LineString","coordinates":"#);
            write_list(line, write_position, text);
            text.push('}');
        }
        PlaceGeometry::Polygon(area) => write_area_geometry(area, text),
    }
}

/// Appends `position` as `[lon,lat]`.
pub fn write_position(position: &Position, text: &mut String) {
    text.push('[');
    write_degrees(position.lon(), text);
    text.push(',');
    write_degrees(position.lat(), text);
    text.push(']');
}

/// Appends lattice units as degrees with exactly seven decimals.
pub fn write_degrees(units: i32, text: &mut String) {
    const DECIMALS: usize = 7;
    let (mut whole, mut fraction) = {
        let magnitude = units.unsigned_abs();
        (magnitude / UNITS_PER_DEGREE.unsigned_abs(), magnitude % UNITS_PER_DEGREE.unsigned_abs())
    };
    // "-214.7483648" is the longest.
    let mut digits = [b'0'; 12];
    let mut at = digits.len();
    for _ in 0..DECIMALS {
        at -= 1;
        digits[at] = b'0' + (fraction % 10) as u8;
        fraction /= 10;
    }
    at -= 1;
    digits[at] = b'.';
    loop {
        at -= 1;
        digits[at] = b'0' + (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    if units < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    text.push_str(std::str::from_utf8(&digits[at..]).expect("digits are ASCII"));
}

/// Appends `text` as a JSON string, quotes included.
pub fn write_string(value: &str, text: &mut String) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\0'..' ' => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => text.push(character),
        }
    }
    text.push('"');
}

fn write_polygon(polygon: &Polygon, text: &mut String) {
    text.push('[');
    for (index, ring) in polygon.rings().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_ring(ring, text);
    }
    text.push(']');
}

fn write_ring(ring: &Ring, text: &mut String) {
    text.push('[');
    for position in ring.positions() {
        write_position(position, text);
        text.push(',');
    }
    write_position(&ring.positions()[0], text);
    text.push(']');
}

fn write_list<T>(items: &[T], write: impl Fn(&T, &mut String), text: &mut String) {
    text.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(item, text);
    }
    text.push(']');
}

#[cfg(test)]
mod tests {
    use super::super::geojson_geometry::geometry_of;
    use super::super::json::Cursor;
    use super::super::lattice_geometry::{place_of, tests::any_place};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn degrees_have_exactly_seven_decimals() {
        for (units, expected) in [
            (0, "0.0000000"),
            (1, "0.0000001"),
            (-1, "-0.0000001"),
            (1_190_000_000, "119.0000000"),
            (-254_300_001, "-25.4300001"),
            (1_800_000_000, "180.0000000"),
            (i32::MIN, "-214.7483648"),
            (i32::MAX, "214.7483647"),
        ] {
            let mut text = String::new();
            write_degrees(units, &mut text);
            assert_eq!(text, expected);
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_bit_for_bit(place in any_place()) {
            let mut text = String::new();
            write_place_geometry(&place, &mut text);
            let raw = geometry_of(&mut Cursor::new(&text)).expect("own GeoJSON");
            prop_assert_eq!(place_of(&raw), Ok(place));
        }

        #[test]
        fn a_written_string_is_the_string(value in "\\PC{0,30}|[\\x01-\\x7f]{0,20}") {
            let mut text = String::new();
            write_string(&value, &mut text);
            prop_assert_eq!(Cursor::new(&text).string().expect("own JSON"), value);
        }
    }
}
