//! The keeper of time: brings editions into force when their time comes, without anyone calling.

use std::sync::{Arc, PoisonError};

use time::{Duration, OffsetDateTime};
use tokio::sync::OwnedMutexGuard;

use super::{App, load};
use crate::{
    app::{OpenError, Served, feed::Happened, tasks, tiles::Tileset},
    domain::area::{Edition, EditionNumber, in_force},
    store::Store,
};

/// A scheduled edition is prepared this long before its time: loading a large district takes seconds.
const PREPARED_AHEAD: Duration = Duration::minutes(2);

/// When an edition could not be loaded, it is tried again after this time.
const TRIED_AGAIN_AFTER: Duration = Duration::seconds(2);

/// An edition that waits for its time.
struct Prepared {
    number: EditionNumber,
    /// What was served when it was prepared, which it shares with.
    before: Arc<Served>,
    served: Arc<Served>,
}

impl App {
    /// Calls `listener` with the number of the edition that is served: now, and whenever it is another one; 0 for none.
    pub fn on_swap(&self, listener: impl Fn(EditionNumber) + Send + Sync + 'static) {
        listener(self.served().snapshot.edition_number());
        self.0.listeners.add(Arc::new(listener));
    }

    /// Begins to keep time, until the service stops.
    pub(super) fn keep_time(&self) {
        let app = self.clone();
        self.0.making.spawn(async move {
            tokio::select! {
                () = app.0.stopping.cancelled() => {}
                () = app.keep() => {}
            }
        });
    }

    async fn keep(&self) {
        let clock = self.0.district.clock();
        let mut prepared: Option<Prepared> = None;
        loop {
            let now = clock.now();
            let next = match self.due(now) {
                Some(number) => match self.bring(number, prepared.take()).await {
                    Ok(()) => continue,
                    Err(error) => {
                        // Of a store that is away enough is told; it is tried again when that is back.
                        if !self.0.contact.told().is_away {
                            let error = &error as &dyn std::error::Error;
                            tracing::error!(error, number, "an edition cannot take force");
                        }
                        now + TRIED_AGAIN_AFTER
                    }
                },
                None => match self.pending(now) {
                    None => {
                        self.0.rung.notified().await;
                        continue;
                    }
                    Some((number, at)) if prepared.as_ref().is_some_and(|ready| ready.number == number) => at,
                    Some((number, at)) if at - now <= PREPARED_AHEAD => {
                        prepared = match self.prepare(number).await {
                            Ok(ready) => Some(ready),
                            Err(error) => {
                                if !self.0.contact.told().is_away {
                                    let error = &error as &dyn std::error::Error;
                                    tracing::warn!(error, number, "an edition is not prepared");
                                }
                                clock.until((now + TRIED_AGAIN_AFTER).min(at)).await;
                                None
                            }
                        };
                        continue;
                    }
                    Some((_, at)) => at - PREPARED_AHEAD,
                },
            };
            tokio::select! {
                () = clock.until(next) => {}
                () = self.0.rung.notified() => {}
            }
        }
    }

    /// The edition in force at `now`, when an older one is served.
    fn due(&self, now: OffsetDateTime) -> Option<EditionNumber> {
        let number = in_force(&self.0.known.load(), now, None)?.number;
        // A clock that is set back does not bring back what was.
        (number > self.served().snapshot.edition_number()).then_some(number)
    }

    /// The edition that takes force next after `now`, and when.
    fn pending(&self, now: OffsetDateTime) -> Option<(EditionNumber, OffsetDateTime)> {
        let known = self.0.known.load();
        let at = known.iter().map(|edition| edition.effective_from).filter(|&from| from > now).min()?;
        in_force(&known, at, None).map(|edition| (edition.number, at))
    }

    async fn prepare(&self, number: EditionNumber) -> Result<Prepared, OpenError> {
        let before = self.served();
        let served = Arc::new(self.load_after(number, &before).await?);
        Ok(Prepared { number, before, served })
    }

