//! `POST /imports`.

use axum::{
    extract::{Request, State},
    response::Response,
};
use futures_util::StreamExt;
use http::StatusCode;
use tokio::io::AsyncWriteExt;

use super::{Desk, answer::json_of, which::moment};
use crate::{
    app::import::{FieldMap, ImportOptions, ImportSource, Outcome, Scope},
    domain::{area::Level, coverage::noding},
    http::{
        body::{media_type, problem_of},
        dto::import::ImportJson,
        problem::Problem,
        query::{Query, RawQuery, bad_value},
    },
};

/// What can be imported, with the ending that tells its format.
const MEDIA_TYPES: [(&str, &str); 9] = [
    ("application/geo+json", "geojson"),
    ("application/json", "geojson"),
    ("application/geo+json-seq", "geojsonseq"),
    ("application/x-ndjson", "ndjson"),
    ("application/zip", "zip"),
    ("application/x-zip-compressed", "zip"),
    ("application/geopackage+sqlite3", "gpkg"),
    ("application/vnd.sqlite3", "gpkg"),
    ("text/csv", "csv"),
];

/// When to try again after the disk was full, in seconds: somebody must make room first.
const RETRY_WHEN_FULL_S: u32 = 60;

/// Longest title or author.
const MAX_TEXT_CHARACTERS: usize = 200;

