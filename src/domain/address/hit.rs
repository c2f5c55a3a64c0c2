//! A name that was recognised in a text.

use std::ops::Range;

/// Index into the names, in their order.
pub type NameId = u32;

/// How a name was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// As it is, but for width, case, traditional forms and numerals.
    Exact,
    /// By another name of the same thing.
    Alias,
    /// Without its ending: 凤凰城 for 凤凰城小区.
    Short,
    /// In letters.
    Pinyin,
    /// In first letters.
    Initials,
    /// With characters that sound alike.
    Sound,
    /// With a character wrong, missing or too many.
    Similar,
}

impl How {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Alias => "alias",
            Self::Short => "short",
            Self::Pinyin => "pinyin",
            Self::Initials => "initials",
            Self::Sound => "sound",
            Self::Similar => "similar",
        }
    }

    /// Likeness of a name recognised so, in thousandths; what is only similar says its own.
    pub const fn likeness(self) -> u32 {
        match self {
            Self::Exact => 1000,
            Self::Alias => 980,
            Self::Short => 960,
            Self::Pinyin => 920,
            Self::Initials => 800,
            Self::Sound | Self::Similar => 900,
        }
    }
}

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The name.
    pub name: NameId,
    /// Where it stands.
    pub span: Range<usize>,
    /// How it was recognised.
    pub how: How,
    /// How much it is the name, in thousandths.
    pub likeness: u32,
}
