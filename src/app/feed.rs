//! What happened, in the order in which it was committed: numbered without holes, kept for those who come back.
//!
//! It lives in memory and begins anew with the process; the numbers go on from a larger one, so that nobody mistakes
//! them for those of the process before. Keeping it in the store comes with the incidents.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use bytes::Bytes;
use time::OffsetDateTime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use super::tiles::{TileCoord, Tileset};
use crate::domain::area::EditionNumber;

/// Events kept for those who come back or lag.
pub const MAX_EVENTS: usize = 1024;

/// Tiles that one event names; when more changed, it says all.
pub const MAX_CHANGED_TILES: usize = 4096;

/// Tiles that all kept events name together, at most; older events go.
const MAX_TILES_KEPT: usize = 1 << 18;

/// A second of the process has this many numbers to itself, so that they stay below 2^53 and those of two processes apart.
const NUMBERS_PER_SECOND: u64 = 1 << 20;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// An edition was published; whether it is in force is another matter.
    EditionPublished {
        /// Its number.
        edition: EditionNumber,
        /// What it is called.
        title: String,
        /// From when it is in force.
        effective_from: OffsetDateTime,
    },
    /// An edition is in force from now on, and served.
    EditionInForce {
        /// Its number.
        edition: EditionNumber,
        /// What it is called.
        title: String,
    },
    /// Others answer than before: duties were changed, or their time came.
    DutyChanged {
        /// Number of the last change of duties that is served.
        revision: i64,
        /// In this edition.
        edition: EditionNumber,
    },
    /// Values of indicators were recorded, here or elsewhere.
    IndicatorsChanged {
        /// Number of the last change.
        change: i64,
    },
    /// Tiles are others than before.
    TilesChanged {
        /// Of this tileset.
        tileset: Tileset,
        /// Since this edition.
        edition: EditionNumber,
        /// Which, of WebMercatorQuad; `None` for any of them.
        tiles: Option<Vec<TileCoord>>,
    },
}

/// One event. Never changes.
#[derive(Debug)]
pub struct Event {
    /// Its number: one more than that of the event before.
    pub number: u64,
    /// When it happened.
    pub at: OffsetDateTime,
    /// What happened.
    pub happened: Happened,
    /// It as it goes over the wire, made once, by whoever sends it first.
    pub wire: OnceLock<Bytes>,
}

/// The events. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Feed(Arc<Inner>);

struct Inner {
    /// Written by whoever publishes, read by subscribers; held for moments.
    ring: Mutex<Ring>,
    /// The last number; rings for the subscribers.
    bell: watch::Sender<u64>,
    places: Arc<Semaphore>,
    closed: CancellationToken,
}

/// **Invariant**: the numbers of `events` go up by one to `last`; `tiles` is what they name together.
struct Ring {
    events: VecDeque<Arc<Event>>,
    /// Number before the first event.
    began: u64,
    /// Number of the newest event that was ever added.
    last: u64,
    tiles: usize,
}

/// Somebody who follows the feed.
pub struct Subscriber {
    feed: Feed,
    bell: watch::Receiver<u64>,
    /// The last number that it has seen.
    seen: u64,
    lost: Option<Lost>,
    _place: OwnedSemaphorePermit,
}

/// Why a subscriber cannot have what lies between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The number it comes back with is none of ours: of another process, or no number.
    Unknown,
    /// What it has not seen is no longer kept.
    TooOld,
}

/// What a subscriber gets next.
#[derive(Debug)]
pub enum Next {
    /// The next event.
    Event(Arc<Event>),
    /// What lies between is lost: read everything anew; it goes on behind `number`.
    Reset {
        /// The last number so far.
        number: u64,
        /// Why.
        lost: Lost,
    },
    /// The feed is over: the service stops.
    Over,
}

/// With which number a subscriber begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// With whatever comes next.
    Now,
    /// Behind the event of this number; `None` for a text that is no number.
    Number(Option<u64>),
}

impl Feed {
    /// An empty feed of a process started `at`, for at most `subscribers` at a time.
    pub fn new(at: OffsetDateTime, subscribers: usize) -> Self {
        // Somewhere in the first half of its second: servers that are started together have numbers of their own, and who goes
        // from one to another is told to read anew.
        let place = uuid::Uuid::new_v4().as_u128() as u64 % (NUMBERS_PER_SECOND / 2);
        let last = u64::try_from(at.unix_timestamp()).unwrap_or_default() * NUMBERS_PER_SECOND + place;
        Self(Arc::new(Inner {
            ring: Mutex::new(Ring { events: VecDeque::new(), began: last, last, tiles: 0 }),
            bell: watch::Sender::new(last),
            places: Arc::new(Semaphore::new(subscribers)),
            closed: CancellationToken::new(),
        }))
    }

