//! `GET /indicators`, `GET /indicators/{id}`, `GET /areas/{code}/indicators`.

use axum::{extract::State, response::Response};

use super::{Desk, answer::json_of, areas, which};
use crate::{
    app::{View, tasks},
    domain::{area::Level, indicator::Period},
    http::{
        dto::{
            area::Link,
            common::AreaRef,
            indicator::{
                AreaIndicatorJson, AreaIndicators, AreaValue, IndicatorJson, IndicatorValues, IndicatorsJson,
                NumberJson,
            },
        },
        path::Segments,
        percent,
        problem::{Problem, printable},
        query::{Query, RawQuery, bad_value},
    },
};

/// Areas on a page when nobody says.
const DEFAULT_LIMIT: u32 = 10_000;

/// Areas on a page at most.
const MAX_LIMIT: u32 = 100_000;

/// What a period may be, for messages.
const PERIODS: &str = "2026, 2026Q3, 2026-09 or 2026-11-22";

/// The indicators of the district, and the periods that have values.
#[utoipa::path(get, path = "/indicators", tag = "indicators", responses(
    (status = 200, description = "The indicators / 指标", body = IndicatorsJson),
))]
pub(super) async fn list(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    query.allow(&[])?;
    let change = desk.app.indicator_revision(None).await?;
    let in_use = desk.app.indicator_periods(change).await?;
    let (profile, edition) = (desk.app.district().profile(), desk.app.served().snapshot.edition_number());
    let today = profile.day(desk.app.district().now());
    let items = profile.indicators.iter().map(|it| IndicatorJson::new(it, &in_use, today)).collect();
    Ok(json_of(edition, IndicatorsJson { edition, change, items }))
}

