//! Texts of places and areas on their way to names and numbers.

use std::collections::HashMap;

use super::keys::{Key, Number};
use crate::domain::address::{
    fold::{clean, fold_clean},
    names::Names,
    parts::{Dashes, Parts},
};

/// Longest name or address of a place that is read.
const MAX_TEXT_CHARACTERS: usize = 80;

/// Names and numbers on their way to keys.
#[derive(Default)]
pub struct Gathered {
    texts: Vec<String>,
    /// Where each text stands in `texts`.
    places: HashMap<String, u32>,
    /// Text, number and entry.
    rows: Vec<(u32, Number, u32)>,
}

impl Gathered {
    /// A text with the number behind it leads to `entry`.
    pub fn add(&mut self, text: String, number: Number, entry: u32) {
        let next = self.texts.len() as u32;
        let at = *self.places.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        });
        self.rows.push((at, number, entry));
    }

    /// How often something was added.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// All names, and where they lead.
    pub fn finish(self) -> (Names, Vec<Key>) {
        let (names, ids) = Names::new(&self.texts);
        let key = |(at, number, entry): (u32, Number, u32)| Some(Key { name: ids[at as usize]?, number, entry });
        let mut keys: Vec<Key> = self.rows.into_iter().filter_map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.shrink_to_fit();
        (names, keys)
    }
}

/// Under its name, and when it ends with a number, under what stands before that.
pub fn add_text(gathered: &mut Gathered, text: &str, is_numbered: bool, entry: u32) {
    let text = clean(text);
    if is_numbered && let Some((head, parts)) = head_and_parts(&text) {
        gathered.add(head, Number::of_part(parts.building.as_ref()), entry);
        return;
    }
    gathered.add(text, Number::NONE, entry);
}

/// The name before the number of a building, and the numbers; `text` is clean.
pub fn head_and_parts(text: &str) -> Option<(String, Parts)> {
    let folded: Vec<char> = fold_clean(text).chars().collect();
    let is_begin = |at: usize| {
        let is_digit = folded[at].is_ascii_digit();
        is_digit != folded[at - 1].is_ascii_digit() || !is_digit
    };
    for at in 2..folded.len() {
        if !is_begin(at) {
            continue;
        }
        let parts = Parts::read(&folded, at, Dashes::Range);
        let starts = parts.building.as_ref().is_some_and(|building| building.span.start == at);
        if starts && parts.rest.is_empty() {
            return Some((folded[..at].iter().collect(), parts));
        }
    }
    None
}

/// A text as far as it is read.
pub fn short(text: &str) -> &str {
    let text = text.trim();
    text.char_indices().nth(MAX_TEXT_CHARACTERS).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::parts::Numbered;

    #[test]
    fn names_and_numbers_are_told_apart() {
        let told = |text: &str| {
            head_and_parts(&clean(text)).map(|(head, parts)| {
                let part = |part: &Option<Numbered>| part.as_ref().map_or(String::new(), |part| part.value.clone());
                (head, part(&parts.building), part(&parts.stair))
            })
        };
        let of =
            |head: &str, building: &str, stair: &str| Some((head.to_owned(), building.to_owned(), stair.to_owned()));
        assert_eq!(told("荔园小区3号楼2梯"), of("荔园小区", "3", "2"));
        assert_eq!(told("步云村12号"), of("步云村", "12", ""));
        assert_eq!(told("步云一巷3号"), of("步云1巷", "3", ""));
        assert_eq!(told("万达广场A座"), of("万达广场", "a", ""));
        assert_eq!(told("第003网格"), None);
        assert_eq!(told("荔园小区第02单元"), None);
        assert_eq!(told("镇海街道"), None);
        assert_eq!(told("沿街商铺03"), of("沿街商铺", "3", ""));
    }
}
