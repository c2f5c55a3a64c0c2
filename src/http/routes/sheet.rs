//! `GET /areas/{code}/sheet`, as JSON, as a page to print and as a workbook.

use axum::{body::Body, extract::State, response::Response};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

use super::{
    Desk,
    answer::{self, file, json_of},
    areas, which,
};
use crate::{
    app::{
        indicators::ImportError,
        sheet::{Sheet, SheetError, SheetTime, page_of},
        tasks,
    },
    formats::{
        sheet_page::{page_html, page_xlsx},
        table::TableKind,
    },
    http::{dto::sheet::SheetJson, path::Segments, problem::Problem, query::RawQuery},
    store::RecordError,
};

/// An area's sheet: base data, who answers, areas and places within, indicators, with source and date of each.
#[utoipa::path(get, path = "/areas/{code}/sheet", tag = "indicators", params(
    ("code" = String, Path, description = "The code / 编码", example = "350304001"),
    ("edition" = Option<u32>, Query, description = "On this edition, past or scheduled; on the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "On the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses((status = 200, description = "The sheet / 一套表", body = SheetJson)))]
pub(super) async fn json(State(desk): State<Desk>, query: RawQuery, segments: Segments) -> Result<Response, Problem> {
    let sheet = sheet(&desk, query, &segments).await?;
    Ok(json_of(sheet.edition, SheetJson::new(&sheet)))
}

/// The same as a page to print on A4, Chinese with English beside.
#[utoipa::path(get, path = "/areas/{code}/sheet.html", tag = "indicators", params(
    ("code" = String, Path, description = "The code / 编码", example = "350304001"),
    ("edition" = Option<u32>, Query, description = "On this edition, past or scheduled; on the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "On the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses((status = 200, description = "The sheet / 一套表", body = String, content_type = "text/html")))]
pub(super) async fn html(State(desk): State<Desk>, query: RawQuery, segments: Segments) -> Result<Response, Problem> {
    let sheet = sheet(&desk, query, &segments).await?;
    let edition = sheet.edition;
    let text = tasks::compute(move || page_html(&page_of(&sheet))).await;
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(answer::of(edition, response))
}

/// The same as a workbook.
#[utoipa::path(get, path = "/areas/{code}/sheet.xlsx", tag = "indicators", params(
    ("code" = String, Path, description = "The code / 编码", example = "350304001"),
    ("edition" = Option<u32>, Query, description = "On this edition, past or scheduled; on the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "On the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), responses((status = 200, description = "The sheet / 一套表", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(super) async fn xlsx(State(desk): State<Desk>, query: RawQuery, segments: Segments) -> Result<Response, Problem> {
    let sheet = sheet(&desk, query, &segments).await?;
    let (edition, name) = (sheet.edition, format!("sheet-{}", sheet.base.code));
    let written = tasks::compute(move || page_xlsx(&page_of(&sheet), "一套表", sheet.made_at)).await;
    let bytes = written.map_err(|error| Problem::internal(&error))?;
    Ok(answer::of(edition, file(bytes, TableKind::Xlsx, &name)))
}

async fn sheet(desk: &Desk, query: RawQuery, segments: &Segments) -> Result<Sheet, Problem> {
    let query = query.allow(&which::PARAMETERS)?;
    let profile = desk.app.district().profile();
    let view = which::view(desk, &query).await?;
    let time = SheetTime {
        as_of: which::moment(&query, "as_of", profile)?,
        known_at: which::moment(&query, "known_at", profile)?,
    };
    let code = segments.text("code");
    let Some(area) = view.snapshot().hierarchy.find(code) else { return Err(areas::absent(desk, &view, code).await) };
    Ok(desk.app.sheet(&view, area, time).await?)
}

impl From<SheetError> for Problem {
    fn from(error: SheetError) -> Self {
        match error {
            SheetError::Store(error) => error.into(),
            SheetError::Open(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) | ImportError::Record(RecordError::Store(error)) => error.into(),
            ImportError::Record(RecordError::Stale { expected, found }) => Self::conflict(
                "指标值正被他人同时录入，未作任何改动，请重试",
                format!(
                    "others recorded values meanwhile (change {found}, not {expected}); nothing was changed, try again"
                ),
            ),
        }
    }
}
