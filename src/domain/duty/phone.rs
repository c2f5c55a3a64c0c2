//! Telephone numbers, and what is none.

use std::fmt;

/// Most characters of a text that is looked at.
const MAX_CHARACTERS: usize = 40;

/// What stands between the digits of a number and says nothing.
const SEPARATORS: [char; 5] = [' ', '-', '(', ')', '.'];

/// What an extension (分机) begins with, besides a hyphen.
const EXTENSION_WORDS: [&str; 6] = ["转", "分机", "ext.", "ext", "x", "#"];

/// Most digits of an extension.
const MAX_EXTENSION_DIGITS: usize = 6;

/// Numbers of the demo begin so; no exchange of the country does.
const DEMO_PREFIX: &str = "000";

/// Fewest and most digits of a demo number.
const DEMO_DIGITS: std::ops::RangeInclusive<usize> = 7..=12;

/// What is a telephone number, in Chinese.
pub const PHONE_ALLOWED_ZH: &str = "手机号（11 位，13 至 19 开头）、带区号的固定电话（0594-2292110，分机写在连字符后）、热线（110、12345、95598、400-800-1234）";

/// What is a telephone number, in English.
pub const PHONE_ALLOWED: &str = "a mobile number (11 digits, 13 to 19 first), a landline with its area code (0594-2292110, an \
    extension after a hyphen), a hotline (110, 12345, 95598, 400-800-1234)";

/// A telephone number. Its `Debug` and [`Phone::masked`] never show the middle digits.
#[derive(Clone, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub struct Phone(pub String);

/// What kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneKind {
    /// 手机.
    Mobile,
    /// 固定电话, with its area code.
    Landline,
    /// A number that everybody can call: 110, 12345, 95598, 400-800-1234.
    Hotline,
    /// A synthetic one: it begins with 000.
    Demo,
}

/// Why a text is no telephone number. None of it holds digits of the number: findings are shown and logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneProblem {
    /// A masked number: asterisks in it.
    Masked,
    /// A character that is no digit and stands in no number.
    Character {
        /// Where, counted from 1.
        place: usize,
        /// The character.
        found: char,
    },
    /// A mobile number that is too short or too long.
    MobileDigits {
        /// How many digits it has.
        found: usize,
    },
    /// A landline without its area code.
    NoAreaCode,
    /// A landline with too few or too many digits after its area code.
    LandlineDigits {
        /// How many digits follow the area code.
        found: usize,
    },
    /// Nothing that could be dialled.
    Shape {
        /// How many digits it has.
        found: usize,
    },
}

impl Phone {
    /// The number that `text` is, written as this system writes it: `13800000000`, `0594-2292110`, `0594-2292110-801`,
    /// `400-800-1234`, `12345`. The country's own prefix (+86) is left out.
    pub fn parse(text: &str) -> Result<Self, PhoneProblem> {
        Self::read(text).map(|(phone, _)| phone)
    }

    /// The same with what kind of number it is.
    pub fn read(text: &str) -> Result<(Self, PhoneKind), PhoneProblem> {
        let text = text.trim();
        if text.contains(['*', '＊']) {
            return Err(PhoneProblem::Masked);
        }
        if let Some((place, found)) = (1..).zip(text.chars()).nth(MAX_CHARACTERS) {
            return Err(PhoneProblem::Character { place, found });
        }
        let (number, extension) = split_extension(text);
        let (number, is_national) = without_country(number);
        check_characters(text, number, extension)?;
        // The digits between separators: where an extension follows a hyphen, they tell where the number ends.
        let groups: Vec<&str> = number.split(SEPARATORS).filter(|group| !group.is_empty()).collect();
        let mut digits = groups.concat();
        let is_mobile = digits.starts_with('1') && !matches!(digits.as_bytes().get(1), None | Some(b'0'..=b'2'));
        if is_national && !is_mobile {
            digits.insert(0, '0');
        }
        let (canonical, kind) = if digits.starts_with(DEMO_PREFIX) && !is_national {
            (demo(&digits)?, PhoneKind::Demo)
        } else if is_mobile && digits.len() > 5 {
            if digits.len() != 11 {
                return Err(PhoneProblem::MobileDigits { found: digits.len() });
            }
            (digits, PhoneKind::Mobile)
        } else if digits.starts_with('0') {
            return landline(&digits, &groups, is_national, extension).map(|text| (Self(text), PhoneKind::Landline));
        } else {
            (hotline(&digits)?, PhoneKind::Hotline)
        };
        if extension.is_some() {
            return Err(PhoneProblem::Shape { found: canonical.bytes().filter(u8::is_ascii_digit).count() });
        }
        Ok((Self(canonical), kind))
    }

