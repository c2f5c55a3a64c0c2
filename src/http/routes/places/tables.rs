//! Places as files, and tables to fill in.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};

use super::{
    super::{Desk, answer::of},
    Sought, Where,
};
use crate::{
    app::tasks,
    domain::{place::Place, profile::PlaceClass},
    formats::place_sheet::{
        Headings, PlaceSheetError, places_csv, places_geojson, places_xlsx, template_csv as template,
    },
    http::{problem::Problem, query::RawQuery},
};

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const GEOJSON: &str = "application/geo+json";

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Csv,
    Xlsx,
    GeoJson,
}

/// Places as CSV (UTF-8 with a byte order mark), with Chinese headings; `POST /places/imports` takes it back.
#[utoipa::path(get, path = "/places.csv", tag = "places", params(
    ("class" = Option<String>, Query, description = "Only this class / 类别", example = "camera"),
    ("area" = Option<String>, Query, description = "Only what lies in the area with this code / 区域编码"),
    ("outside" = Option<bool>, Query, description = "Only what lies in no area of the edition in force / 不在任何区域内的"),
    ("bbox" = Option<String>, Query, description = "Only what meets west,south,east,north in degrees / 范围"),
    ("q" = Option<String>, Query, description = "Part of name, alias, number or address / 名称、别名、编号或地址"),
), responses((status = 200, description = "The table / 点位表", content_type = "text/csv", body = String)))]
pub(in crate::http::routes) async fn csv(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    table(desk, query, Table::Csv).await
}

/// Places as a workbook; refused where an outline is longer than a cell.
#[utoipa::path(get, path = "/places.xlsx", tag = "places", params(
    ("class" = Option<String>, Query, description = "Only this class / 类别", example = "camera"),
    ("area" = Option<String>, Query, description = "Only what lies in the area with this code / 区域编码"),
    ("outside" = Option<bool>, Query, description = "Only what lies in no area of the edition in force / 不在任何区域内的"),
    ("bbox" = Option<String>, Query, description = "Only what meets west,south,east,north in degrees / 范围"),
    ("q" = Option<String>, Query, description = "Part of name, alias, number or address / 名称、别名、编号或地址"),
), responses((status = 200, description = "The table / 点位表", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(in crate::http::routes) async fn xlsx(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    table(desk, query, Table::Xlsx).await
}

/// Places as GeoJSON, longitude first, EPSG:4490.
#[utoipa::path(get, path = "/places.geojson", tag = "places", params(
    ("class" = Option<String>, Query, description = "Only this class / 类别", example = "camera"),
    ("area" = Option<String>, Query, description = "Only what lies in the area with this code / 区域编码"),
    ("outside" = Option<bool>, Query, description = "Only what lies in no area of the edition in force / 不在任何区域内的"),
    ("bbox" = Option<String>, Query, description = "Only what meets west,south,east,north in degrees / 范围"),
    ("q" = Option<String>, Query, description = "Part of name, alias, number or address / 名称、别名、编号或地址"),
), responses((status = 200, description = "The places / 点位", content_type = "application/geo+json", body = String)))]
pub(in crate::http::routes) async fn geojson(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    table(desk, query, Table::GeoJson).await
}

async fn table(desk: Desk, query: RawQuery, table: Table) -> Result<Response, Problem> {
    let query = query.allow(&["class", "area", "outside", "bbox", "q"])?;
    let view = desk.app.served().view.clone();
    let place = Where::of(&query, view.snapshot())?;
    let (found, snapshot) = (desk.app.places_by_area(&view).await, Arc::clone(view.snapshot()));
    let sought = Sought::of(&query, &snapshot.profile, &found, place)?;
    let (edition, now) = (snapshot.edition_number(), desk.app.district().now());
    let written = tasks::compute(move || {
        let places: Vec<&Place> =
            sought.numbers(&found).into_iter().map(|number| found.directory.place(number)).collect();
        let profile = &snapshot.profile;
        let class = sought.class.as_deref().and_then(|class| profile.place_class(class));
        Ok::<_, PlaceSheetError>(match table {
            Table::Csv => places_csv(class, &places, Headings::Chinese),
            Table::Xlsx => places_xlsx(profile, class, &places, now)?,
            Table::GeoJson => places_geojson(&places).into_bytes(),
        })
    });
    Ok(of(edition, file(written.await?, table, "places")))
}

/// A table without rows to fill in: the columns that places of a class have.
#[utoipa::path(get, path = "/places/template.csv", tag = "places", params(
    ("class" = Option<String>, Query, description = "For this class, for all when left out / 类别", example = "camera"),
), responses((status = 200, description = "The template / 模板", content_type = "text/csv", body = String)))]
pub(in crate::http::routes) async fn template_csv(
    State(desk): State<Desk>,
    query: RawQuery,
) -> Result<Response, Problem> {
    let query = query.allow(&["class"])?;
    let served = desk.app.served();
    let profile = &served.snapshot.profile;
    let name = super::known_class(&query, profile, served.places.directory())?;
    let class: Option<&PlaceClass> = name.as_deref().and_then(|class| profile.place_class(class));
    Ok(file(template(class), Table::Csv, "places-template"))
}

/// The same as a workbook, with a sheet that says what is allowed in each column.
#[utoipa::path(get, path = "/places/template.xlsx", tag = "places", params(
    ("class" = Option<String>, Query, description = "For this class, for all when left out / 类别", example = "camera"),
), responses((status = 200, description = "The template / 模板", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
pub(in crate::http::routes) async fn template_xlsx(
    State(desk): State<Desk>,
    query: RawQuery,
) -> Result<Response, Problem> {
    let query = query.allow(&["class"])?;
    let served = desk.app.served();
    let profile = &served.snapshot.profile;
    let name = super::known_class(&query, profile, served.places.directory())?;
    let class: Option<&PlaceClass> = name.as_deref().and_then(|class| profile.place_class(class));
    let bytes = places_xlsx(profile, class, &[], desk.app.district().now())?;
    Ok(file(bytes, Table::Xlsx, "places-template"))
}

fn file(bytes: Vec<u8>, table: Table, name: &str) -> Response {
    let (media_type, ending) = match table {
        Table::Csv => (CSV, "csv"),
        Table::Xlsx => (XLSX, "xlsx"),
        Table::GeoJson => (GEOJSON, "geojson"),
    };
    let mut response = Response::new(Body::from(bytes));
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}.{ending}\"")).expect("ASCII");
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
