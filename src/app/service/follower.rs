//! Following what others write: another server on the same database, another program on the same file.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::time::{sleep, timeout};

use super::{App, contact::Told, load, staleness::Staleness};
use crate::{
    app::{OpenError, Served, feed::Happened, tasks, tiles::Tileset},
    domain::area::{EditionNumber, in_force},
    store::{LogHead, Store, StoreError},
};

/// What the log told and could not be loaded is tried again after this time.
const TRIED_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How long a client that has seen an edition is kept waiting for it.
const EDITION_WAIT: Duration = Duration::from_millis(900);

/// An edition has not come to this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("edition {asked} has not come here; {served} is served")]
pub struct NotYet {
    /// The edition that was asked for.
    pub asked: EditionNumber,
    /// The edition that is served; 0 for none.
    pub served: EditionNumber,
}

impl App {
    /// How old what is known of the store is.
    pub fn staleness(&self) -> Staleness {
        self.0.contact.staleness().clone()
    }

    /// Refuses work on a store that is away, before it is begun; a write also on a store that takes none.
    pub fn check_store(&self, writes: bool) -> Result<(), StoreError> {
        self.0.contact.check(writes)
    }

    /// Does some work on the store, which is given up as soon as the store is found away: within a second.
    pub async fn reached<W: Future>(&self, work: W) -> Result<W::Output, StoreError> {
        self.0.contact.reached(work).await
    }

    /// Begins to take up what the change log tells, until the service stops.
    pub(super) fn follow(&self) {
        let app = self.clone();
        self.0.making.spawn(async move {
            tokio::select! {
                () = app.0.stopping.cancelled() => {}
                () = app.take_up() => {}
            }
        });
    }

    async fn take_up(&self) {
        let mut contact = self.0.contact.subscribe();
        let mut was_away = false;
        loop {
            let Told { look, head, is_away, .. } = *contact.borrow_and_update();
            if was_away && !is_away {
                // Whoever could not load an edition meanwhile may do so now.
                self.0.rung.notify_one();
            }
            was_away = is_away;
            if look > 0
                && !is_away
                && let Err(error) = self.catch_up(&head).await
            {
                if !self.0.contact.told().is_away {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, seq = head.seq, "what others wrote cannot be taken up");
                }
                sleep(TRIED_AGAIN_AFTER).await;
                continue;
            }
            if contact.changed().await.is_err() {
                return;
            }
        }
    }

    /// Brings what is known and served to where the log stands; editions take force by the keeper of time.
    async fn catch_up(&self, head: &LogHead) -> Result<(), OpenError> {
        if head.edition > self.newest() {
            self.learn(self.reached(self.0.district.store().editions()).await??);
        }
        self.tell_indicators(head.revisions.indicators);
        self.refresh(head).await
    }

    /// Tells the feed of a change of indicators, once.
    pub(super) fn tell_indicators(&self, change: i64) {
        if self.0.told_indicators.fetch_max(change, Ordering::Relaxed) < change {
            self.0.feed.publish(self.0.district.now(), Happened::IndicatorsChanged { change });
        }
    }

    /// Serves the same edition with who answers now and the places of now, if that is not so. One swap, as of an edition.
    pub(in crate::app) async fn refresh(&self, head: &LogHead) -> Result<(), OpenError> {
        let is_behind = |served: &Served| is_behind(served, head, self.0.district.now());
        if !is_behind(&self.served()) {
            return Ok(());
        }
        let _publishing = self.0.publishing.lock().await;
        let before = self.served();
        if !is_behind(&before) {
            return Ok(());
        }
        let number = Some(before.snapshot.edition_number()).filter(|&number| number > 0);
        let after = self.reached(load(&self.0.district, number, Some(Arc::clone(&before)))).await??;
        let after = Arc::new(after);
        self.0.served.store(Arc::clone(&after));
        self.0.rostered.notify_one();
        self.warm_up();
        self.prepare_addresses();
        self.find_places();
        let edition = after.snapshot.edition_number();
        let changed = |tileset, tiles| {
            self.0.feed.publish(self.0.district.now(), Happened::TilesChanged { tileset, edition, tiles });
        };
        self.tell_of_duty(self.0.district.now(), &before, &after);
        if after.places.revision() != before.places.revision() {
            changed(Tileset::Places, None);
        }
        let tiles = tasks::compute(move || after.tiles.changed_areas(&before.tiles)).await;
        if tiles.as_ref().is_none_or(|tiles| !tiles.is_empty()) {
            changed(Tileset::Areas, tiles);
        }
        Ok(())
    }

    /// Number of the newest edition that is known.
    pub(super) fn newest(&self) -> EditionNumber {
        self.0.known.load().last().map_or(0, |edition| edition.number)
    }

    /// Whether whoever has seen the edition `number` sees nothing older here: it or a later one is served, or it is known
    /// and waits for its time, as everywhere.
    pub fn has_edition(&self, number: EditionNumber) -> bool {
        let served = self.served().snapshot.edition_number();
        served >= number
            || (self.newest() >= number
                && in_force(&self.0.known.load(), self.0.district.now(), None).is_none_or(|due| due.number <= served))
    }

    /// Waits until [`App::has_edition`], having the log looked at at once; below a second, and no longer than it takes to
    /// know that there is no such edition.
    pub async fn wait_for_edition(&self, number: EditionNumber) -> Result<(), NotYet> {
        if self.has_edition(number) {
            return Ok(());
        }
        let (mut contact, mut moved) = (self.0.contact.subscribe(), self.0.moved.subscribe());
        let asked = self.0.contact.ask();
        let come = async {
            loop {
                // Marked as seen first: whatever comes after wakes.
                let told = *contact.borrow_and_update();
                moved.borrow_and_update();
                if self.has_edition(number) {
                    return true;
                }
                // A look that began after the question, at a database that has all editions there are.
                let knows_all = told.look >= asked && !told.head.is_standby;
                if told.is_away || (knows_all && told.head.edition < number) {
                    return false;
                }
                tokio::select! {
                    changed = contact.changed() => if changed.is_err() { return false },
                    changed = moved.changed() => if changed.is_err() { return false },
                }
            }
        };
        match timeout(EDITION_WAIT, come).await {
            Ok(true) => Ok(()),
            _ if self.has_edition(number) => Ok(()),
            _ => Err(NotYet { asked: number, served: self.served().snapshot.edition_number() }),
        }
    }
}

/// Whether roster or places are older than the log tells, or others are on duty by now.
fn is_behind(served: &Served, head: &LogHead, now: OffsetDateTime) -> bool {
    let roster = served.snapshot.roster();
    let is_old = roster.revision() < head.revisions.postings || !roster.holds().contains(now);
    is_old || served.places.revision() < head.revisions.places
}
