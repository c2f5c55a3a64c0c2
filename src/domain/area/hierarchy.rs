//! The areas of one edition, by code and id, with their children.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{Area, AreaCode, AreaId, Level};
use crate::domain::{
    coverage::{AreaIndex, Paged},
    held::Held,
};

/// The areas of one edition. What editions have in common they share.
///
/// **Invariant**: sorted by level, then code; codes and ids are unique; each parent is present, one level up.
#[derive(Clone)]
pub struct Hierarchy {
    areas: Paged<Arc<Area>>,
    names: Arc<Names>,
    tree: Arc<Tree>,
}

struct Names {
    by_code: HashMap<AreaCode, AreaIndex>,
    by_id: HashMap<AreaId, AreaIndex>,
}

struct Tree {
    /// First child of each area in `areas`; children of one parent are not contiguous, so they are listed.
    child_starts: Vec<u32>,
    children: Vec<AreaIndex>,
    level_starts: Vec<AreaIndex>,
}

/// An area that the next edition has, new or in another state.
#[derive(Debug, Clone, PartialEq)]
pub struct PutArea {
    /// The area; who its parent is, `parent` says.
    pub area: Area,
    /// The number of its parent; `None` on the top level.
    pub parent: Option<AreaId>,
}

/// The hierarchy of the next edition.
pub struct Succession {
    /// The areas.
    pub hierarchy: Hierarchy,
    /// Whether every area has the index that it had.
    pub keeps_indices: bool,
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
        Self::of(areas.into_iter().map(Arc::new).collect(), level_count)
    }

    fn of(areas: Vec<Arc<Area>>, level_count: usize) -> Result<Self, HierarchyError> {
        let mut by_code = HashMap::with_capacity(areas.len());
        let mut by_id = HashMap::with_capacity(areas.len());
        for (index, area) in areas.iter().enumerate() {
            if by_code.insert(area.code, index as AreaIndex).is_some() {
                return Err(HierarchyError::Duplicate(area.code));
            }
            if index > 0 && (areas[index - 1].level, areas[index - 1].code) >= (area.level, area.code) {
                return Err(HierarchyError::Order(area.code));
            }
            by_id.insert(area.id, index as AreaIndex);
        }
        let tree = Arc::new(Tree::new(&areas, level_count)?);
        Ok(Self { areas: Paged::new(&areas), names: Arc::new(Names { by_code, by_id }), tree })
    }

    /// The hierarchy in which the areas of `put` take the place of those with their numbers, or are new, and those of `gone`
    /// are no more.
    pub fn succeeded_by(&self, put: Vec<PutArea>, gone: &[AreaId]) -> Result<Succession, HierarchyError> {
        let level_count = self.tree.level_starts.len() - 1;
        let stays = |put: &PutArea| {
            let area = &put.area;
            self.find_id(area.id).is_some_and(|at| (self.area(at).level, self.area(at).code) == (area.level, area.code))
        };
        if !gone.is_empty() || !put.iter().all(stays) {
            let hierarchy = self.regrown(put, gone, level_count)?;
            return Ok(Succession { hierarchy, keeps_indices: false });
        }
        let mut edits = BTreeMap::new();
        let mut is_same_tree = true;
        for PutArea { mut area, parent } in put {
            let index = self.find_id(area.id).expect("every area stays") as usize;
            area.parent = self.parent(&area, parent)?;
            is_same_tree &= self.areas[index].parent == area.parent;
            edits.insert(index, Arc::new(area));
        }
        let areas = self.areas.edited(&edits);
        let tree = if is_same_tree {
            Arc::clone(&self.tree)
        } else {
            let areas: Vec<Arc<Area>> = areas.iter().cloned().collect();
            Arc::new(Tree::new(&areas, level_count)?)
        };
        let hierarchy = Self { areas, names: Arc::clone(&self.names), tree };
        Ok(Succession { hierarchy, keeps_indices: true })
    }

    fn parent(&self, area: &Area, parent: Option<AreaId>) -> Result<Option<AreaIndex>, HierarchyError> {
        let find = |parent| self.find_id(parent).ok_or(HierarchyError::Parent(area.code));
        parent.map(find).transpose()
    }

    /// The same with areas that come, go, or have other codes: all are put in order anew.
    fn regrown(&self, put: Vec<PutArea>, gone: &[AreaId], level_count: usize) -> Result<Self, HierarchyError> {
        let leaves: HashSet<AreaId> = put.iter().map(|put| put.area.id).chain(gone.iter().copied()).collect();
        let kept = self.areas.iter().filter(|area| !leaves.contains(&area.id));
        let parent_id = |area: &Area| area.parent.map(|parent| self.area(parent).id);
        let mut all: Vec<(Arc<Area>, Option<AreaId>)> = kept.map(|area| (Arc::clone(area), parent_id(area))).collect();
        all.extend(put.into_iter().map(|PutArea { area, parent }| (Arc::new(area), parent)));
        all.sort_by_key(|(area, _)| (area.level, area.code));
        let index_of: HashMap<AreaId, AreaIndex> = (0..).zip(&all).map(|(index, (area, _))| (area.id, index)).collect();
        let place = |(mut area, parent): (Arc<Area>, Option<AreaId>)| {
            let parent = parent.map(|id| index_of.get(&id).copied().ok_or(HierarchyError::Parent(area.code)));
            let parent = parent.transpose()?;
            if area.parent != parent {
                area = Arc::new(Area { parent, ..Area::clone(&area) });
            }
            Ok(area)
        };
        Self::of(all.into_iter().map(place).collect::<Result<_, _>>()?, level_count)
    }

    /// All areas, coarse levels first, by code within a level.
    pub fn areas(&self) -> &Paged<Arc<Area>> {
        &self.areas
    }

    /// One area.
    pub fn area(&self, index: AreaIndex) -> &Area {
        &self.areas[index as usize]
    }

    /// The area with a code.
    pub fn find(&self, code: &str) -> Option<AreaIndex> {
        self.names.by_code.get(code).copied()
    }

    /// The area with a number.
    pub fn find_id(&self, id: AreaId) -> Option<AreaIndex> {
        self.names.by_id.get(&id).copied()
    }

    /// Whether every area is known to have the same index in both; equal hierarchies that share nothing are not.
    pub fn has_indices_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.names, &other.names)
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        self.areas.hold(held, |held, area| {
            if held.part(area) {
                held.own(area.name.capacity() + area.branch.as_ref().map_or(0, String::capacity));
                if let Some(body) = &area.body {
                    let more = [&body.credit_code, &body.leader, &body.duty_phone]
                        .map(|text| text.as_ref().map_or(0, String::capacity));
                    held.own(size_of_val(&**body) + body.name.capacity() + more.iter().sum::<usize>());
                }
            }
        });
        if held.part(&self.names) {
            let Names { by_code, by_id } = &*self.names;
            // A byte of control beside each place.
            held.own(by_code.capacity() * (size_of::<(AreaCode, AreaIndex)>() + 1));
            held.own(by_id.capacity() * (size_of::<(AreaId, AreaIndex)>() + 1));
        }
        if held.part(&self.tree) {
            held.list(&self.tree.child_starts);
            held.list(&self.tree.children);
            held.list(&self.tree.level_starts);
        }
    }

    /// The children of an area, by code.
    pub fn children(&self, index: AreaIndex) -> &[AreaIndex] {
        let Tree { child_starts, children, .. } = &*self.tree;
        &children[child_starts[index as usize] as usize..child_starts[index as usize + 1] as usize]
    }

    /// The indices of all areas of a level.
    pub fn of_level(&self, level: Level) -> std::ops::Range<AreaIndex> {
        let level_starts = &self.tree.level_starts;
        level_starts[usize::from(level.0)]..level_starts[usize::from(level.0) + 1]
    }

    /// The area and its parents, coarsest first.
    pub fn chain(&self, index: AreaIndex) -> Vec<AreaIndex> {
        let parent = |&index: &AreaIndex| self.area(index).parent;
        let mut chain: Vec<AreaIndex> = std::iter::successors(Some(index), parent).collect();
        chain.reverse();
        chain
    }
}

impl Tree {
    fn new(areas: &[Arc<Area>], level_count: usize) -> Result<Self, HierarchyError> {
        let mut child_starts = vec![0_u32; areas.len() + 1];
        for area in areas {
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
        Ok(Self { child_starts, children, level_starts })
    }
}
