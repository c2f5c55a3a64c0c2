//! What a store promises, whatever keeps it.

use time::OffsetDateTime;

use super::{Act, Barrier, RecordError, StaffError};
use crate::domain::{
    area::{Area, AreaChanges, AreaCode, AreaId, Edition, EditionNumber, Level},
    duty::{Staff, StaffChange},
    geometry::MultiPolygon,
    indicator::{GivenValue, Period, PeriodInUse, RecordedValue},
    place::{Place, PlaceChange},
    redraw::ValidDraft,
};

/// Why a store did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store is away or broken.
    #[error("the store does not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database that keeps the store cannot be reached.
    #[error("the database at {place} cannot be reached: {barrier} ({why})")]
    Unreachable {
        /// Host and port, or the socket.
        place: String,
        /// What is in the way.
        barrier: Barrier,
        /// In the words of whoever noticed.
        why: String,
    },
    /// Nothing more can be written where the store is kept.
    #[error("no space is left for the store, the write was undone: {0}")]
    Full(String),
    /// A row breaks an invariant.
    #[error("the store is inconsistent: {0}")]
    Inconsistent(String),
    /// The file or database is not a store of this program.
    #[error("{0} is no Onemap store")]
    Foreign(String),
    /// The address of a database cannot be understood.
    #[error("{address} is no address of a store: {why}; allowed are a file and postgres://USER@HOST/DATABASE")]
    Address {
        /// The address, without its password.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// The database lets this user not in, or has no such database.
    #[error("the database refuses the connection: {0}")]
    Denied(String),
    /// This user or this server may only read.
    #[error("the store may only be read: {0}")]
    ReadOnly(String),
    /// The database lacks an extension and this user cannot make it.
    #[error(
        "the database lacks the extension {name} ({why}): let its administrator install it and run: create extension {name}"
    )]
    Extension {
        /// Its name.
        name: String,
        /// Why it was not made.
        why: String,
    },
    /// A database of this kind cannot be a store.
    #[error("the database cannot be a store: {0}")]
    Unsuited(String),
    /// The store was written by a newer version.
    #[error("the store has schema version {found}; this program knows {known}: update the program")]
    Newer {
        /// Version in the store.
        found: i64,
        /// Newest known version.
        known: i64,
    },
    /// The store keeps another profile.
    #[error("the store was made with profile {kept:?} and keeps it; what is given is {given:?} or differs from it")]
    OtherProfile {
        /// Id of the profile in the store.
        kept: String,
        /// Id of the profile that was given.
        given: String,
    },
    /// A level of the profile has a name that the store needs for itself.
    #[error("level id {0:?} is the name of a table; choose another in the profile")]
    ReservedLevel(String),
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Somebody else published in between.
    #[error("the head is edition {found}, not {expected}")]
    Stale {
        /// The edition that the draft was validated against; 0 for none.
        expected: EditionNumber,
        /// The head of the store; 0 for none.
        found: EditionNumber,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why places were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePlacesError {
    /// Somebody else changed them in between.
    #[error("the places were last changed by entry {found} of the change log, not {expected}")]
    Stale {
        /// The revision that the change was made for.
        expected: i64,
        /// The revision of the store.
        found: i64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The profile that a store keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProfile {
    /// Its id.
    pub id: String,
    /// The text of its file.
    pub text: String,
}

/// One area of an edition as the store holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredArea {
    /// The area; its parent index is into the list that it came in.
    pub area: Area,
    /// The outline: noded, canonical.
    pub geometry: MultiPolygon,
}

/// What is said of a publish besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// What the edition is called.
    pub title: String,
    /// Who publishes.
    pub author: String,
    /// From when it is in force.
    pub effective_from: OffsetDateTime,
    /// Now.
    pub published_at: OffsetDateTime,
    /// SHA-256 of the profile's text, in hexadecimal.
    pub profile_digest: String,
}

/// Numbers in the change log of what was last done to what has no editions; 0 for what was never touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Revisions {
    /// Of the places.
    pub places: i64,
    /// Of duties: organisations, people, postings, channels.
    pub postings: i64,
    /// Of values of indicators.
    pub indicators: i64,
}

