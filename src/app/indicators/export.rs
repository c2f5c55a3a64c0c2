//! Tables that go out: what there is, and empty ones to be filled in.

use std::sync::Arc;

use super::book::PeriodTable;
use crate::{
    domain::{
        area::{Level, Snapshot},
        coverage::AreaIndex,
        indicator::{Amount, Indicator, Period},
        profile::Profile,
    },
    formats::plain_table::{PlainCell, PlainTable},
};

/// Which values a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that were recorded for the area itself.
    Recorded,
    /// Also those that come of its children.
    All,
}

/// How values stand in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A row for each area, a column for each indicator.
    Wide,
    /// A row for each value, which says also who has it and as of when it holds.
    Long,
}

/// The values of a period, in a form that an import takes.
///
/// `tables` are those of the indicators with periods of that kind, by index; `level` leaves out all others.
pub fn filled_table(
    snapshot: &Snapshot,
    period: Period,
    level: Option<Level>,
    (which, form): (Which, Form),
    tables: &[(usize, Arc<PeriodTable>)],
) -> PlainTable {
    let mut areas: Vec<AreaIndex> = tables.iter().flat_map(|(_, table)| table.rolled().keys().copied()).collect();
    areas.sort_unstable();
    areas.dedup();
    areas.retain(|&area| level.is_none_or(|level| snapshot.hierarchy.area(area).level == level));
    match form {
        Form::Wide => wide(snapshot, period, &areas, which, tables),
        Form::Long => long(snapshot, period, &areas, which, tables),
    }
}

fn shown(area: AreaIndex, table: &PeriodTable, which: Which) -> Option<Amount> {
    let rolled = table.of(area)?;
    if which == Which::All { rolled.shown() } else { rolled.declared }
}

fn wide(
    snapshot: &Snapshot,
    period: Period,
    areas: &[AreaIndex],
    which: Which,
    tables: &[(usize, Arc<PeriodTable>)],
) -> PlainTable {
    let profile = &snapshot.profile;
    let mut rows = Vec::with_capacity(areas.len());
    for &area in areas {
        let values: Vec<_> = tables.iter().map(|(_, table)| shown(area, table, which)).collect();
        if values.iter().any(Option::is_some) {
            let mut row = beginning(snapshot, area, period);
            row.extend(values.into_iter().map(|value| value.map_or(PlainCell::Empty, number)));
            rows.push(row);
        }
    }
    let columns = tables.iter().map(|(index, _)| &profile.indicators[*index]);
    PlainTable { sheet: format!("指标 {period}"), headings: headings(columns), rows }
}

fn long(
    snapshot: &Snapshot,
    period: Period,
    areas: &[AreaIndex],
    which: Which,
    tables: &[(usize, Arc<PeriodTable>)],
) -> PlainTable {
    let indicators = &snapshot.profile.indicators;
    let mut rows = Vec::new();
    for &area in areas {
        for (index, table) in tables {
            let Some(amount) = shown(area, table, which) else { continue };
            let indicator = &indicators[*index];
            let text = |text: Option<String>| text.map_or(PlainCell::Empty, PlainCell::Text);
            let source = table.own(area).map(|own| own.value.source.clone()).filter(|source| !source.is_empty());
            let mut row = beginning(snapshot, area, period);
            row.extend([
                PlainCell::text(&indicator.id),
                number(amount),
                PlainCell::text(&indicator.measure.zh),
                text(source),
                text(table.date(area).map(|day| day.to_string())),
            ]);
            rows.push(row);
        }
    }
    let own = ["指标 indicator", "数值 value", "计量单位 measure", "来源 source", "更新日期 updated"];
    let headings = headings(std::iter::empty()).into_iter().chain(own.map(str::to_owned)).collect();
    PlainTable { sheet: format!("指标 {period}"), headings, rows }
}

fn number(amount: Amount) -> PlainCell {
    PlainCell::Number(amount.to_string())
}

/// A table to be filled in: the areas of a level with a column for each indicator of the period's kind, and a sheet that
/// says what they mean.
pub fn empty_table(snapshot: &Snapshot, period: Period, level: Level) -> Vec<PlainTable> {
    let profile = &snapshot.profile;
    let of_kind = || profile.indicators.iter().filter(|it| it.period == period.kind());
    let row = |area: AreaIndex| {
        let mut row = beginning(snapshot, area, period);
        row.extend(of_kind().map(|_| PlainCell::Empty));
        row
    };
    let rows = snapshot.hierarchy.of_level(level).map(row).collect();
    let fill = PlainTable { sheet: format!("指标 {period}"), headings: headings(of_kind()), rows };
    vec![fill, notes(profile, period)]
}

fn beginning(snapshot: &Snapshot, area: AreaIndex, period: Period) -> Vec<PlainCell> {
    let area = snapshot.hierarchy.area(area);
    let level = &snapshot.profile.level(area.level).id;
    [area.code.to_string(), area.name.clone(), level.clone(), period.to_string()].map(PlainCell::Text).to_vec()
}

fn headings<'a>(columns: impl Iterator<Item = &'a Indicator>) -> Vec<String> {
    let fixed = ["区域编码 area", "名称 name", "层级 level", "期次 period"].map(str::to_owned);
    let own = columns.map(|it| format!("{}（{}） {}", it.name.zh, it.measure.zh, it.id));
    fixed.into_iter().chain(own).collect()
}

/// What the columns mean.
fn notes(profile: &Profile, period: Period) -> PlainTable {
    let row = |it: &Indicator| {
        let largest = format!("{}", it.max);
        let cells = [
            format!("{} {}", it.name.zh, it.name.en),
            it.id.clone(),
            format!("{} {}", it.group.zh(), it.group.id()),
            format!("{} {}", it.measure.zh, it.measure.en),
            format!("{} {}", it.source.zh, it.source.en),
            it.roll_up.id().to_owned(),
        ];
        let mut cells: Vec<PlainCell> = cells.map(PlainCell::Text).to_vec();
        cells.push(PlainCell::Number(largest));
        cells
    };
    let headings = ["指标名称", "代号 id", "类别 group", "计量单位", "默认来源", "汇总方式 sum", "最大值 max"];
    PlainTable {
        sheet: "说明 notes".to_owned(),
        headings: headings.map(str::to_owned).to_vec(),
        rows: profile.indicators.iter().filter(|it| it.period == period.kind()).map(row).collect(),
    }
}
