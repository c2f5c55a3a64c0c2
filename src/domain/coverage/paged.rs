//! Lists in pages: a list with a few changes shares all other pages with the one that it came from.

use std::{
    collections::{BTreeMap, btree_map::Range},
    iter::FlatMap,
    ops::Index,
    slice::Iter,
    sync::Arc,
};

use crate::domain::held::Held;

/// Bytes of a page: few, because a change in one place copies some pages, and not so few that the list of pages, which every
/// edit copies, takes more than they do.
const PAGE_BYTES: usize = 1024;

/// Rows of a page.
const PAGE_ROWS: usize = 128;

/// A list in pages. One that was made of another by a few edits shares all other pages with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    pages: Vec<Arc<[T]>>,
    length: usize,
}

impl<T> Paged<T> {
    /// Entries of a page.
    const PAGE_ENTRIES: usize = (PAGE_BYTES / size_of::<T>()).next_power_of_two();
}

impl<T: Clone + PartialEq> Paged<T> {
    /// The list of `entries`.
    pub fn new(entries: &[T]) -> Self {
        Self { pages: entries.chunks(Self::PAGE_ENTRIES).map(Arc::from).collect(), length: entries.len() }
    }

    /// The list of `entries` that shares with this one the pages that are equal.
    pub fn with(&self, entries: &[T]) -> Self {
        let page = |(number, entries): (usize, &[T])| match self.pages.get(number).filter(|page| ***page == *entries) {
            Some(page) => Arc::clone(page),
            None => Arc::from(entries),
        };
        Self { pages: entries.chunks(Self::PAGE_ENTRIES).enumerate().map(page).collect(), length: entries.len() }
    }

    /// How many entries it has.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether it has no entries.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The last entry.
    pub fn last(&self) -> Option<&T> {
        self.pages.last()?.last()
    }

    /// All entries in their order.
    pub fn iter(&self) -> Entries<'_, T> {
        self.into_iter()
    }

    /// Counts its memory; `each` counts what hangs on an entry.
    pub fn hold(&self, held: &mut Held, mut each: impl FnMut(&mut Held, &T)) {
        held.list(&self.pages);
        for page in &self.pages {
            if held.part(page) {
                page.iter().for_each(|entry| each(held, entry));
            }
        }
    }

    /// The numbers, in either list, of entries that `is_same` does not call the same; pages that both share are passed over.
    pub fn differing(&self, other: &Self, is_same: impl Fn(usize) -> bool) -> Vec<usize> {
        differing((&self.pages, self.length), (&other.pages, other.length), Self::PAGE_ENTRIES, is_same)
    }

    /// The list with some entries changed or appended; appended ones leave no hole. Where all are as they were, nothing is copied.
    pub fn edited(&self, edits: &BTreeMap<usize, T>) -> Self {
        let is_other = |(number, entry): &(&usize, &T)| **number >= self.length || self[**number] != **entry;
        let edits: BTreeMap<usize, &T> =
            edits.iter().filter(is_other).map(|(&number, entry)| (number, entry)).collect();
        let length = edits.last_key_value().map_or(0, |(&last, _)| last + 1).max(self.length);
        let mut edited = Self { pages: self.pages.clone(), length };
        for_each_page(&edits, Self::PAGE_ENTRIES, |page, edits| {
            let mut entries = edited.pages.get(page).map_or_else(Vec::new, |page| page.to_vec());
            for (&number, &entry) in edits {
                match entries.get_mut(number % Self::PAGE_ENTRIES) {
                    Some(slot) => *slot = entry.clone(),
                    None => entries.push(entry.clone()),
                }
            }
            put(&mut edited.pages, page, entries.into());
        });
        edited
    }
}

impl<T> Index<usize> for Paged<T> {
    type Output = T;

    #[inline]
    fn index(&self, number: usize) -> &T {
        &self.pages[number / Self::PAGE_ENTRIES][number % Self::PAGE_ENTRIES]
    }
}

