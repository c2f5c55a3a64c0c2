//! Many short byte strings, in pages that several lists share.

use std::{collections::BTreeMap, sync::Arc};

use crate::domain::held::Held;

/// Byte strings of a page.
const PAGE: usize = 64;

/// A list of byte strings by number; most may be empty.
#[derive(Clone, Default)]
pub(in super::super) struct Blobs {
    /// A page of empty strings only is not there.
    pages: Vec<Option<Arc<Page>>>,
}

struct Page {
    /// Where each string ends in `bytes`; the first begins at 0.
    ends: Box<[u32]>,
    bytes: Box<[u8]>,
}

impl Blobs {
    /// The strings that `put` appends for each number below `count`.
    pub(super) fn new(count: usize, mut put: impl FnMut(usize, &mut Vec<u8>)) -> Self {
        let mut bytes = Vec::new();
        let page = |first: usize| page_of(first..count.min(first + PAGE), &mut bytes, &mut put);
        Self { pages: (0..count).step_by(PAGE).map(page).collect() }
    }

    /// A string; empty if there is none.
    pub(in super::super) fn get(&self, number: usize) -> &[u8] {
        let page = self.pages.get(number / PAGE).and_then(Option::as_ref);
        page.map_or(&[], |page| page.get(number % PAGE))
    }

    /// The list with some strings changed or added.
    pub(super) fn edited(&self, edits: &BTreeMap<usize, Vec<u8>>) -> Self {
        let mut edited = self.clone();
        let mut bytes = Vec::new();
        let mut next = edits.keys().next().copied();
        while let Some(number) = next {
            let numbers = number / PAGE * PAGE..(number / PAGE + 1) * PAGE;
            let put = |number: usize, bytes: &mut Vec<u8>| {
                bytes.extend_from_slice(edits.get(&number).map_or_else(|| self.get(number), Vec::as_slice));
            };
            if edited.pages.len() <= number / PAGE {
                edited.pages.resize(number / PAGE + 1, None);
            }
            next = edits.range(numbers.end..).next().map(|(&number, _)| number);
            edited.pages[number / PAGE] = page_of(numbers, &mut bytes, put);
        }
        edited
    }

    /// Counts its memory.
    pub(super) fn hold(&self, held: &mut Held) {
        held.list(&self.pages);
        for page in self.pages.iter().flatten() {
            if held.part(page) {
                held.own(size_of_val(&*page.ends) + page.bytes.len());
            }
        }
    }
}

impl Page {
    fn get(&self, place: usize) -> &[u8] {
        // the last page of a list may be short
        let Some(&end) = self.ends.get(place) else { return &[] };
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..end as usize]
    }
}

/// The page of some strings; `bytes` is overwritten.
fn page_of(
    numbers: std::ops::Range<usize>,
    bytes: &mut Vec<u8>,
    mut put: impl FnMut(usize, &mut Vec<u8>),
) -> Option<Arc<Page>> {
    bytes.clear();
    let end = |number: usize| {
        put(number, bytes);
        bytes.len() as u32
    };
    let ends: Box<[u32]> = numbers.map(end).collect();
    (!bytes.is_empty()).then(|| Arc::new(Page { ends, bytes: bytes.as_slice().into() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_change_what_they_name_and_share_the_rest() {
        let text = |number: usize| vec![number as u8; number % 5];
        let blobs = Blobs::new(1000, |number, bytes| bytes.extend(text(number)));
        let edits: BTreeMap<usize, Vec<u8>> =
            [(3, vec![9]), (70, Vec::new()), (71, vec![1, 2]), (1010, vec![3]), (2000, vec![7])].into();
        let edited = blobs.edited(&edits);
        for number in 0..3000 {
            let old = if number < 1000 { text(number) } else { Vec::new() };
            assert_eq!(blobs.get(number), old);
            assert_eq!(edited.get(number), edits.get(&number).unwrap_or(&old).as_slice(), "{number}");
        }
        let is_shared = |(one, other): (&Option<Arc<Page>>, &Option<Arc<Page>>)| match (one, other) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        assert_eq!(blobs.pages.iter().zip(&edited.pages).filter(|&pages| is_shared(pages)).count(), 13);
        assert!(edited.pages[20].is_none());
        let bytes_beside = |held: &Held, blobs: &Blobs| {
            let mut both = held.clone();
            blobs.hold(&mut both);
            both.bytes() - held.bytes()
        };
        let mut held = Held::default();
        blobs.hold(&mut held);
        assert!(bytes_beside(&Held::default(), &edited) > held.bytes());
        assert!(bytes_beside(&held, &edited) < held.bytes() / 2);
    }
}
