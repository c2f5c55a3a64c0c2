//! What cases are about.

use super::Name;

/// The only category of a profile that names none. Stores keep such profiles for life: it never changes.
pub const GENERAL: &str = "general";

/// What a case is about (事项类别).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Id, unique in the profile: `market.food`. What stands before a dot is common to several.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// The line of work that it belongs to (条线).
    pub line: Name,
    /// Whether a case of it is never shown as an exact point or text in public (矛盾纠纷).
    pub is_sensitive: bool,
}

/// The categories of a profile that names none.
pub fn default_categories() -> Vec<Category> {
    let name = |zh: &str, en: &str| Name { zh: zh.to_owned(), en: en.to_owned() };
    let (called, line) = (name("一般事项", "general matter"), name("综合", "general"));
    vec![Category { id: GENERAL.to_owned(), name: called, line, is_sensitive: false }]
}

/// The categories that a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CategoryPattern {
    /// All of them: `*`.
    Any,
    /// Those whose ids begin so: `market.*`.
    Prefix(String),
    /// One.
    Id(String),
}

impl CategoryPattern {
    /// The pattern that a text means: an id, a beginning with `*` after it, or `*`.
    pub fn new(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some("") => Self::Any,
            Some(beginning) => Self::Prefix(beginning.to_owned()),
            None => Self::Id(text.to_owned()),
        }
    }

    /// Whether a category is meant.
    pub fn fits(&self, id: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Prefix(beginning) => id.starts_with(beginning),
            Self::Id(known) => known == id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_an_id_a_beginning_or_all() {
        let fits = |pattern: &str, id: &str| CategoryPattern::new(pattern).fits(id);
        assert!(fits("*", "market.food") && fits("market.*", "market.food") && fits("market.food", "market.food"));
        assert!(!fits("market.*", "marketing") && !fits("market", "market.food") && !fits("city.*", "market.food"));
    }
}
