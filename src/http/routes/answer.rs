//! Answers that name their edition.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue};
use serde::Serialize;

/// The header with the edition that an answer is of.
const X_EDITION: HeaderName = HeaderName::from_static("x-edition");

/// `body` as JSON, marked with the edition that it is of; 0, an empty store, leaves the mark out.
pub(super) fn json_of(edition: u32, body: impl Serialize) -> Response {
    of(edition, Json(body).into_response())
}

/// `response`, marked with its edition.
pub(super) fn of(edition: u32, mut response: Response) -> Response {
    if edition > 0 {
        response.headers_mut().insert(X_EDITION, HeaderValue::from(edition));
    }
    response
}
