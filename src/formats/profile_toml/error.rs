//! Why a profile is refused.

use std::fmt;

/// Why a profile or a scheme file is refused: the first thing that is wrong with it, where, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError {
    /// The file, as the caller named it.
    pub file: Box<str>,
    /// The line, from 1.
    pub line: usize,
    /// The key as a path (`levels[2].code.scheme`, counted from 0); empty for the file as a whole.
    pub key: Box<str>,
    /// What is wrong, in Chinese.
    pub zh: Box<str>,
    /// What is wrong, in English.
    pub en: Box<str>,
    /// What is allowed, in English; empty when the text says it.
    pub allowed: Box<str>,
}

impl ProfileError {
    /// `file:line: key`, the beginning of both texts.
    pub fn place(&self) -> String {
        let key = if self.key.is_empty() { String::new() } else { format!(": {}", self.key) };
        format!("{}:{}{key}", self.file, self.line)
    }

    /// The error in Chinese.
    pub fn zh(&self) -> String {
        let allowed = if self.allowed.is_empty() { String::new() } else { format!("；允许：{}", self.allowed) };
        format!("{}：{}{allowed}", self.place(), self.zh)
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.en)?;
        if self.allowed.is_empty() { Ok(()) } else { write!(f, "; allowed: {}", self.allowed) }
    }
}

impl std::error::Error for ProfileError {}
