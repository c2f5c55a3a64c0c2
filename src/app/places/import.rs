//! From files to places.

use std::{collections::HashMap, sync::Arc};

use super::{
    merge::{Merged, merge},
    record::PlaceReader,
    report::{PlaceImportReport, PlaceOutcome},
};
use crate::{
    app::{
        import::{ANONYMOUS, ImportSource, MAX_RECORD_FINDINGS, Progress, Systems, Tables, Taken, each_record},
        tasks,
    },
    domain::{
        area::{Finding, Rule, Severity, Snapshot, finding::Source},
        crs::Crs,
        place::Place,
    },
    formats::place_fields::{PlaceField, PlaceFieldMap},
    store::{ChangePlacesError, Store, StoreError},
};

/// How much of what is there a file speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// The places in it.
    #[default]
    Records,
    /// All places of its class: those that it leaves out go.
    WholeClass,
}

/// What becomes of a file some of whose records have errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Errors {
    #[default]
    Refuse,
    LeaveOut,
}

/// What is asked of an import besides its files.
#[derive(Debug, Clone, Default)]
pub struct PlaceImportOptions {
    /// The class of records that name none, and the only one allowed; an id of the profile.
    pub class: Option<String>,
    /// Which attribute is which field.
    pub map: PlaceFieldMap,
    /// The system of the coordinates, whatever the files declare.
    pub crs: Option<Crs>,
    /// Whether what the files leave out goes.
    pub scope: Scope,
    /// Whether records with errors are left out, and the others applied.
    pub partial: bool,
    /// Whether to stop before anything is written.
    pub dry_run: bool,
    /// Who imports.
    pub author: String,
}

/// Why an import could not even be judged.
#[derive(Debug, thiserror::Error)]
pub enum ImportPlacesError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else changed places in between; nothing was changed.
    #[error("the places were changed by somebody else meanwhile; nothing was changed")]
    Stale,
    /// There is no such class.
    #[error("{0:?} is no class of places of the profile")]
    Class(String),
    /// A whole class can only be replaced when it is named.
    #[error("the replacement of a whole class needs the class")]
    NoClass,
}

/// What came out of the files.
#[derive(Default)]
struct Reading {
    places: Vec<(Place, Source)>,
    findings: Vec<Finding>,
    records: u64,
    left_out: u64,
    /// What is wrong with a file as a whole is never left out.
    broken_files: u64,
}

/// Reads `sources`, judges them on `snapshot`, the edition in force, and changes the places of the store unless it is a dry
/// run or has errors; with `partial` records with errors are left out instead.
pub async fn import_places<S: Store>(
    store: &S,
    snapshot: Arc<Snapshot>,
    sources: Vec<ImportSource>,
    options: PlaceImportOptions,
    progress: Progress,
) -> Result<PlaceImportReport, ImportPlacesError> {
    if let Some(class) = options.class.as_ref().filter(|class| snapshot.profile.place_class(class).is_none()) {
        return Err(ImportPlacesError::Class(class.clone()));
    }
    if options.scope == Scope::WholeClass && options.class.is_none() {
        return Err(ImportPlacesError::NoClass);
    }
    let onto = store.revisions().await?.places;
    let known = store.places().await?;
    let asked = options.clone();
    let (mut reading, known) =
        tasks::compute(move || (read(&snapshot, &sources, &asked, &progress, &known), known)).await;
    let errors = if options.partial { Errors::LeaveOut } else { Errors::Refuse };
    let has_errors = reading.findings.iter().any(|finding| finding.severity == Severity::Error);
    limit(&mut reading.findings);
    let mut report = PlaceImportReport {
        outcome: PlaceOutcome::Rejected,
        records: reading.records,
        created: 0,
        changed: 0,
        unchanged: 0,
        removed: 0,
        left_out: reading.left_out,
        findings: reading.findings,
    };
    if reading.broken_files > 0 || (has_errors && errors == Errors::Refuse) {
        return Ok(report);
    }
    let replaced = options.class.filter(|_| options.scope == Scope::WholeClass);
    let given: Vec<Place> = reading.places.into_iter().map(|(place, _)| place).collect();
    let Merged { change, unchanged } = tasks::compute(move || merge(known.iter(), given, replaced.as_deref())).await;
    report.unchanged = unchanged;
    report.created = change.created() as u64;
    report.changed = change.put.len() as u64 - report.created;
    report.removed = change.removed.len() as u64;
    report.outcome = if change.is_empty() {
        PlaceOutcome::Unchanged
    } else if options.dry_run {
        PlaceOutcome::Checked
    } else {
        let author = if options.author.trim().is_empty() { ANONYMOUS } else { &options.author };
        match store.change_places(&change, onto, author).await {
            Ok(_) => PlaceOutcome::Applied,
            Err(ChangePlacesError::Stale { .. }) => return Err(ImportPlacesError::Stale),
            Err(ChangePlacesError::Store(error)) => return Err(error.into()),
        }
    };
    Ok(report)
}

