//! A code scheme and its levels.

use std::ops::Range;

use super::{SchemeFlaw, Segment, validate};
use crate::domain::{area::AreaCode, profile::Name};

/// How much is known about a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Read in a standard or a regulation.
    Documented,
    /// Seen in real codes.
    Observed,
    /// Proposed by us.
    Guess,
}

/// Which segments of a code are the code of its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentRule {
    /// Id of the parent's level, in this scheme or in another (`village`).
    pub level: String,
    /// Indices of the segments.
    pub segments: Range<usize>,
}

/// How a code tells whether its area is comprehensive or exclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KindRule {
    /// It does not; an attribute does.
    Attribute,
    /// By the number in the last segment.
    Numbers {
        /// 综合.
        comprehensive: super::Numbers,
        /// 专属.
        exclusive: super::Numbers,
    },
    /// By the one character of a segment.
    Character {
        /// Index of the segment.
        segment: usize,
        /// 综合.
        comprehensive: char,
        /// 专属.
        exclusive: char,
    },
    /// By what the code begins with.
    Prefix {
        /// 综合.
        comprehensive: Vec<String>,
        /// 专属.
        exclusive: Vec<String>,
    },
}

/// What follows the last segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Nothing.
    None,
    /// The check character of ISO 7064 MOD 11-2.
    Mod11_2,
}

/// The order in which new areas under one parent are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberingOrder {
    /// Rows from north to south, each from west to east.
    Rows,
    /// Columns from west to east, each from north to south.
    Columns,
}

/// The codes of one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeLevel {
    /// Id: `district`, `town`, `village`, `grid`, `unit`.
    pub id: String,
    /// The segments, left to right.
    pub segments: Vec<Segment>,
    /// Where the parent's code stands; `None` where the code has none.
    pub parent: Option<ParentRule>,
    /// How the kind is told.
    pub kind: KindRule,
    /// What follows the last segment.
    pub check: Check,
    /// How new areas are numbered.
    pub order: NumberingOrder,
}

impl SchemeLevel {
    /// How many characters a code has.
    pub fn length(&self) -> usize {
        self.segments_length() + usize::from(self.check == Check::Mod11_2)
    }

    /// How many characters the segments have together.
    pub fn segments_length(&self) -> usize {
        self.segments.iter().map(|segment| segment.length).sum()
    }

    /// Where the segment stands in a code, as indices of characters.
    pub fn place(&self, segment: usize) -> Range<usize> {
        let from = self.segments[..segment].iter().map(|segment| segment.length).sum();
        from..from + self.segments[segment].length
    }

    /// Where the parent's code stands in a code, as indices of characters.
    pub fn parent_place(&self) -> Option<Range<usize>> {
        let segments = &self.parent.as_ref()?.segments;
        Some(self.place(segments.start).start..self.place(segments.end - 1).end)
    }
}

/// How the codes of some levels are made.
///
/// **Invariant**: what [`SchemeFlaw`] is about: every index and number in it makes sense, every code fits an
/// [`AreaCode`], level ids are unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeScheme {
    id: String,
    name: Name,
    status: Status,
    levels: Vec<SchemeLevel>,
}

impl CodeScheme {
    /// A scheme, when its levels make sense.
    pub fn new(id: String, name: Name, status: Status, levels: Vec<SchemeLevel>) -> Result<Self, SchemeFlaw> {
        validate::levels(&levels)?;
        Ok(Self { id, name, status, levels })
    }

    /// Id: `range-15-18`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is called.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// How much is known about it.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Its levels.
    pub fn levels(&self) -> &[SchemeLevel] {
        &self.levels
    }

    /// The level with the given id.
    pub fn level(&self, id: &str) -> Option<&SchemeLevel> {
        self.levels.iter().find(|level| level.id == id)
    }

    /// The parent's code that a code of `level` has in itself; `None` where the scheme has none there.
    ///
    /// Meant for codes that [`CodeScheme::judge`] accepted; a code of another length has none.
    pub fn parent_prefix(&self, level: &str, code: &AreaCode) -> Option<AreaCode> {
        let level = self.level(level)?;
        let place = level.parent_place()?;
        if code.len() != level.length() {
            return None;
        }
        AreaCode::new(&code[place]).ok()
    }

    /// The number in the last segment of a code of `level`; `None` when it is no number.
    pub fn number(&self, level: &str, code: &AreaCode) -> Option<u64> {
        let level = self.level(level)?;
        if code.len() != level.length() {
            return None;
        }
        code[level.place(level.segments.len() - 1)].parse().ok()
    }
}
