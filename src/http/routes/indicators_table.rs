//! `GET /indicators/export` and `GET /indicators/template`.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    Desk,
    answer::{self, file},
    indicators::{asked, period},
};
use crate::{
    app::{
        indicators::{Form, Which, empty_table, filled_table},
        tasks,
    },
    domain::{area::Level, indicator::Period, profile::Profile},
    formats::{
        plain_table::{PlainTable, PlainTableError, plain_csv, plain_xlsx},
        table::TableKind,
    },
    http::{
        problem::Problem,
        query::{Query, RawQuery},
    },
};

/// The values of a period as a table, in the form that an import takes.
#[utoipa::path(get, path = "/indicators/export", tag = "indicators", params(
    ("period" = String, Query, description = "The period: its kind tells which indicators / 期次", example = "2026Q3"),
    ("level" = Option<String>, Query, description = "Only areas of this level / 层级"),
    ("sums" = Option<bool>, Query, description = "Also values that come of the areas within / 含下级汇总值"),
    ("form" = Option<String>, Query, description = "wide, a row for each area, or long, a row for each value with its source and date; wide when left out / 表式"),
    ("format" = Option<String>, Query, description = "csv or xlsx, xlsx when left out / 格式"),
    ("edition" = Option<u32>, Query, description = "On this edition, past or scheduled; on the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "On the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then, values as well; now when left out / 知悉时点"),
), responses((status = 200, description = "The table / 指标表", content(
    (String = "text/csv"),
    (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
))))]
pub(super) async fn export(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["period", "level", "sums", "form", "format", "edition", "as_of", "known_at"])?;
    let period = query.need("period", period(&query)?)?;
    let (format, level) = (format(&query)?, level(&query, desk.app.district().profile())?);
    let which = if query.bool("sums")?.unwrap_or(false) { Which::All } else { Which::Recorded };
    let form = query.one_of("form", &[("wide", Form::Wide), ("long", Form::Long)])?.unwrap_or(Form::Wide);
    let asked = asked(&desk, &query).await?;
    let snapshot = Arc::clone(asked.view.snapshot());
    let mut tables = Vec::new();
    for (index, indicator) in snapshot.profile.indicators.iter().enumerate() {
        if indicator.period == period.kind() {
            tables.push((index, desk.app.indicator_table(&asked.view, asked.change, index, period).await?));
        }
    }
    let edition = snapshot.edition_number();
    let filled = move || vec![filled_table(&snapshot, period, level, (which, form), &tables)];
    written(&desk, edition, format, format!("indicators-{period}"), filled).await
}

/// An empty table to be filled in: the areas of a level, a column for each indicator with such periods.
#[utoipa::path(get, path = "/indicators/template", tag = "indicators", params(
    ("period" = String, Query, description = "The period: its kind tells which indicators / 期次", example = "2026Q3"),
    ("level" = String, Query, description = "The level whose areas are listed / 层级"),
    ("format" = Option<String>, Query, description = "csv or xlsx, xlsx when left out / 格式"),
), responses((status = 200, description = "The table / 空表", content(
    (String = "text/csv"),
    (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
))))]
pub(super) async fn template(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["period", "level", "format"])?;
    let period: Period = query.need("period", period(&query)?)?;
    let level = query.need("level", level(&query, desk.app.district().profile())?)?;
    let format = format(&query)?;
    let snapshot = Arc::clone(&desk.app.served().snapshot);
    let edition = snapshot.edition_number();
    let empty = move || empty_table(&snapshot, period, level);
    written(&desk, edition, format, format!("indicators-template-{period}"), empty).await
}

fn format(query: &Query) -> Result<TableKind, Problem> {
    let named = query.one_of("format", &[("csv", TableKind::Csv), ("xlsx", TableKind::Xlsx)])?;
    Ok(named.unwrap_or(TableKind::Xlsx))
}

fn level(query: &Query, profile: &Profile) -> Result<Option<Level>, Problem> {
    let levels: Vec<(&str, Level)> =
        (0..).zip(&profile.levels).map(|(ordinal, level)| (level.id.as_str(), Level(ordinal))).collect();
    query.one_of("level", &levels)
}

async fn written(
    desk: &Desk,
    edition: u32,
    kind: TableKind,
    name: String,
    tables: impl FnOnce() -> Vec<PlainTable> + Send + 'static,
) -> Result<Response, Problem> {
    let now = desk.app.district().now();
    let bytes = tasks::compute(move || {
        let tables = tables();
        match kind {
            // A CSV has one table: the first.
            TableKind::Csv => Ok(tables.first().map(plain_csv).unwrap_or_default()),
            TableKind::Xlsx => plain_xlsx(&tables, now),
        }
    });
    Ok(answer::of(edition, file(bytes.await?, kind, &name)))
}

impl From<PlainTableError> for Problem {
    fn from(error: PlainTableError) -> Self {
        match error {
            PlainTableError::Rows { rows } => {
                let zh = format!("表格有 {rows} 行，超过一张工作表的上限，请改用 csv");
                Self::bad_parameter("format", zh, error.to_string(), "csv")
            }
            PlainTableError::Workbook(_) => Self::internal(&error),
        }
    }
}
