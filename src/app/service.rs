//! The running service: a district, and the state of it that is served.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use super::{
    District, OpenError, Served,
    import::{ImportError, ImportOptions, ImportReport, ImportSource, Outcome, Progress},
    lookup::{AnswerSource, PastEditions},
    tasks,
};
use crate::{
    domain::area::{EditionNumber, Snapshot},
    store::Store,
};

/// The service. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    district: District,
    /// What is served; written by `reload`, loaded once per request.
    served: ArcSwap<Served>,
    /// Held while publishing, out of politeness: the store's head decides.
    publishing: Mutex<()>,
    past: PastEditions,
    /// Past editions being made, which are kept for the next who asks, also when whoever asked is gone; bodies being read.
    making: TaskTracker,
    /// Imports under way: they go on when whoever asked is gone, and are waited for at shutdown.
    imports: TaskTracker,
}

/// Why an import over the service failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// It could not be judged or published.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// It was published, but what the store holds cannot be served.
    #[error(transparent)]
    Reload(#[from] OpenError),
}

impl App {
    /// The service of a district, ready to answer.
    pub async fn start(district: District) -> Result<Self, OpenError> {
        let served = load(&district, None).await?;
        let served = ArcSwap::from_pointee(served);
        Ok(Self(Arc::new(Inner {
            district,
            served,
            publishing: Mutex::new(()),
            past: PastEditions::default(),
            making: TaskTracker::new(),
            imports: TaskTracker::new(),
        })))
    }

    /// What is served now: load it once per request.
    pub fn served(&self) -> Arc<Served> {
        self.0.served.load_full()
    }

    /// What answers for the edition `number`; `None` when there is no such edition.
    pub async fn answers_of(&self, number: EditionNumber) -> Result<Option<AnswerSource>, OpenError> {
        let served = self.served();
        if served.snapshot.edition_number() == number {
            return Ok(Some(served.answers.clone()));
        }
        let app = self.clone();
        let making = self.0.making.spawn(async move {
            app.0.past.get(number, past_edition(app.district(), number, Arc::clone(&served.snapshot))).await
        });
        match making.await {
            Ok(made) => made,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Does some work beside what waits for it; at shutdown it is waited for like an import.
    pub fn in_background(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.making.spawn(work);
    }

    /// The district.
    pub fn district(&self) -> &District {
        &self.0.district
    }

    /// Imports files and serves the result.
    ///
    /// Once begun it runs to its end, also when the caller stops waiting: what is published is served.
    pub async fn import(
        &self,
        sources: Vec<ImportSource>,
        options: ImportOptions,
    ) -> Result<ImportReport, ServiceError> {
        let app = self.clone();
        let import = self.0.imports.spawn(async move { app.import_to_the_end(sources, options).await });
        match import.await {
            Ok(report) => report,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    async fn import_to_the_end(
        &self,
        sources: Vec<ImportSource>,
        options: ImportOptions,
    ) -> Result<ImportReport, ServiceError> {
        let _publishing = self.0.publishing.lock().await;
        let report = self.0.district.import(sources, options, Progress::default()).await?;
        if report.outcome == Outcome::Published {
            let before = Arc::clone(&self.served().snapshot);
            self.0.served.store(Arc::new(load(&self.0.district, Some(before)).await?));
        }
        Ok(report)
    }

    /// Whether an import is under way.
    pub fn is_importing(&self) -> bool {
        !self.0.imports.is_empty()
    }

    /// Returns when no import is under way any more, and no past edition is being made; new ones are not waited for.
    pub async fn finish(&self) {
        for tracker in [&self.0.imports, &self.0.making] {
            tracker.close();
            tracker.wait().await;
        }
    }
}

async fn load(district: &District, before: Option<Arc<Snapshot>>) -> Result<Served, OpenError> {
    let snapshot = match before {
        Some(before) => district.snapshot_after(before).await?,
        None => district.snapshot().await?,
    };
    let places = district.store().places().await?;
    Ok(tasks::compute(move || Served::new(snapshot, &places)).await)
}

async fn past_edition(
    district: &District,
    number: EditionNumber,
    other: Arc<Snapshot>,
) -> Result<Option<AnswerSource>, OpenError> {
    let Some(snapshot) = district.past_snapshot(number, other).await? else { return Ok(None) };
    Ok(Some(tasks::compute(move || AnswerSource::new(Arc::new(snapshot))).await))
}
