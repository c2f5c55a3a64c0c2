//! `GET /profile`.

use axum::{extract::State, response::Response};

use super::{Desk, answer::json_of};
use crate::http::{dto::profile::ProfileJson, problem::Problem, query::RawQuery};

/// The district: its levels, roles, coordinate systems, and the edition that is served.
#[utoipa::path(get, path = "/profile", tag = "profile", responses(
    (status = 200, description = "The profile / 地区设置", body = ProfileJson),
))]
pub(super) async fn profile(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    query.allow(&[])?;
    let served = desk.app.served();
    Ok(json_of(served.snapshot.edition_number(), ProfileJson::new(&served)))
}
