//! Tables that people keep in spreadsheets: rosters, indicators, lists of any kind, from CSV and XLSX alike.
//!
//! A caller says which columns it knows ([`TableColumn`]); [`read_table`] finds the sheet and the header row by them, gives
//! rows of cleaned text with the numbers that the spreadsheet shows, and says all that was odd as findings.

mod cell;
mod csv_rows;
mod date;
mod header;
mod raw;
mod read;
mod rows;
mod sheets;
mod summary;
mod write;

pub use cell::{ColumnKind, MAX_CELL_CHARACTERS, MAX_LONG_CELL_CHARACTERS, narrowed};
pub(in crate::formats) use csv_rows::unmarked;
pub use date::{TABLE_DATES, TableTime, table_time};
pub use header::{HEADER_ROWS, TableColumn};
pub use raw::MAX_TABLE_COLUMNS;
pub(in crate::formats) use read::SHEET_FIELD;
pub use read::{TableKind, read_table};
pub use rows::{MAX_TABLE_FINDINGS, MAX_TABLE_ROWS, Table, TableRow};
pub use summary::{StillVacantSummary, TableCounts, TableSummary};
pub use write::{Choice, OutSheet, write_csv, write_workbook};

#[cfg(test)]
mod tests;
