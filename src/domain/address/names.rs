//! All names of one kind of thing, ready to be found in a text: as they are, by their beginning, in pinyin, or nearly.

use std::ops::Range;

use super::{
    fold::fold_clean,
    grams::Grams,
    sound::typed,
    words::{end_of_name, stem_length},
};
use crate::domain::held::Held;

/// Index into the names, in their order.
pub type NameId = u32;

/// Longest name that is looked for.
const MAX_NAME: usize = 40;

/// Fewest letters of pinyin that stand for a name, and fewest initials.
const MIN_LETTERS: usize = 4;
const MIN_INITIALS: usize = 3;

/// How a name was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// As it is, but for width, case, traditional forms and numerals.
    Exact,
    /// By another name of the same thing.
    Alias,
    /// Without its ending: 凤凰城 for 凤凰城小区.
    Short,
    /// In letters.
    Pinyin,
    /// In first letters.
    Initials,
    /// With characters that sound alike.
    Sound,
    /// With a character wrong, missing or too many.
    Similar,
}

impl How {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Alias => "alias",
            Self::Short => "short",
            Self::Pinyin => "pinyin",
            Self::Initials => "initials",
            Self::Sound => "sound",
            Self::Similar => "similar",
        }
    }

    /// Likeness of a name recognised so, in thousandths; what is only similar says its own.
    pub const fn likeness(self) -> u32 {
        match self {
            Self::Exact => 1000,
            Self::Alias => 980,
            Self::Short => 960,
            Self::Pinyin => 920,
            Self::Initials => 800,
            Self::Sound | Self::Similar => 900,
        }
    }
}

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The name.
    pub name: NameId,
    /// Where it stands.
    pub span: Range<usize>,
    /// How it was recognised.
    pub how: How,
    /// How much it is the name, in thousandths.
    pub likeness: u32,
}

/// Names, each once, sorted.
pub struct Names {
    /// All characters of all names, folded, one behind the other.
    characters: Vec<char>,
    /// Where each begins, and the end.
    starts: Vec<u32>,
    /// The first text of each, clean, one behind the other; where each ends.
    shown: String,
    shown_ends: Vec<u32>,
    /// How the names are spelled: as they are and without endings; sorted by the text.
    spellings: Vec<Spelling>,
    /// All letters of `letters`' entries.
    letters: String,
    /// How the names are typed, sorted by the letters.
    typed: Vec<Letters>,
    grams: Grams,
}

/// The first `length` characters of a name.
#[derive(Clone, Copy)]
struct Spelling {
    name: NameId,
    length: u16,
}

/// Letters that stand for a name.
#[derive(Clone, Copy)]
struct Letters {
    start: u32,
    length: u16,
    is_initials: bool,
    name: NameId,
}

impl Names {
    /// The names of a list of clean texts; and for each text its name, `None` for those too short or long to be looked for.
    pub fn new(texts: &[String]) -> (Self, Vec<Option<NameId>>) {
        let folded: Vec<Vec<char>> = texts.iter().map(|text| fold_clean(text).chars().collect()).collect();
        let mut order: Vec<u32> = (0..texts.len() as u32).collect();
        order.retain(|&at| (2..=MAX_NAME).contains(&folded[at as usize].len()));
        order.sort_unstable_by(|&a, &b| folded[a as usize].cmp(&folded[b as usize]).then(a.cmp(&b)));
        let mut ids = vec![None; texts.len()];
        let (mut characters, mut starts, mut firsts): (Vec<char>, Vec<u32>, Vec<u32>) =
            (Vec::new(), vec![0], Vec::new());
        for (place, &at) in order.iter().enumerate() {
            let text = &folded[at as usize];
            if place == 0 || folded[order[place - 1] as usize] != *text {
                characters.extend(text);
                starts.push(characters.len() as u32);
                firsts.push(at);
            }
            ids[at as usize] = Some(firsts.len() as NameId - 1);
        }
        let mut names = Self {
            characters,
            starts,
            shown: String::new(),
            shown_ends: Vec::new(),
            spellings: Vec::new(),
            letters: String::new(),
            typed: Vec::new(),
            grams: Grams::default(),
        };
        for &at in &firsts {
            names.shown.push_str(&texts[at as usize]);
            names.shown_ends.push(names.shown.len() as u32);
        }
        names.spell();
        names.type_all(firsts.iter().map(|&at| texts[at as usize].as_str()));
        names.grams = Grams::new((0..names.count()).map(|name| names.text(name)));
        (names, ids)
    }

    /// How many there are.
    pub fn count(&self) -> NameId {
        self.starts.len() as NameId - 1
    }