fn read(
    snapshot: &Snapshot,
    sources: &[ImportSource],
    options: &PlaceImportOptions,
    progress: &Progress,
    known: &[Place],
) -> Reading {
    let reader = PlaceReader {
        profile: &snapshot.profile,
        snapshot,
        map: &options.map,
        class: options.class.as_deref().and_then(|class| snapshot.profile.place_class(class)),
        needs_number: options.scope == Scope::Records,
    };
    let tables = Tables::Places(options.map.clone());
    let systems = Systems { named: options.crs, names: &snapshot.profile.crs };
    let mut reading = Reading::default();
    for source in sources {
        each_record(source, &tables, systems, progress, &mut |taken| match taken {
            Taken::Record(record, at, crs) => {
                reading.records += 1;
                match reader.place(&record, at.clone(), crs, &mut reading.findings) {
                    Some(place) => reading.places.push((place, at)),
                    None => reading.left_out += 1,
                }
            }
            Taken::Bad(finding) => {
                reading.records += 1;
                reading.left_out += 1;
                reading.findings.push(finding);
            }
            Taken::File(finding) => {
                reading.broken_files += 1;
                reading.findings.push(finding);
            }
        });
    }
    judge_ids(&mut reading, &options.map, known);
    reading
}

/// Complains of places that come twice, and of ids that name no place or one of another class; the later one is left out.
fn judge_ids(reading: &mut Reading, map: &PlaceFieldMap, known: &[Place]) {
    let class_of: HashMap<i64, &str> = known.iter().map(|place| (place.id, place.class.as_str())).collect();
    let id_of: HashMap<(&str, &str), i64> = known
        .iter()
        .filter_map(|place| Some(((place.class.as_str(), place.external_id.as_deref()?), place.id)))
        .collect();
    let mut seen: HashMap<(String, String), Source> = HashMap::new();
    let mut good = Vec::with_capacity(reading.places.len());
    for (place, source) in std::mem::take(&mut reading.places) {
        let mut wrong = None;
        if place.id > 0 && class_of.get(&place.id) != Some(&place.class.as_str()) {
            let (zh, en) = (
                format!("没有系统编号为 {} 的{}", place.id, place.class),
                format!("no {} has the id {}", place.class, place.id),
            );
            wrong = Some((
                PlaceField::Id,
                zh,
                en,
                ("导出时该类点位的系统编号，或留空", "the id of an exported place of this class, or nothing"),
            ));
        }
        if let Some(number) = &place.external_id {
            let other = id_of.get(&(place.class.as_str(), number.as_str()));
            if place.id > 0 && other.is_some_and(|&other| other != place.id) {
                let (zh, en) =
                    (format!("编号 {number} 属于另一点位"), format!("the number {number} is another place's"));
                wrong = Some((
                    PlaceField::ExternalId,
                    zh,
                    en,
                    ("这一类中未用过的编号", "a number that is free in this class"),
                ));
            }
        }
        let number = place.external_id.clone().map(|number| (place.class.clone(), number));
        let id = (place.id > 0).then(|| ("id".to_owned(), place.id.to_string()));
        let field = if number.is_some() { PlaceField::ExternalId } else { PlaceField::Id };
        for key in [number, id].into_iter().flatten() {
            if let Some(first) = seen.get(&key) {
                let record = first.record.unwrap_or(0);
                let (zh, en) = (
                    format!("{} 与 {} 第 {record} 行（条）重复", key.1, first.file),
                    format!("{} is there already, in row or record {record} of {}", key.1, first.file),
                );
                wrong = Some((field, zh, en, ("每个点位一次", "each place once")));
            } else {
                seen.insert(key, source.clone());
            }
        }
        match wrong {
            None => good.push((place, source)),
            Some((field, zh, en, allowed)) => {
                let finding = Finding::new(Rule::Record, Severity::Error, zh, en).allowed(allowed);
                let field = Some(map.attribute(field).to_owned());
                reading.findings.push(finding.at(Source { field, ..source }));
                reading.left_out += 1;
            }
        }
    }
    reading.places = good;
}

/// Cuts the list, with a finding that counts what is not in it.
fn limit(findings: &mut Vec<Finding>) {
    if findings.len() <= MAX_RECORD_FINDINGS {
        return;
    }
    let more = findings.split_off(MAX_RECORD_FINDINGS);
    let severity = more.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
    let count = more.len();
    let (zh, en) = (format!("另有 {count} 处问题未列出"), format!("{count} more findings are not listed"));
    findings.push(Finding::new(Rule::Record, severity, zh, en));
}
