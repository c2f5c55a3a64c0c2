//! The numbers of an address: building, stair, floor, room.

use std::ops::Range;

use super::words::{Suffix, filler_length, suffix_at};

/// What one part of an address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// An area that the rest lies in.
    Area,
    /// 小区.
    Estate,
    /// A road.
    Road,
    /// Any other named place.
    Place,
    /// 楼号, 门牌号.
    Building,
    /// 梯位, 单元.
    Stair,
    /// 层.
    Floor,
    /// 室.
    Room,
    /// Words that are not understood.
    Text,
}

impl Part {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Estate => "estate",
            Self::Road => "road",
            Self::Place => "place",
            Self::Building => "building",
            Self::Stair => "stair",
            Self::Floor => "floor",
            Self::Room => "room",
            Self::Text => "text",
        }
    }
}

/// A number or letter out of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The number, folded: `20`, `3b`, `a`, `东`.
    pub value: String,
    /// The first of several: of 1-3层 it is 1.
    pub from: Option<String>,
    /// Where it stands, with its word.
    pub span: Range<usize>,
}

/// What an address says behind a name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// 楼号, 门牌号.
    pub building: Option<Numbered>,
    /// 梯位, 单元.
    pub stair: Option<Numbered>,
    /// 层; below ground it begins with `-`.
    pub floor: Option<Numbered>,
    /// 室.
    pub room: Option<Numbered>,
    /// What is not understood.
    pub rest: Vec<Range<usize>>,
}

/// Whether 1-3 is several numbers, or one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dashes {
    /// 20-3: what people type.
    Follow,
    /// 1-3层: what units are called.
    Range,
}

/// A number with the word behind it.
struct Token {
    value: String,
    suffix: Suffix,
    span: Range<usize>,
    /// Whether a dash is all that stands before it.
    is_dashed: bool,
}

impl Parts {
    /// Reads `text`, folded, from `start` to its end.
    pub fn read(text: &[char], start: usize, dashes: Dashes) -> Self {
        let (tokens, rest) = tokens(text, start);
        let mut parts = Self { rest, ..Self::default() };
        let mut at = 0;
        while at < tokens.len() {
            at += parts.take(&tokens, at, dashes);
        }
        parts
    }

    /// The storey: the one that is said, or that of a room with three or four digits.
    pub fn storey(&self) -> Option<i16> {
        if let Some(floor) = &self.floor {
            return floor
                .value
                .trim_start_matches('b')
                .parse()
                .ok()
                .map(|number: i16| if floor.value.starts_with('b') { -number } else { number });
        }
        let room = &self.room.as_ref()?.value;
        let is_plain = matches!(room.len(), 3 | 4) && room.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain { room[..room.len() - 2].parse().ok() } else { None }
    }

    /// Takes the token `at`, and those that belong to it; how many.
    fn take(&mut self, tokens: &[Token], at: usize, dashes: Dashes) -> usize {
        let token = &tokens[at];
        let follows = |offset: usize| tokens.get(at + offset).filter(|next| next.is_dashed);
        if token.suffix == Suffix::Bare
            && dashes == Dashes::Range
            && let Some(next) = follows(1)
            && matches!(next.suffix, Suffix::Stair | Suffix::Floor | Suffix::Room | Suffix::Storey)
        {
            self.put(next.suffix, next, Some(token.value.clone()), token.span.start);
            return 2;
        }
        if token.suffix == Suffix::Bare {
            return self.take_bare(tokens, at);
        }
        let suffix = match token.suffix {
            // 3楼 is a building where none is named before or behind, else a storey.
            Suffix::Storey => {
                let is_named = tokens[at + 1..].iter().any(|other| other.suffix == Suffix::Building);
                if self.building.is_none() && !is_named && !token.value.starts_with('-') {
                    Suffix::Building
                } else {
                    Suffix::Floor
                }
            }
            Suffix::Number if self.building.is_some() => Suffix::Room,
            Suffix::Number => Suffix::Building,
            other => other,
        };
        self.put(suffix, token, None, token.span.start);
        1
    }

