//! Imports of rosters on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::roster::{Counted, RosterReport},
    http::finding::FindingJson,
};

/// What the import of a roster did.
#[derive(Debug, Serialize, ToSchema)]
pub struct RosterImportJson {
    /// `applied`, `unchanged` or `checked` (a dry run); `rejected` in the problem of a refused one.
    pub outcome: &'static str,
    /// The sheet that was read, in a workbook.
    #[schema(required)]
    pub sheet: Option<String>,
    /// Number of the change in the change log, once written.
    #[schema(required)]
    pub change: Option<i64>,
    /// Rows that were read.
    pub rows: u64,
    /// Rows with errors; with `partial` the others are written.
    pub left_out: u64,
    /// 单位.
    pub organisations: CountedJson,
    /// 人员.
    pub people: CountedJson,
    /// 岗位任职.
    pub postings: CountedJson,
    /// Columns that mean nothing here, and were passed over.
    pub unknown_columns: Vec<String>,
    /// Errors, warnings and notes; `record` is the row as the spreadsheet numbers it, `field` the column's heading.
    pub findings: Vec<FindingJson>,
}

/// How many things of a kind came of a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountedJson {
    /// Not known before.
    pub added: u64,
    /// Known, and other now.
    pub changed: u64,
    /// Postings that got an end.
    pub ended: u64,
    /// Known as they are.
    pub unchanged: u64,
}

impl From<Counted> for CountedJson {
    fn from(counted: Counted) -> Self {
        let Counted { added, changed, ended, unchanged } = counted;
        Self { added, changed, ended, unchanged }
    }
}

impl From<&RosterReport> for RosterImportJson {
    fn from(report: &RosterReport) -> Self {
        Self {
            outcome: report.outcome.id(),
            sheet: report.sheet.clone(),
            change: report.change,
            rows: report.rows,
            left_out: report.left_out,
            organisations: report.organisations.into(),
            people: report.people.into(),
            postings: report.postings.into(),
            unknown_columns: report.unknown_columns.clone(),
            findings: report.findings.iter().map(|finding| FindingJson::new(finding, None)).collect(),
        }
    }
}
