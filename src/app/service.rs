//! The running service: a district, and the state of it that is served.

use std::sync::Arc;

use arc_swap::ArcSwap;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    District, OpenError, Places, Served,
    feed::{Feed, Happened},
    import::{ImportError, ImportOptions, ImportReport, ImportSource, Outcome, Progress},
    lookup::{AnswerSource, PastEditions},
    tasks,
    tiles::{AreaTiles, TileCache, TileSource, Tileset, warm_up},
};
use crate::{
    domain::area::{EditionNumber, Snapshot},
    store::{Store, StoreError},
};

/// What differs between services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppOptions {
    /// Bytes of tiles that are kept; 0 for none.
    pub tile_cache_bytes: usize,
    /// Whether tiles of low zooms are drawn ahead, at the start and after a publish.
    pub warms_up: bool,
    /// Who may follow the feed at a time.
    pub subscribers: usize,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self { tile_cache_bytes: 128 << 20, warms_up: false, subscribers: 400 }
    }
}

/// The service. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    district: District,
    /// What is served; written after a publish, loaded once per request.
    served: ArcSwap<Served>,
    /// Held while publishing, out of politeness: the store's head decides.
    publishing: Mutex<()>,
    past: PastEditions,
    past_tiles: PastEditions<Arc<TileSource>>,
    tile_cache: TileCache,
    warms_up: bool,
    feed: Feed,
    /// Past editions being made, which are kept for the next who asks, also when whoever asked is gone; bodies being read;
    /// tiles being drawn ahead.
    making: TaskTracker,
    /// Imports under way: they go on when whoever asked is gone, and are waited for at shutdown.
    imports: TaskTracker,
    /// Ends what nobody waits for.
    stopping: CancellationToken,
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
        Self::start_with(district, AppOptions::default()).await
    }

    /// The service of a district as `options` say, ready to answer.
    pub async fn start_with(district: District, options: AppOptions) -> Result<Self, OpenError> {
        let feed = Feed::new(district.now(), options.subscribers);
        let served = load(&district, None).await?;
        let served = ArcSwap::from_pointee(served);
        let app = Self(Arc::new(Inner {
            district,
            served,
            publishing: Mutex::new(()),
            past: PastEditions::default(),
            past_tiles: PastEditions::default(),
            tile_cache: TileCache::new(options.tile_cache_bytes),
            warms_up: options.warms_up,
            feed,
            making: TaskTracker::new(),
            imports: TaskTracker::new(),
            stopping: CancellationToken::new(),
        }));
        app.warm_up();
        Ok(app)
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

    /// What draws the tiles of the edition `number`; `None` when there is no such edition.
    pub async fn tiles_of(&self, number: EditionNumber) -> Result<Option<Arc<TileSource>>, OpenError> {
        let served = self.served();
        if served.snapshot.edition_number() == number {
            return Ok(Some(Arc::clone(&served.tiles)));
        }
        if let Some(source) = self.0.past_tiles.find(number) {
            return Ok(Some(source));
        }
        let app = self.clone();
        let making = self.0.making.spawn(async move {
            let made = async {
                // Look-ups of the past share the snapshot.
                let Some(answers) = app.answers_of(number).await? else { return Ok(None) };
                let make = move || past_tiles(&answers.snapshot, &served.tiles);
                Ok(Some(tasks::compute(make).await))
            };
            app.0.past_tiles.get(number, made).await
        });
        match making.await {
            Ok(made) => made,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// The edition in force at a time, as far as is known now; `None` before the first.
    pub async fn edition_at(&self, at: OffsetDateTime) -> Result<Option<EditionNumber>, StoreError> {
        let editions = self.0.district.store().editions().await?;
        Ok(editions.iter().filter(|edition| edition.effective_from <= at).map(|edition| edition.number).max())
    }

    /// Tiles that are kept.
    pub fn tile_cache(&self) -> &TileCache {
        &self.0.tile_cache
    }

    /// What happened since the start.
    pub fn feed(&self) -> &Feed {
        &self.0.feed
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
        let served = Arc::clone(&self.served().snapshot);
        let report = self.0.district.import(Some(served), sources, options, Progress::default()).await?;
        if report.outcome == Outcome::Published {
            let before = self.served();
            let after = Arc::new(load(&self.0.district, Some(Arc::clone(&before))).await?);
            self.0.served.store(Arc::clone(&after));
            self.tell(before, after).await;
            // Behind those who asked because they were told.
            self.warm_up();
        }
        Ok(report)
    }

    /// Tells the feed what was published. One at a time, so that the feed's order is that of the commits.
    async fn tell(&self, before: Arc<Served>, after: Arc<Served>) {
        let edition = after.snapshot.edition.clone().expect("what was published is an edition");
        let (at, number) = (edition.published_at, edition.number);
        let (title, effective_from) = (edition.title, edition.effective_from);
        self.0.feed.publish(at, Happened::EditionPublished { edition: number, title, effective_from });
        let tiles = tasks::compute(move || after.tiles.changed_areas(&before.tiles)).await;
        if tiles.as_ref().is_none_or(|tiles| !tiles.is_empty()) {
            self.0.feed.publish(at, Happened::TilesChanged { tileset: Tileset::Areas, edition: number, tiles });
        }
    }

    /// Draws low zooms ahead, in the background, until something else is served or the service stops.
    fn warm_up(&self) {
        if !self.0.warms_up {
            return;
        }
        let (app, source) = (self.clone(), Arc::clone(&self.served().tiles));
        self.0.making.spawn(async move {
            let is_wanted = || !app.0.stopping.is_cancelled() && Arc::ptr_eq(&app.served().tiles, &source);
            warm_up(&app.0.tile_cache, &source, is_wanted).await;
        });
    }

    /// Whether an import is under way.
    pub fn is_importing(&self) -> bool {
        !self.0.imports.is_empty()
    }

    /// Returns when no import is under way any more, and no past edition is being made; new ones are not waited for. Ends
    /// the feed, and what nobody waits for, at once.
    pub async fn finish(&self) {
        self.0.stopping.cancel();
        self.0.feed.close();
        for tracker in [&self.0.imports, &self.0.making] {
            tracker.close();
            tracker.wait().await;
        }
    }
}

async fn load(district: &District, before: Option<Arc<Served>>) -> Result<Served, OpenError> {
    let snapshot = match &before {
        Some(before) => district.snapshot_after(Arc::clone(&before.snapshot)).await?,
        None => district.snapshot().await?,
    };
    let places = Places::load(district.store(), before.as_deref().map(|before| &before.places)).await?;
    Ok(tasks::compute(move || Served::new(snapshot, places, before.as_deref())).await)
}

async fn past_edition(
    district: &District,
    number: EditionNumber,
    other: Arc<Snapshot>,
) -> Result<Option<AnswerSource>, OpenError> {
    let Some(snapshot) = district.past_snapshot(number, other).await? else { return Ok(None) };
    Ok(Some(tasks::compute(move || AnswerSource::new(Arc::new(snapshot))).await))
}

fn past_tiles(snapshot: &Arc<Snapshot>, served: &TileSource) -> Arc<TileSource> {
    let areas = AreaTiles::new(snapshot, Some(served.areas()));
    TileSource::new(snapshot.edition_number(), snapshot.extent(), areas, None)
}
