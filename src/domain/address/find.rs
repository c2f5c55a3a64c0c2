//! Finding what an address means.

use std::{cmp::Reverse, collections::HashSet};

use super::{
    candidate::Candidate,
    fold::fold,
    gazetteer::{AreaNames, PlaceNames},
    home::Home,
    reading::Reading,
    weigh::{Fit, Scored, Weighing, Work},
};
use crate::domain::area::Snapshot;

/// Longest address, in characters.
pub const MAX_ADDRESS_CHARACTERS: usize = 200;

/// Candidates that are told.
pub const MAX_CANDIDATES: usize = 10;

/// Candidates that are compared with one another.
const MAX_COMPARED: usize = 200;

/// What fits no better than this is not found, in thousandths.
const MIN_SCORE: u32 = 500;

/// What fits by so much worse than the best is not told, in thousandths.
const MAX_BEHIND: u32 = 300;

/// By so much worse a place may fit that stands for what only the names of units tell of, in thousandths: its stairs and
/// storeys are known and may be wrong, those of units are not.
const MAX_TOLD_BEHIND: u32 = 150;

/// What fits by so little worse than the best may be meant as well, in thousandths.
const AMBIGUOUS_WITHIN: u32 = 20;

/// Where addresses are looked for.
#[derive(Clone, Copy)]
pub struct Gazetteer<'a> {
    /// The places.
    pub places: &'a PlaceNames,
    /// The areas of `snapshot`.
    pub areas: &'a AreaNames,
    /// The edition.
    pub snapshot: &'a Snapshot,
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing in it could be part of an address.
    #[error("the address has no letter and no digit")]
    Empty,
    /// Longer than any address.
    #[error("the address has {0} characters; at most {MAX_ADDRESS_CHARACTERS} are allowed")]
    TooLong(usize),
}

/// What an address means.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Whatever it may mean, the best first; none when it is not in the data.
    pub candidates: Vec<Candidate>,
    /// Whether another candidate fits as well as the first, or nearly.
    pub is_ambiguous: bool,
    /// The province, city or county that it names and that is not the district's.
    pub elsewhere: Option<String>,
}

impl AddressError {
    /// What is allowed.
    pub const ALLOWED: &str = "1 to 200 characters, with a letter or a digit";

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "地址中没有文字或数字".to_owned(),
            Self::TooLong(length) => format!("地址有 {length} 个字符；最多 {MAX_ADDRESS_CHARACTERS} 个"),
        }
    }
}

impl Found {
    /// Why there is no candidate, in Chinese and English; `address` as it may be shown.
    pub fn reason(&self, address: &str) -> (String, String) {
        match &self.elsewhere {
            Some(elsewhere) => (
                format!("没有找到“{address}”：{elsewhere}不是本地"),
                format!("{address} is not found: {elsewhere} is another district"),
            ),
            None => (
                format!("没有找到“{address}”：本地的小区、楼栋、道路、地点和区域中没有它"),
                format!("{address} is not found among the buildings, estates, roads, places and areas of the district"),
            ),
        }
    }
}

/// What `address` means.
///
/// A candidate's score is what of the address is in the data, over all that was said; name, building, stair, floor and the
/// names around count with weights of their own, a name that is only nearly there counts less, and words that are not
/// understood count as said. Equal scores go by kind, code, text and number of the place.
pub fn find(gazetteer: Gazetteer<'_>, address: &str) -> Result<Found, AddressError> {
    let length = address.chars().count();
    if length > MAX_ADDRESS_CHARACTERS {
        return Err(AddressError::TooLong(length));
    }
    let text: Vec<char> = fold(address).chars().take(2 * MAX_ADDRESS_CHARACTERS).collect();
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    let above = Home::of(gazetteer.snapshot).above(&text);
    if let Some(elsewhere) = above.elsewhere {
        let elsewhere = Some(text[elsewhere].iter().collect());
        return Ok(Found { elsewhere, ..Found::default() });
    }
    let reading = Reading::new(text, above.from, gazetteer.places, gazetteer.areas);
    Ok(best(gazetteer.snapshot, weigh_all(gazetteer, &reading)))
}

/// Whatever may be among the candidates: what can fit best first, until nothing is left that would be told.
fn weigh_all(gazetteer: Gazetteer<'_>, reading: &Reading) -> Vec<Scored> {
    let ceiling = |weighing: &Weighing<'_>| weighing.ceiling(Fit::Number);
    let mut subjects: Vec<Weighing<'_>> =
        reading.subjects().map(|subject| Weighing::new(gazetteer, reading, subject)).collect();
    // Of equal ones the likeliest name first: the sort is stable.
    subjects.sort_by_cached_key(|subject| Reverse(ceiling(subject)));
    let (mut scored, mut work, mut best): (Vec<Scored>, Work, u32) = (Vec::new(), Work::default(), 0);
    for subject in &subjects {
        let least = MIN_SCORE.max(best.saturating_sub(MAX_BEHIND + MAX_TOLD_BEHIND));
        if ceiling(subject) < least {
            break;
        }
        let before = scored.len();
        subject.weigh(least, &mut work, &mut scored);
        best = scored[before..].iter().map(|one| one.score).fold(best, u32::max);
    }
    scored
}

/// The best candidates, each once.
fn best(snapshot: &Snapshot, mut scored: Vec<Scored>) -> Found {
    scored.retain(|one| one.score > MIN_SCORE);
    scored.sort_by_cached_key(|one| (Reverse(one.score), one.candidate.order(snapshot), one.identity));
    let mut seen = HashSet::new();
    scored.retain(|one| seen.insert(one.identity));
    scored.truncate(MAX_COMPARED);
    let is_told: Vec<bool> =
        scored.iter().map(|one| scored.iter().any(|other| one.is_told_by(other, MAX_TOLD_BEHIND))).collect();
    let mut is_told = is_told.into_iter();
    scored.retain(|_| is_told.next() == Some(false));
    let Some(first) = scored.first().map(|one| one.score) else { return Found::default() };
    let is_ambiguous = scored.get(1).is_some_and(|second| second.score + AMBIGUOUS_WITHIN >= first);
    scored.retain(|one| one.score + MAX_BEHIND >= first);
    scored.truncate(MAX_CANDIDATES);
    Found { candidates: scored.into_iter().map(|one| one.candidate).collect(), is_ambiguous, elsewhere: None }
}
