//! ISO 7064 MOD 11-2, the check character of the citizen ID number.

/// The check character over `digits`, `0` to `9` or `X`; `None` when one of them is no digit.
///
/// It finds every single wrong digit and every swap of two neighbours.
/// Source: ISO/IEC 7064:2003, pure system MOD 11-2.
pub fn check_character(digits: &str) -> Option<char> {
    let mut product = 0;
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        product = (product + u32::from(byte - b'0')) * 2 % 11;
    }
    let value = (12 - product) % 11;
    Some(char::from_digit(value, 10).unwrap_or('X'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_examples_of_the_standards_come_out() {
        // GB 11643-1999 annex: 11010519491231002X; ISO 7064 clause 8: 0794 -> 0.
        assert_eq!(check_character("11010519491231002"), Some('X'));
        assert_eq!(check_character("0794"), Some('0'));
        assert_eq!(check_character("350304001001001017"), Some('7'));
    }

    #[test]
    fn letters_have_no_check_character() {
        assert_eq!(check_character("35O304"), None);
    }
}
