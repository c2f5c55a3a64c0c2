//! Words of closed sets, as the store writes them.

use crate::domain::area::{FigureSource, Kind};

/// The word for where figures come from.
pub(in crate::store) const fn figures_word(figures: FigureSource) -> &'static str {
    match figures {
        FigureSource::Buildings => "buildings",
        FigureSource::Declared => "declared",
    }
}

/// Where figures come from, by the word.
pub(in crate::store) fn figures_of_word(word: &str) -> Option<FigureSource> {
    [FigureSource::Buildings, FigureSource::Declared].into_iter().find(|figures| figures_word(*figures) == word)
}

/// The kind that a word or its absence names.
pub(in crate::store) fn kind_of_word(word: Option<&str>) -> Option<Kind> {
    [Kind::None, Kind::Comprehensive, Kind::Exclusive].into_iter().find(|kind| kind.id() == word)
}
