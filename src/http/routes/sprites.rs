//! `GET /sprites/{theme}.json`, `.png`, and both at twice the size as `{theme}@2x`.

use axum::response::Response;
use http::HeaderMap;

use crate::http::{assets::Asset, path::Segments, problem::Problem, query::RawQuery};

const JSON: &str = "application/json";
const PNG: &str = "image/png";

/// One file of the sprite.
macro_rules! sprite {
    ($name:literal, $media_type:expr) => {
        ($name, $media_type, include_bytes!(concat!("../../../data/sprites/", $name)).as_slice())
    };
}

/// The sheets and what is where on them. `web-viewer/sprites` makes them; a test of the viewer holds both in step.
const FILES: [(&str, &str, &[u8]); 8] = [
    sprite!("dark.json", JSON),
    sprite!("dark.png", PNG),
    sprite!("dark@2x.json", JSON),
    sprite!("dark@2x.png", PNG),
    sprite!("light.json", JSON),
    sprite!("light.png", PNG),
    sprite!("light@2x.json", JSON),
    sprite!("light@2x.png", PNG),
];

/// Icons of places and the hatch of exclusive areas, for the styles.
#[utoipa::path(get, path = "/sprites/{name}", tag = "map", params(
    ("name" = String, Path, description = "dark or light, with @2x for twice the size, .json or .png", example = "dark.json"),
), responses(
    (status = 200, description = "MapLibre sprite: sheet or index / 图标", content(("image/png"), (Object = "application/json"))),
    (status = 304, description = "As before / 未变"),
))]
pub(super) async fn sprite(query: RawQuery, segments: Segments, headers: HeaderMap) -> Result<Response, Problem> {
    query.allow(&[])?;
    let name = segments.text("name");
    let found = FILES.into_iter().find(|(own, ..)| *own == name);
    let (_, media_type, bytes) = found.ok_or_else(|| {
        let problem = Problem::not_found("没有这个图标文件", "there is no such sprite");
        problem.with("allowed", FILES.map(|(own, ..)| own))
    })?;
    Ok(Asset::new(bytes, media_type).revalidated(&headers))
}
