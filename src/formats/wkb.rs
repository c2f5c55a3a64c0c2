//! Writes well-known binary (OGC 06-103r4), little-endian, two dimensions, degrees from the lattice.

use crate::domain::geometry::{MultiPolygon, Polygon, Position, Ring};
use crate::domain::place::PlaceGeometry;

/// Byte-order mark of little-endian WKB.
pub const LITTLE_ENDIAN: u8 = 1;
/// WKB geometry type of a point.
pub const POINT: u32 = 1;
/// WKB geometry type of a line string.
pub const LINE_STRING: u32 = 2;
/// WKB geometry type of a polygon.
pub const POLYGON: u32 = 3;
/// WKB geometry type of a multi-point.
pub const MULTI_POINT: u32 = 4;
/// WKB geometry type of a multi-line string.
pub const MULTI_LINE_STRING: u32 = 5;
/// WKB geometry type of a multi-polygon.
pub const MULTI_POLYGON: u32 = 6;

/// Bytes before the numbers of any geometry: byte order and type.
const HEADER_BYTES: usize = 5;
/// Bytes of a count.
const COUNT_BYTES: usize = 4;
/// Bytes of a position.
const POSITION_BYTES: usize = 16;

/// `area` as a WKB MultiPolygon; every ring is closed by its first position again.
pub fn multi_polygon_wkb(area: &MultiPolygon) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(multi_polygon_bytes(area));
    write_multi_polygon(area, &mut bytes);
    bytes
}

/// How many bytes [`write_multi_polygon`] appends.
pub fn multi_polygon_bytes(area: &MultiPolygon) -> usize {
    let rings = area.rings().count();
    let positions = area.vertex_count() + rings;
    (HEADER_BYTES + COUNT_BYTES) * (1 + area.polygons.len()) + COUNT_BYTES * rings + POSITION_BYTES * positions
}

/// Appends `area` as a WKB MultiPolygon.
pub fn write_multi_polygon(area: &MultiPolygon, bytes: &mut Vec<u8>) {
    write_header(MULTI_POLYGON, bytes);
    write_count(area.polygons.len(), bytes);
    for polygon in &area.polygons {
        write_polygon(polygon, bytes);
    }
}

/// Appends a place's geometry: a Point, a LineString or a MultiPolygon.
pub fn write_place(geometry: &PlaceGeometry, bytes: &mut Vec<u8>) {
    match geometry {
        PlaceGeometry::Point(position) => {
            write_header(POINT, bytes);
            write_position(*position, bytes);
        }
        PlaceGeometry::Line(line) => {
            write_header(LINE_STRING, bytes);
            write_count(line.len(), bytes);
            line.iter().for_each(|position| write_position(*position, bytes));
        }
        PlaceGeometry::Polygon(area) => write_multi_polygon(area, bytes),
    }
}

fn write_polygon(polygon: &Polygon, bytes: &mut Vec<u8>) {
    write_header(POLYGON, bytes);
    write_count(1 + polygon.holes.len(), bytes);
    polygon.rings().for_each(|ring| write_ring(ring, bytes));
}

fn write_ring(ring: &Ring, bytes: &mut Vec<u8>) {
    let positions = ring.positions();
    write_count(positions.len() + 1, bytes);
    positions.iter().chain(&positions[..1]).for_each(|position| write_position(*position, bytes));
}

fn write_header(kind: u32, bytes: &mut Vec<u8>) {
    bytes.push(LITTLE_ENDIAN);
    bytes.extend(kind.to_le_bytes());
}

fn write_count(count: usize, bytes: &mut Vec<u8>) {
    bytes.extend(u32::try_from(count).expect("a geometry has fewer than 2^32 positions").to_le_bytes());
}

fn write_position(position: Position, bytes: &mut Vec<u8>) {
    bytes.extend(position.lon_degrees().to_le_bytes());
    bytes.extend(position.lat_degrees().to_le_bytes());
}
