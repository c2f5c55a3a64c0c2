//! Percent-decoding that refuses what it cannot read.

/// What `+` means: in a query written by a form it is a space, in a path it is itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plus {
    /// A space.
    Space,
    /// A plus.
    Plus,
}

/// Why a text could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PercentError {
    /// `%` without two hexadecimal digits.
    #[error("a % is not followed by two hexadecimal digits")]
    Escape,
    /// The bytes are no UTF-8.
    #[error("the decoded bytes are not UTF-8")]
    Utf8,
    /// A control character, NUL among them.
    #[error("the decoded text has a control character")]
    Control,
}

impl PercentError {
    /// The same, in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Escape => "% 后面不是两位十六进制数字",
            Self::Utf8 => "解码后的字节不是 UTF-8",
            Self::Control => "解码后的文本含有控制字符",
        }
    }
}

/// `text` decoded; errs rather than guess.
pub fn decode(text: &str, plus: Plus) -> Result<String, PercentError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = rest.next().and_then(hex_digit).ok_or(PercentError::Escape)?;
                let low = rest.next().and_then(hex_digit).ok_or(PercentError::Escape)?;
                high << 4 | low
            }
            b'+' if plus == Plus::Space => b' ',
            other => other,
        });
    }
    let decoded = String::from_utf8(bytes).map_err(|_| PercentError::Utf8)?;
    if decoded.chars().any(char::is_control) { Err(PercentError::Control) } else { Ok(decoded) }
}

/// `text` as one value of a query: everything but unreserved characters is escaped.
pub fn encode(text: &str) -> String {
    const HEX: [u8; 16] = *b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decodes_or_says_why_not() {
        assert_eq!(decode("a%2fb+c", Plus::Plus), Ok("a/b+c".to_owned()));
        assert_eq!(decode("a+%E7%BD%91", Plus::Space), Ok("a 网".to_owned()));
        for (text, error) in [
            ("%", PercentError::Escape),
            ("%4", PercentError::Escape),
            ("%+1", PercentError::Escape),
            ("%zz", PercentError::Escape),
            ("%ff", PercentError::Utf8),
            ("%ED%A0%80", PercentError::Utf8),
            ("%C0%AF", PercentError::Utf8),
            ("%00", PercentError::Control),
            ("a%0d%0ab", PercentError::Control),
            ("%C2%85", PercentError::Control),
        ] {
            assert_eq!(decode(text, Plus::Plus), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn encode_then_decode_is_identity(text in "[^\\p{Cc}]{0,40}") {
            prop_assert_eq!(decode(&encode(&text), Plus::Space), Ok(text.clone()));
            prop_assert_eq!(decode(&encode(&text), Plus::Plus), Ok(text));
        }

        #[test]
        fn nothing_makes_it_panic(text in ".{0,60}") {
            let _ = decode(&text, Plus::Space);
        }
    }
}
