//! Lists: organisations, people, postings, vacancies.

use axum::{extract::State, response::Response};

use super::paging::Part;
use crate::{
    app::{
        duty::{PostingQuery, Standing, find_people, find_postings, posts_to_fill},
        search::MAX_QUERY_CHARACTERS,
        tasks,
    },
    domain::{
        area::Snapshot,
        coverage::AreaIndex,
        duty::{OrganisationId, PersonId},
    },
    http::{
        dto::duty::{OrganisationJson, Page, PersonJson, PostingJson, VacancyJson},
        problem::Problem,
        query::{Query, RawQuery, bad_value},
        routes::{Desk, which},
    },
};

/// Organisations (责任单位), by number.
#[utoipa::path(get, path = "/organisations", tag = "duty", params(
    ("q" = Option<String>, Query, description = "Part of a name / 名称的一部分"),
    ("limit" = Option<u32>, Query, description = "Organisations on a page, 100 when left out, at most 10000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after so many / 从该条之后继续"),
    ("edition" = Option<u32>, Query, description = "As `known_at` now: organisations have no editions / 版本"),
    ("as_of" = Option<String>, Query, description = "Organisations hold through time; with `known_at` / 时点"),
    ("known_at" = Option<String>, Query, description = "As they were known then; now when left out / 知悉时点"),
), responses((status = 200, description = "A page of organisations / 单位列表", body = Page<OrganisationJson>)))]
pub(in crate::http::routes) async fn organisations(
    State(desk): State<Desk>,
    query: RawQuery,
) -> Result<Response, Problem> {
    const GIVEN: [&str; 6] = ["q", "limit", "after", "edition", "as_of", "known_at"];
    let query = query.allow(&GIVEN)?;
    let view = which::view(&desk, &query).await?;
    let part = Part::of(&query)?;
    let text = text_of(&query)?;
    let list: Vec<_> = view.snapshot().roster().staff().organisations().to_vec();
    let list: Vec<_> = list.into_iter().filter(|it| it.name.contains(&text) || it.short_name.contains(&text)).collect();
    let found = part.take(&list, |it| OrganisationJson::from(&**it));
    Ok(part.page(&desk, &view, ("/organisations", &query, &GIVEN), found))
}

/// People (人员), by number; telephones are masked.
#[utoipa::path(get, path = "/people", tag = "duty", params(
    ("q" = Option<String>, Query, description = "Part of a name, or pinyin initials / 姓名或拼音首字母"),
    ("limit" = Option<u32>, Query, description = "People on a page, 100 when left out, at most 10000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after so many / 从该条之后继续"),
    ("edition" = Option<u32>, Query, description = "As `known_at` now: people have no editions / 版本"),
    ("as_of" = Option<String>, Query, description = "People hold through time; with `known_at` / 时点"),
    ("known_at" = Option<String>, Query, description = "As they were known then; now when left out / 知悉时点"),
), responses((status = 200, description = "A page of people / 人员列表", body = Page<PersonJson>)))]
pub(in crate::http::routes) async fn people(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    const GIVEN: [&str; 6] = ["q", "limit", "after", "edition", "as_of", "known_at"];
    let query = query.allow(&GIVEN)?;
    let view = which::view(&desk, &query).await?;
    let (part, text) = (Part::of(&query)?, text_of(&query)?);
    let staff = view.snapshot().roster().staff().clone();
    let found = tasks::compute(move || {
        let list = find_people(&staff, &text);
        part.take(&list, |person| PersonJson::new(&staff, person))
    });
    Ok(part.page(&desk, &view, ("/people", &query, &GIVEN), found.await))
}

