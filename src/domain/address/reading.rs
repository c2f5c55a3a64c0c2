//! What an address may say: names found in it, and what stands around one of them.

use std::{cmp::Reverse, ops::Range};

use super::{
    gazetteer::{AreaNames, PlaceNames},
    grams::Effort,
    hit::{Hit, How},
    parts::{Dashes, Parts},
    words::{Suffix, filler_length, suffix_at},
};

/// Names of one text that are weighed as what it is about, the likeliest first: of those that stand in it as they are, and
/// as many of all others.
const MAX_SUBJECTS: usize = 24;

/// Names of one text that are kept at all: those that stand in it as they are, and as many of all others.
const MAX_HITS: usize = 150;

/// Names around one of them that are weighed, the likeliest first; what others say is not understood.
const MAX_OTHERS: usize = 16;

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// That of a place.
    Places,
    /// That of an area.
    Areas,
}

/// A name found in the text, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Whose.
    pub side: Side,
    /// The name and where it stands.
    pub hit: Hit,
}

/// A text with the names in it.
pub struct Reading {
    /// The text, folded.
    pub text: Vec<char>,
    /// Where what lies in the district begins.
    from: usize,
    /// The names, the longest and likeliest first.
    named: Vec<Named>,
}

/// A name around the one that a text is about.
pub struct Other<'a> {
    /// The likeliest that stands there.
    pub first: &'a Named,
    /// The same words as a name of the other side: 龙山村 is an area, and what its houses are called.
    pub also: Option<&'a Named>,
}

impl<'a> Other<'a> {
    /// All names that the words are.
    pub fn names(&self) -> impl Iterator<Item = &'a Named> + use<'a> {
        [Some(self.first), self.also].into_iter().flatten()
    }

    /// Where it stands.
    fn span(&self) -> &'a Range<usize> {
        &self.first.hit.span
    }
}

/// What stands around the name that a text is about.
pub struct Surroundings<'a> {
    /// What stands behind it.
    pub parts: Parts,
    /// Other names, none over another.
    pub others: Vec<Other<'a>>,
    /// What is not understood.
    pub rest: Vec<Range<usize>>,
}

impl Reading {
    /// Finds all names in `text`, folded, from `from` on.
    pub fn new(text: Vec<char>, from: usize, places: &PlaceNames, areas: &AreaNames) -> Self {
        let mut of_places = Vec::new();
        places.names.hits(&text, from, &mut of_places);
        let mut of_areas = Vec::new();
        areas.names.hits(&text, from, &mut of_areas);
        let (mut place_effort, mut area_effort) = (Effort::default(), Effort::default());
        for part in unexplained(&text, from, of_places.iter().chain(&of_areas)) {
            places.names.similar(&text, part.clone(), &mut place_effort, &mut of_places);
            areas.names.similar(&text, part, &mut area_effort, &mut of_areas);
        }
        places.follow_synonyms(&mut of_places);
        let mut named: Vec<Named> = of_places.into_iter().map(|hit| Named { side: Side::Places, hit }).collect();
        named.extend(of_areas.into_iter().map(|hit| Named { side: Side::Areas, hit }));
        named.sort_by_key(|Named { side, hit }| {
            (Reverse(hit.likeness as usize * hit.span.len()), hit.span.start, *side, hit.name, hit.how)
        });
        named.dedup_by(|a, b| a.side == b.side && a.hit.name == b.hit.name && a.hit.span == b.hit.span);
        let named = likeliest(named.iter(), MAX_HITS).cloned().collect();
        Self { text, from, named }
    }

    /// The names that the text may be about.
    pub fn subjects(&self) -> impl Iterator<Item = &Named> {
        likeliest(self.named.iter(), MAX_SUBJECTS)
    }

