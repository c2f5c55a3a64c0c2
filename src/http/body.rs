//! The body of a request: bounded in size, in time and in slowness; read whole, or as JSON.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, Sleep, sleep_until};

use super::limits::{Limits, RouteLimits};
use super::problem::{Kind, Problem};

/// Why a body broke off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// Larger than the limit of that name.
    #[error("the body is larger than {max_bytes} bytes, the limit {limit}")]
    TooLarge {
        /// Name of the limit.
        limit: &'static str,
        /// The limit.
        max_bytes: u64,
    },
    /// Slower than the minimum rate, or later than the time for a body.
    #[error("the body came too slowly; after {bytes} bytes it had kept us waiting for {waited_s} s")]
    TooSlow {
        /// What came.
        bytes: u64,
        /// How long we waited for it.
        waited_s: u64,
    },
}

/// A body that ends with a [`BodyFault`] when it grows too large or keeps us waiting too long.
///
/// Only waiting for the client counts, not the time its reader takes. A body may keep us waiting for the grace, plus a second
/// per `min_body_rate` bytes it has sent, and never beyond the whole time for a body.
pub struct BoundedBody {
    inner: Body,
    route: RouteLimits,
    grace: Duration,
    min_rate: u32,
    bytes: u64,
    waited: Duration,
    waiting_since: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

impl BoundedBody {
    /// `inner` within the limits of `route`.
    pub fn new(inner: Body, limits: &Limits, route: &RouteLimits) -> Self {
        Self {
            inner,
            route: route.clone(),
            grace: limits.body_grace,
            min_rate: limits.min_body_rate,
            bytes: 0,
            waited: Duration::ZERO,
            waiting_since: None,
            timer: Box::pin(sleep_until(Instant::now())),
        }
    }

    fn may_wait(&self) -> Duration {
        let earned = Duration::from_secs(self.bytes / u64::from(self.min_rate.max(1)));
        self.grace.saturating_add(earned).min(self.route.body_within)
    }

    fn poll_too_slow(&mut self, context: &mut Context<'_>) -> Poll<BodyFault> {
        let now = Instant::now();
        if self.waiting_since.is_none() {
            self.waiting_since = Some(now);
            let left = self.may_wait().saturating_sub(self.waited);
            self.timer.as_mut().reset(now + left);
        }
        self.timer
            .as_mut()
            .poll(context)
            .map(|()| BodyFault::TooSlow { bytes: self.bytes, waited_s: self.may_wait().as_secs() })
    }

    fn stop_waiting(&mut self) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
    }
}

impl HttpBody for BoundedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(context) else {
            return this.poll_too_slow(context).map(|fault| Some(Err(axum::Error::new(fault))));
        };
        this.stop_waiting();
        if let Some(Ok(frame)) = &frame {
            this.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            if this.bytes > this.route.max_body_bytes {
                let fault = BodyFault::TooLarge { limit: this.route.body_limit, max_bytes: this.route.max_body_bytes };
                return Poll::Ready(Some(Err(axum::Error::new(fault))));
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The problem behind an error that came out of a body: 413, 408, or 400 when it broke off or its chunks are malformed.
pub fn problem_of(error: &(dyn StdError + 'static)) -> Problem {
    let mut cause = Some(error);
    while let Some(error) = cause {
        match error.downcast_ref::<BodyFault>() {
            Some(BodyFault::TooLarge { limit, max_bytes }) => return Problem::content_too_large(limit, *max_bytes),
            Some(fault @ BodyFault::TooSlow { bytes, waited_s }) => {
                let zh = format!("正文到达过慢：收到 {bytes} 字节，已等待 {waited_s} 秒");
                return Problem::new(Kind::RequestTimeout, zh, fault.to_string());
            }
            None => cause = error.source(),
        }
    }
    Problem::bad_request("正文中断，或分块格式有误", "the body broke off, or its chunks are malformed")
}

/// The whole of `body`, at most `max_bytes` of it; `limit` is the name the problem gives.
pub async fn read(body: Body, limit: &'static str, max_bytes: u64) -> Result<Bytes, Problem> {
    let most = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    match http_body_util::Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            Err(Problem::content_too_large(limit, max_bytes))
        }
        Err(error) => Err(problem_of(&*error)),
    }
}

/// The media type of a body without its parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    if essence.is_empty() { None } else { Some(essence.to_ascii_lowercase()) }
}

