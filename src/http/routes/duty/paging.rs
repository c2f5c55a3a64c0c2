//! Pages of lists of duties.

use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::View,
    http::{
        dto::{area::Link, duty::Page},
        percent,
        problem::Problem,
        query::Query,
        routes::{Desk, answer::json_of},
    },
};

/// Items on a page when nobody says.
const DEFAULT_LIMIT: u32 = 100;

/// Items on a page at most.
const MAX_LIMIT: u32 = 10_000;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// How many at most.
    limit: usize,
    /// How many of the list came before.
    after: usize,
}

impl Part {
    /// The part that `limit` and `after` of a query name.
    pub(super) fn of(query: &Query) -> Result<Self, Problem> {
        let limit = query.u32_in("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT) as usize;
        let after = query.u32_in("after", 0..=u32::MAX)?.unwrap_or(0) as usize;
        Ok(Self { limit, after })
    }

    /// The items of a list that are in it, as `shown`.
    pub(super) fn take<T, J>(self, list: &[T], shown: impl FnMut(&T) -> J) -> (usize, Vec<J>) {
        (list.len(), list.iter().skip(self.after).take(self.limit).map(shown).collect())
    }

    /// The page of the list at `path`, asked for with the parameters `given` of a query.
    pub(super) fn page<J: Serialize + ToSchema>(
        self,
        desk: &Desk,
        view: &View,
        (path, query, given): (&str, &Query, &[&str]),
        (matched, items): (usize, Vec<J>),
    ) -> Response {
        let seen = self.after + items.len();
        let kept = given.iter().filter(|name| **name != "after").filter_map(|name| {
            let value = query.text(name)?;
            Some(format!("{name}={}&", percent::encode(value)))
        });
        let next =
            || Link { rel: "next", href: desk.links.href(&format!("{path}?{}after={seen}", kept.collect::<String>())) };
        let edition = view.snapshot().edition_number();
        let page = Page {
            edition,
            revision: view.snapshot().roster().revision(),
            number_matched: matched,
            number_returned: items.len(),
            links: if seen < matched && !items.is_empty() { vec![next()] } else { Vec::new() },
            items,
        };
        json_of(edition, page)
    }
}
