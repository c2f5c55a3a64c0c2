//! From files to places.

use std::sync::Arc;

use super::{
    ids::with_ids,
    inside::left_outside,
    merge::{Merged, merge},
    record::PlaceReader,
    report::{PlaceImportReport, PlaceOutcome},
    told::Told,
};
use crate::{
    app::{
        import::{ANONYMOUS, ImportSource, Progress, Systems, Tables, Taken, each_record},
        tasks,
    },
    domain::{
        area::{Finding, Rule, Severity, Snapshot},
        crs::Crs,
        place::Place,
    },
    formats::place_fields::PlaceFieldMap,
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

/// What is asked of an import besides its files.
#[derive(Debug, Clone, Default)]
pub struct PlaceImportOptions {
    /// The class of records that name none, and the only one allowed; an id of the profile.
    pub class: Option<String>,
    /// Which attribute is which field.
    pub map: PlaceFieldMap,
    /// The sheet of workbooks; `None` for the only one whose header fits.
    pub sheet: Option<String>,
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
    places: Vec<Place>,
    told: Told,
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
    let (asked, on) = (options.clone(), Arc::clone(&snapshot));
    let (mut reading, known) = tasks::compute(move || (read(&on, &sources, &asked, &progress, &known), known)).await;
    let mut report = PlaceImportReport {
        outcome: PlaceOutcome::Rejected,
        records: reading.records,
        created: 0,
        changed: 0,
        unchanged: 0,
        removed: 0,
        left_out: reading.left_out,
        outside: 0,
        findings: Vec::new(),
    };
    let has_errors = reading.left_out > 0 || reading.told.has_errors();
    if reading.broken_files > 0 || (has_errors && !options.partial) {
        report.findings = reading.told.close();
        return Ok(report);
    }
    let mut replaced = options.class.filter(|_| options.scope == Scope::WholeClass);
    if reading.left_out > 0 && replaced.take().is_some() {
        // What was left out may be any of them.
        reading.told.add(nothing_removed(reading.left_out));
    }
    let given = reading.places;
    let merging = tasks::compute(move || {
        let merged = merge(known.iter(), given, replaced.as_deref());
        let outside = left_outside(&snapshot, &known, &merged.change);
        (merged, outside)
    });
    let (Merged { change, unchanged }, outside) = merging.await;
    if outside > 0 {
        reading.told.add(lie_outside(outside));
    }
    report.outside = outside;
    report.findings = reading.told.close();
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
    let tables = Tables::Places { map: options.map.clone(), sheet: options.sheet.clone() };
    let systems = Systems { named: options.crs, names: &snapshot.profile.crs };
    let (mut reading, mut places, mut findings) = (Reading::default(), Vec::new(), Vec::new());
    for source in sources {
        each_record(source, &tables, systems, progress, &mut |taken| match taken {
            Taken::Record(record, at, crs) => {
                reading.records += 1;
                match reader.place(&record, at.clone(), crs, &mut findings) {
                    Some(place) => places.push((place, at)),
                    None => reading.left_out += 1,
                }
                findings.drain(..).for_each(|finding| reading.told.add(finding));
            }
            Taken::Bad(finding) => {
                reading.records += 1;
                reading.left_out += 1;
                reading.told.add(finding);
            }
            Taken::Note(finding) => reading.told.add(finding),
            Taken::Spoiled => {
                reading.records += 1;
                reading.left_out += 1;
            }
            Taken::File(finding) => {
                reading.records += u64::from(finding.source.record.is_some());
                reading.broken_files += 1;
                reading.told.add(finding);
            }
        });
    }
    let read = places.len();
    reading.places = with_ids(places, known, &options.map, &mut reading.told);
    reading.left_out += (read - reading.places.len()) as u64;
    reading
}

/// Says that nothing was removed, because of records that were left out.
fn nothing_removed(left_out: u64) -> Finding {
    let zh = format!("有 {left_out} 条记录被跳过，因此没有删除任何点位");
    let en = format!("nothing was removed, because {left_out} records were left out");
    let finding = Finding::new(Rule::Record, Severity::Warning, zh, en);
    finding.allowed(("以没有错误的清单替换整类点位", "the replacement of a class by a list without errors"))
}

/// Counts places that lie nowhere.
fn lie_outside(places: u64) -> Finding {
    let zh = format!("已有 {places} 个点位不在任何区域内");
    let en = format!("{places} places that were there before lie in no area of the edition in force");
    Finding::new(Rule::Record, Severity::Warning, zh, en).allowed((
        "位于辖区内的点位；GET /places?outside=true 可列出",
        "places inside the district; GET /places?outside=true lists them",
    ))
}
