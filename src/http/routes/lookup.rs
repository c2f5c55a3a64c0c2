//! `GET /lookup` and `POST /lookup`: who is responsible for a point.

mod accept;
mod address;
mod addresses;
mod ahead;
mod asked;
mod pump;

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    response::Response,
};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, header::CONTENT_TYPE};

pub(in crate::http) use accept::STREAMED;
pub(super) use addresses::{__path_lookup_addresses, lookup_addresses};

use self::{
    accept::{input_of, name_of, output_of},
    ahead::read_ahead,
    pump::{MAX_BATCH_RECORDS, MAX_BYTES_AT_ONCE, Pump},
};
use super::{Desk, answer};
use crate::{
    app::{
        App,
        lookup::{AnswerSource, Batch, Detail, Question, ask},
        tasks,
    },
    domain::{duty::posted_at, place::PlaceDirectory},
    formats::{
        answers::{AnswerFormat, write_answer},
        points::PointFormat,
    },
    http::{
        dto::lookup::{Answer, LookupBody, LookupMany},
        express::{Ask, AtOnce, Express},
        problem::Problem,
        query::RawQuery,
        shell::COMPRESS_FROM_BYTES,
    },
};

/// What an answer takes, mostly.
const ANSWER_BYTES: usize = 2048;

/// An error disc up to here is weighed in well below a millisecond; one of 2 km may take 55.
const QUICK_ACCURACY_M: f64 = 100.0;

/// Parameters of a look-up of one point.
const PARAMETERS: &[&str] =
    &["lon", "lat", "crs", "accuracy_m", "accuracy_kind", "address", "edition", "as_of", "known_at"];

/// Parameters with which a look-up may take more than microseconds.
const SLOW_PARAMETERS: [&str; 5] = ["accuracy_m", "address", "edition", "as_of", "known_at"];

/// Parameters of a look-up of many points.
const BATCH_PARAMETERS: &[&str] = &[
    "crs",
    "accuracy_m",
    "accuracy_kind",
    "answer",
    "level",
    "edition",
    "as_of",
    "known_at",
    "lon_col",
    "lat_col",
    "headings",
];

