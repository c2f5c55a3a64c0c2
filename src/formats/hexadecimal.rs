//! Bytes from hexadecimal digits.

/// The bytes that pairs of digits are; `None` for an odd number of digits, or anything else.
pub fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|&[high, low]| Some(nibble(high)? << 4 | nibble(low)?)).collect()
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_digits_are_bytes_and_nothing_else_is() {
        assert_eq!(bytes_of("00fFa9"), Some(vec![0, 255, 0xA9]));
        assert_eq!(bytes_of(""), Some(vec![]));
        for wrong in ["0", "0g", "é", "0x00", " 00"] {
            assert_eq!(bytes_of(wrong), None, "{wrong:?}");
        }
    }
}
