//! What every store says of a publish.

use super::{Imprint, StoreError, stamp};
use crate::domain::{
    area::{Edition, EditionNumber},
    redraw::{Cause, ValidDraft},
};

/// The edition as a store will read it back: times in UTC, to the millisecond.
pub(in crate::store) fn edition_of(number: EditionNumber, imprint: &Imprint) -> Result<Edition, StoreError> {
    Ok(Edition {
        number,
        title: imprint.title.clone(),
        author: imprint.author.clone(),
        effective_from: stamp::to_millisecond(imprint.effective_from)?,
        published_at: stamp::to_millisecond(imprint.published_at)?,
        profile_digest: imprint.profile_digest.clone(),
    })
}

/// The line of the change log.
pub(in crate::store) fn summary_of(draft: &ValidDraft) -> String {
    let count = |cause: Cause| draft.changes().iter().filter(|change| change.cause == cause).count();
    let [created, changed, noded] = [Cause::Created, Cause::Changed, Cause::Noded].map(count);
    let summary = format!("{created} areas created, {changed} changed, {noded} noded");
    if draft.retired().is_empty() { summary } else { format!("{summary}, {} retired", draft.retired().len()) }
}
