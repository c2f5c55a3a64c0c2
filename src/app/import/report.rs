//! What an import did.

use time::OffsetDateTime;

use crate::domain::area::{AreaCode, EditionNumber, Finding, Severity};

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is the next edition.
    Published,
    /// Everything was there already: nothing changed.
    Unchanged,
    /// It would have been published; this was a dry run.
    Checked,
    /// It has errors: nothing changed.
    Rejected,
}

impl Outcome {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Unchanged => "unchanged",
            Self::Checked => "checked",
            Self::Rejected => "rejected",
        }
    }
}

/// Posts of an area that must be filled anew: it is new, and nobody answers for it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostToFill {
    /// The area.
    pub area: AreaCode,
    /// Its name, possibly empty.
    pub name: String,
    /// Id of the role.
    pub role: String,
    /// How many it needs.
    pub missing: u16,
}

/// What an import did, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportReport {
    /// How it ended.
    pub outcome: Outcome,
    /// The edition that it made.
    pub edition: Option<EditionNumber>,
    /// From when that is in force, when not from now on.
    pub effective_from: Option<OffsetDateTime>,
    /// How many records were read, bad ones included.
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
    /// Posts that must be filled anew.
    pub posts_to_fill: Vec<PostToFill>,
    /// Errors, warnings and notes.
    pub findings: Vec<Finding>,
}

impl ImportReport {
    /// How many findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}
