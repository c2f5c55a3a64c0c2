//! The query string, read strictly: what is not understood is refused, with the name of the parameter and what is allowed.

use std::convert::Infallible;
use std::ops::RangeInclusive;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::percent::{Plus, decode};
use super::problem::{Problem, printable};

/// Most parameters in one query.
const MAX_PARAMETERS: usize = 64;
/// Longest text of a number.
const MAX_NUMBER_CHARS: usize = 40;

/// The query of a request, unread. It gives its values only after [`RawQuery::allow`] has named what it may hold.
#[derive(Debug, Clone, Default)]
pub struct RawQuery(String);

/// A decoded query.
///
/// **Invariant**: every name is one of the allowed ones and stands once.
#[derive(Debug, Clone)]
pub struct Query {
    pairs: Vec<(&'static str, String)>,
    allowed: &'static [&'static str],
}

impl<S: Sync> FromRequestParts<S> for RawQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.uri.query().unwrap_or_default().to_owned()))
    }
}

impl RawQuery {
    /// A query from its text, without the question mark.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Decodes the query; a name that is not in `allowed`, or stands twice, is refused.
    pub fn allow(&self, allowed: &'static [&'static str]) -> Result<Query, Problem> {
        let mut pairs: Vec<(&'static str, String)> = Vec::new();
        for pair in self.0.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name, Plus::Space).map_err(|error| {
                let shown = printable(name);
                let zh = format!("参数名 {shown}：{}", error.zh());
                Problem::bad_parameter(&shown, zh, format!("parameter name {shown}: {error}"), allowed)
            })?;
            let known = allowed.iter().find(|known| **known == name).ok_or_else(|| unknown(&name, allowed))?;
            if pairs.iter().any(|(seen, _)| seen == known) {
                let zh = format!("参数 {name} 出现了不止一次");
                return Err(Problem::bad_parameter(
                    known,
                    zh,
                    format!("parameter {name} stands more than once"),
                    "once",
                ));
            }
            let value = decode(value, Plus::Space).map_err(|error| {
                let zh = format!("参数 {name}：{}", error.zh());
                Problem::bad_parameter(known, zh, format!("parameter {name}: {error}"), "percent-encoded UTF-8")
            })?;
            if pairs.len() == MAX_PARAMETERS {
                let zh = format!("参数多于 {MAX_PARAMETERS} 个");
                return Err(Problem::bad_request(zh, format!("more than {MAX_PARAMETERS} parameters")));
            }
            pairs.push((known, value));
        }
        Ok(Query { pairs, allowed })
    }
}

impl Query {
    /// The text of `name`; `Some("")` when it stands without a value.
    pub fn text(&self, name: &str) -> Option<&str> {
        debug_assert!(self.allowed.contains(&name), "{name} is read but not allowed");
        self.pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The text of `name`, of 1 to `max` characters.
    pub fn short_text(&self, name: &str, max: usize) -> Result<Option<&str>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let chars = text.chars().count();
        if (1..=max).contains(&chars) {
            return Ok(Some(text));
        }
        let zh = format!("参数 {name} 有 {chars} 个字符；应为 1 至 {max} 个");
        let en = format!("parameter {name} has {chars} characters; 1 to {max} are allowed");
        Err(Problem::bad_parameter(name, zh, en, format!("1 to {max} characters")))
    }

    /// A finite decimal number: `-12.5`, `1e-7`; no sign `+`, no `NaN`, no infinity, no hexadecimal, no blanks.
    pub fn f64(&self, name: &str) -> Result<Option<f64>, Problem> {
        self.text(name)
            .map(|text| {
                decimal(text).ok_or_else(|| bad_value(name, text, ("有限的十进制数", "a finite decimal number")))
            })
            .transpose()
    }

