//! All postings, by area.

use std::collections::HashMap;

use super::Posting;
use crate::domain::{area::AreaCode, profile::Profile};

/// Who answers for each area, in answering order. Editions share it: it is about the areas by their codes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Roster {
    revision: i64,
    by_area: HashMap<AreaCode, Vec<Posting>>,
}

impl Roster {
    /// The roster of `postings`, in which the roles of an area follow one another as in the profile. `revision` tells it from
    /// others of the same store.
    pub fn new(profile: &Profile, revision: i64, postings: Vec<Posting>) -> Self {
        let mut by_area: HashMap<AreaCode, Vec<Posting>> = HashMap::new();
        for posting in postings {
            by_area.entry(posting.area).or_default().push(posting);
        }
        let role_order = |posting: &Posting| profile.roles.iter().position(|role| role.id == posting.role);
        for list in by_area.values_mut() {
            list.sort_by(|a, b| {
                (role_order(a), a.order, &a.role, &a.name).cmp(&(role_order(b), b.order, &b.role, &b.name))
            });
        }
        Self { revision, by_area }
    }

    /// What tells it from other rosters of the same store.
    pub const fn revision(&self) -> i64 {
        self.revision
    }

    /// The postings of one area, in answering order.
    pub fn of(&self, code: &AreaCode) -> &[Posting] {
        self.by_area.get(code).map_or(&[], Vec::as_slice)
    }
}