/// Postings (任职): who holds which post from when to when, those of the past and of the future among them.
///
/// Areas stand in the order of the district, coarse levels first. `as_of` moves the time at which `state` is told, and the
/// edition by which areas are named.
#[utoipa::path(get, path = "/postings", tag = "duty", params(
    ("q" = Option<String>, Query, description = "Part of a name of a person or organisation, or pinyin initials / 姓名、单位或拼音首字母"),
    ("role" = Option<String>, Query, description = "Id of a role / 岗位", example = "grid_leader"),
    ("area" = Option<String>, Query, description = "Code of an area / 区域编码"),
    ("below" = Option<bool>, Query, description = "Areas inside of it too / 含下级"),
    ("person" = Option<u32>, Query, description = "Number of a person / 人员编号"),
    ("organisation" = Option<u32>, Query, description = "Number of an organisation / 单位编号"),
    ("state" = Option<String>, Query, description = "`current` 现任, `past` 历任, `future` 待任"),
    ("limit" = Option<u32>, Query, description = "Postings on a page, 100 when left out, at most 10000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after so many / 从该条之后继续"),
    ("edition" = Option<u32>, Query, description = "Areas of this edition / 版本"),
    ("as_of" = Option<String>, Query, description = "At this time: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses((status = 200, description = "A page of postings / 任职列表", body = Page<PostingJson>)))]
pub(in crate::http::routes) async fn postings(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    const GIVEN: [&str; 12] = [
        "q",
        "role",
        "area",
        "below",
        "person",
        "organisation",
        "state",
        "limit",
        "after",
        "edition",
        "as_of",
        "known_at",
    ];
    let query = query.allow(&GIVEN)?;
    let asked = which::which(&query, desk.app.district().profile())?;
    let view = desk.app.view(asked).await?;
    let part = Part::of(&query)?;
    let (at, _) = asked.duty_time(desk.app.district().now());
    let standings = [Standing::Past, Standing::Current, Standing::Future].map(|it| (it.id(), it));
    let sought = PostingQuery {
        text: text_of(&query)?,
        role: role_of(&query, view.snapshot())?,
        area: area_of(&query, view.snapshot())?,
        below: query.bool("below")?.unwrap_or(false),
        person: query.u32_in("person", 0..=u32::MAX)?.map(|id| PersonId(i64::from(id))),
        organisation: query.u32_in("organisation", 0..=u32::MAX)?.map(|id| OrganisationId(i64::from(id))),
        standing: query.one_of("state", &standings)?,
    };
    let read = view.clone();
    let found = tasks::compute(move || {
        let list = find_postings(read.snapshot(), &sought, at);
        part.take(&list, |posting| PostingJson::new(read.snapshot(), posting, at))
    });
    Ok(part.page(&desk, &view, ("/postings", &query, &GIVEN), found.await))
}

/// Posts that the profile wants filled and that have too few people (缺岗), or too many (超配); check G11.
#[utoipa::path(get, path = "/vacancies", tag = "duty", params(
    ("area" = Option<String>, Query, description = "Only in the area with this code / 区域编码"),
    ("role" = Option<String>, Query, description = "Id of a role / 岗位"),
    ("limit" = Option<u32>, Query, description = "Vacancies on a page, 100 when left out, at most 10000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after so many / 从该条之后继续"),
    ("edition" = Option<u32>, Query, description = "In this edition, past or scheduled; in the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "At this time: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses((status = 200, description = "A page of vacancies / 缺岗列表", body = Page<VacancyJson>)))]
pub(in crate::http::routes) async fn vacancies(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    const GIVEN: [&str; 7] = ["area", "role", "limit", "after", "edition", "as_of", "known_at"];
    let query = query.allow(&GIVEN)?;
    let view = which::view(&desk, &query).await?;
    let part = Part::of(&query)?;
    let (area, role) = (area_of(&query, view.snapshot())?, role_of(&query, view.snapshot())?);
    let read = view.clone();
    let found = tasks::compute(move || {
        let list = posts_to_fill(read.snapshot(), area, role.as_deref());
        part.take(&list, |wrong| VacancyJson::new(read.snapshot(), wrong))
    });
    Ok(part.page(&desk, &view, ("/vacancies", &query, &GIVEN), found.await))
}

/// The text that is looked for.
pub(super) fn text_of(query: &Query) -> Result<String, Problem> {
    Ok(query.short_text("q", MAX_QUERY_CHARACTERS)?.unwrap_or_default().to_owned())
}

/// The area of the parameter `area`.
pub(super) fn area_of(query: &Query, snapshot: &Snapshot) -> Result<Option<AreaIndex>, Problem> {
    let Some(text) = query.text("area") else { return Ok(None) };
    let found = snapshot.hierarchy.find(text);
    found.map(Some).ok_or_else(|| bad_value("area", text, ("区域编码", "the code of an area")))
}

fn role_of(query: &Query, snapshot: &Snapshot) -> Result<Option<String>, Problem> {
    let roles: Vec<(&str, &str)> =
        snapshot.profile.roles.iter().map(|role| (role.id.as_str(), role.id.as_str())).collect();
    Ok(query.one_of("role", &roles)?.map(str::to_owned))
}
