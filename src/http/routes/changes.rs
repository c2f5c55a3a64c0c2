//! `GET /changes`: what was committed, in its order, without holes.

use axum::{extract::State, response::Response};

use super::{Desk, answer::json_of};
use crate::{
    http::{
        dto::{
            area::Link,
            edition::{Changes, LoggedJson},
        },
        problem::Problem,
        query::{RawQuery, bad_value},
    },
    store::Store,
};

/// Entries on a page when nobody says.
const DEFAULT_LIMIT: u32 = 100;

/// Entries on a page at most.
const MAX_LIMIT: u32 = 10_000;

/// The largest number of an entry.
const MAX_SEQ: i64 = (1 << 53) - 1;

/// The change log: editions published, rosters and places replaced, in the order of commits, numbered without holes.
///
/// It is the store's own: it goes on over restarts, and is the same on every server. `GET /events` tells the same at once.
#[utoipa::path(get, path = "/changes", tag = "editions", params(
    ("since" = Option<i64>, Query, description = "Behind the entry of this number, from the first one when left out / 起始序号"),
    ("limit" = Option<u32>, Query, description = "Entries on a page, 100 when left out, at most 10000 / 每页数量"),
), responses((status = 200, description = "A page of the log / 变更日志", body = Changes)))]
pub(super) async fn changes(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["since", "limit"])?;
    let limit = query.u32_in("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let since = match query.text("since") {
        None => 0,
        Some(text) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse().ok().filter(|number| digits && *number <= MAX_SEQ);
            number.ok_or_else(|| bad_value("since", text, &format!("a whole number from 0 to {MAX_SEQ}")))?
        }
    };
    let found = desk.app.reached(desk.app.district().store().changes(since, limit)).await??;
    let last = found.last().map_or(since, |change| change.seq);
    let is_full = found.len() == limit as usize;
    let next = || Link { rel: "next", href: desk.links.href(&format!("/changes?since={last}&limit={limit}")) };
    let links = is_full.then(next).into_iter().collect();
    let items = found.into_iter().map(LoggedJson::from).collect();
    Ok(json_of(desk.app.served().snapshot.edition_number(), Changes { items, last, links }))
}