    /// The number with all but the first three and the last two characters replaced by `*`.
    ///
    /// Numbers of up to five characters are masked whole.
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        let keep = |i: usize| count > 5 && (i < 3 || i >= count - 2);
        self.0.chars().enumerate().map(|(i, c)| if keep(i) { c } else { '*' }).collect()
    }

    /// Whether `text` is this number masked: what an export gave out comes back.
    pub fn fits_mask(&self, text: &str) -> bool {
        !self.0.is_empty() && text.trim().replace('＊', "*") == self.masked()
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// The number before the first word for an extension, and what follows that.
fn split_extension(text: &str) -> (&str, Option<&str>) {
    let found = EXTENSION_WORDS.iter().filter_map(|word| {
        let is_here = |at: &usize| text.get(*at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word));
        text.char_indices().map(|(at, _)| at).find(is_here).map(|at| (at, word.len()))
    });
    match found.min_by_key(|&(at, length)| (at, std::cmp::Reverse(length))) {
        Some((at, length)) => (&text[..at], Some(text[at + length..].trim())),
        None => (text, None),
    }
}

/// The number without +86, 0086 or 86 before a mobile number, and whether something was left out.
fn without_country(number: &str) -> (&str, bool) {
    let number = number.trim();
    for prefix in ["+86", "0086"] {
        if let Some(rest) = number.strip_prefix(prefix) {
            return (rest, true);
        }
    }
    let is_mobile = |rest: &&str| {
        rest.bytes().filter(u8::is_ascii_digit).count() == 11 && rest.trim_start_matches(SEPARATORS).starts_with('1')
    };
    match number.strip_prefix("86").filter(is_mobile) {
        Some(rest) => (rest, true),
        None => (number, false),
    }
}

/// Only digits and separators in the number, only digits in the extension.
fn check_characters(text: &str, number: &str, extension: Option<&str>) -> Result<(), PhoneProblem> {
    let stray = number.chars().find(|c| !c.is_ascii_digit() && !SEPARATORS.contains(c));
    let stray = stray.or_else(|| extension.and_then(|digits| digits.chars().find(|c| !c.is_ascii_digit())));
    match stray {
        Some(found) => {
            let place = text.chars().position(|c| c == found).map_or(1, |index| index + 1);
            Err(PhoneProblem::Character { place, found })
        }
        None => Ok(()),
    }
}

/// A demo number in groups of three, four and four digits.
fn demo(digits: &str) -> Result<String, PhoneProblem> {
    if !DEMO_DIGITS.contains(&digits.len()) {
        return Err(PhoneProblem::Shape { found: digits.len() });
    }
    let (prefix, rest) = digits.split_at(DEMO_PREFIX.len());
    Ok(match rest.len() {
        5.. => format!("{prefix}-{}-{}", &rest[..4], &rest[4..]),
        _ => format!("{prefix}-{rest}"),
    })
}

