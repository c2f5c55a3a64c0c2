//! Tables of places: CSV and workbooks, with columns of coordinates or a column of WKT.

use std::{
    io::{Cursor, Read, Seek},
    ops::ControlFlow,
};

use super::{
    csv_reader::{CsvReader, SNIFFED_BYTES, sniff_delimiter},
    place_fields::{PlaceField, PlaceFieldMap},
    points::Place,
    record::{DeclaredCrs, RawGeometry, ReadItem, RecordError, SourceRecord},
    source_layer::SourceLayer,
    text_encoding::Guess,
    xlsx::read_sheet,
};

/// Most bytes of a table, that of a workbook counted as CSV.
pub const MAX_TABLE_BYTES: usize = 256 << 20;

/// Opens a CSV file of places.
pub fn open_csv(mut source: impl Read, map: &PlaceFieldMap) -> Result<SourceLayer<'static>, RecordError> {
    let mut bytes = Vec::new();
    let read = source.by_ref().take(MAX_TABLE_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| RecordError::of_reading(&error))?;
    open(bytes, None, map)
}

/// Opens the first visible sheet of a workbook of places, or the one called `sheet`.
pub fn open_xlsx(
    source: impl Read + Seek,
    sheet: Option<&str>,
    map: &PlaceFieldMap,
) -> Result<SourceLayer<'static>, RecordError> {
    let (mut bytes, mut numbers) = (Vec::new(), Vec::new());
    read_sheet(source, sheet, |number, line| {
        numbers.push(number);
        bytes.extend_from_slice(line);
        if bytes.len() > MAX_TABLE_BYTES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    open(bytes, Some(numbers), map)
}

/// The table in `bytes`, whose rows that are not empty have `numbers` in the sheet, the header's first.
fn open(bytes: Vec<u8>, numbers: Option<Vec<u32>>, map: &PlaceFieldMap) -> Result<SourceLayer<'static>, RecordError> {
    if bytes.len() > MAX_TABLE_BYTES {
        return Err(refused("表格太大", format!("the table has more than {MAX_TABLE_BYTES} bytes")));
    }
    let text = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&bytes);
    let begin = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    let delimiter = sniff_delimiter(&text[begin..text.len().min(begin + SNIFFED_BYTES)]);
    let numbers = numbers.unwrap_or_else(|| row_numbers(text, delimiter));
    // Of the record with this place below the header.
    let number_of = move |place: u64| numbers.get(place as usize).map_or(place + 1, |&number| u64::from(number));
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text);
    let mut guess = Guess::default();
    let mut row = csv::ByteRecord::new();
    if !rows.read_byte_record(&mut row).map_err(|error| broken(&error))? {
        return Err(refused("文件是空的", "the file is empty"));
    }
    let mut columns: Vec<String> = Vec::with_capacity(row.len());
    for cell in &row {
        let name = guess.decode(cell)?.trim().to_owned();
        if !name.is_empty() && columns.contains(&name) {
            let (zh, en) = (format!("表头中“{name}”重复"), format!("column {name} is there twice"));
            return Err(RecordError::of_field(&name, zh, en, ("每个列名一次", "each column name once")));
        }
        columns.push(name);
    }
    let column = |field| columns.iter().position(|name| map.is_called(field, name));
    let (Some(lon), Some(lat)) = (column(PlaceField::Lon), column(PlaceField::Lat)) else {
        // Then it must have a column of geometry, and the reader of those says so.
        let reader = CsvReader::new(Cursor::new(bytes)).map_err(|error| RecordError {
            allowed: (
                format!("有 lon、lat（经度、纬度）两列，或{}", error.allowed.zh),
                format!("columns lon and lat (经度, 纬度), or {}", error.allowed.en),
            )
                .into(),
            ..error
        })?;
        let crs = reader.declared_crs();
        return Ok(SourceLayer { crs, items: Box::new(reader.map(move |item| renumbered(item, &number_of))) });
    };
    let mut items = Vec::new();
    for number in (1..).map(number_of) {
        match rows.read_byte_record(&mut row) {
            Ok(true) if row.iter().all(|cell| cell.trim_ascii().is_empty()) => {}
            Ok(true) => items.push(match record(number, &row, &columns, [lon, lat], &mut guess) {
                Ok(record) => ReadItem::Record(record),
                Err(error) => ReadItem::bad(number, error),
            }),
            Ok(false) => break,
            Err(error) => {
                items.push(ReadItem::fatal(Some(number), broken(&error)));
                break;
            }
        }
    }
    Ok(SourceLayer { crs: DeclaredCrs::Missing, items: Box::new(items.into_iter()) })
}

