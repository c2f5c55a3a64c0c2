//! The located answer as a JSON object.

use super::{
    Fragments,
    fragments::write_posted,
    json_text::{centi, degrees, number, text, whole},
};
use crate::domain::{
    area::{Level, Snapshot},
    coverage::AreaIndex,
    duty::Posted,
    locate::{Candidate, Located, Match, Trust},
};

/// The word for how an answer was found.
pub(super) const fn match_word(found: Match) -> &'static str {
    match found {
        Match::Inside => "inside",
        Match::Border => "border",
        Match::Nearest => "nearest",
        Match::None => "none",
    }
}

/// Appends the answer for what was located in a snapshot; `fragments` are that snapshot's, and those of the places `posted`
/// answer before those of areas.
pub fn write_answer(
    out: &mut Vec<u8>,
    (snapshot, fragments): (&Snapshot, &Fragments),
    (located, trust): (&Located, Option<&Trust>),
    posted: &[Posted<'_>],
) {
    out.push(b'{');
    write_members(out, (snapshot, fragments), (located, trust), posted);
    out.push(b'}');
}

/// Appends the members of the answer, without the braces.
pub(super) fn write_members(
    out: &mut Vec<u8>,
    (snapshot, fragments): (&Snapshot, &Fragments),
    (located, trust): (&Located, Option<&Trust>),
    posted: &[Posted<'_>],
) {
    let raw = |out: &mut Vec<u8>, bytes: &str| out.extend_from_slice(bytes.as_bytes());
    raw(out, "\"edition\":");
    whole(out, u64::from(snapshot.edition_number()));
    raw(out, ",\"match\":\"");
    raw(out, match_word(located.found));
    raw(out, "\",\"position\":{\"lon\":");
    degrees(out, located.position.lon());
    raw(out, ",\"lat\":");
    degrees(out, located.position.lat());
    raw(out, "},\"chain\":[");
    joined(out, &located.chain[..], |out, &area| out.extend_from_slice(fragments.area(area)));
    raw(out, "],\"missing\":[");
    for (number, level) in located.missing().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        text(out, &snapshot.profile.level(level).id);
    }
    raw(out, "],\"stacked\":[");
    joined(out, located.stacked, |out, &area| out.extend_from_slice(fragments.area(area)));
    raw(out, "],\"answer_level\":");
    or_null(out, answer_level(snapshot, located, trust), |out, level| text(out, &snapshot.profile.level(level).id));
    raw(out, ",\"margin_m\":");
    or_null(out, located.margin_m, centi);
    raw(out, if located.on_border { ",\"on_border\":true" } else { ",\"on_border\":false" });
    raw(out, ",\"co_owners\":[");
    joined(out, &located.co_owners[..], |out, &area| text(out, &snapshot.hierarchy.area(area).code));
    raw(out, "],\"runner_up\":");
    or_null(out, located.runner_up, |out, runner_up| {
        let kind = snapshot.hierarchy.area(runner_up.area).kind;
        out.extend_from_slice(fragments.area_without_kind(runner_up.area, kind));
        raw(out, ",\"distance_m\":");
        centi(out, runner_up.distance_m);
        out.push(b'}');
    });
    raw(out, ",\"nearest\":");
    or_null(out, located.nearest, |out, nearest| {
        raw(out, "{\"code\":");
        text(out, &snapshot.hierarchy.area(nearest.area).code);
        raw(out, ",\"name\":");
        text(out, &snapshot.hierarchy.area(nearest.area).name);
        raw(out, ",\"distance_m\":");
        centi(out, nearest.distance_m);
        raw(out, ",\"bearing_deg\":");
        centi(out, nearest.bearing_deg);
        out.push(b'}');
    });
    raw(out, ",\"certainty\":");
    or_null(out, trust, |out, trust| text(out, trust.certainty.id()));
    raw(out, ",\"candidates\":[");
    let candidates = trust.map_or(&[][..], |trust| &trust.candidates[..]);
    joined(out, candidates, |out, candidate| write_candidate(out, snapshot, candidate));
    raw(out, "]");
    if let Some(omitted) = trust.and_then(|trust| trust.omitted) {
        raw(out, ",\"candidates_omitted\":{\"count\":");
        whole(out, omitted.count as u64);
        raw(out, ",\"share\":");
        number(out, omitted.share);
        out.push(b'}');
    }
    raw(out, ",\"responsible\":[");
    let mut rest = write_all_posted(out, snapshot, located, posted);
    for &area in located.stacked.iter().chain(located.chain.iter().rev()) {
        let posts = fragments.responsible(area);
        if !posts.is_empty() {
            if rest {
                out.push(b',');
            }
            out.extend_from_slice(posts);
            rest = true;
        }
    }
    out.push(b']');
    write_channels(out, fragments, located);
}

/// Appends whoever answers for places, as of the finest area there; whether there was anybody.
fn write_all_posted(out: &mut Vec<u8>, snapshot: &Snapshot, located: &Located, posted: &[Posted<'_>]) -> bool {
    let area = located.chain.last().copied().or(located.nearest.map(|nearest| nearest.area));
    let code = area.map_or("", |area| snapshot.hierarchy.area(area).code.as_str());
    let all = posted.iter().flat_map(|place| place.on_duty.iter().map(move |one| (place, one)));
    let mut rest = false;
    for (place, one) in all {
        if rest {
            out.push(b',');
        }
        write_posted(out, snapshot, code, place, one);
        rest = true;
    }
    rest
}

/// Appends the channels of the areas, as a member that is left out when there are none.
fn write_channels(out: &mut Vec<u8>, fragments: &Fragments, located: &Located) {
    let mut is_first = true;
    for &area in located.stacked.iter().chain(located.chain.iter().rev()) {
        let channels = fragments.channels(area);
        if !channels.is_empty() {
            out.extend_from_slice(if is_first { b",\"channels\":[" } else { b"," });
            out.extend_from_slice(channels);
            is_first = false;
        }
    }
    if !is_first {
        out.push(b']');
    }
}

/// The finest level that one area answers for, as far as the position can be trusted.
pub(super) fn answer_level(snapshot: &Snapshot, located: &Located, trust: Option<&Trust>) -> Option<Level> {
    let finest = located.chain.last().map(|&finest: &AreaIndex| snapshot.hierarchy.area(finest).level);
    match trust {
        Some(trust) => trust.answer_level,
        None => finest,
    }
}

fn write_candidate(out: &mut Vec<u8>, snapshot: &Snapshot, candidate: &Candidate) {
    let area = candidate.area.map(|area| snapshot.hierarchy.area(area));
    out.extend_from_slice(b"{\"code\":");
    or_null(out, area, |out, area| text(out, &area.code));
    out.extend_from_slice(b",\"name\":");
    or_null(out, area, |out, area| text(out, &area.name));
    out.extend_from_slice(b",\"share\":");
    number(out, candidate.share);
    out.push(b'}');
}

fn joined<T>(out: &mut Vec<u8>, items: &[T], mut write: impl FnMut(&mut Vec<u8>, &T)) {
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(out, item);
    }
}

fn or_null<T>(out: &mut Vec<u8>, value: Option<T>, write: impl FnOnce(&mut Vec<u8>, T)) {
    match value {
        Some(value) => write(out, value),
        None => out.extend_from_slice(b"null"),
    }
}
