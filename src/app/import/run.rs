//! From files to the next edition.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::{
    fields::FieldMap,
    judge::{Judged, judge},
    normalise::Normaliser,
    read::{self, ImportSource, Progress, Reading},
    report::{ImportReport, Outcome},
};
use crate::{
    app::tasks,
    domain::{
        area::{AreaCode, Level, NewArea, Severity, Snapshot},
        coverage::noding,
        crs::Crs,
        profile::Profile,
        redraw::{Base, Cause, ValidDraft},
    },
    store::{Imprint, PublishError, Store, StoreError, StoredArea},
};

/// What is asked of an import besides its files.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The level of records that give none.
    pub level: Option<Level>,
    /// Which attribute is which field.
    pub map: FieldMap,
    /// The system of the coordinates, whatever the files declare.
    pub crs: Option<Crs>,
    /// Noding tolerance in metres, above 0, at most [`noding::MAX_SNAP_M`].
    pub snap_m: f64,
    /// Whether to stop before publishing.
    pub dry_run: bool,
    /// What the edition is called.
    pub title: String,
    /// Who imports.
    pub author: String,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            level: None,
            map: FieldMap::default(),
            crs: None,
            snap_m: noding::DEFAULT_SNAP_M,
            dry_run: false,
            title: String::new(),
            author: String::new(),
        }
    }
}

/// Why an import could not even be judged.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else published in between; nothing was changed.
    #[error(transparent)]
    Publish(PublishError),
}

/// Reads `sources`, validates them on the head edition, and publishes the result unless it is a dry run or has errors.
///
/// `served` is a snapshot in memory, which spares reading the head edition when it is that. `now` is when. Nothing is changed unless the whole import is valid.
pub async fn import<S: Store>(
    store: &S,
    profile: &Arc<Profile>,
    served: Option<Arc<Snapshot>>,
    sources: Vec<ImportSource>,
    options: ImportOptions,
    now: OffsetDateTime,
    progress: Progress,
) -> Result<ImportReport, ImportError> {
    let (for_reading, reading_options) = (Arc::clone(profile), options.clone());
    let reading = tasks::compute(move || {
        let normaliser = Normaliser { profile: &for_reading, map: &reading_options.map, level: reading_options.level };
        let mut reading = Reading::default();
        for source in &sources {
            read::read_file(source, &normaliser, reading_options.crs, &progress, &mut reading);
        }
        reading.close();
        reading
    })
    .await;
    let Reading { changes, findings, records, .. } = reading;
    let mut report = ImportReport {
        outcome: Outcome::Rejected,
        edition: None,
        records,
        created: 0,
        changed: 0,
        unchanged: 0,
        noded: 0,
        findings,
    };
    if report.count(Severity::Error) > 0 {
        return Ok(report);
    }
    let number = store.head().await?.map_or(0, |edition| edition.number);
    let Judged { unchanged, draft } = judge(store, profile, number, served, changes, options.snap_m).await?;
    report.unchanged = unchanged;
    let draft = match draft {
        Ok(draft) => draft,
        Err(invalid) => {
            report.findings.extend(invalid.findings);
            return Ok(report);
        }
    };
    count(&draft, &mut report);
    if draft.changes().is_empty() {
        report.outcome = Outcome::Unchanged;
    } else if options.dry_run {
        report.outcome = Outcome::Checked;
    } else {
        let imprint = imprint(profile, options, now);
        let edition = store.publish(&draft, &imprint).await.map_err(|error| match error {
            PublishError::Store(error) => ImportError::Store(error),
            stale @ PublishError::Stale { .. } => ImportError::Publish(stale),
        })?;
        report.outcome = Outcome::Published;
        report.edition = Some(edition.number);
    }
    Ok(report)
}

fn count(draft: &ValidDraft, report: &mut ImportReport) {
    report.findings.extend_from_slice(draft.findings());
    for change in draft.changes() {
        match change.cause {
            Cause::Created => report.created += 1,
            Cause::Changed => report.changed += 1,
            Cause::Noded => report.noded += 1,
        }
    }
}

/// What is said of the edition; without a title it is called an import.
pub fn imprint(profile: &Profile, options: ImportOptions, now: OffsetDateTime) -> Imprint {
    let title = if options.title.is_empty() { "导入 / Import".to_owned() } else { options.title };
    Imprint {
        title,
        author: options.author,
        effective_from: now,
        published_at: now,
        profile_digest: profile_digest(profile),
    }
}

/// SHA-256 of the profile's text, in hexadecimal.
pub fn profile_digest(profile: &Profile) -> String {
    Sha256::digest(profile.source.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The areas of an edition as a base to draw on.
pub fn base_of(stored: Vec<StoredArea>) -> Vec<Base> {
    let codes: Vec<AreaCode> = stored.iter().map(|stored| stored.area.code).collect();
    let of = |StoredArea { area, geometry }: StoredArea| Base {
        digest: area.digest,
        area: NewArea {
            code: area.code,
            level: area.level,
            parent: area.parent.map(|parent| codes[parent as usize]),
            name: area.name,
            kind: area.kind,
            branch: area.branch,
            households: area.households,
            residents: area.residents,
            figures: area.figures,
            body: area.body.map(|body| *body),
            geometry,
        },
    };
    stored.into_iter().map(of).collect()
}