    /// The characters of a name.
    pub fn text(&self, name: NameId) -> &[char] {
        let at = name as usize;
        &self.characters[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// A name as it may be shown: with the numerals that it was given with.
    pub fn shown(&self, name: NameId) -> &str {
        let start = (name as usize).checked_sub(1).map_or(0, |before| self.shown_ends[before] as usize);
        &self.shown[start..self.shown_ends[name as usize] as usize]
    }

    /// The name with just these characters.
    pub fn find(&self, text: &[char]) -> Option<NameId> {
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.text(middle).cmp(text) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        held.list(&self.characters);
        held.list(&self.starts);
        held.own(self.shown.capacity());
        held.list(&self.shown_ends);
        held.list(&self.spellings);
        held.own(self.letters.capacity());
        held.list(&self.typed);
        self.grams.hold(held);
    }

    /// All names that stand in `text` from `from` on as they are, without their ending, or in letters.
    pub fn hits(&self, text: &[char], from: usize, hits: &mut Vec<Hit>) {
        for start in from..text.len() {
            self.spelled_at(text, start, hits);
        }
        let mut at = from;
        while at < text.len() {
            let run = text[at..].iter().take_while(|c| c.is_ascii_lowercase()).count();
            if run >= MIN_INITIALS {
                self.typed_in(text, at..at + run, hits);
            }
            at += run.max(1);
        }
    }

    /// Names that stand nearly in the part `segment` of a text.
    pub fn similar(&self, text: &[char], segment: Range<usize>, hits: &mut Vec<Hit>) {
        self.grams.similar(text, segment, |name| self.text(name), hits);
    }

    fn spelled_at(&self, text: &[char], start: usize, hits: &mut Vec<Hit>) {
        let mut left: &[Spelling] = &self.spellings;
        for (depth, &c) in text[start..].iter().take(MAX_NAME).enumerate() {
            let at = |spelling: &Spelling| {
                let characters = &self.text(spelling.name)[..usize::from(spelling.length)];
                characters.get(depth).copied()
            };
            let first = left.partition_point(|spelling| at(spelling) < Some(c));
            let end = left.partition_point(|spelling| at(spelling) <= Some(c));
            left = &left[first..end];
            if left.is_empty() {
                return;
            }
            let end = start + depth + 1;
            // A number does not end in the middle: 1巷 is not in 11巷, nor 步云1 in 步云12.
            let is_cut =
                |at: usize| at > 0 && at < text.len() && text[at - 1].is_ascii_digit() && text[at].is_ascii_digit();
            if is_cut(start) || is_cut(end) {
                continue;
            }
            for spelling in left.iter().take_while(|spelling| usize::from(spelling.length) == depth + 1) {
                let name = self.text(spelling.name);
                let is_whole = name.len() == depth + 1;
                if is_whole {
                    hits.push(Hit {
                        name: spelling.name,
                        span: start..end,
                        how: How::Exact,
                        likeness: How::Exact.likeness(),
                    });
                }
                // 凤凰城 and 凤凰城住宅小区 are 凤凰城小区, 凤凰城花园 is not.
                let longer = end_of_name(name, text, end).filter(|&longer| !is_whole || longer > end);
                if let Some(end) = longer {
                    hits.push(Hit {
                        name: spelling.name,
                        span: start..end,
                        how: How::Short,
                        likeness: How::Short.likeness(),
                    });
                }
            }
        }
    }

    fn typed_in(&self, text: &[char], run: Range<usize>, hits: &mut Vec<Hit>) {
        // The letters that count, and where each stands.
        let letters: String = text[run.clone()].iter().collect();
        let mut kept: Vec<(u8, usize)> = Vec::new();
        let mut before = b' ';
        for (offset, byte) in letters.bytes().enumerate() {
            let is_dropped = (byte == b'h' && matches!(before, b'z' | b'c' | b's')) || (byte == b'g' && before == b'n');
            if !is_dropped {
                kept.push((byte, run.start + offset));
            }
            before = byte;
        }
        let place = |at: usize| kept.get(at).map_or(run.end, |&(_, place)| place);
        let mut begins = vec![0];
        let mut next = 0;
        while let Some(&begin) = begins.get(next) {
            next += 1;
            let mut left: &[Letters] = &self.typed;
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
                for typed in left.iter().take_while(|typed| usize::from(typed.length) == length) {
                    let how = if typed.is_initials { How::Initials } else { How::Pinyin };
                    // Initials stand for a name only when they are all that was typed.
                    let fits = match how {
                        How::Initials => begin == 0 && end == kept.len(),
                        _ => length >= MIN_LETTERS,
                    };
                    if fits {
                        hits.push(Hit {
                            name: typed.name,
                            span: place(begin)..place(end),
                            how,
                            likeness: how.likeness(),
                        });
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

    fn spell(&mut self) {
        let mut spellings = Vec::with_capacity(2 * self.starts.len());
        for name in 0..self.count() {
            let text = self.text(name);
            let (whole, stem) = (text.len() as u16, stem_length(text) as u16);
            spellings.push(Spelling { name, length: whole });
            if stem < whole {
                spellings.push(Spelling { name, length: stem });
            }
        }
        let text = |spelling: &Spelling| &self.text(spelling.name)[..usize::from(spelling.length)];
        spellings.sort_unstable_by(|a, b| text(a).cmp(text(b)).then(a.name.cmp(&b.name)));
        spellings.shrink_to_fit();
        self.spellings = spellings;
    }

    /// `texts` are the names, clean, in their order.
    fn type_all<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let mut list: Vec<Letters> = Vec::new();
        for (name, text) in (0..).zip(texts) {
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
                        let start = self.letters.len() as u32;
                        self.letters.push_str(letters);
                        list.push(Letters { start, length: letters.len() as u16, is_initials, name });
                    }
                }
            }
        }
        list.sort_unstable_by(|a, b| {
            self.bytes(a).cmp(self.bytes(b)).then(a.name.cmp(&b.name)).then(a.is_initials.cmp(&b.is_initials))
        });
        list.dedup_by(|a, b| a.name == b.name && a.is_initials == b.is_initials && self.bytes(a) == self.bytes(b));
        list.shrink_to_fit();
        self.letters.shrink_to_fit();
        self.typed = list;
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::fold::{clean, fold},
        *,
    };

    fn names(texts: &[&str]) -> Names {
        Names::new(&texts.iter().map(|text| clean(text)).collect::<Vec<_>>()).0
    }

    /// What is found best in a text, with where it stands, how, and how much it is that.
    #[track_caller]
    fn check(names: &Names, text: &str, expected: Option<(&str, &str, How)>) {
        let text: Vec<char> = fold(text).chars().collect();
        let mut hits = Vec::new();
        names.hits(&text, 0, &mut hits);
        names.similar(&text, 0..text.len(), &mut hits);
        hits.sort_by_key(|hit| (std::cmp::Reverse(hit.likeness), std::cmp::Reverse(hit.span.len()), hit.name));
        let shown = |characters: &[char]| characters.iter().collect::<String>();
        let found = hits.first().map(|hit| (shown(names.text(hit.name)), shown(&text[hit.span.clone()]), hit.how));
        let expected = expected.map(|(name, said, how)| (name.to_owned(), said.to_owned(), how));
        assert_eq!(found, expected, "{}", shown(&text));
    }

    #[test]
    fn names_are_found_however_they_are_spelled() {
        let names =
            names(&["凤凰城小区", "步云一巷", "步云十一巷", "镇海街道", "东湖花园", "长寿街", "金色阳光城家园"]);
        check(&names, "住在凤凰城小区3号楼", Some(("凤凰城小区", "凤凰城小区", How::Exact)));
        check(&names, "鳳凰城小區", Some(("凤凰城小区", "凤凰城小区", How::Exact)));
        check(&names, "凤凰城3号楼", Some(("凤凰城小区", "凤凰城", How::Short)));
        check(&names, "凤凰城住宅小区3号楼", Some(("凤凰城小区", "凤凰城住宅小区", How::Short)));
        check(&names, "凤凰城花园", None);
        check(&names, "步云11巷", Some(("步云11巷", "步云11巷", How::Exact)));
        check(&names, "步云第1巷", Some(("步云1巷", "步云1巷", How::Exact)));
        check(&names, "步云二巷", None);
        check(&names, "fenghuangchengxiaoqu20", Some(("凤凰城小区", "fenghuangchengxiaoqu", How::Pinyin)));
        check(&names, "fhcxq20", Some(("凤凰城小区", "fhcxq", How::Initials)));
        check(&names, "zhenhaijiedaofenghuangcheng", Some(("凤凰城小区", "fenghuangcheng", How::Pinyin)));
        check(&names, "changshoujie", Some(("长寿街", "changshoujie", How::Pinyin)));
        check(&names, "凤皇城小区", Some(("凤凰城小区", "凤皇城小区", How::Sound)));
        check(&names, "凤城小区", Some(("凤凰城小区", "凤城小区", How::Similar)));
        check(&names, "金色阳城家园", Some(("金色阳光城家园", "金色阳城家园", How::Similar)));
        check(&names, "西湖花园", None);
        check(&names, "南湖花园", None);
        check(&names, "冬湖花园", Some(("东湖花园", "冬湖花园", How::Sound)));
        check(&names, "不在这里", None);
    }

    #[test]
    fn two_names_in_letters_are_found_behind_one_another() {
        let names = names(&["镇海街道", "凤凰城小区"]);
        let text: Vec<char> = "zhenhaijiedaofenghuangcheng".chars().collect();
        let mut hits = Vec::new();
        names.hits(&text, 0, &mut hits);
        assert!(hits.iter().any(|hit| hit.span == (13..27)), "{hits:?}");
    }
}
