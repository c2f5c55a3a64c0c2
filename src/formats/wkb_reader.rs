//! Reads well-known binary of any writer: ISO or PostGIS (EWKB), either byte order, Z and M dropped.
//!
//! Counts are believed only as far as the bytes reach, and nothing nests: a collection is refused.

use super::hexadecimal::bytes_of;
use super::record::{RawGeometry, RecordError, shown};
use super::shape_rules::{MAX_RECORD_BYTES, check_line, check_ring, empty_geometry, finite, unknown_type};
use super::wkb::{LINE_STRING, MULTI_LINE_STRING, MULTI_POINT, MULTI_POLYGON, POINT, POLYGON};

/// PostGIS flags in the type.
const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;

/// What WKB holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Wkb {
    /// The number of the coordinate system, if the bytes carry one (EWKB) other than 0.
    pub srid: Option<u32>,
    /// The geometry.
    pub geometry: RawGeometry,
}

impl Wkb {
    /// The geometry that is all of `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut reader = Reader { bytes, srid: None };
        let geometry = reader.geometry()?;
        if !reader.bytes.is_empty() {
            return Err(broken("几何之后还有字节", "bytes follow the geometry"));
        }
        Ok(Self { srid: reader.srid.filter(|&srid| srid != 0), geometry })
    }

    /// The geometry in hexadecimal digits, with or without PostgreSQL's `\x` or `0x`.
    pub fn parse_hex(text: &str) -> Result<Self, RecordError> {
        let digits = text.trim();
        let digits = digits.strip_prefix("\\x").or_else(|| digits.strip_prefix("0x")).unwrap_or(digits);
        if !digits.len().is_multiple_of(2) || digits.len() > 2 * MAX_RECORD_BYTES {
            return Err(broken("十六进制位数为奇数", "the number of hexadecimal digits is odd or too large"));
        }
        match bytes_of(digits) {
            Some(bytes) => Self::parse(&bytes),
            None => Err(broken("不是十六进制数字", format!("{} is not hexadecimal", shown(digits)))),
        }
    }
}

/// How the numbers of one geometry are written.
#[derive(Debug, Clone, Copy)]
struct Shape {
    little_endian: bool,
    kind: u32,
    ordinates: usize,
}

struct Reader<'a> {
    bytes: &'a [u8],
    srid: Option<u32>,
}

