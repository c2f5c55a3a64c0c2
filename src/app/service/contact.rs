//! Contact with the store: its change log is looked at again and again, and work is given up when it does not answer.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::staleness::Staleness;
use crate::{
    clock::Clock,
    store::{AnyStore, LogHead, LogWatch, StoreError},
};

/// The longest pause between two looks while the store is away: it is found again this soon.
const LONGEST_PAUSE_AWAY: Duration = Duration::from_secs(1);

/// The shortest pause between two looks, however often somebody asks or the doorbell rings.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// Work that has waited for the store so long has it looked at. With the time that a look may take it is below a second.
const FIRST_PATIENCE: Duration = Duration::from_millis(100);

/// How often it is looked at after that, while the work goes on.
const FURTHER_PATIENCE: Duration = Duration::from_secs(1);

/// For so long a store must be away before loading the first edition is given up.
const START_PATIENCE: Duration = Duration::from_secs(10);

/// What the last look told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Told {
    /// Its number; 0 before the first one has ended.
    pub(super) look: u64,
    /// Where the log stood when it was seen last.
    pub(super) head: LogHead,
    /// Whether the store did not answer.
    pub(super) is_away: bool,
    /// Whether it did not because its disk is full.
    pub(super) is_full: bool,
}

/// The store was found away, and nobody was kept waiting for it.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the store is away")]
pub struct Away;

/// Contact with a store.
pub(super) struct Contact {
    told: watch::Sender<Told>,
    /// Looks that were begun.
    begun: AtomicU64,
    /// Asks for a look at once; many who ask are served by one.
    asked: Notify,
    staleness: Staleness,
}

impl Contact {
    pub(super) fn new(clock: &Clock) -> Self {
        Self {
            told: watch::Sender::new(Told::default()),
            begun: AtomicU64::new(0),
            asked: Notify::new(),
            staleness: Staleness::new(clock.now()),
        }
    }

    /// Looks at the log of `store` until `stopping`, at most `poll` after the last look, sooner when the doorbell rings or
    /// somebody asks.
    pub(super) async fn keep(
        &self,
        store: &AnyStore,
        mut watch: LogWatch,
        poll: Duration,
        stopping: &CancellationToken,
    ) {
        tokio::select! {
            biased;
            () = stopping.cancelled() => {}
            () = self.look_again_and_again(store, &mut watch, poll) => {}
        }
        watch.close().await;
    }

    async fn look_again_and_again(&self, store: &AnyStore, watch: &mut LogWatch, poll: Duration) {
        loop {
            let (look, began) = (self.begun.fetch_add(1, Ordering::AcqRel) + 1, Instant::now());
            let pause = match self.look(watch).await {
                Ok(head) => {
                    self.heard(look, head);
                    watch.pause(poll)
                }
                Err(error) => {
                    if self.lost(look, &error) {
                        store.renew();
                    }
                    poll.min(LONGEST_PAUSE_AWAY)
                }
            };
            tokio::select! {
                () = sleep(pause) => {}
                () = watch.rung() => {}
                () = self.asked.notified() => {}
            }
            sleep_until(began + SHORTEST_PAUSE).await;
        }
    }

    async fn look(&self, watch: &mut LogWatch) -> Result<LogHead, StoreError> {
        let patience = watch.patience();
        match timeout(patience, watch.look()).await {
            Ok(told) => told,
            Err(_) => Err(StoreError::Unavailable(format!("no answer within {} ms", patience.as_millis()).into())),
        }
    }

    fn heard(&self, look: u64, head: LogHead) {
        let before = self.told.send_replace(Told { look, head, is_away: false, is_full: false });
        let away_s = self.staleness.seconds();
        self.staleness.heard();
        if before.is_away {
            tracing::info!(away_s, "the store answers again");
        }
        if before.head.edition > head.edition {
            let (was, is) = (before.head.edition, head.edition);
            tracing::error!(was, is, "the store has lost editions: another one was put in its place; start anew");
        }
    }

    /// Notes that the store is away; whether it was not before.
    fn lost(&self, look: u64, error: &StoreError) -> bool {
        let before = *self.told.borrow();
        self.staleness.lost();
        let is_full = matches!(error, StoreError::Full(_));
        self.told.send_replace(Told { look, is_away: true, is_full, ..before });
        if !before.is_away {
            tracing::warn!(error = error as &dyn std::error::Error, "the store is away, answering from memory");
        }
        !before.is_away
    }

