//! Indicators of the running service.

use std::sync::Arc;

use time::{Date, OffsetDateTime};

use super::App;
use crate::{
    app::{
        View,
        indicators::{Cells, ImportError, ImportOptions, ImportReport, PeriodTable, import},
        tasks,
    },
    domain::{
        coverage::AreaIndex,
        indicator::{Indicator, Period, PeriodInUse},
    },
    store::{Store, StoreError},
};

/// How many periods with values, of any area, are looked through for one of an area, when nobody says which: two years of
/// months, six of quarters. Each is a table of all areas.
const LOOK_BACK: usize = 24;

/// What an area has of one indicator.
#[derive(Debug, Clone)]
pub struct AreaIndicator {
    /// Index of the indicator in the profile.
    pub indicator: usize,
    /// The period; `None` when the area has no value.
    pub period: Option<Period>,
    /// All areas in that period.
    pub table: Option<Arc<PeriodTable>>,
}

impl App {
    /// The number of the last change of indicators, as far as was known at a time; while the store is away, the last that
    /// it told of.
    pub async fn indicator_revision(&self, known_at: Option<OffsetDateTime>) -> Result<i64, StoreError> {
        match self.reached(self.0.district.store().indicator_revision(known_at)).await.flatten() {
            Ok(revision) => {
                if known_at.is_none() {
                    self.0.book.note_newest(revision);
                }
                Ok(revision)
            }
            Err(error @ (StoreError::Unavailable(_) | StoreError::Unreachable { .. })) if known_at.is_none() => {
                self.0.book.newest().ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Which periods of which indicators had values at a change.
    pub async fn indicator_periods(&self, revision: i64) -> Result<Arc<Vec<PeriodInUse>>, StoreError> {
        if let Some(kept) = self.0.book.periods(revision) {
            return Ok(kept);
        }
        let read = self.reached(self.0.district.store().indicator_periods(revision)).await.flatten()?;
        let periods = Arc::new(read);
        self.0.book.keep_periods(revision, &periods);
        Ok(periods)
    }

    /// One indicator in one period over the areas of an edition, as it was at a change.
    pub async fn indicator_table(
        &self,
        view: &View,
        revision: i64,
        indicator: usize,
        period: Period,
    ) -> Result<Arc<PeriodTable>, StoreError> {
        let defined = &view.snapshot().profile.indicators[indicator];
        let weight = match defined.weight_in(&view.snapshot().profile.indicators) {
            Some(index) => Some(self.one_table(view, revision, index, period, None).await?),
            None => None,
        };
        self.one_table(view, revision, indicator, period, weight).await
    }

    async fn one_table(
        &self,
        view: &View,
        revision: i64,
        indicator: usize,
        period: Period,
        weight: Option<Arc<PeriodTable>>,
    ) -> Result<Arc<PeriodTable>, StoreError> {
        let snapshot = Arc::clone(view.snapshot());
        let key = (snapshot.edition_number(), revision, indicator, period);
        if let Some(kept) = self.0.book.find(&key) {
            return Ok(kept);
        }
        let wanted = [(snapshot.profile.indicators[indicator].id.as_str(), period)];
        let values = self.0.district.store().indicator_values(&wanted, revision);
        let values = self.reached(values).await.flatten()?;
        let table = tasks::compute(move || {
            let defined: &Indicator = &snapshot.profile.indicators[indicator];
            Arc::new(PeriodTable::new(&snapshot.hierarchy, defined, values, weight.as_deref()))
        });
        let table = table.await;
        self.0.book.keep(key, &table);
        Ok(table)
    }

    /// What an area has of every indicator: in `period`, of those with such periods; else in the last period, not after
    /// `day`, in which it has a value, of the last 24 in which any area has one.
    pub async fn indicators_of(
        &self,
        view: &View,
        revision: i64,
        area: AreaIndex,
        period: Option<Period>,
        day: Date,
    ) -> Result<Vec<AreaIndicator>, StoreError> {
        let in_use = self.indicator_periods(revision).await?;
        let mut found = Vec::new();
        for (index, indicator) in view.snapshot().profile.indicators.iter().enumerate() {
            if period.is_some_and(|period| period.kind() != indicator.period) {
                continue;
            }
            let is_asked = |it: &Period| period.map_or(it.first_day() <= day, |asked| asked == *it);
            let periods = in_use.iter().filter(|it| it.indicator == indicator.id).map(|it| it.period);
            let mut periods: Vec<Period> = periods.filter(is_asked).collect();
            periods.sort_unstable();
            let mut one = AreaIndicator { indicator: index, period: None, table: None };
            for &period in periods.iter().rev().take(LOOK_BACK) {
                let table = self.indicator_table(view, revision, index, period).await?;
                if table.of(area).is_some_and(|rolled| rolled.shown().is_some()) {
                    (one.period, one.table) = (Some(period), Some(table));
                    break;
                }
            }
            found.push(one);
        }
        Ok(found)
    }

    /// Judges values on the edition in force and records what is new. Once begun it runs to its end, also when the caller
    /// stops waiting.
    pub async fn import_indicators(&self, cells: Cells, options: ImportOptions) -> Result<ImportReport, ImportError> {
        let app = self.clone();
        let work = self.0.imports.spawn(async move {
            let snapshot = Arc::clone(&app.served().snapshot);
            let district = app.0.district.clone();
            let turn = async {
                // Those of this server wait for one another: only others can come in between.
                let _recording = match options.dry_run {
                    true => None,
                    false => Some(app.0.recording.lock().await),
                };
                let report = import(&district, snapshot, cells, options).await?;
                report.change.inspect(|&change| app.tell_indicators(change));
                Ok(report)
            };
            app.reached(turn).await?
        });
        match work.await {
            Ok(report) => report,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}
