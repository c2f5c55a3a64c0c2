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

/// Areas of all tables together that are kept, of some 300 bytes each; beyond it, tables of older changes are let go of, then
/// all.
const MAX_KEPT_AREAS: usize = 500_000;

/// What a table counts besides its areas, so that empty ones are not kept without end.
const TABLE_COST: usize = 4;

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

impl Kept {
    /// Lets go of the tables that are not `wanted`.
    fn retain(&mut self, wanted: impl Fn(&Key) -> bool) {
        self.tables.retain(|key, _| wanted(key));
        self.areas = self.tables.values().map(|table| cost(table)).sum();
    }
}

fn cost(table: &PeriodTable) -> usize {
    table.rolled.len() + TABLE_COST
}

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
        let is_full = |kept: &Kept| kept.areas + cost(table) > MAX_KEPT_AREAS;
        if is_full(&kept) {
            let newest = kept.newest;
            kept.retain(|&(_, revision, ..)| Some(revision) == newest);
        }
        if is_full(&kept) {
            kept.retain(|_| false);
        }
        if kept.tables.insert(key, Arc::clone(table)).is_none() {
            kept.areas += cost(table);
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

    /// Notes the last change that the store told of, and lets go of the tables of the one before, which few will ask for again.
    pub fn note_newest(&self, revision: i64) {
        let mut kept = self.kept();
        if let Some(before) = kept.newest.replace(revision)
            && before < revision
        {
            kept.retain(|&(_, of, ..)| of != before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(areas: u32) -> Arc<PeriodTable> {
        let rolled = Rolled { declared: None, computed: None, coverage: Default::default() };
        Arc::new(PeriodTable { rolled: (0..areas).map(|area| (area, rolled)).collect(), ..PeriodTable::default() })
    }

    fn key(revision: i64, indicator: usize) -> Key {
        (1, revision, indicator, Period::parse("2026").expect("a period"))
    }

    #[test]
    fn empty_tables_are_not_kept_without_end() {
        let book = Book::default();
        let most = MAX_KEPT_AREAS / TABLE_COST;
        for indicator in 0..=most {
            book.keep(key(1, indicator), &table(0));
        }
        assert!(book.kept().tables.len() <= most);
        assert!(book.find(&key(1, most)).is_some() && book.find(&key(1, 0)).is_none());
    }

    #[test]
    fn tables_of_older_changes_go_first() {
        let book = Book::default();
        book.note_newest(1);
        book.keep(key(1, 0), &table(3));
        book.note_newest(2);
        assert!(book.find(&key(1, 0)).is_none(), "the change before the newest");
        assert_eq!(book.kept().areas, 0);
        book.keep(key(1, 0), &table(3));
        book.keep(key(2, 0), &table(3));
        book.keep(key(2, 1), &table(MAX_KEPT_AREAS as u32 - 3 - 2 * TABLE_COST as u32));
        assert!(book.find(&key(1, 0)).is_none() && book.find(&key(2, 0)).is_some() && book.find(&key(2, 1)).is_some());
        book.keep(key(2, 2), &table(3));
        assert!(book.find(&key(2, 0)).is_none() && book.find(&key(2, 2)).is_some());
        assert_eq!(book.kept().areas, 3 + TABLE_COST);
    }
}
