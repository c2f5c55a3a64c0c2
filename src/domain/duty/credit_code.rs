//! 统一社会信用代码, the number under which every organisation is registered (GB 32100-2015).

use std::fmt;

/// How many characters a code has.
pub const CREDIT_CODE_CHARACTERS: usize = 18;

/// The characters of a code, each standing for its place: letters that look like digits or one another are left out.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Letters that are in no code, with what is mostly meant by them.
const LOOK_ALIKES: [(char, char); 5] = [('I', '1'), ('O', '0'), ('Z', '2'), ('S', '5'), ('V', 'U')];

/// The characters that name the administrative division (登记管理机关行政区划码), counted from 0: digits only.
const DIVISION: std::ops::Range<usize> = 2..8;

/// A 统一社会信用代码.
///
/// **Invariant**: 18 characters of the alphabet, the division in digits, the check character right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode([u8; CREDIT_CODE_CHARACTERS]);

/// Why a text is no 统一社会信用代码.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditCodeProblem {
    /// Too short or too long.
    Length {
        /// How many characters there are.
        found: usize,
    },
    /// A letter that is in no code and looks like a character that may be.
    LookAlike {
        /// Where, counted from 1.
        place: usize,
        /// The letter.
        found: char,
        /// What it looks like.
        meant: char,
    },
    /// A character that does not belong there.
    Character {
        /// Where, counted from 1.
        place: usize,
        /// The character.
        found: char,
    },
    /// The wrong check character: some character of the code is wrong, or two changed places.
    Check {
        /// The character.
        found: char,
        /// The one that the others call for.
        allowed: char,
    },
}

impl CreditCode {
    /// The code that `text` is, to the letter: capital letters, no spaces.
    pub fn parse(text: &str) -> Result<Self, CreditCodeProblem> {
        let found = text.chars().count();
        if found != CREDIT_CODE_CHARACTERS {
            return Err(CreditCodeProblem::Length { found });
        }
        let mut code = [0; CREDIT_CODE_CHARACTERS];
        for (index, found) in text.chars().enumerate() {
            let byte = u8::try_from(found).unwrap_or(0);
            let is_allowed = if DIVISION.contains(&index) { byte.is_ascii_digit() } else { value(byte).is_some() };
            if !is_allowed {
                let place = index + 1;
                return Err(match LOOK_ALIKES.iter().find(|(letter, _)| *letter == found) {
                    Some(&(_, meant)) => CreditCodeProblem::LookAlike { place, found, meant },
                    None => CreditCodeProblem::Character { place, found },
                });
            }
            code[index] = byte;
        }
        let (found, allowed) = (code[CREDIT_CODE_CHARACTERS - 1], check_character(&code));
        if found != allowed {
            return Err(CreditCodeProblem::Check { found: char::from(found), allowed: char::from(allowed) });
        }
        Ok(Self(code))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("every character of a code is ASCII")
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a character stands for.
fn value(byte: u8) -> Option<usize> {
    ALPHABET.iter().position(|&known| known == byte)
}

/// The last character that the first seventeen call for: 31 less the sum of their values, each times 3 to the power of its
/// place, modulo 31.
fn check_character(code: &[u8; CREDIT_CODE_CHARACTERS]) -> u8 {
    let (mut sum, mut weight) = (0, 1);
    for &byte in &code[..CREDIT_CODE_CHARACTERS - 1] {
        sum += value(byte).expect("every character was found in the alphabet") * weight;
        weight = weight * 3 % ALPHABET.len();
    }
    ALPHABET[(ALPHABET.len() - sum % ALPHABET.len()) % ALPHABET.len()]
}

impl CreditCodeProblem {
    /// The problem in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Length { found } => format!("统一社会信用代码应为 {CREDIT_CODE_CHARACTERS} 位，现为 {found} 位"),
            Self::LookAlike { place, found, meant } => {
                format!("统一社会信用代码第 {place} 位为字母“{found}”，代码中不用该字母，可能是“{meant}”")
            }
            Self::Character { place, found } => {
                format!("统一社会信用代码第 {place} 位“{}”不允许", found.escape_debug())
            }
            Self::Check { found, allowed } => {
                format!("统一社会信用代码校验位为“{found}”，按前 17 位应为“{allowed}”，代码有误")
            }
        }
    }

