//! What an address was taken for, as a member of the located answer.

use super::{
    Fragments,
    answer::write_members,
    json_text::{degrees, number, text},
};
use crate::domain::{
    address::{Candidate, Found, Matched, Missing},
    area::Snapshot,
    locate::Located,
};

/// Appends the answer for an address: that of its best candidate, which was located, with all candidates as `address`.
pub fn write_address_answer(
    out: &mut Vec<u8>,
    snapshot: &Snapshot,
    fragments: &Fragments,
    located: &Located,
    found: &Found,
) {
    out.push(b'{');
    write_address_members(out, snapshot, fragments, located, found);
    out.push(b'}');
}

/// Appends the members of that answer, without the braces.
pub fn write_address_members(
    out: &mut Vec<u8>,
    snapshot: &Snapshot,
    fragments: &Fragments,
    located: &Located,
    found: &Found,
) {
    write_members(out, snapshot, fragments, located, None);
    out.extend_from_slice(b",\"address\":{\"candidates\":[");
    for (at, candidate) in found.candidates.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_candidate(out, snapshot, candidate);
    }
    out.extend_from_slice(b"],\"ambiguous\":");
    out.extend_from_slice(if found.is_ambiguous { b"true}" } else { b"false}" });
}

fn write_candidate(out: &mut Vec<u8>, snapshot: &Snapshot, candidate: &Candidate) {
    let raw = |out: &mut Vec<u8>, bytes: &str| out.extend_from_slice(bytes.as_bytes());
    let code = |area| &*snapshot.hierarchy.area(area).code;
    raw(out, "{\"text\":");
    text(out, &candidate.text);
    raw(out, ",\"score\":");
    number(out, candidate.score);
    raw(out, ",\"kind\":");
    text(out, candidate.kind.id());
    raw(out, ",\"position\":{\"lon\":");
    degrees(out, candidate.position.lon());
    raw(out, ",\"lat\":");
    degrees(out, candidate.position.lat());
    raw(out, "},\"code\":");
    match candidate.area() {
        Some(area) => text(out, code(area)),
        None => raw(out, "null"),
    }
    raw(out, ",\"stacked\":[");
    list(out, &candidate.stacked, |out, &area| text(out, code(area)));
    raw(out, "],\"matched\":[");
    list(out, &candidate.matched, |out, Matched { part, said, found, how }| {
        raw(out, "{\"part\":");
        text(out, part.id());
        raw(out, ",\"said\":");
        text(out, said);
        raw(out, ",\"found\":");
        text(out, found);
        raw(out, ",\"how\":");
        text(out, how.id());
        out.push(b'}');
    });
    raw(out, "],\"missing\":[");
    list(out, &candidate.missing, |out, Missing { part, said }| {
        raw(out, "{\"part\":");
        text(out, part.id());
        raw(out, ",\"said\":");
        text(out, said);
        out.push(b'}');
    });
    raw(out, "]}");
}

fn list<T>(out: &mut Vec<u8>, items: &[T], mut write: impl FnMut(&mut Vec<u8>, &T)) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, item);
    }
}
