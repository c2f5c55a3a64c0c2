//! What of the values that came in is new, and which parents do not fit their children then.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    judge::Candidate,
    tables::{by_indicator, tables_of},
};
use crate::{
    app::{District, tasks},
    domain::{
        area::{Finding, Hierarchy, Rule, Severity, Snapshot},
        indicator::{Difference, GivenValue, Indicator, Period, RecordedValue},
    },
    store::{Store, StoreError},
};

/// Tables that are read and compared at a time, those of one period always together: what an import has in memory is
/// bounded, and it asks the store seldom.
const TABLES_AT_ONCE: usize = 64;

/// What is new, and parents that do not fit their children.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub new: Vec<GivenValue>,
    pub warnings: Vec<Finding>,
}

/// Candidates, by their numbers, of each indicator.
type ByIndicator = BTreeMap<usize, Vec<usize>>;

/// Compares candidates with what there was at the change `known`.
pub(super) async fn compare(
    district: &District,
    snapshot: &Arc<Snapshot>,
    known: i64,
    candidates: &Arc<[Candidate]>,
) -> Result<Compared, StoreError> {
    let mut compared = Compared::default();
    let (profile, all) = (Arc::clone(&snapshot.profile), Arc::clone(candidates));
    let mut groups = tasks::compute(move || grouped(&profile.indicators, &all)).await;
    let indicators = &snapshot.profile.indicators;
    while !groups.is_empty() {
        let (mut batch, mut wanted) = (Vec::new(), Vec::new());
        while wanted.len() < TABLES_AT_ONCE
            && let Some((period, group)) = groups.pop_first()
        {
            wanted
                .extend(read_for(indicators, &group).into_iter().map(|index| (indicators[index].id.as_str(), period)));
            batch.push((period, group));
        }
        let values = district.store().indicator_values(&wanted, known).await?;
        let (snapshot, all) = (Arc::clone(snapshot), Arc::clone(candidates));
        let part = tasks::compute(move || {
            compare_periods(&snapshot.hierarchy, &snapshot.profile.indicators, batch, values, &all)
        });
        let part = part.await;
        compared.new.extend(part.new);
        compared.warnings.extend(part.warnings);
    }
    Ok(compared)
}

/// The candidates of each period and indicator.
fn grouped(indicators: &[Indicator], candidates: &[Candidate]) -> BTreeMap<Period, ByIndicator> {
    let numbers: HashMap<&str, usize> = indicators.iter().map(|it| it.id.as_str()).zip(0..).collect();
    let mut groups: BTreeMap<Period, ByIndicator> = BTreeMap::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let index = numbers[candidate.value.indicator.as_str()];
        groups.entry(candidate.value.period).or_default().entry(index).or_default().push(number);
    }
    groups
}

/// The indicators of a group, and those that weigh for its means.
fn read_for(indicators: &[Indicator], group: &ByIndicator) -> Vec<usize> {
    let weights = group.keys().filter_map(|&index| indicators[index].weight_in(indicators));
    let mut read: Vec<usize> = group.keys().copied().chain(weights).collect();
    read.sort_unstable();
    read.dedup();
    read
}

fn compare_periods(
    hierarchy: &Hierarchy,
    indicators: &[Indicator],
    periods: Vec<(Period, ByIndicator)>,
    kept: Vec<RecordedValue>,
    candidates: &[Candidate],
) -> Compared {
    let mut compared = Compared::default();
    let mut kept = by_indicator(indicators, kept);
    for (period, group) in periods {
        let mut after = BTreeMap::new();
        for index in read_for(indicators, &group) {
            let values = kept.remove(&(period, index)).unwrap_or_default();
            let mut values: BTreeMap<_, RecordedValue> = values.into_iter().map(|it| (it.value.area, it)).collect();
            for candidate in group.get(&index).into_iter().flatten().map(|&number| &candidates[number]) {
                let area = candidate.value.area;
                if let Some(value) = news(candidate, values.get(&area).map(|it| &it.value)) {
                    let recorded = RecordedValue { value: value.clone(), change: i64::MAX, actor: String::new() };
                    values.insert(area, recorded);
                    compared.new.push(value);
                }
            }
            after.insert(index, values.into_values().collect());
        }
        let tables = tables_of(hierarchy, indicators, after);
        for &index in group.keys() {
            let indicator = &indicators[index];
            for (&area, rolled) in tables[&index].rolled() {
                if let Some(difference) = rolled.difference(&indicator.roll_up) {
                    let code = hierarchy.area(area).code;
                    let of = (rolled.coverage.with_value, rolled.coverage.children);
                    let finding = told(indicator, period, &code.to_string(), difference, of);
                    compared.warnings.push(Finding { areas: vec![code], ..finding });
                }
            }
        }
    }
    compared
}

/// The value that is to be recorded; `None` when it is there. Whoever says the known amount and no source takes none away.
fn news(candidate: &Candidate, kept: Option<&GivenValue>) -> Option<GivenValue> {
    let mut value = candidate.value.clone();
    if let Some(kept) = kept.filter(|kept| kept.amount == value.amount) {
        if value.source.is_empty() {
            value.source.clone_from(&kept.source);
        }
        let is_newer = candidate.is_dated && value.updated > kept.updated;
        if value.source == kept.source && !is_newer {
            return None;
        }
    }
    Some(value)
}