    /// Takes numbers without words, from `at` on: they stand in the order building, stair, room.
    fn take_bare(&mut self, tokens: &[Token], at: usize) -> usize {
        let run = tokens[at..].iter().take_while(|token| token.suffix == Suffix::Bare).count();
        // 20-2梯: the run ends where words begin, and what they name is not for the run.
        let names = |suffix| tokens[at + run..].iter().any(|token| token.suffix == suffix);
        let mut open: Vec<Suffix> = Vec::new();
        if self.building.is_none() && !names(Suffix::Building) {
            open.push(Suffix::Building);
        }
        if self.stair.is_none() && !names(Suffix::Stair) {
            open.push(Suffix::Stair);
        }
        if run > 3 && self.floor.is_none() {
            open.push(Suffix::Floor);
        }
        if self.room.is_none() && !names(Suffix::Room) {
            open.push(Suffix::Room);
        }
        // One fewer than there are places: the stair is what is left out.
        if run < open.len() && (run == 2 || self.building.is_some()) && tokens.len() == at + run {
            open.retain(|&suffix| suffix != Suffix::Stair);
        }
        for (offset, token) in tokens[at..at + run].iter().enumerate() {
            match open.get(offset) {
                Some(&suffix) => self.put(suffix, token, None, token.span.start),
                None => self.rest.push(token.span.clone()),
            }
        }
        run
    }

    fn put(&mut self, suffix: Suffix, token: &Token, from: Option<String>, start: usize) {
        let place = match suffix {
            Suffix::Building | Suffix::Number => &mut self.building,
            Suffix::Stair => &mut self.stair,
            Suffix::Floor | Suffix::Storey => &mut self.floor,
            Suffix::Room | Suffix::Bare => &mut self.room,
        };
        let span = start..token.span.end;
        if place.is_some() {
            self.rest.push(span);
        } else {
            *place = Some(Numbered { value: token.value.clone(), from, span });
        }
    }
}

/// All numbers of `text` from `start` on, and what stands between them.
fn tokens(text: &[char], start: usize) -> (Vec<Token>, Vec<Range<usize>>) {
    let (mut tokens, mut rest): (Vec<Token>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let (mut at, mut is_dashed) = (start, false);
    while at < text.len() {
        if text[at] == '-' && !text.get(at + 1).is_some_and(|_| is_below_ground(text, at)) {
            (at, is_dashed) = (at + 1, true);
            continue;
        }
        if let Some((value, end)) = number_at(text, at) {
            let (suffix, suffix_end) = suffix_at(text, end).unwrap_or((Suffix::Bare, end));
            // The 1 of 1网格 belongs to a name.
            let is_of_name = text.get(end).is_some_and(|&c| c != '-' && filler_length(&text[end..]) == 0);
            if suffix == Suffix::Bare && is_of_name && number_at(text, end).is_none() {
                match rest.last_mut() {
                    Some(last) if last.end == at => last.end = end,
                    _ => rest.push(at..end),
                }
                (at, is_dashed) = (end, false);
                continue;
            }
            tokens.push(Token { value, suffix, span: at..suffix_end, is_dashed });
            (at, is_dashed) = (suffix_end, false);
            continue;
        }
        let skipped = filler_length(&text[at..]);
        if skipped > 0 {
            at += skipped;
            continue;
        }
        match rest.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => rest.push(at..at + 1),
        }
        (at, is_dashed) = (at + 1, false);
    }
    (tokens, rest)
}

/// The number or letter at `at`, and where it ends.
fn number_at(text: &[char], at: usize) -> Option<(String, usize)> {
    let begin = if text[at] == '-' { at + 1 } else { at };
    let is_digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    let is_letter = |at: usize| text.get(at).is_some_and(char::is_ascii_lowercase);
    let mut end = begin;
    if is_letter(end) && is_digit(end + 1) && (at == 0 || !text[at - 1].is_ascii_lowercase()) {
        end += 1;
    }
    let digits = end;
    while is_digit(end) {
        end += 1;
    }
    if end == digits {
        // A座, 甲栋, 东单元.
        let is_sign = is_letter(begin)
            || matches!(text[begin], '甲' | '乙' | '丙' | '丁' | '东' | '西' | '南' | '北' | '中' | '左' | '右');
        let is_alone = begin == 0 || !text[begin - 1].is_ascii_lowercase();
        let suffix = if is_sign && is_alone { suffix_at(text, begin + 1) } else { None };
        let allowed = if is_letter(begin) {
            suffix.is_some_and(|(_, end)| !text[end - 1].is_ascii_lowercase())
        } else {
            matches!(suffix, Some((Suffix::Building | Suffix::Stair, _)))
        };
        return allowed.then(|| (text[begin].to_string(), begin + 1));
    }
    // 3b栋, but not the f of 3f.
    if is_letter(end) && !is_letter(end + 1) && suffix_at(text, end).is_none_or(|_| suffix_at(text, end + 1).is_some())
    {
        end += 1;
    }
    Some((text[at..end].iter().collect(), end))
}

