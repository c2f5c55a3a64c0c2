//! Parts of answers that are the same in every answer of an edition, written once.

use std::{ops::Range, sync::Arc};

use super::{
    csv_cell::write_cell,
    json_text::{text, text_or_null, whole},
};
use crate::domain::{
    area::{Area, AreaCode, Kind, MAX_CODE_LENGTH, Snapshot},
    coverage::AreaIndex,
    duty::{Channel, OnDuty, Posted},
    held::Held,
};

/// The JSON of every area and of everybody who answers for it.
///
/// Some 100 bytes an area and 200 a posting, and 40 an area to find them. What editions have in common they share.
pub struct Fragments {
    codes: Arc<[QuotedCode]>,
    pages: Vec<Arc<Page>>,
}

/// A comma, a code in quotes or `null`, and zeros; the last byte is the length. Half a line of the cache.
pub type QuotedCode = [u8; 32];

/// What stands for no code.
static NULL: QuotedCode = {
    let mut null = [0; 32];
    (null[0], null[1], null[2], null[3], null[4], null[31]) = (b',', b'n', b'u', b'l', b'l', 5);
    null
};

/// The comma, two quotes and the length.
const _: () = assert!(MAX_CODE_LENGTH + 4 <= size_of::<QuotedCode>());

/// Texts of [`PAGE_AREAS`] areas behind one another.
struct Page {
    bytes: Box<[u8]>,
    /// Where the text of each area ends; that of the area begins where the one before it ends, and who answers for it follows.
    ends: Box<[(u32, u32)]>,
    /// The texts of the channels of areas that have some, by their place in the page; most have none.
    channels: Box<[(usize, Box<[u8]>)]>,
}

/// Areas whose texts are kept together, and shared with other editions as long as none of them changes.
const PAGE_AREAS: usize = 64;

impl Page {
    fn new(snapshot: &Snapshot, areas: Range<AreaIndex>) -> Self {
        let mut bytes = Vec::new();
        let end = |bytes: &Vec<u8>| u32::try_from(bytes.len()).expect("the texts of a few areas are below 4 GiB");
        let mut texts = |index: AreaIndex| {
            write_area(&mut bytes, snapshot, index);
            let area = end(&bytes);
            for (number, one) in snapshot.on_duty(index).iter().enumerate() {
                if number > 0 {
                    bytes.push(b',');
                }
                write_on_duty(&mut bytes, snapshot, index, one);
            }
            (area, end(&bytes))
        };
        let ends = areas.clone().map(&mut texts).collect();
        let channels = areas.enumerate().filter_map(|(at, index)| Some((at, channels_text(snapshot, index)?)));
        Self { bytes: bytes.into(), ends, channels: channels.collect() }
    }

    /// The text of an area of the page.
    #[inline]
    fn area(&self, at: usize) -> &[u8] {
        let begin = if at == 0 { 0 } else { self.ends[at - 1].1 };
        &self.bytes[begin as usize..self.ends[at].0 as usize]
    }

    /// The text of who answers for an area of the page.
    #[inline]
    fn responsible(&self, at: usize) -> &[u8] {
        let (area, end) = self.ends[at];
        &self.bytes[area as usize..end as usize]
    }

    /// The text of the channels of an area of the page.
    #[inline]
    fn channels(&self, at: usize) -> &[u8] {
        self.channels.iter().find(|(of, _)| *of == at).map_or(&[], |(_, text)| text)
    }

    /// How much memory it takes.
    fn bytes(&self) -> usize {
        let of_channels: usize = self.channels.iter().map(|(_, text)| text.len()).sum();
        self.bytes.len() + size_of_val(&*self.ends) + size_of_val(&*self.channels) + of_channels
    }
}

impl Fragments {
    /// The parts for the areas and postings of a snapshot; those that are as in the one `before` are shared with its parts.
    pub fn new(snapshot: &Snapshot, before: Option<(&Self, &Snapshot)>) -> Self {
        let hierarchy = &snapshot.hierarchy;
        let areas = hierarchy.areas();
        let before = before.filter(|(_, before)| {
            before.hierarchy.has_indices_of(hierarchy)
                && Arc::ptr_eq(before.roster(), snapshot.roster())
                && Arc::ptr_eq(&before.profile, &snapshot.profile)
        });
        let page = |first: usize| {
            let range = first..(first + PAGE_AREAS).min(areas.len());
            let kept = before.filter(|(_, before)| {
                let old = before.hierarchy.areas();
                range
                    .clone()
                    .all(|index| Arc::ptr_eq(&old[index], &areas[index]) || reads_alike(&old[index], &areas[index]))
            });
            match kept {
                Some((fragments, _)) => Arc::clone(&fragments.pages[first / PAGE_AREAS]),
                None => Arc::new(Page::new(snapshot, range.start as AreaIndex..range.end as AreaIndex)),
            }
        };
        let pages = (0..areas.len()).step_by(PAGE_AREAS).map(page).collect();
        let codes = match before {
            Some((fragments, _)) => Arc::clone(&fragments.codes),
            None => areas.iter().map(|area| quoted(&area.code)).collect(),
        };
        Self { codes, pages }
    }