impl Reader<'_> {
    fn geometry(&mut self) -> Result<RawGeometry, RecordError> {
        let shape = self.header()?;
        Ok(match shape.kind {
            POINT => RawGeometry::MultiPoint(vec![self.position(shape)?]),
            LINE_STRING => RawGeometry::MultiLineString(vec![self.line(shape)?]),
            POLYGON => RawGeometry::MultiPolygon(vec![self.polygon(shape)?]),
            MULTI_POINT => RawGeometry::MultiPoint(self.parts(shape, POINT, Self::position)?),
            MULTI_LINE_STRING => RawGeometry::MultiLineString(self.parts(shape, LINE_STRING, Self::line)?),
            MULTI_POLYGON => RawGeometry::MultiPolygon(self.parts(shape, POLYGON, Self::polygon)?),
            7 => return Err(unknown_type("GeometryCollection")),
            other => return Err(unknown_type(&format!("WKB {other}"))),
        })
    }

    fn header(&mut self) -> Result<Shape, RecordError> {
        let [order] = self.take()?;
        let little_endian = match order {
            0 => false,
            1 => true,
            _ => return Err(broken("字节序标记无效", format!("byte order {order} is neither 0 nor 1"))),
        };
        let kind = self.number(little_endian)?;
        if kind & EWKB_SRID != 0 {
            let srid = self.number(little_endian)?;
            if self.srid.is_some_and(|known| known != srid) {
                return Err(broken("几何内部的 SRID 不一致", "the parts of the geometry have different SRIDs"));
            }
            self.srid = Some(srid);
        }
        let (flags, plain) = (kind & (EWKB_Z | EWKB_M), kind & 0x0fff_ffff);
        let extra = match plain / 1000 {
            0 => flags.count_ones(),
            1 | 2 => 1,
            3 => 2,
            _ => return Err(unknown_type(&format!("WKB {plain}"))),
        };
        Ok(Shape { little_endian, kind: plain % 1000, ordinates: 2 + extra as usize })
    }

    fn parts<T>(
        &mut self,
        whole: Shape,
        kind: u32,
        read: impl Fn(&mut Self, Shape) -> Result<T, RecordError>,
    ) -> Result<Vec<T>, RecordError> {
        /// A part is at least a header and a count or a position.
        const MIN_PART_BYTES: usize = 9;
        let count = self.count(whole, MIN_PART_BYTES)?;
        let mut parts = Vec::with_capacity(count);
        for _ in 0..count {
            let shape = self.header()?;
            if shape.kind != kind {
                return Err(broken("几何的组成部分类型不符", format!("a part has type {}, not {kind}", shape.kind)));
            }
            parts.push(read(self, shape)?);
        }
        Ok(parts)
    }

    fn polygon(&mut self, shape: Shape) -> Result<Vec<Vec<[f64; 2]>>, RecordError> {
        let count = self.count(shape, 4)?;
        let mut rings = Vec::with_capacity(count.min(16));
        for _ in 0..count {
            let ring = self.positions(shape)?;
            check_ring(&ring)?;
            rings.push(ring);
        }
        Ok(rings)
    }

    fn line(&mut self, shape: Shape) -> Result<Vec<[f64; 2]>, RecordError> {
        let line = self.positions(shape)?;
        check_line(&line)?;
        Ok(line)
    }

    fn positions(&mut self, shape: Shape) -> Result<Vec<[f64; 2]>, RecordError> {
        let count = self.number(shape.little_endian)? as usize;
        self.check_count(count, 8 * shape.ordinates)?;
        (0..count).map(|_| self.position(shape)).collect()
    }

    fn position(&mut self, shape: Shape) -> Result<[f64; 2], RecordError> {
        let mut ordinates = [0.0; 4];
        for ordinate in &mut ordinates[..shape.ordinates] {
            let bytes = self.take()?;
            *ordinate = if shape.little_endian { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) };
        }
        if ordinates[0].is_nan() && ordinates[1].is_nan() && shape.kind == POINT {
            return Err(empty_geometry());
        }
        finite(ordinates[0], ordinates[1])
    }

    /// A count of things that have at least `bytes_each`; none at all is an empty geometry.
    fn count(&mut self, shape: Shape, bytes_each: usize) -> Result<usize, RecordError> {
        let count = self.number(shape.little_endian)? as usize;
        self.check_count(count, bytes_each)?;
        if count == 0 { Err(empty_geometry()) } else { Ok(count) }
    }

    fn check_count(&self, count: usize, bytes_each: usize) -> Result<(), RecordError> {
        if count > self.bytes.len() / bytes_each {
            return Err(broken(
                format!("声称有 {count} 个，但字节不够"),
                format!("{count} are announced, and only {} bytes follow", self.bytes.len()),
            ));
        }
        Ok(())
    }

    fn number(&mut self, little_endian: bool) -> Result<u32, RecordError> {
        let bytes = self.take()?;
        Ok(if little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], RecordError> {
        let Some((taken, rest)) = self.bytes.split_first_chunk::<N>() else {
            return Err(broken("几何在中间结束", "the geometry ends too early"));
        };
        self.bytes = rest;
        Ok(*taken)
    }
}

