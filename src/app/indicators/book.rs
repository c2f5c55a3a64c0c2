//! What is kept in memory of indicators: the tables that were asked for, summed to parents.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use time::Date;

use crate::domain::{
    area::{EditionNumber, Hierarchy},
    coverage::AreaIndex,
    indicator::{Amount, Indicator, Period, PeriodInUse, RecordedValue, Rolled, RolledUp, roll_up},
};

/// Areas of all tables together that are kept; beyond it, all are let go of.
const MAX_KEPT_AREAS: usize = 2_000_000;

/// Lists of periods that are kept, one for each state of the store that was asked for.
const MAX_KEPT_LISTS: usize = 16;

/// One indicator in one period, over all areas of an edition.
#[derive(Debug, Default)]
pub struct PeriodTable {
    rolled: RolledUp,
    own: HashMap<AreaIndex, RecordedValue>,
    dates: HashMap<AreaIndex, Date>,
    strangers: usize,
}

impl PeriodTable {
    /// The table of `recorded` values on an edition; `weight` is the table of the indicator that weighs, for a mean.
    pub fn new(
        hierarchy: &Hierarchy,
        indicator: &Indicator,
        recorded: Vec<RecordedValue>,
        weight: Option<&Self>,
    ) -> Self {
        let (mut own, mut strangers) = (HashMap::with_capacity(recorded.len()), 0);
        for value in recorded {
            match hierarchy.find(&value.value.area) {
                Some(area) => drop(own.insert(area, value)),
                None => strangers += 1,
            }
        }
        let amounts: Vec<(AreaIndex, Amount)> = own.iter().map(|(&area, it)| (area, it.value.amount)).collect();
        let nothing = RolledUp::new();
        let weights = weight.map_or(&nothing, |table| &table.rolled);
        let rolled = roll_up(hierarchy, &indicator.roll_up, indicator.decimals(), &amounts, weights);
        let mut dates: HashMap<AreaIndex, Date> = HashMap::with_capacity(rolled.len());
        // Children stand behind their parents.
        for &area in rolled.keys().rev() {
            if let Some(value) = own.get(&area) {
                dates.insert(area, value.value.updated);
            }
            if let (Some(&date), Some(parent)) = (dates.get(&area), hierarchy.area(area).parent) {
                dates.entry(parent).and_modify(|newest| *newest = date.max(*newest)).or_insert(date);
            }
        }
        Self { rolled, own, dates, strangers }
    }

    /// All areas that have something, by index.
    pub fn rolled(&self) -> &RolledUp {
        &self.rolled
    }

    /// What one area has.
    pub fn of(&self, area: AreaIndex) -> Option<&Rolled> {
        self.rolled.get(&area)
    }

    /// What was recorded for an area itself.
    pub fn own(&self, area: AreaIndex) -> Option<&RecordedValue> {
        self.own.get(&area)
    }

    /// The day as of which the value of an area holds: its own, or the newest of those that it comes from.
    pub fn date(&self, area: AreaIndex) -> Option<Date> {
        self.dates.get(&area).copied()
    }

    /// How many values are of areas that the edition has not.
    pub fn strangers(&self) -> usize {
        self.strangers
    }
}

/// Which table: edition, change of the store, index of the indicator, period.
type Key = (EditionNumber, i64, usize, Period);

#[derive(Debug, Default)]
struct Kept {
    tables: HashMap<Key, Arc<PeriodTable>>,
    areas: usize,
    periods: HashMap<i64, Arc<Vec<PeriodInUse>>>,
    newest: Option<i64>,
}

/// The tables that are kept. What is in it can be read again from the store.
#[derive(Debug, Default)]
pub struct Book(Mutex<Kept>);

impl Book {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// A table, when it is kept.
    pub fn find(&self, key: &Key) -> Option<Arc<PeriodTable>> {
        self.kept().tables.get(key).cloned()
    }

    /// Keeps a table.
    pub fn keep(&self, key: Key, table: &Arc<PeriodTable>) {
        let mut kept = self.kept();
        if kept.areas + table.rolled.len() > MAX_KEPT_AREAS {
            kept.tables.clear();
            kept.areas = 0;
        }
        if kept.tables.insert(key, Arc::clone(table)).is_none() {
            kept.areas += table.rolled.len();
        }
    }

    /// The periods that had values at a change, when they are kept.
    pub fn periods(&self, revision: i64) -> Option<Arc<Vec<PeriodInUse>>> {
        self.kept().periods.get(&revision).cloned()
    }

    /// Keeps the periods that had values at a change.
    pub fn keep_periods(&self, revision: i64, periods: &Arc<Vec<PeriodInUse>>) {
        let mut kept = self.kept();
        if kept.periods.len() >= MAX_KEPT_LISTS {
            kept.periods.clear();
        }
        kept.periods.insert(revision, Arc::clone(periods));
    }

    /// The last change that the store told of; `None` before the first answer.
    pub fn newest(&self) -> Option<i64> {
        self.kept().newest
    }

    /// Notes the last change that the store told of.
    pub fn note_newest(&self, revision: i64) {
        self.kept().newest = Some(revision);
    }
}
