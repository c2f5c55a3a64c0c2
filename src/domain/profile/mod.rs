//! The profile: the district's own rules, as values.

pub mod scheme;

pub use scheme::CodeScheme;

use super::{area::Level, geometry::Extent};

/// A name in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What a profile does where an exclusive area meets a comprehensive one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlapPolicy {
    /// The exclusive area lies over the comprehensive one and answers first.
    Overlay,
    /// The exclusive area is cut out of the comprehensive one.
    Carve,
}

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

/// A role that a level needs (网格长, 网格员, ...).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Id, unique in the profile.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// The level it answers for.
    pub level: Level,
    /// Fewest A-postings per area.
    pub min: u16,
    /// Most A-postings per area.
    pub max: u16,
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
    /// Which scheme and which of its levels judges the codes.
    pub code: LevelCode,
}

/// Which code scheme judges the codes of a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelCode {
    /// Index into [`Profile::schemes`].
    pub scheme: usize,
    /// Id of the level inside that scheme (`town`, `village` there).
    pub level: String,
}

/// What the map needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct MapSettings {
    /// 审图号, when the operator has one; none is ever invented.
    pub approval_number: Option<String>,
    /// What the map says without one.
    pub notice: Name,
    /// Who made the data.
    pub attribution: Name,
}

/// The rules of a district.
///
/// **Invariant**: 2 to 7 levels; every role's level, every scheme index and scheme level exists; ids are unique.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Id: `licheng`.
    pub id: String,
    /// What it is called.
    pub name: Name,
    /// The levels, coarsest first.
    pub levels: Vec<LevelSpec>,
    /// The code schemes that the levels use.
    pub schemes: Vec<CodeScheme>,
    /// Where data of this profile may lie (check G13).
    pub extent: Extent,
    /// What happens where an exclusive area meets a comprehensive one.
    pub overlap: OverlapPolicy,
    /// How far from every area the nearest one is still named, in metres.
    pub nearest_limit_m: f64,
    /// IANA name of the time zone and its offset from UTC in minutes, which has no summer time.
    pub time_zone: (String, i16),
    /// The roles, in answering order.
    pub roles: Vec<Role>,
    /// What the map needs to know.
    pub map: MapSettings,
    /// The text of the TOML file, whose digest an edition pins.
    pub source: String,
}

impl Profile {
    /// The level with the given ordinal.
    pub fn level(&self, level: Level) -> &LevelSpec {
        &self.levels[usize::from(level.0)]
    }

    /// The level that `text` names: its id, or a number with 1 the coarsest.
    pub fn find_level(&self, text: &str) -> Option<Level> {
        let by_id = self.levels.iter().position(|level| level.id == text);
        let index = by_id.or_else(|| text.parse::<usize>().ok()?.checked_sub(1).filter(|&i| i < self.levels.len()))?;
        Some(Level(index as u8))
    }

    /// The finest level.
    pub fn finest(&self) -> Level {
        Level((self.levels.len() - 1) as u8)
    }
}
