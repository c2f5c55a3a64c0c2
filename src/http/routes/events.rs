//! `GET /events`: the feed as server-sent events, each a CloudEvent in JSON.

use std::time::Duration;

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::time::timeout;

use super::{Desk, answer::of};
use crate::{
    app::feed::{Event, Happened, Lost, Next, Since, Subscriber},
    formats::moment::moment_text,
    http::{links::Links, negotiate, problem::Problem, query::RawQuery},
};

/// Media type of the stream.
const EVENT_STREAM: &str = "text/event-stream";

/// A stream in which nothing happens says so this often: proxies let silent connections go, and a client that is gone is
/// noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A client that lost its connection comes back after this time.
const RETRY_MS: u32 = 2000;

/// When to try again when there are too many who follow.
const RETRY_AFTER_S: u32 = 30;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What happens, as it happens: server-sent events, each a CloudEvent 1.0 in JSON.
///
/// `edition.published` (`edition`, `title`, `effective_from`), `edition.in_force` (`edition`, `title`: it is served from now
/// on, which may be later than it was published), `duty.changed` (`revision`, `edition`: others answer than before, because
/// duties were changed or their time came), `tiles.changed` (`tileset`, `edition`, and `tiles`, a list of `z/x/y` of
/// WebMercatorQuad, or `all: true`) and `indicators.changed` (`change`, the number of the last change of values). Ids are
/// numbers that go up by one. Who comes back with
/// `Last-Event-ID` gets what it missed, or the event `reset` when that is no longer known: then read everything anew.
/// A line `:` every 15 s keeps the connection open.
#[utoipa::path(get, path = "/events", tag = "events", params(
    ("Last-Event-ID" = Option<String>, Header, description = "Go on behind the event with this id / 从该事件之后继续"),
), responses(
    (status = 200, description = "The stream / 事件流", content_type = "text/event-stream"),
    (status = 503, description = "Too many follow / 订阅者过多", body = crate::http::openapi::ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn events(State(desk): State<Desk>, query: RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    query.allow(&[])?;
    negotiate::accepts(&headers, EVENT_STREAM)?;
    let since = headers
        .get(LAST_EVENT_ID)
        .filter(|id| !id.is_empty())
        .map_or(Since::Now, |id| Since::Number(id.to_str().ok().and_then(|id| id.parse().ok())));
    let subscriber = desk.app.feed().subscribe(since).ok_or_else(|| {
        let en = "as many follow the events as there may be";
        Problem::unavailable("订阅事件的连接已达上限", en, RETRY_AFTER_S).with("limit", "subscribers")
    })?;
    let edition = desk.app.served().snapshot.edition_number();
    let mut response =
        Body::from_stream(stream::unfold(Following::new(subscriber, desk.links, HEARTBEAT), Following::next))
            .into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // nginx would collect them.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(of(edition, response))
}

/// One stream.
struct Following {
    subscriber: Subscriber,
    links: Links,
    heartbeat: Duration,
    greets: bool,
}

impl Following {
    const fn new(subscriber: Subscriber, links: Links, heartbeat: Duration) -> Self {
        Self { subscriber, links, heartbeat, greets: true }
    }

    /// The next piece of the stream, and the rest of it.
    async fn next(mut self) -> Option<(Result<Bytes, std::convert::Infallible>, Self)> {
        if std::mem::take(&mut self.greets) {
            // An id without data is no event, but a client that loses the connection now comes back with it.
            let greeting = format!("retry: {RETRY_MS}\nid: {}\n\n", self.subscriber.seen());
            return Some((Ok(greeting.into()), self));
        }
        let piece = match timeout(self.heartbeat, self.subscriber.next()).await {
            Err(_) => Bytes::from_static(b":\n\n"),
            Ok(Next::Event(event)) => event.wire.get_or_init(|| block_of(&event, &self.links)).clone(),
            Ok(Next::Reset { number, lost }) => reset(number, lost, &self.links),
            Ok(Next::Over) => return None,
        };
        Some((Ok(piece), self))
    }
}

fn block_of(event: &Event, links: &Links) -> Bytes {
    let (kind, data) = match &event.happened {
        Happened::EditionPublished { edition, title, effective_from } => {
            let effective_from = moment_text(*effective_from);
            ("edition.published", json!({"edition": edition, "title": title, "effective_from": effective_from}))
        }
        Happened::EditionInForce { edition, title } => {
            ("edition.in_force", json!({"edition": edition, "title": title}))
        }
        Happened::DutyChanged { revision, edition } => {
            ("duty.changed", json!({"revision": revision, "edition": edition}))
        }
        Happened::IndicatorsChanged { change } => ("indicators.changed", json!({"change": change})),
        Happened::TilesChanged { tileset, edition, tiles } => {
            let mut data = json!({"tileset": tileset.id(), "edition": edition, "tile_matrix_set": "WebMercatorQuad"});
            match tiles {
                Some(tiles) => data["tiles"] = tiles.iter().map(ToString::to_string).collect(),
                None => data["all"] = true.into(),
            }
            ("tiles.changed", data)
        }
    };
    let id = event.number.to_string();
    block(event.number, &id, kind, Some(event.at), &data, links)
}

/// Not an event of the feed: its id is that of the last one so far, behind which the stream goes on.
fn reset(number: u64, lost: Lost, links: &Links) -> Bytes {
    let reason = match lost {
        Lost::Unknown => "unknown",
        Lost::TooOld => "too-old",
    };
    let id = format!("reset-{number}");
    block(number, &id, "reset", None, &json!({"reason": reason}), links)
}

/// A piece of the stream behind which a client comes back with `number`.
fn block(number: u64, id: &str, kind: &str, at: Option<OffsetDateTime>, data: &Value, links: &Links) -> Bytes {
    let mut event = json!({
        "specversion": "1.0", "id": id, "source": links.href("/events"), "type": kind,
        "datacontenttype": "application/json", "data": data,
    });
    if let Some(at) = at {
        event["time"] = moment_text(at).into();
    }
    // JSON without line breaks is one line of data.
    format!("id: {number}\nevent: {kind}\ndata: {event}\n\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{feed::Feed, tiles::Tileset};
    use time::macros::datetime;

    const AT: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

    async fn next(following: Following) -> (String, Following) {
        let (piece, following) = following.next().await.expect("it goes on");
        (String::from_utf8(piece.expect("whole").to_vec()).expect("UTF-8"), following)
    }

    #[tokio::test]
    async fn a_stream_greets_beats_while_nothing_happens_and_ends_with_the_feed() {
        let feed = Feed::new(AT, 1);
        let subscriber = feed.subscribe(Since::Now).expect("a place");
        let number = subscriber.seen();
        let following = Following::new(subscriber, Links::default(), Duration::from_millis(1));
        let (greeting, following) = next(following).await;
        assert_eq!(greeting, format!("retry: 2000\nid: {number}\n\n"));
        let (beat, following) = next(following).await;
        assert_eq!(beat, ":\n\n");
        feed.publish(AT, Happened::TilesChanged { tileset: Tileset::Areas, edition: 2, tiles: None });
        let (told, following) = next(following).await;
        let data = json!({
            "specversion": "1.0", "id": (number + 1).to_string(), "source": "/events", "type": "tiles.changed",
            "datacontenttype": "application/json", "time": "2026-11-22T08:00:00Z",
            "data": {"tileset": "areas", "edition": 2, "tile_matrix_set": "WebMercatorQuad", "all": true},
        });
        assert_eq!(told, format!("id: {}\nevent: tiles.changed\ndata: {data}\n\n", number + 1));
        feed.close();
        assert!(following.next().await.is_none());
    }

    #[tokio::test]
    async fn a_title_with_line_breaks_stays_one_line_of_data() {
        let feed = Feed::new(AT, 1);
        let subscriber = feed.subscribe(Since::Now).expect("a place");
        let title = "a\n\nevent: b\r\u{2028}".to_owned();
        feed.publish(AT, Happened::EditionPublished { edition: 2, title, effective_from: AT });
        let (_, following) = next(Following::new(subscriber, Links::default(), HEARTBEAT)).await;
        let (told, _) = next(following).await;
        assert_eq!((told.lines().count(), told.contains('\r')), (4, false), "{told:?}");
    }
}
