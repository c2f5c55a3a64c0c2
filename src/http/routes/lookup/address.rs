//! `GET /lookup?address=`: who is responsible for an address.

use axum::{body::Body, response::Response};

use super::{ANSWER_BYTES, response};
use crate::{
    app::{
        address::{AddressSource, located},
        tasks,
    },
    domain::address::{AddressError, Found, MAX_ADDRESS_CHARACTERS},
    formats::answers::{AnswerFormat, write_address_answer},
    http::{
        problem::{Problem, printable},
        query::Query,
        routes::{Desk, which},
    },
};

/// Parameters that say something of a position, and nothing of an address.
const OF_POSITIONS: [&str; 5] = ["lon", "lat", "crs", "accuracy_m", "accuracy_kind"];

/// The address that a query asks for; `None` when it asks for a position.
pub(super) fn asked(query: &Query) -> Result<Option<String>, Problem> {
    let Some(address) = query.short_text("address", MAX_ADDRESS_CHARACTERS)? else { return Ok(None) };
    if let Some(other) = OF_POSITIONS.into_iter().find(|name| query.text(name).is_some()) {
        let zh = format!("已给出 address，不能再给 {other}");
        let en = format!("{other} says nothing beside address");
        return Err(Problem::bad_parameter(other, zh, en, "either address, or lon and lat"));
    }
    Ok(Some(address.to_owned()))
}

/// Answers for `address` in the edition that the query means.
pub(super) async fn lookup(desk: &Desk, query: &Query, address: String) -> Result<Response, Problem> {
    let source = source(desk, query).await?;
    tasks::compute(move || {
        let found = source.find(&address).map_err(|error| problem_of(&error))?;
        let Some(best) = found.candidates.first() else { return Err(not_found(&address, &found)) };
        let (snapshot, fragments) = (&*source.answers.snapshot, &*source.answers.fragments);
        let mut out = Vec::with_capacity(2 * ANSWER_BYTES);
        let answer = (&located(snapshot, best), source.posted(best));
        write_address_answer(&mut out, (snapshot, fragments), answer, &found);
        Ok(response(snapshot.edition_number(), AnswerFormat::Json, Body::from(out)))
    })
    .await
}

/// What answers questions about addresses in the edition that the query means.
pub(super) async fn source(desk: &Desk, query: &Query) -> Result<AddressSource, Problem> {
    let view = which::view(desk, query).await?;
    Ok(desk.app.served().addresses(&view))
}

fn problem_of(error: &AddressError) -> Problem {
    Problem::bad_parameter("address", error.zh(), error.to_string(), AddressError::ALLOWED)
}

/// Nothing in the data is meant by the address.
fn not_found(address: &str, found: &Found) -> Problem {
    let (zh, en) = found.reason(&printable(address));
    let problem = Problem::not_found(zh, en).with("address", address);
    match &found.elsewhere {
        Some(elsewhere) => problem.with("elsewhere", elsewhere),
        None => problem,
    }
}
