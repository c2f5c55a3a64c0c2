//! Parts of answers that are the same in every answer of an edition, written once.

use super::json_text::{text, text_or_null};
use crate::domain::{
    area::{Kind, Snapshot},
    coverage::AreaIndex,
    duty::Posting,
};

/// The JSON of every area and of everybody who answers for it.
///
/// Some 100 bytes an area and 200 a posting, and 16 an area to find them.
pub struct Fragments {
    areas: Pieces,
    responsible: Pieces,
}

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
        Self { areas, responsible }
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
        of(&self.areas) + of(&self.responsible)
    }
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