    /// What is allowed, in Chinese.
    pub fn allowed_zh(&self) -> String {
        match self {
            Self::Length { .. } => format!("{CREDIT_CODE_CHARACTERS} 位"),
            Self::LookAlike { .. } | Self::Character { .. } => {
                "数字和大写字母（不含 I、O、S、V、Z），第 3 至 8 位只能是数字".to_owned()
            }
            Self::Check { allowed, .. } => format!("前 17 位之后为 {allowed}"),
        }
    }

    /// What is allowed, in English.
    pub fn allowed(&self) -> String {
        match self {
            Self::Length { .. } => format!("{CREDIT_CODE_CHARACTERS} characters"),
            Self::LookAlike { .. } | Self::Character { .. } => {
                "digits and the letters A to Y without I, O, S, V and Z; digits only at places 3 to 8".to_owned()
            }
            Self::Check { allowed, .. } => format!("{allowed} after these 17 characters"),
        }
    }
}

impl fmt::Display for CreditCodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found } => {
                write!(f, "the credit code has {found} characters instead of {CREDIT_CODE_CHARACTERS}")
            }
            Self::LookAlike { place, found, meant } => {
                write!(
                    f,
                    "character {place} of the credit code is the letter {found}, which no code has; {meant} is like it"
                )
            }
            Self::Character { place, found } => {
                write!(f, "character {place} of the credit code cannot be {:?}", found)
            }
            Self::Check { found, allowed } => {
                write!(f, "the credit code ends in {found} where its first 17 characters call for {allowed}")
            }
        }
    }
}

impl std::error::Error for CreditCodeProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the standard, and codes that listed companies and a city's government publish.
    const REAL: [&str; 4] = ["91350100M000100Y43", "9144030071526726XG", "914403001922038216", "91330100799655058B"];

    #[test]
    fn published_codes_are_valid() {
        for code in REAL {
            assert_eq!(CreditCode::parse(code).map(|code| code.to_string()).as_deref(), Ok(code));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refused = |text: &str| CreditCode::parse(text).expect_err(text);
        for (text, expected) in [
            ("", CreditCodeProblem::Length { found: 0 }),
            ("91350100M000100Y4", CreditCodeProblem::Length { found: 17 }),
            ("91350100M000100Y430", CreditCodeProblem::Length { found: 19 }),
            ("91350100MOO0100Y43", CreditCodeProblem::LookAlike { place: 10, found: 'O', meant: '0' }),
            ("9I350100M000100Y43", CreditCodeProblem::LookAlike { place: 2, found: 'I', meant: '1' }),
            ("91350100m000100Y43", CreditCodeProblem::Character { place: 9, found: 'm' }),
            ("9135010AM000100Y43", CreditCodeProblem::Character { place: 8, found: 'A' }),
            ("91350100M000100Y4３", CreditCodeProblem::Character { place: 18, found: '３' }),
            ("91350100M000100 43", CreditCodeProblem::Character { place: 16, found: ' ' }),
            ("91350100M000100Y44", CreditCodeProblem::Check { found: '4', allowed: '3' }),
        ] {
            assert_eq!(refused(text), expected, "{text}");
        }
        assert!(refused("91350100M000100Y44").to_string().contains("call for 3"));
        assert!(refused("91350100MOO0100Y43").zh().contains("第 10 位"));
    }

    #[test]
    fn every_wrong_character_and_every_swap_of_neighbours_is_found() {
        for code in REAL {
            let bytes: Vec<u8> = code.bytes().collect();
            for index in 0..bytes.len() {
                for &other in ALPHABET.iter().filter(|&&other| other != bytes[index]) {
                    let mut wrong = bytes.clone();
                    wrong[index] = other;
                    let wrong = String::from_utf8(wrong).expect("ASCII");
                    assert!(CreditCode::parse(&wrong).is_err(), "{wrong}");
                }
                if index > 0 && bytes[index] != bytes[index - 1] {
                    let mut swapped = bytes.clone();
                    swapped.swap(index, index - 1);
                    let swapped = String::from_utf8(swapped).expect("ASCII");
                    assert!(CreditCode::parse(&swapped).is_err(), "{swapped}");
                }
            }
        }
    }
}