    /// Adds what happened. Called in the order of commits.
    pub fn publish(&self, at: OffsetDateTime, happened: Happened) {
        let mut ring = self.ring();
        let happened = bounded(happened);
        ring.last += 1;
        ring.tiles += tiles_of(&happened);
        let event = Event { number: ring.last, at, happened, wire: OnceLock::new() };
        ring.events.push_back(Arc::new(event));
        while ring.events.len() > MAX_EVENTS || ring.tiles > MAX_TILES_KEPT {
            let oldest = ring.events.pop_front().expect("more than a limit is not nothing");
            ring.tiles -= tiles_of(&oldest.happened);
        }
        // Rung with the ring held, so that the numbers go up.
        self.0.bell.send_replace(ring.last);
    }

    /// Follows the feed; `None` when there are as many as there may be.
    pub fn subscribe(&self, since: Since) -> Option<Subscriber> {
        let place = Arc::clone(&self.0.places).try_acquire_owned().ok()?;
        let bell = self.0.bell.subscribe();
        let ring = self.ring();
        let oldest = ring.last - ring.events.len() as u64;
        let (seen, lost) = match since {
            Since::Now => (ring.last, None),
            Since::Number(Some(number)) if (oldest..=ring.last).contains(&number) => (number, None),
            Since::Number(number) => {
                let of_ours = number.is_some_and(|number| (ring.began..oldest).contains(&number));
                (ring.last, Some(if of_ours { Lost::TooOld } else { Lost::Unknown }))
            }
        };
        drop(ring);
        Some(Subscriber { feed: self.clone(), bell, seen, lost, _place: place })
    }

    /// Ends the feed: every subscriber is told [`Next::Over`], when it has what happened before.
    pub fn close(&self) {
        self.0.closed.cancel();
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    /// The events behind number `seen`; `None` when some are no longer kept.
    fn behind(&self, seen: u64) -> Option<impl Iterator<Item = &Arc<Event>>> {
        let missing = usize::try_from(self.last - seen).ok()?;
        let from = self.events.len().checked_sub(missing)?;
        Some(self.events.range(from..))
    }
}

impl Subscriber {
    /// The last number that it has seen.
    pub const fn seen(&self) -> u64 {
        self.seen
    }

    /// What comes next; waits for it.
    pub async fn next(&mut self) -> Next {
        loop {
            if let Some(next) = self.at_once() {
                return next;
            }
            let closed = self.feed.0.closed.clone();
            tokio::select! {
                biased;
                // The sender is in the feed that the subscriber holds.
                rung = self.bell.changed() => rung.expect("the feed is there as long as its subscribers"),
                () = closed.cancelled() => return Next::Over,
            }
        }
    }

    fn at_once(&mut self) -> Option<Next> {
        if let Some(lost) = self.lost.take() {
            return Some(Next::Reset { number: self.seen, lost });
        }
        let ring = self.feed.ring();
        // What is rung for from here on is behind `seen`.
        self.bell.mark_unchanged();
        match ring.behind(self.seen) {
            Some(mut events) => {
                let event = Arc::clone(events.next()?);
                self.seen = event.number;
                Some(Next::Event(event))
            }
            None => {
                self.seen = ring.last;
                Some(Next::Reset { number: self.seen, lost: Lost::TooOld })
            }
        }
    }
}

/// `happened` with no more tiles than an event may name.
fn bounded(happened: Happened) -> Happened {
    match happened {
        Happened::TilesChanged { tileset, edition, tiles: Some(tiles) } if tiles.len() > MAX_CHANGED_TILES => {
            Happened::TilesChanged { tileset, edition, tiles: None }
        }
        other => other,
    }
}

fn tiles_of(happened: &Happened) -> usize {
    match happened {
        Happened::TilesChanged { tiles, .. } => tiles.as_ref().map_or(0, Vec::len),
        Happened::EditionPublished { .. }
        | Happened::EditionInForce { .. }
        | Happened::DutyChanged { .. }
        | Happened::IndicatorsChanged { .. } => 0,
    }
}

#[cfg(test)]
mod tests;
