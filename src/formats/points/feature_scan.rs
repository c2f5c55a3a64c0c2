//! The ordinary Feature of a Point, read in one go.

use std::ops::Range;

use super::frame::skip_white;
use super::number::{Grammar, scan, scan_finite};

/// What the fast way found: the place, where `id` and `properties` stand (empty where there is none), and where it ends.
#[derive(Debug)]
pub(super) struct PlainFeature {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) id: Range<usize>,
    pub(super) properties: Range<usize>,
    pub(super) end: usize,
}

/// The property that answers are put under, and that an earlier answer is therefore taken from.
pub(super) const ANSWER_PROPERTY: &str = "onemap";

/// The Feature that `bytes` begins with when it is a plain one: `type`, `id`, `properties` and `geometry`, each at most
/// once; properties without escapes, nothing nested in them, none of them an answer; a Point of two or more numbers.
/// `None` says nothing but that the careful reader has to look.
#[inline]
pub(super) fn plain_feature(bytes: &[u8]) -> Option<PlainFeature> {
    const TYPE: u8 = 1;
    const ID: u8 = 2;
    const PROPERTIES: u8 = 4;
    const GEOMETRY: u8 = 8;
    if *bytes.first()? != b'{' {
        return None;
    }
    let mut found = PlainFeature { x: 0.0, y: 0.0, id: 0..0, properties: 0..0, end: 0 };
    let (mut seen, mut at) = (0_u8, 1);
    loop {
        at = skip_white(bytes, at);
        let rest = &bytes[at..];
        let member = if rest.starts_with(b"\"type\"") {
            at = after_colon(bytes, at + 6)?;
            at = literal(bytes, at, b"\"Feature\"")?;
            TYPE
        } else if rest.starts_with(b"\"geometry\"") {
            at = after_colon(bytes, at + 10)?;
            (found.x, found.y, at) = point(bytes, at)?;
            GEOMETRY
        } else if rest.starts_with(b"\"properties\"") {
            at = after_colon(bytes, at + 12)?;
            let end = properties(bytes, at)?;
            if bytes[at] == b'{' {
                found.properties = at..end;
            }
            at = end;
            PROPERTIES
        } else if rest.starts_with(b"\"id\"") {
            at = after_colon(bytes, at + 4)?;
            let end = match *bytes.get(at)? {
                b'"' => string(bytes, at)?,
                _ => at + scan(&bytes[at..], Grammar::Json)?.1,
            };
            found.id = at..end;
            at = end;
            ID
        } else {
            return None;
        };
        if seen & member != 0 {
            return None;
        }
        seen |= member;
        at = skip_white(bytes, at);
        match *bytes.get(at)? {
            b',' => at += 1,
            b'}' => break,
            _ => return None,
        }
    }
    found.end = at + 1;
    let carried = &bytes[found.properties.clone()];
    let is_plain = carried.len() <= 2 || std::str::from_utf8(carried).is_ok_and(|text| !text.contains(ANSWER_PROPERTY));
    let is_text = found.id.is_empty() || std::str::from_utf8(&bytes[found.id.clone()]).is_ok();
    (seen & (TYPE | GEOMETRY) == TYPE | GEOMETRY && is_plain && is_text).then_some(found)
}

/// Where the value begins whose name ends at `at`.
#[inline]
fn after_colon(bytes: &[u8], at: usize) -> Option<usize> {
    let at = skip_white(bytes, at);
    (*bytes.get(at)? == b':').then(|| skip_white(bytes, at + 1))
}

/// Where `text` ends that stands at `at`.
#[inline]
fn literal(bytes: &[u8], at: usize, text: &[u8]) -> Option<usize> {
    bytes[at..].starts_with(text).then_some(at + text.len())
}

/// Where the string ends that begins at `at`; `None` for one with escapes or control characters.
#[inline]
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? != b'"' {
        return None;
    }
    let start = at + 1;
    let length = bytes[start..].iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)?;
    (bytes[start + length] == b'"').then_some(start + length + 1)
}

/// The place of the Point that begins at `at`, and where it ends.
#[inline]
fn point(bytes: &[u8], at: usize) -> Option<(f64, f64, usize)> {
    if *bytes.get(at)? != b'{' {
        return None;
    }
    let (mut place, mut typed) = (None, false);
    let mut at = skip_white(bytes, at + 1);
    loop {
        let rest = &bytes[at..];
        if rest.starts_with(b"\"type\"") && !typed {
            at = after_colon(bytes, at + 6)?;
            at = literal(bytes, at, b"\"Point\"")?;
            typed = true;
        } else if rest.starts_with(b"\"coordinates\"") && place.is_none() {
            at = after_colon(bytes, at + 13)?;
            at = skip_white(bytes, literal(bytes, at, b"[")?);
            let (x, length) = scan_finite(&bytes[at..], Grammar::Json)?;
            at = skip_white(bytes, at + length);
            at = skip_white(bytes, literal(bytes, at, b",")?);
            let (y, length) = scan_finite(&bytes[at..], Grammar::Json)?;
            at = skip_white(bytes, at + length);
            while *bytes.get(at)? == b',' {
                // Heights and the like.
                at = skip_white(bytes, at + 1);
                at = skip_white(bytes, at + scan(&bytes[at..], Grammar::Json)?.1);
            }
            at = literal(bytes, at, b"]")?;
            place = Some((x, y));
        } else {
            return None;
        }
        at = skip_white(bytes, at);
        match *bytes.get(at)? {
            b',' => at = skip_white(bytes, at + 1),
            b'}' => break,
            _ => return None,
        }
    }
    let (x, y) = place.filter(|_| typed)?;
    Some((x, y, at + 1))
}

/// Where the properties end that begin at `at`: null, or an object with nothing nested in it.
#[inline]
fn properties(bytes: &[u8], at: usize) -> Option<usize> {
    if *bytes.get(at)? != b'{' {
        return literal(bytes, at, b"null");
    }
    let mut at = skip_white(bytes, at + 1);
    if *bytes.get(at)? == b'}' {
        return Some(at + 1);
    }
    loop {
        at = after_colon(bytes, string(bytes, at)?)?;
        at = match *bytes.get(at)? {
            b'"' => string(bytes, at)?,
            b't' => literal(bytes, at, b"true")?,
            b'f' => literal(bytes, at, b"false")?,
            b'n' => literal(bytes, at, b"null")?,
            _ => at + scan(&bytes[at..], Grammar::Json)?.1,
        };
        at = skip_white(bytes, at);
        match *bytes.get(at)? {
            b',' => at = skip_white(bytes, at + 1),
            b'}' => return Some(at + 1),
            _ => return None,
        }
    }
}