    /// What the last look told, and that it is told again when there is another.
    pub(super) fn subscribe(&self) -> watch::Receiver<Told> {
        self.told.subscribe()
    }

    /// What the last look told.
    pub(super) fn told(&self) -> Told {
        *self.told.borrow()
    }

    /// How old what is known of the store is.
    pub(super) const fn staleness(&self) -> &Staleness {
        &self.staleness
    }

    /// Has the log looked at at once; the number that the look will have, at least.
    pub(super) fn ask(&self) -> u64 {
        let next = self.begun.load(Ordering::Acquire) + 1;
        self.asked.notify_one();
        next
    }

    /// Does some work on the store, which is given up as soon as the store is found away; while it is known to be, at once.
    pub(super) async fn reached<W: Future>(&self, work: W) -> Result<W::Output, StoreError> {
        let mut told = self.told.subscribe();
        if told.borrow().is_away {
            return Err(self.away());
        }
        let lost = async {
            let mut patience = FIRST_PATIENCE;
            while timeout(patience, told.wait_for(|told| told.is_away)).await.is_err() {
                self.ask();
                patience = FURTHER_PATIENCE;
            }
        };
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = lost => Err(self.away()),
        }
    }

    /// Does the first work on `store`, before contact is kept, and has looked at its log once when it returns: a whole
    /// district is loaded, and a moment of silence does not make it begin anew.
    pub(super) async fn reached_at_start<T, E>(
        &self,
        store: &AnyStore,
        watch: &mut LogWatch,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<Result<T, E>, StoreError> {
        let (mut told, mut heard) = (self.told.subscribe(), self.told.subscribe());
        let lost = async {
            while told.wait_for(|told| told.is_away).await.is_ok() {
                if timeout(START_PATIENCE, told.wait_for(|told| !told.is_away)).await.is_err() {
                    return;
                }
            }
        };
        let work = async {
            let done = work.await?;
            // The sender is here.
            let _ = heard.wait_for(|told| told.look > 0 && !told.is_away).await;
            Ok(done)
        };
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = lost => Err(self.away()),
            () = self.look_again_and_again(store, watch, FURTHER_PATIENCE) => Err(self.away()),
        }
    }

    /// Refuses work on a store that is away; a write also on one that takes none.
    pub(super) fn check(&self, writes: bool) -> Result<(), StoreError> {
        let Told { look, head, is_away, .. } = self.told();
        match (is_away, writes && look > 0 && !head.may_write) {
            (true, _) => Err(self.away()),
            (false, true) if head.is_standby => Err(StoreError::ReadOnly("it is a standby".to_owned())),
            (false, true) => Err(StoreError::ReadOnly("this user has no right to write".to_owned())),
            (false, false) => Ok(()),
        }
    }

    /// Why no work is done on the store while it is away.
    fn away(&self) -> StoreError {
        if self.told.borrow().is_full {
            StoreError::Full("the change log cannot be read for want of space".to_owned())
        } else {
            StoreError::Unavailable(Box::new(Away))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn contact() -> Contact {
        Contact::new(&Clock::fixed(datetime!(2026-11-22 08:00 UTC)))
    }

    fn silent() -> StoreError {
        StoreError::Unavailable("silent".into())
    }

    #[tokio::test]
    async fn work_is_given_up_when_the_store_is_lost_and_refused_while_it_is_away() {
        let contact = contact();
        assert_eq!(contact.reached(async { 7 }).await.expect("there"), 7);
        let began = Instant::now();
        let (given_up, ()) = tokio::join!(contact.reached(std::future::pending::<()>()), async {
            contact.asked.notified().await;
            assert!(began.elapsed() >= FIRST_PATIENCE, "whoever waits has it looked at");
            assert!(contact.lost(1, &silent()) && !contact.lost(2, &silent()), "lost once");
        });
        assert!(given_up.is_err());
        assert!(contact.reached(async { 7 }).await.is_err(), "not even begun");
        assert!(contact.check(false).is_err());
        contact.heard(3, LogHead { may_write: true, ..LogHead::default() });
        assert_eq!(contact.reached(async { 7 }).await.expect("there again"), 7);
        assert!(contact.check(true).is_ok());
    }

    #[test]
    fn a_store_that_is_only_read_takes_no_write() {
        let contact = contact();
        assert!(contact.check(true).is_ok(), "nobody has looked yet");
        contact.heard(1, LogHead { is_standby: true, ..LogHead::default() });
        assert!(contact.check(false).is_ok());
        assert!(matches!(contact.check(true), Err(StoreError::ReadOnly(_))));
    }
}
