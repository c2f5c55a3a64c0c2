//! The running service: a district, and the state of it that is served.

mod compare;
mod contact;
mod duty;
mod follower;
mod indicators;
mod keeper;
mod kept;
mod listeners;
mod reads;
mod staleness;

use std::{
    sync::{Arc, Mutex as Quick, atomic::AtomicI64},
    time::Duration,
};

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Notify, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::{
    contact::Away,
    duty::ChangeError,
    follower::NotYet,
    indicators::AreaIndicator,
    kept::{KEPT_PERCENT, Staying, staying},
    staleness::Staleness,
};

use self::{contact::Contact, kept::Key, listeners::Listeners};
use super::{
    District, OpenError, Places, Served, View,
    feed::Feed,
    import::{ImportError, ImportOptions, ImportReport, ImportSource, Outcome, Progress},
    indicators::Book,
    lookup::{MAX_PAST_EDITIONS, PastEditions},
    places::Found,
    tasks,
    tiles::{TileCache, TileSource, warm_up},
};
use crate::{
    domain::{
        area::{Edition, EditionNumber, Snapshot, in_force},
        redraw::diff::Diff,
    },
    store::{LogWatch, Store},
};

/// Comparisons of two editions that are kept.
const MAX_DIFFS: usize = 2;

/// Editions of which it is kept which places lie in which areas.
const MAX_FOUND: usize = 3;

/// What differs between services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppOptions {
    /// Bytes of tiles that are kept; 0 for none.
    pub tile_cache_bytes: usize,
    /// Whether tiles of low zooms are drawn ahead, at the start and after a publish.
    pub warms_up: bool,
    /// Who may follow the feed at a time.
    pub subscribers: usize,
    /// Editions besides the one that is served that are kept in memory, as long as they take few bytes of their own.
    pub past_editions: usize,
    /// The longest pause between two looks at the store's change log.
    pub poll: Duration,
}

/// The longest pause between two looks at the store's change log when nobody says.
pub const DEFAULT_POLL: Duration = Duration::from_secs(1);

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            tile_cache_bytes: 128 << 20,
            warms_up: false,
            subscribers: 400,
            past_editions: MAX_PAST_EDITIONS,
            poll: DEFAULT_POLL,
        }
    }
}

