//! `/rosters`: organisations, people and postings as tables, in and out.

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderName, HeaderValue, StatusCode, header::CACHE_CONTROL};

use super::{
    Desk,
    answer::{XLSX, file, json_of},
    imports::spool,
};
use crate::{
    app::roster::{PhoneShown, RosterOptions, RosterOutcome, template},
    formats::table::TableKind,
    http::{
        body::media_type, dto::roster::RosterImportJson, openapi::ProblemBody, path::Segments, problem::Problem,
        query::RawQuery,
    },
};

/// What can be imported, with the ending that tells its format.
const MEDIA_TYPES: [(&str, &str); 3] = [("text/csv", "csv"), ("text/tab-separated-values", "csv"), (XLSX, "xlsx")];

/// Says that telephones in an answer are masked.
const X_PHONES: HeaderName = HeaderName::from_static("x-phones");

/// Longest name of an author or a sheet.
const MAX_TEXT_CHARACTERS: usize = 200;

/// Imports organisations, people and postings from a table: all of it, or with `partial` the rows without errors.
///
/// The body is CSV (UTF-8 or GBK; comma, semicolon or tab) or an Excel workbook; `GET /rosters/template.xlsx` has the columns.
/// Findings name row and column. The same table again changes nothing.
#[utoipa::path(post, path = "/rosters/imports", tag = "duty", params(
    ("dry_run" = Option<bool>, Query, description = "Check only / 只检查不写入"),
    ("partial" = Option<bool>, Query, description = "Write the rows without errors when others have some / 只写入没有错误的行"),
    ("succeed" = Option<bool>, Query, description = "Whoever holds a post without end makes room for who comes next / 前任自动止于继任之日"),
    ("sheet" = Option<String>, Query, description = "The sheet of a workbook; the only one whose header fits when left out / 工作表"),
    ("author" = Option<String>, Query, description = "Who imports, 匿名 / anonymous when left out / 导入人"),
), request_body(content = String, content_type = "text/csv", description = "The table / 表格"), responses(
    (status = 201, description = "Written / 已写入", body = RosterImportJson),
    (status = 200, description = "Unchanged, or only checked / 无变化或仅检查", body = RosterImportJson),
    (status = 409, description = "Duties were changed meanwhile / 岗位同时被改动", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "Refused, with findings / 未通过", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The store is away, or may only be read here / 存储不可用或只读", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn import_roster(
    State(desk): State<Desk>,
    query: RawQuery,
    request: Request,
) -> Result<(StatusCode, Response), Problem> {
    let query = query.allow(&["dry_run", "partial", "succeed", "sheet", "author"])?;
    let text = |name| query.short_text(name, MAX_TEXT_CHARACTERS).map(|text| text.map(str::to_owned));
    let options = RosterOptions {
        sheet: text("sheet")?,
        dry_run: query.bool("dry_run")?.unwrap_or(false),
        partial: query.bool("partial")?.unwrap_or(false),
        succeed: query.bool("succeed")?.unwrap_or(false),
        author: text("author")?.unwrap_or_default(),
    };
    let content_type = media_type(request.headers()).unwrap_or_else(|| "no Content-Type".to_owned());
    let Some((_, ending)) = MEDIA_TYPES.iter().find(|(known, _)| *known == content_type) else {
        return Err(Problem::unsupported_media_type(&content_type, &MEDIA_TYPES.map(|(known, _)| known)));
    };
    // Before the upload, not after it.
    desk.app.check_store(!options.dry_run)?;
    let file = spool(request).await?;
    let report = desk.app.import_roster(format!("body.{ending}"), file.path().to_owned(), &options).await?;
    drop(file);
    let json = RosterImportJson::new(&report, desk.app.district().profile());
    let edition = desk.app.served().snapshot.edition_number();
    match report.outcome {
        RosterOutcome::Applied => Ok((StatusCode::CREATED, json_of(edition, json))),
        RosterOutcome::Unchanged | RosterOutcome::Checked => Ok((StatusCode::OK, json_of(edition, json))),
        RosterOutcome::Rejected => Err(Problem::rules_broken(&json.findings)
            .with("outcome", json.outcome)
            .with("rows", json.rows)
            .with("sheet", json.sheet)),
    }
}

/// Everybody who is known, as CSV. Telephones are masked, which `X-Phones` says.
#[utoipa::path(get, path = "/rosters.csv", tag = "duty", responses(
    (status = 200, description = "The table / 表格", body = String, content_type = "text/csv"),
))]
pub(super) async fn roster_csv(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    query.allow(&[])?;
    roster(&desk, TableKind::Csv).await
}

/// Everybody who is known, as an Excel workbook. Telephones are masked, which `X-Phones` says.
#[utoipa::path(get, path = "/rosters.xlsx", tag = "duty", responses(
    (status = 200, description = "The workbook / 工作簿", body = Vec<u8>,
     content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
))]
pub(super) async fn roster_xlsx(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    query.allow(&[])?;
    roster(&desk, TableKind::Xlsx).await
}

async fn roster(desk: &Desk, kind: TableKind) -> Result<Response, Problem> {
    let bytes = desk.app.export_roster(kind, PhoneShown::Masked).await?;
    let mut response = file(bytes, kind, "roster");
    response.headers_mut().insert(X_PHONES, HeaderValue::from_static("masked"));
    // It is about people: nobody on the way keeps it.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// An empty roster to fill in: `template.csv`, or `template.xlsx` with what may stand in it.
#[utoipa::path(get, path = "/rosters/{file}", tag = "duty", params(
    ("file" = String, Path, description = "template.csv, template.xlsx", example = "template.xlsx"),
), responses(
    (status = 200, description = "The template / 模板", body = Vec<u8>,
     content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = 404, description = "No such file / 不存在", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn roster_template(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let kind = match segments.text("file") {
        "template.csv" => TableKind::Csv,
        "template.xlsx" => TableKind::Xlsx,
        _ => {
            let problem = Problem::not_found("没有这个文件", "there is no such file");
            return Err(problem.with("allowed", ["template.csv", "template.xlsx"]));
        }
    };
    Ok(file(template(desk.app.district().profile(), kind), kind, "roster-template"))
}
