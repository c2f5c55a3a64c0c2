//! Who may write before there is sign-in: from this machine anybody, from elsewhere who has the key.

use std::net::{IpAddr, SocketAddr};

use axum::http::Method;
use http::HeaderMap;
use http::header::{AUTHORIZATION, FORWARDED, HOST, HeaderName, ORIGIN, VIA};
use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::config::{ApiKey, PublicUrl};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Headers that say that somebody stands between us and the client.
const FORWARDING: [HeaderName; 6] = [
    FORWARDED,
    VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];
/// Addresses whose unsafe methods change nothing.
const READS_BY_POST: [&str; 3] = ["/assignments", "/lookup", "/lookup/addresses"];

/// What the decision depends on, for the whole life of the server.
#[derive(Debug, Clone)]
pub struct WritePolicy {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The address users see, if it was set.
    pub public_url: Option<PublicUrl>,
    /// The key, if one was set.
    pub api_key: Option<ApiKey>,
}

impl WritePolicy {
    /// Whether this request may go on; the problem says why not.
    ///
    /// A request that changes nothing always may. A key is needed when one is set, when the server is bound beyond loopback or has a
    /// public address, when the request was forwarded, and when its `Host` is not this machine (a foreign page that
    /// re-bound its name to 127.0.0.1). A browser on a foreign page is refused even with a key.
    pub fn check(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), Problem> {
        let is_post_read = method == Method::POST && READS_BY_POST.contains(&path);
        if method.is_safe() || is_post_read {
            return Ok(());
        }
        if self.is_from_foreign_page(headers) {
            let en = "the request comes from a page of another site; writes are taken from pages of this one only";
            return Err(Problem::forbidden("请求来自其他网站的页面；只接受本站页面的写入", en));
        }
        let local = self.listen.ip().is_loopback() && self.public_url.is_none() && !is_forwarded(headers);
        let Some(key) = &self.api_key else {
            if local && names_this_machine(headers) {
                return Ok(());
            }
            let en = "writes from elsewhere are closed: the server has no key; start it with ONEMAP_API_KEY";
            return Err(Problem::forbidden("未设置密钥，不接受外来写入；请设置 ONEMAP_API_KEY 后启动", en));
        };
        match given_key(headers) {
            Some(given) if equal(given, key.secret()) => Ok(()),
            Some(_) => Err(Problem::unauthorized("密钥不正确", "the key is not the right one")),
            None => {
                let en = "a write needs the key, as Authorization: Bearer KEY";
                Err(Problem::unauthorized("写入需要密钥：Authorization: Bearer 密钥", en))
            }
        }
    }

    fn is_from_foreign_page(&self, headers: &HeaderMap) -> bool {
        if headers.get(SEC_FETCH_SITE).is_some_and(|site| site == "cross-site") {
            return true;
        }
        let Some(origin) = headers.get(ORIGIN) else { return false };
        let Ok(origin) = origin.to_str() else { return true };
        let is_public = self.public_url.as_ref().is_some_and(|url| url.origin() == origin);
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let is_same_host = host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, named)| named == host));
        !is_public && !is_same_host
    }
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDING.iter().any(|name| headers.contains_key(name))
}

/// Whether `Host` is a name or an address of loopback; a request without one came from a tool, not from a browser.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST) else { return true };
    let Ok(host) = host.to_str() else { return false };
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn given_key(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
    });
    bearer.or_else(|| headers.get(X_API_KEY).and_then(|value| value.to_str().ok()))
}

/// Compares digests, so that the time says nothing about how much of the key was right.
fn equal(given: &str, key: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const KEY: &str = "0123456789abcdef";

    fn policy(listen: &str, public_url: Option<&str>, api_key: Option<&str>) -> WritePolicy {
        WritePolicy {
            listen: listen.parse().unwrap(),
            public_url: public_url.map(|url| url.parse().unwrap()),
            api_key: api_key.map(|key| key.parse().unwrap()),
        }
    }

    #[track_caller]
    fn check(policy: &WritePolicy, request: (Method, &str), headers: &[(&'static str, &str)], expected: Option<u16>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let found = policy.check(&request.0, request.1, &map).err().map(|problem| problem.status().as_u16());
        assert_eq!(found, expected, "{request:?} {headers:?}");
    }

    const IMPORT: (Method, &str) = (Method::POST, "/imports");

    #[test]
    fn reads_are_free_everywhere() {
        let open = policy("0.0.0.0:80", Some("https://map.example"), Some(KEY));
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE] {
            check(&open, (method, "/imports"), &[], None);
        }
        check(&open, (Method::POST, "/lookup"), &[("origin", "https://other.example")], None);
        check(&open, (Method::POST, "/assignments"), &[("origin", "https://other.example")], None);
        check(&open, (Method::DELETE, "/lookup"), &[], Some(401));
        check(&open, (Method::POST, "/lookup/x"), &[], Some(401));
    }

    #[test]
    fn without_a_key_only_this_machine_writes() {
        let here = policy("127.0.0.1:8080", None, None);
        check(&here, IMPORT, &[("host", "127.0.0.1:8080")], None);
        check(&here, IMPORT, &[("host", "LocalHost:8080")], None);
        check(&here, IMPORT, &[("host", "[::1]:8080")], None);
        check(&here, IMPORT, &[("host", "127.0.0.1.evil.example")], Some(403));
        for forwarding in ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"]
        {
            check(&here, IMPORT, &[("host", "localhost"), (forwarding, "1.2.3.4")], Some(403));
        }
        check(&policy("0.0.0.0:8080", None, None), IMPORT, &[("host", "localhost")], Some(403));
        check(&policy("127.0.0.1:8080", Some("https://a.example"), None), IMPORT, &[("host", "localhost")], Some(403));
    }

    #[test]
    fn with_a_key_it_is_needed() {
        for policy in [policy("127.0.0.1:1", None, Some(KEY)), policy("0.0.0.0:1", Some("https://a.b"), Some(KEY))] {
            check(&policy, IMPORT, &[], Some(401));
            check(&policy, IMPORT, &[("authorization", "Bearer 0123456789abcdeX")], Some(401));
            check(&policy, IMPORT, &[("authorization", "Basic 0123456789abcdef")], Some(401));
            check(&policy, IMPORT, &[("authorization", "bearer 0123456789abcdef")], None);
            check(&policy, IMPORT, &[("x-api-key", KEY), ("x-forwarded-for", "1.2.3.4")], None);
        }
    }

    #[test]
    fn a_browser_on_a_foreign_page_is_refused() {
        let here = policy("127.0.0.1:8080", None, None);
        check(&here, IMPORT, &[("host", "localhost:8080"), ("origin", "http://localhost:8080")], None);
        check(&here, IMPORT, &[("host", "localhost:8080"), ("origin", "http://evil.example")], Some(403));
        check(&here, IMPORT, &[("host", "localhost:8080"), ("origin", "null")], Some(403));
        check(&here, IMPORT, &[("host", "localhost:8080"), ("sec-fetch-site", "cross-site")], Some(403));
        let public = policy("127.0.0.1:8080", Some("https://a.example/map"), Some(KEY));
        let key = ("x-api-key", KEY);
        check(&public, IMPORT, &[key, ("host", "127.0.0.1:8080"), ("origin", "https://a.example")], None);
        check(&public, IMPORT, &[key, ("host", "127.0.0.1:8080"), ("origin", "https://b.example")], Some(403));
    }
}
