//! The levels of a profile, their branches and their norms.

use super::Name;

/// The smallest and the largest allowed figure, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}

/// What an area of a level and branch should measure (check G06).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Norms {
    /// 户数.
    pub households: Option<Range>,
    /// 人数.
    pub residents: Option<Range>,
    /// Square metres.
    pub area_m2: Option<Range>,
}

/// A branch of a profile: town or country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Id: `urban`, `rural`.
    pub id: String,
    /// What it is called: 城区, 农村.
    pub name: Name,
}

/// How a branch (城区/农村) names and measures a level.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelBranch {
    /// Id of the branch: `urban`, `rural`.
    pub branch: String,
    /// What the level is called in this branch.
    pub name: Name,
    /// What its areas should measure in this branch.
    pub norms: Norms,
}

/// What the map writes into an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LevelLabel {
    /// Its name.
    #[default]
    Name,
    /// The last number of its code, without leading zeros.
    Number,
}

/// Which code scheme judges the codes of a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelCode {
    /// Index into [`Profile::schemes`](super::Profile::schemes).
    pub scheme: usize,
    /// Id of the level inside that scheme (`town`, `village` there).
    pub level: String,
}

/// One level of the hierarchy.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelSpec {
    /// Id: `district`, `street`, `community`, `grid`, `unit` where they apply.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// What its areas should measure where no branch says otherwise.
    pub norms: Norms,
    /// The branches, possibly none.
    pub branches: Vec<LevelBranch>,
    /// Whether several areas may share one footprint (stairwells).
    pub stackable: bool,
    /// Whether its areas are comprehensive or exclusive.
    pub kinds: bool,
    /// Whether a gap below the parent is an error (else a warning).
    pub gap_is_error: bool,
    /// The zoom from which the map shows it.
    pub min_zoom: u8,
    /// The zoom from which the map labels it; `None` for never.
    pub label_zoom: Option<u8>,
    /// What the map writes into its areas.
    pub label: LevelLabel,
    /// Which scheme and which of its levels judges the codes.
    pub code: LevelCode,
}

impl LevelSpec {
    /// What the level is called in `branch`, or in general.
    pub fn name_in(&self, branch: Option<&str>) -> &Name {
        self.in_branch(branch).map_or(&self.name, |found| &found.name)
    }

    /// What its areas should measure in `branch`, or in general.
    pub fn norms_in(&self, branch: Option<&str>) -> &Norms {
        self.in_branch(branch).map_or(&self.norms, |found| &found.norms)
    }

    fn in_branch(&self, branch: Option<&str>) -> Option<&LevelBranch> {
        self.branches.iter().find(|found| Some(found.branch.as_str()) == branch)
    }
}
