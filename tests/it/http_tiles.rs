//! Tiles over HTTP: encodings and tags, what a publish changes, editions, OGC API - Tiles, the feed, bad input.

mod bad_input;
mod editions;
mod events;
mod live;
mod ogc;
mod publish;

use std::io::Read;

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::BodyExt;
use onemap::{
    app::tiles::{MatrixSet, TileCoord, tiles_over},
    domain::geometry::Extent,
};
use serde_json::Value;
use tower::ServiceExt;

use crate::http_api::Service;

/// A whole answer.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
}

impl Answer {
    /// The text of a header, empty when there is none.
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {:?}", self.bytes))
    }

    /// The body without its compression.
    fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        match self.header("content-encoding") {
            "" => return self.bytes.to_vec(),
            "gzip" => flate2::read::GzDecoder::new(&self.bytes[..]).read_to_end(&mut plain).expect("gzip"),
            "zstd" => zstd::stream::read::Decoder::new(&self.bytes[..])
                .and_then(|mut it| it.read_to_end(&mut plain))
                .expect("zstd"),
            other => panic!("{other} is no coding of ours"),
        };
        plain
    }
}

async fn begin(service: &Service, method: Method, target: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(target).header(header::HOST, "127.0.0.1:8080");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    service.router.clone().oneshot(request).await.into_response()
}

async fn ask(service: &Service, method: Method, target: &str, headers: &[(&str, &str)]) -> Answer {
    let (parts, body) = begin(service, method, target, headers).await.into_parts();
    let bytes = body.collect().await.expect("a whole body").to_bytes();
    Answer { status: parts.status, headers: parts.headers, bytes }
}

async fn get(service: &Service, target: &str, headers: &[(&str, &str)]) -> Answer {
    ask(service, Method::GET, target, headers).await
}

/// The tiles over the district at `zoom`, row by row.
pub(crate) fn tiles_at(service: &Service, zoom: u8) -> Vec<TileCoord> {
    let extent = service.app.served().extent.expect("areas");
    tiles_over(MatrixSet::WebMercatorQuad, zoom, extent).iter().collect()
}

/// A tile with something on it: where the label of some unit is.
fn middle(service: &Service, zoom: u8) -> TileCoord {
    let label = service.app.served().snapshot.hierarchy.areas().last().expect("areas").label;
    tiles_over(MatrixSet::WebMercatorQuad, zoom, Extent::of(label)).iter().next().expect("a tile")
}

/// Publishes the communities, renamed where `rename` says another name; how many were.
async fn rename(service: &Service, rename: impl Fn(&str) -> String) -> u64 {
    let communities = service.export("community", rename);
    let (status, report) = service.post("/imports", "application/geo+json-seq", communities).await;
    assert_eq!((status, &report["outcome"]), (StatusCode::CREATED, &"published".into()), "{report}");
    report["changed"].as_u64().expect("a count")
}
