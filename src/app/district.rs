//! A store with the profile that it was made with.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use time::OffsetDateTime;

use super::demo::{
    DemoDistrict, DemoStory,
    contacts::{self, PlacePost},
};
use super::import::{self, ImportError, ImportOptions, ImportReport, ImportSource, Progress};
use super::indicators;
use super::story::{self, Said};
use crate::{
    clock::Clock,
    domain::{
        area::{
            AreaCode, AreaId, Edition, EditionNumber, Level, NewArea, ScheduleError, Severity, Snapshot, SnapshotError,
            in_force, schedule,
        },
        coverage::noding,
        duty::{ListedPosting, Object, Roster, StaffChange, numbered},
        profile::Profile,
        redraw::{Change, Invalid, validate_retiring},
    },
    formats::profile_toml::{ProfileError, builtin_schemes, find_profile, parse_profile},
    store::{
        Act, AnyStore, Imprint, PublishError, RecordError, StaffError, Store, StoreAddress, StoreError, StoredProfile,
    },
};

/// The profile of a new store when nobody names one.
pub const DEFAULT_PROFILE: &str = "licheng";

/// A store with its profile: what the command line works on, and the server serves from.
#[derive(Clone)]
pub struct District {
    store: Arc<AnyStore>,
    profile: Arc<Profile>,
    clock: Clock,
}

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store was made with another profile.
    #[error("the store was made with profile {stored}, not {given}: leave --profile out, or choose another store")]
    OtherProfile {
        /// The profile of the store.
        stored: String,
        /// The profile that was asked for.
        given: String,
    },
    /// The profile in the store cannot be read.
    #[error("the profile kept in the store is broken: {0}")]
    Profile(#[from] ProfileError),
    /// What the store holds forms no map.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// Why generated areas were not published.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The store has areas already.
    #[error("the store already has edition {0}; generate into a new one")]
    NotEmpty(u32),
    /// The edition cannot take force when it was to.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The generated areas break a rule: a bug of ours.
    #[error("the generated district is not valid: {}", first_error(.0))]
    Invalid(Invalid),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else published in between.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Somebody else changed who answers in between.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// Somebody else recorded values in between.
    #[error(transparent)]
    Indicators(#[from] RecordError),
}

fn first_error(invalid: &Invalid) -> &str {
    let mut errors = invalid.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.next().map_or("", |finding| finding.en.as_str())
}

impl District {
    /// Opens the store at `address`, made when absent; `profile` must then match, and is the default for a new store.
    pub async fn open(
        address: impl Into<StoreAddress>,
        profile: Option<Profile>,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let store = AnyStore::open(&address.into()).await?;
        let profile = match (store.profile().await?, profile) {
            (Some(stored), given) => {
                let kept = parse_profile(&stored.text, &stored.id, builtin_schemes())?;
                match given {
                    Some(given) if given.id != kept.id => {
                        return Err(OpenError::OtherProfile { stored: kept.id, given: given.id });
                    }
                    _ => kept,
                }
            }
            (None, Some(given)) => given,
            (None, None) => find_profile(DEFAULT_PROFILE).expect("the default profile is built in").clone(),
        };
        let level_ids: Vec<String> = profile.levels.iter().map(|level| level.id.clone()).collect();
        let stored = StoredProfile { id: profile.id.clone(), text: profile.source.clone() };
        store.adopt_profile(&stored, &level_ids).await?;
        Ok(Self { store: Arc::new(store), profile: Arc::new(profile), clock })
    }

    /// The profile.
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profile
    }

    /// The store.
    pub fn store(&self) -> &AnyStore {
        &self.store
    }

    /// The time now, by the district's clock.
    pub fn now(&self) -> time::OffsetDateTime {
        self.clock.now()
    }

    /// Imports files as the next edition; `served` is a snapshot in memory, if there is one.
    pub async fn import(
        &self,
        served: Option<Arc<Snapshot>>,
        sources: Vec<ImportSource>,
        options: ImportOptions,
        progress: Progress,
    ) -> Result<ImportReport, ImportError> {
        import::import(self.store(), &self.profile, served, sources, options, &self.clock, progress).await
    }

    /// Publishes a generated district as the first edition, with its places and postings.
    pub async fn adopt_demo(&self, demo: DemoDistrict, title: &str) -> Result<u32, GenerateError> {
        let said = Said { title: title.to_owned(), ..Said::new() };
        self.adopt_story(DemoStory { now: demo, before: Vec::new() }, said).await
    }

    /// Publishes a generated district with its places and postings: as it was before, if it has a past, and as it is now.
    ///
    /// The edition before is said to be a year older than the one of now.
    pub async fn adopt_story(&self, story: DemoStory, said: Said) -> Result<u32, GenerateError> {
        if let Some(edition) = self.store.head().await? {
            return Err(GenerateError::NotEmpty(edition.number));
        }
        let now = self.clock.now();
        schedule(None, said.effective_from, now)?;
        let DemoStory { now: DemoDistrict { areas, places, postings }, before } = story;
        self.store.replace_places(&places).await?;
        let posts = contacts::place_posts(&places);
        drop(places);
        let levels: Vec<(AreaCode, Level)> = areas.iter().map(|area| (area.code, area.level)).collect();
        let values = indicators::demo::values(&self.profile, &areas, self.profile.day(now));
        let parts = story::parted(areas, &before);
        let anew = if before.is_empty() { HashSet::new() } else { parts.1.iter().map(|area| area.code).collect() };
        let postings = story::of_their_time(postings, &anew);
        let number = self.publish_story(parts, before, &said, now).await?;
        self.post(&postings, (&levels, &posts), &said.author).await?;
        if !values.is_empty() {
            let base = self.store.indicator_revision(None).await?;
            self.store.record_indicators(base, &values, &said.author, &|| now).await?;
        }
        Ok(number)
    }

    /// Publishes the areas of a story: as they were before, if it has a past, and as they are now.
    async fn publish_story(
        &self,
        (kept, anew): (Vec<NewArea>, Vec<NewArea>),
        before: Vec<NewArea>,
        said: &Said,
        now: OffsetDateTime,
    ) -> Result<EditionNumber, GenerateError> {
        let retire: Vec<AreaCode> = before.iter().map(|area| area.code).collect();
        if !before.is_empty() {
            let earlier = now - story::YEAR;
            let imprint = self.imprint(story::EARLIER_TITLE, &said.author, (earlier, earlier));
            self.publish_areas(kept.into_iter().chain(before).collect(), &[], &imprint).await?;
            let imprint = self.imprint(&said.title, &said.author, (said.effective_from.unwrap_or(now), now));
            return self.publish_areas(anew, &retire, &imprint).await;
        }
        let imprint = self.imprint(&said.title, &said.author, (said.effective_from.unwrap_or(now), now));
        self.publish_areas(kept.into_iter().chain(anew).collect(), &[], &imprint).await
    }

    /// Adds everybody of a list to those who answer for areas of the newest edition; with anybody in it, also how the district is
    /// reached otherwise.
    async fn post(
        &self,
        listed: &[ListedPosting],
        (levels, posts): (&[(AreaCode, Level)], &[PlacePost]),
        author: &str,
    ) -> Result<(), GenerateError> {
        let head = self.store.head().await?.map_or(0, |edition| edition.number);
        let ids: HashMap<String, AreaId> = self.store.area_ids(head).await?.into_iter().collect();
        let known = self.store.staff(None).await?;
        let mut put = numbered(listed, known.last_id + 1, |code| ids.get(code.as_str()).map(|&id| Object::Area(id)));
        if !listed.is_empty() {
            let id_of = |&(code, level): &(AreaCode, Level)| Some((*ids.get(code.as_str())?, code, level));
            let areas: Vec<_> = levels.iter().filter_map(id_of).collect();
            contacts::furnish(&mut put, known.last_id, &self.profile, &areas, posts);
        }
        let summary = format!("{} postings", put.postings.len());
        let act = Act { actor: author.to_owned(), at: self.clock.now(), summary };
        self.store.change_staff(known.revision, &StaffChange { put, gone: Vec::new() }, &act).await?;
        Ok(())
    }

    fn imprint(&self, title: &str, author: &str, times: (OffsetDateTime, OffsetDateTime)) -> Imprint {
        import::imprint(&self.profile, title.to_owned(), author.to_owned(), times)
    }

    /// Publishes generated areas on the newest edition, `retire`, ascending, taken out of that.
    async fn publish_areas(
        &self,
        areas: Vec<NewArea>,
        retire: &[AreaCode],
        imprint: &Imprint,
    ) -> Result<u32, GenerateError> {
        let number = self.store.head().await?.map_or(0, |edition| edition.number);
        let base = import::base_of(self.store.areas(number).await?);
        let (profile, retire) = (Arc::clone(&self.profile), retire.to_vec());
        let validated = super::tasks::compute(move || {
            let change = |area| Change { digest: import::digest(&area), area, source: Default::default() };
            let changes = areas.into_iter().map(change).collect();
            validate_retiring(&profile, number, base, changes, &retire, &[], noding::DEFAULT_SNAP_M)
        });
        let draft = validated.await.map_err(GenerateError::Invalid)?;
        Ok(self.store.publish(&draft, imprint).await?.number)
    }

    /// The edition in force, ready to answer.
    pub async fn snapshot(&self) -> Result<Snapshot, OpenError> {
        let now = self.clock.now();
        let editions = self.store.editions().await?;
        let roster = self.roster(None, now, None);
        self.snapshot_of(in_force(&editions, now, None).cloned(), roster, None).await
    }

    /// The edition `number` as it was published, with those of `roster`, sharing with `other` what is the same; `None` when
    /// there is no such edition. The roster may be read meanwhile.
    pub async fn snapshot_of_edition(
        &self,
        number: EditionNumber,
        roster: impl Future<Output = Result<Arc<Roster>, StoreError>>,
        other: Option<Arc<Snapshot>>,
    ) -> Result<Option<Snapshot>, OpenError> {
        let editions = self.store.editions().await?;
        match editions.into_iter().find(|edition| edition.number == number) {
            Some(edition) => self.snapshot_of(Some(edition), roster, other).await.map(Some),
            None => Ok(None),
        }
    }

    /// What there is before the first edition is in force: no area, and whoever was entered by then.
    pub fn empty_snapshot(&self, roster: Arc<Roster>) -> Result<Snapshot, OpenError> {
        Ok(Snapshot::new(Arc::clone(&self.profile), None, Vec::new(), Vec::new(), roster, None)?)
    }

    /// The district's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    async fn snapshot_of(
        &self,
        edition: Option<Edition>,
        roster: impl Future<Output = Result<Arc<Roster>, StoreError>>,
        other: Option<Arc<Snapshot>>,
    ) -> Result<Snapshot, OpenError> {
        let number = edition.as_ref().map_or(0, |edition| edition.number);
        let profile = Arc::clone(&self.profile);
        // Between editions only what differs is read and put in.
        if let Some(other) = other.filter(|other| other.edition.is_some() && number > 0) {
            let changes = self.store.area_changes(other.edition_number(), number);
            let (changes, roster) = tokio::try_join!(changes, roster)?;
            return Ok(super::tasks::compute(move || other.next(edition, changes, roster)).await?);
        }
        let (stored, roster) = tokio::try_join!(self.store.areas(number), roster)?;
        let snapshot = super::tasks::compute(move || {
            let (areas, polygons) = stored.into_iter().map(|stored| (stored.area, stored.geometry)).unzip();
            Snapshot::new(profile, edition, areas, polygons, roster, None)
        });
        Ok(snapshot.await?)
    }

    /// Who is on duty at a time, as far as was known at another, `None` for all that is known by now; `known` itself when
    /// it says so.
    pub async fn roster(
        &self,
        known: Option<&Arc<Roster>>,
        at: OffsetDateTime,
        known_at: Option<OffsetDateTime>,
    ) -> Result<Arc<Roster>, StoreError> {
        let revision = match known_at {
            Some(known_at) => self.store.staff_known_at(known_at).await?,
            None => self.store.revisions().await?.postings,
        };
        match known.filter(|known| known.revision() == revision) {
            Some(known) => Ok(self.roster_at(known, at).await),
            None => {
                let staff = Arc::new(self.store.staff(Some(revision)).await?);
                let profile = Arc::clone(&self.profile);
                Ok(super::tasks::compute(move || Arc::new(Roster::new(&profile, staff, at))).await)
            }
        }
    }

    /// Who of those that a roster knows is on duty at another time; the roster itself when it still holds.
    pub async fn roster_at(&self, known: &Arc<Roster>, at: OffsetDateTime) -> Arc<Roster> {
        if known.holds().contains(at) {
            return Arc::clone(known);
        }
        let (profile, staff) = (Arc::clone(&self.profile), Arc::clone(known.staff()));
        super::tasks::compute(move || Arc::new(Roster::new(&profile, staff, at))).await
    }
}
