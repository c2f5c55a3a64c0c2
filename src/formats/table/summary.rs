//! How the import of a table ended, for the JSON of its report.

use serde::Serialize;

use crate::formats::findings::Row;

/// How many things of a kind came of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TableCounts {
    /// Not known before.
    pub added: u64,
    /// Known, and other now.
    pub changed: u64,
    /// Given an end.
    pub ended: u64,
    /// Known as they are.
    pub unchanged: u64,
}

/// What the import of a roster did, but for its findings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableSummary<'a> {
    /// `applied`, `unchanged`, `checked` or `rejected`.
    pub outcome: &'a str,
    /// The sheet that was read, in a workbook.
    pub sheet: Option<&'a str>,
    /// The number of the change in the change log, once written.
    pub change: Option<i64>,
    /// Rows that were read.
    pub rows: u64,
    /// Rows with errors.
    pub left_out: u64,
    /// The organisations.
    pub organisations: TableCounts,
    /// The people.
    pub people: TableCounts,
    /// The postings.
    pub postings: TableCounts,
    /// The channels.
    pub channels: TableCounts,
    /// Columns that mean nothing here.
    pub unknown_columns: &'a [String],
    /// What is still missing.
    pub still_vacant: StillVacantSummary<'a>,
}

/// What is still missing once a roster is in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StillVacantSummary<'a> {
    /// How many things there are.
    pub count: u64,
    /// The first of them.
    pub findings: Vec<Row<'a>>,
}
