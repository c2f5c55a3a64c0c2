//! One GeoJSON geometry from a JSON cursor.

use super::json::Cursor;
use super::record::{RawGeometry, RecordError};
use super::shape_rules::{check_line, check_ring, empty_geometry, finite, unknown_type};

/// The geometry at the cursor, which must be an object.
///
/// Coordinates are read by the type, so they are passed first and read when the whole object was seen.
/// Ordinates beyond the second must be numbers and are dropped.
pub fn geometry_of<'a>(cursor: &mut Cursor<'a>) -> Result<RawGeometry, RecordError> {
    read_geometry(cursor).map_err(|error| RecordError { field: Some("geometry".to_owned()), ..error })
}

fn read_geometry<'a>(cursor: &mut Cursor<'a>) -> Result<RawGeometry, RecordError> {
    let mut kind: Option<String> = None;
    let mut coordinates: Option<Cursor<'a>> = None;
    cursor.object(|cursor, key| {
        match key {
            "type" => kind = Some(cursor.string()?.into_owned()),
            "coordinates" => {
                coordinates = Some(cursor.clone());
                cursor.skip_value()?;
            }
            _ => drop(cursor.skip_value()?),
        }
        Ok(())
    })?;
    let kind = kind.ok_or_else(|| {
        RecordError::of_geometry(
            "几何没有 type",
            "the geometry has no type",
            ("Polygon、MultiPolygon 或其他类型", "Polygon, MultiPolygon or another type"),
        )
    })?;
    let missing =
        || RecordError::of_geometry("几何没有 coordinates", "the geometry has no coordinates", ("数组", "an array"));
    let mut coordinates = match kind.as_str() {
        "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon" => {
            coordinates.ok_or_else(missing)?
        }
        other => return Err(unknown_type(other)),
    };
    let at = &mut coordinates;
    let geometry = match kind.as_str() {
        "Point" => RawGeometry::MultiPoint(vec![position(at)?]),
        "MultiPoint" => RawGeometry::MultiPoint(list(at, position)?),
        "LineString" => RawGeometry::MultiLineString(vec![line(at)?]),
        "MultiLineString" => RawGeometry::MultiLineString(list(at, line)?),
        "Polygon" => RawGeometry::MultiPolygon(vec![polygon(at)?]),
        _ => RawGeometry::MultiPolygon(list(at, polygon)?),
    };
    Ok(geometry)
}

/// A non-empty array of what `element` reads.
fn list<'a, T>(
    cursor: &mut Cursor<'a>,
    element: impl Fn(&mut Cursor<'a>) -> Result<T, RecordError>,
) -> Result<Vec<T>, RecordError> {
    let mut elements = Vec::new();
    cursor.array(|cursor| {
        elements.push(element(cursor)?);
        Ok(())
    })?;
    if elements.is_empty() { Err(empty_geometry()) } else { Ok(elements) }
}

fn polygon(cursor: &mut Cursor<'_>) -> Result<Vec<Vec<[f64; 2]>>, RecordError> {
    list(cursor, |cursor| {
        let mut ring = Vec::new();
        cursor.array(|cursor| {
            ring.push(position(cursor)?);
            Ok(())
        })?;
        check_ring(&ring)?;
        Ok(ring)
    })
}

fn line(cursor: &mut Cursor<'_>) -> Result<Vec<[f64; 2]>, RecordError> {
    let line = list(cursor, position)?;
    check_line(&line)?;
    Ok(line)
}

fn position(cursor: &mut Cursor<'_>) -> Result<[f64; 2], RecordError> {
    let mut ordinates = [f64::NAN; 2];
    let mut count = 0;
    cursor.array(|cursor| {
        let number = cursor.number()?;
        if let Some(ordinate) = ordinates.get_mut(count) {
            *ordinate = number.parse().expect("every JSON number reads as a float, infinite if need be");
        }
        count += 1;
        Ok(())
    })?;
    if count < 2 {
        return Err(RecordError::of_geometry(
            format!("一个坐标点只有 {count} 个数"),
            format!("a position has {count} numbers"),
            ("每个坐标点至少两个数，经度在前", "positions of at least two numbers, longitude first"),
        ));
    }
    finite(ordinates[0], ordinates[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<RawGeometry, RecordError> {
        geometry_of(&mut Cursor::new(text))
    }

    #[test]
    fn every_type_is_read_whatever_the_order_of_its_members() {
        let square = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.5], [0.0, 0.0]];
        for (text, expected) in [
            (
                r#"{"coordinates": [[[0,0],[1,0],[1,1.5],[0,0]]], "type": "Polygon"}"#,
                RawGeometry::MultiPolygon(vec![vec![square.clone()]]),
            ),
            (
                r#"{"type": "MultiPolygon", "coordinates": [[[[0,0,9],[1,0,9,8,7],[1,1.5,1],[0,0,1]]]], "bbox": []}"#,
                RawGeometry::MultiPolygon(vec![vec![square.clone()]]),
            ),
            (
                r#"{"type": "MultiLineString", "coordinates": [[[0,0],[1,0],[1,1.5],[0,0]]]}"#,
                RawGeometry::MultiLineString(vec![square]),
            ),
            (
                r#"{"type": "LineString", "coordinates": [[0,0],[1,0]]}"#,
                RawGeometry::MultiLineString(vec![vec![[0.0, 0.0], [1.0, 0.0]]]),
            ),
            (r#"{"type": "Point", "coordinates": [119.5, 25e0]}"#, RawGeometry::MultiPoint(vec![[119.5, 25.0]])),
            (r#"{"type": "MultiPoint", "coordinates": [[1,2]]}"#, RawGeometry::MultiPoint(vec![[1.0, 2.0]])),
        ] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn broken_coordinates_are_refused_and_said_to_be_of_the_geometry() {
        for (text, en) in [
            (r#"{"type": "polygon", "coordinates": []}"#, "type polygon is not supported"),
            (r#"{"type": "GeometryCollection", "geometries": []}"#, "GeometryCollection is not supported"),
            (r#"{"coordinates": []}"#, "no type"),
            (r#"{"type": "Polygon"}"#, "no coordinates"),
            (r#"{"type": "Polygon", "coordinates": []}"#, "empty"),
            (r#"{"type": "Polygon", "coordinates": [[]]}"#, "a ring is empty"),
            (r#"{"type": "Polygon", "coordinates": [[[0,0],[1,0],[0,0]]]}"#, "3 positions"),
            (r#"{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,1]]]}"#, "not closed"),
            (r#"{"type": "Polygon", "coordinates": [[["0","0"]]]}"#, "not \"0\""),
            (r#"{"type": "Polygon", "coordinates": [[[null,0]]]}"#, "not null"),
            (r#"{"type": "Polygon", "coordinates": [[[NaN,0]]]}"#, "not NaN"),
            (r#"{"type": "Point", "coordinates": [1e400,0]}"#, "not finite"),
            (r#"{"type": "Point", "coordinates": [1]}"#, "1 numbers"),
            (r#"{"type": "Point", "coordinates": [[1, 2]]}"#, "number is expected"),
            (r#"{"type": "LineString", "coordinates": [[1, 2]]}"#, "1 positions"),
            (r#""Polygon""#, "object is expected"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.en.contains(en), "{text}: {}", error.en);
            assert_eq!(error.field.as_deref(), Some("geometry"), "{text}");
        }
    }
}
