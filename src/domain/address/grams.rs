//! Names that are nearly in a text: found by pairs of sounds that they share, judged by aligning them.

use std::{cmp::Reverse, ops::Range};

use super::{
    hit::{Hit, How, NameId},
    sound::{Sound, is_heard_as},
    words::{are_opposite, end_of_name, stem_length},
};
use crate::domain::held::Held;

/// Longest part of a text in which names are looked for so.
const MAX_PART: usize = 60;

/// Most names that one pair of sounds leads to: a pair in more of them tells too little.
const MAX_NAMES_OF_PAIR: usize = 4000;

/// Most names that all pairs of a part lead to, the rarest pairs first; and those of all parts of a text.
const MAX_NAMES_OF_PART: usize = 20_000;
const MAX_NAMES_OF_TEXT: usize = 60_000;

/// Names that are aligned with a part, those that share most pairs; and with all parts of a text.
const MAX_ALIGNED_OF_PART: usize = 48;
const MAX_ALIGNED_OF_TEXT: usize = 192;

/// What a difference costs, in hundredths of a character.
const SAME_SOUND: u32 = 25;
const LOOSE_SOUND: u32 = 40;
const OTHER_READING: u32 = 45;
const ONE_CHARACTER: u32 = 100;
const OPPOSITE: u32 = 300;
const NUMBER: u32 = 1000;

/// What may still be looked at for one text: many parts that are not understood make no slow look-up.
pub struct Effort {
    names: usize,
    aligned: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { names: MAX_NAMES_OF_TEXT, aligned: MAX_ALIGNED_OF_TEXT }
    }
}

/// Where each pair of sounds is.
#[derive(Default)]
pub struct Grams {
    /// Sorted.
    keys: Vec<u64>,
    /// Where the names of each begin, and the end.
    starts: Vec<u32>,
    names: Vec<NameId>,
}

