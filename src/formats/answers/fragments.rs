//! Parts of answers that are the same in every answer of an edition, written once.

use std::ops::Range;

use super::{
    csv_cell::write_cell,
    json_text::{text, text_or_null},
};
use crate::domain::{
    area::{AreaCode, Kind, MAX_CODE_LENGTH, Snapshot},
    coverage::AreaIndex,
    duty::Posting,
};

/// The JSON of every area and of everybody who answers for it.
///
/// Some 100 bytes an area and 200 a posting, and 48 an area to find them.
pub struct Fragments {
    codes: Vec<QuotedCode>,
    areas: Pieces,
    responsible: Pieces,
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

/// Texts behind one another, by the number of their area.
#[derive(Default)]
struct Pieces {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Pieces {
    fn piece(&self, index: AreaIndex) -> &[u8] {
        let index = index as usize;
        let begin = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[begin..self.ends[index]]
    }
}

impl Fragments {
    /// The parts for the areas and postings of a snapshot.
    pub fn new(snapshot: &Snapshot) -> Self {
        let (mut areas, mut responsible) = (Pieces::default(), Pieces::default());
        for index in 0..snapshot.hierarchy.areas().len() as AreaIndex {
            write_area(&mut areas.bytes, snapshot, index);
            areas.ends.push(areas.bytes.len());
            for (number, posting) in snapshot.postings(index).iter().enumerate() {
                if number > 0 {
                    responsible.bytes.push(b',');
                }
                write_posting(&mut responsible.bytes, snapshot, posting);
            }
            responsible.ends.push(responsible.bytes.len());
        }
        for pieces in [&mut areas, &mut responsible] {
            pieces.bytes.shrink_to_fit();
            pieces.ends.shrink_to_fit();
        }
        let codes = snapshot.hierarchy.areas().iter().map(|area| quoted(&area.code)).collect();
        Self { codes, areas, responsible }
    }

    /// The code of an area, or what stands for none.
    #[inline]
    pub fn code(&self, area: Option<AreaIndex>) -> &QuotedCode {
        area.map_or(&NULL, |area| &self.codes[area as usize])
    }

    /// The JSON object of an area: `code`, `name`, `level`, `kind`.
    pub fn area(&self, index: AreaIndex) -> &[u8] {
        self.areas.piece(index)
    }

    /// The same without `kind` and without the brace at its end.
    pub(super) fn area_without_kind(&self, index: AreaIndex, kind: Kind) -> &[u8] {
        let piece = self.area(index);
        &piece[..piece.len() - kind_member(kind).len()]
    }

    /// The JSON objects of everybody who answers for an area, commas between them; empty for nobody.
    pub fn responsible(&self, index: AreaIndex) -> &[u8] {
        self.responsible.piece(index)
    }

    /// How much memory they take.
    pub fn bytes(&self) -> usize {
        let of = |pieces: &Pieces| pieces.bytes.capacity() + pieces.ends.capacity() * size_of::<usize>();
        of(&self.areas) + of(&self.responsible) + self.codes.capacity() * size_of::<QuotedCode>()
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

fn write_posting(out: &mut Vec<u8>, snapshot: &Snapshot, posting: &Posting) {
    let role = snapshot.profile.roles.iter().find(|role| role.id == posting.role);
    let (zh, en) = role.map_or((&posting.role, &posting.role), |role| (&role.name.zh, &role.name.en));
    for (name, value) in [("{\"role\":", &posting.role), (",\"role_name\":{\"zh\":", zh), (",\"en\":", en)] {
        out.extend_from_slice(name.as_bytes());
        text(out, value);
    }
    out.extend_from_slice(b"},\"order\":");
    text(out, posting.order.id());
    out.extend_from_slice(b",\"name\":");
    text(out, &posting.name);
    out.extend_from_slice(b",\"phone\":");
    text_or_null(out, &posting.phone.masked());
    out.extend_from_slice(b",\"organisation\":");
    text_or_null(out, &posting.organisation);
    out.extend_from_slice(b",\"area\":");
    text(out, &posting.area);
    out.push(b'}');
}
