//! What is wrong, or merely unusual, about a code.

use std::fmt;

use super::Numbers;
use crate::domain::area::{AreaCode, Finding, Rule, Severity, finding::Allowed};

/// What is wrong about a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeFlaw {
    /// The scheme has no such level.
    Level {
        /// Those it has.
        allowed: Box<str>,
    },
    /// Too short or too long.
    Length {
        /// How many characters the code has.
        found: usize,
        /// How many it should have.
        allowed: usize,
    },
    /// A letter that looks like the digit which belongs there.
    LookAlike {
        /// Name of the segment.
        segment: Box<str>,
        /// Where, counted from 1.
        place: usize,
        /// The letter.
        found: char,
        /// The digit.
        digit: char,
    },
    /// A character that does not belong there.
    Character {
        /// Name of the segment.
        segment: Box<str>,
        /// Where, counted from 1.
        place: usize,
        /// The character.
        found: char,
        /// Those that do.
        allowed: Box<str>,
    },
    /// A number out of range.
    Number {
        /// Name of the segment.
        segment: Box<str>,
        /// The number.
        found: u64,
        /// Those in range.
        allowed: Numbers,
    },
    /// A number that is kept back.
    Reserved {
        /// Name of the segment.
        segment: Box<str>,
        /// The number.
        found: u64,
        /// Those in range.
        allowed: Numbers,
    },
    /// None of the texts that may stand there.
    Choice {
        /// Name of the segment.
        segment: Box<str>,
        /// The text.
        found: Box<str>,
        /// Those that may.
        allowed: Box<str>,
    },
    /// The wrong check character.
    Check {
        /// The character.
        found: char,
        /// The right one.
        allowed: char,
    },
}

/// Why a code is not valid under a scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeProblem {
    /// Id of the scheme.
    pub scheme: Box<str>,
    /// Id of the scheme's level.
    pub level: Box<str>,
    /// The code.
    pub code: AreaCode,
    /// What is wrong.
    pub flaw: CodeFlaw,
}

impl CodeProblem {
    /// What is allowed, in English.
    pub fn allowed(&self) -> String {
        match &self.flaw {
            CodeFlaw::Level { allowed } => format!("levels {allowed}"),
            CodeFlaw::Length { allowed, .. } => format!("{allowed} characters"),
            CodeFlaw::LookAlike { digit, .. } => format!("the digit {digit}"),
            CodeFlaw::Character { allowed, .. } => format!("one of {allowed}"),
            CodeFlaw::Number { allowed, .. } => allowed.to_string(),
            CodeFlaw::Reserved { found, allowed, .. } => format!("{allowed}, but not {found}"),
            CodeFlaw::Choice { allowed, .. } => format!("one of {allowed}"),
            CodeFlaw::Check { allowed, .. } => format!("{allowed}"),
        }
    }

    /// What is allowed, in Chinese.
    pub fn allowed_zh(&self) -> String {
        match &self.flaw {
            CodeFlaw::Level { allowed } => format!("层级 {allowed}"),
            CodeFlaw::Length { allowed, .. } => format!("{allowed} 位"),
            CodeFlaw::LookAlike { digit, .. } => format!("数字 {digit}"),
            CodeFlaw::Character { allowed, .. } | CodeFlaw::Choice { allowed, .. } => format!("{allowed} 之一"),
            CodeFlaw::Number { allowed, .. } => allowed.to_string(),
            CodeFlaw::Reserved { found, allowed, .. } => format!("{allowed}，但不含 {found}"),
            CodeFlaw::Check { allowed, .. } => allowed.to_string(),
        }
    }

    /// The problem in Chinese.
    pub fn zh(&self) -> String {
        let (code, scheme, level) = (&self.code, &self.scheme, &self.level);
        let what = match &self.flaw {
            CodeFlaw::Level { allowed } => format!("方案没有这一层级，只有 {allowed}"),
            CodeFlaw::Length { found, allowed } => format!("有 {found} 位，应为 {allowed} 位"),
            CodeFlaw::LookAlike { segment, place, found, digit } => {
                format!("第 {place} 位（{segment} 段）是字母 {found}，应为数字 {digit}")
            }
            CodeFlaw::Character { segment, place, found, allowed } => {
                format!("第 {place} 位（{segment} 段）是 {found}，只允许 {allowed}")
            }
            CodeFlaw::Number { segment, found, allowed } => format!("{segment} 段为 {found}，只允许 {allowed}"),
            CodeFlaw::Reserved { segment, found, .. } => format!("{segment} 段的 {found} 为保留号，不得使用"),
            CodeFlaw::Choice { segment, found, allowed } => format!("{segment} 段为 {found}，只允许 {allowed}"),
            CodeFlaw::Check { found, allowed } => format!("校验码为 {found}，应为 {allowed}"),
        };
        format!("编码 {code} 不符合方案 {scheme} 的 {level} 层级：{what}")
    }

    /// The problem as a finding of check G10, without a source.
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(Rule::Code, Severity::Error, self.zh(), self.to_string());
        Finding { areas: vec![self.code], allowed: (self.allowed_zh(), self.allowed()).into(), ..finding }
    }
}

impl fmt::Display for CodeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, level, code, .. } = self;
        write!(f, "area code {code} is not valid at level {level} of scheme {scheme}: ")?;
        match &self.flaw {
            CodeFlaw::Level { .. } => f.write_str("the scheme has no such level"),
            CodeFlaw::Length { found, .. } => write!(f, "it has {found} characters"),
            CodeFlaw::LookAlike { segment, place, found, .. } => {
                write!(f, "character {place} (segment {segment}) is the letter {found}, which looks like a digit")
            }
            CodeFlaw::Character { segment, place, found, .. } => {
                write!(f, "character {place} (segment {segment}) is {found}")
            }
            CodeFlaw::Number { segment, found, .. } => write!(f, "segment {segment} is {found}"),
            CodeFlaw::Reserved { segment, found, .. } => write!(f, "segment {segment} is {found}, which is reserved"),
            CodeFlaw::Choice { segment, found, .. } => write!(f, "segment {segment} is {found}"),
            CodeFlaw::Check { found, .. } => write!(f, "the check character is {found}"),
        }?;
        write!(f, "; allowed: {}", self.allowed())
    }
}

impl std::error::Error for CodeProblem {}

/// A code that is valid but that no standard knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeNotice {
    /// Id of the scheme.
    pub scheme: Box<str>,
    /// The code.
    pub code: AreaCode,
    /// Name of the segment.
    pub segment: Box<str>,
    /// The number in it.
    pub found: u64,
    /// Those that standards know.
    pub usual: Numbers,
}

impl CodeNotice {
    /// The notice in Chinese.
    pub fn zh(&self) -> String {
        let Self { scheme, code, segment, found, usual } = self;
        format!("编码 {code} 的 {segment} 段为 {found}，超出方案 {scheme} 的常用范围 {usual}")
    }

    /// The notice as a warning of check G10, without a source.
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(Rule::Code, Severity::Warning, self.zh(), self.to_string());
        Finding { areas: vec![self.code], allowed: Allowed::same(self.usual.to_string()), ..finding }
    }
}

impl fmt::Display for CodeNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, code, segment, found, usual } = self;
        write!(f, "area code {code}: segment {segment} is {found}; usual in scheme {scheme}: {usual}")
    }
}