    /// The code of an area, or what stands for none.
    #[inline]
    pub fn code(&self, area: Option<AreaIndex>) -> &QuotedCode {
        area.map_or(&NULL, |area| &self.codes[area as usize])
    }

    /// The JSON object of an area: `code`, `name`, `level`, `kind`.
    pub fn area(&self, index: AreaIndex) -> &[u8] {
        self.pages[index as usize / PAGE_AREAS].area(index as usize % PAGE_AREAS)
    }

    /// The same without `kind` and without the brace at its end.
    pub(super) fn area_without_kind(&self, index: AreaIndex, kind: Kind) -> &[u8] {
        let piece = self.area(index);
        &piece[..piece.len() - kind_member(kind).len()]
    }

    /// The JSON objects of everybody who answers for an area, commas between them; empty for nobody.
    pub fn responsible(&self, index: AreaIndex) -> &[u8] {
        self.pages[index as usize / PAGE_AREAS].responsible(index as usize % PAGE_AREAS)
    }

    /// The JSON objects of the channels (联络群) of an area, commas between them; empty for none.
    #[inline]
    pub fn channels(&self, index: AreaIndex) -> &[u8] {
        self.pages[index as usize / PAGE_AREAS].channels(index as usize % PAGE_AREAS)
    }

    /// Counts their memory.
    pub fn hold(&self, held: &mut Held) {
        held.part(&self.codes);
        held.list(&self.pages);
        for page in &self.pages {
            if held.part(page) {
                held.own(page.bytes());
            }
        }
    }

    /// How much memory they take; what several share counts for each.
    pub fn bytes(&self) -> usize {
        let of = |page: &Arc<Page>| size_of::<Page>() + page.bytes();
        self.pages.iter().map(of).sum::<usize>() + size_of_val(&*self.codes)
    }
}

// A copy of known length is a few instructions; what is too much is taken back.

/// Appends a code as JSON with a comma before it.
#[inline]
pub(super) fn put_next_code(out: &mut Vec<u8>, code: &QuotedCode) {
    let length = out.len() + usize::from(code[31]);
    out.extend_from_slice(code);
    out.truncate(length);
}

/// Appends a code as JSON.
#[inline]
pub(super) fn put_code(out: &mut Vec<u8>, code: &QuotedCode) {
    let length = out.len() + usize::from(code[31]) - 1;
    out.extend_from_slice(&code[1..]);
    out.truncate(length);
}

/// Appends a delimiter and a code as a cell of CSV.
#[inline]
pub(super) fn put_code_cell(out: &mut Vec<u8>, code: &QuotedCode, delimiter: u8) {
    let start = out.len();
    // Letters, digits and hyphens: only a hyphen at the beginning is anything to a spreadsheet.
    if code[1] != b'"' || code[2] == b'-' {
        return put_other_cell(out, code, delimiter);
    }
    // The quote before the code makes room for the delimiter.
    out.extend_from_slice(&code[1..]);
    out[start] = delimiter;
    out.truncate(start + usize::from(code[31]) - 2);
}

#[cold]
fn put_other_cell(out: &mut Vec<u8>, code: &QuotedCode, delimiter: u8) {
    out.push(delimiter);
    if code[1] == b'"' {
        let text = std::str::from_utf8(&code[2..usize::from(code[31]) - 1]).expect("a code is ASCII");
        write_cell(out, text, delimiter);
    }
}

/// Appends the short text at `range` of `all`, of which more follows mostly.
#[inline]
pub(super) fn put_short(out: &mut Vec<u8>, all: &[u8], range: Range<usize>) {
    const SHORT: usize = 32;
    let length = range.len();
    if length <= SHORT
        && let Some(more) = all.get(range.start..).and_then(|rest| rest.first_chunk::<SHORT>())
    {
        let length = out.len() + length;
        out.extend_from_slice(more);
        out.truncate(length);
    } else {
        out.extend_from_slice(&all[range]);
    }
}

