//! `GET /styles/dark.json` and `GET /styles/light.json`.

use axum::{extract::State, response::Response};
use http::HeaderMap;

use super::{Desk, answer::of};
use crate::{
    app::basemap::{self, BasemapKind},
    formats::map_style::{Basemap, BasemapContent, StyleInput, StyleLevel, Theme, map_style},
    http::{assets::Asset, path::Segments, problem::Problem, query::RawQuery},
};

/// A MapLibre style of the district, dark or light.
#[utoipa::path(get, path = "/styles/{name}", tag = "map", params(
    ("name" = String, Path, description = "dark.json or light.json", example = "dark.json"),
), responses(
    (status = 200, description = "MapLibre style 8", body = Object),
    (status = 304, description = "As before / 未变"),
))]
pub(super) async fn style(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let theme = match segments.text("name") {
        "dark.json" => Theme::Dark,
        "light.json" => Theme::Light,
        _ => {
            let problem = Problem::not_found("没有这个样式", "there is no such style");
            return Err(problem.with("allowed", ["dark.json", "light.json"]));
        }
    };
    let served = desk.app.served();
    let profile = &served.snapshot.profile;
    let bounds = served.extent.map(|extent| extent.to_degrees());
    let root = desk.links.href("/");
    let basemap = desk.basemap.as_deref().map(|basemap| Basemap { content: content_of(basemap) });
    let style = map_style(StyleInput {
        levels: &StyleLevel::of(profile),
        theme,
        bounds,
        attribution: &profile.map.attribution.zh,
        root: root.trim_end_matches('/'),
        basemap: basemap.as_ref(),
    });
    let file = Asset::new(style.to_string().into_bytes(), "application/json");
    Ok(of(served.snapshot.edition_number(), file.revalidated(&headers)))
}

/// What a style needs to know of a base map.
fn content_of(basemap: &basemap::Basemap) -> BasemapContent {
    match basemap.kind() {
        BasemapKind::Raster => BasemapContent::Raster,
        BasemapKind::Vector => {
            BasemapContent::Vector(basemap.metadata().layers.iter().map(|layer| layer.id.clone()).collect())
        }
    }
}
