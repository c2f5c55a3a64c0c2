//! The areas of one edition, by code and id, with their children.

use std::collections::HashMap;

use super::{Area, AreaCode, AreaId, Level};
use crate::domain::coverage::AreaIndex;

/// The areas of one edition.
///
/// **Invariant**: sorted by level, then code; codes and ids are unique; each parent is present, one level up.
pub struct Hierarchy {
    areas: Vec<Area>,
    by_code: HashMap<AreaCode, AreaIndex>,
    by_id: HashMap<AreaId, AreaIndex>,
    /// First child of each area in `areas`; children of one parent are not contiguous, so they are listed.
    child_starts: Vec<u32>,
    children: Vec<AreaIndex>,
    level_starts: Vec<AreaIndex>,
}

/// Why areas form no hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HierarchyError {
    /// Two areas of one code.
    #[error("two areas have the code {0}")]
    Duplicate(AreaCode),
    /// Not sorted by level and code.
    #[error("area {0} is out of order")]
    Order(AreaCode),
    /// The parent is not one level up.
    #[error("the parent of area {0} is not one level up")]
    Parent(AreaCode),
}

impl Hierarchy {
    /// The hierarchy of `areas`, sorted by level and code, with parents given as indices into them.
    pub fn new(areas: Vec<Area>, level_count: usize) -> Result<Self, HierarchyError> {
        let mut by_code = HashMap::with_capacity(areas.len());
        let mut by_id = HashMap::with_capacity(areas.len());
        let mut child_starts = vec![0_u32; areas.len() + 1];
        for (index, area) in areas.iter().enumerate() {
            if by_code.insert(area.code, index as AreaIndex).is_some() {
                return Err(HierarchyError::Duplicate(area.code));
            }
            if index > 0 && (areas[index - 1].level, areas[index - 1].code) >= (area.level, area.code) {
                return Err(HierarchyError::Order(area.code));
            }
            by_id.insert(area.id, index as AreaIndex);
            let expected = area.level.0.checked_sub(1).map(Level);
            if area.parent.map(|parent| areas[parent as usize].level) != expected {
                return Err(HierarchyError::Parent(area.code));
            }
            if let Some(parent) = area.parent {
                child_starts[parent as usize + 1] += 1;
            }
        }
        for i in 1..child_starts.len() {
            child_starts[i] += child_starts[i - 1];
        }
        let mut filled = child_starts.clone();
        let mut children = vec![0; *child_starts.last().expect("one more than areas") as usize];
        for (index, area) in areas.iter().enumerate() {
            if let Some(parent) = area.parent {
                children[filled[parent as usize] as usize] = index as AreaIndex;
                filled[parent as usize] += 1;
            }
        }
        let start = |level: usize| areas.partition_point(|area| usize::from(area.level.0) < level) as AreaIndex;
        let level_starts = (0..=level_count).map(start).collect();
        Ok(Self { areas, by_code, by_id, child_starts, children, level_starts })
    }

    /// All areas, coarse levels first, by code within a level.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// One area.
    pub fn area(&self, index: AreaIndex) -> &Area {
        &self.areas[index as usize]
    }

    /// The area with a code.
    pub fn find(&self, code: &str) -> Option<AreaIndex> {
        self.by_code.get(code).copied()
    }

    /// The area with a number.
    pub fn find_id(&self, id: AreaId) -> Option<AreaIndex> {
        self.by_id.get(&id).copied()
    }

    /// The children of an area, by code.
    pub fn children(&self, index: AreaIndex) -> &[AreaIndex] {
        &self.children[self.child_starts[index as usize] as usize..self.child_starts[index as usize + 1] as usize]
    }

    /// The indices of all areas of a level.
    pub fn of_level(&self, level: Level) -> std::ops::Range<AreaIndex> {
        self.level_starts[usize::from(level.0)]..self.level_starts[usize::from(level.0) + 1]
    }

    /// The area and its parents, coarsest first.
    pub fn chain(&self, index: AreaIndex) -> Vec<AreaIndex> {
        let parent = |&index: &AreaIndex| self.area(index).parent;
        let mut chain: Vec<AreaIndex> = std::iter::successors(Some(index), parent).collect();
        chain.reverse();
        chain
    }
}
