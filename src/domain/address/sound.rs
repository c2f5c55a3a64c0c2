//! How characters sound, so that what sounds alike is found.

use pinyin::{ToPinyin, ToPinyinMulti};

/// Readings of one name that are told apart: of more, the first are taken.
const MAX_READINGS: usize = 4;

/// The sound of a character: equal when, and only when, what it stands for is equal.
///
/// A syllable is its letters, five bits each; anything else is itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sound(u32);

/// Set where the rest is a character without a reading.
const NO_SYLLABLE: u32 = 1 << 31;

impl Sound {
    /// As it is spelled; of several readings the first.
    pub fn exact(c: char) -> Self {
        match c.to_pinyin() {
            Some(pinyin) => Self::of(pinyin.plain().chars()),
            None => Self(NO_SYLLABLE | c as u32),
        }
    }

    /// As it is heard where zh, ch, sh, -ng are z, c, s, -n.
    pub fn loose(c: char) -> Self {
        match c.to_pinyin() {
            Some(pinyin) => Self::of(loosened(pinyin.plain()).chars()),
            None => Self(NO_SYLLABLE | c as u32),
        }
    }

    /// The number, for keys.
    pub const fn bits(self) -> u32 {
        self.0
    }

    fn of(letters: impl Iterator<Item = char>) -> Self {
        let letter = |c: char| match c {
            'a'..='z' => c as u32 - 'a' as u32 + 1,
            _ => 'v' as u32 - 'a' as u32 + 1,
        };
        Self(letters.take(6).fold(0, |bits, c| bits << 5 | letter(c)))
    }
}

/// Whether two characters may be heard as one another, by any of their readings.
pub fn is_heard_as(one: char, other: char) -> bool {
    let (Some(one), Some(other)) = (one.to_pinyin_multi(), other.to_pinyin_multi()) else { return false };
    one.into_iter().any(|one| other.into_iter().any(|other| loosened(one.plain()) == loosened(other.plain())))
}

/// Letters of pinyin without the differences that many do not hear: zh, ch, sh are z, c, s, and -ng is -n.
pub fn loosened(letters: &str) -> String {
    let mut out = String::with_capacity(letters.len());
    let mut before = ' ';
    for c in letters.chars() {
        let c = if c == 'ü' { 'v' } else { c };
        let is_dropped = (c == 'h' && matches!(before, 'z' | 'c' | 's')) || (c == 'g' && before == 'n');
        if !is_dropped {
            out.push(c);
        }
        before = c;
    }
    out
}

/// How a name is typed in letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Typed {
    /// All letters of all syllables, loosened.
    pub whole: String,
    /// The first letter of each.
    pub initials: String,
}

/// How `name`, clean, is typed: once, or as often as its characters have other readings, at most [`MAX_READINGS`] times.
pub fn typed(name: &str) -> Vec<Typed> {
    let mut all = vec![Typed { whole: String::new(), initials: String::new() }];
    for c in name.chars() {
        let mut readings: Vec<String> = match c.to_pinyin_multi() {
            Some(multi) => {
                let mut readings: Vec<String> = Vec::new();
                for pinyin in multi {
                    let plain = pinyin.plain().replace('ü', "v");
                    if !readings.contains(&plain) {
                        readings.push(plain);
                    }
                }
                readings
            }
            None => vec![c.to_string()],
        };
        readings.truncate((MAX_READINGS / all.len()).max(1));
        let more = readings.iter().flat_map(|reading| {
            all.iter().map(move |typed| Typed {
                whole: format!("{}{}", typed.whole, loosened(reading)),
                initials: typed.initials.chars().chain(reading.chars().next()).collect(),
            })
        });
        all = more.collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_is_alike() {
        assert_eq!(Sound::exact('凰'), Sound::exact('皇'));
        assert_ne!(Sound::exact('城'), Sound::exact('陈'));
        assert_eq!(Sound::loose('城'), Sound::loose('陈'));
        assert_eq!(Sound::loose('3'), Sound::exact('3'));
        assert_ne!(Sound::loose('3'), Sound::loose('三'));
        assert!(
            is_heard_as('长', '常') && is_heard_as('长', '掌') && !is_heard_as('长', '东') && !is_heard_as('a', 'a')
        );
    }

    #[test]
    fn names_are_typed_in_letters() {
        let of = |name: &str| typed(name).into_iter().map(|t| (t.whole, t.initials)).collect::<Vec<_>>();
        assert_eq!(of("凤凰城a3"), [("fenhuancena3".to_owned(), "fhca3".to_owned())]);
        let long = of("长寿街");
        assert!(long.contains(&("canzoujie".replace("zou", "sou"), "csj".to_owned())), "{long:?}");
        assert!(long.contains(&("zansoujie".to_owned(), "zsj".to_owned())), "{long:?}");
        assert!(typed("长重行乐长重行乐").len() <= MAX_READINGS);
    }
}