    /// A finite decimal number in `range`.
    pub fn f64_in(&self, name: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, Problem> {
        match self.f64(name)? {
            Some(number) if !range.contains(&number) => {
                let (first, last) = (range.start(), range.end());
                let allowed = (&*format!("{first} 至 {last} 的数"), &*format!("a number from {first} to {last}"));
                Err(bad_value(name, self.text(name).unwrap_or_default(), allowed))
            }
            number => Ok(number),
        }
    }

    /// Exactly `N` finite decimal numbers with commas between them.
    pub fn f64s<const N: usize>(&self, name: &str) -> Result<Option<[f64; N]>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let refuse = || {
            let en = format!("{N} finite decimal numbers with commas between them");
            bad_value(name, text, (&format!("{N} 个有限的十进制数，用逗号分开"), &en))
        };
        let mut numbers = [0.0; N];
        let mut parts = text.split(',');
        for number in &mut numbers {
            *number = parts.next().and_then(decimal).ok_or_else(refuse)?;
        }
        if parts.next().is_some() { Err(refuse()) } else { Ok(Some(numbers)) }
    }

    /// A whole number in `range`, ASCII digits only.
    pub fn u32_in(&self, name: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match whole(text) {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            _ => {
                let (first, last) = (range.start(), range.end());
                let en = format!("a whole number from {first} to {last}");
                Err(bad_value(name, text, (&format!("{first} 至 {last} 的整数"), &en)))
            }
        }
    }

    /// `true` or `false`.
    pub fn bool(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.one_of(name, &[("true", true), ("false", false)])
    }

    /// One of the words in `choices`, as its value.
    pub fn one_of<T: Clone>(&self, name: &str, choices: &[(&str, T)]) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let chosen = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| value.clone());
        chosen.map(Some).ok_or_else(|| {
            let words = choices.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            bad_value(name, text, (&words, &words))
        })
    }

    /// `value`, or the problem that `name` is missing.
    pub fn need<T>(&self, name: &str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or_else(|| {
            let en = format!("parameter {name} is missing");
            Problem::bad_parameter(name, format!("缺少参数 {name}"), en, self.allowed)
        })
    }
}

/// The problem that `text` is no good value of the parameter `name`; `zh` and `en` say what is.
pub fn bad_value(name: &str, text: &str, (zh, en): (&str, &str)) -> Problem {
    let shown = printable(text);
    let detail_zh = format!("参数 {name} 的值 \"{shown}\" 不可用；允许：{zh}");
    let detail_en = format!("parameter {name} is \"{shown}\"; allowed: {en}");
    Problem::bad_parameter(name, detail_zh, detail_en, en)
}

/// A `u32` written in ASCII digits and nothing else.
pub fn whole(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= MAX_NUMBER_CHARS && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A finite number: optional minus, digits, optional fraction, optional exponent.
pub fn decimal(text: &str) -> Option<f64> {
    if text.len() > MAX_NUMBER_CHARS {
        return None;
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['-', '+']).unwrap_or(exponent)),
        None => (unsigned, "0"),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let well_formed = is_digits(integer) && is_digits(fraction) && is_digits(exponent);
    if well_formed { text.parse::<f64>().ok().filter(|number| number.is_finite()) } else { None }
}

fn unknown(name: &str, allowed: &'static [&'static str]) -> Problem {
    let shown = printable(name);
    let list = allowed.join(", ");
    let (zh, en) = if allowed.is_empty() { ("无", "none") } else { (&*list, &*list) };
    let (zh, en) = (format!("未知参数 {shown}；允许：{zh}"), format!("unknown parameter {shown}; allowed: {en}"));
    Problem::bad_parameter(&shown, zh, en, allowed)
}

#[cfg(test)]
mod tests {
    use super::super::problem::Occurrence;
    use super::*;
    use proptest::prelude::*;

    const ALLOWED: &[&str] = &["lon", "limit", "q", "bbox"];

    #[track_caller]
    fn refused<T: std::fmt::Debug>(result: Result<T, Problem>, parameter: &str) {
        let problem = result.expect_err("refused").json(&Occurrence::default());
        assert_eq!(problem["status"], 400);
        assert_eq!(problem["parameter"], parameter);
        assert!(!problem["allowed"].is_null(), "{problem}");
    }

    fn query(text: &str) -> Query {
        RawQuery::new(text).allow(ALLOWED).expect("a good query")
    }

