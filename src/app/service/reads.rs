//! Reading editions: the one that is served, those of the past, those to come.

use std::sync::Arc;

use super::{App, kept::Key};
use crate::{
    app::{
        OpenError, View,
        editions::{ReadError, Which, in_force_at},
        tasks,
        tiles::{AreaTiles, TileSource},
    },
    domain::{
        area::{Edition, EditionNumber, Snapshot},
        duty::Roster,
    },
    store::{Store, StoreError},
};

impl App {
    /// All editions, oldest first, as far as is known.
    pub fn editions(&self) -> Arc<Vec<Edition>> {
        self.0.known.load_full()
    }

    /// The editions as the store has them now; those that are known while it is away.
    pub async fn known_editions(&self) -> Result<Arc<Vec<Edition>>, StoreError> {
        match self.reached(self.0.district.store().editions()).await.flatten() {
            // Another process may have published.
            Ok(editions) => self.learn(editions),
            Err(error @ (StoreError::Unavailable(_) | StoreError::Unreachable { .. })) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "editions as they were known last");
            }
            Err(error) => return Err(error),
        }
        Ok(self.editions())
    }

    /// The number of the edition that `which` means; 0 only for the one in force while there is none.
    pub async fn resolve(&self, which: Which) -> Result<EditionNumber, ReadError> {
        match which {
            Which::InForce => Ok(self.served().snapshot.edition_number()),
            Which::Number(asked) => {
                let is_it = |edition: &Edition| edition.number == asked;
                if self.editions().iter().any(is_it) {
                    return Ok(asked);
                }
                let editions = self.known_editions().await.map_err(OpenError::from)?;
                let newest = editions.last().map_or(0, |edition| edition.number);
                if editions.iter().any(is_it) { Ok(asked) } else { Err(ReadError::NoEdition { asked, newest }) }
            }
            Which::At { at, known_at } => {
                let editions = self.known_editions().await.map_err(OpenError::from)?;
                let at = at.unwrap_or_else(|| self.0.district.now());
                Ok(in_force_at(&editions, at, known_at)?.number)
            }
        }
    }

    /// The edition that `which` means, ready to be read.
    pub async fn view(&self, which: Which) -> Result<View, ReadError> {
        let served = self.served();
        if which == Which::InForce {
            return Ok(served.view.clone());
        }
        let number = self.resolve(which).await?;
        let roster = match which {
            Which::InForce | Which::Number(_) => Arc::clone(served.snapshot.roster()),
            Which::At { .. } => {
                let (at, known_at) = which.duty_time(self.0.district.now());
                let (district, known) = (&self.0.district, served.snapshot.roster());
                match known_at {
                    // What is served is what is known by now, also while the store is away.
                    None => district.roster_at(known, at).await,
                    Some(_) => {
                        let roster = district.roster(Some(known), at, known_at);
                        self.reached(roster).await.flatten().map_err(OpenError::from)?
                    }
                }
            }
        };
        self.view_with(number, roster).await?.ok_or(ReadError::NoEdition { asked: number, newest: number })
    }

    /// The edition `number` with who answers now, ready to be read; `None` when there is no such edition.
    pub async fn view_of(&self, number: EditionNumber) -> Result<Option<View>, OpenError> {
        let roster = Arc::clone(self.served().snapshot.roster());
        self.view_with(number, roster).await
    }

    /// The edition `number` with those of `roster`, ready to be read; `None` when there is no such edition.
    async fn view_with(&self, number: EditionNumber, roster: Arc<Roster>) -> Result<Option<View>, OpenError> {
        let served = self.served();
        if served.snapshot.edition_number() == number && served.snapshot.roster().id() == roster.id() {
            return Ok(Some(served.view.clone()));
        }
        let key = Key(number, roster.id());
        if let Some(view) = self.0.past.find(key) {
            return Ok(Some(view));
        }
        let app = self.clone();
        let making = self.0.making.spawn(async move {
            let made = async {
                let near = app.nearest_view(number, &served);
                let other = Some(Arc::clone(near.snapshot()));
                let snapshot = app
                    .reached(app.district().snapshot_of_edition(number, std::future::ready(Ok(roster)), other))
                    .await??;
                let Some(snapshot) = snapshot else { return Ok(None) };
                let make = move || View::new(Arc::new(snapshot), Some(&near));
                Ok(Some(tasks::compute(make).await))
            };
            let made = app.0.past.get(key, made).await;
            app.forget_what_is_too_much().await;
            made
        });
        match making.await {
            Ok(made) => made,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// What draws the tiles of the edition `number`; `None` when there is no such edition.
    pub async fn tiles_of(&self, number: EditionNumber) -> Result<Option<Arc<TileSource>>, OpenError> {
        let served = self.served();
        if served.snapshot.edition_number() == number {
            return Ok(Some(Arc::clone(&served.tiles)));
        }
        if let Some(source) = self.0.past_tiles.find(number) {
            // Asked for just now, both.
            self.0.past.find(Key(number, served.snapshot.roster().id()));
            return Ok(Some(source));
        }
        let app = self.clone();
        let making = self.0.making.spawn(async move {
            let made = async {
                // Look-ups of the past share the snapshot.
                let Some(view) = app.view_of(number).await? else { return Ok(None) };
                let near = app.nearest_tiles(number, &served);
                let make = move || past_tiles(view.snapshot(), &near);
                Ok(Some(tasks::compute(make).await))
            };
            let made = app.0.past_tiles.get(number, made).await;
            app.forget_what_is_too_much().await;
            made
        });
        match making.await {
            Ok(made) => made,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

fn past_tiles(snapshot: &Arc<Snapshot>, near: &TileSource) -> Arc<TileSource> {
    let areas = AreaTiles::new(snapshot, Some(near.areas()));
    TileSource::new(snapshot.edition_number(), snapshot.extent(), areas, None)
}
