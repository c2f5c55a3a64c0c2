//! Tables of a period: of all indicators at once, those that weigh before the means that they weigh for.

use std::{collections::BTreeMap, sync::Arc};

use super::book::PeriodTable;
use crate::{
    app::{District, tasks},
    domain::{
        area::{Hierarchy, Snapshot},
        indicator::{Indicator, Period, RecordedValue, RollUp},
    },
    store::{Store, StoreError},
};

/// The tables of what was recorded of some of all `indicators`, by index, in one period.
///
/// A mean is weighed by what is recorded of its weight here, wherever that stands in the profile.
pub(super) fn tables_of(
    hierarchy: &Hierarchy,
    indicators: &[Indicator],
    recorded: BTreeMap<usize, Vec<RecordedValue>>,
) -> BTreeMap<usize, PeriodTable> {
    let mut tables = BTreeMap::new();
    // What weighs sums, and so is no mean itself.
    let is_mean = |index: usize| matches!(indicators[index].roll_up, RollUp::Mean { .. });
    let (means, others): (Vec<_>, Vec<_>) = recorded.into_iter().partition(|&(index, _)| is_mean(index));
    for (index, values) in others.into_iter().chain(means) {
        let indicator = &indicators[index];
        let weight = indicator.weight_in(indicators).and_then(|weight| tables.get(&weight));
        let table = PeriodTable::new(hierarchy, indicator, values, weight);
        tables.insert(index, table);
    }
    tables
}

/// The index of each indicator's values among all `indicators`; those of one that the profile has not any more are left out.
pub(super) fn by_indicator(
    indicators: &[Indicator],
    values: Vec<RecordedValue>,
) -> BTreeMap<(Period, usize), Vec<RecordedValue>> {
    let mut sorted: BTreeMap<(Period, usize), Vec<RecordedValue>> = BTreeMap::new();
    for value in values {
        if let Some(index) = indicators.iter().position(|it| it.id == value.value.indicator) {
            sorted.entry((value.value.period, index)).or_default().push(value);
        }
    }
    sorted
}

/// The tables of all indicators with periods of such a kind, as they are now, on the edition of `snapshot`.
pub async fn period_tables(
    district: &District,
    snapshot: &Arc<Snapshot>,
    period: Period,
) -> Result<Vec<(usize, Arc<PeriodTable>)>, StoreError> {
    let of_kind = snapshot.profile.indicators.iter().filter(|it| it.period == period.kind());
    let wanted: Vec<(&str, Period)> = of_kind.map(|it| (it.id.as_str(), period)).collect();
    let values = district.store().indicator_values(&wanted, i64::MAX).await?;
    let snapshot = Arc::clone(snapshot);
    let tables = tasks::compute(move || {
        let indicators = &snapshot.profile.indicators;
        let of_kind = (0..).zip(indicators).filter(|(_, it)| it.period == period.kind());
        let mut recorded: BTreeMap<usize, Vec<RecordedValue>> = of_kind.map(|(index, _)| (index, Vec::new())).collect();
        let found = by_indicator(indicators, values).into_iter();
        recorded.extend(found.map(|((_, index), values)| (index, values)));
        tables_of(&snapshot.hierarchy, indicators, recorded)
    });
    Ok(tables.await.into_iter().map(|(index, table)| (index, Arc::new(table))).collect())
}
