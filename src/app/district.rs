//! A store with the profile that it was made with.

use std::sync::Arc;

use super::demo::DemoDistrict;
use super::import::{self, ImportError, ImportOptions, ImportReport, ImportSource, Progress};
use crate::{
    clock::Clock,
    domain::{
        area::{Edition, EditionNumber, Severity, Snapshot, SnapshotError},
        coverage::noding,
        duty::Roster,
        profile::Profile,
        redraw::{Change, Invalid, validate},
    },
    formats::profile_toml::{ProfileError, builtin_schemes, find_profile, parse_profile},
    store::{AnyStore, PublishError, Store, StoreAddress, StoreError, StoredProfile},
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
    /// The generated areas break a rule: a bug of ours.
    #[error("the generated district is not valid: {}", first_error(.0))]
    Invalid(Invalid),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else published in between.
    #[error(transparent)]
    Publish(#[from] PublishError),
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
        import::import(self.store(), &self.profile, served, sources, options, self.clock.now(), progress).await
    }

    /// Publishes a generated district as the first edition, with its places and postings.
    pub async fn adopt_demo(&self, demo: DemoDistrict, title: &str) -> Result<u32, GenerateError> {
        if let Some(edition) = self.store.head().await? {
            return Err(GenerateError::NotEmpty(edition.number));
        }
        let DemoDistrict { areas, places, postings } = demo;
        let profile = Arc::clone(&self.profile);
        let validated = super::tasks::compute(move || {
            let change = |area| Change { digest: import::digest(&area), area, source: Default::default() };
            let changes = areas.into_iter().map(change).collect();
            validate(&profile, 0, Vec::new(), changes, &[], noding::DEFAULT_SNAP_M)
        });
        let draft = validated.await.map_err(GenerateError::Invalid)?;
        self.store.replace_places(&places).await?;
        self.store.replace_postings(&postings).await?;
        let options =
            ImportOptions { title: title.to_owned(), author: "onemap generate".to_owned(), ..Default::default() };
        let imprint = import::imprint(&self.profile, options, self.clock.now());
        Ok(self.store.publish(&draft, &imprint).await?.number)
    }

    /// The newest edition, ready to answer.
    pub async fn snapshot(&self) -> Result<Snapshot, OpenError> {
        let edition = self.store.head().await?;
        self.snapshot_of(edition, None).await
    }

    /// The newest edition, sharing with the one `before` it what did not change.
    pub async fn snapshot_after(&self, before: Arc<Snapshot>) -> Result<Snapshot, OpenError> {
        let edition = self.store.head().await?;
        self.snapshot_of(edition, Some(before)).await
    }

    /// The edition `number` as it was published, with who answers now, sharing with `other` what is the same; `None` when
    /// there is no such edition.
    pub async fn past_snapshot(
        &self,
        number: EditionNumber,
        other: Arc<Snapshot>,
    ) -> Result<Option<Snapshot>, OpenError> {
        let editions = self.store.editions().await?;
        match editions.into_iter().find(|edition| edition.number == number) {
            Some(edition) => self.snapshot_of(Some(edition), Some(other)).await.map(Some),
            None => Ok(None),
        }
    }

    async fn snapshot_of(&self, edition: Option<Edition>, other: Option<Arc<Snapshot>>) -> Result<Snapshot, OpenError> {
        let number = edition.as_ref().map_or(0, |edition| edition.number);
        let roster = self.roster(other.as_deref()).await?;
        let profile = Arc::clone(&self.profile);
        // Between editions only what differs is read and put in.
        if let Some(other) = other.filter(|other| other.edition.is_some() && number > 0) {
            let changes = self.store.area_changes(other.edition_number(), number).await?;
            return Ok(super::tasks::compute(move || other.next(edition, changes, roster)).await?);
        }
        let stored = self.store.areas(number).await?;
        let snapshot = super::tasks::compute(move || {
            let (areas, polygons) = stored.into_iter().map(|stored| (stored.area, stored.geometry)).unzip();
            Snapshot::new(profile, edition, areas, polygons, roster, None)
        });
        Ok(snapshot.await?)
    }

    /// Who answers now; that of `other` when it is still so.
    async fn roster(&self, other: Option<&Snapshot>) -> Result<Arc<Roster>, StoreError> {
        let revision = self.store.revisions().await?.postings;
        if let Some(other) = other.filter(|other| other.roster().revision() == revision) {
            return Ok(Arc::clone(other.roster()));
        }
        Ok(Arc::new(Roster::new(&self.profile, revision, self.store.postings().await?)))
    }
}
