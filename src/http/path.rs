//! The path of a request: checked as a whole before routing, its segments read strictly.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::percent::{Plus, decode};
use super::problem::{Problem, printable};
use super::query::whole;

/// Refuses a path that no address of ours can have: malformed escapes, no UTF-8, control characters,
/// dot segments, and slashes or backslashes that were hidden by an escape.
pub fn check(path: &str) -> Result<(), Problem> {
    let shown = || printable(path);
    let decoded = decode(path, Plus::Plus).map_err(|error| {
        Problem::bad_request(format!("地址 {}：{}", shown(), error.zh()), format!("path {}: {error}", shown()))
    })?;
    let slashes = |text: &str| text.matches('/').count();
    let hidden = slashes(&decoded) != slashes(path) || decoded.contains('\\');
    if hidden || decoded.split('/').any(|segment| segment == "." || segment == "..") {
        let zh = format!("地址 {} 含有 .、.. 或转义的斜杠", shown());
        let en = format!("path {} has a dot segment, or a slash or backslash in a segment", shown());
        return Err(Problem::bad_request(zh, en));
    }
    Ok(())
}

/// The variable segments of the matched route, decoded.
#[derive(Debug, Clone)]
pub struct Segments(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Segments {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::bad_request("地址无法解码", "the path cannot be decoded"))?;
        Ok(Self(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }
}

impl Segments {
    /// The text of the segment `{name}`.
    pub fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).expect("a handler reads only the segments its route names")
    }

    /// The segment `{name}` as a whole number: ASCII digits only; anything else is no address of ours, 404.
    pub fn u32(&self, name: &str) -> Result<u32, Problem> {
        self.u32_before(name, "")
    }

    /// The same, where `ending` may stand behind the number.
    pub fn u32_before(&self, name: &str, ending: &str) -> Result<u32, Problem> {
        let text = self.text(name);
        whole(text.strip_suffix(ending).unwrap_or(text)).ok_or_else(|| {
            let shown = printable(text);
            let zh = format!("地址中的 {name} 是 \"{shown}\"；应为整数");
            Problem::not_found(zh, format!("{name} in the path is \"{shown}\"; a whole number is needed"))
                .with("parameter", name)
                .with("allowed", "ASCII digits, 0 to 4294967295")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_refused_when_no_address_can_have_it() {
        for path in [
            "/%ff",
            "/%00",
            "/%2e%2e%2f",
            "/tiles/..%2f..%2fetc/passwd/0",
            "/a/../b",
            "/a/%2e%2e/b",
            "/./a",
            "/a%5cb",
            "/a%2Fb",
            "/%",
            "/%0d%0aX",
            "/..",
        ] {
            assert!(check(path).is_err(), "{path}");
        }
        for path in ["/", "/areas/350302001001", "/%E7%BD%91", "/a//b", "/a..b", "/...", "/%252e%252e%252f", "/a+b"] {
            assert!(check(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn whole_numbers_in_a_path_are_ascii_digits() {
        for text in ["", "-1", "+1", "1e3", "0x10", "１", "4294967296", "abc", "1.0"] {
            let segments = Segments(vec![("z".to_owned(), text.to_owned())]);
            assert_eq!(segments.u32("z").expect_err("refused").status(), 404, "{text}");
        }
        assert_eq!(Segments(vec![("z".to_owned(), "14".to_owned())]).u32("z").unwrap(), 14);
        for (text, expected) in [("14.mvt", Some(14)), ("14", Some(14)), ("14.mvt.mvt", None), (".mvt", None)] {
            let found = Segments(vec![("y".to_owned(), text.to_owned())]).u32_before("y", ".mvt");
            assert_eq!(found.ok(), expected, "{text}");
        }
    }
}
