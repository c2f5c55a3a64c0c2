//! Geometry blobs of GeoPackage 1.4 (OGC 12-128r19, clause 2.1.3): a header with an extent, then WKB.

use crate::domain::geometry::{Extent, MultiPolygon};
use crate::domain::place::PlaceGeometry;

use super::lattice_geometry::{multi_polygon_of, place_of};
use super::record::{RawGeometry, RecordError};
use super::wkb::{multi_polygon_bytes, write_multi_polygon, write_place};
use super::wkb_reader::Wkb;

/// `srs_id` of everything that this program writes: EPSG:4490.
pub const SRS_ID: i32 = 4490;

/// "GP" and version 1.
const MAGIC: [u8; 3] = [b'G', b'P', 0];
/// Little-endian header with an envelope of `[min x, max x, min y, max y]`.
const FLAGS: u8 = 0b0000_0011;
/// The same for an empty geometry, which has no envelope.
const FLAGS_EMPTY: u8 = 0b0001_0001;
/// Bytes of a header with its envelope.
const HEADER_BYTES: usize = 40;

/// A blob, read.
#[derive(Debug, Clone, PartialEq)]
pub struct GpkgGeometry {
    /// The layer's coordinate system, as `gpkg_spatial_ref_sys` numbers it.
    pub srs_id: i32,
    /// The geometry; `None` when the header says that it is empty.
    pub geometry: Option<RawGeometry>,
}

impl GpkgGeometry {
    /// The geometry of any writer's blob.
    pub fn parse(blob: &[u8]) -> Result<Self, RecordError> {
        let [b'G', b'P', version, flags, srs @ ..] = blob else {
            return Err(broken("不是 GeoPackage 几何", "the blob does not begin with GP"));
        };
        if *version != 0 {
            return Err(broken("GeoPackage 几何版本未知", format!("version {version} is not known")));
        }
        if flags & 0b0010_0000 != 0 {
            return Err(broken("不支持扩展的 GeoPackage 几何", "extended geometries are not supported"));
        }
        let envelope_bytes = match flags >> 1 & 0b111 {
            0 => 0,
            1 => 32,
            2 | 3 => 48,
            4 => 64,
            code => return Err(broken("范围类型无效", format!("envelope code {code} is not known"))),
        };
        let Some((srs, rest)) = srs.split_first_chunk::<4>() else { return Err(cut_off()) };
        let srs_id = if flags & 1 == 1 { i32::from_le_bytes(*srs) } else { i32::from_be_bytes(*srs) };
        let wkb = rest.get(envelope_bytes..).ok_or_else(cut_off)?;
        if flags & 0b0001_0000 != 0 {
            return Ok(Self { srs_id, geometry: None });
        }
        Ok(Self { srs_id, geometry: Some(Wkb::parse(wkb)?.geometry) })
    }
}

/// `area` as a blob.
pub fn multi_polygon_blob(area: &MultiPolygon) -> Vec<u8> {
    let mut blob = Vec::with_capacity(HEADER_BYTES + multi_polygon_bytes(area));
    write_header(area.extent(), &mut blob);
    write_multi_polygon(area, &mut blob);
    blob
}

/// A place's geometry as a blob.
pub fn place_blob(geometry: &PlaceGeometry) -> Vec<u8> {
    let mut blob = Vec::new();
    let extent = match geometry {
        PlaceGeometry::Point(position) => Some(Extent::of(*position)),
        PlaceGeometry::Line(line) => Extent::around(line.iter().copied()),
        PlaceGeometry::Polygon(area) => area.extent(),
    };
    write_header(extent, &mut blob);
    write_place(geometry, &mut blob);
    blob
}

/// The area in a blob that this program wrote; equal to what was written, bit for bit.
pub fn multi_polygon_from_blob(blob: &[u8]) -> Result<MultiPolygon, RecordError> {
    multi_polygon_of(&own_geometry(blob)?)
}

/// The place geometry in a blob that this program wrote; equal to what was written, bit for bit.
pub fn place_from_blob(blob: &[u8]) -> Result<PlaceGeometry, RecordError> {
    place_of(&own_geometry(blob)?)
}

fn own_geometry(blob: &[u8]) -> Result<RawGeometry, RecordError> {
    let parsed = GpkgGeometry::parse(blob)?;
    if parsed.srs_id != SRS_ID {
        return Err(broken("坐标系不是 EPSG:4490", format!("srs_id is {}, not 4490", parsed.srs_id)));
    }
    parsed.geometry.ok_or_else(super::shape_rules::empty_geometry)
}

fn write_header(extent: Option<Extent>, blob: &mut Vec<u8>) {
    blob.extend(MAGIC);
    blob.push(if extent.is_some() { FLAGS } else { FLAGS_EMPTY });
    blob.extend(SRS_ID.to_le_bytes());
    if let Some([west, south, east, north]) = extent.map(Extent::to_degrees) {
        for bound in [west, east, south, north] {
            blob.extend(bound.to_le_bytes());
        }
    }
}

fn cut_off() -> RecordError {
    broken("GeoPackage 几何在头部结束", "the blob ends within its header")
}

fn broken(zh: &str, en: impl Into<String>) -> RecordError {
    RecordError::of_geometry(
        zh,
        en,
        ("GeoPackage 的点、线或面几何", "a GeoPackage geometry of points, lines or polygons"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::lattice_geometry::tests::{any_multi_polygon, any_place};
    use super::*;
    use crate::domain::geometry::Position;
    use proptest::prelude::*;

    #[test]
    fn a_point_is_written_as_the_specification_says() {
        let position = Position::from_degrees(1.0, 2.0).expect("in the world");
        let number = |value: f64| value.to_le_bytes();
        let mut expected = b"GP\x00\x03\x8a\x11\x00\x00".to_vec();
        for value in [1.0, 1.0, 2.0, 2.0] {
            expected.extend(number(value));
        }
        expected.extend([1, 1, 0, 0, 0]);
        expected.extend(number(1.0));
        expected.extend(number(2.0));
        assert_eq!(place_blob(&PlaceGeometry::Point(position)), expected);
    }

    #[track_caller]
    fn check_error(blob: &[u8], en: &str) {
        let error = GpkgGeometry::parse(blob).expect_err(en);
        assert!(error.en.contains(en), "{}", error.en);
    }

    #[test]
    fn broken_headers_are_refused() {
        check_error(b"", "does not begin with GP");
        check_error(b"GP\x01\x01\0\0\0\0", "version 1");
        check_error(b"GP\x00\x01\0\0\0", "ends within its header");
        check_error(b"GP\x00\x03\0\0\0\0\0", "ends within its header");
        check_error(b"GP\x00\x0b\0\0\0\0", "envelope code 5");
        check_error(b"GP\x00\x21\0\0\0\0", "extended");
        check_error(b"GP\x00\x01\0\0\0\0", "ends too early");
        let empty = GpkgGeometry::parse(b"GP\x00\x10\0\0\x11\x8a").expect("an empty geometry");
        assert_eq!(empty, GpkgGeometry { srs_id: 4490, geometry: None });
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_bit_for_bit(area in any_multi_polygon(), place in any_place()) {
            prop_assert_eq!(multi_polygon_from_blob(&multi_polygon_blob(&area)), Ok(area));
            prop_assert_eq!(place_from_blob(&place_blob(&place)), Ok(place));
        }

        #[test]
        fn any_bytes_are_read_or_refused(mut bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            drop(GpkgGeometry::parse(&bytes));
            bytes.splice(0..0, *b"GP\0");
            drop(place_from_blob(&bytes));
        }
    }
}
