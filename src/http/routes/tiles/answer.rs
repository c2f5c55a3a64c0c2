//! A tile as an answer: what the client has, what it takes, what it may keep.

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
};

use super::super::{Desk, answer::of};
use crate::{
    app::tiles::{Encoding, Scope, TileCoord, TileKey, TileSource, Tileset},
    http::{
        negotiate::{self, MVT},
        problem::Problem,
    },
};

/// How long a client may keep a tile without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http::routes) enum Keeping {
    /// It asks each time, and mostly gets 304: the next publish may change it.
    Ask,
    /// For ever: it is a tile of one edition.
    ForEver,
}

impl Keeping {
    fn header(self, scope: Scope) -> HeaderValue {
        let text = match self {
            Self::Ask => "no-cache".to_owned(),
            Self::ForEver => format!("{}, max-age=31536000, immutable", scope.cache_word()),
        };
        HeaderValue::try_from(text).expect("words and numbers are ASCII")
    }
}

/// The tile at `coord`: 200 with its bytes, 204 when nothing is there, 304 when the client has it, which is known without
/// the tile; 406 when it takes no vector tile, or none of the codings.
pub(in crate::http::routes) async fn tile(
    desk: &Desk,
    source: &Arc<TileSource>,
    (tileset, coord): (Tileset, TileCoord),
    request: &HeaderMap,
    keeping: Keeping,
) -> Result<Response, Problem> {
    let encoding = negotiate::encoding(request)?;
    let (version, scope) = (source.version(tileset, coord).await, Scope::Public);
    let tag = tag(&version, encoding);
    let is_known = is_known(request, &tag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let key = TileKey { tileset, version, coord, scope, encoding };
        let bytes = desk.app.tile_cache().answer(source, key).await.map_err(|broken| Problem::internal(&broken))?;
        if bytes.is_empty() {
            StatusCode::NO_CONTENT.into_response()
        } else {
            let mut response = Response::new(Body::from(bytes));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(MVT));
            if encoding != Encoding::Identity {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static(negotiate::name_of(encoding)));
            }
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, HeaderValue::try_from(tag).expect("a tag is ASCII"));
    headers.insert(CACHE_CONTROL, keeping.header(scope));
    headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
    Ok(of(source.edition(), response))
}

/// The entity tag: strong, since equal versions are equal bytes, and one for each encoding.
fn tag(version: &impl std::fmt::Display, encoding: Encoding) -> String {
    let letter = match encoding {
        Encoding::Identity => 'i',
        Encoding::Gzip => 'g',
        Encoding::Zstd => 'z',
    };
    format!("\"{version}-{letter}\"")
}

/// Whether `If-None-Match` names the tag; a weak mark does not matter (RFC 9110, 13.1.2).
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let values = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_itself_in_a_list_weakly_or_by_a_star() {
        let tag = tag(&"00ff", Encoding::Zstd);
        assert_eq!(tag, "\"00ff-z\"");
        let known = |values: &[&str]| {
            let values = values.iter().map(|value| (IF_NONE_MATCH, value.parse().expect("a value")));
            is_known(&values.collect(), &tag)
        };
        for values in
            [&["*"][..], &["\"00ff-z\""], &["W/\"00ff-z\""], &["\"a\" , \"00ff-z\""], &["\"a\"", "\"00ff-z\""]]
        {
            assert!(known(values), "{values:?}");
        }
        for values in [&[][..], &[""], &["00ff-z"], &["\"00ff-g\""], &["\"00ff-z"], &["w/\"00ff-z\""], &["\"**\""]] {
            assert!(!known(values), "{values:?}");
        }
    }
}
