//! `GET /areas` and `GET /areas/{code}`.

use axum::{extract::State, response::Response};

use super::{Desk, answer::json_of, which};
use crate::{
    app::{
        View,
        search::{AreaQuery, MAX_QUERY_CHARACTERS},
        tasks,
    },
    domain::{area::Level, coverage::AreaIndex, geometry::measure},
    http::{
        dto::area::{AreaDetail, FoundArea, FoundAreas, Link, Successor},
        path::Segments,
        percent,
        problem::{Problem, printable},
        query::{Query, RawQuery, bad_value},
    },
};

/// Areas on a page when nobody says.
const DEFAULT_LIMIT: u32 = 100;

/// Areas on a page at most.
const MAX_LIMIT: u32 = 10_000;

/// Areas by code, name or pinyin initials, best first; without `q` all of them, coarse levels first.
#[utoipa::path(get, path = "/areas", tag = "areas", params(
    ("q" = Option<String>, Query, description = "Code, part of a name, or pinyin initials / 编码、名称或拼音首字母", example = "zhjd"),
    ("level" = Option<String>, Query, description = "Only this level / 层级"),
    ("parent" = Option<String>, Query, description = "Only children of the area with this code / 上级编码"),
    ("limit" = Option<u32>, Query, description = "Areas on a page, 100 when left out, at most 10000 / 每页数量"),
    ("after" = Option<String>, Query, description = "Go on after the area with this code / 从该编码之后继续"),
    ("edition" = Option<u32>, Query, description = "Of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses((status = 200, description = "A page of areas / 区域列表", body = FoundAreas)))]
pub(super) async fn find(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["q", "level", "parent", "limit", "after", "edition", "as_of", "known_at"])?;
    let view = which::view(&desk, &query).await?;
    let snapshot = view.snapshot();
    let levels: Vec<(&str, Level)> =
        (0..).zip(&snapshot.profile.levels).map(|(ordinal, level)| (level.id.as_str(), Level(ordinal))).collect();
    let code = |name: &str| -> Result<Option<AreaIndex>, Problem> {
        let Some(text) = query.text(name) else { return Ok(None) };
        snapshot
            .hierarchy
            .find(text)
            .map(Some)
            .ok_or_else(|| bad_value(name, text, ("区域编码", "the code of an area")))
    };
    let sought = AreaQuery {
        text: query.short_text("q", MAX_QUERY_CHARACTERS)?.unwrap_or_default().to_owned(),
        level: query.one_of("level", &levels)?,
        parent: code("parent")?,
    };
    let after = code("after")?;
    let limit = query.u32_in("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT) as usize;
    let next_query = next_query(&query);
    let page = tasks::compute(move || {
        let snapshot = view.snapshot();
        let found = view.search().find(snapshot, &sought);
        let begin = match after {
            Some(after) => found.iter().position(|&index| index == after)? + 1,
            None => 0,
        };
        let page = &found[begin..found.len().min(begin + limit)];
        let next = page.last().filter(|_| begin + page.len() < found.len());
        let next = next.map(|&last| snapshot.hierarchy.area(last).code.to_string());
        let items: Vec<FoundArea> = page.iter().map(|&index| FoundArea::new(snapshot, index)).collect();
        Some((snapshot.edition_number(), found.len(), items, next))
    });
    let Some((edition, number_matched, items, next)) = page.await else {
        let text = query.text("after").unwrap_or_default();
        return Err(bad_value("after", text, ("前一页上的区域编码", "the code of an area on an earlier page")));
    };
    let href = |last: String| desk.links.href(&format!("/areas?{next_query}after={last}"));
    let links = next.map(|last| Link { rel: "next", href: href(last) }).into_iter().collect();
    Ok(json_of(edition, FoundAreas { edition, number_matched, number_returned: items.len(), items, links }))
}

/// Everything that the next page is asked with but where it begins.
fn next_query(query: &Query) -> String {
    let given = ["q", "level", "parent", "limit", "edition", "as_of", "known_at"]
        .map(|name| query.text(name).map_or(String::new(), |value| format!("{name}={}&", percent::encode(value))));
    given.concat()
}

/// One area: parents, children, neighbours, who answers, outline.
#[utoipa::path(get, path = "/areas/{code}", tag = "areas", params(
    ("code" = String, Path, description = "The code / 编码", example = "350304001"),
    ("edition" = Option<u32>, Query, description = "Of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses(
    (status = 200, description = "The area / 区域", body = AreaDetail),
    (status = 410, description = "Retired before; its successors / 已撤销及其继任者", body = crate::http::openapi::ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn show(State(desk): State<Desk>, query: RawQuery, segments: Segments) -> Result<Response, Problem> {
    let query = query.allow(&which::PARAMETERS)?;
    let view = which::view(&desk, &query).await?;
    let code = segments.text("code");
    let Some(index) = view.snapshot().hierarchy.find(code) else { return Err(absent(&desk, &view, code).await) };
    let found = desk.app.places_by_area(&view).await;
    let detail = tasks::compute(move || AreaDetail::new(view.snapshot(), index, &found)).await;
    Ok(json_of(detail.edition, detail))
}

/// Why there is no area of a code in an edition: it was retired, and others follow it; or there is none.
pub(super) async fn absent(desk: &Desk, view: &View, code: &str) -> Problem {
    match desk.app.retired(view, code).await {
        Ok(Some((retired, heirs))) => {
            let hierarchy = &view.snapshot().hierarchy;
            let code_of = |&(heir, _): &(AreaIndex, f64)| hierarchy.area(heir).code.to_string();
            let codes: Vec<String> = heirs.iter().map(code_of).collect();
            let lineage = heirs.iter().map(|&(heir, area_m2)| Successor {
                code: hierarchy.area(heir).code.to_string(),
                name: hierarchy.area(heir).name.clone(),
                area_m2: measure::round_cm(area_m2),
            });
            Problem::gone(&retired.code, &codes)
                .with("retired_in", retired.retired_in)
                .with("name", retired.name)
                .with("lineage", lineage.collect::<Vec<_>>())
        }
        Ok(None) => {
            let shown = printable(code);
            Problem::not_found(format!("没有编码为 {shown} 的区域"), format!("no area has the code {shown}"))
        }
        Err(error) => error.into(),
    }
}
