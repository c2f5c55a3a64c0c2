//! The keeper of duties: who comes on duty answers from that moment on, without anyone calling; and changes of duties.

use tokio::time::sleep;

use super::App;
use crate::{
    app::OpenError,
    domain::duty::StaffChange,
    store::{Act, LogHead, StaffError, Store},
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
            if !holds.contains(clock.now()) && self.served().snapshot.edition.is_some() {
                // Nothing was written: only time has passed.
                if let Err(error) = self.refresh(&LogHead::default()).await {
                    if !self.0.contact.told().is_away {
                        tracing::error!(error = &error as &dyn std::error::Error, "who is on duty cannot be loaded");
                    }
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
