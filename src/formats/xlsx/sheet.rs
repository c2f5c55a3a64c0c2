//! The rows of one sheet.

use std::{
    io::{BufReader, Read, Seek},
    ops::ControlFlow,
};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::guard::{self, refused};
use crate::domain::area::finding::Allowed;
use crate::formats::record::{RecordError, shown};

/// Most rows of a sheet, as Excel has it, the header included.
pub const MAX_ROWS: u32 = 1_048_576;

/// Most columns of a sheet, as Excel has it.
pub const MAX_COLUMNS: u32 = 16_384;

/// Names of sheets that an error lists.
const SHOWN_SHEETS: usize = 20;

/// Reads the sheet called `name`, or the first visible one, and gives its rows to `each`, the header first, with their
/// numbers as Excel shows them.
///
/// A row is a line of CSV in UTF-8: commas, its line end included. Texts are in quotes; numbers, dates (ISO 8601) and
/// truth values are not, so that a writer of sheets can tell the text `007` from the number 7. Empty rows, and columns
/// left of the header's first name, are left out. Of a formula comes its last result.
pub fn read_sheet<R: Read + Seek>(
    mut source: R,
    name: Option<&str>,
    mut each: impl FnMut(u32, &[u8]) -> ControlFlow<()>,
) -> Result<(), RecordError> {
    guard::check(&mut source)?;
    let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(source)).map_err(|error| broken(&error))?;
    let name = choose(&workbook, name)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| broken(&error))?;
    let mut row = Row::default();
    loop {
        let cell = cells.next_cell().map_err(|error| broken(&error))?;
        let at = cell.as_ref().map(|cell| cell.get_position());
        if at.is_none_or(|(number, _)| number != row.number)
            && let ControlFlow::Break(()) = row.end(&mut each)
        {
            return Ok(());
        }
        let (Some(cell), Some(at)) = (cell, at) else { return Ok(()) };
        row.push(at, cell.get_value())?;
    }
}

/// The sheet of that name, or the first one that Excel shows.
fn choose<R: Read + Seek>(workbook: &Xlsx<R>, name: Option<&str>) -> Result<String, RecordError> {
    let sheets = || workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let found = match name {
        Some(name) => sheets().find(|sheet| sheet.name == name),
        None => sheets().find(|sheet| sheet.visible == SheetVisible::Visible).or_else(|| sheets().next()),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        let names: Vec<String> = sheets().take(SHOWN_SHEETS).map(|sheet| shown(&sheet.name)).collect();
        let names = names.join(", ");
        match name {
            Some(name) => {
                let name = shown(name);
                let zh = format!("没有工作表“{name}”，有：{names}");
                RecordError::of_record(
                    zh,
                    format!("there is no sheet {name:?}; there are {names}"),
                    Allowed::same(&names),
                )
            }
            None => refused("工作簿里没有工作表", "the workbook has no sheet"),
        }
    })
}

/// One row on its way to a line of CSV.
#[derive(Debug, Default)]
struct Row {
    /// Its number in the sheet, from 0.
    number: u32,
    line: Vec<u8>,
    /// The next column to be written.
    column: u32,
    has_content: bool,
    /// The header's first column, once a cell of it was seen.
    first: Option<u32>,
    /// The column after the header's last one, once the header has ended.
    end: Option<u32>,
}

