//! All names of one kind of thing, ready to be found in a text: as they are, by their beginning, in pinyin, or nearly.

mod letters;

use std::ops::Range;

use self::letters::{MIN_INITIALS, TypedNames};
use super::{
    fold::fold_clean,
    grams::{Effort, Grams},
    hit::{Hit, How, NameId},
    words::{end_of_name, stem_length},
};
use crate::domain::held::Held;

/// Longest name that is looked for.
const MAX_NAME: usize = 40;

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
    /// How they are typed in letters.
    typed: TypedNames,
    grams: Grams,
}

/// The first `length` characters of a name.
#[derive(Clone, Copy)]
struct Spelling {
    name: NameId,
    length: u16,
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
            typed: TypedNames::new(firsts.iter().map(|&at| texts[at as usize].as_str())),
            grams: Grams::default(),
        };
        for &at in &firsts {
            names.shown.push_str(&texts[at as usize]);
            names.shown_ends.push(names.shown.len() as u32);
        }
        names.spell();
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
        self.typed.hold(held);
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
                self.typed.hits(text, at..at + run, hits);
            }
            at += run.max(1);
        }
    }

    /// Names that stand nearly in the part `segment` of a text, as far as `effort` reaches.
    pub fn similar(&self, text: &[char], segment: Range<usize>, effort: &mut Effort, hits: &mut Vec<Hit>) {
        self.grams.similar((text, segment), |name| self.text(name), effort, hits);
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
        names.similar(&text, 0..text.len(), &mut Effort::default(), &mut hits);
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
