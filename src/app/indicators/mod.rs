//! Indicators: values come in by tables or one by one, sum to parents, and go out again.

mod book;
mod cells;
mod compare;
pub mod demo;
mod export;
mod import;
mod judge;
mod tables;
mod texts;

pub use book::{Book, PeriodTable};
pub use cells::{Cells, GivenCell, cells_of_table};
pub use export::{Form, Which, empty_table, filled_table};
pub use import::{ImportError, ImportOptions, ImportReport, Outcome, import};
pub use tables::period_tables;
