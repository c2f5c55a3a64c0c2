//! Two editions compared, and what became of an area that is no more.

use std::sync::Arc;

use super::App;
use crate::{
    app::{
        OpenError, View,
        editions::{CompareError, Which, homes},
        tasks,
    },
    domain::{
        area::EditionNumber,
        coverage::AreaIndex,
        redraw::diff::{Diff, diff, heirs},
    },
    store::{RetiredArea, Store, StoreError},
};

impl App {
    /// What differs between two editions. Once begun it is kept for the next who asks, also when whoever asked is gone.
    pub async fn diff(&self, before: EditionNumber, after: EditionNumber) -> Result<Arc<Diff>, CompareError> {
        let key = (before, after, self.served().places.revision());
        if let Some(found) = self.0.diffs.find(key) {
            return Ok(found);
        }
        let app = self.clone();
        let making = self.0.making.spawn(async move {
            let make = async {
                let (old, new) = (app.view(Which::Number(before)).await?, app.view(Which::Number(after)).await?);
                let places = app.reached(app.district().store().places()).await.flatten().map_err(unread)?;
                let compare = move || diff(old.snapshot(), new.snapshot(), &homes(&places));
                Ok(Some(Arc::new(tasks::compute(compare).await?)))
            };
            app.0.diffs.get(key, make).await
        });
        match making.await {
            Ok(made) => made.map(|made| made.expect("both editions were there")),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// The area that a code named before the edition of `view`, and the areas of it that lie there now, with the common
    /// ground in square metres, the largest first; `None` when the code never named one.
    pub async fn retired(
        &self,
        view: &View,
        code: &str,
    ) -> Result<Option<(RetiredArea, Vec<(AreaIndex, f64)>)>, CompareError> {
        let edition = view.snapshot().edition_number();
        let found = self.reached(self.district().store().retired_area(code, edition)).await.flatten();
        let Some(retired) = found.map_err(unread)? else { return Ok(None) };
        let snapshot = Arc::clone(view.snapshot());
        let search = move || {
            let heirs = heirs(&snapshot, retired.level, &retired.geometry);
            heirs.map(|heirs| (retired, heirs))
        };
        Ok(Some(tasks::compute(search).await?))
    }
}

fn unread(error: StoreError) -> CompareError {
    CompareError::Read(OpenError::from(error).into())
}
