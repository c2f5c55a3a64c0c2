//! The screens: the built viewer, inside the program.

use std::borrow::Cow;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION};
use http::{HeaderMap, HeaderName, StatusCode};
use sha2::{Digest, Sha256};

use super::path::Segments;
use super::problem::{Kind, Problem, printable};

/// The screens; each answers the viewer's page, whose script does the rest.
pub const SCREENS: [&str; 4] = ["command", "lookup", "planner", "admin"];
/// The page of all screens.
const PAGE: &str = "index.html";
/// Files below this have a hash of their content in their name.
const HASHED: &str = "assets/";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";

/// The viewer as the Makefile builds it. Release builds carry the files, debug builds read them from disk; the folder may be empty.
#[derive(rust_embed::Embed)]
#[folder = "web-viewer/dist"]
#[allow_missing = true]
struct Dist;

/// A file that is served as it is.
#[derive(Debug, Clone)]
pub struct Asset {
    bytes: Cow<'static, [u8]>,
    media_type: Cow<'static, str>,
    /// Quoted, strong.
    etag: String,
}

impl Asset {
    /// A file of `bytes`.
    pub fn new(bytes: impl Into<Cow<'static, [u8]>>, media_type: impl Into<Cow<'static, str>>) -> Self {
        let bytes = bytes.into();
        let etag = entity_tag(&Sha256::digest(&bytes));
        Self { bytes, media_type: media_type.into(), etag }
    }

    /// It as an answer; 304 without the bytes when the client has them.
    pub fn answer(self, headers: &HeaderMap, cache_control: &'static str) -> Response {
        let (has_it, etag) = (is_known(headers, &self.etag), self.etag);
        let shared: [(HeaderName, String); 2] = [(ETAG, etag), (CACHE_CONTROL, cache_control.to_owned())];
        if has_it {
            return (StatusCode::NOT_MODIFIED, shared).into_response();
        }
        let body = match self.bytes {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        };
        (shared, [(CONTENT_TYPE, self.media_type.into_owned())], body).into_response()
    }

    /// It as an answer that is asked for again each time.
    pub fn revalidated(self, headers: &HeaderMap) -> Response {
        self.answer(headers, REVALIDATE)
    }
}

/// The file of the built viewer at `path` below its folder.
pub fn embedded(path: &str) -> Option<Asset> {
    let file = Dist::get(path)?;
    let etag = entity_tag(&file.metadata.sha256_hash());
    let media_type = match file.metadata.mimetype() {
        text @ ("text/html" | "text/css" | "text/javascript") => Cow::Owned(format!("{text}; charset=utf-8")),
        other => Cow::Owned(other.to_owned()),
    };
    Some(Asset { bytes: file.data, media_type, etag })
}

/// `/`, the screens and their files; `viewer` finds the files.
pub fn routes(viewer: fn(&str) -> Option<Asset>) -> Router {
    let first_screen = || async { (StatusCode::FOUND, [(LOCATION, "/app/command")]) };
    Router::new()
        .route("/", get(first_screen))
        .route("/app", get(first_screen))
        .route("/app/", get(first_screen))
        .route("/app/{*file}", get(file))
        .with_state(viewer)
}

async fn file(
    State(viewer): State<fn(&str) -> Option<Asset>>,
    segments: Segments,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = segments.text("file");
    if SCREENS.contains(&path) {
        let page = viewer(PAGE).ok_or_else(|| {
            Problem::new(
                Kind::ViewerNotBuilt,
                "此程序不含界面；请运行 make build",
                "this program has no screens inside; run make build",
            )
        })?;
        return Ok(page.answer(&headers, REVALIDATE));
    }
    let asset = if path == PAGE { None } else { viewer(path) };
    let cache_control = if path.starts_with(HASHED) { IMMUTABLE } else { REVALIDATE };
    asset.map(|asset| asset.answer(&headers, cache_control)).ok_or_else(|| {
        let shown = printable(path);
        Problem::not_found(format!("没有界面或文件 {shown}"), format!("there is no screen and no file {shown}"))
    })
}

/// Whether `If-None-Match` names `etag`; weak marks do not count (RFC 9110, 13.1.2).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn entity_tag(sha256: &[u8]) -> String {
    /// 64 bits tell the versions of one file apart.
    const BYTES: usize = 8;
    let hex: String = sha256.iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_has_the_file_gets_304() {
        let asset = Asset::new(&b"hello"[..], "text/plain");
        let status = |value: Option<String>| {
            let mut headers = HeaderMap::new();
            headers.extend(value.map(|value| (IF_NONE_MATCH, value.parse().unwrap())));
            asset.clone().revalidated(&headers).status()
        };
        assert_eq!(asset.etag, "\"2cf24dba5fb0a30e\"");
        assert_eq!(status(None), 200);
        assert_eq!(status(Some("\"other\"".to_owned())), 200);
        for known in [asset.etag.clone(), format!("W/{}", asset.etag), format!("\"x\", {}", asset.etag), "*".to_owned()]
        {
            assert_eq!(status(Some(known)), 304);
        }
    }
}
