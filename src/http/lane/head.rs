//! The head of a request that may be answered on the lane.

use crate::http::express::Ask;

/// Most header lines of a request on the lane; who sends more goes the long way.
const MAX_HEADERS: usize = 24;

/// Headers that change nothing of an answer at once. A request with any other goes the long way, where it is looked at.
const WITHOUT_EFFECT: [&str; 12] = [
    "user-agent",
    "accept",
    "accept-language",
    "referer",
    "traceparent",
    "tracestate",
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// A whole head, of a plain GET without a body.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// What is asked.
    pub ask: Ask<'a>,
    /// The client's own id of its request, unchecked.
    pub request_id: Option<&'a [u8]>,
    /// Bytes of the head.
    pub bytes: usize,
}

impl<'a> Head<'a> {
    /// The head at the start of `bytes`.
    ///
    /// `None` when it is not whole, and for whatever is not a GET of HTTP/1.1 with one `Host`, a target of ASCII without
    /// brackets and quotes, and no header but those known to have no effect: hyper reads it then, and says what is wrong.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let Ok(httparse::Status::Complete(length)) = request.parse(bytes) else { return None };
        if request.method != Some("GET") || request.version != Some(1) {
            return None;
        }
        let target = request.path.filter(|target| target.bytes().all(is_plain))?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (mut hosts, mut names_encodings, mut request_id) = (0, false, None);
        for header in request.headers.iter() {
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            if is("host") {
                hosts += 1;
            } else if is("accept-encoding") {
                names_encodings = true;
            } else if is("connection") {
                if !header.value.eq_ignore_ascii_case(b"keep-alive") {
                    return None;
                }
            } else if is("x-request-id") {
                if request_id.replace(header.value).is_some() {
                    return None;
                }
            } else if !WITHOUT_EFFECT.into_iter().any(is) {
                return None;
            }
        }
        let ask = Ask { path, query, names_encodings };
        (hosts == 1).then_some(Self { ask, request_id, bytes: length })
    }
}

/// Whether `byte` stands for itself in a target, wherever it stands, or begins an escape.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/?&=%+-._~:,".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "GET /lookup?lon=1&lat=2 HTTP/1.1\r\nHost: a\r\n";

    fn with(lines: &str) -> String {
        format!("{PLAIN}{lines}\r\n")
    }

    #[test]
    fn a_plain_get_is_read() {
        let text =
            with("user-agent: x\r\nX-Request-Id: abcdefgh\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip\r\n");
        let twice = format!("{text}{text}");
        let head = Head::parse(twice.as_bytes()).expect("a plain head");
        assert_eq!((head.ask.path, head.ask.query), ("/lookup", "lon=1&lat=2"));
        assert!(head.ask.names_encodings);
        assert_eq!(head.request_id, Some(b"abcdefgh".as_slice()));
        assert_eq!(head.bytes, text.len());
        assert!(!Head::parse(with("").as_bytes()).expect("a plain head").ask.names_encodings);
    }

    #[test]
    fn what_is_not_plain_goes_the_long_way() {
        for lines in [
            "Host: b\r\n",
            "Connection: close\r\n",
            "Connection: keep-alive, upgrade\r\n",
            "Content-Length: 0\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Expect: 100-continue\r\n",
            "X-Request-Id: abcdefgh\r\nX-Request-Id: abcdefgi\r\n",
            "If-None-Match: *\r\n",
            "X-Api-Key: k\r\n",
            "Authorization: Bearer k\r\n",
            "Content-Encoding: gzip\r\n",
            "bad header\r\n",
        ] {
            assert!(Head::parse(with(lines).as_bytes()).is_none(), "{lines}");
        }
        for text in [
            "",
            "GET /lookup",
            PLAIN,
            "GET /lookup HTTP/1.1\r\n\r\n",
            "GET /lookup HTTP/1.0\r\nHost: a\r\n\r\n",
            "HEAD /lookup HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /lookup HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /lookup?a=<b> HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /lookup#x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /\u{5f20} HTTP/1.1\r\nHost: a\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ] {
            assert!(Head::parse(text.as_bytes()).is_none(), "{text}");
        }
        let many = "Via: a\r\n".repeat(MAX_HEADERS);
        assert!(Head::parse(with(&many).as_bytes()).is_none());
    }
}
