//! Decimal text to the nearest double, without a string in between.
//!
//! Nearly all coordinates have at most 15 digits. For them the digits as an integer and the power of ten are both
//! exact doubles, so that one division gives what [`str::parse`] gives (Clinger, "How to read floating point numbers
//! accurately", PLDI 1990). Everything else goes to [`str::parse`] itself.

/// Which spellings are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// RFC 8259: no plus, no leading zero, a digit on both sides of the point.
    Json,
    /// What spreadsheets write: also `+1`, `01`, `.5` and `5.`.
    Loose,
}

/// The integers up to here are all doubles.
const MAX_EXACT_MANTISSA: u64 = 1 << 53;

/// This many digits never overflow 64 bits.
const MAX_DIGITS: usize = 19;

/// The powers of ten that are doubles.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// What a mantissa is multiplied with to make room for so many digits.
const ROOM: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// A byte of 1 for each byte of a word.
const EACH: u64 = 0x0101_0101_0101_0101;

/// The number that `bytes` begins with, as [`str::parse`] would read it, and how many bytes it has; `None` when there is none.
///
/// Beyond the doubles it is infinite. What follows the number is the caller's to judge.
#[inline(always)]
pub(super) fn scan(bytes: &[u8], grammar: Grammar) -> Option<(f64, usize)> {
    match quick(bytes) {
        None => every(bytes, grammar),
        found => found,
    }
}

/// The same; `None` also for a number beyond the doubles.
#[inline(always)]
pub(super) fn scan_finite(bytes: &[u8], grammar: Grammar) -> Option<(f64, usize)> {
    match quick(bytes) {
        None => every(bytes, grammar).filter(|(value, _)| value.is_finite()),
        found => found,
    }
}

/// The same for coordinates as they mostly are, in the midst of a body: two or three digits, a point and [`USUAL_DECIMALS`], which
/// is a number in every grammar. `None` says nothing but that [`every`] has to look.
#[inline(always)]
fn quick(bytes: &[u8]) -> Option<(f64, usize)> {
    if *bytes.first()? == b'-' {
        return usual(&bytes[1..]).map(|(magnitude, length)| (-magnitude, length + 1));
    }
    usual(bytes)
}

/// The same without a sign.
///
/// Lengths are told by branches, which are foreseen where all numbers of a body are alike: the place of the next number need not
/// wait until the digits of this one are counted.
#[inline(always)]
fn usual(bytes: &[u8]) -> Option<(f64, usize)> {
    let bytes = bytes.first_chunk::<16>()?;
    if bytes[3] == b'.' {
        usual_behind::<3>(bytes)
    } else if bytes[2] == b'.' {
        usual_behind::<2>(bytes)
    } else {
        None
    }
}

/// Decimals of a lattice unit.
const USUAL_DECIMALS: usize = 7;

/// The same with the point behind `WHOLE` digits.
#[inline(always)]
fn usual_behind<const WHOLE: usize>(bytes: &[u8; 16]) -> Option<(f64, usize)> {
    const DECIMALS: u64 = (1 << (8 * USUAL_DECIMALS)) - 1;
    let whole_digits = (1_u32 << (8 * WHOLE)) - 1;
    let head = u32::from_le_bytes(*bytes.first_chunk().expect("four of the sixteen"));
    let head = (head ^ 0x3030_3030) & whole_digits;
    let tail = u64::from_le_bytes(*bytes[WHOLE + 1..].first_chunk().expect("eight of the sixteen"));
    let values = (tail ^ (EACH * 0x30)) & DECIMALS;
    // As in `eight_digits`.
    let others = (values.wrapping_add((EACH * 0x76) & DECIMALS) | values) & (EACH * 0x80);
    let others_before = (head.wrapping_add(0x7676_7676 & whole_digits) | head) & 0x8080_8080;
    // A zero that leads others is for `every` to judge, and so is what goes on.
    let next = bytes[WHOLE + 1 + USUAL_DECIMALS];
    let goes_on = next | 0x20 == b'e' || next.is_ascii_digit();
    if others | u64::from(others_before) != 0 || head & 0xff == 0 || goes_on {
        return None;
    }
    let digit = |at: usize| i64::from(head >> (8 * at) & 0xff);
    let whole = match WHOLE {
        2 => 10 * digit(0) + digit(1),
        _ => 100 * digit(0) + 10 * digit(1) + digit(2),
    };
    let mantissa = whole * 10_000_000 + eight_values(values << 8) as i64;
    Some((mantissa as f64 / 1e7, WHOLE + 1 + USUAL_DECIMALS))
}

/// The same for every number.
fn every(bytes: &[u8], grammar: Grammar) -> Option<(f64, usize)> {
    let first = *bytes.first()?;
    let signed = first == b'-' || (first == b'+' && grammar == Grammar::Loose);
    let start = usize::from(signed);
    let mut at = start;
    let mut mantissa = 0_u64;
    while let Some(digit) = digit_at(bytes, at) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
        at += 1;
    }
    let whole = at - start;
    let mut decimals = 0;
    let mut pointed = false;
    if bytes.get(at) == Some(&b'.') {
        pointed = true;
        let from = at + 1;
        (mantissa, at) = decimals_after(bytes, from, mantissa);
        decimals = at - from;
    }
    let allowed = match grammar {
        Grammar::Json => (whole == 1 || (whole > 1 && bytes[start] != b'0')) && (decimals > 0 || !pointed),
        Grammar::Loose => whole + decimals > 0,
    };
    if !allowed {
        return None;
    }
    let exponent = matches!(bytes.get(at), Some(b'e' | b'E'));
    if exponent || whole + decimals > MAX_DIGITS || mantissa > MAX_EXACT_MANTISSA {
        return careful(bytes, at);
    }
    let magnitude = mantissa as i64 as f64 / POWERS[decimals];
    Some((if first == b'-' { -magnitude } else { magnitude }, at))
}

