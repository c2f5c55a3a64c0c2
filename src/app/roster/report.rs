//! What the import of a roster did.

use super::vacant::StillVacant;
use crate::domain::area::{Finding, Severity};

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RosterOutcome {
    /// It was written; with errors and `partial`, without the rows that have them.
    Applied,
    /// Everything was there already.
    Unchanged,
    /// It would have been written; this was a dry run.
    Checked,
    /// It has errors: nothing was written.
    Rejected,
}

impl RosterOutcome {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unchanged => "unchanged",
            Self::Checked => "checked",
            Self::Rejected => "rejected",
        }
    }
}

/// How many things of a kind came of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Not known before.
    pub added: u64,
    /// Known, and other now.
    pub changed: u64,
    /// Postings that got an end.
    pub ended: u64,
    /// Known as they are.
    pub unchanged: u64,
}

/// What an import did, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterReport {
    /// How it ended.
    pub outcome: RosterOutcome,
    /// The sheet that was read, in a workbook.
    pub sheet: Option<String>,
    /// The number of the change in the change log, once written.
    pub change: Option<i64>,
    /// Rows that were read, bad ones included.
    pub rows: u64,
    /// Rows left out because of an error; only with `partial` are the others written.
    pub left_out: u64,
    /// The organisations.
    pub organisations: Counted,
    /// The people.
    pub people: Counted,
    /// The postings.
    pub postings: Counted,
    /// The channels.
    pub channels: Counted,
    /// Columns of the file that mean nothing here.
    pub unknown_columns: Vec<String>,
    /// Errors, warnings and notes, by row.
    pub findings: Vec<Finding>,
    /// What is still missing once it is in: G11, G16, G17. Of a rejected roster nothing is told.
    pub still_vacant: StillVacant,
}

impl RosterReport {
    /// How many findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}