    /// What stands around `subject`.
    pub fn around<'a>(&'a self, subject: &Named) -> Surroundings<'a> {
        let span = &subject.hit.span;
        let mut parts = Parts::read(&self.text, span.end, Dashes::Follow);
        let behind = std::mem::take(&mut parts.rest);
        let mut others: Vec<Other<'a>> = Vec::new();
        for named in &self.named {
            let at = &named.hit.span;
            if let Some(same) = others.iter_mut().find(|other| other.span() == at) {
                let is_other_side = same.first.side != named.side && same.also.is_none();
                same.also = if is_other_side { Some(named) } else { same.also };
                continue;
            }
            let is_free = others.iter().all(|other| at.end <= other.span().start || other.span().end <= at.start);
            let is_before = at.end <= span.start;
            let is_behind = behind.iter().any(|rest| rest.start <= at.start && at.end <= rest.end);
            if is_free && (is_before || is_behind) && others.len() < MAX_OTHERS {
                others.push(Other { first: named, also: None });
            }
        }
        others.sort_by_key(|other| other.span().start);
        let mut rest = Vec::new();
        let mut gap_start = self.from;
        let before = others.iter().take_while(|other| other.span().end <= span.start);
        let mut is_behind_place = false;
        for other in before {
            self.add_rest(gap_start..other.span().start, is_behind_place, &mut rest);
            (gap_start, is_behind_place) = (other.span().end, other.first.side == Side::Places);
        }
        self.add_rest(gap_start..span.start, is_behind_place, &mut rest);
        for range in behind {
            let inside: Vec<_> = others
                .iter()
                .filter(|other| range.start <= other.span().start && other.span().end <= range.end)
                .collect();
            let mut start = range.start;
            for other in inside {
                rest.extend((start < other.span().start).then_some(start..other.span().start));
                start = other.span().end;
            }
            rest.extend((start < range.end).then_some(start..range.end));
        }
        // Behind another place numbers are that one's.
        let foreign = others.iter().filter(|other| other.first.side == Side::Places && other.span().start >= span.end);
        if let Some(first) = foreign.map(|other| other.span().end).min() {
            for part in [&mut parts.building, &mut parts.stair, &mut parts.floor, &mut parts.room] {
                if part.as_ref().is_some_and(|part| part.span.start >= first) {
                    rest.extend(part.take().map(|part| part.span));
                }
            }
        }
        Surroundings { parts, others, rest }
    }

    /// The characters of a range.
    pub fn said(&self, span: &Range<usize>) -> String {
        self.text[span.clone()].iter().collect()
    }

    /// What is not understood in a gap between names; numbers are, behind a road or another place: 文献路123号.
    fn add_rest(&self, gap: Range<usize>, takes_numbers: bool, rest: &mut Vec<Range<usize>>) {
        let parts = Parts::read(&self.text[..gap.end], gap.start, Dashes::Follow);
        rest.extend(parts.rest.iter().cloned());
        if !takes_numbers {
            let numbers = [&parts.building, &parts.stair, &parts.floor, &parts.room];
            rest.extend(numbers.into_iter().flatten().map(|number| number.span.clone()));
        }
    }
}

/// The first `most` names that stand in the text as they are, and as many others, in their order: however much is nearly in
/// a text, what stands in it is among them.
fn likeliest<'a>(named: impl Iterator<Item = &'a Named>, most: usize) -> impl Iterator<Item = &'a Named> {
    let mut left = [most; 2];
    named.filter(move |named| {
        let left = &mut left[usize::from(named.hit.how > How::Short)];
        let is_in = *left > 0;
        *left = left.saturating_sub(1);
        is_in
    })
}

/// The parts of `text` between numbers that exact names do not cover wholly.
fn unexplained<'a>(text: &[char], from: usize, hits: impl Iterator<Item = &'a Hit>) -> Vec<Range<usize>> {
    let mut is_covered = vec![false; text.len()];
    for hit in hits.filter(|hit| hit.how != How::Initials) {
        is_covered[hit.span.clone()].fill(true);
    }
    let mut segments = Vec::new();
    let mut start = from;
    let mut at = from;
    let mut close = |range: Range<usize>| {
        let is_open = range.len() >= 2 && range.clone().any(|at| !is_covered[at]);
        if is_open {
            segments.push(range);
        }
    };
    while at < text.len() {
        let digits = text[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let end = if digits > 0 { suffix_at(text, at + digits) } else { None };
        // A number with a word ends the name before it.
        if let Some((suffix, end)) = end
            && suffix != Suffix::Bare
        {
            close(start..at);
            (start, at) = (end, end);
        } else {
            let filling = filler_length(&text[at..]);
            if filling > 1 {
                close(start..at);
                (start, at) = (at + filling, at + filling);
            } else {
                at += digits.max(1);
            }
        }
    }
    close(start..text.len());
    segments
}
