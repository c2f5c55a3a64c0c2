//! `GET /lookup` and `POST /lookup`: who is responsible for a point.

use axum::{extract::State, response::Response};
use serde_json::Value;

use super::{Desk, answer::json_of};
use crate::{
    app::{Served, tasks},
    domain::{
        area::{Level, Snapshot},
        crs::{Crs, CrsError, looks_swapped, to_position},
        geometry::Position,
    },
    http::{
        body::JsonBody,
        dto::lookup::{
            Answer, BatchAnswer, BatchProblem, LookupBody, LookupCodes, LookupMany, LookupResults, Point, PointColumns,
        },
        problem::{Occurrence, Problem, printable},
        query::RawQuery,
    },
};

/// Points in one batch.
const MAX_BATCH_RECORDS: usize = 100_000;

/// Longest name of a coordinate system.
const MAX_CRS_CHARACTERS: usize = 200;

/// Who is responsible for a point, right now.
///
/// `lon` and `lat` are x and y of `crs`, whatever its axis order. On a border the area east of it owns the point, on an
/// east-west border the area north of it.
#[utoipa::path(get, path = "/lookup", tag = "lookup", params(
    ("lon" = f64, Query, description = "x: longitude in degrees, or easting in metres / 经度或横坐标", example = 119.01),
    ("lat" = f64, Query, description = "y: latitude in degrees, or northing in metres / 纬度或纵坐标", example = 25.43),
    ("crs" = Option<String>, Query, description = "Coordinate system, EPSG:4490 when left out; see /profile / 坐标系"),
), responses((status = 200, description = "The located answer / 归属结果", body = Answer)))]
pub(super) async fn lookup(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["lon", "lat", "crs"])?;
    let lon = query.need("lon", query.f64("lon")?)?;
    let lat = query.need("lat", query.f64("lat")?)?;
    let crs = crs_named(query.short_text("crs", MAX_CRS_CHARACTERS)?)?;
    let served = desk.app.served();
    let position = position(&served.snapshot, crs, lon, lat)?;
    let located = served.snapshot.locate(position);
    Ok(json_of(served.snapshot.edition_number(), Answer::new(&served.snapshot, &located)))
}