fn record(
    number: u64,
    row: &csv::ByteRecord,
    columns: &[String],
    coordinates: [usize; 2],
    guess: &mut Guess,
) -> Result<SourceRecord, RecordError> {
    let (found, wanted) = (row.len(), columns.len());
    if found != wanted {
        return Err(RecordError::of_record(
            format!("记录有 {found} 个字段，表头有 {wanted} 个"),
            format!("the record has {found} fields, the header {wanted}"),
            ("与表头一样多的字段", "as many fields as the header has"),
        ));
    }
    let mut record = SourceRecord { number, layer: String::new(), fields: Default::default(), geometry: None };
    let mut given = [None; 2];
    for (index, (cell, column)) in row.iter().zip(columns).enumerate() {
        let text = guess.decode(cell).map_err(|error| error.or_field(column))?;
        if text.contains('\0') {
            return Err(RecordError::of_field(column, "文本中有空字符", "U+0000 stands in a text", ("文本", "text")));
        }
        let text = text.trim();
        match coordinates.iter().position(|&of| of == index) {
            _ if text.is_empty() => {}
            Some(axis) => given[axis] = Some(decimal(column, text)?),
            None if column.is_empty() => {}
            None => drop(record.fields.insert(column.clone(), text.to_owned())),
        }
    }
    record.geometry = match given {
        [Some(x), Some(y)] => Some(RawGeometry::MultiPoint(vec![[x, y]])),
        [None, None] => None,
        [x, _] => {
            let missing = &columns[coordinates[usize::from(x.is_some())]];
            return Err(RecordError::of_field(missing, "缺少坐标", "the coordinate is missing", ("数字", "a number")));
        }
    };
    Ok(record)
}

fn decimal(column: &str, text: &str) -> Result<f64, RecordError> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| {
        let shown = super::record::shown(text);
        let en = format!("{shown:?} is no number");
        RecordError::of_field(
            column,
            format!("“{shown}”不是数"),
            en,
            ("十进制数，如 119.0123456", "a decimal number such as 119.0123456"),
        )
    })
}

/// The numbers of the rows that are not empty as a spreadsheet shows them: empty ones are counted, a line break within
/// quotes begins none.
fn row_numbers(text: &[u8], delimiter: u8) -> Vec<u32> {
    let (mut numbers, mut number) = (Vec::new(), 1_u32);
    let (mut place, mut is_empty) = (Place::default(), true);
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if place == Place::Quoted || !matches!(byte, b'\r' | b'\n') {
            place = place.after(byte, delimiter).unwrap_or_default();
            is_empty = false;
            continue;
        }
        if byte == b'\r' {
            bytes.next_if_eq(&b'\n');
        }
        if !is_empty {
            numbers.push(number);
        }
        (number, place, is_empty) = (number.saturating_add(1), Place::default(), true);
    }
    if !is_empty {
        numbers.push(number);
    }
    numbers
}

/// The item with the number of its row instead of its place below the header.
fn renumbered(item: ReadItem, number_of: impl Fn(u64) -> u64) -> ReadItem {
    match item {
        ReadItem::Record(record) => ReadItem::Record(SourceRecord { number: number_of(record.number), ..record }),
        ReadItem::Bad { number, error, fatal } => ReadItem::Bad { number: number.map(number_of), error, fatal },
    }
}

fn broken(error: &csv::Error) -> RecordError {
    refused("CSV 无法读取", format!("the CSV cannot be read: {error}"))
}

