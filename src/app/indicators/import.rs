//! Values come in: judged on the edition in force, compared with what is there, recorded as one change.

use std::sync::Arc;

use super::{
    cells::Cells,
    compare::compare,
    judge::{Candidate, Judge},
};
use crate::{
    app::{District, import::ANONYMOUS, tasks},
    domain::{
        area::{Finding, Rule, Severity, Snapshot},
        indicator::Period,
    },
    store::{RecordError, Store, StoreError},
};

/// Most findings that are told; the rest is counted.
const MAX_FINDINGS: usize = 10_000;

/// How often values are compared anew because others were recorded meanwhile.
const MAX_TRIES: u32 = 8;

/// What is asked of an import besides its cells.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The period of cells that say none.
    pub period: Option<Period>,
    /// Whether to stop before recording.
    pub dry_run: bool,
    /// Whether what is good is recorded where something is not.
    pub partial: bool,
    /// Who has the values that do not say; empty for whom the profile names.
    pub source: String,
    /// Who imports.
    pub author: String,
}

/// Why an import could not be judged or recorded.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did not take the values.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Values are recorded.
    Recorded,
    /// All of them were there already.
    Unchanged,
    /// They would have been recorded; this was a dry run.
    Checked,
    /// There are errors: nothing changed.
    Rejected,
}

impl Outcome {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Unchanged => "unchanged",
            Self::Checked => "checked",
            Self::Rejected => "rejected",
        }
    }
}

/// What an import did, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportReport {
    /// How it ended.
    pub outcome: Outcome,
    /// Number of the change that recorded values.
    pub change: Option<i64>,
    /// How many values were read, bad ones included.
    pub values: u64,
    /// How many were recorded, or would be.
    pub recorded: u64,
    /// How many were there already.
    pub unchanged: u64,
    /// How many could not be taken.
    pub refused: u64,
    /// Errors, warnings and notes.
    pub findings: Vec<Finding>,
}

impl ImportReport {
    /// How many findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Judges `cells` on the edition of `snapshot` and records what is new, unless it is a dry run, or something is wrong and
/// not `partial`.
pub async fn import(
    district: &District,
    snapshot: Arc<Snapshot>,
    cells: Cells,
    options: ImportOptions,
) -> Result<ImportReport, ImportError> {
    let (values, judging, period) = (cells.cells.len() as u64, Arc::clone(&snapshot), options.period);
    let (today, source) = (snapshot.profile.day(district.now()), options.source.clone());
    let (candidates, mut findings) = tasks::compute(move || {
        let profile = Arc::clone(&judging.profile);
        let judge = Judge { profile: &profile, snapshot: &judging, period, today, is_table: cells.is_table };
        let mut findings = cells.findings;
        let mut candidates = judge.judge(&cells.cells, &mut findings);
        let unsaid = candidates.iter_mut().filter(|candidate| candidate.value.source.is_empty());
        unsaid.for_each(|candidate| candidate.value.source.clone_from(&source));
        (Arc::<[Candidate]>::from(candidates), findings)
    })
    .await;
    let good = candidates.len() as u64;
    let is_bad = findings.iter().any(|finding| finding.severity == Severity::Error);
    let is_refused = is_bad && (!options.partial || good == 0);
    let author = Some(options.author.trim()).filter(|author| !author.is_empty()).unwrap_or(ANONYMOUS);
    let mut tries = 0;
    loop {
        tries += 1;
        let base = district.store().indicator_revision(None).await?;
        let compared = compare(district, &snapshot, base, &candidates).await?;
        let recorded = compared.new.len() as u64;
        let (outcome, change) = match () {
            () if is_refused => (Outcome::Rejected, None),
            () if compared.new.is_empty() => (Outcome::Unchanged, None),
            () if options.dry_run => (Outcome::Checked, None),
            () => match district.store().record_indicators(base, &compared.new, author, &|| district.now()).await {
                Ok(change) => (Outcome::Recorded, Some(change)),
                // Others recorded meanwhile, perhaps the very same.
                Err(RecordError::Stale { .. }) if tries < MAX_TRIES => continue,
                Err(error) => return Err(error.into()),
            },
        };
        findings.extend(compared.warnings);
        cut(&mut findings);
        return Ok(ImportReport {
            outcome,
            change,
            values,
            recorded: if is_refused { 0 } else { recorded },
            unchanged: good - recorded,
            refused: values - good,
            findings,
        });
    }
}

/// Leaves out what nobody reads to its end.
fn cut(findings: &mut Vec<Finding>) {
    if findings.len() > MAX_FINDINGS {
        let more = findings.len() - MAX_FINDINGS;
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings.truncate(MAX_FINDINGS);
        let zh = format!("另有 {more} 项未列出");
        findings.push(Finding::new(Rule::Record, Severity::Info, zh, format!("{more} more are not listed")));
    }
}
