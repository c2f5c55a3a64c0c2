//! Imports of rosters on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::roster::{Counted, RosterReport},
    domain::{area::Level, profile::Profile},
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
    /// 联络群.
    pub channels: CountedJson,
    /// Columns that mean nothing here, and were passed over.
    pub unknown_columns: Vec<String>,
    /// Errors, warnings and notes; `record` is the row as the spreadsheet numbers it, `field` the column's heading.
    pub findings: Vec<FindingJson>,
    /// What is still missing now, or would be.
    pub still_vacant: StillVacantJson,
}

/// Posts that nobody holds (G11), exclusive areas without 责任单位 (G16), areas without their Party body (G17).
#[derive(Debug, Serialize, ToSchema)]
pub struct StillVacantJson {
    /// How many there are.
    pub count: u64,
    /// The first hundred of them, coarse levels first.
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

impl RosterImportJson {
    /// A report, with levels by their ids in a profile.
    pub fn new(report: &RosterReport, profile: &Profile) -> Self {
        let vacant = &report.still_vacant;
        let level_id = |level: Level| profile.level(level).id.as_str();
        let missing = vacant.findings.iter().map(|it| FindingJson::new(it, it.level.map(level_id)));
        Self {
            still_vacant: StillVacantJson { count: vacant.count, findings: missing.collect() },
            outcome: report.outcome.id(),
            sheet: report.sheet.clone(),
            change: report.change,
            rows: report.rows,
            left_out: report.left_out,
            organisations: report.organisations.into(),
            people: report.people.into(),
            postings: report.postings.into(),
            channels: report.channels.into(),
            unknown_columns: report.unknown_columns.clone(),
            findings: report.findings.iter().map(|finding| FindingJson::new(finding, None)).collect(),
        }
    }
}
