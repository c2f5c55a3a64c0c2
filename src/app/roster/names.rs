//! When two spellings are one name.

use crate::{domain::address::simplified, formats::table::narrowed};

/// A name without blanks and dots, in plain letters of one case and simplified characters: equal for all spellings of one name.
pub(super) fn folded(name: &str) -> String {
    name.chars().map(narrowed).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(simplified).collect()
}

/// Whether two folded names differ in one character of two or more: 张晓明 and 张小明.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let is_long = one.len() >= 2 && other.len() >= 2;
    let differing = one.iter().zip(&other).filter(|(a, b)| a != b).count();
    is_long && ((one.len() == other.len() && differing == 1) || is_one_left_out(&one, &other))
}

fn is_one_left_out(one: &[char], other: &[char]) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.len() == short.len() + 1
        && (0..long.len()).any(|out| long[..out] == short[..out] && long[out + 1..] == short[out..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for (one, other) in [
            ("张三", " 张　三 "),
            ("张三", "張三"),
            ("陈国庆", "陳國慶"),
            ("ＬＩ Ｓ", "li s"),
            ("阿依·古丽", "阿依古丽"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("张三"), folded("张四"));
    }

    #[test]
    fn names_that_differ_in_a_character_are_alike() {
        assert!(are_alike("张晓明", "张小明") && are_alike("张晓明", "张明") && are_alike("张三", "张四"));
        assert!(!are_alike("张三", "李四") && !are_alike("张三", "张三") && !are_alike("张", "李"));
    }
}