/// A parent that does not fit its children.
fn told(indicator: &Indicator, period: Period, code: &str, difference: Difference, children: (u32, u32)) -> Finding {
    let (name, (with, of)) = (&indicator.name, children);
    let id = &indicator.id;
    let (zh, en) = match difference {
        Difference::Differs { declared, computed } => (
            format!("{code} 的{}（{period}）申报为 {declared}，下级汇总为 {computed}", name.zh),
            format!("{id} of {code} in {period} is declared as {declared}; its {of} children make {computed}"),
        ),
        Difference::Exceeded { declared, computed } => (
            format!("{code} 的{}（{period}）申报为 {declared}，{of} 个下级中 {with} 个已达 {computed}", name.zh),
            format!(
                "{id} of {code} in {period} is declared as {declared}; {with} of its {of} children make {computed} already"
            ),
        ),
    };
    Finding::new(Rule::Record, Severity::Warning, zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        area::{Area, AreaCode, AreaId, FigureSource, Kind, Level, finding::Source},
        geometry::Position,
        indicator::{Amount, Group, PeriodKind, RollUp},
        profile::Name,
    };
    use time::macros::date;

    /// A street `A0` with the communities `A1` and `A2`.
    fn hierarchy() -> Hierarchy {
        let area = |index: u32| Area {
            id: AreaId(i64::from(index) + 1),
            from_edition: 1,
            code: AreaCode::new(&format!("A{index}")).expect("a code"),
            level: Level(u8::from(index > 0)),
            parent: (index > 0).then_some(0),
            name: String::new(),
            kind: Kind::None,
            branch: None,
            households: None,
            residents: None,
            figures: FigureSource::Declared,
            body: None,
            area_m2: 1.0,
            label: Position::new(0, 0).expect("a position"),
            digest: [0; 32],
        };
        Hierarchy::new((0..3).map(area).collect(), 2).expect("a hierarchy")
    }

    fn indicator(id: &str, roll_up: RollUp) -> Indicator {
        let name = |text: &str| Name { zh: text.to_owned(), en: text.to_owned() };
        Indicator {
            id: id.to_owned(),
            name: name(id),
            group: Group::People,
            measure: name("人"),
            source: name("统计"),
            period: PeriodKind::Year,
            max: Amount::new(1_000_000, 0).expect("an amount"),
            roll_up,
            first_open: None,
            closes_after_days: None,
        }
    }

    fn candidate(indicator: &str, area: &str, amount: i64, source: &str) -> Candidate {
        let value = GivenValue {
            area: AreaCode::new(area).expect("a code"),
            indicator: indicator.to_owned(),
            period: Period::parse("2026").expect("a period"),
            amount: Amount::new(amount, 0).expect("an amount"),
            source: source.to_owned(),
            updated: date!(2026 - 11 - 22),
        };
        let place = Source { file: String::new(), record: None, field: None };
        Candidate { value, is_dated: false, place }
    }

    fn kept(candidate: &Candidate) -> RecordedValue {
        RecordedValue { value: candidate.value.clone(), change: 1, actor: String::new() }
    }

    fn compared(indicators: &[Indicator], kept: Vec<RecordedValue>, candidates: &[Candidate]) -> Compared {
        let groups = grouped(indicators, candidates).into_iter().collect();
        compare_periods(&hierarchy(), indicators, groups, kept, candidates)
    }

    #[test]
    fn a_mean_is_weighed_by_what_comes_with_it_wherever_its_weight_stands_in_the_profile() {
        let mean = indicator("age", RollUp::Mean { weight: "residents".to_owned() });
        let residents = indicator("residents", RollUp::Sum);
        let before = [candidate("residents", "A1", 1, ""), candidate("residents", "A2", 1, "")];
        let given = [
            candidate("age", "A0", 40, ""),
            candidate("age", "A1", 40, ""),
            candidate("age", "A2", 80, ""),
            candidate("residents", "A1", 1_000_000, ""),
        ];
        for indicators in [[mean.clone(), residents.clone()], [residents, mean]] {
            let compared = compared(&indicators, before.iter().map(kept).collect(), &given);
            assert_eq!(compared.new.len(), 4);
            assert_eq!(compared.warnings, [], "by the weights from before it were 60");
        }
    }

    #[test]
    fn what_is_known_keeps_its_source_unless_another_is_said() {
        let indicators = [indicator("firms", RollUp::Sum)];
        let known = candidate("firms", "A1", 7, "普查");
        let new = |given: Candidate| compared(&indicators, vec![kept(&known)], &[given]).new;
        assert_eq!(new(candidate("firms", "A1", 7, "")), []);
        assert_eq!(new(candidate("firms", "A1", 7, "普查")), []);
        let said = candidate("firms", "A1", 7, "公安");
        assert_eq!(new(said.clone()), [said.value]);
        let other = candidate("firms", "A1", 8, "");
        assert_eq!(new(other.clone()), [other.value]);
        // A later date without a source is of whom it was.
        let mut dated = Candidate { is_dated: true, ..candidate("firms", "A1", 7, "") };
        dated.value.updated = date!(2026 - 11 - 23);
        let [value] = &new(dated.clone())[..] else { panic!("one value") };
        assert_eq!((value.source.as_str(), value.updated), ("普查", dated.value.updated));
    }
}
