//! A table of headings and rows, as CSV and as an Excel workbook.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use time::OffsetDateTime;

use super::{answers::write_cell, xlsx::MAX_ROWS};

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlainCell {
    /// Nothing.
    Empty,
    /// A text, also one that looks like a number: a code.
    Text(String),
    /// A number, in digits with at most one point.
    Number(String),
}

impl PlainCell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainTable {
    /// What the sheet is called, at most 31 characters.
    pub sheet: String,
    /// The headings.
    pub headings: Vec<String>,
    /// The rows, each with as many cells.
    pub rows: Vec<Vec<PlainCell>>,
}

/// Why a table is no workbook.
#[derive(Debug, thiserror::Error)]
pub enum PlainTableError {
    /// More rows than a sheet has.
    #[error("{rows} rows; a sheet holds at most {MAX_ROWS}, take CSV instead")]
    Rows {
        /// How many.
        rows: usize,
    },
    /// The workbook cannot be put together.
    #[error(transparent)]
    Workbook(#[from] XlsxError),
}

/// The table as CSV: UTF-8 with a byte order mark, so that spreadsheets read it, and no cell that they would compute.
pub fn plain_csv(table: &PlainTable) -> Vec<u8> {
    let mut out = "\u{feff}".as_bytes().to_vec();
    let headings: Vec<PlainCell> = table.headings.iter().cloned().map(PlainCell::Text).collect();
    for row in std::iter::once(&headings).chain(&table.rows) {
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                out.push(b',');
            }
            match cell {
                PlainCell::Empty => {}
                PlainCell::Text(text) => write_cell(&mut out, text, b','),
                PlainCell::Number(digits) => out.extend_from_slice(digits.as_bytes()),
            }
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// The tables as sheets of a workbook; `made_at` is written into it, so that equal tables are equal bytes.
pub fn plain_xlsx(tables: &[PlainTable], made_at: OffsetDateTime) -> Result<Vec<u8>, PlainTableError> {
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(made_at.unix_timestamp())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made_at));
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    for table in tables {
        let rows = table.rows.len() + 1;
        if rows > MAX_ROWS as usize {
            return Err(PlainTableError::Rows { rows });
        }
        let sheet = workbook.add_worksheet();
        sheet.set_name(&table.sheet)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, heading) in (0_u16..).zip(&table.headings) {
            sheet.write_string_with_format(0, column, heading, &bold)?;
        }
        for (row, cells) in (1_u32..).zip(&table.rows) {
            write_row(sheet, row, cells, &text)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[PlainCell], text: &Format) -> Result<(), XlsxError> {
    for (column, cell) in (0_u16..).zip(cells) {
        match cell {
            PlainCell::Empty => {}
            PlainCell::Text(cell) => drop(sheet.write_string_with_format(row, column, cell, text)?),
            PlainCell::Number(digits) => match digits.parse::<f64>() {
                Ok(number) => drop(sheet.write_number(row, column, number)?),
                Err(_) => drop(sheet.write_string(row, column, digits)?),
            },
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn table() -> PlainTable {
        PlainTable {
            sheet: "指标".to_owned(),
            headings: vec!["编码".to_owned(), "值".to_owned()],
            rows: vec![
                vec![PlainCell::text("350304"), PlainCell::Number("12.50".to_owned())],
                vec![PlainCell::text("=1+1,\"x\""), PlainCell::Empty],
            ],
        }
    }

    #[test]
    fn csv_computes_nothing() {
        let text = String::from_utf8(plain_csv(&table())).expect("UTF-8");
        assert_eq!(text, "\u{feff}编码,值\r\n350304,12.50\r\n\"'=1+1,\"\"x\"\"\",\r\n");
    }

    #[test]
    fn equal_tables_are_equal_workbooks() {
        let at = datetime!(2026-11-22 08:00 UTC);
        let bytes = plain_xlsx(&[table()], at).expect("a workbook");
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(bytes, plain_xlsx(&[table()], at).expect("a workbook"));
    }
}
