//! `GET /styles/dark.json` and `GET /styles/light.json`.

use axum::{extract::State, response::Response};

use super::{Desk, answer::json_of};
use crate::{
    formats::map_style::{StyleLevel, Theme, map_style},
    http::{path::Segments, problem::Problem, query::RawQuery},
};

/// A MapLibre style of the district, dark or light.
#[utoipa::path(get, path = "/styles/{name}", tag = "map", params(
    ("name" = String, Path, description = "dark.json or light.json", example = "dark.json"),
), responses((status = 200, description = "MapLibre style 8", body = Object)))]
pub(super) async fn style(State(desk): State<Desk>, query: RawQuery, segments: Segments) -> Result<Response, Problem> {
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
    let levels: Vec<StyleLevel> = profile
        .levels
        .iter()
        .map(|level| StyleLevel {
            id: level.id.clone(),
            min_zoom: level.min_zoom,
            label_zoom: level.label_zoom,
            kinds: level.kinds,
        })
        .collect();
    let bounds = served.extent.map(|extent| extent.to_degrees());
    Ok(json_of(served.snapshot.edition_number(), map_style(&levels, theme, bounds, &profile.map.attribution.zh)))
}
