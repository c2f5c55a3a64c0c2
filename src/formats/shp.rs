//! Reads the geometries of a `.shp` (ESRI Shapefile Technical Description, 1998), believing no header.

use std::io::{self, Read};

use super::record::{RawGeometry, RecordError};
use super::shape_rules::{MAX_RECORD_BYTES, check_line, check_ring, empty_geometry, finite};
use super::shp_rings::polygons_of_rings;

/// Bytes of the file header.
const HEADER_BYTES: u64 = 100;
/// Bytes before each record: its number and its length.
const RECORD_HEADER_BYTES: u64 = 8;
/// The file code in the first four bytes.
const FILE_CODE: u32 = 9994;
/// Bytes of a bounding box of four numbers.
const BOX_BYTES: usize = 32;

const ALLOWED: (&str, &str) = (
    "完整的点、线或面 .shp（类型 1、3、5、8 及其 Z、M 形式）",
    "a complete .shp of points, lines or polygons (types 1, 3, 5, 8 and their Z and M kinds)",
);

/// A record's geometry, `None` for the null shape, or why it cannot be read.
pub type Shape = Result<Option<RawGeometry>, RecordError>;

/// Streams the geometries of a `.shp`; one record is in memory at a time.
#[derive(Debug)]
pub struct ShpReader<R> {
    source: R,
    kind: ShapeKind,
    /// Bytes that the header announces and that were not read yet.
    bytes_left: u64,
    number: u64,
    buffer: Vec<u8>,
}

/// What a `.shp` holds; Z and M are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShapeKind {
    Null,
    Point,
    Line,
    Polygon,
    MultiPoint,
}

impl ShapeKind {
    const fn of(code: u32) -> Option<Self> {
        match code {
            0 => Some(Self::Null),
            1 | 11 | 21 => Some(Self::Point),
            3 | 13 | 23 => Some(Self::Line),
            5 | 15 | 25 => Some(Self::Polygon),
            8 | 18 | 28 => Some(Self::MultiPoint),
            _ => None,
        }
    }
}

impl<R: Read> ShpReader<R> {
    /// Reads the header.
    pub fn new(mut source: R) -> Result<Self, RecordError> {
        let mut header = [0; HEADER_BYTES as usize];
        source.read_exact(&mut header).map_err(|error| cut_off(&error))?;
        if big_endian(&header, 0) != FILE_CODE || little_endian(&header, 28) != 1000 {
            return Err(broken("不是 .shp 文件", "the file is no .shp"));
        }
        let code = little_endian(&header, 32);
        let Some(kind) = ShapeKind::of(code) else {
            return Err(broken(format!("不支持的图形类型 {code}"), format!("shape type {code} is not supported")));
        };
        let bytes = 2 * u64::from(big_endian(&header, 24));
        let Some(bytes_left) = bytes.checked_sub(HEADER_BYTES) else {
            return Err(broken(".shp 文件头的长度无效", format!("the header announces {bytes} bytes")));
        };
        Ok(Self { source, kind, bytes_left, number: 0, buffer: Vec::new() })
    }

