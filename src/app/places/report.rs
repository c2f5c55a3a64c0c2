//! What an import of places did.

use crate::domain::area::{Finding, Severity};

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceOutcome {
    /// What is good of it is in the store.
    Applied,
    /// Everything was there already: nothing changed.
    Unchanged,
    /// It would have been applied; this was a dry run.
    Checked,
    /// It has errors: nothing changed.
    Rejected,
}

impl PlaceOutcome {
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

/// What an import did, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceImportReport {
    /// How it ended.
    pub outcome: PlaceOutcome,
    /// How many records were read, bad ones included.
    pub records: u64,
    /// Places that were not there.
    pub created: u64,
    /// Places whose record differs.
    pub changed: u64,
    /// Places whose record is the same.
    pub unchanged: u64,
    /// Places that are no more.
    pub removed: u64,
    /// Records with errors, left out.
    pub left_out: u64,
    /// Places that the files leave as they are and that lie in no area of the edition in force.
    pub outside: u64,
    /// Errors, warnings and notes.
    pub findings: Vec<Finding>,
}

impl PlaceImportReport {
    /// How many findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}
