//! One spelling for all that mean the same: width, case, traditional forms, punctuation, numerals.

use super::{
    numeral::{is_numeral, with_digits},
    simplified::simplified,
};

/// `text` in plain, lower-case, simplified characters without anything but letters and digits; numerals as they were.
///
/// What stood between two numbers is a `-`, so that 20-107 and 20 107 stay two numbers; `#` behind a number stays, and so
/// does the `-` of a storey below ground.
pub fn clean(text: &str) -> String {
    let plain: Vec<char> = text.chars().flat_map(|c| plain(c).to_lowercase()).map(simplified).collect();
    let mut out = String::with_capacity(text.len());
    let mut is_apart = false;
    for (at, &c) in plain.iter().enumerate() {
        let before = out.chars().next_back();
        if c.is_alphanumeric() {
            let is_number = |c: char| c.is_ascii_alphanumeric() || is_numeral(c);
            if is_apart
                && before.is_some_and(is_number)
                && is_number(c)
                && !(is_letter(before) && c.is_ascii_alphabetic())
            {
                out.push('-');
            }
            out.push(c);
            is_apart = false;
        } else if c == '#' && before.is_some_and(|c| c.is_ascii_alphanumeric() || is_numeral(c)) {
            out.push('#');
            is_apart = false;
        } else if is_dash(c) && !before.is_some_and(|c| c.is_ascii_alphanumeric()) && is_below_ground(&plain[at + 1..])
        {
            out.push('-');
            is_apart = false;
        } else {
            is_apart |= true;
        }
    }
    out
}

/// `clean` with numbers in digits, none of which begins with 0, and without the 第 before them.
pub fn fold(text: &str) -> String {
    fold_clean(&clean(text))
}

/// [`fold`] of what is clean already.
pub(super) fn fold_clean(clean: &str) -> String {
    let digits: Vec<char> = with_digits(clean).chars().collect();
    let mut out = String::with_capacity(digits.len());
    let is_digit = |at: usize| digits.get(at).is_some_and(char::is_ascii_digit);
    for (at, &c) in digits.iter().enumerate() {
        let is_leading_zero = c == '0' && is_digit(at + 1) && !out.ends_with(|c: char| c.is_ascii_digit());
        let is_ordinal = c == '第' && is_digit(at + digits[at..].iter().take_while(|&&c| c == '第').count());
        if is_ordinal && out.ends_with(|c: char| c.is_ascii_digit()) {
            // 3第5 is two numbers.
            out.push('-');
        } else if !is_leading_zero && !is_ordinal {
            out.push(c);
        }
    }
    out
}

/// Full-width letters and digits, and those in circles, as plain ones.
fn plain(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '①'..='⑨' => char::from_u32(c as u32 - '①' as u32 + '1' as u32).unwrap_or(c),
        '○' => '〇',
        '♯' => '#',
        '负' => '-',
        _ => c,
    }
}

fn is_letter(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphabetic())
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '−' | '－')
}

/// Whether what follows a dash is the number of a storey.
fn is_below_ground(rest: &[char]) -> bool {
    let is_digit = |c: &&char| c.is_ascii_digit() || is_numeral(**c);
    let digits = rest.iter().take_while(is_digit).count();
    digits > 0 && rest.get(digits).is_some_and(|&c| matches!(c, '层' | '楼' | 'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(fold(text), expected, "{text}");
    }

    #[test]
    fn spellings_of_one_address_are_one() {
        for text in [
            "凤凰城小区20号楼2梯107室",
            "鳳凰城小區２０號樓２梯１０７室",
            " 凤凰城 小区，二十号楼（二梯）一零七室。",
            "凤凰城小区第20号楼 02梯 0107室",
            "凤凰城·小区🏠廿号楼\u{200f}二梯\u{202e}107室",
        ] {
            check(text, "凤凰城小区20号楼2梯107室");
        }
    }

    #[test]
    fn numbers_stay_apart() {
        check("荔园 20-2-107", "荔园20-2-107");
        check("荔园20 2/107", "荔园20-2-107");
        check("荔园二十 二", "荔园20-2");
        check("3＃502", "3#502");
        check("3# 502", "3#502");
        check("B座-1层", "b座-1层");
        check("荔园-3号楼", "荔园3号楼");
        check("Feng Huang Cheng", "fenghuangcheng");
        check("A-3", "a-3");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".{0,60}", chinese in "[一二十百零〇廿第0-9 #负-－层楼a号鳳İ①]{0,30}") {
            for text in [text, chinese] {
                let once = fold(&text);
                prop_assert_eq!(fold(&once), once);
            }
        }
    }
}