    /// How many records were read.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The next record's geometry, `None` after the last. The outer error is fatal, the inner one is the record's own.
    pub fn next_shape(&mut self) -> Result<Option<Shape>, RecordError> {
        if self.bytes_left == 0 {
            return Ok(None);
        }
        let mut header = [0; RECORD_HEADER_BYTES as usize];
        self.source.read_exact(&mut header).map_err(|error| cut_off(&error))?;
        self.number += 1;
        let content_bytes = 2 * u64::from(big_endian(&header, 4));
        if content_bytes > MAX_RECORD_BYTES as u64 {
            return Err(broken(
                "一条记录超过 64 MiB",
                format!("record {} announces {content_bytes} bytes, at most 67108864 are read", self.number),
            ));
        }
        self.bytes_left = match self.bytes_left.checked_sub(RECORD_HEADER_BYTES + content_bytes) {
            Some(left) if content_bytes >= 4 => left,
            _ => {
                return Err(broken(
                    "记录长度与文件长度不符",
                    format!("record {} has {content_bytes} bytes, which the file has not", self.number),
                ));
            }
        };
        self.buffer.clear();
        let read = self.source.by_ref().take(content_bytes).read_to_end(&mut self.buffer);
        if read.map_err(|error| cut_off(&error))? as u64 != content_bytes {
            return Err(cut_off(&io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(Some(self.shape()))
    }

    fn shape(&self) -> Shape {
        let code = little_endian(&self.buffer, 0);
        let kind = ShapeKind::of(code);
        if kind == Some(ShapeKind::Null) {
            return Ok(None);
        }
        if kind != Some(self.kind) {
            return Err(wrong("图形类型与文件头不同", format!("shape type {code} differs from the header's")));
        }
        let content = &self.buffer[4..];
        match self.kind {
            ShapeKind::Null => Ok(None),
            ShapeKind::Point => Ok(Some(RawGeometry::MultiPoint(positions(content, 1)?))),
            ShapeKind::MultiPoint => {
                let content = content.get(BOX_BYTES..).filter(|rest| rest.len() >= 4).ok_or_else(too_short)?;
                let points = positions(&content[4..], little_endian(content, 0) as usize)?;
                if points.is_empty() { Err(empty_geometry()) } else { Ok(Some(RawGeometry::MultiPoint(points))) }
            }
            ShapeKind::Line => {
                let lines = parts(content)?;
                lines.iter().try_for_each(|line| check_line(line))?;
                Ok(Some(RawGeometry::MultiLineString(lines)))
            }
            ShapeKind::Polygon => {
                let rings = parts(content)?;
                rings.iter().try_for_each(|ring| check_ring(ring))?;
                polygons_of_rings(rings).map(|polygons| Some(RawGeometry::MultiPolygon(polygons)))
            }
        }
    }
}

/// The parts of a line or polygon: bounding box, two counts, where each part begins, positions; then Z and M.
fn parts(content: &[u8]) -> Result<Vec<Vec<[f64; 2]>>, RecordError> {
    let content = content.get(BOX_BYTES..).filter(|rest| rest.len() >= 8).ok_or_else(too_short)?;
    let (part_count, point_count) = (little_endian(content, 0) as usize, little_endian(content, 4) as usize);
    let room = content.len() - 8;
    if part_count > room / 4 || point_count > (room - 4 * part_count) / 16 {
        return Err(wrong(
            format!("声称有 {part_count} 个部分、{point_count} 个坐标点，记录没有这么长"),
            format!("{part_count} parts and {point_count} points are announced in a record of {} bytes", room + 44),
        ));
    }
    if part_count == 0 || point_count == 0 {
        return Err(empty_geometry());
    }
    let points = positions(&content[8 + 4 * part_count..], point_count)?;
    let start_of = |part: usize| {
        if part == part_count { point_count } else { little_endian(content, 8 + 4 * part) as usize }
    };
    let mut parts = Vec::with_capacity(part_count);
    let mut expected_start = 0;
    for part in 0..part_count {
        let (start, end) = (start_of(part), start_of(part + 1));
        if start != expected_start || end > point_count || start >= end {
            return Err(wrong("部分的起点无效", format!("part {} begins at {start}, ends at {end}", part + 1)));
        }
        parts.push(points[start..end].to_vec());
        expected_start = end;
    }
    Ok(parts)
}

fn positions(bytes: &[u8], count: usize) -> Result<Vec<[f64; 2]>, RecordError> {
    if count > bytes.len() / 16 {
        return Err(too_short());
    }
    let number = |at: usize| bytes[at..].first_chunk().map_or(f64::NAN, |bytes| f64::from_le_bytes(*bytes));
    (0..count).map(|index| finite(number(16 * index), number(16 * index + 8))).collect()
}

fn big_endian(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn little_endian(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn too_short() -> RecordError {
    wrong("记录太短", "the record is too short for its shape".to_owned())
}

fn wrong(zh: impl Into<String>, en: String) -> RecordError {
    RecordError::of_geometry(zh, en, ALLOWED)
}

fn broken(zh: impl Into<String>, en: impl Into<String>) -> RecordError {
    RecordError::of_record(zh, en, ALLOWED)
}

fn cut_off(error: &io::Error) -> RecordError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        broken(".shp 文件不完整", "the .shp ends before its last record")
    } else {
        RecordError::of_reading(error)
    }
}

#[cfg(test)]
pub mod tests {
    //! Files for the tests of Shapefiles.

    use super::*;
    use proptest::prelude::*;

    /// The content of a polygon or line record.
    pub fn parts_content(code: u32, parts: &[&[[f64; 2]]]) -> Vec<u8> {
        let mut bytes = code.to_le_bytes().to_vec();
        bytes.resize(4 + BOX_BYTES, 0);
        bytes.extend((parts.len() as u32).to_le_bytes());
        bytes.extend((parts.iter().map(|part| part.len()).sum::<usize>() as u32).to_le_bytes());
        let mut start = 0;
        for part in parts {
            bytes.extend((start as u32).to_le_bytes());
            start += part.len();
        }
        for ordinate in parts.iter().flat_map(|part| part.iter()).flatten() {
            bytes.extend(ordinate.to_le_bytes());
        }
        bytes
    }

    /// A `.shp` of records.
    pub fn shp(code: u32, records: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0; 100];
        for (index, record) in records.iter().enumerate() {
            bytes.extend((index as u32 + 1).to_be_bytes());
            bytes.extend((record.len() as u32 / 2).to_be_bytes());
            bytes.extend(record);
        }
        bytes[..4].copy_from_slice(&FILE_CODE.to_be_bytes());
        let words = bytes.len() as u32 / 2;
        bytes[24..28].copy_from_slice(&words.to_be_bytes());
        bytes[28..32].copy_from_slice(&1000_u32.to_le_bytes());
        bytes[32..36].copy_from_slice(&code.to_le_bytes());
        bytes
    }

    /// A clockwise square, which is an exterior here.
    pub const SQUARE: [[f64; 2]; 5] = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]];

