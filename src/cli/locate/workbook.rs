//! Answers as a workbook (.xlsx).

use std::{fs::File, io, path::Path};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{answering::Desk, summary::Tally};
use crate::{
    app::lookup::ask,
    domain::geometry::Position,
    formats::{
        answers::{AnswerColumns, Cell, Failure, Shape, id_text},
        points::{PointBatch, csv_cells},
        xlsx::MAX_ROWS,
    },
};

/// Numbers from here on have more digits than a spreadsheet shows.
const MAX_WHOLE: f64 = 1e15;

/// One cell of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum SheetCell {
    /// Nothing.
    Empty,
    /// A text; never a formula, whatever it begins with.
    Text(Box<str>),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A date, or a date and time, ISO 8601.
    Date(Box<str>),
}

/// Which cells of the records are more than text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Those that are not in quotes: the records came from a workbook.
    Unquoted,
    /// Those of certain columns: the coordinates of a CSV. All else may be a code, whose zeros would be lost.
    Columns(Vec<usize>),
}

/// Answers records as rows of cells, one after the other, each as wide as the headings.
pub fn answer_rows(desk: &Desk<'_>, shape: &Shape, typed: &Typed, points: &PointBatch) -> (Vec<SheetCell>, Tally) {
    let (mut cells, mut tally) = (Vec::new(), Tally::default());
    let columns = AnswerColumns::new(&desk.snapshot.profile, desk.headings);
    for entry in points.entries() {
        let carried = entry.carried;
        let answer = match entry.asked {
            Ok(asked) => ask(desk.snapshot, &desk.defaults.question(&asked)).map_err(|error| error.trouble()),
            Err(trouble) => Err(trouble.clone()),
        };
        let position = answer.as_ref().ok().map(|reply| reply.located.position);
        match shape {
            Shape::Table { headings, delimiter, .. } => carry(&mut cells, carried, *delimiter, headings.len(), typed),
            _ => {
                cells.push(SheetCell::Number(entry.number as f64));
                if *shape != Shape::Columns {
                    cells.push(cell_of_id(shape.id(carried)));
                }
                put_position(&mut cells, position);
            }
        }
        match answer {
            Ok(reply) => {
                tally.count(reply.located.found);
                columns.answer(desk.snapshot, &reply.located, reply.trust.as_ref(), |cell| cells.push(cell.into()));
            }
            Err(trouble) => {
                tally.count_error();
                let failure = Failure::of_record(&trouble);
                columns.failure(columns.reason(&failure), |cell| cells.push(cell.into()));
            }
        }
    }
    (cells, tally)
}

/// The cell of an `id`; a number that a cell would round stays a text.
fn cell_of_id(id: &[u8]) -> SheetCell {
    match id_text(id) {
        (text, _) if text.is_empty() => SheetCell::Empty,
        (text, true) => match text.parse::<f64>() {
            Ok(number) if number.to_string() == text && number.abs() < MAX_WHOLE => SheetCell::Number(number),
            _ => SheetCell::Text(text.into()),
        },
        (text, false) => SheetCell::Text(text.into()),
    }
}

fn put_position(cells: &mut Vec<SheetCell>, position: Option<Position>) {
    match position {
        Some(position) => {
            cells.extend([position.lon_degrees(), position.lat_degrees()].map(SheetCell::Number));
        }
        None => cells.extend([SheetCell::Empty, SheetCell::Empty]),
    }
}

/// Adds the cells of a record as wide as its header.
fn carry(cells: &mut Vec<SheetCell>, record: &[u8], delimiter: u8, width: usize, typed: &Typed) {
    let end = cells.len() + width;
    csv_cells(record, delimiter, |text, is_quoted| {
        let column = width - (end - cells.len()).min(width);
        let may_be_more = match typed {
            Typed::Unquoted => !is_quoted,
            Typed::Columns(columns) => columns.contains(&column),
        };
        if cells.len() < end {
            cells.push(cell_of(text, may_be_more));
        }
    });
    cells.resize(end, SheetCell::Empty);
}

fn cell_of(text: &str, may_be_more: bool) -> SheetCell {
    if text.is_empty() {
        return SheetCell::Empty;
    }
    if may_be_more {
        match text {
            "TRUE" => return SheetCell::Flag(true),
            "FALSE" => return SheetCell::Flag(false),
            _ => {}
        }
        if let Some(number) = text.trim().parse().ok().filter(|number: &f64| number.is_finite()) {
            return SheetCell::Number(number);
        }
        if text.as_bytes().get(4) == Some(&b'-') && ExcelDateTime::parse_from_str(text).is_ok() {
            return SheetCell::Date(text.into());
        }
    }
    SheetCell::Text(text.into())
}

impl From<Cell<'_>> for SheetCell {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Empty => Self::Empty,
            Cell::Text(text) => Self::Text(text.into()),
            Cell::Metres(number) | Cell::Share(number) => Self::Number(number),
            Cell::Whole(number) => Self::Number(number as f64),
            Cell::Flag(flag) => Self::Flag(flag),
        }
    }
}

