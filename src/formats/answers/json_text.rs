//! JSON values as bytes, the same bytes that `serde_json` writes.

/// Appends `text` as a JSON string.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    let mut begin = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if is_plain(byte) {
            continue;
        }
        out.extend_from_slice(&bytes[begin..at]);
        begin = at + 1;
        escape(out, byte);
    }
    out.extend_from_slice(&bytes[begin..]);
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x0c => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends `text` as a JSON string, or `null` when it is empty.
pub(super) fn text_or_null(out: &mut Vec<u8>, value: &str) {
    if value.is_empty() {
        out.extend_from_slice(b"null");
    } else {
        text(out, value);
    }
}

/// Appends a number; `null` when it is not finite.
pub(super) fn number(out: &mut Vec<u8>, number: f64) {
    serde_json::to_writer(out, &number).expect("a buffer takes every number");
}

/// Appends a whole number.
pub(super) fn whole(out: &mut Vec<u8>, number: u64) {
    const MOST_DIGITS: usize = 20;
    let mut digits = [0_u8; MOST_DIGITS];
    let (mut rest, mut at) = (number, MOST_DIGITS);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends lattice units of 1e-7 degree as degrees.
pub(super) fn degrees(out: &mut Vec<u8>, units: i32) {
    // Below this, numbers are written with an exponent.
    const PLAIN_FROM: u32 = 1_000;
    const DECIMALS: usize = 7;
    let magnitude = units.unsigned_abs();
    if magnitude < PLAIN_FROM {
        return number(out, f64::from(units) / 1e7);
    }
    let (whole, rest) = (magnitude / 10_000_000, magnitude % 10_000_000);
    let digit = |number: u32, place: u32| b'0' + (number / place % 10) as u8;
    let (high, low) = (rest / 10_000, rest % 10_000);
    let decimals: [u8; DECIMALS] = [
        digit(high, 100),
        digit(high, 10),
        digit(high, 1),
        digit(low, 1_000),
        digit(low, 100),
        digit(low, 10),
        digit(low, 1),
    ];
    // Three digits and the point; zeros that lead are left out.
    let before = [digit(whole, 100), digit(whole, 10), digit(whole, 1), b'.'];
    if units < 0 {
        out.push(b'-');
    }
    let first = usize::from(whole < 100) + usize::from(whole < 10);
    out.extend_from_slice(&before[first..]);
    out.extend_from_slice(&decimals);
    let zeros = decimals[1..].iter().rev().take_while(|&&digit| digit == b'0').count();
    out.truncate(out.len() - zeros);
}

/// Appends a number that has been rounded to 0.01.
pub(super) fn centi(out: &mut Vec<u8>, value: f64) {
    const MOST: f64 = 1e12;
    let hundredths = (value * 100.0).round();
    if !(hundredths.abs() < MOST && hundredths != 0.0 && hundredths / 100.0 == value) {
        return number(out, value);
    }
    if hundredths < 0.0 {
        out.push(b'-');
    }
    let hundredths = hundredths.abs() as u64;
    whole(out, hundredths / 100);
    let (tenth, hundredth) = ((hundredths / 10 % 10) as u8, (hundredths % 10) as u8);
    out.extend_from_slice(&[b'.', b'0' + tenth]);
    if hundredth > 0 {
        out.push(b'0' + hundredth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    proptest! {
        #[test]
        fn texts_are_those_of_serde(value in ".{0,40}") {
            prop_assert_eq!(written(|out| text(out, &value)), serde_json::to_string(&value).unwrap());
        }

        #[test]
        fn degrees_are_those_of_serde(units in prop_oneof![-1_800_000_000..=1_800_000_000_i32, -2000..2000_i32]) {
            prop_assert_eq!(written(|out| degrees(out, units)), serde_json::to_string(&(f64::from(units) / 1e7)).unwrap());
        }

        #[test]
        fn hundredths_and_all_other_numbers_are_those_of_serde(parts in any::<i32>(), other in any::<f64>()) {
            for value in [f64::from(parts) / 100.0, f64::from(parts % 300) / 100.0, other] {
                prop_assert_eq!(written(|out| centi(out, value)), serde_json::to_string(&value).unwrap());
            }
        }

        #[test]
        fn whole_numbers_are_those_of_serde(value in any::<u64>()) {
            prop_assert_eq!(written(|out| whole(out, value)), value.to_string());
        }
    }

    #[test]
    fn every_control_character_is_escaped_as_serde_does() {
        let all: String = (0..=0x7f_u8).map(char::from).chain("网\u{2028}".chars()).collect();
        assert_eq!(written(|out| text(out, &all)), serde_json::to_string(&all).unwrap());
        assert_eq!(written(|out| text_or_null(out, "")), "null");
    }

    #[test]
    fn the_ends_and_zeros_are_those_of_serde() {
        for units in [0, 1, -1, 999, 1000, -1000, 10_000_000, -10_000_000, 1_800_000_000, i32::MIN + 1] {
            let expected = serde_json::to_string(&(f64::from(units) / 1e7)).unwrap();
            assert_eq!(written(|out| degrees(out, units)), expected);
        }
        for value in [0.0, -0.0, 0.01, 0.1, 1.0, 1e15, f64::MAX, f64::NAN, f64::INFINITY, 200.0, 359.99] {
            assert_eq!(written(|out| centi(out, value)), serde_json::to_string(&value).unwrap());
        }
    }
}