/// Who is responsible for a point, or for an address.
///
/// `lon` and `lat` are x and y of `crs`, whatever its axis order. On a border the area east of it owns the point, on an
/// east-west border the area north of it. With `accuracy_m` the answer says how sure it is and who else may own the
/// point. With `edition`, or `as_of` and `known_at`, it is the answer of that edition: asked again, everything but
/// `responsible` and `channels` is the same bytes. Whoever answers for a place at the point (楼栋长 of the building that holds it,
/// 街巷长 of the street) stands first in `responsible`, with `place`.
///
/// With `address`, in the place of `lon` and `lat`, the answer is that of the best candidate among the names that the district
/// has: buildings, estates, roads, places, areas. `address` in the answer lists all candidates, with what of the address was
/// matched and what is missing; `ambiguous` says that another one fits as well. Where only an estate, a road or an area is
/// known, the chain ends with the finest area that holds all of it. An address that is not in the data is 404.
#[utoipa::path(get, path = "/lookup", tag = "lookup", params(
    ("lon" = Option<f64>, Query, description = "x: longitude in degrees, or easting in metres; needed without address / 经度或横坐标", example = 119.01),
    ("lat" = Option<f64>, Query, description = "y: latitude in degrees, or northing in metres; needed without address / 纬度或纵坐标", example = 25.43),
    ("address" = Option<String>, Query, description = "An address as people say it, at most 200 characters, in the place of lon and lat / 地址"),
    ("crs" = Option<String>, Query, description = "Coordinate system, EPSG:4490 when left out; see /profile / 坐标系"),
    ("accuracy_m" = Option<f64>, Query, description = "Accuracy of the position in metres, above 0, at most 2000 / 定位精度"),
    ("accuracy_kind" = Option<String>, Query, description = "What the accuracy means: android (68 %, when left out), w3c (95 %), ios, uniform / 精度含义"),
    ("edition" = Option<u32>, Query, description = "Of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses((status = 200, description = "The located answer / 归属结果", body = Answer)))]
pub(super) async fn lookup(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(PARAMETERS)?;
    if let Some(address) = address::asked(&query)? {
        return address::lookup(&desk, &query, address).await;
    }
    let source = asked::source(&desk, &query).await?;
    let question = asked::question(&query, &source.snapshot.profile)?;
    let places = Arc::clone(desk.app.served().places.directory());
    if question.accuracy_m.is_some_and(|metres| metres > QUICK_ACCURACY_M) {
        return tasks::compute(move || answer_one(&source, &places, &question)).await;
    }
    answer_one(&source, &places, &question)
}

/// `GET /lookup` of the edition in force before routing; see [`Express`].
pub(super) fn express(app: App) -> Express {
    let answer = move |ask: &Ask<'_>, out: &mut Vec<u8>| {
        if ask.path != "/lookup" {
            return None;
        }
        let query = RawQuery::new(ask.query).allow(PARAMETERS).ok()?;
        if SLOW_PARAMETERS.iter().any(|name| query.text(name).is_some()) {
            return None;
        }
        let served = app.served();
        let (start, source, places) = (out.len(), &served.view.answers, served.places.directory());
        let edition = write_one(out, source, places, &asked::question(&query, &source.snapshot.profile).ok()?).ok()?;
        // What is worth compressing is compressed on the long way.
        let is_large = (out.len() - start) as u64 >= COMPRESS_FROM_BYTES;
        (!is_large || !ask.names_encodings).then_some(AtOnce { edition })
    };
    Arc::new(answer)
}

fn answer_one(source: &AnswerSource, places: &PlaceDirectory, question: &Question) -> Result<Response, Problem> {
    let mut out = Vec::with_capacity(ANSWER_BYTES);
    let edition = write_one(&mut out, source, places, question)?;
    Ok(response(edition, AnswerFormat::Json, Body::from(out)))
}

/// Appends the answer and says of which edition it is.
fn write_one(
    out: &mut Vec<u8>,
    source: &AnswerSource,
    places: &PlaceDirectory,
    question: &Question,
) -> Result<u32, Problem> {
    let reply = ask(&source.snapshot, question).map_err(|error| asked::problem_of(&error.trouble()))?;
    let posted = posted_at(&source.snapshot, places, reply.located.position);
    let answer = (&reply.located, reply.trust.as_ref());
    write_answer(out, (&source.snapshot, &source.fragments), answer, &posted);
    Ok(source.snapshot.edition_number())
}

