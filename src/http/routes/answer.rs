//! Answers that name their edition.

use axum::{
    Json,
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use serde::Serialize;

use crate::formats::table::TableKind;

/// The header with the edition that an answer is of.
const X_EDITION: HeaderName = HeaderName::from_static("x-edition");

/// `body` as JSON, marked with the edition that it is of; 0, an empty store, leaves the mark out.
pub(super) fn json_of(edition: u32, body: impl Serialize) -> Response {
    of(edition, Json(body).into_response())
}

/// The media type of workbooks.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A table as a file to be saved, named `name` with the ending of its kind.
pub(super) fn file(bytes: Vec<u8>, kind: TableKind, name: &str) -> Response {
    let (media_type, ending) = match kind {
        TableKind::Csv => ("text/csv; charset=utf-8", "csv"),
        TableKind::Xlsx => (XLSX, "xlsx"),
    };
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}.{ending}\""));
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_DISPOSITION, disposition.expect("codes and our own names are ASCII"));
    response
}

/// `response`, marked with its edition.
pub(super) fn of(edition: u32, mut response: Response) -> Response {
    if edition > 0 {
        response.headers_mut().insert(X_EDITION, HeaderValue::from(edition));
    }
    response
}
