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
/// A `since` behind its end is refused with 409, and `last` says where it ends: the store was restored to an older state, and
/// everything is to be read anew, or it is a copy that has not come as far.
#[utoipa::path(get, path = "/changes", tag = "editions", params(
    ("since" = Option<i64>, Query, description = "Behind the entry of this number, from the first one when left out / 起始序号"),
    ("limit" = Option<u32>, Query, description = "Entries on a page, 100 when left out, at most 10000 / 每页数量"),
), responses(
    (status = 200, description = "A page of the log / 变更日志", body = Changes),
    (status = 409, description = "`since` is beyond the log, which ends at `last` / 超出日志末尾", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
))]
pub(super) async fn changes(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["since", "limit"])?;
    let limit = query.u32_in("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let since = match query.text("since") {
        None => 0,
        Some(text) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse().ok().filter(|number| digits && *number <= MAX_SEQ);
            number.ok_or_else(|| {
                let (zh, en) = (format!("0 至 {MAX_SEQ} 的整数"), format!("a whole number from 0 to {MAX_SEQ}"));
                bad_value("since", text, (&zh, &en))
            })?
        }
    };
    let store = desk.app.district().store();
    let found = desk.app.reached(store.changes(since, limit)).await??;
    if found.is_empty() && since > 0 {
        // The log only grows: what lies behind its end now did so before.
        let last = desk.app.reached(store.log_head()).await??.seq;
        if since > last {
            return Err(beyond(since, last));
        }
    }
    let last = found.last().map_or(since, |change| change.seq);
    let is_full = found.len() == limit as usize;
    let next = || Link { rel: "next", href: desk.links.href(&format!("/changes?since={last}&limit={limit}")) };
    let links = is_full.then(next).into_iter().collect();
    let items = found.into_iter().map(LoggedJson::from).collect();
    Ok(json_of(desk.app.served().snapshot.edition_number(), Changes { items, last, links }))
}

/// The problem that who asks has seen more than there is: nothing may be missed in silence.
fn beyond(since: i64, last: i64) -> Problem {
    let zh = format!(
        "since={since} 超出变更日志的末尾（{last}）：数据存储已恢复到更早的状态，请重新读取全部；若本服务器读的是副本，也可能尚未跟上，请稍后再试"
    );
    let en = format!(
        "since={since} is beyond the log, which ends at {last}: the store was restored to an older state, read everything anew; \
         or this server reads a copy that has not come as far, try again"
    );
    Problem::conflict(zh, en).with("parameter", "since").with("last", last)
}
