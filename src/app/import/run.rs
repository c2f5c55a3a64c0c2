//! From files to the next edition.

use std::{collections::HashMap, sync::Arc};

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::{
    fields::FieldMap,
    judge::{Ground, Judged, facts_of, judge},
    normalise::Normaliser,
    read::{self, ImportSource, Progress, Reading},
    report::{ImportReport, Outcome, PostToFill},
    scope::{Scope, ScopeError},
};
use crate::{
    app::tasks,
    clock::Clock,
    domain::{
        area::{AreaCode, AreaFacts, Level, NewArea, ScheduleError, Severity, Snapshot, schedule},
        coverage::noding,
        crs::Crs,
        duty::need::needed,
        profile::{Profile, Role},
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
    /// From when the edition is in force; `None` for at once.
    pub effective_from: Option<OffsetDateTime>,
    /// Of what the files hold everything, so that what they leave out is retired; `None` when nothing is retired.
    pub complete: Option<Scope>,
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
            effective_from: None,
            complete: None,
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
    /// The edition cannot take force when it was to; nothing was changed.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The scope is none; nothing was changed.
    #[error(transparent)]
    Scope(#[from] ScopeError),
}

/// Reads `sources`, validates them on the head edition, and publishes the result unless it is a dry run or has errors.
///
/// `served` is a snapshot in memory, which spares reading the head edition when it is that. Nothing is changed unless the
/// whole import is valid.
pub async fn import<S: Store>(
    store: &S,
    profile: &Arc<Profile>,
    served: Option<Arc<Snapshot>>,
    sources: Vec<ImportSource>,
    options: ImportOptions,
    clock: &Clock,
    progress: Progress,
) -> Result<ImportReport, ImportError> {
    let began = clock.now();
    schedule(store.head().await?.as_ref(), options.effective_from, began)?;
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
        effective_from: None,
        records,
        created: 0,
        changed: 0,
        unchanged: 0,
        noded: 0,
        retired: 0,
        posts_to_fill: Vec::new(),
        findings,
    };
    if report.count(Severity::Error) > 0 {
        return Ok(report);
    }
    let head = store.head().await?;
    schedule(head.as_ref(), options.effective_from, began)?;
    let number = head.as_ref().map_or(0, |edition| edition.number);
    let ground = Ground { store, profile, number, served };
    let Judged { unchanged, before, draft } = judge(ground, changes, options.complete.as_ref(), options.snap_m).await?;
    report.unchanged = unchanged;
    let draft = match draft {
        Ok(draft) => draft,
        Err(invalid) => {
            report.findings.extend(invalid.findings);
            return Ok(report);
        }
    };
    count(&draft, &mut report);
    report.posts_to_fill = posts_to_fill(profile, &before, &draft);
    if draft.is_empty() {
        report.outcome = Outcome::Unchanged;
    } else if options.dry_run {
        report.outcome = Outcome::Checked;
    } else {
        let published_at = clock.now();
        // The one that it is drawn on may have been published by a clock that is ahead.
        let least = head.as_ref().map_or(published_at, |head| head.effective_from.max(published_at));
        let effective_from = options.effective_from.unwrap_or(least);
        let imprint = imprint(profile, options.title, options.author, (effective_from, published_at));
        let edition = store.publish(&draft, &imprint).await.map_err(|error| match error {
            PublishError::Store(error) => ImportError::Store(error),
            stale @ PublishError::Stale { .. } => ImportError::Publish(stale),
        })?;
        report.outcome = Outcome::Published;
        report.edition = Some(edition.number);
        report.effective_from = Some(edition.effective_from).filter(|_| edition.is_scheduled());
    }
    Ok(report)
}

/// Posts that nobody was needed for: of areas that are new, whoever answered for what was there before answering for that, and
/// of areas that have become something else.
fn posts_to_fill(
    profile: &Profile,
    before: &HashMap<AreaCode, (AreaFacts, Option<String>)>,
    draft: &ValidDraft,
) -> Vec<PostToFill> {
    let changed = draft.changes().iter().filter(|change| change.cause != Cause::Noded).map(|change| &change.area);
    let of = |area: &NewArea| {
        let before = before.get(&area.code);
        let had = |role: &Role| {
            let mut roles = before.into_iter().flat_map(|(facts, branch)| needed(profile, *facts, branch.as_deref()));
            roles.find_map(|(known, count)| (known.id == role.id).then_some(count)).unwrap_or(0)
        };
        let post = |(role, count): (&Role, u16)| {
            let missing = count.saturating_sub(had(role));
            (missing > 0).then(|| PostToFill {
                area: area.code,
                name: area.name.clone(),
                role: role.id.clone(),
                missing,
            })
        };
        needed(profile, facts_of(area), area.branch.as_deref()).filter_map(post).collect::<Vec<_>>()
    };
    changed.flat_map(of).collect()
}

fn count(draft: &ValidDraft, report: &mut ImportReport) {
    report.retired = draft.retired().len() as u64;
    report.findings.extend_from_slice(draft.findings());
    for change in draft.changes() {
        match change.cause {
            Cause::Created => report.created += 1,
            Cause::Changed => report.changed += 1,
            Cause::Noded => report.noded += 1,
        }
    }
}

/// Who publishes when nobody is named: every edition names an author, and so does the change log.
pub const ANONYMOUS: &str = "匿名 / anonymous";

/// What is said of an edition in force and published at `times`; without a title it is called an import, and without an
/// author it is [`ANONYMOUS`]'s.
pub fn imprint(profile: &Profile, title: String, author: String, times: (OffsetDateTime, OffsetDateTime)) -> Imprint {
    let title = if title.is_empty() { "导入 / Import".to_owned() } else { title };
    let author = if author.trim().is_empty() { ANONYMOUS.to_owned() } else { author };
    let (effective_from, published_at) = times;
    Imprint { title, author, effective_from, published_at, profile_digest: profile_digest(profile) }
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
