//! `POST /places/imports`.

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{
    super::{Desk, answer::json_of, imports::spool},
    crs,
};
use crate::{
    app::{
        import::ImportSource,
        places::{PlaceImportOptions, PlaceOutcome, Scope},
    },
    formats::place_fields::PlaceFieldMap,
    http::{
        body::media_type,
        dto::place::PlaceImportJson,
        problem::Problem,
        query::{Query, RawQuery, bad_value},
    },
};

/// What can be imported, with the ending that tells its format.
const MEDIA_TYPES: [(&str, &str); 10] = [
    ("application/geo+json", "geojson"),
    ("application/json", "geojson"),
    ("application/geo+json-seq", "geojsonseq"),
    ("application/x-ndjson", "ndjson"),
    ("application/zip", "zip"),
    ("application/x-zip-compressed", "zip"),
    ("application/geopackage+sqlite3", "gpkg"),
    ("application/vnd.sqlite3", "gpkg"),
    ("text/csv", "csv"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
];

/// Longest name of whoever imports, or of a sheet.
const MAX_TEXT_CHARACTERS: usize = 200;

/// Imports places: all records of the file, or none unless `partial`.
///
/// The body is GeoJSON, a zip of Shapefiles, a GeoPackage, or a CSV or workbook with columns of coordinates (`lon`, `lat`;
/// 经度、纬度). A record with the number (`external_id`, 编号) of a place that is there updates that one.
#[utoipa::path(post, path = "/places/imports", tag = "places", params(
    ("class" = Option<String>, Query, description = "Class of the records, needed where they name none / 类别", example = "camera"),
    ("map" = Option<String>, Query, description = "Which attribute is which field / 字段对应", example = "external_id=SBBH,name=MC"),
    ("crs" = Option<String>, Query, description = "Coordinate system, whatever the file declares / 坐标系", example = "gcj02"),
    ("sheet" = Option<String>, Query, description = "The sheet of a workbook; the only one whose header fits when left out / 工作表"),
    ("replace" = Option<bool>, Query, description = "The file has all places of the class: others of it are removed, unless a record is left out / 整类替换"),
    ("partial" = Option<bool>, Query, description = "Leave out records with errors and apply the others / 跳过有错的记录"),
    ("dry_run" = Option<bool>, Query, description = "Check only / 只检查"),
    ("author" = Option<String>, Query, description = "Who imports, 匿名 / anonymous when left out / 导入人"),
), request_body(content = String, content_type = "text/csv", description = "The file / 文件"), responses(
    (status = 200, description = "Applied, unchanged, or only checked / 已导入、无变化或仅检查", body = PlaceImportJson),
    (status = 409, description = "Somebody else changed places meanwhile / 点位同时被他人修改", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
    (status = 422, description = "Refused, with findings / 未通过", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
    (status = 503, description = "The store is away, or may only be read here / 存储不可用或只读", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
))]
pub(in crate::http::routes) async fn import(
    State(desk): State<Desk>,
    query: RawQuery,
    request: Request,
) -> Result<(StatusCode, Response), Problem> {
    let query = query.allow(&["class", "map", "crs", "sheet", "replace", "partial", "dry_run", "author"])?;
    let options = options(&desk, &query)?;
    let content_type = media_type(request.headers()).unwrap_or_else(|| "no Content-Type".to_owned());
    let Some((_, ending)) = MEDIA_TYPES.iter().find(|(known, _)| *known == content_type) else {
        return Err(Problem::unsupported_media_type(&content_type, &MEDIA_TYPES.map(|(known, _)| known)));
    };
    // Before the upload, not after it.
    desk.app.check_store(!options.dry_run)?;
    let file = spool(request).await?;
    let source =
        ImportSource { name: format!("body.{ending}"), path: file.path().to_owned(), content_type: Some(content_type) };
    let report = desk.app.import_places(vec![source], options).await?;
    drop(file);
    let json = PlaceImportJson::from(&report);
    if report.outcome == PlaceOutcome::Rejected {
        return Err(Problem::rules_broken(&json.findings).with("outcome", json.outcome).with("records", json.records));
    }
    Ok((StatusCode::OK, json_of(desk.app.served().snapshot.edition_number(), json)))
}

fn options(desk: &Desk, query: &Query) -> Result<PlaceImportOptions, Problem> {
    let served = desk.app.served();
    let class = super::known_class(query, &served.snapshot.profile, served.places.directory())?;
    let map = query.text("map").map(|text| {
        let zh = "字段=属性，用逗号分开，如 external_id=SBBH,name=MC，每个字段一次";
        PlaceFieldMap::parse(text).map_err(|error| bad_value("map", text, (zh, &error)))
    });
    let scope = if query.bool("replace")?.unwrap_or(false) { Scope::WholeClass } else { Scope::Records };
    if scope == Scope::WholeClass && class.is_none() {
        let (zh, en) = ("replace 须与 class 同用", "replace says nothing without class");
        return Err(Problem::bad_parameter("class", zh, en, "an id of a class"));
    }
    Ok(PlaceImportOptions {
        class,
        map: map.transpose()?.unwrap_or_default(),
        crs: query.text("crs").map(|name| crs(name, &served.snapshot.profile.crs)).transpose()?,
        sheet: query.short_text("sheet", MAX_TEXT_CHARACTERS)?.map(str::to_owned),
        scope,
        partial: query.bool("partial")?.unwrap_or(false),
        dry_run: query.bool("dry_run")?.unwrap_or(false),
        author: query.short_text("author", MAX_TEXT_CHARACTERS)?.unwrap_or_default().to_owned(),
    })
}