/// `0594-2292110` or `0594-2292110-801`; `groups` are the digits as separators divided them.
fn landline(digits: &str, groups: &[&str], is_national: bool, extension: Option<&str>) -> Result<String, PhoneProblem> {
    // 010 and 020 to 029 have three digits and numbers of eight, all others four and numbers of seven or eight.
    let (area_digits, lengths) = match digits.as_bytes().get(1) {
        Some(b'1' | b'2') => (3, 8..=8),
        _ => (4, 7..=8),
    };
    if digits.len() <= area_digits {
        return Err(PhoneProblem::LandlineDigits { found: digits.len().saturating_sub(area_digits) });
    }
    let (area, rest) = digits.split_at(area_digits);
    if !matches!(area.as_bytes(), [b'0', b'1', b'0'] | [b'0', b'2', _] | [b'0', b'3'..=b'9', _, _]) {
        return Err(PhoneProblem::Shape { found: digits.len() });
    }
    if rest.starts_with(['0', '1']) {
        return Err(PhoneProblem::Shape { found: digits.len() });
    }
    // A hyphen after seven or eight digits begins an extension: 0594-2292110-8 is no number of eight digits.
    let mut end = usize::from(is_national);
    let mut ends = groups.iter().map(|group| {
        end += group.len();
        end
    });
    let cut = ends.find(|&end| end >= area_digits && lengths.contains(&(end - area_digits)));
    let (number, after) = match cut {
        Some(end) if end < digits.len() && extension.is_none() => (&digits[area_digits..end], Some(&digits[end..])),
        _ if lengths.contains(&rest.len()) => (rest, None),
        _ => return Err(PhoneProblem::LandlineDigits { found: rest.len() }),
    };
    match after.or(extension) {
        None => Ok(format!("{area}-{number}")),
        Some(after) if (1..=MAX_EXTENSION_DIGITS).contains(&after.len()) => Ok(format!("{area}-{number}-{after}")),
        Some(_) => Err(PhoneProblem::LandlineDigits { found: rest.len() }),
    }
}

/// A number that everybody can call without an area code.
fn hotline(digits: &str) -> Result<String, PhoneProblem> {
    match (digits.len(), digits.as_bytes()) {
        (3, [b'1', ..]) | (5, [b'1', b'0' | b'2', ..]) | (5..=8, [b'9', b'5' | b'6', ..]) => Ok(digits.to_owned()),
        (10, [b'4' | b'8', b'0', b'0', ..]) => Ok(format!("{}-{}-{}", &digits[..3], &digits[3..6], &digits[6..])),
        (7 | 8, [b'2'..=b'8', ..]) => Err(PhoneProblem::NoAreaCode),
        (found @ 6.., [b'1', ..]) => Err(PhoneProblem::MobileDigits { found }),
        (found, _) => Err(PhoneProblem::Shape { found }),
    }
}

impl PhoneProblem {
    /// The problem in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Masked => "电话已脱敏（含 *），不能当作号码保存".to_owned(),
            Self::Character { place, found } => format!("电话第 {place} 个字符“{}”不是数字", found.escape_debug()),
            Self::MobileDigits { found } => format!("手机号应为 11 位，以 13 至 19 开头，现为 {found} 位"),
            Self::NoAreaCode => "固定电话缺少区号".to_owned(),
            Self::LandlineDigits { found } => format!("固定电话区号之后应为 7 或 8 位，现为 {found} 位"),
            Self::Shape { found } => format!("不是电话号码（{found} 位数字）"),
        }
    }
}

impl fmt::Display for PhoneProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Masked => f.write_str("the phone number is masked (it has asterisks) and cannot be kept as one"),
            Self::Character { place, found } => {
                write!(f, "character {place} of the phone number is {found:?}, which is no digit")
            }
            Self::MobileDigits { found } => {
                write!(f, "the mobile number has {found} digits instead of 11, 13 to 19 first")
            }
            Self::NoAreaCode => f.write_str("the landline number has no area code"),
            Self::LandlineDigits { found } => {
                write!(f, "the landline number has {found} digits after its area code instead of 7 or 8")
            }
            Self::Shape { found } => write!(f, "this is no phone number ({found} digits)"),
        }
    }
}