/// The service. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    district: District,
    /// Contact with the store, which others write to as well.
    contact: Arc<Contact>,
    /// What is served; written when an edition takes force, loaded once per request.
    served: ArcSwap<Served>,
    /// Wakes who waits for an edition: another one is served or known.
    moved: watch::Sender<()>,
    /// Tables of indicators that were asked for.
    book: Book,
    /// The last change of indicators that the feed has told of, or that was there at the start.
    told_indicators: AtomicI64,
    /// Held while values of indicators are compared and recorded, out of politeness: the store decides.
    recording: Mutex<()>,
    /// All editions that are known; written by whoever reads the list, with the newer one.
    known: ArcSwap<Vec<Edition>>,
    /// Held while `known` is written and told, for moments.
    learning: Quick<()>,
    /// Wakes the keeper of time when `known` has changed.
    rung: Notify,
    /// Wakes the keeper of duties when another roster is served.
    rostered: Notify,
    /// Who is told when another edition is served.
    listeners: Listeners,
    /// Held while publishing, out of politeness: the store's head decides.
    publishing: Arc<Mutex<()>>,
    /// By number and roster.
    past: PastEditions<View, Key>,
    past_tiles: PastEditions<Arc<TileSource>>,
    /// By the numbers of both, and revision of the places.
    diffs: PastEditions<Arc<Diff>, (EditionNumber, EditionNumber, i64)>,
    /// By number, and revision of the places.
    found: PastEditions<Arc<Found>, (EditionNumber, i64)>,
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
        let contact = Arc::new(Contact::new(district.clock()));
        let loading = async {
            let known = district.store().editions().await?;
            let number = in_force(&known, district.now(), None).map(|edition| edition.number);
            let indicators = district.store().indicator_revision(None).await?;
            Ok::<_, OpenError>((known, indicators, load(&district, number, None).await?))
        };
        let mut watch = district.store().watch();
        let loaded = contact.reached_at_start(district.store(), &mut watch, loading).await;
        let (known, indicators, served) = match loaded.map_err(OpenError::from).flatten() {
            Ok(loaded) => loaded,
            Err(error) => {
                watch.close().await;
                return Err(error);
            }
        };
        let served = ArcSwap::from_pointee(served);
        let app = Self(Arc::new(Inner {
            district,
            contact,
            served,
            moved: watch::Sender::new(()),
            book: Book::default(),
            told_indicators: AtomicI64::new(indicators),
            recording: Mutex::new(()),
            known: ArcSwap::from_pointee(known),
            learning: Quick::default(),
            rung: Notify::new(),
            rostered: Notify::new(),
            listeners: Listeners::default(),
            publishing: Arc::default(),
            past: PastEditions::new(options.past_editions),
            past_tiles: PastEditions::new(options.past_editions),
            diffs: PastEditions::new(MAX_DIFFS),
            found: PastEditions::new(MAX_FOUND),
            tile_cache: TileCache::new(options.tile_cache_bytes),
            warms_up: options.warms_up,
            feed,
            making: TaskTracker::new(),
            imports: TaskTracker::new(),
            stopping: CancellationToken::new(),
        }));
        app.keep_contact(watch, options.poll);
        app.warm_up();
        app.prepare_addresses();
        app.find_places();
        app.keep_time();
        app.keep_duty();
        app.follow();
        Ok(app)
    }

    /// Begins to look at the change log again and again, until the service stops.
    fn keep_contact(&self, watch: LogWatch, poll: Duration) {
        let app = self.clone();
        self.0.making.spawn(async move {
            app.0.contact.keep(app.0.district.store(), watch, poll, &app.0.stopping).await;
        });
    }

    /// What is served now: load it once per request.
    pub fn served(&self) -> Arc<Served> {
        self.0.served.load_full()
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
    /// Once begun it runs to its end, also when the caller stops waiting: what is published is served. When the store is
    /// lost meanwhile it is given up; whether it was published then is told by the editions, once the store is back.
    pub async fn import(
        &self,
        sources: Vec<ImportSource>,
        options: ImportOptions,
    ) -> Result<ImportReport, ServiceError> {
        let app = self.clone();
        let import = self.0.imports.spawn(async move {
            let done = app.reached(app.import_to_the_end(sources, options)).await;
            done.map_err(ImportError::from)?
        });
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
        let publishing = Arc::clone(&self.0.publishing).lock_owned().await;
        let served = Arc::clone(&self.served().snapshot);
        let report = self.0.district.import(Some(served), sources, options, Progress::default()).await?;
        if report.outcome == Outcome::Published {
            self.take_in(publishing).await?;
        }
        Ok(report)
    }

    /// Begins work that goes on when whoever asked is gone, and is waited for at shutdown.
    pub(super) fn importing<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.0.imports.spawn(work)
    }

    /// Which places lie where, of the editions asked for last.
    pub(super) fn found_places(&self) -> &PastEditions<Arc<Found>, (EditionNumber, i64)> {
        &self.0.found
    }

    /// Finds in the background which places lie in which areas of what is served.
    fn find_places(&self) {
        let app = self.clone();
        self.0.making.spawn(async move {
            let view = app.served().view.clone();
            app.places_by_area(&view).await;
        });
    }

    /// Makes ready to draw tiles quickly, and draws low zooms ahead, in the background, until something else is served or
    /// the service stops.
    fn warm_up(&self) {
        if !self.0.warms_up {
            return;
        }
        let (app, source) = (self.clone(), Arc::clone(&self.served().tiles));
        self.0.making.spawn(async move {
            let is_wanted = || !app.0.stopping.is_cancelled() && Arc::ptr_eq(&app.served().tiles, &source);
            if is_wanted() {
                source.prepare().await;
                warm_up(&app.0.tile_cache, &source, is_wanted).await;
            }
        });
    }

    /// Makes ready to look up addresses, in the background.
    fn prepare_addresses(&self) {
        let served = self.served();
        self.0.making.spawn(async move {
            let source = served.addresses(&served.view);
            drop(served);
            tasks::compute(move || source.prepare()).await;
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

/// The state in which the edition `number` is served, or none.
async fn load(
    district: &District,
    number: Option<EditionNumber>,
    before: Option<Arc<Served>>,
) -> Result<Served, OpenError> {
    let other = before.as_ref().map(|before| Arc::clone(&before.snapshot));
    let known = other.clone();
    let snapshot = async {
        let roster = district.roster(known.as_deref().map(Snapshot::roster), district.now(), None);
        let Some(number) = number else { return district.empty_snapshot(roster.await?) };
        match district.snapshot_of_edition(number, roster, other).await? {
            Some(snapshot) => Ok(snapshot),
            None => district.empty_snapshot(Arc::default()),
        }
    };
    let places = async {
        let before = before.as_deref().map(|before| &before.places);
        Ok(Places::load(district.store(), district.profile(), before).await?)
    };
    // Neither needs the other, and at a start each takes a good part of a second.
    let (snapshot, places) = tokio::try_join!(snapshot, places)?;
    Ok(tasks::compute(move || Served::new(snapshot, places, before.as_deref())).await)
}