fn is_below_ground(text: &[char], at: usize) -> bool {
    let digits = text[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
    let is_behind_number = at > 0 && text[at - 1].is_ascii_alphanumeric();
    digits > 0
        && !is_behind_number
        && matches!(suffix_at(text, at + 1 + digits), Some((Suffix::Floor | Suffix::Storey, _)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, dashes: Dashes) -> String {
        let text: Vec<char> = super::super::fold::fold(text).chars().collect();
        let parts = Parts::read(&text, 0, dashes);
        let one = |part: &Option<Numbered>| match part {
            Some(Numbered { value, from: Some(from), .. }) => format!("{from}..{value}"),
            Some(Numbered { value, .. }) => value.clone(),
            None => "_".to_owned(),
        };
        let rest: Vec<String> = parts.rest.iter().map(|span| text[span.clone()].iter().collect()).collect();
        format!(
            "{} {} {} {} {}",
            one(&parts.building),
            one(&parts.stair),
            one(&parts.floor),
            one(&parts.room),
            rest.join("|")
        )
    }

    #[test]
    fn numbers_are_read_by_their_words() {
        for (text, expected) in [
            ("20号楼2梯107室", "20 2 _ 107 "),
            ("20栋2单元107", "20 2 _ 107 "),
            ("二十幢二门一零七房", "20 2 _ 107 "),
            ("20#2梯位107户", "20 2 _ 107 "),
            ("20#楼107号", "20 _ _ 107 "),
            ("20-2-107", "20 2 _ 107 "),
            ("20-107", "20 _ _ 107 "),
            ("20号楼2-107", "20 2 _ 107 "),
            ("20-2梯107", "20 2 _ 107 "),
            ("20", "20 _ _ _ "),
            ("A座1203", "a _ _ 1203 "),
            ("3B栋12层", "3b _ 12 _ "),
            ("b3栋F", "b3 _ _ _ f"),
            ("3楼2单元501", "3 2 _ 501 "),
            ("3号楼5楼", "3 _ 5 _ "),
            ("3号楼-1层", "3 _ -1 _ "),
            ("3号楼负一楼", "3 _ -1 _ "),
            ("3号楼5F", "3 _ 5 _ "),
            ("123号", "123 _ _ _ "),
            ("123号旁边", "123 _ _ _ "),
            ("123号之2", "123 _ _ 2 之"),
            ("甲栋东单元", "甲 东 _ _ "),
            ("20haolou2ti107shi", "20 2 _ 107 "),
            ("20d2dy107s", "20 2 _ 107 "),
            ("20号楼的后门", "20 _ _ _ 后门"),
            ("1-2-3-4-5", "1 2 3 4 5"),
        ] {
            assert_eq!(shown(text, Dashes::Follow), expected, "{text}");
        }
        assert_eq!(shown("3号楼1-3层", Dashes::Range), "3 _ 1..3 _ ");
        assert_eq!(shown("3号楼1-2梯", Dashes::Range), "3 1..2 _ _ ");
        assert_eq!(shown("3号楼101-301室", Dashes::Range), "3 _ _ 101..301 ");
    }

    #[test]
    fn a_room_tells_its_storey() {
        let storey = |text: &str| Parts::read(&text.chars().collect::<Vec<_>>(), 0, Dashes::Follow).storey();
        assert_eq!(storey("3号楼107室"), Some(1));
        assert_eq!(storey("3号楼1203室"), Some(12));
        assert_eq!(storey("3号楼7室"), None);
        assert_eq!(storey("3号楼5层"), Some(5));
        assert_eq!(storey("3号楼b1层"), Some(-1));
        assert_eq!(storey("3号楼a07室"), None);
    }
}