fn broken(zh: impl Into<String>, en: impl Into<String>) -> RecordError {
    RecordError::of_geometry(
        zh,
        en,
        ("点、线或面的 WKB（ISO 或 EWKB）", "well-known binary (ISO or EWKB) of points, lines or polygons"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::lattice_geometry::{multi_polygon_of, tests::any_multi_polygon};
    use super::super::wkb::multi_polygon_wkb;
    use super::*;
    use proptest::prelude::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: String = hex.chars().filter(char::is_ascii_hexdigit).collect();
        bytes_of(&digits).expect("pairs of digits")
    }

    const ONE: &str = "000000000000f03f";
    const TWO: &str = "0000000000000040";

    #[test]
    fn both_dialects_and_both_byte_orders_are_read() {
        let point = |srid| Ok(Wkb { srid, geometry: RawGeometry::MultiPoint(vec![[1.0, 2.0]]) });
        assert_eq!(Wkb::parse(&bytes(&format!("01 01000000 {ONE}{TWO}"))), point(None));
        assert_eq!(Wkb::parse(&bytes("00 00000001 3ff0000000000000 4000000000000000")), point(None));
        assert_eq!(Wkb::parse(&bytes(&format!("01 e9030000 {ONE}{TWO}{ONE}"))), point(None), "ISO Z");
        assert_eq!(Wkb::parse(&bytes(&format!("01 b90b0000 {ONE}{TWO}{ONE}{ONE}"))), point(None), "ISO ZM");
        assert_eq!(Wkb::parse(&bytes(&format!("01 010000a0 8a110000 {ONE}{TWO}{ONE}"))), point(Some(4490)), "EWKB Z");
        assert_eq!(Wkb::parse_hex(&format!("\\x0101000020E6100000{ONE}{TWO}")), point(Some(4326)));
        assert_eq!(Wkb::parse(&bytes(&format!("01 01000020 00000000 {ONE}{TWO}"))), point(None), "SRID 0 says nothing");
    }

    #[track_caller]
    fn check_error(hex: &str, en: &str) {
        let error = Wkb::parse(&bytes(hex)).expect_err(hex);
        assert!(error.en.contains(en), "{hex}: {}", error.en);
    }

    #[test]
    fn lies_and_cuts_are_refused_without_allocating_for_them() {
        check_error("", "ends too early");
        check_error("02 01000000", "byte order 2");
        check_error(&format!("01 01000000 {ONE}"), "ends too early");
        check_error(&format!("01 01000000 {ONE}{TWO}00"), "bytes follow");
        check_error("01 01000000 000000000000f87f 000000000000f87f", "empty");
        check_error(&format!("01 01000000 000000000000f87f {ONE}"), "not finite");
        check_error("01 07000000 01000000", "GeometryCollection");
        check_error("01 0f000000 00000000", "WKB 15");
        check_error("01 02000000 ffffffff", "4294967295 are announced");
        check_error("01 03000000 ffffffff", "4294967295 are announced");
        check_error("01 06000000 ffffffff", "4294967295 are announced");
        check_error("01 03000000 00000000", "empty");
        check_error("01 03000000 01000000 00000000", "a ring is empty");
        check_error(&format!("01 04000000 01000000 01 02000000 {ONE}"), "a part has type 2");
        assert!(Wkb::parse_hex("010").is_err());
        assert!(Wkb::parse_hex("01zz").is_err());
        assert!(Wkb::parse_hex("网").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            drop(Wkb::parse(&bytes));
        }

        #[test]
        fn what_was_written_is_read_bit_for_bit(area in any_multi_polygon()) {
            let wkb = Wkb::parse(&multi_polygon_wkb(&area)).expect("own WKB");
            prop_assert_eq!(wkb.srid, None);
            prop_assert_eq!(multi_polygon_of(&wkb.geometry).expect("a multi-polygon"), area);
        }

        #[test]
        fn any_damage_is_survived(area in any_multi_polygon(), at in 0_usize..400, byte in any::<u8>(), cut in 0_usize..500) {
            let mut bytes = multi_polygon_wkb(&area);
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut);
            drop(Wkb::parse(&bytes));
        }
    }
}
