//! A whole store into another, of either kind: history, numbers and times included.

mod check;
mod postgres_side;
mod run;
mod side;
mod sqlite_side;
mod statements;
pub mod tables;
mod value;

pub use run::{CopiedTable, CopyError, CopyStep, copy_store};