/// Who is responsible for many points; answers come in their order, a bad point is answered in place.
///
/// A list of objects is answered with located answers, columns with the codes of one level.
#[utoipa::path(post, path = "/lookup", tag = "lookup", params(
    ("level" = Option<String>, Query, description = "Level of the codes for columns, the finest when left out / 层级"),
), request_body = LookupBody, responses((status = 200, description = "The answers / 批量结果", body = LookupMany)))]
pub(super) async fn lookup_many(
    State(desk): State<Desk>,
    query: RawQuery,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Problem> {
    let query = query.allow(&["level"])?;
    let served = desk.app.served();
    let profile = &served.snapshot.profile;
    let choices: Vec<(&str, Level)> =
        (0..).zip(&profile.levels).map(|(ordinal, level)| (level.id.as_str(), Level(ordinal))).collect();
    let level = query.one_of("level", &choices)?.unwrap_or(profile.finest());
    let edition = served.snapshot.edition_number();
    let many = match body {
        Value::Array(points) => {
            check_count(points.len())?;
            tasks::compute(move || LookupMany::Results(answers(&served, points))).await
        }
        columns @ Value::Object(_) => {
            let columns: PointColumns = serde_json::from_value(columns).map_err(|error| shape_problem(&error))?;
            check_count(columns.lon.len())?;
            if columns.lon.len() != columns.lat.len() {
                let (lon, lat) = (columns.lon.len(), columns.lat.len());
                let (zh, en) = (format!("lon 有 {lon} 个，lat 有 {lat} 个"), format!("{lon} lon and {lat} lat"));
                return Err(Problem::bad_request(zh, en).with("allowed", "as many lat as lon"));
            }
            tasks::compute(move || codes(&served, level, columns)).await?
        }
        _ => {
            let (zh, en) = ("正文应为数组或列对象", "the body is neither a list of points nor columns");
            return Err(Problem::bad_request(zh, en)
                .with("allowed", "[{\"lon\", \"lat\", \"crs\"?}, ...] or {\"lon\": [], \"lat\": [], \"crs\"?}"));
        }
    };
    Ok(json_of(edition, many))
}

fn check_count(count: usize) -> Result<(), Problem> {
    if count <= MAX_BATCH_RECORDS {
        return Ok(());
    }
    let zh = format!("一次最多 {MAX_BATCH_RECORDS} 个点，收到 {count} 个");
    let en = format!("{count} points; at most {MAX_BATCH_RECORDS} in one batch");
    Err(Problem::bad_request(zh, en).with("limit", "max-batch-records").with("allowed", MAX_BATCH_RECORDS))
}

fn shape_problem(error: &serde_json::Error) -> Problem {
    Problem::bad_request(format!("点的写法不对：{error}"), format!("not a point: {error}"))
        .with("allowed", "lon and lat as numbers, crs as text")
}

fn answers(served: &Served, points: Vec<Value>) -> LookupResults {
    let snapshot = &served.snapshot;
    let answer = |value: Value| -> Result<Answer, Problem> {
        let point: Point = serde_json::from_value(value).map_err(|error| shape_problem(&error))?;
        let position = position(snapshot, crs_named(point.crs.as_deref())?, point.lon, point.lat)?;
        Ok(Answer::new(snapshot, &snapshot.locate(position)))
    };
    let in_place = |(number, value): (usize, Value)| match answer(value) {
        Ok(answer) => BatchAnswer::Answer(Box::new(answer)),
        Err(problem) => BatchAnswer::Error { error: batch_problem(&problem, number + 1) },
    };
    let results = points.into_iter().enumerate().map(in_place).collect();
    LookupResults { edition: snapshot.edition_number(), results }
}

fn batch_problem(problem: &Problem, number: usize) -> BatchProblem {
    let json = problem.json(&Occurrence::default());
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    BatchProblem {
        r#type: text("type"),
        title: text("title"),
        detail: format!("record {number}: {}", text("detail")),
        detail_zh: format!("第 {number} 条：{}", text("detail_zh")),
    }
}

fn codes(served: &Served, level: Level, columns: PointColumns) -> Result<LookupMany, Problem> {
    let snapshot = &served.snapshot;
    let crs = crs_named(columns.crs.as_deref())?;
    let mut codes = Vec::with_capacity(columns.lon.len());
    for (number, (&lon, &lat)) in columns.lon.iter().zip(&columns.lat).enumerate() {
        let position = position(snapshot, crs, lon, lat).map_err(|problem| problem.with("record", number + 1))?;
        let located = snapshot.locate(position);
        let area = located.chain.get(usize::from(level.0));
        codes.push(area.map(|&area| snapshot.hierarchy.area(area).code.to_string()));
    }
    Ok(LookupMany::Codes(LookupCodes { edition: snapshot.edition_number(), codes }))
}

fn crs_named(name: Option<&str>) -> Result<Crs, Problem> {
    let Some(name) = name else { return Ok(Crs::Cgcs2000) };
    Crs::parse(name).map_err(|_| {
        let shown = printable(name);
        let (zh, en) = (format!("不认识坐标系 {shown}"), format!("{shown} is no known coordinate system"));
        Problem::bad_parameter("crs", zh, en, Crs::all_names())
    })
}

/// The position, or 400 with a hint when it cannot be one.
fn position(snapshot: &Snapshot, crs: Crs, x: f64, y: f64) -> Result<Position, Problem> {
    if crs.is_geographic() && looks_swapped(x, y, snapshot.profile.extent) {
        let zh = "经度与纬度似乎颠倒了：交换后才落在本地范围内";
        let en =
            format!("longitude {x} and latitude {y} look swapped: exchanged they lie inside the district's extent");
        return Err(Problem::bad_parameter("lon", zh, en, "longitude in lon, latitude in lat"));
    }
    to_position(crs, x, y).map_err(|error| {
        let allowed = match &error {
            CrsError::NotFinite { .. } => "a finite number".to_owned(),
            CrsError::Outside { min, max, .. } => format!("{min} to {max}"),
        };
        Problem::bad_parameter("lon, lat", format!("坐标不在 {crs} 的范围内"), error.to_string(), allowed)
    })
}
