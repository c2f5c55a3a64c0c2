//! `GET /editions`, one of them, and what differs between two.

use axum::{body::Body, extract::State, response::Response};
use http::{
    HeaderMap, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY},
};
use std::sync::Arc;

use super::{
    Desk,
    answer::{json_of, of},
};
use crate::{
    app::{
        editions::{ReadError, Which},
        tasks,
    },
    domain::{area::Edition, redraw::diff::Diff},
    formats::crosswalk::{crosswalk_csv, crosswalk_xlsx},
    http::{
        dto::{
            area::Link,
            edition::{DiffJson, EditionDetail, Editions},
        },
        negotiate::MediaTypes,
        path::Segments,
        problem::Problem,
        query::RawQuery,
    },
};

/// Items on a page when nobody says.
const DEFAULT_LIMIT: u32 = 100;

/// Items on a page at most.
const MAX_LIMIT: u32 = 10_000;

/// What a crosswalk can be: the word for `format`, the media type, the ending of its file.
const CROSSWALKS: [(&str, &str, Table); 2] = [
    ("csv", "text/csv", Table::Csv),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Table::Xlsx),
];

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Csv,
    Xlsx,
}

/// All editions, oldest first: past, in force, scheduled.
#[utoipa::path(get, path = "/editions", tag = "editions", params(
    ("limit" = Option<u32>, Query, description = "Editions on a page, 100 when left out, at most 10000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after the edition with this number / 从该版之后继续"),
), responses((status = 200, description = "A page of editions / 版本列表", body = Editions)))]
pub(super) async fn editions(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["limit", "after"])?;
    let limit = query.u32_in("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let after = query.u32_in("after", 0..=u32::MAX)?.unwrap_or(0);
    let (all, in_force) = (desk.app.known_editions().await?, in_force(&desk));
    let mut rest = all.iter().filter(|edition| edition.number > after);
    let items: Vec<EditionDetail> =
        rest.by_ref().take(limit as usize).map(|edition| EditionDetail::new(edition, in_force)).collect();
    let last = items.last().map(|item| item.edition.number).filter(|_| rest.next().is_some());
    let link = |last| Link { rel: "next", href: desk.links.href(&format!("/editions?limit={limit}&after={last}")) };
    let links = last.map(link).into_iter().collect();
    let body = Editions { number_matched: all.len(), number_returned: items.len(), items, links };
    Ok(json_of(in_force, body))
}

/// One edition.
#[utoipa::path(get, path = "/editions/{edition}", tag = "editions", params(
    ("edition" = u32, Path, description = "Number of the edition / 版本号", example = 1),
), responses((status = 200, description = "The edition / 版本", body = EditionDetail)))]
pub(super) async fn edition(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let edition = find(&desk, segments.u32("edition")?).await?;
    Ok(json_of(edition.number, EditionDetail::new(&edition, in_force(&desk))))
}

/// What differs between two editions: areas created, retired, split, merged, reshaped, recoded, renamed, updated.
///
/// Areas live on by their number; ground is compared by laying the outlines over one another, exactly. Households of an
/// area that was divided go with its buildings where there are any, and else by area (估算); `weighting` says which.
/// Borders that only got nodes of their neighbours are no difference.
#[utoipa::path(get, path = "/editions/{edition}/diff/{other}", tag = "editions", params(
    ("edition" = u32, Path, description = "The edition before / 旧版", example = 1),
    ("other" = u32, Path, description = "The edition after / 新版", example = 2),
    ("limit" = Option<u32>, Query, description = "Changes on a page, 100 when left out, at most 10000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after so many changes / 从该条之后继续"),
), responses((status = 200, description = "A page of changes / 变更列表", body = DiffJson)))]
pub(super) async fn diff(State(desk): State<Desk>, query: RawQuery, segments: Segments) -> Result<Response, Problem> {
    let query = query.allow(&["limit", "after"])?;
    let limit = query.u32_in("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let after = query.u32_in("after", 0..=u32::MAX)?.unwrap_or(0);
    let (diff, _) = compared(&desk, &segments).await?;
    let (edition, profile) = (diff.after, Arc::clone(desk.app.district().profile()));
    let mut body = tasks::compute(move || DiffJson::new(&diff, &profile, after as usize, limit as usize)).await;
    let seen = after as usize + body.number_returned;
    if body.number_returned > 0 && seen < body.number_matched {
        let path = format!("/editions/{}/diff/{}?limit={limit}&after={seen}", body.before, body.after);
        body.links.push(Link { rel: "next", href: desk.links.href(&path) });
    }
    Ok(json_of(edition, body))
}

/// The 新旧编码对照表: a row for each pair of areas, before and after, that share ground, with shares and households.
///
/// Areas that did not change are not in it.
#[utoipa::path(get, path = "/editions/{edition}/crosswalk/{other}", tag = "editions", params(
    ("edition" = u32, Path, description = "The edition before / 旧版", example = 1),
    ("other" = u32, Path, description = "The edition after / 新版", example = 2),
    ("format" = Option<String>, Query, description = "csv or xlsx; what Accept likes best when left out / 格式"),
), responses((status = 200, description = "The table / 新旧编码对照表", content(
    (String = "text/csv"),
    (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
))))]
pub(super) async fn crosswalk(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.allow(&["format"])?;
    let named = query.one_of("format", &CROSSWALKS.map(|(word, _, table)| (word, table)))?;
    let table = named.map_or_else(|| liked(&headers), Ok)?;
    let (diff, after) = compared(&desk, &segments).await?;
    let name = format!("crosswalk-{}-{}", diff.before, diff.after);
    let (edition, profile) = (diff.after, Arc::clone(desk.app.district().profile()));
    let written = tasks::compute(move || match table {
        Table::Csv => Ok(crosswalk_csv(&diff, &profile)),
        Table::Xlsx => crosswalk_xlsx(&diff, &profile, after.published_at),
    });
    let mut response = Response::new(Body::from(written.await?));
    let (word, media_type, _) = CROSSWALKS.into_iter().find(|known| known.2 == table).expect("every table is listed");
    let media_type = if table == Table::Csv { "text/csv; charset=utf-8" } else { media_type };
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}.{word}\"")).expect("ASCII");
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(VARY, HeaderValue::from_static("accept"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(of(edition, response))
}

/// The table that the client likes best.
fn liked(headers: &HeaderMap) -> Result<Table, Problem> {
    let taken = MediaTypes::of(headers)?;
    let mut best = (0, None);
    for (_, media_type, table) in CROSSWALKS {
        let quality = taken.quality(media_type);
        if quality > best.0 {
            best = (quality, Some(table));
        }
    }
    best.1.ok_or_else(|| Problem::not_acceptable(&CROSSWALKS.map(|(_, media_type, _)| media_type)))
}

/// The difference of the two editions in the path, and the later of them.
async fn compared(desk: &Desk, segments: &Segments) -> Result<(Arc<Diff>, Edition), Problem> {
    let (before, after) = (segments.u32("edition")?, segments.u32("other")?);
    find(desk, before).await?;
    let edition = find(desk, after).await?;
    Ok((desk.app.diff(before, after).await?, edition))
}

async fn find(desk: &Desk, asked: u32) -> Result<Edition, Problem> {
    let number = desk.app.resolve(Which::Number(asked)).await?;
    let editions = desk.app.editions();
    let found = editions.iter().find(|edition| edition.number == number).cloned();
    let newest = editions.last().map_or(0, |edition| edition.number);
    Ok(found.ok_or(ReadError::NoEdition { asked, newest })?)
}

fn in_force(desk: &Desk) -> u32 {
    desk.app.served().snapshot.edition_number()
}
