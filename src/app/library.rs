//! The map inside another program: a store opened to read, asked without a server.

use std::{path::Path, sync::Arc, thread};

use time::OffsetDateTime;

use super::{
    editions::{NoneInForce, Which, in_force_at},
    lookup::{Question, QuestionError, Reply, ask, ask_many},
};
use crate::{
    clock::Clock,
    domain::{
        area::{Area, Edition, EditionNumber, Snapshot, SnapshotError, in_force},
        coverage::AreaIndex,
        crs::Crs,
        duty::{Roster, Staff},
        locate::{AccuracyKind, Candidate, Certainty, Match},
        place::Place,
        profile::Profile,
    },
    formats::profile_toml::{ProfileError, builtin_schemes, parse_profile},
    store::{AnyReader, Stillness, StoreAddress, StoreError, StoredArea, StoredProfile},
};

/// How often a store that somebody writes to meanwhile is read again.
const MAX_READS: usize = 5;

/// One edition of a store, in memory, ready to answer from any number of threads.
///
/// Opening blocks while the store is read (a second for some 40,000 areas), works inside and outside of an async
/// runtime, and needs none; asking never waits. The file is only read: it may lie on a read-only disk, or be served by
/// another process at the same time.
///
/// # Example
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let store = folder.path().join("demo.gpkg");
/// # use onemap::app::{District, demo::{Content, DemoPlan, generate}};
/// # use onemap::store::Store;
/// # let demo = generate(&DemoPlan::new(300, 1, Content::Declared)?, &mut |_, _| {});
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// #     let district = District::open(&store, None, onemap::clock::Clock::system()).await?;
/// #     district.adopt_demo(demo, "demo").await?;
/// #     district.store().close().await?;
/// #     Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// use onemap::Crs;
///
/// let map = onemap::open(&store)?;
/// assert_eq!(map.edition(), 1);
/// # let somewhere = map.snapshot().hierarchy.areas().last().expect("a unit").label;
/// # let (lon, lat) = (somewhere.lon_degrees(), somewhere.lat_degrees());
/// let answer = map.locate(lon, lat, Crs::Cgcs2000)?;
/// assert_eq!(answer.chain().next().map(|area| area.code.as_str()), Some("350304"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Map {
    address: StoreAddress,
    snapshot: Arc<Snapshot>,
}

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// The file is missing, no Onemap store, of a newer program, or broken.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The profile in the store cannot be read.
    #[error("the profile kept in the store is broken: {0}")]
    Profile(#[from] ProfileError),
    /// What the store holds forms no map.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The store has no such edition.
    #[error("the store has no edition {asked}; its newest is {head}")]
    NoEdition {
        /// The edition that was asked for.
        asked: EditionNumber,
        /// The newest one; 0 when nothing was published.
        head: EditionNumber,
    },
    /// The time lies before the first edition, or before it was known.
    #[error(transparent)]
    BeforeFirst(#[from] NoneInForce),
    /// Somebody kept writing while the store was read.
    #[error("the store was written to while it was read, {MAX_READS} times in a row")]
    Restless,
}

/// Opens the edition in force of the store at `path`; see [`Map`].
pub fn open(path: impl AsRef<Path>) -> Result<Map, MapError> {
    Map::open(path)
}

/// All editions of the store at an address, oldest first; blocks while they are read.
pub fn editions(address: impl Into<StoreAddress>) -> Result<Vec<Edition>, MapError> {
    read_still(&address.into(), async |reader| reader.editions().await)
}

/// The profile of the store at an address; blocks while it is read.
pub fn profile(address: impl Into<StoreAddress>) -> Result<Profile, MapError> {
    let stored = read_still(&address.into(), stored_profile)?;
    Ok(parse_profile(&stored.text, &stored.id, builtin_schemes())?)
}

impl Map {
    /// Opens the edition in force of the store at `path`, which may also be the address of a database.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, MapError> {
        Self::open_at(path.as_ref(), None)
    }

    /// Opens a certain edition of the store at `path`, which may also be the address of a database.
    pub fn open_edition(path: impl AsRef<Path>, edition: EditionNumber) -> Result<Self, MapError> {
        Self::open_at(path.as_ref(), Some(edition))
    }

    /// Opens an edition, or the one in force, of the store at an address.
    pub fn open_at(address: impl Into<StoreAddress>, edition: Option<EditionNumber>) -> Result<Self, MapError> {
        Self::open_which(address, edition.map_or(Which::InForce, Which::Number))
    }

    /// Opens the edition that `which` means, by number or by time, of the store at an address.
    pub fn open_which(address: impl Into<StoreAddress>, which: Which) -> Result<Self, MapError> {
        Self::read_after(&address.into(), which, None)
    }

    /// Number of the edition that answers; 0 for a store in which nothing was published.
    pub fn edition(&self) -> EditionNumber {
        self.snapshot.edition_number()
    }

    /// Everything that is known of the edition: profile, areas, borders.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// Reads the edition in force when it is another one, or when the roster has changed; whether it was so.
    ///
    /// What did not change is shared with what was there, so that a small change costs little more than reading the file.
    /// On an error the map stays what it was. Who must answer meanwhile keeps the map in an `ArcSwap` or `RwLock`.
    pub fn reload(&mut self) -> Result<bool, MapError> {
        let now = Clock::system().now();
        let (number, staff) = in_own_runtime(&self.address, |address| async move {
            let reader = AnyReader::open(&address).await?;
            let read = async { Ok((reader.editions().await?, reader.staff(None).await?)) }.await;
            reader.close().await?;
            let (editions, staff): (Vec<Edition>, Staff) = read.map_err(MapError::Store)?;
            Ok((in_force(&editions, now, None).map_or(0, |edition| edition.number), staff))
        })?;
        let roster = self.snapshot.roster();
        if number == self.edition() && staff == **roster.staff() && roster.holds().contains(now) {
            return Ok(false);
        }
        *self = Self::read_after(&self.address, Which::InForce, Some(&self.snapshot))?;
        Ok(true)
    }

    /// Who is responsible for a point: `x` is the longitude or easting, `y` the latitude or northing.
    pub fn locate(&self, x: f64, y: f64, crs: Crs) -> Result<Answer<'_>, QuestionError> {
        self.ask(&Question { x, y, crs, accuracy_m: None, accuracy_kind: AccuracyKind::default() })
    }

    /// The answer to a question, which may say how accurate its position is.
    pub fn ask(&self, question: &Question) -> Result<Answer<'_>, QuestionError> {
        ask(&self.snapshot, question).map(|reply| Answer { snapshot: &self.snapshot, reply })
    }

    /// Answers questions in their order: `each` gets the index of the question with its answer, or why it has none.
    ///
    /// Faster than one by one, because the next positions are fetched from memory while one is answered. It runs on the
    /// caller's thread; give each thread a part of the questions to use them all.
    pub fn locate_batch<'a>(
        &'a self,
        questions: &[Question],
        mut each: impl FnMut(usize, Result<Answer<'a>, QuestionError>),
    ) {
        ask_many(&self.snapshot, questions, |index, reply| {
            each(index, reply.map(|reply| Answer { snapshot: &self.snapshot, reply }));
        });
    }

    /// What is on the map besides areas: roads, water, buildings. The store keeps their newest state only.
    pub fn places(&self) -> Result<Vec<Place>, MapError> {
        read_still(&self.address, async |reader| reader.places().await)
    }

    fn read_after(address: &StoreAddress, which: Which, before: Option<&Snapshot>) -> Result<Self, MapError> {
        for _ in 0..MAX_READS {
            if let Some(snapshot) = in_own_runtime(address, move |address| load(address, which, before))? {
                return Ok(Self { address: address.clone(), snapshot: Arc::new(snapshot) });
            }
        }
        Err(MapError::Restless)
    }
}

