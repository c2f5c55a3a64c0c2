//! The pages and their files; everything comes from here, nothing from another host.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;

use super::super::assets::Asset;
use super::super::path::Segments;
use super::super::problem::{Kind, Problem, printable};
use super::super::query::RawQuery;

const PAGE: &str = include_str!("docs.html");
const SCRIPT: &str = include_str!("docs.js");
const STYLE: &str = include_str!("docs.css");
const PROBLEM_PAGE: &str = include_str!("problem.html");

/// `/docs` and its files, `/openapi.json` with `document`, `/problems` and `/problems/{slug}`.
pub fn routes(document: utoipa::openapi::OpenApi) -> Router {
    let text = document.to_json().expect("an OpenAPI document has only text keys");
    let document = Arc::new(Asset::new(text.into_bytes(), "application/json"));
    Router::new()
        .route("/openapi.json", get(openapi_json).with_state(document))
        .route("/docs", file(PAGE, "text/html; charset=utf-8"))
        .route("/docs/docs.js", file(SCRIPT, "text/javascript; charset=utf-8"))
        .route("/docs/docs.css", file(STYLE, "text/css; charset=utf-8"))
        .route("/problems", get(problem_list))
        .route("/problems/{slug}", get(problem))
}

fn file(text: &'static str, media_type: &'static str) -> axum::routing::MethodRouter {
    let asset = Asset::new(text.as_bytes(), media_type);
    get(move |headers: HeaderMap| {
        let answer = asset.clone().revalidated(&headers);
        async move { answer }
    })
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "service", responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")))]
pub async fn openapi_json(
    State(document): State<Arc<Asset>>,
    query: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    Ok(Asset::clone(&document).revalidated(&headers))
}

async fn problem(segments: Segments) -> Result<Response, Problem> {
    let slug = segments.text("slug");
    let kind = Kind::from_slug(slug).ok_or_else(|| {
        let shown = printable(slug);
        Problem::not_found(format!("没有问题类型 {shown}"), format!("there is no kind of problem {shown}"))
    })?;
    Ok(page(&section(kind), "../").into_response())
}

async fn problem_list() -> Html<String> {
    page(&Kind::ALL.map(section).concat(), "./")
}

/// A page of problems; `root` leads from its address to the root of the service, which may be below a public address.
fn page(sections: &str, root: &str) -> Html<String> {
    Html(PROBLEM_PAGE.replace("{{sections}}", sections).replace("{{root}}", root))
}

/// The words of a kind are ours and hold no markup.
fn section(kind: Kind) -> String {
    let words = kind.words();
    format!(
        "<section class=\"problem\"><h2><a href=\"{{{{root}}}}problems/{slug}\"><code>{slug}</code></a> <span class=\"status\">{status}</span></h2>\
         <h3>{title_zh}</h3><p>{advice_zh}</p><h3 lang=\"en\">{title_en}</h3><p lang=\"en\">{advice_en}</p></section>\n",
        slug = words.slug,
        status = words.status.as_u16(),
        title_zh = words.title_zh,
        advice_zh = words.advice_zh,
        title_en = words.title_en,
        advice_en = words.advice_en,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_load_nothing_from_elsewhere_and_have_no_script_inside() {
        for (name, text) in
            [("docs.html", PAGE), ("docs.js", SCRIPT), ("docs.css", STYLE), ("problem.html", PROBLEM_PAGE)]
        {
            assert!(!text.contains("://"), "{name} names another host");
            assert!(!text.contains("innerHTML") && !text.contains("eval("), "{name} builds markup or code from text");
        }
        assert!(!PAGE.contains("<script>") && !PAGE.contains(" onclick"));
    }

    #[test]
    fn words_of_problems_hold_no_markup() {
        for kind in Kind::ALL {
            let words = kind.words();
            for text in [words.title_zh, words.title_en, words.advice_zh, words.advice_en] {
                assert!(!text.contains(['<', '>', '&']), "{text}");
            }
        }
    }
}