fn refused(zh: &str, en: impl Into<String>) -> RecordError {
    RecordError::of_record(
        zh,
        en,
        ("一行表头和其下的数据行，UTF-8 或 GB18030 编码", "a header and rows below it, in UTF-8 or GB18030"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<String>, String> {
        let layer =
            open_csv(text, &PlaceFieldMap::default()).map_err(|error| format!("{} {}", error.en, error.allowed.en))?;
        let line = |item: ReadItem| match item {
            ReadItem::Record(record) => format!("{} {:?} {:?}", record.number, record.fields, record.geometry),
            ReadItem::Bad { number, error, .. } => format!("bad {number:?} {:?} {}", error.field, error.en),
        };
        Ok(layer.items.map(line).collect())
    }

    #[test]
    fn rows_have_coordinates_and_bad_ones_name_their_column() {
        let rows =
            read("\u{feff}编号,经度,纬度\nA,119.5,25.25\n,,\nB,x,25\nC,119,\nD,1\nE,,\n".as_bytes()).expect("a table");
        assert_eq!(
            rows,
            [
                "2 {\"编号\": \"A\"} Some(MultiPoint([[119.5, 25.25]]))",
                "bad Some(4) Some(\"经度\") \"x\" is no number",
                "bad Some(5) Some(\"纬度\") the coordinate is missing",
                "bad Some(6) None the record has 2 fields, the header 3",
                "7 {\"编号\": \"E\"} None",
            ]
        );
    }

    /// Numbers of what is in the layer.
    fn numbers(layer: SourceLayer<'_>) -> Vec<u64> {
        let number = |item: ReadItem| match item {
            ReadItem::Record(record) => record.number,
            ReadItem::Bad { number, .. } => number.expect("a row"),
        };
        layer.items.map(number).collect()
    }

    #[test]
    fn rows_are_numbered_as_spreadsheets_number_them() {
        let map = PlaceFieldMap::default();
        for (text, expected) in [
            ("lon,lat,name\n1,2,a\n3,4,b", &[2, 3][..]),
            ("\n\r\nlon,lat,name\r\n\r\n1,2,\"a\nb\"\r\n,,\r\n\r\nx,4,c\r\n", &[5, 8]),
            ("lon,lat,name\r1,2,\"a\r\nb\"\r\r3,4,c\r", &[2, 4]),
            ("\n\nname;wkt\n\na;POINT(1 2)\n\n\nb;POINT(\n", &[5, 8]),
        ] {
            assert_eq!(numbers(open_csv(text.as_bytes(), &map).expect("a table")), expected, "{text:?}");
        }
    }

    #[test]
    fn rows_of_a_sheet_have_its_numbers_empty_ones_counted() {
        let map = PlaceFieldMap::default();
        for headings in [["经度", "纬度"], ["name", "wkt"]] {
            let mut workbook = rust_xlsxwriter::Workbook::new();
            let sheet = workbook.add_worksheet();
            for (row, texts) in [(3, headings), (5, ["1", "POINT(1 2)"]), (6, ["3", "4"]), (11, ["x", "y"])] {
                for (column, text) in (0..).zip(texts) {
                    sheet.write(row, column, text).expect("a cell");
                }
            }
            let bytes = workbook.save_to_buffer().expect("memory can be written");
            let layer = open_xlsx(Cursor::new(bytes), None, &map).expect("a table");
            assert_eq!(numbers(layer), [6, 7, 12], "{headings:?}");
        }
    }

    #[test]
    fn other_tables_have_a_geometry_or_are_refused() {
        let rows = read(b"name;wkt\na;POINT(1 2)\n").expect("a table");
        assert_eq!(rows, ["2 {\"name\": \"a\"} Some(MultiPoint([[1.0, 2.0]]))"]);
        for (text, wrong) in [("", "empty"), ("a,b\n1,2\n", "lon and lat"), ("lon,lat,a,a\n", "twice")] {
            assert!(read(text.as_bytes()).expect_err("a refusal").contains(wrong), "{text}");
        }
    }
}
