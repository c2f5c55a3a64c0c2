//! Imports on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::import::ImportReport,
    domain::{area::Finding, profile::Profile},
    formats::moment::moment_text,
    http::finding::FindingJson,
};

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportJson {
    /// `published`, `unchanged` or `checked` (a dry run); `rejected` in the problem of a refused one.
    pub outcome: &'static str,
    /// The edition that it made.
    #[schema(required)]
    pub edition: Option<u32>,
    /// From when that is in force, when it is scheduled for a time to come.
    #[schema(required)]
    pub effective_from: Option<String>,
    /// How many records were read.
    pub records: u64,
    /// Areas that were not there.
    pub created: u64,
    /// Areas whose record differs.
    pub changed: u64,
    /// Areas whose record is the same.
    pub unchanged: u64,
    /// Areas whose border only got nodes of its neighbours.
    pub noded: u64,
    /// Areas that are no more.
    pub retired: u64,
    /// Errors, warnings and notes.
    pub findings: Vec<FindingJson>,
}

impl ImportJson {
    /// The report, with level ids of the profile.
    pub fn new(report: &ImportReport, profile: &Profile) -> Self {
        let finding = |finding: &Finding| {
            let level_id = finding.level.map(|level| profile.level(level).id.as_str());
            FindingJson::new(finding, level_id)
        };
        Self {
            outcome: report.outcome.id(),
            edition: report.edition,
            effective_from: report.effective_from.map(moment_text),
            records: report.records,
            created: report.created,
            changed: report.changed,
            unchanged: report.unchanged,
            noded: report.noded,
            retired: report.retired,
            findings: report.findings.iter().map(finding).collect(),
        }
    }
}