/// A located answer, borrowed from the [`Map`] that gave it.
pub struct Answer<'a> {
    snapshot: &'a Snapshot,
    reply: Reply<'a>,
}

impl<'a> Answer<'a> {
    /// The edition that it was given from.
    pub fn edition(&self) -> EditionNumber {
        self.snapshot.edition_number()
    }

    /// How it was found.
    pub fn found(&self) -> Match {
        self.reply.located.found
    }

    /// The areas, coarsest first, each the parent of the next; empty outside of all.
    pub fn chain(&self) -> impl DoubleEndedIterator<Item = &'a Area> + use<'a, '_> {
        let snapshot = self.snapshot;
        self.reply.located.chain.iter().map(move |&index| snapshot.hierarchy.area(index))
    }

    /// The finest area.
    pub fn area(&self) -> Option<&'a Area> {
        self.reply.located.chain.last().map(|&index| self.area_at(index))
    }

    /// The area across the nearest border, and its distance in metres.
    pub fn runner_up(&self) -> Option<(&'a Area, f64)> {
        self.reply.located.runner_up.map(|runner_up| (self.area_at(runner_up.area), runner_up.distance_m))
    }

    /// For a position outside of all: the nearest area within the profile's limit, and its distance in metres.
    pub fn nearest(&self) -> Option<(&'a Area, f64)> {
        self.reply.located.nearest.map(|nearest| (self.area_at(nearest.area), nearest.distance_m))
    }

    /// How sure the owner is; `None` when the question stated no accuracy.
    pub fn certainty(&self) -> Option<Certainty> {
        self.reply.trust.as_ref().map(|trust| trust.certainty)
    }

    /// The areas that the position may belong to, the likeliest first; empty when the question stated no accuracy.
    pub fn candidates(&self) -> &[Candidate] {
        self.reply.trust.as_ref().map_or(&[], |trust| &trust.candidates)
    }

    /// Everything that the answer says.
    pub fn reply(&self) -> &Reply<'a> {
        &self.reply
    }

    fn area_at(&self, index: AreaIndex) -> &'a Area {
        self.snapshot.hierarchy.area(index)
    }
}

