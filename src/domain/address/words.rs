//! The words of addresses: what stands behind numbers and names.

/// What the word behind a number makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suffix {
    /// 号楼, 栋, 幢, 座.
    Building,
    /// 号: a building, or behind one a room.
    Number,
    /// 单元, 梯, 门.
    Stair,
    /// 层.
    Floor,
    /// 楼: a storey, or a building.
    Storey,
    /// 室, 房, 户.
    Room,
    /// No word.
    Bare,
}

/// The words behind numbers; of two with the same beginning the longer stands first. Letters are pinyin and its initials.
const SUFFIXES: [(&str, Suffix); 56] = [
    ("号楼栋", Suffix::Building),
    ("号楼", Suffix::Building),
    ("号房", Suffix::Room),
    ("号室", Suffix::Room),
    ("号梯", Suffix::Stair),
    ("号门", Suffix::Stair),
    ("号院", Suffix::Building),
    ("号栋", Suffix::Building),
    ("号幢", Suffix::Building),
    ("号座", Suffix::Building),
    ("号", Suffix::Number),
    ("#楼", Suffix::Building),
    ("#", Suffix::Building),
    ("楼栋", Suffix::Building),
    ("楼层", Suffix::Floor),
    ("楼", Suffix::Storey),
    ("栋楼", Suffix::Building),
    ("栋", Suffix::Building),
    ("幢楼", Suffix::Building),
    ("幢", Suffix::Building),
    ("座楼", Suffix::Building),
    ("座", Suffix::Building),
    ("单元梯", Suffix::Stair),
    ("单元", Suffix::Stair),
    ("梯位", Suffix::Stair),
    ("梯口", Suffix::Stair),
    ("梯", Suffix::Stair),
    ("门洞", Suffix::Stair),
    ("门", Suffix::Stair),
    ("层楼", Suffix::Floor),
    ("层", Suffix::Floor),
    ("室", Suffix::Room),
    ("房间", Suffix::Room),
    ("房", Suffix::Room),
    ("户", Suffix::Room),
    ("haolou", Suffix::Building),
    ("hao", Suffix::Number),
    ("hl", Suffix::Building),
    ("h", Suffix::Number),
    ("dong", Suffix::Building),
    ("danyuan", Suffix::Stair),
    ("dy", Suffix::Stair),
    ("d", Suffix::Building),
    ("zhuang", Suffix::Building),
    ("zuo", Suffix::Building),
    ("lou", Suffix::Storey),
    ("l", Suffix::Storey),
    ("ti", Suffix::Stair),
    ("t", Suffix::Stair),
    ("men", Suffix::Stair),
    ("ceng", Suffix::Floor),
    ("fang", Suffix::Room),
    ("f", Suffix::Floor),
    ("shi", Suffix::Room),
    ("s", Suffix::Room),
    ("hu", Suffix::Room),
];

/// Words around addresses that say nothing about where.
const FILLERS: [&str; 22] = [
    "附近", "旁边", "对面", "门口", "里面", "左右", "楼下", "楼上", "隔壁", "旁", "边上", "这里", "那里", "的", "内",
    "里", "住户", "家", "处", "边", "在", "我",
];

/// Endings of names that people leave out, those of one meaning with the same number; what is left has at least
/// [`MIN_STEM`] characters.
const ENDINGS: [(&str, u8); 25] = [
    ("社区居民委员会", 1),
    ("社区居委会", 1),
    ("居委会", 1),
    ("社区", 1),
    ("村民委员会", 2),
    ("村委会", 2),
    ("村", 2),
    ("居民小区", ESTATE),
    ("住宅小区", ESTATE),
    ("小区", ESTATE),
    ("花园", 4),
    ("花苑", 4),
    ("新村", 5),
    ("家园", 6),
    ("公寓", 7),
    ("街道办事处", 8),
    ("街道", 8),
    ("苑", 9),
    ("镇", 10),
    ("乡", 11),
    ("区", 12),
    ("县", 13),
    ("市", 14),
    ("大厦", 15),
    ("广场", 16),
];

