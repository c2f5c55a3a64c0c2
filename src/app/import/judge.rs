//! Which of the records change anything, and whether they may.

use std::{collections::HashMap, sync::Arc};

use super::run::{ImportError, base_of};
use crate::{
    app::tasks,
    domain::{
        area::{AreaCode, EditionNumber, Snapshot},
        profile::Profile,
        redraw::{Change, Invalid, ValidDraft, validate, validate_on},
    },
    store::Store,
};

/// What became of the records.
pub(super) struct Judged {
    /// How many are as they are in the store.
    pub(super) unchanged: u64,
    /// The draft, or what is wrong with it.
    pub(super) draft: Result<ValidDraft, Invalid>,
}

/// Judges `changes` on the areas of edition `number`, the head.
///
/// When `served` is that edition, in memory, only what lies around the changes is looked at; else all of it is read.
pub(super) async fn judge<S: Store>(
    store: &S,
    profile: &Arc<Profile>,
    number: EditionNumber,
    served: Option<Arc<Snapshot>>,
    changes: Vec<Change>,
    snap_m: f64,
) -> Result<Judged, ImportError> {
    let read = changes.len();
    if let Some(served) = served.filter(|served| served.edition_number() == number && number > 0) {
        let hierarchy = &served.hierarchy;
        let digest = |code: &AreaCode| hierarchy.find(code).map(|area| hierarchy.area(area).digest);
        let changes = changed(changes, digest);
        // Only a code that is not there may have been.
        let has_new = changes.iter().any(|change| hierarchy.find(&change.area.code).is_none());
        let retired = if has_new { store.retired_codes(number).await? } else { Vec::new() };
        let unchanged = (read - changes.len()) as u64;
        let draft = tasks::compute(move || validate_on(&served, changes, &retired, snap_m)).await;
        return Ok(Judged { unchanged, draft });
    }
    let base = base_of(store.areas(number).await?);
    let retired = store.retired_codes(number).await?;
    let digests: HashMap<AreaCode, [u8; 32]> = base.iter().map(|base| (base.area.code, base.digest)).collect();
    let changes = changed(changes, |code| digests.get(code).copied());
    let unchanged = (read - changes.len()) as u64;
    let profile = Arc::clone(profile);
    let draft = tasks::compute(move || validate(&profile, number, base, changes, &retired, snap_m)).await;
    Ok(Judged { unchanged, draft })
}

/// The changes that are any. A record that stands twice in the file must reach validation, even when it equals what is there.
fn changed(changes: Vec<Change>, digest: impl Fn(&AreaCode) -> Option<[u8; 32]>) -> Vec<Change> {
    let mut times: HashMap<AreaCode, u32> = HashMap::new();
    changes.iter().for_each(|change| *times.entry(change.area.code).or_default() += 1);
    let is_change = |change: &Change| digest(&change.area.code) != Some(change.digest) || times[&change.area.code] > 1;
    changes.into_iter().filter(is_change).collect()
}
