//! What the service knows of places.

use std::sync::Arc;

use super::{ImportPlacesError, PlaceImportOptions, PlaceImportReport, PlaceOutcome, import_places};
use crate::{
    app::{
        App, OpenError, View,
        import::{ImportSource, Progress},
        tasks,
    },
    domain::{
        area::Snapshot,
        place::{PlaceDirectory, PlacesByArea},
    },
    store::{Store, StoreError},
};

/// Why an import over the service failed.
#[derive(Debug, thiserror::Error)]
pub enum ServicePlacesError {
    /// It could not be judged or applied.
    #[error(transparent)]
    Import(#[from] ImportPlacesError),
    /// It was applied, but what the store holds cannot be served.
    #[error(transparent)]
    Reload(#[from] OpenError),
}

impl App {
    /// All places as they are now.
    pub fn directory(&self) -> Arc<PlaceDirectory> {
        Arc::clone(self.served().places.directory())
    }

    /// Which of the places of now lie in which areas of an edition: found behind every publish and every import, else when
    /// somebody asks first, and kept.
    pub async fn places_by_area(&self, view: &View) -> Arc<Found> {
        let places = self.served().places.clone();
        let key = (view.snapshot().edition_number(), places.revision());
        let (snapshot, directory) = (Arc::clone(view.snapshot()), Arc::clone(places.directory()));
        let find = async {
            let found = tasks::compute(move || Found {
                by_area: PlacesByArea::new(&snapshot, &directory),
                directory,
                snapshot,
            });
            Ok::<_, std::convert::Infallible>(Some(Arc::new(found.await)))
        };
        match self.found_places().get(key, find).await {
            Ok(found) => found.expect("what is found is there"),
        }
    }

    /// Imports lists of places and serves the result. Once begun it runs to its end, also when the caller stops waiting.
    pub async fn import_places(
        &self,
        sources: Vec<ImportSource>,
        options: PlaceImportOptions,
    ) -> Result<PlaceImportReport, ServicePlacesError> {
        let app = self.clone();
        let import = self.importing(async move {
            let snapshot = Arc::clone(&app.served().snapshot);
            let work = import_places(app.district().store(), snapshot, sources, options, Progress::default());
            let report = app.reached(work).await.map_err(ImportPlacesError::from)??;
            if report.outcome == PlaceOutcome::Applied {
                app.take_up_places().await?;
            }
            Ok(report)
        });
        match import.await {
            Ok(report) => report,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Serves the places of now.
    async fn take_up_places(&self) -> Result<(), OpenError> {
        let head = self.reached(self.district().store().log_head()).await.map_err(OpenError::from)?;
        self.refresh(&head.map_err(OpenError::from)?).await
    }
}

/// The places of now and the areas of an edition that they lie in.
pub struct Found {
    /// The edition.
    pub snapshot: Arc<Snapshot>,
    /// The places.
    pub directory: Arc<PlaceDirectory>,
    /// Which lie where.
    pub by_area: PlacesByArea,
}

impl From<StoreError> for ServicePlacesError {
    fn from(error: StoreError) -> Self {
        Self::Import(error.into())
    }
}
