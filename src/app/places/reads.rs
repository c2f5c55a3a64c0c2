//! What the service knows of places.

use std::{ops::Range, sync::Arc};

use super::{ImportPlacesError, PlaceImportOptions, PlaceImportReport, PlaceOutcome, import_places};
use crate::{
    app::{
        App, OpenError, View,
        import::{ImportSource, Progress},
        tasks,
    },
    domain::{
        coverage::AreaIndex,
        place::{PlaceDirectory, PlacesByArea},
        profile::{Name, Profile},
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
    /// Which of the places of now lie in which areas of an edition: found behind every publish and every import, else when
    /// somebody asks first, and kept.
    pub async fn places_by_area(&self, view: &View) -> Arc<Found> {
        let places = self.served().places.clone();
        let key = (view.snapshot().edition_number(), places.revision());
        let (snapshot, directory) = (Arc::clone(view.snapshot()), Arc::clone(places.directory()));
        let find = async {
            let found = tasks::compute(move || Found { by_area: PlacesByArea::new(&snapshot, &directory), directory });
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

/// The places of now and the areas of an edition that they lie in. It outlives what is kept of that edition, and holds
/// nothing of it.
pub struct Found {
    /// The places.
    pub directory: Arc<PlaceDirectory>,
    /// Which lie where.
    pub by_area: PlacesByArea,
}

/// How many places of a class there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceCount {
    /// Id of the class.
    pub class: String,
    /// What it is called; its id where the profile does not know it.
    pub name: Name,
    /// How many.
    pub count: usize,
}

impl Found {
    /// The classes that have places in an area, in the order of the profile.
    pub fn counts(&self, profile: &Profile, area: AreaIndex) -> Vec<PlaceCount> {
        let count = |(class, range): &(String, Range<u32>)| {
            let count = self.by_area.of_range(area, range).len();
            (count > 0).then(|| PlaceCount { class: class.clone(), name: class_name(profile, class), count })
        };
        let mut counts: Vec<PlaceCount> = self.directory.classes().iter().filter_map(count).collect();
        let order = |class: &str| profile.place_classes.iter().position(|known| known.id == class);
        counts.sort_by_key(|count| order(&count.class).unwrap_or(usize::MAX));
        counts
    }
}

/// What a class is called; its id where the profile does not know it.
pub fn class_name(profile: &Profile, class: &str) -> Name {
    let named = profile.place_class(class).map(|known| known.name.clone());
    named.unwrap_or_else(|| Name { zh: class.to_owned(), en: class.to_owned() })
}

impl From<StoreError> for ServicePlacesError {
    fn from(error: StoreError) -> Self {
        Self::Import(error.into())
    }
}