/// The edition that `which` means; `None` when somebody wrote to the store meanwhile.
async fn load(address: StoreAddress, which: Which, before: Option<&Snapshot>) -> Result<Option<Snapshot>, MapError> {
    let reader = AnyReader::open(&address).await?;
    let read = read_edition(&reader, which).await;
    // Whatever was found wrong in a file that moved is no finding.
    match reader.close().await? {
        Stillness::Kept => {}
        Stillness::Broken => return Ok(None),
    }
    let Parts { profile, edition, areas, staff, at } = read?;
    let profile = parse_profile(&profile.text, &profile.id, builtin_schemes())?;
    let (areas, polygons) = areas.into_iter().map(|stored| (stored.area, stored.geometry)).unzip();
    let roster = Arc::new(Roster::new(&profile, Arc::new(staff), at));
    Ok(Some(Snapshot::new(Arc::new(profile), edition, areas, polygons, roster, before)?))
}

/// What a store holds of one edition.
struct Parts {
    profile: StoredProfile,
    edition: Option<Edition>,
    areas: Vec<StoredArea>,
    staff: Staff,
    /// When whoever answers is on duty.
    at: OffsetDateTime,
}

async fn stored_profile(reader: &AnyReader) -> Result<StoredProfile, StoreError> {
    let profile = reader.profile().await?;
    profile.ok_or_else(|| StoreError::Inconsistent("the store has no profile yet".to_owned()))
}

async fn read_edition(reader: &AnyReader, which: Which) -> Result<Parts, MapError> {
    let profile = stored_profile(reader).await?;
    let editions = reader.editions().await?;
    let now = || Clock::system().now();
    let edition = match which {
        Which::InForce => in_force(&editions, now(), None).cloned(),
        Which::Number(asked) => {
            let head = editions.last().map_or(0, |edition| edition.number);
            let found = editions.into_iter().find(|edition| edition.number == asked);
            Some(found.ok_or(MapError::NoEdition { asked, head })?)
        }
        Which::At { at, known_at } => Some(in_force_at(&editions, at.unwrap_or_else(now), known_at)?.clone()),
    };
    let areas = reader.areas(edition.as_ref().map_or(0, |edition| edition.number)).await?;
    let (at, known_at) = which.duty_time(now());
    Ok(Parts { profile, edition, areas, staff: reader.staff(known_at).await?, at })
}

/// What `read` reads of a store that nobody writes to meanwhile.
fn read_still<T: Send>(
    address: &StoreAddress,
    read: impl AsyncFn(&AnyReader) -> Result<T, StoreError> + Sync,
) -> Result<T, MapError> {
    let read = &read;
    let once = |address: StoreAddress| async move {
        let reader = AnyReader::open(&address).await?;
        let found = read(&reader).await;
        match reader.close().await? {
            Stillness::Kept => Ok(Some(found?)),
            Stillness::Broken => Ok(None),
        }
    };
    for _ in 0..MAX_READS {
        if let Some(found) = in_own_runtime(address, once)? {
            return Ok(found);
        }
    }
    Err(MapError::Restless)
}

/// Runs `work` to its end on a thread with a runtime of its own, so that the caller may be in a runtime or in none.
fn in_own_runtime<T: Send, F: Future<Output = Result<T, MapError>>>(
    address: &StoreAddress,
    work: impl FnOnce(StoreAddress) -> F + Send,
) -> Result<T, MapError> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        runtime.block_on(work(address.clone()))
    };
    thread::scope(|scope| match scope.spawn(run).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
