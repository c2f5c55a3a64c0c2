//! The gate that every request passes, before routing, and every answer, after it.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Version};
use hyper::body::Body as _;
use tokio::time::{Instant, timeout};
use tower::{Service, ServiceExt};
use tracing::Instrument;

use super::body::BoundedBody;
use super::limits::{BodyLength, Limits, MAX_URI_BYTES, RouteLimits};
use super::path;
use super::problem::{Kind, Occurrence, PROBLEM_JSON, Problem, printable};
use super::request_id::{RequestId, X_REQUEST_ID};
use super::serve::{Door, Peer};
use super::shell::ShellState;
use super::write_guard::WritePolicy;

/// What the pages may load and do: nothing from elsewhere, no script in the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
const X_EDITION: HeaderName = HeaderName::from_static("x-edition");
/// How old an answer is that was made while the store is away.
const X_DATA_STALE: HeaderName = HeaderName::from_static("x-data-stale");

/// What the gate goes by.
pub struct Gate {
    /// The limits.
    pub limits: Arc<Limits>,
    /// Who may write.
    pub writes: WritePolicy,
    /// Edition in force.
    pub state: ShellState,
    /// What may answer before routing; `None` for nothing.
    pub express: Option<Express>,
}

/// Answers requests that are asked most and cost microseconds, without routing, a time limit or a span of their own; for
/// everything else, problems included, it has no answer, and the request goes the long way to the very same one.
pub type Express = Arc<dyn Fn(&Request) -> Option<Response> + Send + Sync>;

/// The routes behind the gate, as one service.
#[derive(Clone)]
pub struct Gated {
    gate: Arc<Gate>,
    routes: Router,
}

impl Gated {
    /// `routes` behind `gate`.
    pub fn new(gate: Gate, routes: Router) -> Self {
        Self { gate: Arc::new(gate), routes }
    }
}

impl Service<Request> for Gated {
    type Response = Response;
    type Error = Infallible;
    type Future = futures_util::future::Map<Answering, fn(Response) -> Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        self.admit(request, None).map(Ok as fn(Response) -> Result<Response, Infallible>)
    }
}

/// An answer that is there at once, or one on its way.
pub type Answering = Either<Ready<Response>, BoxFuture<'static, Response>>;

impl Gated {
    /// Answers a request that came from `peer`, or from within the process.
    fn admit(&self, request: Request, peer: Option<Peer>) -> Answering {
        if let Some(response) = express(&self.gate, &request, peer) {
            return Either::Left(ready(response));
        }
        let Self { gate, routes } = self.clone();
        Either::Right(async move { pass(&gate, request, peer, routes).await }.boxed())
    }
}

impl Door for Gated {
    type Answering = Answering;

    fn answer(&self, request: Request, peer: Peer) -> Answering {
        self.admit(request, Some(peer))
    }
}

/// The answer of the gate's express way, if it has one for an admitted request without a body.
fn express(gate: &Gate, request: &Request, peer: Option<Peer>) -> Option<Response> {
    let answer = gate.express.as_ref()?;
    if request.method() != http::Method::GET || !request.body().is_end_stream() {
        return None;
    }
    // The clock is asked only for those who listen.
    let began = tracing::enabled!(tracing::Level::DEBUG).then(Instant::now);
    admit(gate, request, peer).ok()?;
    // After a panic the long way meets it again, and tells it.
    let response = std::panic::catch_unwind(AssertUnwindSafe(|| answer(request))).ok().flatten()?;
    let id = RequestId::of(request.headers());
    if let Some(began) = began {
        let (status, took_us) = (response.status().as_u16(), began.elapsed().as_micros());
        tracing::debug!(id = id.as_str(), path = request.uri().path(), status, took_us, "answered");
    }
    Some(dress(response, &id, &gate.state))
}

