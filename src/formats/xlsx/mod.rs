//! Excel workbooks (.xlsx): a sheet's rows as CSV, so that tables have one reader, whatever file they came in.

mod guard;
mod sheet;

pub use guard::{MAX_PART_BYTES, MAX_STRINGS_BYTES, MAX_WORKBOOK_BYTES};
pub(super) use guard::{check, refused};
pub use sheet::{MAX_COLUMNS, MAX_ROWS, read_sheet};
pub(super) use sheet::{broken, time_text};
