//! What a client takes: media types by `Accept`, codings by `Accept-Encoding` (RFC 9110, 12.5).

use http::{
    HeaderMap, HeaderName,
    header::{ACCEPT, ACCEPT_ENCODING},
};

use super::problem::Problem;
use crate::app::tiles::Encoding;

/// Everything that is as welcome as can be, in thousandths.
const FULL: u16 = 1000;

/// Media type of a vector tile.
pub const MVT: &str = "application/vnd.mapbox-vector-tile";

/// What clients name when they mean one of our media types: names of its wire format, or of any bytes. Answers carry our name.
const OTHER_NAMES: [(&str, [&str; 2]); 1] = [(MVT, ["application/x-protobuf", "application/octet-stream"])];

/// The media types that a client takes.
pub struct MediaTypes(Vec<Wish>);

impl MediaTypes {
    /// Those of `Accept`; without it, all.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        wishes(headers, &ACCEPT).map(Self)
    }

    /// How much `name` is liked, in thousandths: as the closest of the ranges says that it is in; 0 for not at all.
    pub fn quality(&self, name: &str) -> u16 {
        if self.0.is_empty() {
            return FULL;
        }
        let closeness = |wish: &Wish| match wish.name.as_str() {
            "*/*" => Some(0),
            range if range.strip_suffix("/*").is_some_and(|range| is_below(name, range)) => Some(1),
            range if range == name => Some(2),
            _ => None,
        };
        let fitting = self.0.iter().filter_map(|wish| Some((closeness(wish)?, wish.quality)));
        fitting.max_by_key(|&(closeness, _)| closeness).map_or(0, |(_, quality)| quality)
    }

    /// Whether an answer of the type `name` is welcome: itself, or by another of its names where nothing is said of itself.
    fn welcome(&self, name: &str) -> bool {
        let named = |name: &str| self.0.iter().find(|wish| wish.name == name).map(|wish| wish.quality);
        let others = OTHER_NAMES.iter().filter(|(ours, _)| *ours == name).flat_map(|(_, others)| others);
        self.quality(name) > 0
            || named(name).is_none() && others.filter_map(|other| named(other)).any(|quality| quality > 0)
    }
}

/// Refuses a client that does not take `name`: 406 with the list of what there is.
pub fn accepts(headers: &HeaderMap, name: &str) -> Result<(), Problem> {
    if MediaTypes::of(headers)?.welcome(name) { Ok(()) } else { Err(Problem::not_acceptable(&[name])) }
}

/// The coding that the client likes best, of equals the smallest; without `Accept-Encoding` none. 406 when it takes none of
/// them and not even a plain answer.
pub fn encoding(headers: &HeaderMap) -> Result<Encoding, Problem> {
    /// Below every quality that can be said, above 0: plain answers are taken unless they are refused.
    const UNSAID: f32 = 0.5;
    let wishes = wishes(headers, &ACCEPT_ENCODING)?;
    let said = |encoding: Encoding| {
        let named = wishes.iter().find(|wish| wish.name == name_of(encoding) || wish.name == alias_of(encoding));
        named.or_else(|| wishes.iter().find(|wish| wish.name == "*")).map(|wish| f32::from(wish.quality))
    };
    let mut best = (0.0, None);
    for encoding in [Encoding::Zstd, Encoding::Gzip, Encoding::Identity] {
        let unsaid = if encoding == Encoding::Identity { UNSAID } else { 0.0 };
        let quality = said(encoding).unwrap_or(unsaid);
        if quality > best.0 {
            best = (quality, Some(encoding));
        }
    }
    best.1.ok_or_else(|| Problem::not_acceptable(&[Encoding::Zstd, Encoding::Gzip, Encoding::Identity].map(name_of)))
}

/// Whether the client takes a content coding, by name or by `*`.
pub fn takes(headers: &HeaderMap, coding: &str) -> Result<bool, Problem> {
    let wishes = wishes(headers, &ACCEPT_ENCODING)?;
    let named = wishes.iter().find(|wish| wish.name == coding);
    Ok(named.or_else(|| wishes.iter().find(|wish| wish.name == "*")).is_some_and(|wish| wish.quality > 0))
}

/// The coding's name in headers.
pub const fn name_of(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Identity => "identity",
        Encoding::Gzip => "gzip",
        Encoding::Zstd => "zstd",
    }
}

/// Its older name.
const fn alias_of(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Gzip => "x-gzip",
        other => name_of(other),
    }
}

fn is_below(name: &str, range: &str) -> bool {
    name.strip_prefix(range).is_some_and(|rest| rest.starts_with('/'))
}

/// One element of such a header.
struct Wish {
    /// In lower case.
    name: String,
    /// In thousandths.
    quality: u16,
}

fn wishes(headers: &HeaderMap, header: &HeaderName) -> Result<Vec<Wish>, Problem> {
    let mut wishes = Vec::new();
    for value in headers.get_all(header) {
        let text = value
            .to_str()
            .map_err(|_| Problem::bad_request(format!("{header} 不是 ASCII"), format!("{header} is not ASCII")))?;
        wishes.extend(text.split(',').map(str::trim).filter(|wish| !wish.is_empty()).map(Wish::parse));
    }
    Ok(wishes)
}