    fn shapes(bytes: &[u8]) -> Result<Vec<Result<Option<RawGeometry>, String>>, String> {
        let mut reader = ShpReader::new(bytes).map_err(|error| error.en)?;
        let mut shapes = Vec::new();
        while let Some(shape) = reader.next_shape().map_err(|error| error.en)? {
            shapes.push(shape.map_err(|error| error.en));
        }
        Ok(shapes)
    }

    #[test]
    fn every_kind_is_read_and_z_dropped() {
        let square = || Ok(Some(RawGeometry::MultiPolygon(vec![vec![SQUARE.to_vec()]])));
        let mut with_z = parts_content(15, &[&SQUARE]);
        with_z.extend([0; 16 + 5 * 8]);
        assert_eq!(shapes(&shp(5, &[parts_content(5, &[&SQUARE]), vec![0; 4]])), Ok(vec![square(), Ok(None)]));
        assert_eq!(shapes(&shp(15, &[with_z])), Ok(vec![square()]));
        let line = vec![Ok(Some(RawGeometry::MultiLineString(vec![SQUARE[..2].to_vec(), SQUARE[1..].to_vec()])))];
        assert_eq!(shapes(&shp(3, &[parts_content(3, &[&SQUARE[..2], &SQUARE[1..]])])), Ok(line));
        let mut point = 21_u32.to_le_bytes().to_vec();
        [1.0_f64, 2.0, 3.0].iter().for_each(|ordinate| point.extend(ordinate.to_le_bytes()));
        assert_eq!(shapes(&shp(21, &[point])), Ok(vec![Ok(Some(RawGeometry::MultiPoint(vec![[1.0, 2.0]])))]));
    }

    #[track_caller]
    fn check_record(content: Vec<u8>, en: &str) {
        let good = parts_content(5, &[&SQUARE]);
        let found = shapes(&shp(5, &[content, good])).expect("a file");
        let error = found[0].as_ref().expect_err(en);
        assert!(error.contains(en), "{error}");
        assert!(found[1].is_ok(), "the record after a bad one");
    }

    #[test]
    fn a_record_that_lies_is_bad_and_the_next_one_is_read() {
        let lie = |at: usize, value: u32| {
            let mut content = parts_content(5, &[&SQUARE, &SQUARE]);
            content[at..at + 4].copy_from_slice(&value.to_le_bytes());
            content
        };
        check_record(lie(40, 2_000_000_000), "2000000000 points are announced");
        check_record(lie(36, u32::MAX), "4294967295 parts");
        check_record(lie(36, 0), "empty");
        check_record(lie(44, 1), "part 1 begins at 1");
        check_record(lie(48, 11), "part 1 begins at 0, ends at 11");
        check_record(lie(48, 0), "part 1 begins at 0, ends at 0");
        check_record(lie(0, 3), "shape type 3 differs");
        check_record(5_u32.to_le_bytes().to_vec(), "too short");
        check_record(parts_content(5, &[&[[f64::NAN, 0.0]; 4]]), "not finite");
        check_record(parts_content(5, &[&SQUARE[..4]]), "not closed");
    }

    #[test]
    fn files_that_end_early_or_lie_are_refused() {
        let good = shp(5, &[parts_content(5, &[&SQUARE]), parts_content(5, &[&SQUARE])]);
        for cut in 0..good.len() {
            assert!(shapes(&good[..cut]).expect_err("a cut file").contains("ends before"), "{cut}");
        }
        let lie = |at: usize, value: u32| {
            let mut lying = good.clone();
            lying[at..at + 4].copy_from_slice(&value.to_be_bytes());
            shapes(&lying).expect_err("a lie")
        };
        assert!(lie(0, 1).contains("no .shp"));
        assert!(lie(24, 3).contains("announces 6 bytes"));
        assert!(lie(24, u32::MAX).contains("ends before"));
        assert!(lie(104, u32::MAX).contains("at most 67108864"));
        assert!(lie(104, 1_000_000).contains("which the file has not"));
        assert!(shapes(&shp(31, &[])).expect_err("a multi-patch").contains("type 31"));
    }

    proptest! {
        #[test]
        fn any_damage_is_survived(at in 0_usize..400, bytes in proptest::collection::vec(any::<u8>(), 1..5), cut in 0_usize..500) {
            let mut file = shp(5, &[parts_content(5, &[&SQUARE, &SQUARE]), parts_content(5, &[&SQUARE])]);
            let at = at % (file.len() - 5);
            file[at..at + bytes.len()].copy_from_slice(&bytes);
            file.truncate(cut);
            drop(shapes(&file));
        }

        #[test]
        fn any_content_is_read_or_refused(content in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut content = [5_u32.to_le_bytes().as_slice(), &content].concat();
            content.resize(content.len() / 2 * 2, 0);
            drop(shapes(&shp(5, &[content])));
        }
    }
}
