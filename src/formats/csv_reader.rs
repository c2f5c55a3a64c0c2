//! Streams CSV with a column of WKT or hexadecimal WKB.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Cursor, Read};

use csv::ByteRecord;

use super::geojson_frame::too_large;
use super::record::{DeclaredCrs, RawGeometry, ReadItem, RecordError, SourceRecord, shown};
use super::shape_rules::MAX_RECORD_BYTES;
use super::text_encoding::Guess;
use super::wkb_reader::Wkb;
use super::wkt::Wkt;

/// How much of the beginning is looked at to tell the delimiter.
pub(super) const SNIFFED_BYTES: usize = 64 << 10;

/// The most columns.
const MAX_COLUMNS: usize = 1_024;

/// How many records are read ahead to find the first geometry's SRID.
const MAX_AHEAD: usize = 64;

/// Names of the geometry's column, in any case.
pub(super) const GEOMETRY_COLUMNS: [&str; 7] =
    ["geom", "geometry", "wkt", "wkb", "the_geom", "wkb_geometry", "geom_wkt"];

/// The records of a CSV file, in order; the header is not counted.
///
/// The delimiter is the comma, semicolon or tab that the header has most of; the text is UTF-8 or, from the first
/// record that is not, GB18030 (see [`Guess`]).
#[derive(Debug)]
pub struct CsvReader<R> {
    rows: csv::Reader<Metered<io::Chain<Cursor<Vec<u8>>, R>>>,
    row: ByteRecord,
    columns: Vec<String>,
    geometry_column: usize,
    guess: Guess,
    srid: Srid,
    number: u64,
    ahead: VecDeque<ReadItem>,
    ended: bool,
}

/// The coordinate system that the geometries carry; all the same one or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Srid {
    /// No geometry was seen yet.
    Open,
    /// What the first geometry says: a number, or nothing.
    Fixed(Option<u32>),
}

impl<R: Read> CsvReader<R> {
    /// Reads the header and the first records up to a geometry; an error says why there is nothing to read.
    pub fn new(mut source: R) -> Result<Self, RecordError> {
        let mut head = Vec::new();
        source.by_ref().take(SNIFFED_BYTES as u64).read_to_end(&mut head).map_err(|e| RecordError::of_reading(&e))?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(refused("文件是 UTF-16 编码", "the file is UTF-16"));
        }
        if head.starts_with(&[0xef, 0xbb, 0xbf]) {
            head.drain(..3);
        }
        let delimiter = sniff_delimiter(&head);
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Metered { source: Cursor::new(head).chain(source), left: METER_BYTES });
        let mut row = ByteRecord::new();
        if !rows.read_byte_record(&mut row).map_err(csv_error)? {
            return Err(refused("文件是空的", "the file is empty"));
        }
        let mut guess = Guess::default();
        let columns = column_names(&row, &mut guess)?;
        let geometry_column = geometry_column(&columns)?;
        let mut reader = Self {
            rows,
            row,
            columns,
            geometry_column,
            guess,
            srid: Srid::Open,
            number: 0,
            ahead: VecDeque::new(),
            ended: false,
        };
        while reader.srid == Srid::Open && reader.ahead.len() < MAX_AHEAD {
            let Some(item) = reader.read_item() else { break };
            reader.ahead.push_back(item);
        }
        Ok(reader)
    }

    /// The names of the columns, as they stand in the header.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The EPSG number that the geometries carry (EWKB, `SRID=n;`), else nothing: CSV has no default.
    pub const fn declared_crs(&self) -> DeclaredCrs {
        match self.srid {
            Srid::Fixed(Some(srid)) => DeclaredCrs::Epsg(srid),
            _ => DeclaredCrs::Missing,
        }
    }

    fn read_item(&mut self) -> Option<ReadItem> {
        if self.ended {
            return None;
        }
        self.rows.get_mut().left = METER_BYTES;
        match self.rows.read_byte_record(&mut self.row) {
            Ok(true) => {
                self.number += 1;
                Some(match self.record() {
                    Ok(record) => ReadItem::Record(record),
                    Err(error) => ReadItem::bad(self.number, error),
                })
            }
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(ReadItem::fatal(Some(self.number + 1), csv_error(error)))
            }
        }
    }

    fn record(&mut self) -> Result<SourceRecord, RecordError> {
        let (found, wanted) = (self.row.len(), self.columns.len());
        if found != wanted {
            return Err(RecordError::of_record(
                format!("记录有 {found} 个字段，表头有 {wanted} 个"),
                format!("the record has {found} fields, the header {wanted}"),
                ("与表头一样多的字段", "as many fields as the header has"),
            ));
        }
        let mut fields = BTreeMap::new();
        let mut geometry = None;
        for (index, (cell, column)) in self.row.iter().zip(&self.columns).enumerate() {
            if cell.is_empty() {
                continue;
            }
            let text = self.guess.decode(cell).map_err(|error| error.or_field(column))?;
            if index == self.geometry_column {
                geometry = read_geometry(&text)?;
            } else if text.contains('\0') {
                return Err(RecordError::of_field(
                    column,
                    "文本中有空字符",
                    "U+0000 stands in a text",
                    ("文本", "text"),
                ));
            } else if !column.is_empty() {
                fields.insert(column.clone(), text);
            }
        }
        if let Some((srid, _)) = &geometry {
            match self.srid {
                Srid::Open => self.srid = Srid::Fixed(*srid),
                Srid::Fixed(known) if known != *srid => return Err(other_srid(known, *srid)),
                Srid::Fixed(_) => {}
            }
        }
        let geometry = geometry.map(|(_, geometry)| geometry);
        Ok(SourceRecord { number: self.number, layer: String::new(), fields, geometry })
    }
}

