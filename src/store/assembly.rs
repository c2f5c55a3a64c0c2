//! The list of an edition's areas, put together from rows.

use std::collections::HashMap;

use super::{StoreError, StoredArea};
use crate::domain::coverage::AreaIndex;

/// The areas so far.
///
/// **Invariant**: sorted by level and code; every parent stands before its children, one level up.
#[derive(Debug, Default)]
pub(in crate::store) struct Assembly {
    areas: Vec<StoredArea>,
    index_of: HashMap<i64, AreaIndex>,
}

impl Assembly {
    /// Adds the area of the next row, whose parent has the number `parent_id`.
    pub(in crate::store) fn push(&mut self, mut stored: StoredArea, parent_id: Option<i64>) -> Result<(), StoreError> {
        let area = &mut stored.area;
        if self.areas.last().is_some_and(|last| (last.area.level, last.area.code) >= (area.level, area.code)) {
            return Err(broken(&area.code, "is there twice"));
        }
        if let Some(parent_id) = parent_id {
            // Coarse levels come first, so the parent is already there.
            let parent = self.index_of.get(&parent_id).copied();
            let level = parent.map(|parent| usize::from(self.areas[parent as usize].area.level.0) + 1);
            if level != Some(usize::from(area.level.0)) {
                return Err(broken(&area.code, "has no parent one level up"));
            }
            area.parent = parent;
        }
        if self.index_of.insert(area.id.0, self.areas.len() as AreaIndex).is_some() {
            return Err(broken(&area.code, "has the number of another area"));
        }
        self.areas.push(stored);
        Ok(())
    }

    /// All areas.
    pub(in crate::store) fn finish(self) -> Vec<StoredArea> {
        self.areas
    }
}

/// A row of an area that breaks an invariant.
pub(in crate::store) fn broken(code: &str, what: &str) -> StoreError {
    StoreError::Inconsistent(format!("area {code} {what}"))
}
