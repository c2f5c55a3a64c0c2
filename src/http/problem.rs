//! Errors on the wire: RFC 9457, in Chinese and English. The only place that knows status codes.

pub mod kind;

use std::error::Error;
use std::fmt::Write as _;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

pub use kind::Kind;

use super::finding::FindingJson;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A refusal or a failure, ready to be sent.
///
/// Its address and request id are filled in by the shell, which knows them.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    kind: Kind,
    detail_zh: String,
    detail_en: String,
    extras: Map<String, Value>,
    headers: HeaderMap,
}

/// Where and in which request a problem arose.
#[derive(Debug, Clone, Default)]
pub struct Occurrence {
    /// The path that was asked for, as it was sent.
    pub instance: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
}

#[derive(Serialize)]
struct Wire<'a> {
    r#type: String,
    title: String,
    status: u16,
    detail: &'a str,
    detail_zh: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(flatten)]
    extras: &'a Map<String, Value>,
}

impl Problem {
    /// A problem of `kind` with its detail in both languages.
    pub fn new(kind: Kind, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let (detail_zh, detail_en) = (zh.into(), en.into());
        Self(Box::new(Parts { kind, detail_zh, detail_en, extras: Map::new(), headers: HeaderMap::new() }))
    }

    /// 400: the request as a whole cannot be parsed.
    pub fn bad_request(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::BadRequest, zh, en)
    }

    /// 400: the parameter `name` is wrong, as the two texts say; `allowed` says what is taken.
    pub fn bad_parameter(name: &str, zh: impl Into<String>, en: impl Into<String>, allowed: impl Serialize) -> Self {
        Self::new(Kind::BadParameter, zh, en).with("parameter", name).with("allowed", allowed)
    }

    /// 401: a key is missing or wrong.
    pub fn unauthorized(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::Unauthorized, zh, en).header(WWW_AUTHENTICATE, "Bearer")
    }

    /// 403.
    pub fn forbidden(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, zh, en)
    }

    /// 404.
    pub fn not_found(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, zh, en)
    }

    /// 406: only the media types in `allowed` can be given.
    pub fn not_acceptable(allowed: &[&str]) -> Self {
        let list = allowed.join(", ");
        Self::new(Kind::NotAcceptable, format!("可提供的格式：{list}"), format!("formats that can be given: {list}"))
            .with("allowed", allowed)
    }

    /// 409.
    pub fn conflict(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, zh, en)
    }

    /// 410: the area `code` was retired; `successors` are the codes that follow it.
    pub fn gone(code: &str, successors: &[String]) -> Self {
        Self::new(Kind::Gone, format!("{code} 已撤销"), format!("{code} is no longer in force"))
            .with("successors", successors)
    }

    /// 412: the precondition does not hold.
    pub fn precondition_failed(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::PreconditionFailed, zh, en)
    }

    /// 413: larger than the limit called `limit`, which is `limit_bytes`.
    pub fn content_too_large(limit: &str, limit_bytes: u64) -> Self {
        let zh = format!("正文超过 {limit_bytes} 字节（上限 {limit}）");
        let en = format!("the body is larger than {limit_bytes} bytes, the limit {limit}");
        Self::new(Kind::ContentTooLarge, zh, en).with("limit", limit).with("limit_bytes", limit_bytes)
    }

    /// 415: `found` is not one of the formats in `allowed`.
    pub fn unsupported_media_type(found: &str, allowed: &[&str]) -> Self {
        let (found, list) = (printable(found), allowed.join(", "));
        let zh = format!("不支持 {found}；可用：{list}");
        let en = format!("{found} is not taken; allowed: {list}");
        Self::new(Kind::UnsupportedMediaType, zh, en).with("allowed", allowed)
    }

    /// 422: it breaks rules, which are listed.
    pub fn rules_broken(findings: &[FindingJson]) -> Self {
        let errors = findings.iter().filter(|finding| finding.severity == "error").count();
        let zh = format!("共 {errors} 处必改；未应用任何内容");
        let en = format!("{errors} errors were found; nothing was applied");
        Self::new(Kind::RulesBroken, zh, en).with("findings", findings)
    }

    /// 428: `If-Match` is needed.
    pub fn precondition_required() -> Self {
        Self::new(Kind::PreconditionRequired, "缺少 If-Match", "If-Match is missing")
    }

    /// 429: more often than the limit called `limit`.
    pub fn too_many_requests(limit: &str, retry_after_s: u32) -> Self {
        Self::new(Kind::TooManyRequests, format!("超过上限 {limit}"), format!("beyond the limit {limit}"))
            .with("limit", limit)
            .header(RETRY_AFTER, &retry_after_s.to_string())
    }

    /// 500: our bug. `cause` goes to the log with its sources, never to the client.
    pub fn internal(cause: &dyn Error) -> Self {
        tracing::error!(cause = %chain(cause), "internal error");
        Self::internal_unexplained()
    }

    pub(super) fn internal_unexplained() -> Self {
        let en = "something in the service is broken; the log has the cause under this request id";
        Self::new(Kind::Internal, "服务内部出错；原因已按请求编号记入日志", en)
    }

    /// 503: a part is away; worth trying again after `retry_after_s` seconds.
    pub fn unavailable(zh: impl Into<String>, en: impl Into<String>, retry_after_s: u32) -> Self {
        Self::new(Kind::Unavailable, zh, en).header(RETRY_AFTER, &retry_after_s.to_string())
    }

    /// The same problem with the member `name` beside the standard ones.
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("members of a problem are plain values with text keys");
        self.0.extras.insert(name.to_owned(), value);
        self
    }

    /// The same problem with a response header; a value that cannot be a header is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.insert(name, value);
        }
        self
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.kind.words().status
    }

    /// The detail in English.
    pub fn detail(&self) -> &str {
        &self.0.detail_en
    }

    /// The problem as JSON; `occurrence` says where it arose.
    pub fn json(&self, occurrence: &Occurrence) -> Value {
        serde_json::to_value(self.wire(occurrence)).expect("a problem is a plain object")
    }

    /// The problem as a response that arose in `occurrence`.
    pub fn respond(&self, occurrence: &Occurrence) -> Response {
        let body = serde_json::to_vec(&self.wire(occurrence)).expect("a problem is a plain object");
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        response.headers_mut().extend(self.0.headers.clone());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        response
    }

    fn wire<'a>(&'a self, occurrence: &'a Occurrence) -> Wire<'a> {
        let words = self.0.kind.words();
        Wire {
            r#type: format!("/problems/{}", words.slug),
            title: format!("{} / {}", words.title_zh, words.title_en),
            status: words.status.as_u16(),
            detail: &self.0.detail_en,
            detail_zh: &self.0.detail_zh,
            instance: occurrence.instance.as_deref(),
            request_id: occurrence.request_id.as_deref(),
            extras: &self.0.extras,
        }
    }
}

