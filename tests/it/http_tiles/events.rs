//! The feed as a client sees it.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use axum::body::BodyDataStream;
use futures_util::{FutureExt, StreamExt};
use serde_json::json;

use super::*;
use crate::{
    http_api::service,
    support::shell::{self, Server, Shell},
};

/// A generous limit for what takes a moment.
const PATIENCE: Duration = Duration::from_secs(30);

/// A stream that is being read.
struct Stream(BodyDataStream);

/// One block of it.
#[derive(Debug, Default, PartialEq)]
struct Block {
    id: u64,
    event: String,
    data: Value,
}

impl Stream {
    async fn open(service: &Service, headers: &[(&str, &str)]) -> Self {
        let response = begin(service, Method::GET, "/events", headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert!(!response.headers().contains_key("content-encoding"), "an event must leave at once");
        Self(response.into_body().into_data_stream())
    }

    /// The next block; `None` at the end.
    async fn next(&mut self) -> Option<Block> {
        let piece = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("in time")?.expect("whole");
        let text = String::from_utf8(piece.to_vec()).expect("UTF-8");
        let mut block = Block::default();
        for line in text.strip_suffix("\n\n").expect("a whole block").lines() {
            match line.split_once(": ").expect("a field") {
                ("id", id) => block.id = id.parse().expect("a number"),
                ("event", event) => block.event = event.to_owned(),
                ("data", data) => block.data = serde_json::from_str(data).expect("JSON"),
                ("retry", _) => {}
                other => panic!("{other:?}"),
            }
        }
        Some(block)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publish_is_told_in_order_and_whoever_comes_back_misses_nothing() {
    let service = service(300).await;
    let mut stream = Stream::open(&service, &[("accept", "text/event-stream"), ("accept-encoding", "gzip")]).await;
    let began = stream.next().await.expect("a greeting").id;
    for edition in [2, 3] {
        rename(&service, |name| format!("{edition}{name}")).await;
        let at = service.app.served().snapshot.edition.clone().expect("an edition").published_at;
        let at = at.format(&time::format_description::well_known::Rfc3339).expect("a time of today");
        let id = began + 3 * (edition - 2) + 1;
        let published = stream.next().await.expect("an event");
        let expected = json!({
            "specversion": "1.0", "id": id.to_string(), "source": "/events", "type": "edition.published", "time": at,
            "datacontenttype": "application/json",
            "data": {"edition": edition, "title": published.data["data"]["title"], "effective_from": at},
        });
        assert_eq!(published, Block { id, event: "edition.published".to_owned(), data: expected });
        let taken = stream.next().await.expect("an event");
        assert_eq!((taken.id, &*taken.event, &taken.data["time"]), (id + 1, "edition.in_force", &json!(at)));
        assert_eq!(taken.data["data"], json!({"edition": edition, "title": published.data["data"]["title"]}));
        let changed = stream.next().await.expect("an event");
        assert_eq!((changed.id, &*changed.event), (id + 2, "tiles.changed"));
        let data = &changed.data["data"];
        assert_eq!((&data["tileset"], &data["edition"]), (&json!("areas"), &json!(edition)));
        // Names changed everywhere: all tiles, or each that is over the district from the zoom on at which they stand.
        if data["all"] != json!(true) {
            let tiles: BTreeSet<&str> =
                data["tiles"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
            let expected = tiles_at(&service, 14).into_iter().map(|coord| coord.to_string());
            let missing: Vec<String> = expected.filter(|coord| !tiles.contains(&**coord)).collect();
            assert!(missing.len() * 2 < tiles.len(), "{missing:?}");
        }
    }
    for (seen, expected) in [(began, 6), (began + 1, 5), (began + 6, 0)] {
        let mut back = Stream::open(&service, &[("last-event-id", &seen.to_string())]).await;
        assert_eq!(back.next().await.expect("a greeting").id, seen);
        for step in 1..=expected {
            assert_eq!(back.next().await.expect("an event").id, seen + step);
        }
        assert!(back.0.next().now_or_never().is_none(), "nothing more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_not_known_gets_a_reset_and_then_what_comes() {
    let service = service(300).await;
    for id in ["0", "17", "99999999999999999999999", "abc", "-1", "../1", "9007199254740991"] {
        let mut stream = Stream::open(&service, &[("last-event-id", id)]).await;
        let greeting = stream.next().await.expect("a greeting");
        let reset = stream.next().await.expect("a reset");
        assert_eq!((reset.id, &*reset.event), (greeting.id, "reset"), "{id}");
        assert_eq!((&reset.data["type"], &reset.data["data"]), (&json!("reset"), &json!({"reason": "unknown"})));
    }
    let mut stream = Stream::open(&service, &[("last-event-id", "0")]).await;
    let (_, reset) = (stream.next().await, stream.next().await.expect("a reset"));
    rename(&service, |name| format!("新{name}")).await;
    assert_eq!(stream.next().await.expect("an event").id, reset.id + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_ends_when_the_service_stops() {
    let service = service(0).await;
    let mut stream = Stream::open(&service, &[]).await;
    stream.next().await.expect("a greeting");
    service.app.finish().await;
    assert_eq!(stream.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_follow_as_may_and_the_next_is_told_to_come_again() {
    let service = service(0).await;
    let limit = onemap::app::AppOptions::default().subscribers;
    let mut following = Vec::new();
    for _ in 0..limit {
        following.push(Stream::open(&service, &[]).await);
    }
    let refused = get(&service, "/events", &[]).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["limit"]), (503, &json!("subscribers")));
    assert!(!refused.header("retry-after").is_empty());
    following.pop();
    Stream::open(&service, &[]).await;
}

#[test]
fn a_server_that_is_told_to_stop_does_not_wait_for_those_who_follow() {
    let shell = Shell::new();
    let server = Server::start(&shell, "serve --listen 127.0.0.1:0 --store new.gpkg --tile-cache-mb 0");
    server.until_ready();
    let address = server.url.strip_prefix("http://").expect("an address");
    let mut following = TcpStream::connect(address).expect("a connection");
    following.set_read_timeout(Some(shell::PATIENCE)).expect("a time");
    following.write_all(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n").expect("asked");
    let (mut text, mut piece) = (Vec::new(), [0; 4096]);
    while !text.windows(4).any(|bytes| bytes == b"\nid:") {
        let read = following.read(&mut piece).expect("a piece");
        assert!(read > 0, "the stream goes on: {text:?}");
        text.extend_from_slice(&piece[..read]);
    }
    let told = Instant::now();
    server.signal("TERM");
    let mut rest = Vec::new();
    following.read_to_end(&mut rest).expect("the end");
    assert!(rest.ends_with(b"0\r\n\r\n"), "whole, not broken off: {rest:?}");
    assert_eq!(server.end().0.code(), Some(0));
    // Long before the time that requests under way have to end.
    assert!(told.elapsed() < Duration::from_secs(15), "{:?}", told.elapsed());
}
