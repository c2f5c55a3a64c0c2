//! The header of a CSV of points: which column is what.

use super::csv_fields::{fields, unquoted};
use super::error::Refusal;
use super::reader::PointOptions;
use crate::formats::record::shown;
use crate::formats::text_encoding::Guess;
use encoding_rs::{Encoding, GB18030, UTF_8};

/// The most columns.
pub(super) const MAX_COLUMNS: usize = 1_024;

/// The longest header.
pub(super) const MAX_HEADER_BYTES: usize = 1 << 20;

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

const LON_NAMES: [&str; 7] = ["lon", "lng", "longitude", "long", "x", "经度", "经"];
const LAT_NAMES: [&str; 5] = ["lat", "latitude", "y", "纬度", "纬"];
const CRS_NAMES: [&str; 2] = ["crs", "坐标系"];
const ACCURACY_NAMES: [&str; 3] = ["accuracy_m", "accuracy", "精度"];
const KIND_NAMES: [&str; 1] = ["accuracy_kind"];

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Lon,
    Lat,
    Crs,
    AccuracyM,
    AccuracyKind,
    /// Goes back with the answer, as all do, and is nothing else.
    Carried,
}

/// The header of a CSV. Columns are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The names of all columns, trimmed.
    pub columns: Vec<String>,
    /// The header's line as it was, in UTF-8, without its end.
    pub line: String,
    /// The column of x: longitude, or easting.
    pub lon: usize,
    /// The column of y: latitude, or northing.
    pub lat: usize,
    /// The column of the coordinate system.
    pub crs: Option<usize>,
    /// The column of the accuracy in metres.
    pub accuracy_m: Option<usize>,
    /// The column of what the accuracy means.
    pub accuracy_kind: Option<usize>,
    /// What stands between two fields: a comma, a semicolon or a tab.
    pub delimiter: u8,
    /// The encoding: UTF-8 or GB18030. UTF-8 as long as all was ASCII; the first record that is not may change it.
    pub encoding: &'static Encoding,
}

impl Header {
    /// Reads the header's line, which has no end any more, and settles `guess` if it can.
    pub(super) fn read(line: &[u8], options: &PointOptions, guess: &mut Guess) -> Result<Self, Refusal> {
        if line.contains(&b'\r') {
            return Err(Refusal::new(
                "行尾是单独的回车",
                "lines end in a lone carriage return",
                "lines that end in LF or CRLF",
            ));
        }
        let delimiter = sniff(line);
        let mut ranges = Vec::new();
        fields(line, delimiter, &mut ranges);
        if ranges.len() > MAX_COLUMNS {
            let found = ranges.len();
            return Err(Refusal::new(
                format!("表头有 {found} 列"),
                format!("the header has {found} columns"),
                format!("at most {MAX_COLUMNS} columns"),
            ));
        }
        let mut columns = Vec::with_capacity(ranges.len());
        for range in ranges {
            columns.push(guess.decode(&unquoted(&line[range]))?.trim().to_owned());
        }
        let encoding = encoding_of(*guess);
        let (text, _) = encoding.decode_without_bom_handling(line);
        let lon = required(&columns, options.lon_column.as_deref(), &LON_NAMES, "longitude", "经度")?;
        let lat = required(&columns, options.lat_column.as_deref(), &LAT_NAMES, "latitude", "纬度")?;
        if lon == lat {
            let name = shown(&columns[lon]);
            return Err(Refusal::new(
                format!("列“{name}”既是经度又是纬度"),
                format!("column {name} is both longitude and latitude"),
                "two columns; name them with lon_col and lat_col",
            ));
        }
        Ok(Self {
            lon,
            lat,
            crs: optional(&columns, &CRS_NAMES, "crs", [lon, lat])?,
            accuracy_m: optional(&columns, &ACCURACY_NAMES, "accuracy_m", [lon, lat])?,
            accuracy_kind: optional(&columns, &KIND_NAMES, "accuracy_kind", [lon, lat])?,
            delimiter,
            encoding,
            line: text.into_owned(),
            columns,
        })
    }