/// A workbook of one sheet, whose rows go to a file in `folder` as they come.
pub struct SheetSink {
    workbook: Workbook,
    file: File,
    width: usize,
    next_row: u32,
    date: Format,
    time: Format,
}

impl SheetSink {
    /// An empty workbook that will be written to `file`.
    pub fn new(file: File, folder: &Path) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder).map_err(io_error)?;
        workbook.add_worksheet_with_constant_memory().map_err(io_error)?;
        let (date, time) =
            (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"));
        Ok(Self { workbook, file, width: 0, next_row: 0, date, time })
    }

    /// Writes rows of cells.
    pub fn write(&mut self, desk: &Desk<'_>, shape: &Shape, cells: &[SheetCell]) -> io::Result<()> {
        self.begin(desk, shape)?;
        let sheet = self.workbook.worksheet_from_index(0).map_err(io_error)?;
        for row in cells.chunks(self.width) {
            if self.next_row >= MAX_ROWS {
                return Err(too_many_rows());
            }
            for (column, cell) in (0_u16..).zip(row) {
                write_cell(sheet, (self.next_row, column), cell, (&self.date, &self.time)).map_err(io_error)?;
            }
            self.next_row += 1;
        }
        Ok(())
    }

    /// Puts the workbook together and writes it to its file.
    pub fn finish(mut self, desk: &Desk<'_>, shape: &Shape) -> io::Result<()> {
        self.begin(desk, shape)?;
        self.workbook.save_to_writer(io::BufWriter::new(&self.file)).map_err(io_error)?;
        self.file.sync_all()
    }

    fn begin(&mut self, desk: &Desk<'_>, shape: &Shape) -> io::Result<()> {
        if self.width > 0 {
            return Ok(());
        }
        let taken = shape.headings();
        let headings = AnswerColumns::new(&desk.snapshot.profile, desk.headings).headings(&taken);
        let bold = Format::new().set_bold();
        let sheet = self.workbook.worksheet_from_index(0).map_err(io_error)?;
        sheet.set_freeze_panes(1, 0).map_err(io_error)?;
        for (column, heading) in (0_u16..).zip(taken.iter().chain(&headings)) {
            sheet.write_string_with_format(0, column, heading, &bold).map_err(io_error)?;
        }
        (self.width, self.next_row) = (taken.len() + headings.len(), 1);
        Ok(())
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &SheetCell,
    (date, time): (&Format, &Format),
) -> Result<(), XlsxError> {
    match cell {
        SheetCell::Empty => {}
        SheetCell::Text(text) => drop(sheet.write_string(row, column, text.as_ref())?),
        SheetCell::Number(number) => drop(sheet.write_number(row, column, *number)?),
        SheetCell::Flag(flag) => drop(sheet.write_boolean(row, column, *flag)?),
        SheetCell::Date(text) => {
            let format = if text.contains('T') { time } else { date };
            sheet.write_datetime_with_format(row, column, ExcelDateTime::parse_from_str(text)?, format)?;
        }
    }
    Ok(())
}

/// More records than a sheet has rows.
fn too_many_rows() -> io::Error {
    let records = MAX_ROWS - 1;
    io::Error::other(format!(
        "XLSX 一张表最多 {records} 条，请改用 .csv / a sheet holds at most {records} records, write .csv instead"
    ))
}

fn io_error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(record: &str, width: usize, typed: &Typed, expected: &[SheetCell]) {
        let mut cells = vec![SheetCell::Flag(true)];
        carry(&mut cells, record.as_bytes(), b',', width, typed);
        assert_eq!(&cells[1..], expected, "{record}");
    }

    #[test]
    fn an_id_keeps_what_it_is() {
        let text = |text: &str| SheetCell::Text(text.into());
        for (id, expected) in [
            ("", SheetCell::Empty),
            ("7", SheetCell::Number(7.0)),
            ("-2.5", SheetCell::Number(-2.5)),
            (r#""007""#, text("007")),
            (r#""\u7532\"=1""#, text("甲\"=1")),
            ("350304001008017007", text("350304001008017007")),
            ("1e400", text("1e400")),
            ("1.50", text("1.50")),
        ] {
            assert_eq!(cell_of_id(id.as_bytes()), expected, "{id}");
        }
    }

    #[test]
    fn cells_keep_what_they_are() {
        let text = |text: &str| SheetCell::Text(text.into());
        let date = SheetCell::Date("2026-01-05".into());
        let record = "119.01,\"007\",007,2026-01-05,TRUE,=1+1,";
        let expected = [
            SheetCell::Number(119.01),
            text("007"),
            SheetCell::Number(7.0),
            date,
            SheetCell::Flag(true),
            text("=1+1"),
            SheetCell::Empty,
        ];
        check(record, 7, &Typed::Unquoted, &expected);
        let expected = [SheetCell::Number(119.01), text("007"), text("007")];
        check("119.01,\"007\",007", 3, &Typed::Columns(vec![0]), &expected);
        check("1", 2, &Typed::Columns(vec![]), &[text("1"), SheetCell::Empty]);
        check("1,2,3", 2, &Typed::Columns(vec![1]), &[text("1"), SheetCell::Number(2.0)]);
    }
}
