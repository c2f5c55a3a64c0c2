//! From a base and new areas to a draft that may be published, or to findings.

use std::collections::{HashMap, HashSet};

use super::{records, retire};
use crate::domain::{
    area::{AreaCode, AreaFacts, EditionNumber, Finding, Level, NewArea, Rule, Severity, finding::Source},
    coverage::{AreaIndex, BuildError, Coverage, Layer, check},
    geometry::{MultiPolygon, Position, label::label_position, measure},
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
    pub source: Source,
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
    retired: Vec<AreaCode>,
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

    /// Codes of the base's areas that are no more, ascending.
    pub fn retired(&self) -> &[AreaCode] {
        &self.retired
    }

    /// Whether it would change nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.retired.is_empty()
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
    validate_retiring(profile, number, base, changes, &[], retired, snap_m)
}

/// The same, with the areas of the codes `retire`, ascending, taken out of the base.
pub fn validate_retiring(
    profile: &Profile,
    number: EditionNumber,
    mut base: Vec<Base>,
    changes: Vec<Change>,
    retire: &[AreaCode],
    retired: &[String],
    snap_m: f64,
) -> Result<ValidDraft, Invalid> {
    let mut findings = retire::check(profile, &base, &changes, retire);
    fail_on_error(&findings)?;
    let gone = retire::take(&mut base, retire);
    if changes.is_empty() && gone.is_empty() {
        return Ok(ValidDraft { base: number, changes: Vec::new(), retired: Vec::new(), findings: Vec::new() });
    }
    let mut entries = merge(base, changes, &mut findings);
    records::check(profile, &mut entries, &|_| None, retired, &mut findings);
    fail_on_error(&findings)?;
    let facts = facts(&entries);
    let layers: Vec<Layer<'_>> =
        entries.iter().map(|entry| Layer { geometry: &entry.area.geometry, settled: entry.source.is_none() }).collect();
    let built = Coverage::node_and_build(&layers, snap_m);
    drop(layers);
    let coverage = match built {
        Ok(coverage) => coverage,
        Err(error) => {
            findings.extend(build_findings(&error, &entries));
            return Err(Invalid { findings });
        }
    };
    let faces = coverage.faces();
    let check::Carved { coverage, cut, findings: notes } = check::carve(coverage, &facts, profile, faces.clone());
    findings.extend(notes);
    findings.extend(check::emptied(&coverage, &facts));
    findings.extend(check::findings(&coverage, &facts, profile, faces));
    name_sources(&mut findings, &entries);
    fail_on_error(&findings)?;
    let changes = rows(&coverage, &cut, entries);
    Ok(ValidDraft { base: number, changes, retired: gone, findings })
}

/// An area of the edition to be.
pub(super) struct Entry {
    pub(super) area: NewArea,
    pub(super) digest: [u8; 32],
    /// Where it came from; `None` for an area of the base.
    pub(super) source: Option<Source>,
    pub(super) is_new: bool,
}

pub(super) fn fail_on_error(findings: &[Finding]) -> Result<(), Invalid> {
    let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
    if has_error { Err(Invalid { findings: findings.to_vec() }) } else { Ok(()) }
}

/// Base and changes as one list, sorted by level and code.
fn merge(base: Vec<Base>, changes: Vec<Change>, findings: &mut Vec<Finding>) -> Vec<Entry> {
    let levels: HashMap<AreaCode, Level> = base.iter().map(|base| (base.area.code, base.area.level)).collect();
    let mut entries = given(changes, &|code| levels.get(code).copied(), findings);
    let is_given: HashSet<AreaCode> = entries.iter().map(|entry| entry.area.code).collect();
    let kept = base.into_iter().filter(|base| !is_given.contains(&base.area.code));
    entries.extend(kept.map(|Base { area, digest }| Entry { area, digest, source: None, is_new: false }));
    entries.sort_by_key(|entry| (entry.area.level, entry.area.code));
    entries
}

