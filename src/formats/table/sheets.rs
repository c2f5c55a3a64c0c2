//! Rows of the sheets of a workbook.

use std::{
    io::{BufReader, Read, Seek},
    ops::ControlFlow,
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};

use super::raw::{MAX_TABLE_COLUMNS, RawCell, RawKind, RawRow, column_name};
use crate::formats::{
    record::RecordError,
    xlsx::{MAX_COLUMNS, MAX_ROWS, broken, check, refused, time_text},
};

/// A workbook that was looked through.
pub(super) struct Sheets<R: Read + Seek> {
    workbook: Xlsx<BufReader<R>>,
}

/// Cells that were made one: rows and columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merged {
    pub first: (u32, u32),
    pub last: (u32, u32),
}

impl Merged {
    /// The range as spreadsheets name it: `A3:A7`.
    pub(super) fn name(self) -> String {
        let cell = |(row, column): (u32, u32)| format!("{}{}", column_name(column as usize), row + 1);
        format!("{}:{}", cell(self.first), cell(self.last))
    }
}

impl<R: Read + Seek> Sheets<R> {
    pub(super) fn open(mut source: R) -> Result<Self, RecordError> {
        check(&mut source)?;
        let workbook = Xlsx::new(BufReader::new(source)).map_err(|error| broken(&error))?;
        Ok(Self { workbook })
    }

    /// The names of all sheets with cells, and whether Excel shows them.
    pub(super) fn names(&self) -> Vec<(String, bool)> {
        let sheets = self.workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    /// The merged cells of a sheet.
    pub(super) fn merged(&mut self, sheet: &str) -> Result<Vec<Merged>, RecordError> {
        let found = self.workbook.merge_cells_by_sheet_name(sheet).map_err(|error| broken(&error))?;
        Ok(found.into_iter().map(|range| Merged { first: range.start, last: range.end }).collect())
    }

    /// Gives the rows of a sheet to `each`; rows without a cell are left out.
    pub(super) fn each_row(
        &mut self,
        sheet: &str,
        mut each: impl FnMut(RawRow) -> ControlFlow<()>,
    ) -> Result<(), RecordError> {
        let mut cells = self.workbook.worksheet_cells_reader(sheet).map_err(|error| broken(&error))?;
        let mut row = RawRow::default();
        loop {
            let cell = cells.next_cell_with_formula_metadata().map_err(|error| broken(&error))?;
            let at = cell.as_ref().map(|cell| (u64::from(cell.pos.0) + 1, cell.pos.1));
            if row.number > 0
                && at.is_none_or(|(number, _)| number != row.number)
                && each(std::mem::take(&mut row)).is_break()
            {
                return Ok(());
            }
            let (Some(cell), Some((number, column))) = (cell, at) else { return Ok(()) };
            put(&mut row, number, column, raw_cell(&cell.value, cell.formula.is_some()))?;
        }
    }
}

/// Adds a cell; cells come in their order.
fn put(row: &mut RawRow, number: u64, column: u32, cell: RawCell) -> Result<(), RecordError> {
    if number > u64::from(MAX_ROWS) || column >= MAX_COLUMNS {
        return Err(refused("工作表超出 Excel 的行列数", "a cell lies beyond the rows or columns of a sheet"));
    }
    let place = column as usize;
    if number < row.number || (place < MAX_TABLE_COLUMNS && place < row.cells.len()) {
        return Err(refused("工作表的单元格次序错乱", "the cells of the sheet are out of order"));
    }
    row.number = number;
    if place >= MAX_TABLE_COLUMNS {
        row.is_cut |= !cell.text.is_empty();
        return Ok(());
    }
    row.cells.resize(place, RawCell::default());
    row.cells.push(cell);
    Ok(())
}

fn raw_cell(value: &DataRef<'_>, is_formula: bool) -> RawCell {
    let (text, kind) = match value {
        DataRef::Empty => (String::new(), RawKind::Text),
        DataRef::Int(number) => (number.to_string(), RawKind::Number(*number as f64)),
        DataRef::Float(number) => (number.to_string(), RawKind::Number(*number)),
        DataRef::Bool(truth) => ((if *truth { "TRUE" } else { "FALSE" }).to_owned(), RawKind::Text),
        DataRef::DateTime(time) => (time_text(time), RawKind::Date),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), RawKind::Date),
        DataRef::String(text) => (text.clone(), RawKind::Text),
        DataRef::SharedString(text) => ((*text).to_owned(), RawKind::Text),
        DataRef::Error(error) => (error.to_string(), RawKind::Error),
    };
    RawCell { text, kind, is_formula }
}
