//! Directories: which tile lies where.

use std::sync::Arc;

use super::{
    error::{Part, PmtilesError},
    inflate::inflate,
    layout::{Layout, Section},
};

/// Largest decompressed directory. Writers make leaves of some 100 KB.
const MAX_DIRECTORY_BYTES: u64 = 8 << 20;

/// Most entries of a directory.
const MAX_ENTRIES: usize = 1 << 20;

/// Largest stored leaf directory, and largest stored tile.
const MAX_STORED_BYTES: u32 = 16 << 20;

/// How many leaf directories lie below one another. Writers make one level of them.
pub const MAX_LEAF_DEPTH: usize = 4;

/// Bytes of an entry in memory.
const ENTRY_BYTES: usize = size_of::<Entry>();

/// A directory: entries by the number of their first tile.
///
/// **Invariant**: numbers ascend; every entry lies within the section that it points into, and is within the limits.
#[derive(Debug, PartialEq, Eq)]
pub struct Directory(Vec<Entry>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    first: u64,
    /// Within its section.
    offset: u64,
    length: u32,
    /// How many tiles in a row have these bytes; 0 for a leaf directory.
    run: u32,
}

/// Where something lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// From the start of the file.
    pub offset: u64,
    /// Its length, above 0.
    pub length: u32,
    is_leaf: bool,
}

impl Directory {
    /// Reads a directory from its stored bytes.
    pub(super) fn parse(stored: &[u8], layout: &Layout, part: Part) -> Result<Self, PmtilesError> {
        let damaged = |what| PmtilesError::Damaged { part, what };
        let bytes = inflate(stored, layout.internal_compression(), part, MAX_DIRECTORY_BYTES)?;
        let mut numbers = Numbers { rest: &bytes };
        let count = numbers.next().ok_or(damaged("it has no count"))?;
        // Each entry takes a byte in each of four columns.
        let count = usize::try_from(count).ok().filter(|&count| count <= MAX_ENTRIES && count <= bytes.len() / 4);
        let mut entries = vec![
            Entry { first: 0, offset: 0, length: 0, run: 0 };
            count.ok_or(damaged("its count is more than it holds"))?
        ];
        let short = damaged("it ends within an entry");
        let mut next = || numbers.next().ok_or_else(|| short.clone());
        let mut first = 0_u64;
        for (index, entry) in entries.iter_mut().enumerate() {
            let step = next()?;
            let ascends = step > 0 || index == 0;
            first = first.checked_add(step).filter(|_| ascends).ok_or(damaged("its tiles do not ascend"))?;
            entry.first = first;
        }
        for entry in &mut entries {
            entry.run = u32::try_from(next()?).map_err(|_| damaged("a run is too long"))?;
        }
        for entry in &mut entries {
            let length = u32::try_from(next()?).ok().filter(|length| (1..=MAX_STORED_BYTES).contains(length));
            entry.length = length.ok_or(damaged("an entry is empty or larger than 16 MiB"))?;
        }
        // A zero stands for "right behind the entry before".
        let mut behind = None;
        for entry in &mut entries {
            let stated = next()?;
            entry.offset = stated.checked_sub(1).or(behind).ok_or(damaged("the first entry lies behind nothing"))?;
            let section = section_of(layout, entry.run);
            let end = entry.offset.checked_add(entry.length.into()).filter(|&end| end <= section.length);
            behind = Some(end.ok_or(damaged("an entry lies outside of the archive"))?);
        }
        if !numbers.rest.is_empty() {
            return Err(damaged("there is something behind its entries"));
        }
        Ok(Self(entries))
    }

    /// Where the tile `id` lies, or the leaf directory that knows.
    fn find(&self, id: u64, layout: &Layout) -> Option<Span> {
        let entry = self.0[..self.0.partition_point(|entry| entry.first <= id)].last()?;
        let is_leaf = entry.run == 0;
        let span = Span { offset: section_of(layout, entry.run).offset + entry.offset, length: entry.length, is_leaf };
        (is_leaf || id - entry.first < u64::from(entry.run)).then_some(span)
    }

    /// Bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.0.len() * ENTRY_BYTES
    }
}

fn section_of(layout: &Layout, run: u32) -> Section {
    if run == 0 { layout.leaves } else { layout.tiles }
}

/// Where the tile `id` lies; `None` when the archive does not have it. `leaf` gives the leaf directories on the way.
pub fn find_tile<E: From<PmtilesError>>(
    layout: &Layout,
    root: &Arc<Directory>,
    id: u64,
    mut leaf: impl FnMut(Span) -> Result<Arc<Directory>, E>,
) -> Result<Option<Span>, E> {
    let mut directory = Arc::clone(root);
    for _ in 0..=MAX_LEAF_DEPTH {
        match directory.find(id, layout) {
            Some(span) if span.is_leaf => directory = leaf(span)?,
            found => return Ok(found),
        }
    }
    let what = "they lie below one another more than 4 deep";
    Err(PmtilesError::Damaged { part: Part::Leaves, what }.into())
}

/// Variable-length numbers: seven bits a byte, the lowest first.
struct Numbers<'a> {
    rest: &'a [u8],
}

impl Numbers<'_> {
    /// `None` at the end, and for what does not fit 64 bits.
    fn next(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7F);
            if shift == 63 && bits > 1 {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}