/// The value of every area of a level in a period: what colours the map.
#[utoipa::path(get, path = "/indicators/{id}", tag = "indicators", params(
    ("id" = String, Path, description = "The indicator / 指标代号", example = "residents_present"),
    ("period" = Option<String>, Query, description = "The period, the last one with values when left out / 期次", example = "2026Q3"),
    ("level" = Option<String>, Query, description = "Id of the level, the finest one with values when left out / 层级"),
    ("limit" = Option<u32>, Query, description = "Areas on a page, 10000 when left out, at most 100000 / 每页数量"),
    ("after" = Option<String>, Query, description = "Go on after the area with this code / 从该编码之后继续"),
    ("edition" = Option<u32>, Query, description = "On this edition, past or scheduled; on the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "On the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then, values as well; now when left out / 知悉时点"),
), responses((status = 200, description = "A page of values / 各区域的值", body = IndicatorValues)))]
pub(super) async fn values(State(desk): State<Desk>, query: RawQuery, segments: Segments) -> Result<Response, Problem> {
    let query = query.allow(&["period", "level", "limit", "after", "edition", "as_of", "known_at"])?;
    let asked = asked(&desk, &query).await?;
    let snapshot = asked.view.snapshot();
    let profile = &snapshot.profile;
    let id = segments.text("id");
    let Some(index) = profile.indicators.iter().position(|it| it.id == id) else { return Err(unknown(id)) };
    let indicator = &profile.indicators[index];
    let levels: Vec<(&str, Level)> =
        (0..).zip(&profile.levels).map(|(ordinal, level)| (level.id.as_str(), Level(ordinal))).collect();
    let limit = query.u32_in("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT) as usize;
    let level = query.one_of("level", &levels)?;
    let in_use = desk.app.indicator_periods(asked.change).await?;
    let own = || in_use.iter().filter(|it| it.indicator == id).map(|it| it.period);
    let period = match period(&query)? {
        Some(period) if period.kind() == indicator.period => Some(period),
        Some(_) => {
            let example = indicator.period.example();
            return Err(bad_value("period", query.text("period").unwrap_or_default(), (example, example)));
        }
        None => own().filter(|it| it.first_day() <= asked.day).max(),
    };
    let Some(period) = period else {
        let zh = format!("指标 {id} 还没有任何值");
        return Err(Problem::not_found(zh, format!("indicator {id} has no values yet")).with("parameter", "period"));
    };
    let table = desk.app.indicator_table(&asked.view, asked.change, index, period).await?;
    let definition = IndicatorJson::new(indicator, &in_use, asked.day);
    let after = query.text("after").map(str::to_owned);
    let (view, how) = (asked.view.clone(), indicator.roll_up.clone());
    let (level, page, matched, bounds) = tasks::compute(move || {
        let snapshot = view.snapshot();
        let of_area = |area| snapshot.hierarchy.area(area).level;
        let has_value = |rolled: &crate::domain::indicator::Rolled| rolled.shown().is_some();
        let valued = table.rolled().iter().filter(|(_, rolled)| has_value(rolled)).map(|(&area, _)| area);
        let level = level.or_else(|| valued.clone().map(of_area).max()).unwrap_or(Level(0));
        let of_level: Vec<_> = valued.filter(|&area| of_area(area) == level).collect();
        let amounts = || of_level.iter().filter_map(|&area| table.of(area)?.shown());
        let bounds = (amounts().min_by_key(|it| it.mantissa()), amounts().max_by_key(|it| it.mantissa()));
        let begin = after.map_or(0, |after| {
            of_level.partition_point(|&area| snapshot.hierarchy.area(area).code.as_str() <= after.as_str())
        });
        let end = of_level.len().min(begin + limit);
        let value = |&area: &u32| AreaValue::new(snapshot, &table, &how, area);
        let page: Vec<AreaValue> = of_level[begin..end].iter().filter_map(value).collect();
        let next = (end < of_level.len()).then(|| page.last().map(|last| last.code.clone())).flatten();
        (level, (page, next), of_level.len(), bounds)
    })
    .await;
    let (items, next) = page;
    let level_id = &profile.level(level).id;
    let link = |last: String| {
        let given = ["limit", "edition", "as_of", "known_at"]
            .map(|name| query.text(name).map_or(String::new(), |value| format!("&{name}={}", percent::encode(value))));
        let path = format!("/indicators/{id}?period={period}&level={level_id}{}&after={last}", given.concat());
        Link { rel: "next", href: desk.links.href(&path) }
    };
    let edition = snapshot.edition_number();
    let body = IndicatorValues {
        edition,
        change: asked.change,
        indicator: definition,
        period: period.to_string(),
        level: level_id.clone(),
        areas: snapshot.hierarchy.of_level(level).len(),
        number_matched: matched,
        number_returned: items.len(),
        min: bounds.0.map(NumberJson),
        max: bounds.1.map(NumberJson),
        items,
        links: next.map(link).into_iter().collect(),
    };
    Ok(json_of(edition, body))
}

/// What an area has of every indicator.
#[utoipa::path(get, path = "/areas/{code}/indicators", tag = "indicators", params(
    ("code" = String, Path, description = "The code / 编码", example = "350304001"),
    ("period" = Option<String>, Query, description = "Only indicators with such periods, in this one; when left out, all of them in the last period with a value / 期次", example = "2026Q3"),
    ("edition" = Option<u32>, Query, description = "On this edition, past or scheduled; on the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "On the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then, values as well; now when left out / 知悉时点"),
), responses((status = 200, description = "The indicators of the area / 区域的指标", body = AreaIndicators)))]
pub(super) async fn of_area(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
) -> Result<Response, Problem> {
    let query = query.allow(&["period", "edition", "as_of", "known_at"])?;
    let asked = asked(&desk, &query).await?;
    let code = segments.text("code");
    let Some(area) = asked.view.snapshot().hierarchy.find(code) else {
        return Err(areas::absent(&desk, &asked.view, code).await);
    };
    let period = period(&query)?;
    let lines = desk.app.indicator_lines(&asked.view, asked.change, area, period, asked.day).await?;
    let snapshot = asked.view.snapshot();
    let edition = snapshot.edition_number();
    let items = lines.iter().map(|line| AreaIndicatorJson::new(&snapshot.profile, line)).collect();
    let area = AreaRef::new(snapshot, area);
    Ok(json_of(edition, AreaIndicators { edition, change: asked.change, area, items }))
}

/// What a question about values is put to.
pub(super) struct Asked {
    /// The edition.
    pub view: View,
    /// The change of values that is read.
    pub change: i64,
    /// Periods that begin later are not looked at.
    pub day: time::Date,
}

/// The edition and the values that a query means.
pub(super) async fn asked(desk: &Desk, query: &Query) -> Result<Asked, Problem> {
    let profile = desk.app.district().profile();
    let view = which::view(desk, query).await?;
    let (as_of, known_at) = (which::moment(query, "as_of", profile)?, which::moment(query, "known_at", profile)?);
    let change = desk.app.indicator_revision(known_at).await?;
    let day = profile.day(as_of.unwrap_or_else(|| desk.app.district().now()));
    Ok(Asked { view, change, day })
}

/// The period of a query.
pub(super) fn period(query: &Query) -> Result<Option<Period>, Problem> {
    let parse = |text| Period::parse(text).ok_or_else(|| bad_value("period", text, (PERIODS, PERIODS)));
    query.text("period").map(parse).transpose()
}

fn unknown(id: &str) -> Problem {
    let shown = printable(id);
    Problem::not_found(format!("没有指标 {shown}"), format!("there is no indicator {shown}")).with("parameter", "id")
}
