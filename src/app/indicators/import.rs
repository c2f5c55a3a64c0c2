//! Values come in: judged on the edition in force, compared with what is there, recorded as one change.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    book::PeriodTable,
    cells::Cells,
    judge::{Candidate, Judge},
};
use crate::{
    app::{District, import::ANONYMOUS, tasks},
    domain::{
        area::{Finding, Rule, Severity, Snapshot},
        indicator::{Difference, GivenValue, Indicator, Period, RecordedValue, RollUp},
    },
    store::{Store, StoreError},
};

/// Most findings that are told; the rest is counted.
const MAX_FINDINGS: usize = 10_000;

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
    let now = district.now();
    let (values, judging, period) = (cells.cells.len() as u64, Arc::clone(&snapshot), options.period);
    let (mut candidates, mut findings) = tasks::compute(move || {
        let profile = Arc::clone(&judging.profile);
        let judge =
            Judge { profile: &profile, snapshot: &judging, period, today: profile.day(now), is_table: cells.is_table };
        let mut findings = cells.findings;
        let candidates = judge.judge(&cells.cells, &mut findings);
        (candidates, findings)
    })
    .await;
    if !options.source.is_empty() {
        let unsaid = candidates.iter_mut().filter(|candidate| candidate.value.source.is_empty());
        unsaid.for_each(|candidate| candidate.value.source.clone_from(&options.source));
    }
    let good = candidates.len() as u64;
    let is_bad = findings.iter().any(|finding| finding.severity == Severity::Error);
    let compared = compare(district, &snapshot, candidates).await?;
    findings.extend(compared.warnings);
    cut(&mut findings);
    let mut report = ImportReport {
        outcome: Outcome::Rejected,
        change: None,
        values,
        recorded: compared.new.len() as u64,
        unchanged: good - compared.new.len() as u64,
        refused: values - good,
        findings,
    };
    if is_bad && (!options.partial || good == 0) {
        report.recorded = 0;
        return Ok(report);
    }
    if compared.new.is_empty() {
        report.outcome = Outcome::Unchanged;
    } else if options.dry_run {
        report.outcome = Outcome::Checked;
    } else {
        let author = options.author.trim();
        let author = if author.is_empty() { ANONYMOUS } else { author };
        report.change = Some(district.store().record_indicators(&compared.new, author, now).await?);
        report.outcome = Outcome::Recorded;
    }
    Ok(report)
}

/// What is new, and parents that do not fit their children.
struct Compared {
    new: Vec<GivenValue>,
    warnings: Vec<Finding>,
}

async fn compare(
    district: &District,
    snapshot: &Arc<Snapshot>,
    candidates: Vec<Candidate>,
) -> Result<Compared, StoreError> {
    let profile = &snapshot.profile;
    let mut groups: BTreeMap<(usize, Period), Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        let index = profile.indicators.iter().position(|it| it.id == candidate.value.indicator);
        let index = index.expect("a candidate is of an indicator of the profile");
        groups.entry((index, candidate.value.period)).or_default().push(candidate);
    }
    let mut compared = Compared { new: Vec::new(), warnings: Vec::new() };
    // What each touched table will be, for the means of others.
    let mut tables: BTreeMap<(usize, Period), PeriodTable> = BTreeMap::new();
    let touched: Vec<(usize, Period)> = groups.keys().copied().collect();
    for ((index, period), group) in groups {
        let indicator = &profile.indicators[index];
        let mut kept: BTreeMap<_, RecordedValue> = BTreeMap::new();
        for value in district.store().indicator_values(&indicator.id, period, i64::MAX).await? {
            kept.insert(value.value.area, value);
        }
        for Candidate { value, is_dated, .. } in group {
            let is_there = kept.get(&value.area).is_some_and(|RecordedValue { value: kept, .. }| {
                let is_newer = is_dated && value.updated > kept.updated;
                kept.amount == value.amount && kept.source == value.source && !is_newer
            });
            if !is_there {
                let actor = String::new();
                kept.insert(value.area, RecordedValue { value: value.clone(), change: i64::MAX, actor });
                compared.new.push(value);
            }
        }
        let weight = weight_of(district, snapshot, indicator, period, &tables).await?;
        let weight =
            weight.as_ref().or_else(|| weight_index(snapshot, indicator).and_then(|it| tables.get(&(it, period))));
        let table = PeriodTable::new(&snapshot.hierarchy, indicator, kept.into_values().collect(), weight);
        tables.insert((index, period), table);
    }
    for key in touched {
        let (indicator, table) = (&profile.indicators[key.0], &tables[&key]);
        for (&area, rolled) in table.rolled() {
            if let Some(difference) = rolled.difference(&indicator.roll_up) {
                let code = snapshot.hierarchy.area(area).code;
                let text = (rolled.coverage.with_value, rolled.coverage.children);
                let finding = told(indicator, key.1, &code.to_string(), difference, text);
                compared.warnings.push(Finding { areas: vec![code], ..finding });
            }
        }
    }
    Ok(compared)
}

fn weight_index(snapshot: &Snapshot, indicator: &Indicator) -> Option<usize> {
    let RollUp::Mean { weight } = &indicator.roll_up else { return None };
    snapshot.profile.indicators.iter().position(|it| it.id == *weight)
}

/// The table that weighs for a mean, as the store has it; `None` where there is none or where it was touched as well.
async fn weight_of(
    district: &District,
    snapshot: &Snapshot,
    indicator: &Indicator,
    period: Period,
    touched: &BTreeMap<(usize, Period), PeriodTable>,
) -> Result<Option<PeriodTable>, StoreError> {
    let Some(index) = weight_index(snapshot, indicator).filter(|&it| !touched.contains_key(&(it, period))) else {
        return Ok(None);
    };
    let weight = &snapshot.profile.indicators[index];
    let values = district.store().indicator_values(&weight.id, period, i64::MAX).await?;
    Ok(Some(PeriodTable::new(&snapshot.hierarchy, weight, values, None)))
}

/// A parent that does not fit its children.
fn told(indicator: &Indicator, period: Period, code: &str, difference: Difference, children: (u32, u32)) -> Finding {
    let (name, (with, of)) = (&indicator.name, children);
    let id = &indicator.id;
    let (zh, en) = match difference {
        Difference::Differs { declared, computed } => (
            format!("{code} 的{}（{period}）申报为 {declared}，下级汇总为 {computed}", name.zh),
            format!("{id} of {code} in {period} is declared as {declared}; its {of} children make {computed}"),
        ),
        Difference::Exceeded { declared, computed } => (
            format!("{code} 的{}（{period}）申报为 {declared}，{of} 个下级中 {with} 个已达 {computed}", name.zh),
            format!(
                "{id} of {code} in {period} is declared as {declared}; {with} of its {of} children make {computed} already"
            ),
        ),
    };
    Finding::new(Rule::Record, Severity::Warning, zh, en)
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
