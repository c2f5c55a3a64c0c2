//! Which of the records change anything, and whether they may.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    run::{ImportError, base_of},
    scope::Scope,
};
use crate::{
    app::tasks,
    domain::{
        area::{AreaCode, AreaFacts, EditionNumber, NewArea, Snapshot},
        profile::Profile,
        redraw::{Change, Invalid, ValidDraft, validate_on, validate_retiring},
    },
    store::Store,
};

/// What is drawn on.
pub(super) struct Ground<'a, S> {
    pub(super) store: &'a S,
    pub(super) profile: &'a Arc<Profile>,
    /// The head edition; 0 for none.
    pub(super) number: EditionNumber,
    /// A snapshot in memory, of the head or of another edition.
    pub(super) served: Option<Arc<Snapshot>>,
}

/// What became of the records.
pub(super) struct Judged {
    /// How many are as they are in the store.
    pub(super) unchanged: u64,
    /// Of those that are not: what the area of the code was, and its branch.
    pub(super) before: HashMap<AreaCode, (AreaFacts, Option<String>)>,
    /// The draft, or what is wrong with it.
    pub(super) draft: Result<ValidDraft, Invalid>,
}

/// Judges `changes`, which are `complete` for some part of the district or not.
///
/// When the head is in memory and nothing goes, only what lies around the changes is looked at; else all of it is read.
pub(super) async fn judge<S: Store>(
    ground: Ground<'_, S>,
    changes: Vec<Change>,
    complete: Option<&Scope>,
    snap_m: f64,
) -> Result<Judged, ImportError> {
    let Ground { store, profile, number, served } = ground;
    let read = changes.len();
    let is_head = |served: &Arc<Snapshot>| served.edition_number() == number && number > 0;
    if let Some(served) = served.filter(|served| complete.is_none() && is_head(served)) {
        let hierarchy = &served.hierarchy;
        let digest = |code: &AreaCode| hierarchy.find(code).map(|area| hierarchy.area(area).digest);
        let changes = changed(changes, digest);
        // Only a code that is not there may have been.
        let has_new = changes.iter().any(|change| hierarchy.find(&change.area.code).is_none());
        let retired = if has_new { store.retired_codes(number).await? } else { Vec::new() };
        let unchanged = (read - changes.len()) as u64;
        let known = |change: &Change| {
            let area = hierarchy.area(hierarchy.find(&change.area.code)?);
            Some((area.code, (area.facts(), area.branch.clone())))
        };
        let before = changes.iter().filter_map(known).collect();
        let draft = tasks::compute(move || validate_on(&served, changes, &retired, snap_m)).await;
        return Ok(Judged { unchanged, before, draft });
    }
    let base = base_of(store.areas(number).await?);
    let retire = match complete {
        Some(scope) => scope.absent(&base, &changes)?,
        None => Vec::new(),
    };
    let retired = store.retired_codes(number).await?;
    let digests: HashMap<AreaCode, [u8; 32]> = base.iter().map(|base| (base.area.code, base.digest)).collect();
    let changes = changed(changes, |code| digests.get(code).copied());
    let unchanged = (read - changes.len()) as u64;
    let codes: HashSet<AreaCode> = changes.iter().map(|change| change.area.code).collect();
    let known = base.iter().map(|base| &base.area).filter(|area| codes.contains(&area.code));
    let before = known.map(|area| (area.code, (facts_of(area), area.branch.clone()))).collect();
    let profile = Arc::clone(profile);
    let validated = move || validate_retiring(&profile, number, base, changes, &retire, &retired, snap_m);
    Ok(Judged { unchanged, before, draft: tasks::compute(validated).await })
}

/// What an area is, as far as posts ask.
pub(super) fn facts_of(area: &NewArea) -> AreaFacts {
    AreaFacts { code: area.code, level: area.level, kind: area.kind, parent: None }
}

/// The changes that are any. A record that stands twice in the file must reach validation, even when it equals what is there.
fn changed(changes: Vec<Change>, digest: impl Fn(&AreaCode) -> Option<[u8; 32]>) -> Vec<Change> {
    let mut times: HashMap<AreaCode, u32> = HashMap::new();
    changes.iter().for_each(|change| *times.entry(change.area.code).or_default() += 1);
    let is_change = |change: &Change| digest(&change.area.code) != Some(change.digest) || times[&change.area.code] > 1;
    changes.into_iter().filter(is_change).collect()
}