impl IntoResponse for Problem {
    /// The problem without its place; the shell finds it in the extensions and writes it again with its place.
    fn into_response(self) -> Response {
        let mut response = self.respond(&Occurrence::default());
        response.extensions_mut().insert(self);
        response
    }
}

/// `text` as it may be shown in a detail: at most 80 characters, control characters replaced.
pub fn printable(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wire_form_is_rfc_9457_with_both_languages_and_typed_members() {
        let problem = Problem::bad_parameter("limit", "limit 过大", "limit is 99999", "1 to 10000");
        let place = Occurrence { instance: Some("/areas".to_owned()), request_id: Some("r-1".to_owned()) };
        let expected = json!({
            "type": "/problems/bad-parameter", "title": "参数有误 / A parameter is wrong", "status": 400,
            "detail": "limit is 99999", "detail_zh": "limit 过大", "instance": "/areas", "request_id": "r-1",
            "parameter": "limit", "allowed": "1 to 10000",
        });
        assert_eq!(problem.json(&place), expected);
    }

    #[test]
    fn findings_are_listed_and_errors_counted() {
        let error = FindingJson { severity: "error", ..FindingJson::default() };
        let hint = FindingJson { severity: "info", ..FindingJson::default() };
        let problem = Problem::rules_broken(&[error, hint]);
        assert_eq!(problem.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem.detail(), "1 errors were found; nothing was applied");
        assert_eq!(problem.json(&Occurrence::default())["findings"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn internal_cause_is_not_shown() {
        let secret = std::io::Error::other("postgres://root@10.0.0.1");
        assert!(!Problem::internal(&secret).json(&Occurrence::default()).to_string().contains("postgres"));
    }

    #[test]
    fn printable_cuts_and_replaces() {
        assert_eq!(printable("a\u{0}b\n"), "a\u{fffd}b\u{fffd}");
        assert_eq!(printable(&"网".repeat(81)).chars().count(), 81);
        assert_eq!(printable(&"网".repeat(80)).chars().count(), 80);
    }
}