fn quoted(code: &AreaCode) -> QuotedCode {
    let (bytes, length) = code.padded();
    let mut quoted = [0; 32];
    (quoted[0], quoted[1]) = (b',', b'"');
    quoted[2..2 + MAX_CODE_LENGTH].copy_from_slice(bytes);
    quoted[2 + length] = b'"';
    quoted[31] = length as u8 + 3;
    quoted
}

/// Whether the texts of two areas are the same, as those are of an area that only got other borders.
fn reads_alike(one: &Area, other: &Area) -> bool {
    (one.code, one.level, one.kind, &one.name) == (other.code, other.level, other.kind, &other.name)
}

const fn kind_member(kind: Kind) -> &'static [u8] {
    match kind {
        Kind::None => b",\"kind\":null}",
        Kind::Comprehensive => b",\"kind\":\"comprehensive\"}",
        Kind::Exclusive => b",\"kind\":\"exclusive\"}",
    }
}

fn write_area(out: &mut Vec<u8>, snapshot: &Snapshot, index: AreaIndex) {
    let area = snapshot.hierarchy.area(index);
    out.extend_from_slice(b"{\"code\":");
    text(out, &area.code);
    out.extend_from_slice(b",\"name\":");
    text(out, &area.name);
    out.extend_from_slice(b",\"level\":");
    text(out, &snapshot.profile.level(area.level).id);
    out.extend_from_slice(kind_member(area.kind));
}

fn channels_text(snapshot: &Snapshot, index: AreaIndex) -> Option<Box<[u8]>> {
    let area = snapshot.hierarchy.area(index);
    let mut bytes = Vec::new();
    for Channel { kind, group, link, .. } in snapshot.roster().staff().channels_of(area.id) {
        bytes.extend_from_slice(if bytes.is_empty() { b"{\"area\":" } else { b",{\"area\":" });
        text(&mut bytes, &area.code);
        for (name, value) in [(",\"kind\":", kind), (",\"group\":", group)] {
            bytes.extend_from_slice(name.as_bytes());
            text(&mut bytes, value);
        }
        bytes.extend_from_slice(b",\"link\":");
        text_or_null(&mut bytes, link);
        bytes.push(b'}');
    }
    (!bytes.is_empty()).then(|| bytes.into())
}

/// Appends somebody who answers for the area at `index`.
fn write_on_duty(out: &mut Vec<u8>, snapshot: &Snapshot, index: AreaIndex, one: &OnDuty) {
    write_begun(out, snapshot, &snapshot.hierarchy.area(index).code, one);
    out.push(b'}');
}

/// Appends somebody who answers for a place, which lies in the area of a code.
pub(super) fn write_posted(out: &mut Vec<u8>, snapshot: &Snapshot, code: &str, posted: &Posted<'_>, one: &OnDuty) {
    write_begun(out, snapshot, code, one);
    out.extend_from_slice(b",\"place\":{\"id\":");
    whole(out, posted.place.id.unsigned_abs());
    out.extend_from_slice(b",\"class\":");
    text(out, &posted.place.class);
    out.extend_from_slice(b",\"name\":");
    text(out, &posted.name());
    out.extend_from_slice(b"}}");
}

/// Appends the same without the brace at its end.
fn write_begun(out: &mut Vec<u8>, snapshot: &Snapshot, code: &str, one: &OnDuty) {
    let role = snapshot.profile.roles.iter().find(|role| role.id == one.role());
    let (zh, en) = role.map_or((one.role(), one.role()), |role| (&role.name.zh, &role.name.en));
    for (name, value) in [("{\"role\":", one.role()), (",\"role_name\":{\"zh\":", zh), (",\"en\":", en)] {
        out.extend_from_slice(name.as_bytes());
        text(out, value);
    }
    out.extend_from_slice(b"},\"order\":");
    text(out, one.order().id());
    out.extend_from_slice(b",\"name\":");
    text(out, one.name());
    out.extend_from_slice(b",\"phone\":");
    text_or_null(out, &one.phone().masked());
    out.extend_from_slice(b",\"organisation\":");
    text_or_null(out, one.organisation());
    out.extend_from_slice(b",\"area\":");
    text(out, code);
    if let Some(away) = &one.stands_in_for {
        out.extend_from_slice(b",\"stands_in_for\":");
        text(out, &away.name);
    }
}
