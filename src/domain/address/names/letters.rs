//! Names as they are typed in letters: pinyin, and its first letters.

use std::ops::Range;

use crate::domain::{
    address::{
        hit::{Hit, How, NameId},
        sound::typed,
        words::stem_length,
    },
    held::Held,
};

/// Fewest letters of pinyin that stand for a name.
const MIN_LETTERS: usize = 4;

/// Fewest first letters that stand for a name.
pub const MIN_INITIALS: usize = 3;

/// Names that the same letters lead to, at most, by their order.
const MAX_OF_LETTERS: usize = 64;

/// How names are typed.
#[derive(Default)]
pub struct TypedNames {
    /// All letters of `list`.
    letters: String,
    /// Sorted by the letters.
    list: Vec<Letters>,
}

/// Letters that stand for a name.
#[derive(Clone, Copy)]
struct Letters {
    start: u32,
    length: u16,
    is_initials: bool,
    name: NameId,
}

impl TypedNames {
    /// How `names`, clean, in their order, are typed: whole, and without their ending.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let (mut all, mut list): (String, Vec<Letters>) = (String::new(), Vec::new());
        for (name, text) in (0..).zip(names) {
            let characters: Vec<char> = text.chars().collect();
            let stem: String = characters[..stem_length(&characters)].iter().collect();
            let shorter = (stem != text).then_some(stem);
            for spelled in std::iter::once(text.to_owned()).chain(shorter) {
                for typed in typed(&spelled) {
                    for (letters, is_initials) in [(&typed.whole, false), (&typed.initials, true)] {
                        let least = if is_initials { MIN_INITIALS } else { MIN_LETTERS };
                        if letters.len() < least || !letters.bytes().all(|byte| byte.is_ascii_lowercase()) {
                            continue;
                        }
                        let start = all.len() as u32;
                        all.push_str(letters);
                        list.push(Letters { start, length: letters.len() as u16, is_initials, name });
                    }
                }
            }
        }
        all.shrink_to_fit();
        let mut made = Self { letters: all, list: Vec::new() };
        list.sort_unstable_by(|a, b| {
            made.bytes(a).cmp(made.bytes(b)).then(a.name.cmp(&b.name)).then(a.is_initials.cmp(&b.is_initials))
        });
        list.dedup_by(|a, b| a.name == b.name && a.is_initials == b.is_initials && made.bytes(a) == made.bytes(b));
        list.shrink_to_fit();
        made.list = list;
        made
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        held.own(self.letters.capacity());
        held.list(&self.list);
    }

    /// Appends the names that the letters `run` of `text` stand for, one behind the other.
    pub fn hits(&self, text: &[char], run: Range<usize>, hits: &mut Vec<Hit>) {
        let kept = kept(text, run.clone());
        let place = |at: usize| kept.get(at).map_or(run.end, |&(_, place)| place);
        let mut begins = vec![0];
        let mut next = 0;
        while let Some(&begin) = begins.get(next) {
            next += 1;
            let mut left: &[Letters] = &self.list;
            for depth in 0..kept.len() - begin {
                let byte = kept[begin + depth].0;
                let at = |typed: &Letters| self.bytes(typed).get(depth).copied();
                let first = left.partition_point(|typed| at(typed) < Some(byte));
                let end = left.partition_point(|typed| at(typed) <= Some(byte));
                left = &left[first..end];
                if left.is_empty() {
                    break;
                }
                let (end, length) = (begin + depth + 1, depth + 1);
                let whole = left.iter().take_while(|typed| usize::from(typed.length) == length);
                for typed in whole.take(MAX_OF_LETTERS) {
                    let how = if typed.is_initials { How::Initials } else { How::Pinyin };
                    // Initials stand for a name only when they are all that was typed.
                    let fits = match how {
                        How::Initials => begin == 0 && end == kept.len(),
                        _ => length >= MIN_LETTERS,
                    };
                    if fits {
                        let span = place(begin)..place(end);
                        hits.push(Hit { name: typed.name, span, how, likeness: how.likeness() });
                        if how == How::Pinyin && !begins.contains(&end) && end < kept.len() {
                            begins.push(end);
                        }
                    }
                }
            }
        }
    }

    fn bytes(&self, typed: &Letters) -> &[u8] {
        &self.letters.as_bytes()[typed.start as usize..typed.start as usize + usize::from(typed.length)]
    }
}

/// The letters of a run that count, and where each stands: zh is z, -ng is -n.
fn kept(text: &[char], run: Range<usize>) -> Vec<(u8, usize)> {
    let mut kept: Vec<(u8, usize)> = Vec::new();
    let mut before = ' ';
    for at in run {
        let c = text[at];
        let is_dropped = (c == 'h' && matches!(before, 'z' | 'c' | 's')) || (c == 'g' && before == 'n');
        if !is_dropped {
            kept.push((c as u8, at));
        }
        before = c;
    }
    kept
}