impl std::error::Error for PhoneProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_one_way() {
        use PhoneKind::{Demo, Hotline, Landline, Mobile};
        for (text, canonical, kind) in [
            ("13800000000", "13800000000", Mobile),
            (" 199 0000 0000 ", "19900000000", Mobile),
            ("138-0000-0000", "13800000000", Mobile),
            ("+86 138 0000 0000", "13800000000", Mobile),
            ("8613800000000", "13800000000", Mobile),
            ("008613800000000", "13800000000", Mobile),
            ("0594-2292110", "0594-2292110", Landline),
            ("05942292110", "0594-2292110", Landline),
            ("(0594)2292110", "0594-2292110", Landline),
            ("0594 229 2110", "0594-2292110", Landline),
            ("+86 594 2292110", "0594-2292110", Landline),
            ("0755-83338333", "0755-83338333", Landline),
            ("010-65130000", "010-65130000", Landline),
            ("+861065130000", "010-65130000", Landline),
            ("02152340000", "021-52340000", Landline),
            ("0594-2292110-801", "0594-2292110-801", Landline),
            ("0594-2292110转801", "0594-2292110-801", Landline),
            ("0594-2292110 EXT. 801", "0594-2292110-801", Landline),
            ("0594-2292110x8", "0594-2292110-8", Landline),
            ("0755-83338333-801", "0755-83338333-801", Landline),
            ("110", "110", Hotline),
            ("12345", "12345", Hotline),
            ("95598", "95598", Hotline),
            ("96110", "96110", Hotline),
            ("4008001234", "400-800-1234", Hotline),
            ("400-800-1234", "400-800-1234", Hotline),
            ("000-0001-0001", "000-0001-0001", Demo),
            ("00000010001", "000-0001-0001", Demo),
        ] {
            let read = Phone::read(text).map(|(phone, kind)| (phone.0, kind));
            assert_eq!(read, Ok((canonical.to_owned(), kind)), "{text}");
            assert_eq!(Phone::parse(canonical).map(|phone| phone.0).as_deref(), Ok(canonical), "{canonical} again");
        }
    }

    #[test]
    fn what_is_none_is_named() {
        use PhoneProblem::{Character, LandlineDigits, Masked, MobileDigits, NoAreaCode, Shape};
        for (text, expected) in [
            ("", Shape { found: 0 }),
            ("-", Shape { found: 0 }),
            ("138****00", Masked),
            ("138＊＊＊＊00", Masked),
            ("无", Character { place: 1, found: '无' }),
            ("1380000000O", Character { place: 11, found: 'O' }),
            ("１３８00000000", Character { place: 1, found: '１' }),
            ("13800000000/13900000000", Character { place: 12, found: '/' }),
            ("13800000000、", Character { place: 12, found: '、' }),
            ("1380000000", MobileDigits { found: 10 }),
            ("138000000001", MobileDigits { found: 12 }),
            ("12800000000", MobileDigits { found: 11 }),
            ("2292110", NoAreaCode),
            ("65130000", NoAreaCode),
            ("0594-229211", LandlineDigits { found: 6 }),
            ("0594-229211000", LandlineDigits { found: 9 }),
            ("010-6513000", LandlineDigits { found: 7 }),
            ("0594", LandlineDigits { found: 0 }),
            ("0594-2292110-8010000", LandlineDigits { found: 14 }),
            ("0594-1292110", Shape { found: 11 }),
            ("000", Shape { found: 3 }),
            ("1", Shape { found: 1 }),
            ("99999", Shape { found: 5 }),
            ("45231", Shape { found: 5 }),
            ("13800000000-801", MobileDigits { found: 14 }),
            ("13800000000转801", Shape { found: 11 }),
            ("0594-2292110转", LandlineDigits { found: 7 }),
            ("350304001001001017", Shape { found: 18 }),
        ] {
            assert_eq!(Phone::read(text).map(|(phone, _)| phone), Err(expected), "{text}");
            assert!(!expected.to_string().is_empty() && !expected.zh().is_empty());
        }
        let long = "1".repeat(5_000);
        assert_eq!(Phone::parse(&long), Err(Character { place: 41, found: '1' }));
    }

    #[test]
    fn a_mask_fits_its_own_number_only() {
        let phone = Phone("13800000012".to_owned());
        assert_eq!(phone.masked(), "138******12");
        assert!(phone.fits_mask(" 138******12") && phone.fits_mask("138＊＊＊＊＊＊12"));
        assert!(!phone.fits_mask("138*****12") && !phone.fits_mask("139******12") && !phone.fits_mask("13800000012"));
        assert!(!Phone::default().fits_mask(""), "no number fits no mask");
        assert_eq!(Phone("12345".to_owned()).masked(), "*****");
        assert_eq!(format!("{:?}", phone), "138******12");
    }
}