/// The areas that come with a draft, each once, sorted by level and code; `base_level` tells the level of one that is there
/// already.
pub(super) fn given(
    changes: Vec<Change>,
    base_level: &dyn Fn(&AreaCode) -> Option<Level>,
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut at: HashMap<AreaCode, usize> = HashMap::new();
    for Change { area, digest, source } in changes {
        let code = area.code;
        if let Some(before) = at.get(&code).and_then(|&i| entries[i].source.as_ref()) {
            let (zh, en) = (format!("编码 {code} 重复"), format!("code {code} is given twice"));
            let first =
                before.record.map_or(String::new(), |record| format!("; first in record {record} {}", before.file));
            let finding = Finding { areas: vec![code], ..Finding::new(Rule::Code, Severity::Error, zh, en + &first) };
            findings.push(finding.allowed(("每个编码一次", "every code once")).at(source));
            continue;
        }
        let level = base_level(&code);
        if level.is_some_and(|level| level != area.level) {
            let (zh, en) =
                (format!("编码 {code} 已属于另一层级"), format!("code {code} belongs to another level already"));
            let finding = Finding { areas: vec![code], ..Finding::new(Rule::Code, Severity::Error, zh, en) };
            findings.push(finding.allowed(("编码的层级不变", "a code keeps its level")).at(source));
            continue;
        }
        at.insert(code, entries.len());
        entries.push(Entry { area, digest, source: Some(source), is_new: level.is_none() });
    }
    entries.sort_by_key(|entry| (entry.area.level, entry.area.code));
    entries
}

/// The facts of each entry; every parent is known to be present.
fn facts(entries: &[Entry]) -> Vec<AreaFacts> {
    let index: HashMap<AreaCode, AreaIndex> = (0..).zip(entries).map(|(i, entry)| (entry.area.code, i)).collect();
    let parent = |entry: &Entry| entry.area.parent.map(|parent| index[&parent]);
    let of = |entry: &Entry| AreaFacts {
        code: entry.area.code,
        level: entry.area.level,
        kind: entry.area.kind,
        parent: parent(entry),
    };
    entries.iter().map(of).collect()
}

fn build_findings(error: &BuildError, entries: &[Entry]) -> Vec<Finding> {
    match error {
        BuildError::Noding(error) => {
            let finding = Finding::new(Rule::Geometry, Severity::Error, "边界过于密集，无法对齐", error.to_string());
            vec![
                Finding { position: Some(error.position), ..finding }
                    .allowed(("更小的对齐容差 --snap-m", "a smaller --snap-m")),
            ]
        }
        BuildError::Collapsed(areas) => {
            let of = |&area: &AreaIndex| {
                let entry = &entries[area as usize];
                let (zh, en) =
                    ("图形比对齐容差还窄，对齐后没有内部", "the area is narrower than the snapping tolerance");
                let finding = Finding {
                    areas: vec![entry.area.code],
                    level: Some(entry.area.level),
                    ..Finding::new(Rule::Geometry, Severity::Error, zh, en)
                };
                finding.at(entry.source.clone().unwrap_or_default())
            };
            areas.iter().map(of).collect()
        }
    }
}

/// Findings of the map stand at the record of their first area that came with the import.
pub(super) fn name_sources(findings: &mut [Finding], entries: &[Entry]) {
    let sources: HashMap<AreaCode, &Source> =
        entries.iter().filter_map(|entry| Some((entry.area.code, entry.source.as_ref()?))).collect();
    for finding in findings.iter_mut().filter(|finding| finding.source == Source::default()) {
        if let Some(&source) = finding.areas.iter().find_map(|code| sources.get(code)) {
            finding.source = source.clone();
        }
    }
}

/// The rows that differ from the base; `cut` are the areas that an exclusive one took ground from, ascending.
fn rows(coverage: &Coverage, cut: &[AreaIndex], entries: Vec<Entry>) -> Vec<AreaChange> {
    let row = |(index, entry): (AreaIndex, Entry)| {
        let geometry = coverage.polygon(index);
        let is_other = geometry != entry.area.geometry;
        let cause = match (&entry.source, entry.is_new) {
            (Some(_), true) => Cause::Created,
            (Some(_), false) => Cause::Changed,
            (None, _) if is_other && cut.binary_search(&index).is_ok() => Cause::Changed,
            (None, _) if is_other => Cause::Noded,
            (None, _) => return None,
        };
        Some(AreaChange::new(entry.area, geometry, entry.digest, cause))
    };
    (0..).zip(entries).filter_map(row).collect()
}

impl AreaChange {
    /// The row of an area whose outline has become `geometry`.
    pub(super) fn new(area: NewArea, geometry: MultiPolygon, digest: [u8; 32], cause: Cause) -> Self {
        let area_m2 = measure::round_cm(measure::area_m2(&geometry));
        let label = label_position(&geometry).expect("an area that did not collapse has an inside");
        Self { area: NewArea { geometry, ..area }, digest, cause, area_m2, label }
    }
}

impl ValidDraft {
    /// A draft that was found valid.
    pub(super) fn new(base: EditionNumber, changes: Vec<AreaChange>, findings: Vec<Finding>) -> Self {
        Self { base, changes, retired: Vec::new(), findings }
    }
}