/// Imports areas as the next edition: all of the file, or nothing.
///
/// The body is a GeoJSON document or sequence, a zip of Shapefiles, a GeoPackage, or a CSV with WKT or hex WKB.
/// After a 503 in the middle, `GET /editions` tells whether it was published; the same file again changes nothing then.
#[utoipa::path(post, path = "/imports", tag = "imports", params(
    ("level" = Option<String>, Query, description = "Level of records that give none / 记录未注明时的层级"),
    ("map" = Option<String>, Query, description = "Which attribute is which field / 字段对应", example = "code=DLBM,name=MC"),
    ("crs" = Option<String>, Query, description = "Coordinate system, whatever the file declares / 坐标系"),
    ("snap_m" = Option<f64>, Query, description = "Noding tolerance in metres, above 0, at most 1 / 对齐容差"),
    ("dry_run" = Option<bool>, Query, description = "Check only / 只检查不发布"),
    ("title" = Option<String>, Query, description = "Title of the edition / 版本标题"),
    ("author" = Option<String>, Query, description = "Who imports, 匿名 / anonymous when left out / 导入人，不写则记为匿名"),
    ("effective_from" = Option<String>, Query, description = "From when it is in force, now when left out, at most two years ahead: RFC 3339 with Z or an offset, or a date / 生效时间", example = "2027-01-01"),
    ("complete_under" = Option<String>, Query, description = "Code of the area below which the file is complete, * for the whole district: areas of its levels that it leaves out are retired / 整体替换范围", example = "350304001"),
    ("complete_levels" = Option<String>, Query, description = "Levels for which it is complete, those that the file holds when left out / 整体替换层级"),
), request_body(content = String, content_type = "application/geo+json", description = "The file / 文件"), responses(
    (status = 201, description = "Published / 已发布", body = ImportJson),
    (status = 200, description = "Unchanged, or only checked / 无变化或仅检查", body = ImportJson),
    (status = 409, description = "It would take force before an edition that is pending / 早于待生效版本", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
    (status = 503, description = "The store is away, or may only be read here / 存储不可用或只读", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
    (status = 422, description = "Refused, with findings / 未通过", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
))]
pub(super) async fn import(
    State(desk): State<Desk>,
    query: RawQuery,
    request: Request,
) -> Result<(StatusCode, Response), Problem> {
    let query = query.allow(&[
        "level",
        "map",
        "crs",
        "snap_m",
        "dry_run",
        "title",
        "author",
        "effective_from",
        "complete_under",
        "complete_levels",
    ])?;
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
    let report = desk.app.import(vec![source], options).await?;
    drop(file);
    let json = ImportJson::new(&report, desk.app.district().profile());
    let edition = desk.app.served().snapshot.edition_number();
    match report.outcome {
        Outcome::Published => Ok((StatusCode::CREATED, json_of(edition, json))),
        Outcome::Unchanged | Outcome::Checked => Ok((StatusCode::OK, json_of(edition, json))),
        Outcome::Rejected => {
            Err(Problem::rules_broken(&json.findings).with("outcome", json.outcome).with("records", json.records))
        }
    }
}

fn options(desk: &Desk, query: &Query) -> Result<ImportOptions, Problem> {
    let profile = desk.app.district().profile();
    let levels: Vec<(&str, Level)> =
        (0..).zip(&profile.levels).map(|(ordinal, level)| (level.id.as_str(), Level(ordinal))).collect();
    let crs = query.text("crs").map(|name| {
        profile.crs.parse(name).map_err(|_| {
            let names = profile.crs.all().join(", ");
            bad_value("crs", name, (&names, &names))
        })
    });
    let map = query.text("map").map(|text| {
        let zh = "字段=属性，用逗号分开，如 code=DLBM,name=MC，每个字段一次";
        FieldMap::parse(text).map_err(|error| bad_value("map", text, (zh, &error.to_string())))
    });
    let snap_m = query.f64_in("snap_m", f64::MIN_POSITIVE..=noding::MAX_SNAP_M)?;
    let text = |name| query.short_text(name, MAX_TEXT_CHARACTERS).map(|text| text.unwrap_or_default().to_owned());
    Ok(ImportOptions {
        level: query.one_of("level", &levels)?,
        map: map.transpose()?.unwrap_or_default(),
        crs: crs.transpose()?,
        snap_m: snap_m.unwrap_or(noding::DEFAULT_SNAP_M),
        dry_run: query.bool("dry_run")?.unwrap_or(false),
        title: text("title")?,
        author: text("author")?,
        effective_from: moment(query, "effective_from", profile)?,
        complete: scope(query, &levels)?,
    })
}

/// Of what the file holds everything.
fn scope(query: &Query, levels: &[(&str, Level)]) -> Result<Option<Scope>, Problem> {
    let named = query.text("complete_levels").map(|text| {
        let level = |id: &str| levels.iter().find(|(known, _)| *known == id).map(|&(_, level)| level);
        let found: Option<Vec<Level>> = text.split(',').map(level).collect();
        found.ok_or_else(|| {
            let words = levels.iter().map(|(id, _)| *id).collect::<Vec<_>>().join(", ");
            let en = format!("ids of levels with commas between them: {words}");
            bad_value("complete_levels", text, (&format!("层级代号，用逗号分开：{words}"), &en))
        })
    });
    let named = named.transpose()?;
    match (query.text("complete_under"), named) {
        (Some(under), levels) => {
            let scope = Scope::new(under, levels.unwrap_or_default());
            scope
                .map(Some)
                .map_err(|_| bad_value("complete_under", under, ("区域编码，或 *", "the code of an area, or *")))
        }
        (None, Some(_)) => Err(Problem::bad_parameter(
            "complete_under",
            "complete_levels 须与 complete_under 同用",
            "complete_levels says nothing without complete_under",
            "the code of an area, or *",
        )),
        (None, None) => Ok(None),
    }
}

/// Writes the body to a file of its own, which is gone when the answer is; the body's limits are the gate's.
pub(super) async fn spool(request: Request) -> Result<tempfile::NamedTempFile, Problem> {
    let broken = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            tracing::error!(%error, "no space is left for bodies");
            let zh = "服务器暂存文件的磁盘已满，未作任何改动；请腾出空间后重试";
            Problem::unavailable(
                zh,
                "the server has no space left to hold the body, nothing was changed",
                RETRY_WHEN_FULL_S,
            )
        }
        _ => Problem::internal(&error),
    };
    let file = tempfile::Builder::new().prefix("onemap-import-").tempfile().map_err(broken)?;
    let mut writer = tokio::io::BufWriter::new(tokio::fs::File::from_std(file.reopen().map_err(broken)?));
    let mut body = request.into_body().into_data_stream();
    while let Some(chunk) = body.next().await {
        writer.write_all(&chunk.map_err(|error| problem_of(&error))?).await.map_err(broken)?;
    }
    writer.flush().await.map_err(broken)?;
    Ok(file)
}
