//! A generated district with its past: which of its areas stayed, and what is said of its editions.

use std::collections::HashSet;

use time::{Duration, OffsetDateTime};

use crate::domain::{
    area::{AreaCode, NewArea},
    duty::{ListedPosting, Period},
};

/// How much older the edition before is said to be.
pub const YEAR: Duration = Duration::days(365);

/// What the edition before is called.
pub const EARLIER_TITLE: &str = "示范数据（虚构）：初次划分 / Demo data (made up): first division";

/// Who publishes when nobody is named.
pub const AUTHOR: &str = "onemap generate";

/// What is said of a generated edition besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it is called.
    pub title: String,
    /// Who publishes.
    pub author: String,
    /// From when it is in force; `None` for at once.
    pub effective_from: Option<OffsetDateTime>,
}

impl Said {
    /// What is said of an edition without a title.
    pub fn new() -> Self {
        Self { title: String::new(), author: AUTHOR.to_owned(), effective_from: None }
    }
}

impl Default for Said {
    fn default() -> Self {
        Self::new()
    }
}

/// The areas that stood before as well, and those in whose place stood the areas `before`: their level below the same
/// parents, and all below that.
pub fn parted(areas: Vec<NewArea>, before: &[NewArea]) -> (Vec<NewArea>, Vec<NewArea>) {
    let divided: HashSet<_> = before.iter().map(|area| (area.level, area.parent)).collect();
    let mut new: HashSet<AreaCode> = HashSet::new();
    // Parents come before their children.
    areas.into_iter().partition(|area| {
        let is_new =
            divided.contains(&(area.level, area.parent)) || area.parent.is_some_and(|parent| new.contains(&parent));
        if is_new {
            new.insert(area.code);
        }
        !is_new
    })
}

/// The postings, those of areas that are new in a story with a past as of today: nobody held a post of what was not there.
pub fn of_their_time(postings: Vec<ListedPosting>, anew: &[NewArea], has_past: bool) -> Vec<ListedPosting> {
    let anew: HashSet<AreaCode> = anew.iter().map(|area| area.code).collect();
    let of_now = |one: ListedPosting| match has_past && anew.contains(&one.area) {
        false => Some(one),
        // Whoever came after somebody has been there from the beginning.
        true => one.valid.to().is_none().then_some(ListedPosting { valid: Period::ALWAYS, ..one }),
    };
    postings.into_iter().filter_map(of_now).collect()
}
