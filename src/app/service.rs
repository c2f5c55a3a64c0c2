//! The running service: a district, and the state of it that is served.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use super::{
    District, OpenError, Served,
    import::{ImportError, ImportOptions, ImportReport, ImportSource, Outcome, Progress},
    tasks,
};
use crate::store::Store;

/// The service. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    district: District,
    /// What is served; written by `reload`, loaded once per request.
    served: ArcSwap<Served>,
    /// Held while publishing, out of politeness: the store's head decides.
    publishing: Mutex<()>,
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
        let served = load(&district).await?;
        let served = ArcSwap::from_pointee(served);
        Ok(Self(Arc::new(Inner { district, served, publishing: Mutex::new(()), imports: TaskTracker::new() })))
    }

    /// What is served now: load it once per request.
    pub fn served(&self) -> Arc<Served> {
        self.0.served.load_full()
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
            self.0.served.store(Arc::new(load(&self.0.district).await?));
        }
        Ok(report)
    }

    /// Whether an import is under way.
    pub fn is_importing(&self) -> bool {
        !self.0.imports.is_empty()
    }

    /// Returns when no import is under way any more; new ones are not waited for.
    pub async fn finish(&self) {
        self.0.imports.close();
        self.0.imports.wait().await;
    }
}

async fn load(district: &District) -> Result<Served, OpenError> {
    let snapshot = district.snapshot().await?;
    let places = district.store().places().await?;
    Ok(tasks::compute(move || Served::new(snapshot, &places)).await)
}
