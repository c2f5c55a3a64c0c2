//! `POST /lookup/addresses`: who is responsible for many addresses.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    response::Response,
};
use futures_util::stream;

use super::{
    accept::{input_of, output_of},
    address::source,
    response,
};
use crate::{
    app::{address::AddressBatch, tasks},
    formats::{
        addresses::{AddressFormat, read_addresses},
        answers::Headings,
        points::PointFormat,
        record::RecordError,
    },
    http::{
        body,
        dto::lookup::{AddressBody, LookupResults},
        problem::Problem,
        query::RawQuery,
        routes::Desk,
    },
};

/// Addresses in one request.
const MAX_ADDRESSES: usize = 20_000;

/// Bytes of its body.
const MAX_BYTES: u64 = 16 << 20;

/// Addresses that are answered in one step: some ten milliseconds.
const ADDRESSES_AT_ONCE: usize = 64;

/// Longest heading of a column.
const MAX_HEADING_CHARACTERS: usize = 200;

/// Parameters of a look-up of many addresses.
const PARAMETERS: &[&str] = &["address_col", "edition", "as_of", "known_at", "headings"];

/// The media types that are taken, which answers come in as well.
const MEDIA_TYPES: [&str; 3] = ["application/json", "application/x-ndjson", "text/csv"];

/// Who is responsible for many addresses; answers come in their order, one that is not found is told in place.
///
/// The body is a JSON array of texts or of objects with `address` and `id`, an object a line, or CSV with a column `address` or
/// `地址` (`address_col` names another); answers come in the same format unless Accept likes another one better. Each answer is
/// that of `GET /lookup?address=`; a table gets the columns `address_found`, `address_score`, `address_kind`,
/// `address_ambiguous`, `address_missing`, `address_lon`, `address_lat` and those of `POST /lookup`. At most 20000 addresses and
/// 16 MiB at a time.
#[utoipa::path(post, path = "/lookup/addresses", tag = "lookup", params(
    ("address_col" = Option<String>, Query, description = "Heading of the column of addresses in CSV / 地址列名"),
    ("edition" = Option<u32>, Query, description = "Of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
    ("headings" = Option<String>, Query, description = "plain or zh: headings and words of CSV answers / 表头语言"),
), request_body(content(
    (AddressBody = "application/json"),
    (String = "application/x-ndjson"),
    (String = "text/csv"),
)), responses((status = 200, description = "The answers / 批量结果", content(
    (LookupResults = "application/json"),
    (String = "application/geo+json"),
    (String = "application/x-ndjson"),
    (String = "text/csv"),
))))]
pub(in crate::http::routes) async fn lookup_addresses(
    State(desk): State<Desk>,
    query: RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    let query = query.allow(PARAMETERS)?;
    let input = input_of(request.headers())?;
    let output = output_of(request.headers(), input)?;
    let format = match input {
        PointFormat::Json => AddressFormat::Json,
        PointFormat::NdJson => AddressFormat::NdJson,
        PointFormat::Csv => AddressFormat::Csv,
        PointFormat::GeoJson => return Err(Problem::unsupported_media_type("application/geo+json", &MEDIA_TYPES)),
    };
    let column = query.short_text("address_col", MAX_HEADING_CHARACTERS)?.map(str::to_owned);
    let headings = query.one_of("headings", &[("plain", Headings::Plain), ("zh", Headings::Zh)])?.unwrap_or_default();
    let source = source(&desk, &query).await?;
    let edition = source.answers.snapshot.edition_number();
    let body = body::read(request.into_body(), "max-address-batch-bytes", MAX_BYTES).await?;
    let begun = tasks::compute(move || {
        let addresses = read_addresses(&body, format, column.as_deref(), MAX_ADDRESSES)?;
        let mut out = Vec::new();
        let mut batch = AddressBatch::begin(source, addresses, output, headings, &mut out);
        let is_end = batch.answer(ADDRESSES_AT_ONCE, &mut out);
        Ok((out, (!is_end).then_some(batch)))
    });
    let (first, batch) = begun.await.map_err(|error: RecordError| unreadable(&error))?;
    let body = match batch {
        None => Body::from(first),
        Some(batch) => Body::from_stream(pieces(first, batch)),
    };
    Ok(response(edition, output, body))
}

/// The first piece, then the others as they are taken.
fn pieces(first: Vec<u8>, batch: AddressBatch) -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold((Some(first), Some(batch)), |(first, batch)| async move {
        if let Some(first) = first {
            return Some((Ok(Bytes::from(first)), (None, batch)));
        }
        let mut batch = batch?;
        let (out, batch) = tasks::compute(move || {
            let mut out = Vec::new();
            let is_end = batch.answer(ADDRESSES_AT_ONCE, &mut out);
            (out, (!is_end).then_some(batch))
        })
        .await;
        Some((Ok(Bytes::from(out)), (None, batch)))
    })
}

fn unreadable(error: &RecordError) -> Problem {
    Problem::bad_request(&*error.zh, &*error.en).with("allowed", &*error.allowed.en)
}
