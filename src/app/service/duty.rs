//! The keeper of duties: who comes on duty answers from that moment on, without anyone calling; and changes of duties.

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::time::sleep;

use super::App;
use crate::{
    app::{OpenError, Served, feed::Happened, tasks},
    domain::{area::AreaChanges, duty::StaffChange},
    store::{Act, StaffError, Store},
};

/// What is on duty by now and could not be loaded is tried again after this time.
const TRIED_AGAIN_AFTER: std::time::Duration = std::time::Duration::from_secs(2);

/// Why duties were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The store did not take the change.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// It was taken, but what the store holds cannot be served.
    #[error(transparent)]
    Reload(#[from] OpenError),
}

impl App {
    /// Begins to keep duties, until the service stops.
    pub(super) fn keep_duty(&self) {
        let app = self.clone();
        self.0.making.spawn(async move {
            tokio::select! {
                () = app.0.stopping.cancelled() => {}
                () = app.relieve() => {}
            }
        });
    }

    async fn relieve(&self) {
        let clock = self.0.district.clock();
        loop {
            let holds = self.served().snapshot.roster().holds();
            if !holds.contains(clock.now()) {
                if let Err(error) = self.take_over().await {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "whoever is on duty by now is not served"
                    );
                    sleep(TRIED_AGAIN_AFTER).await;
                }
                continue;
            }
            match holds.to() {
                Some(end) => tokio::select! {
                    () = clock.until(end) => {}
                    () = self.0.rostered.notified() => {}
                },
                None => self.0.rostered.notified().await,
            }
        }
    }

    /// Serves the same edition with who is on duty by now. Nothing was written, only time has passed: the store is not asked,
    /// and may be away.
    async fn take_over(&self) -> Result<(), OpenError> {
        let _publishing = self.0.publishing.lock().await;
        let before = self.served();
        let roster = self.0.district.roster_at(before.snapshot.roster(), self.0.district.now()).await;
        let (district, now) = (self.0.district.clone(), Arc::clone(&before));
        let after = tasks::compute(move || {
            let snapshot = match now.snapshot.edition.clone() {
                edition @ Some(_) => now.snapshot.next(edition, AreaChanges::default(), roster)?,
                None => district.empty_snapshot(roster)?,
            };
            Ok::<_, OpenError>(Arc::new(Served::new(snapshot, now.places.clone(), Some(&now))))
        });
        let after = after.await?;
        self.0.served.store(Arc::clone(&after));
        self.tell_of_duty(self.0.district.now(), &before, &after);
        self.warm_up();
        self.prepare_addresses();
        Ok(())
    }

    /// Tells the feed when others answer in `after` than in `before`.
    pub(super) fn tell_of_duty(&self, at: OffsetDateTime, before: &Served, after: &Served) {
        let (before, after) = (&before.snapshot, &after.snapshot);
        if before.roster().id() != after.roster().id() {
            let (revision, edition) = (after.roster().revision(), after.edition_number());
            self.0.feed.publish(at, Happened::DutyChanged { revision, edition });
        }
    }

    /// Serves what others wrote by now, without waiting for the next look at the log.
    pub async fn catch_up_with_store(&self) -> Result<(), OpenError> {
        let head = self.reached(self.0.district.store().log_head()).await.flatten()?;
        self.refresh(&head).await
    }

    /// Changes duties as they were after the change `base`, and serves the result; returns the number of the change.
    ///
    /// Once begun it runs to its end, also when the caller stops waiting.
    pub async fn change_staff(&self, base: i64, change: StaffChange, act: Act) -> Result<i64, ChangeError> {
        let app = self.clone();
        let changing = self.0.imports.spawn(async move {
            let store = app.0.district.store();
            let done = async {
                let seq = store.change_staff(base, &change, &act).await?;
                let head = store.log_head().await.map_err(OpenError::from)?;
                app.refresh(&head).await?;
                Ok(seq)
            };
            app.reached(done).await.map_err(StaffError::from)?
        });
        match changing.await {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}