impl Row {
    /// Adds a cell; cells come in their order.
    fn push(&mut self, (number, column): (u32, u32), value: &DataRef<'_>) -> Result<(), RecordError> {
        if number >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(refused("工作表超出 Excel 的行列数", "a cell lies beyond the rows or columns of a sheet"));
        }
        if number < self.number || (self.column > 0 && column < self.column) {
            return Err(refused("工作表的单元格次序错乱", "the cells of the sheet are out of order"));
        }
        self.number = number;
        if matches!(value, DataRef::Empty) {
            return Ok(());
        }
        let first = *self.first.get_or_insert(column);
        if column < first {
            return Ok(());
        }
        self.column = self.column.max(first);
        while self.column < column {
            self.line.push(b',');
            self.column += 1;
        }
        self.has_content |= write_value(&mut self.line, value);
        self.line.push(b',');
        self.column = column + 1;
        Ok(())
    }

    /// Gives the row to `each`, as wide as the header at least, and begins the next one.
    fn end(&mut self, each: &mut impl FnMut(u32, &[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        if self.has_content {
            let end = *self.end.get_or_insert(self.column);
            while self.column < end {
                self.line.push(b',');
                self.column += 1;
            }
            self.line.pop();
            self.line.push(b'\n');
            flow = each(self.number + 1, &self.line);
        } else if self.end.is_none() {
            // What looked like the header's beginning was blank text.
            self.first = None;
        }
        self.line.clear();
        self.column = 0;
        self.has_content = false;
        flow
    }
}

/// Writes a cell; whether it says anything.
fn write_value(line: &mut Vec<u8>, value: &DataRef<'_>) -> bool {
    match value {
        DataRef::Empty => return false,
        DataRef::Int(number) => line.extend_from_slice(number.to_string().as_bytes()),
        DataRef::Float(number) => line.extend_from_slice(number.to_string().as_bytes()),
        DataRef::Bool(truth) => line.extend_from_slice(if *truth { b"TRUE" } else { b"FALSE" }),
        DataRef::DateTime(time) => line.extend_from_slice(time_text(time).as_bytes()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => quote(line, text),
        DataRef::String(text) => quote(line, text),
        DataRef::SharedString(text) => quote(line, text),
        DataRef::Error(error) => quote(line, &error.to_string()),
    }
    match value {
        DataRef::String(text) => !text.trim().is_empty(),
        DataRef::SharedString(text) => !text.trim().is_empty(),
        _ => true,
    }
}

fn quote(line: &mut Vec<u8>, text: &str) {
    line.push(b'"');
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            line.extend_from_slice(b"\"\"");
        }
        line.extend_from_slice(part.as_bytes());
    }
    line.push(b'"');
}