impl<R: Read> Iterator for CsvReader<R> {
    type Item = ReadItem;

    fn next(&mut self) -> Option<ReadItem> {
        self.ahead.pop_front().or_else(|| self.read_item())
    }
}

/// A record and what `csv` reads ahead.
const METER_BYTES: usize = MAX_RECORD_BYTES + (64 << 10);

/// A source that gives out only so much between two records.
#[derive(Debug)]
struct Metered<R> {
    source: R,
    left: usize,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        match self.left.checked_sub(read) {
            Some(left) => self.left = left,
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(read)
    }
}

fn csv_error(error: csv::Error) -> RecordError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => too_large(),
        csv::ErrorKind::Io(error) => RecordError::of_reading(&error),
        other => refused("CSV 无法读取", format!("the CSV cannot be read: {other:?}")),
    }
}

/// The delimiter that the first line has most of outside quotes; the comma when it has none.
pub(super) fn sniff_delimiter(head: &[u8]) -> u8 {
    const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
    let mut counts = [0_usize; 3];
    let mut quoted = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                if let Some(index) = DELIMITERS.iter().position(|&delimiter| delimiter == byte) {
                    counts[index] += 1;
                }
            }
            _ => {}
        }
    }
    let most = (0..3).rev().max_by_key(|&index| counts[index]).unwrap_or(0);
    DELIMITERS[most]
}

fn column_names(row: &ByteRecord, guess: &mut Guess) -> Result<Vec<String>, RecordError> {
    if row.len() > MAX_COLUMNS {
        return Err(refused("列太多（上限 1024）", format!("the header has {} columns, at most 1024", row.len())));
    }
    let mut seen = BTreeSet::new();
    let mut names = Vec::with_capacity(row.len());
    for cell in row {
        let name = guess.decode(cell)?.trim().to_owned();
        if !name.is_empty() && !seen.insert(name.clone()) {
            return Err(RecordError::of_field(
                &name,
                format!("表头中“{}”重复", shown(&name)),
                format!("column {} is there twice", shown(&name)),
                ("每个列名一次", "each column name once"),
            ));
        }
        names.push(name);
    }
    Ok(names)
}

fn geometry_column(columns: &[String]) -> Result<usize, RecordError> {
    let is_geometry = |name: &String| GEOMETRY_COLUMNS.contains(&name.to_ascii_lowercase().as_str());
    let mut found = columns.iter().enumerate().filter(|(_, name)| is_geometry(name)).map(|(index, _)| index);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(index),
        (None, _) => Err(refused("没有几何列", format!("no column of geometry among {}", shown(&columns.join(", "))))),
        (Some(one), Some(other)) => Err(refused(
            "几何列不止一个",
            format!("two columns of geometry: {} and {}", shown(&columns[one]), shown(&columns[other])),
        )),
    }
}

/// The geometry of a cell with its SRID; blank is none.
pub(super) fn read_geometry(text: &str) -> Result<Option<(Option<u32>, RawGeometry)>, RecordError> {
    let text = text.trim();
    let is_hex = text.starts_with("00") || text.starts_with("01") || text.starts_with("\\x") || text.starts_with("0x");
    if text.is_empty() {
        Ok(None)
    } else if is_hex {
        Wkb::parse_hex(text).map(|wkb| Some((wkb.srid, wkb.geometry)))
    } else {
        Wkt::parse(text).map(|wkt| Some((wkt.srid, wkt.geometry)))
    }
}

pub(super) fn other_srid(known: Option<u32>, found: Option<u32>) -> RecordError {
    let name = |srid: Option<u32>| srid.map_or("none".to_owned(), |srid| srid.to_string());
    RecordError::of_geometry(
        format!("SRID 不一致：此前为 {}，此处为 {}", name(known), name(found)),
        format!("SRID {} differs from {} of the records before", name(found), name(known)),
        ("整个文件同一 SRID", "one SRID throughout the file"),
    )
}

