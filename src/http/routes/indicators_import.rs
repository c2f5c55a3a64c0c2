//! `POST /indicators/imports`.

use std::io::{BufReader, Read, Seek, SeekFrom};

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{
    Desk,
    answer::{XLSX, json_of},
    imports::spool,
    indicators::period,
};
use crate::{
    app::{
        indicators::{Cells, ImportOptions, Outcome, cells_of_table},
        tasks,
    },
    formats::table::{MAX_TABLE_ROWS, TableColumn, TableKind, read_table},
    http::{
        body::{media_type, not_json},
        dto::{
            given_value::{GivenFault, GivenValueJson, read_values},
            indicator::IndicatorImport,
        },
        problem::Problem,
        query::RawQuery,
    },
};

/// What can be imported.
const MEDIA_TYPES: [&str; 3] = ["application/json", "text/csv", XLSX];

/// Longest text of a parameter.
const MAX_TEXT_CHARACTERS: usize = 200;

/// How many bytes tell what kind of table a file is.
const HEAD_BYTES: usize = 8;

/// Records values: of a table with a row for each area and a column for each indicator, of one with a row for each value,
/// or of a JSON array.
///
/// With an error nothing is recorded, unless `partial`: then what is good is. The same again changes nothing.
#[utoipa::path(post, path = "/indicators/imports", tag = "indicators", params(
    ("period" = Option<String>, Query, description = "The period of values that say none / 未注明时的期次", example = "2026Q3"),
    ("sheet" = Option<String>, Query, description = "The sheet of a workbook; the one that fits when left out / 工作表"),
    ("source" = Option<String>, Query, description = "Who has the values that do not say / 未注明时的来源"),
    ("dry_run" = Option<bool>, Query, description = "Check only / 只检查"),
    ("partial" = Option<bool>, Query, description = "Record what is good where something is not / 部分有误时仍录入其余"),
    ("author" = Option<String>, Query, description = "Who imports, 匿名 / anonymous when left out / 导入人"),
), request_body(content = Vec<GivenValueJson>, description = "Values as JSON, or a table as text/csv or .xlsx / 指标值"), responses(
    (status = 201, description = "Recorded / 已录入", body = IndicatorImport),
    (status = 200, description = "Unchanged, or only checked / 无变化或仅检查", body = IndicatorImport),
    (status = 422, description = "Refused, with findings / 未通过", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
    (status = 503, description = "The store is away, or may only be read here / 存储不可用或只读", content_type = "application/problem+json", body = crate::http::openapi::ProblemBody),
))]
pub(super) async fn import(
    State(desk): State<Desk>,
    query: RawQuery,
    request: Request,
) -> Result<(StatusCode, Response), Problem> {
    let query = query.allow(&["period", "sheet", "source", "dry_run", "partial", "author"])?;
    let text = |name| query.short_text(name, MAX_TEXT_CHARACTERS).map(|text| text.unwrap_or_default().to_owned());
    let options = ImportOptions {
        period: period(&query)?,
        dry_run: query.bool("dry_run")?.unwrap_or(false),
        partial: query.bool("partial")?.unwrap_or(false),
        source: text("source")?,
        author: text("author")?,
    };
    let sheet = query.short_text("sheet", MAX_TEXT_CHARACTERS)?.map(str::to_owned);
    let found = media_type(request.headers()).unwrap_or_else(|| "no Content-Type".to_owned());
    if !MEDIA_TYPES.contains(&found.as_str()) {
        return Err(Problem::unsupported_media_type(&found, &MEDIA_TYPES));
    }
    desk.app.check_store(!options.dry_run)?;
    let file = spool(request).await?;
    let mut source = file.reopen().map_err(|error| Problem::internal(&error))?;
    let profile = std::sync::Arc::clone(desk.app.district().profile());
    let cells = tasks::compute(move || {
        if found == MEDIA_TYPES[0] {
            return cells_of_json(BufReader::new(source));
        }
        let mut head = Vec::with_capacity(HEAD_BYTES);
        source.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|error| Problem::internal(&error))?;
        source.seek(SeekFrom::Start(0)).map_err(|error| Problem::internal(&error))?;
        let kind = TableKind::of(&head);
        let read =
            |columns: &[TableColumn<'_>]| read_table(BufReader::new(source), kind, columns, "body", sheet.as_deref());
        Ok(cells_of_table(&profile, "body", read))
    })
    .await?;
    drop(file);
    let report = desk.app.import_indicators(cells, options).await?;
    let json = IndicatorImport::from(&report);
    let edition = desk.app.served().snapshot.edition_number();
    match report.outcome {
        Outcome::Recorded => Ok((StatusCode::CREATED, json_of(edition, json))),
        Outcome::Unchanged | Outcome::Checked => Ok((StatusCode::OK, json_of(edition, json))),
        Outcome::Rejected => Err(Problem::rules_broken(&json.findings)
            .with("outcome", json.outcome)
            .with("values", json.values)
            .with("refused", json.refused)),
    }
}

fn cells_of_json(body: impl Read) -> Result<Cells, Problem> {
    match read_values(body, MAX_TABLE_ROWS) {
        Ok(cells) => Ok(Cells { cells, ..Cells::default() }),
        Err(GivenFault::TooMany) => {
            let zh = format!("超过 {MAX_TABLE_ROWS} 个值，请分次导入");
            Err(Problem::bad_request(zh, format!("more than {MAX_TABLE_ROWS} values; send them in several imports")))
        }
        Err(GivenFault::Member(entry, member)) => {
            let zh = format!("第 {entry} 项的 {member} 不可用");
            let en = format!("{member} of entry {entry} cannot be used; a date as 2026-11-22");
            Err(Problem::bad_request(zh, en).with("entry", entry).with("member", member))
        }
        Err(GivenFault::Json(_, error)) if error.is_io() => Err(Problem::internal(&error)),
        Err(GivenFault::Json(entry, error)) => Err(not_json(&error).with("entry", entry)),
    }
}
