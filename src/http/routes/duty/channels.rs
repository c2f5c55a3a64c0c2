//! Channels (联络群): listed, entered, ended.

use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{
    change::{bad, change, wrong},
    lists::{area_of, text_of},
    paging::Part,
};
use crate::{
    app::{
        duty::{ChannelQuery, Enrolment, NewChannel, close_channel, find_channels, open_channel},
        tasks,
    },
    domain::duty::{ChannelId, channel::MAX_KIND_CHARACTERS},
    http::{
        body::JsonBody,
        dto::{
            channel::{ChannelBody, ChannelEndBody, ChannelJson},
            duty::{Changed, Page},
        },
        openapi::ProblemBody,
        path::Segments,
        problem::Problem,
        query::RawQuery,
        routes::{Desk, which},
    },
};

/// Channels (联络群): where the people of an area talk to one another.
///
/// Areas stand in the order of the district, coarse levels first. A channel is there from the moment it is entered until it is
/// ended: `known_at` tells which were there then.
#[utoipa::path(get, path = "/channels", tag = "duty", params(
    ("q" = Option<String>, Query, description = "Part of the id of a group / 群号的一部分"),
    ("kind" = Option<String>, Query, description = "What it is / 群类型", example = "wechat"),
    ("area" = Option<String>, Query, description = "Code of an area / 区域编码"),
    ("below" = Option<bool>, Query, description = "Areas inside of it too / 含下级"),
    ("limit" = Option<u32>, Query, description = "Channels on a page, 100 when left out, at most 10000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after so many / 从该条之后继续"),
    ("edition" = Option<u32>, Query, description = "Areas of this edition / 版本"),
    ("as_of" = Option<String>, Query, description = "Areas of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "Those that were there then; now when left out / 知悉时点"),
), responses((status = 200, description = "A page of channels / 联络群列表", body = Page<ChannelJson>)))]
pub(in crate::http::routes) async fn channels(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    const GIVEN: [&str; 9] = ["q", "kind", "area", "below", "limit", "after", "edition", "as_of", "known_at"];
    let query = query.allow(&GIVEN)?;
    let view = which::view(&desk, &query).await?;
    let part = Part::of(&query)?;
    let sought = ChannelQuery {
        text: text_of(&query)?,
        kind: query.short_text("kind", MAX_KIND_CHARACTERS)?.map(str::to_owned),
        area: area_of(&query, view.snapshot())?,
        below: query.bool("below")?.unwrap_or(false),
    };
    let read = view.clone();
    let found = tasks::compute(move || {
        let list = find_channels(read.snapshot(), &sought);
        part.take(&list, |channel| ChannelJson::new(read.snapshot(), channel))
    });
    Ok(part.page(&desk, &view, ("/channels", &query, &GIVEN), found.await))
}

/// Enters a channel of an area.
#[utoipa::path(post, path = "/channels", tag = "duty", request_body = ChannelBody, responses(
    (status = 201, description = "Entered / 已登记", body = Changed),
    (status = 422, description = "Breaks a rule: which field, what is wrong, what is allowed / 未通过", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(in crate::http::routes) async fn add_channel(
    State(desk): State<Desk>,
    query: RawQuery,
    body: JsonBody<ChannelBody>,
) -> Result<(StatusCode, Response), Problem> {
    query.allow(&[])?;
    let body = body.0;
    let summary = format!("channel {}", body.group);
    let done = change(&desk, body.author.clone(), &summary, |served, staff| {
        let hierarchy = &served.snapshot.hierarchy;
        let index = hierarchy.find(&body.area).ok_or_else(|| {
            wrong("area", "现行版本没有这个区域", "the edition in force has no such area", "the code of an area")
        })?;
        let new = NewChannel {
            area: hierarchy.area(index).id,
            kind: body.kind.clone(),
            group: body.group.clone(),
            link: body.link.clone(),
        };
        let Enrolment { change, id } = open_channel(staff, new).map_err(bad)?;
        Ok((change, id))
    });
    Ok((StatusCode::CREATED, done.await?))
}

/// Ends a channel, now. What was known before stays known as it was then.
#[utoipa::path(post, path = "/channels/{id}/end", tag = "duty", params(("id" = u32, Path, description = "Its number / 编号")),
request_body = ChannelEndBody, responses(
    (status = 200, description = "Ended / 已结束", body = Changed),
    (status = 404, description = "There is none / 不存在", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(in crate::http::routes) async fn end_channel(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    body: JsonBody<ChannelEndBody>,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let id = ChannelId(i64::from(segments.u32("id")?));
    change(&desk, body.0.author, &format!("end of channel {}", id.0), |_, staff| {
        let ended = close_channel(staff, id);
        let (zh, en) = (format!("没有编号为 {} 的联络群", id.0), format!("there is no channel {}", id.0));
        Ok((ended.ok_or_else(|| Problem::not_found(zh, en))?, id.0))
    })
    .await
}