/// Where the change log stands: what whoever follows a store asks for again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogHead {
    /// Number of its last entry; 0 for none.
    pub seq: i64,
    /// The newest edition, in force or not; 0 for none.
    pub edition: EditionNumber,
    /// When places and postings were last changed.
    pub revisions: Revisions,
    /// Whether this program may write to the store as things are.
    pub may_write: bool,
    /// Whether it is a copy that follows another database, which alone is written to.
    pub is_standby: bool,
}

/// An area that is no more, as it was last.
#[derive(Debug, Clone, PartialEq)]
pub struct RetiredArea {
    /// Its code.
    pub code: AreaCode,
    /// Its level.
    pub level: Level,
    /// Its name.
    pub name: String,
    /// The edition in which it is no more for the first time.
    pub retired_in: EditionNumber,
    /// Its outline: noded, canonical.
    pub geometry: MultiPolygon,
}

/// An entry of the change log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedChange {
    /// Its number: one more than that of the entry before, in commit order.
    pub seq: i64,
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub actor: String,
    /// A word for what it was: `profile`, `edition`, `places`, `postings`, `indicators`.
    pub kind: String,
    /// The edition that came of it.
    pub edition: Option<EditionNumber>,
    /// One line about it.
    pub summary: String,
}

/// How many rows of a kind a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of areas over all editions.
    pub area_rows: u64,
    /// Editions.
    pub editions: u64,
    /// Places.
    pub places: u64,
    /// Postings, of all times, as they are known now.
    pub postings: u64,
    /// Values of indicators, superseded ones included.
    pub indicator_values: u64,
    /// Entries of the change log.
    pub changes: u64,
}

/// Tells the time.
pub type Now<'a> = &'a (dyn Fn() -> OffsetDateTime + Send + Sync);