/// A date, a date and time, a time of day, or a number of hours, as ISO 8601 writes it.
pub(in crate::formats) fn time_text(time: &ExcelDateTime) -> String {
    let serial = time.as_f64();
    if time.is_duration() || !(0.0..2_958_466.0).contains(&serial) {
        return serial.to_string();
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    let clock = if milli == 0 { clock } else { format!("{clock}.{milli:03}") };
    match (serial < 1.0, serial.fract() == 0.0) {
        (true, _) => clock,
        (false, true) => date,
        (false, false) => format!("{date}T{clock}"),
    }
}

pub(in crate::formats) fn broken(error: &XlsxError) -> RecordError {
    match error {
        XlsxError::Password => refused("工作簿设有密码", "the workbook has a password"),
        other => {
            refused("工作簿已损坏，无法读取", format!("the workbook cannot be read: {}", shown(&other.to_string())))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;
    use rust_xlsxwriter::{ExcelDateTime as Date, Format, Formula, Workbook};

    use super::*;
    use crate::formats::safe_zip::tests::archive;

    fn read(bytes: &[u8], name: Option<&str>) -> Result<String, String> {
        let mut text = Vec::new();
        let read = read_sheet(Cursor::new(bytes), name, |_, line| {
            text.extend_from_slice(line);
            ControlFlow::Continue(())
        });
        read.map_err(|error| error.en)?;
        Ok(String::from_utf8(text).expect("UTF-8"))
    }

    #[track_caller]
    fn check_error(bytes: &[u8], name: Option<&str>, en: &str) {
        let error = read(bytes, name).expect_err(en);
        assert!(error.contains(en), "{error}");
    }

    /// Two sheets: a table that begins at B2, with every kind of cell; and a hidden one before it.
    fn workbook() -> Vec<u8> {
        let mut workbook = Workbook::new();
        let hidden = workbook.add_worksheet();
        hidden.set_name("hidden").expect("a name").set_hidden(true).write(0, 0, "code").expect("a cell");
        let sheet = workbook.add_worksheet();
        sheet.set_name("点位").expect("a name").set_active(true);
        for (column, name) in (1..).zip(["经度", "纬度", "编号", "日期", "好"]) {
            sheet.write(1, column, name).expect("a cell");
        }
        sheet.write(2, 1, 119.01).expect("a cell").write(2, 2, "25.43").expect("a cell");
        sheet.write(2, 3, "007").expect("a cell");
        let date = Date::from_ymd(2026, 1, 5).expect("a date");
        sheet.write_with_format(2, 4, &date, &Format::new().set_num_format("yyyy-mm-dd")).expect("a cell");
        sheet.write(2, 5, true).expect("a cell");
        sheet.write(4, 1, Formula::new("=1+1").set_result("2")).expect("a cell");
        sheet.write(4, 3, "a \"b\",\nc").expect("a cell").write(5, 0, "a note").expect("a cell");
        workbook.save_to_buffer().expect("memory can be written")
    }

    #[test]
    fn rows_become_lines_that_tell_texts_from_numbers() {
        let expected = concat!(
            "\"经度\",\"纬度\",\"编号\",\"日期\",\"好\"\n",
            "119.01,\"25.43\",\"007\",2026-01-05,TRUE\n",
            "2,,\"a \"\"b\"\",\nc\",,\n",
        );
        assert_eq!(read(&workbook(), None).as_deref(), Ok(expected));
        assert_eq!(read(&workbook(), Some("点位")).as_deref(), Ok(expected));
        assert_eq!(read(&workbook(), Some("hidden")).as_deref(), Ok("\"code\"\n"));
    }

    #[test]
    fn rows_have_the_numbers_that_excel_shows() {
        let mut numbers = Vec::new();
        let read = read_sheet(Cursor::new(workbook()), None, |number, _| {
            numbers.push(number);
            ControlFlow::Continue(())
        });
        // The first and the fourth row are empty, the sixth has text left of the header's first name only.
        assert_eq!((read, numbers), (Ok(()), vec![2, 3, 5]));
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(1, 0, " ").expect("a cell").write(3, 1, "经度").expect("a cell").write(9, 1, 1).expect("a cell");
        let bytes = workbook.save_to_buffer().expect("memory can be written");
        let mut numbers = Vec::new();
        let read = read_sheet(Cursor::new(bytes), None, |number, _| {
            numbers.push(number);
            ControlFlow::Continue(())
        });
        assert_eq!((read, numbers), (Ok(()), vec![4, 10]), "blank rows before the header are rows as well");
    }

    #[test]
    fn reading_stops_when_told_to() {
        let mut lines = 0;
        let read = read_sheet(Cursor::new(workbook()), None, |_, _| {
            lines += 1;
            ControlFlow::Break(())
        });
        assert_eq!((read, lines), (Ok(()), 1));
    }

    #[test]
    fn what_is_no_workbook_is_named() {
        let whole = workbook();
        check_error(b"", None, "no end");
        check_error(b"lon,lat\n1,2\n", None, "no end");
        check_error(&whole[..whole.len() / 2], None, "truncated");
        check_error(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", None, "an old Excel file (.xls), or has a password");
        check_error(&archive(&[("a.shp", b"")]), None, "no workbook in the zip");
        check_error(&archive(&[("xl/workbook.xml", b"<a>")]), None, "cannot be read");
        check_error(&whole, Some("Sheet9"), "no sheet \"Sheet9\"; there are hidden, 点位");
    }

    #[test]
    fn what_would_fill_the_memory_is_refused_before_it_is_parsed() {
        let long = vec![b'x'; 2 << 20];
        check_error(&archive(&[("xl/workbook.xml", b""), ("xl/worksheets/sheet1.xml", &long)]), None, "1048576 bytes");
        let tags = vec![b'<'; 90 << 20];
        let bomb = archive(&[("xl/workbook.xml", b""), ("xl/media/a.png", &tags)]);
        check_error(&bomb, None, "larger than announced or allowed");
        let styles = archive(&[("xl/workbook.xml", b""), ("xl/styles.xml", &tags)]);
        check_error(&styles, None, "has more than 67108864 bytes");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_damaged_workbook_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), xml in "[<>/a-z=\"0-9 ]{0,80}") {
            let mut bytes = workbook();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = read(&bytes, None);
            let sheet = format!("<worksheet><sheetData>{xml}</sheetData></worksheet>");
            let parts: [(&str, &[u8]); 3] = [
                ("xl/workbook.xml", b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
                ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
                ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
            ];
            let _ = read(&archive(&parts), None);
            let cells = format!("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>{}</v></c></row></sheetData></worksheet>", u32::from(byte));
            let parts = [parts[0], parts[1], ("xl/worksheets/sheet1.xml", cells.as_bytes())];
            let _ = read(&archive(&parts), None);
        }
    }
}