    async fn bring(&self, number: EditionNumber, prepared: Option<Prepared>) -> Result<(), OpenError> {
        let publishing = Arc::clone(&self.0.publishing).lock_owned().await;
        // Meanwhile a publish of this process may have brought it, or a later one.
        match self.due(self.0.district.now()) {
            Some(due) if due == number => self.take_force(number, prepared, publishing).await,
            Some(due) => self.take_force(due, None, publishing).await,
            None => Ok(()),
        }
    }

    /// The edition `number`, which is to be served after `before`.
    async fn load_after(&self, number: EditionNumber, before: &Arc<Served>) -> Result<Served, OpenError> {
        self.reached(load(&self.0.district, Some(number), Some(Arc::clone(before)))).await?
    }

    /// Takes in what was published: tells of it, and serves it when it is in force.
    pub(super) async fn take_in(&self, publishing: OwnedMutexGuard<()>) -> Result<(), OpenError> {
        self.learn(self.0.district.store().editions().await?);
        match self.due(self.0.district.now()) {
            Some(number) => self.take_force(number, None, publishing).await,
            None => Ok(()),
        }
    }

    /// Makes a list of editions the known one, unless a newer one is known, and tells of those that are new.
    pub(super) fn learn(&self, editions: Vec<Edition>) {
        let _learning = self.0.learning.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.0.known.load().len();
        let new: Vec<Edition> = editions.get(known..).unwrap_or_default().to_vec();
        if new.is_empty() {
            return;
        }
        self.0.known.store(Arc::new(editions));
        for Edition { number, title, effective_from, published_at, .. } in new {
            let happened = Happened::EditionPublished { edition: number, title, effective_from };
            self.0.feed.publish(published_at, happened);
        }
        self.0.rung.notify_one();
        self.0.moved.send_replace(());
    }

    /// Serves the edition `number` from now on. Nobody waits for the feed to be told which tiles that changes, but the next
    /// publish, for which `publishing` is held so long.
    async fn take_force(
        &self,
        number: EditionNumber,
        prepared: Option<Prepared>,
        publishing: OwnedMutexGuard<()>,
    ) -> Result<(), OpenError> {
        let before = self.served();
        if before.snapshot.edition_number() == number {
            return Ok(());
        }
        let after = match prepared {
            Some(ready) if ready.number == number && Arc::ptr_eq(&ready.before, &before) => ready.served,
            _ => Arc::new(self.load_after(number, &before).await?),
        };
        self.0.served.store(Arc::clone(&after));
        self.0.rostered.notify_one();
        self.0.listeners.tell(number);
        self.0.moved.send_replace(());
        let app = self.clone();
        self.0.making.spawn(async move {
            app.tell(Arc::clone(&before), after).await;
            app.keep_past(&before).await;
            // Behind those who asked because they were told.
            app.warm_up();
            app.prepare_addresses();
            app.find_places();
            drop(publishing);
        });
        Ok(())
    }

    /// Tells the feed what is served now. One at a time, so that the feed's order is that of the swaps.
    async fn tell(&self, before: Arc<Served>, after: Arc<Served>) {
        let edition = after.snapshot.edition.clone().expect("what took force is an edition");
        let (at, number, title) = (edition.effective_from, edition.number, edition.title);
        self.0.feed.publish(at, Happened::EditionInForce { edition: number, title });
        // With an edition comes what others wrote meanwhile.
        self.tell_of_duty(at, &before, &after);
        if after.places.revision() != before.places.revision() {
            let changed = Happened::TilesChanged { tileset: Tileset::Places, edition: number, tiles: None };
            self.0.feed.publish(at, changed);
        }
        let tiles = tasks::compute(move || after.tiles.changed_areas(&before.tiles)).await;
        if tiles.as_ref().is_none_or(|tiles| !tiles.is_empty()) {
            self.0.feed.publish(at, Happened::TilesChanged { tileset: Tileset::Areas, edition: number, tiles });
        }
    }
}