    /// What each column is.
    pub(super) fn roles(&self) -> Vec<Role> {
        let mut roles = vec![Role::Carried; self.columns.len()];
        roles[self.lon] = Role::Lon;
        roles[self.lat] = Role::Lat;
        let rest =
            [(self.crs, Role::Crs), (self.accuracy_m, Role::AccuracyM), (self.accuracy_kind, Role::AccuracyKind)];
        for (index, role) in rest {
            if let Some(index) = index {
                roles[index] = role;
            }
        }
        roles
    }
}

/// The encoding that a guess has come to.
pub(super) fn encoding_of(guess: Guess) -> &'static Encoding {
    if guess == Guess::certain(GB18030) { GB18030 } else { UTF_8 }
}

/// The delimiter that the line has most of outside quotes; the comma when it has none.
fn sniff(line: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in line {
        if *byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some(index) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
            counts[index] += 1;
        }
    }
    let most = (0..DELIMITERS.len()).rev().max_by_key(|&index| counts[index]).unwrap_or(0);
    DELIMITERS[most]
}

/// The column that `named` says, or else the only one with one of `names`.
fn required(columns: &[String], named: Option<&str>, names: &[&str], en: &str, zh: &str) -> Result<usize, Refusal> {
    let there = || listed(columns);
    if let Some(named) = named {
        let name = shown(named);
        let allowed = format!("one of the columns {}", there());
        return only(columns, |column| column == named.trim())
            .and_then(|found| if found.is_some() { Ok(found) } else { only(columns, |column| same(column, named)) })
            .map_err(|_| {
                Refusal::new(format!("列“{name}”不止一个"), format!("column {name} is there twice"), "each name once")
            })?
            .ok_or_else(|| Refusal::new(format!("没有列“{name}”"), format!("there is no column {name}"), allowed));
    }
    let recognised = names.join(", ");
    only(columns, |column| names.iter().any(|name| same(column, name)))
        .map_err(|(one, other)| {
            let (one, other) = (shown(&columns[one]), shown(&columns[other]));
            Refusal::new(
                format!("“{one}”和“{other}”两列都像{zh}"),
                format!("columns {one} and {other} both look like the {en}"),
                "one such column, or its name in lon_col or lat_col (--lon-col, --lat-col)",
            )
        })?
        .ok_or_else(|| {
            let found = there();
            Refusal::new(
                format!("没有{zh}列，表头为：{found}"),
                format!("no column of {en} among {found}"),
                format!("a column named {recognised}, or its name in lon_col or lat_col (--lon-col, --lat-col)"),
            )
        })
}

/// The only column with one of `names` that is none of `taken`, when there is one.
fn optional(columns: &[String], names: &[&str], member: &str, taken: [usize; 2]) -> Result<Option<usize>, Refusal> {
    let free = |index: usize| !taken.contains(&index);
    let mut found =
        (0..columns.len()).filter(|&index| free(index) && names.iter().any(|name| same(&columns[index], name)));
    match (found.next(), found.next()) {
        (Some(one), Some(other)) => {
            let (one, other) = (shown(&columns[one]), shown(&columns[other]));
            Err(Refusal::new(
                format!("“{one}”和“{other}”两列都像 {member}"),
                format!("columns {one} and {other} both look like {member}"),
                "one such column",
            ))
        }
        (one, _) => Ok(one),
    }
}

/// The only column that `is` says; two are an error.
fn only(columns: &[String], is: impl Fn(&str) -> bool) -> Result<Option<usize>, (usize, usize)> {
    let mut found = columns.iter().enumerate().filter(|(_, column)| is(column)).map(|(index, _)| index);
    match (found.next(), found.next()) {
        (Some(one), Some(other)) => Err((one, other)),
        (one, _) => Ok(one),
    }
}

fn same(column: &str, name: &str) -> bool {
    column.trim().eq_ignore_ascii_case(name.trim())
}

/// The columns' names, as many as a message shows.
fn listed(columns: &[String]) -> String {
    const LISTED: usize = 20;
    let mut names: Vec<String> = columns.iter().take(LISTED).map(|name| shown(name)).collect();
    if columns.len() > LISTED {
        names.push("...".to_owned());
    }
    names.join(", ")
}