impl Grams {
    /// The pairs of all `names`.
    pub fn new<'a>(names: impl Iterator<Item = &'a [char]>) -> Self {
        let mut pairs: Vec<(u64, NameId)> = Vec::new();
        for (name, text) in (0..).zip(names) {
            // Endings are in far too many, but how one begins belongs to the name.
            let length = text.len().min(stem_length(text) + 1);
            pairs.extend(pairs_of(&text[..length]).map(|key| (key, name)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut grams = Self { keys: Vec::new(), starts: Vec::new(), names: Vec::with_capacity(pairs.len()) };
        for (key, name) in pairs {
            if grams.keys.last() != Some(&key) {
                grams.keys.push(key);
                grams.starts.push(grams.names.len() as u32);
            }
            grams.names.push(name);
        }
        grams.starts.push(grams.names.len() as u32);
        grams.keys.shrink_to_fit();
        grams.starts.shrink_to_fit();
        grams
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        held.list(&self.keys);
        held.list(&self.starts);
        held.list(&self.names);
    }

    /// Appends the names that stand nearly in a part of a text, as far as `effort` reaches.
    pub fn similar<'a>(
        &self,
        (text, part): (&[char], Range<usize>),
        name_text: impl Fn(NameId) -> &'a [char],
        effort: &mut Effort,
        hits: &mut Vec<Hit>,
    ) {
        let part = part.start..part.end.min(part.start + MAX_PART);
        let mut lists: Vec<&[NameId]> = pairs_of(&text[part.clone()]).filter_map(|key| self.names_of(key)).collect();
        lists.retain(|list| list.len() <= MAX_NAMES_OF_PAIR);
        lists.sort_unstable_by_key(|list| (list.len(), list.first().copied()));
        let most = MAX_NAMES_OF_PART.min(effort.names);
        let mut found: Vec<NameId> = Vec::new();
        for list in lists {
            if found.len() + list.len() > most {
                break;
            }
            found.extend(list);
        }
        effort.names -= found.len();
        found.sort_unstable();
        let mut counted: Vec<(u32, NameId)> = Vec::new();
        for same in found.chunk_by(|a, b| a == b) {
            // Of all pairs that the name has, in thousandths.
            let all = 2 * stem_length(name_text(same[0])) as u32;
            counted.push((same.len() as u32 * 1000 / all, same[0]));
        }
        let most = MAX_ALIGNED_OF_PART.min(effort.aligned).min(counted.len());
        effort.aligned -= most;
        let order = |&(share, name): &(u32, NameId)| (Reverse(share), name);
        if most > 0 && most < counted.len() {
            counted.select_nth_unstable_by_key(most - 1, order);
        }
        counted.truncate(most);
        counted.sort_unstable_by_key(order);
        for &(_, name) in &counted {
            hits.extend(aligned(name, name_text(name), text, part.clone()));
        }
    }

    fn names_of(&self, key: u64) -> Option<&[NameId]> {
        let at = self.keys.binary_search(&key).ok()?;
        Some(&self.names[self.starts[at] as usize..self.starts[at + 1] as usize])
    }
}

/// The keys of all pairs of neighbours, and of those with one between them, by their sounds: a wrong or missing character
/// leaves some.
fn pairs_of(text: &[char]) -> impl Iterator<Item = u64> {
    let sounds: Vec<u64> = text.iter().map(|&c| u64::from(Sound::loose(c).bits())).collect();
    let count = sounds.len();
    (0..count)
        .flat_map(move |at| {
            let first = sounds[at];
            let pair = |offset: usize| sounds.get(at + offset).map(|second| first << 32 | second);
            [pair(1), pair(2)]
        })
        .flatten()
}

/// How far a name may differ, in hundredths of a character, by its length without its ending.
const fn allowed(length: usize) -> u32 {
    match length {
        0..=1 => 0,
        2 => 50,
        3..=5 => 125,
        _ => 200,
    }
}

/// The name where it stands nearly in `text`, when it does.
fn aligned(name: NameId, whole: &[char], text: &[char], segment: Range<usize>) -> Option<Hit> {
    let stem = &whole[..stem_length(whole)];
    let part = &text[segment.clone()];
    let most = allowed(stem.len());
    // Costs of `stem` so far against parts of `part` that end at each place, and where those begin.
    let mut row: Vec<(u32, usize)> = (0..=part.len()).map(|at| (0, at)).collect();
    for &c in stem {
        let mut diagonal = row[0];
        row[0].0 += step(c);
        for (at, &other) in part.iter().enumerate() {
            let above = row[at + 1];
            let choices = [
                (diagonal.0 + difference(c, other, most), diagonal.1),
                (above.0 + step(c), above.1),
                (row[at].0 + step(other), row[at].1),
            ];
            // Of equal costs the shorter part.
            row[at + 1] =
                choices.into_iter().min_by_key(|&(cost, start)| (cost, Reverse(start))).expect("three choices");
            diagonal = above;
        }
    }
    let &(cost, _) = row.iter().min_by_key(|&&(cost, _)| cost)?;
    if cost == 0 || cost > most {
        return None;
    }
    // Of equal costs the first that its own ending stands behind, else the first.
    let mut first = None;
    for (end, &(_, start)) in row.iter().enumerate().filter(|&(end, &(own, start))| own == cost && end > start) {
        let (start, end) = (segment.start + start, segment.start + end);
        let Some(longer) = end_of_name(whole, text, end) else { continue };
        if longer > end {
            first = Some(start..longer);
            break;
        }
        first = first.or(Some(start..longer));
    }
    let span = first?;
    let likeness = 1000_u32.saturating_sub(cost * 10 / stem.len() as u32);
    let how = if cost.is_multiple_of(ONE_CHARACTER) || cost > 2 * OTHER_READING { How::Similar } else { How::Sound };
    Some(Hit { name, span, how, likeness })
}

/// What a character too many or too few costs.
const fn step(c: char) -> u32 {
    if c.is_ascii_digit() { NUMBER } else { ONE_CHARACTER }
}

/// What one character for another costs; beyond `most` it need not be told.
fn difference(one: char, other: char, most: u32) -> u32 {
    match () {
        () if one == other => 0,
        () if one.is_ascii_digit() || other.is_ascii_digit() => NUMBER,
        () if are_opposite(one, other) => OPPOSITE,
        () if Sound::exact(one) == Sound::exact(other) => SAME_SOUND,
        () if Sound::loose(one) == Sound::loose(other) => LOOSE_SOUND,
        () if most >= OTHER_READING && is_heard_as(one, other) => OTHER_READING,
        () => ONE_CHARACTER,
    }
}
