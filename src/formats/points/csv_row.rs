//! One record of a CSV of points.

use std::borrow::Cow;
use std::ops::Range;

use super::batch::{Asked, Trouble};
use super::csv_fields::{even_out, field_end, fields, unquoted};
use super::csv_header::{Header, Role, encoding_of};
use super::error::Refusal;
use super::meaning::{CrsCache, NOTHING_ASKED, NUMBER_ALLOWED, crs_of, finite, kind_of, missing, trouble};
use super::number::{Grammar, scan, scan_finite};
use super::sink::Sink;
use crate::domain::locate::AccuracyKind;
use crate::formats::record::shown;
use crate::formats::text_encoding::Guess;
use encoding_rs::UTF_8;

/// What the fast way found: the record, its length, and its length with its line end.
#[derive(Debug)]
pub(super) struct PlainRow {
    pub(super) asked: Asked,
    pub(super) length: usize,
    pub(super) with_end: usize,
}

/// The record that `bytes` begins with when it is a plain one with its line end: as many fields as the header has,
/// unquoted good numbers. `None` says nothing but that [`put_row`] has to look.
///
/// `119.0123456,25.4123456` takes 33 ns where the csv crate and `parse` take 50; with five columns of text 63 against 73
/// (same run, busy machine, chunks of 64 KiB, carrying the record included).
#[inline]
pub(super) fn plain_row(bytes: &[u8], roles: &[Role], delimiter: u8, crs: &mut CrsCache) -> Option<PlainRow> {
    let mut asked = NOTHING_ASKED;
    let mut at = 0;
    let (&last, others) = roles.split_last()?;
    for &role in others {
        at = field_at(bytes, at, role, delimiter, crs, &mut asked)?;
        if *bytes.get(at)? != delimiter {
            return None;
        }
        at += 1;
    }
    let length = field_at(bytes, at, last, delimiter, crs, &mut asked)?;
    match *bytes.get(length)? {
        b'\n' => Some(PlainRow { asked, length, with_end: length + 1 }),
        b'\r' if *bytes.get(length + 1)? == b'\n' => Some(PlainRow { asked, length, with_end: length + 2 }),
        _ => None,
    }
}

/// What two columns are that a table has and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    LonLat,
    LatLon,
}

impl Pair {
    pub(super) fn of(roles: &[Role]) -> Option<Self> {
        match roles {
            [Role::Lon, Role::Lat] => Some(Self::LonLat),
            [Role::Lat, Role::Lon] => Some(Self::LatLon),
            _ => None,
        }
    }
}

/// The two numbers that make up the plain record that `bytes` begins with, and its length with its line end.
#[inline]
pub(super) fn pair_row(bytes: &[u8], delimiter: u8) -> Option<(f64, f64, usize)> {
    let (first, at) = number_at(bytes, 0)?;
    if *bytes.get(at)? != delimiter {
        return None;
    }
    let (second, end) = number_at(bytes, at + 1)?;
    match *bytes.get(end)? {
        b'\n' => Some((first, second, end + 1)),
        b'\r' if *bytes.get(end + 1)? == b'\n' => Some((first, second, end + 2)),
        _ => None,
    }
}

/// Reads the field at `at`; where it ends.
#[inline]
fn field_at(
    bytes: &[u8],
    at: usize,
    role: Role,
    delimiter: u8,
    crs: &mut CrsCache,
    asked: &mut Asked,
) -> Option<usize> {
    let end;
    match role {
        Role::Lon => (asked.x, end) = number_at(bytes, at)?,
        Role::Lat => (asked.y, end) = number_at(bytes, at)?,
        Role::Carried => end = field_end(bytes, at, delimiter)?,
        Role::AccuracyM => {
            if matches!(*bytes.get(at)?, b'\n' | b'\r') || bytes[at] == delimiter {
                return Some(at);
            }
            let accuracy_m;
            (accuracy_m, end) = number_at(bytes, at)?;
            asked.accuracy_m = Some(accuracy_m);
        }
        Role::Crs | Role::AccuracyKind => {
            end = field_end(bytes, at, delimiter)?;
            let text = &bytes[at..end];
            if !text.is_empty() && role == Role::Crs {
                asked.crs = Some(crs.get(text)?);
            } else if !text.is_empty() {
                asked.accuracy_kind = Some(AccuracyKind::parse(std::str::from_utf8(text).ok()?)?);
            }
        }
    }
    Some(end)
}

/// A number after spaces, and where it ends.
#[inline]
fn number_at(bytes: &[u8], mut at: usize) -> Option<(f64, usize)> {
    while *bytes.get(at)? == b' ' {
        at += 1;
    }
    let (value, length) = scan_finite(bytes.get(at..)?, Grammar::Loose)?;
    Some((value, at + length))
}