/// The mantissa with the digits from `at` on, and where they end.
#[inline]
fn decimals_after(bytes: &[u8], mut at: usize, mut mantissa: u64) -> (u64, usize) {
    while let Some(word) = bytes.get(at..at + 8) {
        let (value, digits) = eight_digits(u64::from_le_bytes(word.try_into().expect("eight bytes")));
        mantissa = mantissa.wrapping_mul(ROOM[digits]).wrapping_add(value);
        at += digits;
        if digits < 8 {
            return (mantissa, at);
        }
    }
    while let Some(digit) = digit_at(bytes, at) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
        at += 1;
    }
    (mantissa, at)
}

/// The digits that eight characters begin with, as a number, and how many they are; the first character is the lowest byte.
#[inline]
fn eight_digits(word: u64) -> (u64, usize) {
    let values = word ^ (EACH * 0x30);
    // A byte's high bit is set when the byte is above 9; what is carried over spoils only bytes behind one that is.
    let others = (values.wrapping_add(EACH * 0x76) | values) & (EACH * 0x80);
    let digits = others.trailing_zeros() as usize / 8;
    if digits == 0 {
        return (0, 0);
    }
    (eight_values(values << (64 - 8 * digits)), digits)
}

/// The number whose eight digits are the bytes of a word, the first the lowest.
#[inline(always)]
fn eight_values(aligned: u64) -> u64 {
    // Neighbours to pairs, pairs to the eight (Lemire, "Number parsing at a gigabyte per second", 2021).
    let pairs = aligned.wrapping_mul(10).wrapping_add(aligned >> 8);
    let high = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let low = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    high.wrapping_add(low) >> 32
}

#[inline]
fn digit_at(bytes: &[u8], at: usize) -> Option<u64> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then_some(u64::from(digit))
}

/// The number whose digits end at `digits_end`, with its exponent if it has one.
#[cold]
fn careful(bytes: &[u8], digits_end: usize) -> Option<(f64, usize)> {
    let mut end = digits_end;
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        end += 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let from = end;
        while digit_at(bytes, end).is_some() {
            end += 1;
        }
        if end == from {
            return None;
        }
    }
    let value = std::str::from_utf8(&bytes[..end]).ok()?.parse().ok()?;
    Some((value, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `text` is a number of the grammar, as `str::parse` reads it to the last bit, whatever stands after it.
    #[track_caller]
    fn check(text: &str, grammar: Grammar) {
        let expected: f64 = text.parse().expect(text);
        for after in ["", ",", "}", "]1234567", "\n12345678", "\u{ff11}1234", ";;;;;;;;;", ",25.4123456,119.0123456"] {
            let found = scan(format!("{text}{after}").as_bytes(), grammar);
            let (value, length) = found.unwrap_or_else(|| panic!("{text}{after} is no number"));
            assert_eq!((value.to_bits(), length), (expected.to_bits(), text.len()), "{text}{after}");
        }
    }

    #[test]
    fn numbers_are_what_the_standard_library_reads() {
        let same = [
            "0",
            "-0",
            "0.0",
            "-0.0",
            "1",
            "119.0123456",
            "-25.4300001",
            "25.43",
            "9007199254740992",
            "9007199254740993",
            "9007199254740993.0",
            "119.01234567890123",
            "0.1234567890123456789",
            "123456789012345678901234567890",
            "1e400",
            "-1e400",
            "1e-400",
            "1.5E+07",
            "2e22",
            "1e23",
            "5e-324",
            "0.00000000000000000000001",
            "500000.125",
            "12345678",
            "1.7976931348623157e308",
            "0.000000000000000000000012345678",
            "39500000.0000001",
            "1.23456789012345678e5",
        ];
        for text in same {
            check(text, Grammar::Json);
            check(text, Grammar::Loose);
        }
        for text in ["+1", "01", "007.50", ".5", "5.", "-.25", "+0.5e3", "00"] {
            check(text, Grammar::Loose);
        }
        check(&format!("{}.{}", "9".repeat(400), "1".repeat(400)), Grammar::Json);
        check(&format!("0.{}1", "0".repeat(400)), Grammar::Json);
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "-",
            ".",
            "+",
            "-.",
            "e5",
            "1e",
            "1e+",
            "NaN",
            "nan",
            "Infinity",
            "-inf",
            " 1",
            "--1",
            "１１９",
            "null",
        ] {
            assert_eq!(scan(text.as_bytes(), Grammar::Loose), None, "{text}");
            assert_eq!(scan(text.as_bytes(), Grammar::Json), None, "{text}");
        }
        for text in ["+1", "01", "-01", ".5", "5.", "00", "5.e3"] {
            assert_eq!(scan(text.as_bytes(), Grammar::Json), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn random_decimals_are_read_to_the_last_bit(
            text in "-?(0|[1-9][0-9]{0,3}|[1-9][0-9]{0,20})(\\.[0-9]{1,9}|\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?",
        ) {
            check(&text, Grammar::Json);
            check(&text, Grammar::Loose);
        }

        #[test]
        fn every_double_is_read_as_itself(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            check(&format!("{value}"), Grammar::Json);
            check(&format!("{value:e}"), Grammar::Json);
        }

        #[test]
        fn any_bytes_are_a_number_when_the_standard_library_says_so(text in "[-+.e0-9]{0,12}") {
            let found = scan(text.as_bytes(), Grammar::Loose).filter(|&(_, length)| length == text.len());
            prop_assert_eq!(found.map(|(value, _)| value.to_bits()), text.parse::<f64>().ok().map(f64::to_bits));
        }
    }
}
