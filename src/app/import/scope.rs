//! Of what a file holds everything: what it leaves out of that is retired.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::{
    area::{AreaCode, Level},
    redraw::{Base, Change},
};

/// Stands for the whole district where the code of an area is asked for.
pub const WHOLE: &str = "*";

/// A part of the district, and levels of it, of which an import holds all areas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The area below which it is complete; `None` for the whole district.
    pub under: Option<AreaCode>,
    /// The levels for which it is; none for those that the import holds areas of.
    pub levels: Vec<Level>,
}

/// Why a scope is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// There is no such area.
    #[error("there is no area {0}, for which the import could be complete")]
    NoArea(String),
}

impl Scope {
    /// The scope below the area of a code, or of the whole district for `*`.
    pub fn new(under: &str, levels: Vec<Level>) -> Result<Self, ScopeError> {
        let code = |text: &str| AreaCode::new(text).map_err(|_| ScopeError::NoArea(text.chars().take(80).collect()));
        let under = if under == WHOLE { None } else { Some(code(under)?) };
        Ok(Self { under, levels })
    }

    /// The codes of the areas of `base` that lie in the scope and are not among `changes`, ascending.
    pub fn absent(&self, base: &[Base], changes: &[Change]) -> Result<Vec<AreaCode>, ScopeError> {
        let parents: HashMap<AreaCode, Option<AreaCode>> =
            base.iter().map(|base| (base.area.code, base.area.parent)).collect();
        let present: HashSet<AreaCode> = changes.iter().map(|change| change.area.code).collect();
        if let Some(under) = self.under.filter(|under| !parents.contains_key(under) && !present.contains(under)) {
            return Err(ScopeError::NoArea(under.to_string()));
        }
        let levels: BTreeSet<Level> = if self.levels.is_empty() {
            changes.iter().map(|change| change.area.level).collect()
        } else {
            self.levels.iter().copied().collect()
        };
        let is_inside = |code: AreaCode| {
            let Some(under) = self.under else { return true };
            let mut above = parents.get(&code).copied().flatten();
            while let Some(parent) = above.filter(|&parent| parent != under) {
                above = parents.get(&parent).copied().flatten();
            }
            above == Some(under)
        };
        let areas = base.iter().map(|base| &base.area).filter(|area| levels.contains(&area.level));
        let absent = areas.map(|area| area.code).filter(|&code| !present.contains(&code) && is_inside(code));
        let mut absent: Vec<AreaCode> = absent.collect();
        absent.sort_unstable();
        Ok(absent)
    }
}