/// Admits a request or refuses it, bounds its body and its time, catches its panic, and dresses the answer.
async fn pass(gate: &Gate, mut request: Request, peer: Option<Peer>, routes: Router) -> Response {
    let began = Instant::now();
    let id = RequestId::of(request.headers());
    let instance = printable(request.uri().path());
    // At the level of errors, so that a filter that shows only those shows their request too.
    let span = tracing::error_span!("request", id = id.as_str(), method = %request.method(), path = instance);
    let (method, is_probe) = (request.method().clone(), matches!(request.uri().path(), "/healthz" | "/readyz"));
    request.extensions_mut().insert(id.clone());
    if let Some(peer) = peer {
        request.extensions_mut().insert(peer);
    }

    let response = match admit(gate, &request, peer) {
        Ok(route) => run(request, route, &gate.limits, routes).instrument(span.clone()).await,
        Err(problem) => problem.into_response(),
    };
    let occurrence = Occurrence { instance: Some(instance), request_id: Some(id.as_str().to_owned()) };
    let response = dress(explain(response, &method, &occurrence), &id, &gate.state);

    span.in_scope(|| {
        let (status, took_us) = (response.status().as_u16(), began.elapsed().as_micros());
        match status {
            500.. if !is_probe => tracing::warn!(status, took_us, "answered"),
            400..500 => tracing::info!(status, took_us, "answered"),
            _ => tracing::debug!(status, took_us, "answered"),
        }
    });
    response
}

/// The limits under which `request` may go on, or why it may not.
fn admit<'a>(gate: &'a Gate, request: &Request, peer: Option<Peer>) -> Result<&'a RouteLimits, Problem> {
    let (headers, uri) = (request.headers(), request.uri());
    if uri.path_and_query().is_some_and(|target| target.as_str().len() > MAX_URI_BYTES) {
        let zh = format!("地址超过 {MAX_URI_BYTES} 字节");
        return Err(Problem::new(Kind::UriTooLong, zh, format!("the address is longer than {MAX_URI_BYTES} bytes")));
    }
    if peer.is_some() {
        check_host(request.version(), headers)?;
    }
    path::check(uri.path())?;
    if headers.get_all(header::IF_MATCH).iter().any(|value| !is_entity_tags(value.as_bytes())) {
        let en = "If-Match is neither * nor a list of quoted entity tags";
        return Err(Problem::bad_request("If-Match 既不是 * 也不是带引号的标签列表", en));
    }
    if let Some(encoding) = headers.get(header::CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        let encoding = String::from_utf8_lossy(encoding.as_bytes());
        return Err(Problem::unsupported_media_type(&format!("Content-Encoding {encoding}"), &["identity"])
            .header(header::ACCEPT_ENCODING, "identity"));
    }
    let route = gate.limits.of(uri.path(), headers);
    check_length(headers, route)?;
    gate.writes.check(request.method(), uri.path(), headers)?;
    Ok(route)
}

/// RFC 9112: a request of HTTP/1.1 has exactly one `Host`.
fn check_host(version: Version, headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get_all(header::HOST).iter().count() {
        1 => Ok(()),
        0 if version == Version::HTTP_10 => Ok(()),
        found => Err(Problem::bad_request(
            format!("须有且只有一个 Host，收到 {found} 个"),
            format!("exactly one Host is needed, {found} came"),
        )),
    }
}

fn check_length(headers: &HeaderMap, route: &RouteLimits) -> Result<(), Problem> {
    if headers.contains_key(header::TRANSFER_ENCODING) && route.body_length == BodyLength::Required {
        let en = "a chunked body is not taken here; send Content-Length";
        return Err(Problem::new(Kind::LengthRequired, "此处不接受分块正文；请发送 Content-Length", en));
    }
    let Some(length) = headers.get(header::CONTENT_LENGTH) else { return Ok(()) };
    let bytes: u64 = length.to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(|| {
        Problem::bad_request("Content-Length 不是整数", "Content-Length is no whole number below 2^64")
    })?;
    if bytes > route.max_body_bytes {
        return Err(Problem::content_too_large(route.body_limit, route.max_body_bytes));
    }
    Ok(())
}

/// Whether `value` is `*` or a list of entity tags (RFC 9110, 8.8.3).
fn is_entity_tags(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let is_tag = |tag: &str| {
        let tag = tag.trim();
        let quoted = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        quoted.is_some_and(|opaque| opaque.chars().all(|c| c != '"' && !c.is_whitespace() && !c.is_control()))
    };
    text.trim() == "*" || text.split(',').all(is_tag)
}