impl<'a, T> IntoIterator for &'a Paged<T> {
    type Item = &'a T;
    type IntoIter = Entries<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.pages.iter().flat_map(|page| page.iter())
    }
}

/// The entries of a list, in their order.
pub type Entries<'a, T> = FlatMap<Iter<'a, Arc<[T]>>, Iter<'a, T>, fn(&'a Arc<[T]>) -> Iter<'a, T>>;

/// Lists of numbers, one list a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table<T> {
    /// First entry of each row, and one end.
    pub(super) starts: Vec<u32>,
    pub(super) entries: Vec<T>,
}

impl<T: Copy> Table<T> {
    pub(super) fn row(&self, row: usize) -> &[T] {
        &self.entries[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// The table with `rows` rows of the `(row, entry)` pairs, in the given order within a row.
    pub(super) fn from_pairs(rows: usize, pairs: &[(u32, T)]) -> Self {
        let mut starts = vec![0_u32; rows + 1];
        for (row, _) in pairs {
            starts[*row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut order: Vec<u32> = (0..pairs.len() as u32).collect();
        order.sort_by_key(|&pair| pairs[pair as usize].0);
        Self { starts, entries: order.into_iter().map(|pair| pairs[pair as usize].1).collect() }
    }

    fn from_rows<'a>(rows: impl Iterator<Item = &'a [T]>) -> Self
    where
        T: 'a,
    {
        let mut table = Self { starts: vec![0], entries: Vec::new() };
        for row in rows {
            table.entries.extend_from_slice(row);
            table.starts.push(table.entries.len() as u32);
        }
        table.starts.shrink_to_fit();
        table.entries.shrink_to_fit();
        table
    }
}

/// A table whose pages are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows<T> {
    pages: Vec<Arc<Table<T>>>,
    length: usize,
}

impl<T: Copy + PartialEq> Rows<T> {
    pub(super) fn new(table: &Table<T>) -> Self {
        let length = table.starts.len() - 1;
        let page = |first: usize| {
            let rows = first..(first + PAGE_ROWS).min(length);
            Arc::new(Table::from_rows(rows.map(|row| table.row(row))))
        };
        Self { pages: (0..length).step_by(PAGE_ROWS).map(page).collect(), length }
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Counts its memory.
    pub(super) fn hold(&self, held: &mut Held) {
        held.list(&self.pages);
        for page in &self.pages {
            if held.part(page) {
                held.list(&page.starts);
                held.list(&page.entries);
            }
        }
    }

    #[inline]
    pub(super) fn row(&self, row: usize) -> &[T] {
        self.pages[row / PAGE_ROWS].row(row % PAGE_ROWS)
    }

    /// The numbers, in either table, of rows that `is_same` does not call the same; pages that both share are passed over.
    pub(super) fn differing(&self, other: &Self, is_same: impl Fn(usize) -> bool) -> Vec<usize> {
        differing((&self.pages, self.length), (&other.pages, other.length), PAGE_ROWS, is_same)
    }

    /// The table with some rows changed or appended; appended ones leave no hole. Where all are as they were, nothing is copied.
    pub(super) fn edited(&self, edits: &BTreeMap<usize, Vec<T>>) -> Self {
        let is_other = |(number, row): &(&usize, &Vec<T>)| **number >= self.length || self.row(**number) != &row[..];
        let edits: BTreeMap<usize, &[T]> =
            edits.iter().filter(is_other).map(|(&number, row)| (number, &row[..])).collect();
        let length = edits.last_key_value().map_or(0, |(&last, _)| last + 1).max(self.length);
        let mut edited = Self { pages: self.pages.clone(), length };
        for_each_page(&edits, PAGE_ROWS, |page, _| {
            let rows = (length - page * PAGE_ROWS).min(PAGE_ROWS);
            let row = |row: usize| match edits.get(&(page * PAGE_ROWS + row)) {
                Some(changed) => changed,
                None => self.row(page * PAGE_ROWS + row),
            };
            let table = Table::from_rows((0..rows).map(row));
            put(&mut edited.pages, page, Arc::new(table));
        });
        edited
    }
}

/// Visits the numbers of the pages that edits fall into, each once with its edits.
fn for_each_page<T>(edits: &BTreeMap<usize, T>, page_size: usize, mut visit: impl FnMut(usize, Range<'_, usize, T>)) {
    let mut next = edits.first_key_value();
    while let Some((&first, _)) = next {
        let page = first / page_size;
        visit(page, edits.range(page * page_size..(page + 1) * page_size));
        next = edits.range((page + 1) * page_size..).next();
    }
}

fn differing<P: ?Sized>(
    (one, one_length): (&[Arc<P>], usize),
    (other, other_length): (&[Arc<P>], usize),
    page_size: usize,
    is_same: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let length = one_length.max(other_length);
    let is_shared = |page: usize| match (one.get(page), other.get(page)) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => false,
    };
    let pages = (0..length.div_ceil(page_size)).filter(|&page| !is_shared(page));
    let numbers = pages.flat_map(|page| page * page_size..((page + 1) * page_size).min(length));
    numbers.filter(|&number| !is_same(number)).collect()
}

fn put<P>(pages: &mut Vec<P>, number: usize, page: P) {
    match pages.get_mut(number) {
        Some(slot) => *slot = page,
        None => pages.push(page),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_change_and_append_and_share_the_rest() {
        let entries: Vec<u32> = (0..2000).collect();
        let list = Paged::new(&entries);
        let edited = list.edited(&BTreeMap::from([(3, 7), (1999, 8), (2000, 9)]));
        let mut expected = entries.clone();
        (expected[3], expected[1999]) = (7, 8);
        expected.push(9);
        assert_eq!(edited.iter().copied().collect::<Vec<_>>(), expected);
        assert_eq!((edited.len(), edited[2000], edited.last()), (2001, 9, Some(&9)));
        let shared = list.pages.iter().zip(&edited.pages).filter(|(one, other)| Arc::ptr_eq(one, other)).count();
        assert_eq!((shared, list.pages.len()), (6, 8));
        let same = list.edited(&BTreeMap::from([(0, 0), (1000, 1000)]));
        assert!(list.pages.iter().zip(&same.pages).all(|(one, other)| Arc::ptr_eq(one, other)));
        let again = list.with(&expected);
        assert_eq!(again, edited);
        let shared = list.pages.iter().zip(&again.pages).filter(|(one, other)| Arc::ptr_eq(one, other)).count();
        assert_eq!((shared, list.with(&expected[..70]).len()), (6, 70));
    }

    #[test]
    fn rows_change_and_append() {
        let pairs: Vec<(u32, u32)> = (0..300).flat_map(|row| (0..row % 4).map(move |entry| (row, entry))).collect();
        let rows = Rows::new(&Table::from_pairs(300, &pairs));
        let edited = rows.edited(&BTreeMap::from([(0, vec![5, 6]), (299, vec![]), (300, vec![1])]));
        let row = |row: usize| match row {
            0 => vec![5, 6],
            299 => vec![],
            300 => vec![1],
            row => (0..row as u32 % 4).collect(),
        };
        for number in 0..=300 {
            assert_eq!(edited.row(number), row(number), "row {number}");
        }
        assert_eq!(edited.len(), 301);
        assert!(Arc::ptr_eq(&rows.pages[1], &edited.pages[1]));
        assert!(Arc::ptr_eq(&rows.pages[0], &rows.edited(&BTreeMap::from([(1, vec![0])])).pages[0]));
        let long: BTreeMap<usize, Vec<u32>> = (300..900).map(|row| (row, vec![row as u32])).collect();
        assert_eq!(rows.edited(&long).row(777), [777]);
    }
}