    #[test]
    fn unknown_repeated_and_malformed_parameters_are_named() {
        refused(RawQuery::new("lon=1&nope=2").allow(ALLOWED), "nope");
        refused(RawQuery::new("lon=1&lon=1").allow(ALLOWED), "lon");
        refused(RawQuery::new("q=%ff").allow(ALLOWED), "q");
        refused(RawQuery::new("q=%00").allow(ALLOWED), "q");
        refused(RawQuery::new("q=%2").allow(ALLOWED), "q");
        refused(RawQuery::new("%6con=1").allow(&["q"]), "lon");
        refused(RawQuery::new("%zz=1").allow(ALLOWED), "%zz");
        assert!(RawQuery::new("a=1").allow(&[]).is_err());
        assert!(RawQuery::new("").allow(&[]).is_ok());
    }

    #[test]
    fn empty_pieces_are_nothing_and_a_bare_name_is_an_empty_text() {
        let query = query("&q&&%6con=1&");
        assert_eq!(query.text("q"), Some(""));
        assert_eq!(query.text("lon"), Some("1"));
        assert_eq!(query.text("limit"), None);
    }

    #[test]
    fn decimals_are_finite_and_plain() {
        for (text, number) in [("119.05", 119.05), ("-0.5", -0.5), ("1e-7", 1e-7), ("0", 0.0), ("12E+1", 120.0)] {
            assert_eq!(decimal(text), Some(number), "{text}");
        }
        for text in [
            "",
            " 1",
            "1 ",
            "+1",
            "NaN",
            "nan",
            "inf",
            "-Infinity",
            "1e400",
            "-1e309",
            "0x68",
            "1,5",
            "1.",
            ".5",
            "1e",
            "--1",
            "１２",
            "1_0",
            "104);--",
            "1.2.3",
            "0000000000000000000000000000000000000000001",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
        refused(query("lon=NaN").f64("lon"), "lon");
        refused(query("lon=181").f64_in("lon", -180.0..=180.0), "lon");
        assert_eq!(query("lon=180").f64_in("lon", -180.0..=180.0).unwrap(), Some(180.0));
    }

    #[test]
    fn whole_numbers_are_ascii_digits() {
        assert_eq!(whole("4294967295"), Some(u32::MAX));
        for text in ["", "4294967296", "18446744073709551616", "+1", "-1", "1e3", "0x10", "１", "1 ", "1.0"] {
            assert_eq!(whole(text), None, "{text}");
        }
        refused(query("limit=0").u32_in("limit", 1..=10), "limit");
        refused(query("limit=ten").u32_in("limit", 1..=10), "limit");
        assert_eq!(query("limit=10").u32_in("limit", 1..=10).unwrap(), Some(10));
        assert_eq!(query("").u32_in("limit", 1..=10).unwrap(), None);
    }

    #[test]
    fn words_lists_texts_and_missing_ones() {
        refused(query("q=yes").bool("q"), "q");
        assert_eq!(query("q=true").bool("q").unwrap(), Some(true));
        assert_eq!(query("bbox=1,2,-3,4e0").f64s("bbox").unwrap(), Some([1.0, 2.0, -3.0, 4.0]));
        refused(query("bbox=1,2,3").f64s::<4>("bbox"), "bbox");
        refused(query("bbox=1,2,3,4,5").f64s::<4>("bbox"), "bbox");
        refused(query("q=").short_text("q", 3), "q");
        refused(RawQuery::new("q=a%00").allow(ALLOWED), "q");
        refused(query("q=网网网网").short_text("q", 3), "q");
        assert_eq!(query("q=%E7%BD%91").short_text("q", 3).unwrap(), Some("网"));
        let query = query("");
        refused(query.need("lon", query.f64("lon").unwrap()), "lon");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_and_decimals_agree_with_std(text in ".{0,60}") {
            let _ = RawQuery::new(text.clone()).allow(ALLOWED);
            if let Some(number) = decimal(&text) {
                prop_assert_eq!(text.parse::<f64>(), Ok(number));
            }
        }
    }
}