/// A JSON body as `T`: 415 unless `application/json` (or `+json`), 400 with the place when it cannot be read as `T`.
#[derive(Debug, Clone)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let found = media_type(request.headers()).unwrap_or_else(|| "no Content-Type".to_owned());
        if found != "application/json" && !found.ends_with("+json") {
            return Err(Problem::unsupported_media_type(&found, &["application/json"]));
        }
        let bytes = read(request.into_body(), "max-body-bytes", u64::MAX).await?;
        parse_json(&bytes).map(Self)
    }
}

/// `bytes` as `T`, or 400 with line, column and what was expected.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| not_json(&error))
}

/// 400 with line, column and what was expected.
pub fn not_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let zh = format!("第 {line} 行第 {column} 列：不是所要的 JSON（{error}）");
    Problem::bad_request(zh, format!("not the JSON that is needed: {error}")).with("line", line).with("column", column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    fn bounded(chunks: Vec<&'static str>, tail: Tail, max_body_bytes: u64) -> Body {
        let mut limits = crate::http::testing::limits();
        limits.body_grace = Duration::from_millis(20);
        let route = RouteLimits { max_body_bytes, ..limits.default.clone() };
        let chunks = stream::iter(chunks.into_iter().map(|chunk| Ok::<_, std::io::Error>(Bytes::from(chunk))));
        let body = match tail {
            Tail::Ends => Body::from_stream(chunks),
            Tail::Hangs => Body::from_stream(futures_util::StreamExt::chain(chunks, stream::pending())),
            Tail::Breaks => {
                let broken = stream::iter([Err(std::io::Error::other("reset"))]);
                Body::from_stream(futures_util::StreamExt::chain(chunks, broken))
            }
        };
        Body::new(BoundedBody::new(body, &limits, &route))
    }

    enum Tail {
        Ends,
        Hangs,
        Breaks,
    }

    #[track_caller]
    fn check(result: Result<Bytes, Problem>, expected: Result<&'static str, u16>) {
        let found = result.map_err(|problem| problem.status().as_u16());
        assert_eq!(found, expected.map(Bytes::from));
    }

    #[tokio::test]
    async fn a_body_is_read_whole_or_refused_with_the_reason() {
        check(read(bounded(vec!["ab", "c"], Tail::Ends, 3), "max", 9).await, Ok("abc"));
        check(read(bounded(vec!["ab", "cd"], Tail::Ends, 3), "max", 9).await, Err(413));
        check(read(bounded(vec!["ab", "cd"], Tail::Ends, 9), "max", 3).await, Err(413));
        check(read(bounded(vec!["ab"], Tail::Breaks, 9), "max", 9).await, Err(400));
        check(read(bounded(vec!["ab"], Tail::Hangs, 9), "max", 9).await, Err(408));
    }

    #[test]
    fn json_errors_have_their_place() {
        let problem = parse_json::<Vec<f64>>(b"[1,\n \"x\"]").expect_err("no number");
        let wire = problem.json(&super::super::problem::Occurrence::default());
        assert_eq!((wire["status"].as_u64(), wire["line"].as_u64()), (Some(400), Some(2)));
        assert!(parse_json::<serde_json::Value>("[".repeat(200_000).as_bytes()).is_err());
    }

    #[test]
    fn media_type_is_cut_and_lowered() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "Application/GEO+json; charset=utf-8".parse().unwrap());
        assert_eq!(media_type(&headers).as_deref(), Some("application/geo+json"));
    }
}