impl Wish {
    /// An element as it is written; a quality that is none counts as 1.
    fn parse(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let quality = quality.and_then(|text| text.parse::<f64>().ok()).filter(|quality| (0.0..=1.0).contains(quality));
        Self { name, quality: quality.map_or(FULL, |quality| (quality * f64::from(FULL)).ceil() as u16) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Encoding::{Gzip, Identity, Zstd};

    fn headers(name: HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().expect("a value"))).collect()
    }

    #[track_caller]
    fn check_encoding(values: &[&str], expected: Option<Encoding>) {
        let found = encoding(&headers(ACCEPT_ENCODING, values)).map_err(|problem| problem.status().as_u16());
        assert_eq!(found, expected.ok_or(406), "{values:?}");
    }

    #[test]
    fn the_coding_that_is_liked_best_is_taken_and_406_is_the_last_resort() {
        check_encoding(&[], Some(Identity));
        check_encoding(&[""], Some(Identity));
        check_encoding(&["gzip, deflate, br"], Some(Gzip));
        check_encoding(&["gzip, deflate, br, zstd"], Some(Zstd));
        check_encoding(&["x-gzip"], Some(Gzip));
        check_encoding(&["GZIP;Q=0.3"], Some(Gzip));
        check_encoding(&["zstd;q=0.5, gzip;q=0.8"], Some(Gzip));
        check_encoding(&["zstd;q=0.5", "gzip ; q=0.8"], Some(Gzip));
        check_encoding(&["gzip;q=0.5, identity;q=0.8"], Some(Identity));
        check_encoding(&["gzip;q=0.001"], Some(Gzip));
        check_encoding(&["gzip;q=0.0001"], Some(Gzip));
        check_encoding(&["br"], Some(Identity));
        check_encoding(&["gzip;q=0"], Some(Identity));
        check_encoding(&["*"], Some(Zstd));
        check_encoding(&["*;q=0.5, zstd;q=0"], Some(Gzip));
        check_encoding(&["*;q=0, identity"], Some(Identity));
        check_encoding(&["*;q=0, gzip"], Some(Gzip));
        check_encoding(&["identity;q=0, *"], Some(Zstd));
        check_encoding(&["identity;q=0, gzip;q=0.1"], Some(Gzip));
        check_encoding(&["identity;q=0"], None);
        check_encoding(&["*;q=0"], None);
        check_encoding(&["identity;q=0, br"], None);
        check_encoding(&["gzip;q=high"], Some(Gzip));
        check_encoding(&[";;;, ,q=1"], Some(Identity));
    }

    #[test]
    fn a_media_type_is_taken_when_the_closest_range_takes_it() {
        let taken = |values: &[&str]| accepts(&headers(ACCEPT, values), "text/event-stream").is_ok();
        for values in [
            &[][..],
            &[""],
            &["*/*"],
            &["text/*;q=0.1"],
            &["image/png", "Text/Event-Stream"],
            &["*/*;q=0, text/event-stream;q=0.5"],
        ] {
            assert!(taken(values), "{values:?}");
        }
        for values in [&["text/html"][..], &["*/*;q=0"], &["*/*, text/event-stream;q=0"], &["tex/*"], &["text"]] {
            assert!(!taken(values), "{values:?}");
        }
        let mut odd = HeaderMap::new();
        odd.insert(ACCEPT, http::HeaderValue::from_bytes(b"\xff").expect("a value"));
        assert_eq!(accepts(&odd, "text/plain").expect_err("no ASCII").status(), 400);
    }

    #[test]
    fn a_vector_tile_is_taken_by_its_other_names_unless_it_is_refused_by_its_own() {
        let taken = |values: &[&str], name: &str| accepts(&headers(ACCEPT, values), name).is_ok();
        for values in [
            &["application/x-protobuf"][..],
            &["application/octet-stream;q=0.1"],
            &["image/png", "Application/X-Protobuf"],
            &["*/*;q=0, application/x-protobuf"],
            &["application/x-protobuf;q=0, application/octet-stream"],
            &["application/x-protobuf;q=0, */*"],
        ] {
            assert!(taken(values, MVT), "{values:?}");
        }
        for values in [
            &["application/x-protobuf;q=0"][..],
            &["application/x-protobuf", "application/vnd.mapbox-vector-tile;q=0"],
            &["*/*, application/vnd.mapbox-vector-tile;q=0"],
            &["application/protobuf"],
            &["application/octet-stream2"],
        ] {
            assert!(!taken(values, MVT), "{values:?}");
        }
        assert!(!taken(&["application/octet-stream"], "application/json"), "no other type has these names");
    }

    #[test]
    fn a_coding_is_taken_by_name_or_by_star_unless_its_quality_is_zero() {
        let taken = |values: &[&str]| takes(&headers(ACCEPT_ENCODING, values), "gzip").expect("ASCII");
        for values in [&["gzip"][..], &["br, GZIP"], &["gzip;q=0.1"], &["*"], &["br;q=1.0", "*;q=0.5"], &["gzip; q=1"]]
        {
            assert!(taken(values), "{values:?}");
        }
        for values in [&[][..], &[""], &["br"], &["identity"], &["gzip;q=0"], &["gzip;q=0.0, *"], &["*;q=0"]] {
            assert!(!taken(values), "{values:?}");
        }
    }
}
