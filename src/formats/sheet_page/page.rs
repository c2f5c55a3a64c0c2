//! What stands on a page.

use crate::domain::profile::Name;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What it is about.
    pub title: Name,
    /// Of which state it is, and when it was made.
    pub subtitle: Name,
    /// What must be said of all of it, below.
    pub notice: Name,
    /// Its tables.
    pub blocks: Vec<Block>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is about.
    pub title: Name,
    /// Where it comes from.
    pub source: Name,
    /// As of when.
    pub date: String,
    /// The headings; empty for a list of names and values.
    pub columns: Vec<Name>,
    /// The rows, each with as many cells.
    pub rows: Vec<Vec<PageCell>>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageCell {
    /// Nothing.
    Empty,
    /// A text of the data.
    Text(String),
    /// A text of ours.
    Both(Name),
    /// A number, in digits with at most one point.
    Number(String),
}

impl PageCell {
    /// A text of the data; nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}