/// Adds the record that is all of `record`, which has no line end.
pub(super) fn put_row(
    record: &[u8],
    header: &Header,
    roles: &[Role],
    guess: &mut Guess,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let mut ranges = Vec::new();
    fields(record, header.delimiter, &mut ranges);
    let mut line = Cow::Borrowed(record);
    if ranges.len() != roles.len() {
        let mut evened = Vec::new();
        even_out(record, &ranges, roles.len(), header.delimiter, &mut evened);
        line = Cow::Owned(evened);
    }
    let carried = carry(&line, guess, &mut sink.batch.carried);
    let asked = match carried {
        Err(trouble) => Err(trouble),
        Ok(()) if ranges.len() != roles.len() => Err(other_width(ranges.len(), roles.len())),
        Ok(()) => judge(record, &ranges, header, roles, *guess, sink.crs),
    };
    sink.put(asked)
}

/// Whether a record is UTF-8, as far as is known of the encoding, so that it can be carried as it stands.
#[inline]
pub(super) fn is_text(record: &[u8], guess: &mut Guess) -> bool {
    if record.is_ascii() {
        return true;
    }
    let is_utf8 = encoding_of(*guess) == UTF_8 && std::str::from_utf8(record).is_ok();
    if is_utf8 {
        *guess = Guess::certain(UTF_8);
    }
    is_utf8
}

/// Appends a record as UTF-8; what cannot be decoded is marked, and is trouble.
pub(super) fn carry(record: &[u8], guess: &mut Guess, carried: &mut Vec<u8>) -> Result<(), Trouble> {
    if is_text(record, guess) {
        carried.extend_from_slice(record);
        return Ok(());
    }
    match guess.decode(record) {
        Ok(text) => carried.extend_from_slice(text.as_bytes()),
        Err(error) => {
            carried.extend_from_slice(String::from_utf8_lossy(record).as_bytes());
            return Err(error.into());
        }
    }
    Ok(())
}

/// What a record asks that has as many fields as the header.
fn judge(
    record: &[u8],
    ranges: &[Range<usize>],
    header: &Header,
    roles: &[Role],
    mut guess: Guess,
    crs: &mut CrsCache,
) -> Result<Asked, Trouble> {
    let mut asked = NOTHING_ASKED;
    for ((range, &role), column) in ranges.iter().zip(roles).zip(&header.columns) {
        if role == Role::Carried {
            continue;
        }
        let bytes = unquoted(&record[range.clone()]);
        let text = guess.decode(&bytes).map_err(|error| error.or_field(column))?;
        let text = text.trim_matches([' ', '\t']);
        match role {
            Role::Lon => asked.x = number_of(column, text)?,
            Role::Lat => asked.y = number_of(column, text)?,
            _ if text.is_empty() => {}
            Role::AccuracyM => asked.accuracy_m = Some(number_of(column, text)?),
            Role::Crs => asked.crs = Some(crs_of(column, text, crs)?),
            Role::AccuracyKind => asked.accuracy_kind = Some(kind_of(column, text)?),
            Role::Carried => {}
        }
    }
    Ok(asked)
}

/// The number that a field's text is; trouble says what it looks like instead.
fn number_of(column: &str, text: &str) -> Result<f64, Trouble> {
    if text.is_empty() {
        return Err(missing(column));
    }
    if let Some((value, length)) = scan(text.as_bytes(), Grammar::Loose)
        && length == text.len()
    {
        return finite(column, value, text);
    }
    let (zh, en) = if text.chars().any(|c| ('０'..='９').contains(&c) || c == '．' || c == '－') {
        ("，是全角字符", ", it has full-width characters")
    } else if is_number(&text.replacen(',', ".", 1)) {
        ("，用了小数逗号", ", it has a decimal comma")
    } else if text.contains(['°', '度', '′', '\'']) {
        ("，是度分秒", ", it looks like degrees, minutes and seconds")
    } else {
        ("", "")
    };
    let value = shown(text);
    Err(trouble(column, format!("应为数字，却是 {value}{zh}"), format!("{value} is no number{en}"), NUMBER_ALLOWED))
}

fn is_number(text: &str) -> bool {
    scan(text.as_bytes(), Grammar::Loose).is_some_and(|(_, length)| length == text.len())
}

fn other_width(found: usize, wanted: usize) -> Trouble {
    Trouble {
        field: None,
        zh: format!("记录有 {found} 个字段，表头有 {wanted} 个"),
        en: format!("the record has {found} fields, the header {wanted}"),
        allowed: "as many fields as the header has".to_owned(),
    }
}