fn refused(zh: &str, en: impl Into<String>) -> RecordError {
    RecordError::of_record(
        zh,
        en,
        (
            "带表头的 CSV，有一列 geom、geometry、wkt 或 wkb，UTF-8 或 GB18030 编码",
            "CSV with a header and a column geom, geometry, wkt or wkb, in UTF-8 or GB18030",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SQUARE: &str = "\"POLYGON((0 0,1 0,1 1,0 0))\"";
    const POINT_4326: &str = "0101000020E6100000000000000000F03F0000000000000040";

    /// "1 code=1 name=x" for records, "bad 2: ..." for the rest.
    fn outline(bytes: &[u8]) -> Vec<String> {
        let reader = match CsvReader::new(bytes) {
            Ok(reader) => reader,
            Err(error) => return vec![format!("refused: {}", error.en)],
        };
        reader
            .map(|item| match item {
                ReadItem::Record(record) => {
                    let mut text = record.number.to_string();
                    record.fields.iter().for_each(|(key, value)| text += &format!(" {key}={value}"));
                    text + if record.geometry.is_some() { "" } else { " bare" }
                }
                ReadItem::Bad { number, error, .. } => format!("bad {}: {}", number.unwrap_or(0), error.en),
            })
            .collect()
    }

    #[track_caller]
    fn check(text: impl AsRef<[u8]>, expected: &[&str]) {
        let found = outline(text.as_ref());
        let agrees = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.starts_with(e));
        assert!(agrees, "{}: {found:#?}", String::from_utf8_lossy(text.as_ref()));
    }

    #[test]
    fn delimiters_quotes_and_marks_are_understood() {
        check(format!("code,name,geom\n1,\"a\n\"\"b\"\"\",{SQUARE}\n"), &["1 code=1 name=a\n\"b\""]);
        check(format!("\u{feff}code;WKT;名称\r\n1;{SQUARE};镇海\r\n2;;\r\n"), &["1 code=1 名称=镇海", "2 code=2 bare"]);
        check(format!("code\tgeometry\n1\t{POINT_4326}"), &["1 code=1"]);
        check(format!("code,wkb\n1,\\x{POINT_4326}"), &["1 code=1"]);
    }

    #[test]
    fn gb18030_is_understood_when_utf8_is_not() {
        let (text, ..) = encoding_rs::GB18030.encode("代码,名称,geom\n1,镇海,POINT(1 2)\n");
        check(&*text, &["1 代码=1 名称=镇海"]);
        check(b"code,name,geom\n1,\xe9\x95\x87,\n2,\xcd\xf8,\n", &["1 code=1 name=镇", "bad 2: the text is not UTF-8"]);
        check(b"\xff\xfec\0", &["refused: the file is UTF-16"]);
    }

    #[test]
    fn broken_files_and_records_are_named() {
        check("", &["refused: the file is empty"]);
        check("code,name\n1,a", &["refused: no column of geometry among code, name"]);
        check("geom,wkt\n", &["refused: two columns of geometry: geom and wkt"]);
        check("code,code,wkt\n", &["refused: column code is there twice"]);
        check("code,geom\n1,POINT(1 2),x\n2\n3,\n", &["bad 1: the record has 3 fields, the header 2", "bad 2", "3"]);
        check("code,geom\n1,POINT(1)\n2,01zz\n3,POINT(1 2)", &["bad 1: the well-known", "bad 2: 01zz", "3"]);
        check("code,geom\na\0b,\n", &["bad 1: U+0000"]);
    }

    #[test]
    fn the_srid_is_declared_and_cannot_change() {
        let declared = |text: &str| CsvReader::new(text.as_bytes()).expect("readable").declared_crs();
        assert_eq!(declared("code,geom\n1,POINT(1 2)\n"), DeclaredCrs::Missing);
        assert_eq!(declared("code,geom\n1,\n"), DeclaredCrs::Missing);
        assert_eq!(declared(&format!("code,geom\n1,\n2,{POINT_4326}\n")), DeclaredCrs::Epsg(4326));
        assert_eq!(declared("code,geom\n1,SRID=4490;POINT(1 2)\n"), DeclaredCrs::Epsg(4490));
        let mixed = format!("code,geom\n1,{POINT_4326}\n2,SRID=4490;POINT(1 2)\n3,POINT(1 2)\n");
        check(mixed, &["1", "bad 2: SRID 4490 differs from 4326", "bad 3: SRID none differs"]);
    }

    #[test]
    fn a_record_of_two_gigabytes_is_refused_in_flat_memory() {
        let source = "code,geom\n1,\n2,\"".as_bytes().chain(io::repeat(b'x').take(2 << 30));
        let last = CsvReader::new(source).map_or_else(Some, |mut reader| match reader.by_ref().last() {
            Some(ReadItem::Bad { error, fatal: true, .. }) => Some(error),
            _ => None,
        });
        assert_eq!(last, Some(too_large()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            outline(&bytes);
            outline(&[b"code,geom\n".as_slice(), &bytes].concat());
        }
    }
}
