//! 综合 or 专属.

/// Whether an area is comprehensive or exclusive; most areas above the grid are neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Kind {
    /// Not told.
    #[default]
    None,
    /// 综合.
    Comprehensive,
    /// 专属: a school, a hospital, a firm, a harbour, answered for by a named body.
    Exclusive,
}

impl Kind {
    /// The kind that a file's word tells: it begins with 综合 or 专属; other words mean none.
    pub fn from_word(word: &str) -> Self {
        let word = word.trim();
        if word.starts_with("综合") || word.eq_ignore_ascii_case("comprehensive") {
            Self::Comprehensive
        } else if word.starts_with("专属") || word.eq_ignore_ascii_case("exclusive") {
            Self::Exclusive
        } else {
            Self::None
        }
    }

    /// The word on the wire and in the store; `None` for [`Kind::None`].
    pub const fn id(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Comprehensive => Some("comprehensive"),
            Self::Exclusive => Some("exclusive"),
        }
    }
}