async fn run(mut request: Request, route: &RouteLimits, limits: &Limits, routes: Router) -> Response {
    if !request.body().is_end_stream() {
        let body = std::mem::take(request.body_mut());
        *request.body_mut() = Body::new(BoundedBody::new(body, limits, route));
    }
    match timeout(route.answer_within, AssertUnwindSafe(routes.oneshot(request)).catch_unwind()).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Err(panic)) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
            tracing::error!(panic = text, "a request panicked");
            Problem::internal_unexplained().into_response()
        }
        Err(_) => {
            let within_s = route.answer_within.as_secs();
            let zh = format!("处理超过 {within_s} 秒，已中止");
            Problem::new(Kind::TookTooLong, zh, format!("the answer was not ready within {within_s} s"))
                .header(header::RETRY_AFTER, "30")
                .into_response()
        }
    }
}

/// Writes a problem with its place, and turns every other failure, whoever made it, into a problem.
fn explain(mut response: Response, method: &http::Method, occurrence: &Occurrence) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = response.extensions_mut().remove::<Problem>();
    let is_written = response.headers().get(header::CONTENT_TYPE).is_some_and(|media| media == PROBLEM_JSON);
    if problem.is_none() && is_written {
        return response;
    }
    let problem = problem.unwrap_or_else(|| bare(&response, method, occurrence));
    let mut written = problem.respond(occurrence);
    for (name, value) in response.headers() {
        let of_old_body =
            [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ETAG].contains(name);
        if !of_old_body && !written.headers().contains_key(name) {
            written.headers_mut().append(name, value.clone());
        }
    }
    written
}

/// The problem for an answer of the framework that has a status and perhaps a text of its own.
fn bare(response: &Response, method: &http::Method, occurrence: &Occurrence) -> Problem {
    let path = occurrence.instance.as_deref().unwrap_or_default();
    let words = Kind::from_status(response.status()).words();
    match Kind::from_status(response.status()) {
        Kind::NotFound => Problem::not_found(format!("没有地址 {path}"), format!("there is no address {path}")),
        kind @ Kind::MethodNotAllowed => {
            let allow = response.headers().get(header::ALLOW).and_then(|allow| allow.to_str().ok()).unwrap_or_default();
            let method = printable(method.as_str());
            let zh = format!("{path} 不接受 {method}；可用：{allow}");
            Problem::new(kind, zh, format!("{path} does not take {method}; allowed: {allow}")).with("allowed", allow)
        }
        // The framework says 422 of a body of another shape; that is no broken rule of ours, and has no findings.
        Kind::RulesBroken => {
            Problem::bad_request("正文的结构与所要的不符", "the body does not have the shape that is needed")
        }
        Kind::Internal => Problem::internal_unexplained(),
        kind => Problem::new(kind, words.title_zh, words.title_en),
    }
}

fn dress(mut response: Response, id: &RequestId, state: &ShellState) -> Response {
    let failed = !response.status().is_success() && !response.status().is_redirection();
    let headers = response.headers_mut();
    let is_html = headers.get(header::CONTENT_TYPE).is_some_and(|media| media.as_bytes().starts_with(b"text/html"));
    headers.insert(X_REQUEST_ID, id.header());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.remove(header::SERVER);
    if let Some(edition) = state.edition() {
        headers.entry(X_EDITION).or_insert_with(|| HeaderValue::from(edition));
    }
    if let Some(stale_s) = state.stale_s()
        // What may be kept for ever is never stale, and would be kept with the mark.
        && headers.get(header::CACHE_CONTROL).is_none_or(|keeping| !keeping.as_bytes().ends_with(b"immutable"))
    {
        headers.insert(X_DATA_STALE, HeaderValue::from(stale_s));
    }
    if is_html {
        let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    if failed {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_quoted_or_a_star() {
        for good in ["*", "\"a\"", "W/\"a\"", "\"a\", \"b\"", "\"\"", " \"1-gz\" "] {
            assert!(is_entity_tags(good.as_bytes()), "{good}");
        }
        for bad in ["", "a", "\"a", "a\"", "\"a\" \"b\"", "\"a\",", "\"\\", "*,\"a\"", "\"a b\""] {
            assert!(!is_entity_tags(bad.as_bytes()), "{bad}");
        }
        assert!(!is_entity_tags(b"\"\\\xff"));
    }
}