/// The truth: profile, editions, areas, places, postings, and the log of what changed.
///
/// The one trait with several implementations; the others would be one too many (HOUSE_STYLE 3).
/// Every write is one transaction: whole, or not at all, and durable when it returns.
pub trait Store: Send + Sync + 'static {
    /// The profile that the store was made with; `None` for a new store.
    fn profile(&self) -> impl Future<Output = Result<Option<StoredProfile>, StoreError>> + Send;

    /// Gives a new store its profile, and readers a view per level (`level_ids`, coarsest first).
    ///
    /// The same profile again only renews the views; another one, or another text, is refused.
    fn adopt_profile(
        &self,
        profile: &StoredProfile,
        level_ids: &[String],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The newest edition, in force or not; `None` when nothing was published.
    fn head(&self) -> impl Future<Output = Result<Option<Edition>, StoreError>> + Send;

    /// All editions, oldest first.
    fn editions(&self) -> impl Future<Output = Result<Vec<Edition>, StoreError>> + Send;

    /// The areas of an edition, sorted by level and code, parents resolved; empty for edition 0.
    fn areas(&self, edition: EditionNumber) -> impl Future<Output = Result<Vec<StoredArea>, StoreError>> + Send;

    /// What the areas of edition `to` have that those of edition `from` have not, whichever is the later: areas in another
    /// state, sorted by level and code, and numbers of areas that are not there. Costs what differs, not what there is.
    fn area_changes(
        &self,
        from: EditionNumber,
        to: EditionNumber,
    ) -> impl Future<Output = Result<AreaChanges, StoreError>> + Send;

    /// When places and postings were last changed.
    fn revisions(&self) -> impl Future<Output = Result<Revisions, StoreError>> + Send;

    /// Where the change log stands, all of it as of one moment.
    fn log_head(&self) -> impl Future<Output = Result<LogHead, StoreError>> + Send;

    /// Codes that were in force before an edition and are not any more, ascending.
    fn retired_codes(&self, edition: EditionNumber) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// The area that a code named last before `edition`, in which it names none; `None` when it never did.
    fn retired_area(
        &self,
        code: &str,
        edition: EditionNumber,
    ) -> impl Future<Output = Result<Option<RetiredArea>, StoreError>> + Send;

    /// At most `limit` entries of the change log behind number `since`, in their order.
    fn changes(&self, since: i64, limit: u32) -> impl Future<Output = Result<Vec<LoggedChange>, StoreError>> + Send;

    /// Publishes a draft as the next edition: compare-and-swap on the head, area numbers from the counter.
    fn publish(
        &self,
        draft: &ValidDraft,
        imprint: &Imprint,
    ) -> impl Future<Output = Result<Edition, PublishError>> + Send;

    /// The numbers that areas of an edition have, by code; what `publish` gave them.
    fn area_ids(
        &self,
        edition: EditionNumber,
    ) -> impl Future<Output = Result<Vec<(String, AreaId)>, StoreError>> + Send;

    /// All places, by id.
    fn places(&self) -> impl Future<Output = Result<Vec<Place>, StoreError>> + Send;

    /// Replaces all places.
    fn replace_places(&self, places: &[Place]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Changes places: compare-and-swap on their revision, numbers of new ones from the counter. Returns the new revision.
    fn change_places(
        &self,
        change: &PlaceChange,
        onto: i64,
        author: &str,
    ) -> impl Future<Output = Result<i64, ChangePlacesError>> + Send;

    /// Organisations, people, postings and channels as they were known after the change `known` of the log; as they are known
    /// now for `None`. All of it as of one moment.
    fn staff(&self, known: Option<i64>) -> impl Future<Output = Result<Staff, StoreError>> + Send;

    /// The last change of duties that was recorded by a time; 0 for none.
    fn staff_known_at(&self, at: OffsetDateTime) -> impl Future<Output = Result<i64, StoreError>> + Send;

    /// Changes duties, compare-and-swap on the last change of them, `base`; returns the number of this change.
    ///
    /// What was known before stays known as it was then; a change never has an earlier time than the one before it.
    fn change_staff(
        &self,
        base: i64,
        change: &StaffChange,
        act: &Act,
    ) -> impl Future<Output = Result<i64, StaffError>> + Send;

    /// Number of the last change of indicators, not after `at` where that is given; 0 for none.
    fn indicator_revision(&self, at: Option<OffsetDateTime>) -> impl Future<Output = Result<i64, StoreError>> + Send;

    /// Which periods of which indicators have values as far as change number `known`, by both.
    fn indicator_periods(&self, known: i64) -> impl Future<Output = Result<Vec<PeriodInUse>, StoreError>> + Send;

    /// The values of indicators in periods, of each area the latest as far as change number `known`; those of one indicator and
    /// period follow one another by code. No pair is wanted twice.
    fn indicator_values(
        &self,
        wanted: &[(&str, Period)],
        known: i64,
    ) -> impl Future<Output = Result<Vec<RecordedValue>, StoreError>> + Send;

    /// Records values, at most one for each area, indicator and period, as one change, compare-and-swap on the last change of
    /// them, `base`; returns the number of this change. They supersede those before; nothing is overwritten.
    ///
    /// `now` is asked once no other writer can come before; a change never has an earlier time than the one before it.
    fn record_indicators(
        &self,
        base: i64,
        values: &[GivenValue],
        actor: &str,
        now: Now<'_>,
    ) -> impl Future<Output = Result<i64, RecordError>> + Send;

    /// How much the store holds.
    fn counts(&self) -> impl Future<Output = Result<Counts, StoreError>> + Send;

    /// Makes a copy of the store's main file whole, and lets go of it.
    fn close(&self) -> impl Future<Output = Result<(), StoreError>> + Send;
}