/// 小区: an ending that is also put behind names that have none.
const ESTATE: u8 = 3;

/// Fewest characters that stand for a name.
pub const MIN_STEM: usize = 2;

/// The word at `at`, and where it ends. A word in letters ends where its letters end.
pub fn suffix_at(text: &[char], at: usize) -> Option<(Suffix, usize)> {
    let rest = text.get(at..)?;
    let first = *rest.first()?;
    let letters = rest.iter().take_while(|c| c.is_ascii_lowercase()).count();
    let fits = |word: &str| {
        if !word.starts_with(first) {
            return false;
        }
        let length = word.chars().count();
        let is_whole = !word.starts_with(|c: char| c.is_ascii_lowercase()) || length == letters;
        is_whole && rest.len() >= length && word.chars().zip(rest).all(|(a, &b)| a == b)
    };
    let (word, suffix) = SUFFIXES.iter().find(|(word, _)| fits(word))?;
    Some((*suffix, at + word.chars().count()))
}

/// How many characters of filling `text` begins with.
pub fn filler_length(text: &[char]) -> usize {
    let Some(&first) = text.first() else { return 0 };
    let fits = |word: &&&str| {
        word.starts_with(first) && text.len() >= word.chars().count() && word.chars().zip(text).all(|(a, &b)| a == b)
    };
    FILLERS.iter().filter(fits).map(|word| word.chars().count()).max().unwrap_or(0)
}

/// How many characters of `name` are left without its ending; all of them when it has none.
pub fn stem_length(name: &[char]) -> usize {
    let long_enough = |word: &str| name.len() >= word.chars().count() + MIN_STEM;
    let ends =
        |word: &str| long_enough(word) && name[name.len() - word.chars().count()..].iter().copied().eq(word.chars());
    let longest = ENDINGS.iter().filter(|(word, _)| ends(word)).map(|(word, _)| word.chars().count()).max();
    name.len() - longest.unwrap_or(0)
}

/// Where `name` ends in `text` when what it is without its ending ends at `at`: behind an ending of the same meaning, when
/// one follows; `None` when another one does, so that it is another name.
pub fn end_of_name(name: &[char], text: &[char], at: usize) -> Option<usize> {
    let meaning = |ending: &[char]| {
        ENDINGS.iter().find(|(word, _)| word.chars().eq(ending.iter().copied())).map(|&(_, meaning)| meaning)
    };
    let own = meaning(&name[stem_length(name)..]);
    let begins =
        |word: &str| text[at..].len() >= word.chars().count() && word.chars().zip(&text[at..]).all(|(a, &b)| a == b);
    let next = ENDINGS.iter().filter(|(word, _)| begins(word)).max_by_key(|(word, _)| word.chars().count());
    match next {
        None => Some(at),
        Some(&(word, next)) if own == Some(next) || (own.is_none() && next == ESTATE) => {
            Some(at + word.chars().count())
        }
        Some(_) => None,
    }
}

/// Whether two characters are opposites, one of which never stands for the other by mistake.
pub fn are_opposite(one: char, other: char) -> bool {
    const SETS: [&str; 5] = ["东西南北中", "上下", "前后", "左右", "新老旧"];
    one != other && SETS.iter().any(|set| set.contains(one) && set.contains(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_left_out_where_enough_is_left() {
        let stem = |name: &str| {
            let name: Vec<char> = name.chars().collect();
            name[..stem_length(&name)].iter().collect::<String>()
        };
        assert_eq!(stem("凤凰城小区"), "凤凰城");
        assert_eq!(stem("步云社区居民委员会"), "步云");
        assert_eq!(stem("镇海街道"), "镇海");
        assert_eq!(stem("小区"), "小区");
        assert_eq!(stem("文献路"), "文献路");
    }

    #[test]
    fn the_longer_word_stands_first() {
        for (at, (word, _)) in SUFFIXES.iter().enumerate() {
            let hidden = SUFFIXES[..at].iter().any(|(before, _)| word.starts_with(before) && !word.is_ascii());
            assert!(!hidden, "{word}");
        }
    }
}
