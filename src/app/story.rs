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

/// The postings, those of areas that are new as of always: nobody held a post of what was not there.
pub fn of_their_time(postings: Vec<ListedPosting>, anew: &HashSet<AreaCode>) -> Vec<ListedPosting> {
    let of_now = |one: ListedPosting| match anew.contains(&one.area) {
        false => Some(one),
        // Whoever came after somebody has been there from the beginning.
        true => one.valid.to().is_none().then_some(ListedPosting { valid: Period::ALWAYS, ..one }),
    };
    postings.into_iter().filter_map(of_now).collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::duty::{Order, Phone};

    #[test]
    fn who_held_a_post_of_what_was_not_there_is_left_out() {
        let [old, new] = ["350304001001001", "350304001001002"].map(|code| AreaCode::new(code).expect("a code"));
        let posting = |area, name: &str, valid| ListedPosting {
            area,
            role: "grid_leader".to_owned(),
            order: Order::A,
            name: name.to_owned(),
            phone: Phone(String::new()),
            organisation: String::new(),
            stands_in: false,
            valid,
        };
        let day = datetime!(2026-03-03 00:00 UTC);
        let until = Period::new(None, Some(day)).expect("a period");
        let since = Period::new(Some(day), None).expect("a period");
        let handed_over = |area| [posting(area, "示例甲", until), posting(area, "示例乙", since)];
        let listed: Vec<ListedPosting> = [old, new].into_iter().flat_map(handed_over).collect();
        let kept = of_their_time(listed.clone(), &HashSet::from([new]));
        assert_eq!(kept, [&handed_over(old)[..], &[posting(new, "示例乙", Period::ALWAYS)]].concat());
        assert_eq!(of_their_time(listed.clone(), &HashSet::new()), listed);
    }
}