/// Who is responsible for many points; answers come in their order, a bad record is answered in place.
///
/// The format of the body is its Content-Type, that of the answers is what Accept likes best, else the same. Columns are
/// answered with the codes of one level when the answers are JSON. What a record says of `crs`, `accuracy_m` and
/// `accuracy_kind` wins over the query. GeoJSON comes back with its properties and `onemap`, a table with its columns and
/// those of the answer, an object with its `id`; in a table that was none, `record`, `id`, `lon` and `lat` stand first. In a table `code`, `name` and `level` are those of the finest area,
/// `answer_level` is the level that can be trusted, and `stacked` has the codes of all units that share a footprint below it, `;`
/// between them; those who answer for them stand in the same order, unless they are one.
///
/// With `answer=codes` every record is answered with the code of the area of `level` and nothing else, several times as
/// fast: JSON with `codes`, a list in the order of the records, null where there is none, and `errors` for those that have a
/// reason; NDJSON with `record`, `id` and `code`; GeoJSON with `onemap: {code}` in the properties; CSV with the columns
/// `code` and `error`. Where several areas of the level share one footprint there is no code, and an `error` names them.
///
/// NDJSON and CSV are streamed both ways, without limit of points; who sends more than 64 MiB ahead of the answers it has
/// taken (`max-read-ahead-bytes`) has to take some first. An error after the answer has begun is its last record: an object
/// or a row with `error`. Where one side is JSON or GeoJSON, the body is taken in whole, at most 100000 points
/// (`max-batch-records`), and an error is a problem.
#[utoipa::path(post, path = "/lookup", tag = "lookup", params(
    ("crs" = Option<String>, Query, description = "Coordinate system of records that name none / 坐标系"),
    ("accuracy_m" = Option<f64>, Query, description = "Accuracy of records that give none / 定位精度"),
    ("accuracy_kind" = Option<String>, Query, description = "android, w3c, ios or uniform / 精度含义"),
    ("answer" = Option<String>, Query, description = "full, or codes: only the code of one level for each record; codes when left out for columns answered in JSON, else full / 只要编码用 codes"),
    ("level" = Option<String>, Query, description = "Level of the codes, the finest when left out / 编码的层级"),
    ("edition" = Option<u32>, Query, description = "Of this edition, past or scheduled; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
    ("lon_col" = Option<String>, Query, description = "Heading of the x column of CSV / 经度列名"),
    ("lat_col" = Option<String>, Query, description = "Heading of the y column of CSV / 纬度列名"),
    ("headings" = Option<String>, Query, description = "plain or zh: headings and words of CSV answers / 表头语言"),
), request_body(content(
    (LookupBody = "application/json"),
    (String = "application/geo+json"),
    (String = "application/x-ndjson"),
    (String = "text/csv"),
)), responses((status = 200, description = "The answers / 批量结果", content(
    (LookupMany = "application/json"),
    (String = "application/geo+json"),
    (String = "application/x-ndjson"),
    (String = "text/csv"),
))))]
pub(super) async fn lookup_many(
    State(desk): State<Desk>,
    query: RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    let query = query.allow(BATCH_PARAMETERS)?;
    let input = input_of(request.headers())?;
    let output = output_of(request.headers(), input)?;
    let source = asked::source(&desk, &query).await?;
    let edition = source.snapshot.edition_number();
    let options = asked::options(&query, &source.snapshot.profile, input, output)?;
    let is_streamed = is_streamed(input, output);
    let small = request.body().size_hint().exact().filter(|&bytes| bytes <= MAX_BYTES_AT_ONCE);
    let is_brief = options.detail == Some(Detail::Codes);
    let batch = Batch::new(source, options);
    let mut pump = if let Some(bytes) = small.filter(|_| is_brief || !is_streamed) {
        let mut pump = Pump::of_small(batch);
        let max_records = if is_streamed { usize::MAX } else { MAX_BATCH_RECORDS };
        if let Some(answers) = pump.take_in_at_once(request.into_body(), bytes as usize, max_records).await? {
            return Ok(response(edition, output, Body::from(answers)));
        }
        pump
    } else {
        let (body, reading) = read_ahead(request.into_body());
        desk.app.in_background(reading);
        Pump::new(body, batch)
    };
    if !is_streamed {
        pump.take_in().await?;
    }
    let first = pump.next().await?.unwrap_or_default();
    let body = if pump.is_done() {
        Body::from(first)
    } else {
        // Compression asks once more behind the end.
        Body::from_stream(stream::iter([Ok(first)]).chain(pump.rest()).fuse())
    };
    Ok(response(edition, output, body))
}

/// Whether both sides are made of lines, so that neither has to be whole.
fn is_streamed(input: PointFormat, output: AnswerFormat) -> bool {
    matches!(input, PointFormat::NdJson | PointFormat::Csv)
        && matches!(output, AnswerFormat::NdJson | AnswerFormat::Csv)
}

fn response(edition: u32, format: AnswerFormat, body: Body) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(name_of(format)));
    answer::of(edition, response)
}
