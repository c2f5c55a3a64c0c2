//! The profile itself.

use time::{Date, OffsetDateTime, UtcOffset};

use super::{
    Branch, Category, CodeScheme, CrsNames, Escalation, LevelSpec, PlaceClass, Role, Rule, scheme::CodeProblem,
    scheme::Judged,
};
use crate::domain::{
    area::{AreaCode, Level},
    geometry::Extent,
    indicator::Indicator,
};

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

/// How far a known area reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    /// The area's code.
    pub code: AreaCode,
    /// Its true extent.
    pub bounds: Extent,
}

/// From which share of the error disc on the owner of a position is sure, and from which on doubtful.
///
/// **Invariant**: 0.5 < doubtful <= sure <= 1, so that nobody else can be likelier than a doubtful owner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    sure_share: f64,
    doubtful_share: f64,
}

impl Thresholds {
    /// Thresholds; `None` when they break the invariant.
    pub fn new(sure_share: f64, doubtful_share: f64) -> Option<Self> {
        let is_good = 0.5 < doubtful_share && doubtful_share <= sure_share && sure_share <= 1.0;
        is_good.then_some(Self { sure_share, doubtful_share })
    }

    /// The least share of a sure owner.
    pub const fn sure_share(self) -> f64 {
        self.sure_share
    }

    /// The least share of a doubtful owner; below it, he is to be checked.
    pub const fn doubtful_share(self) -> f64 {
        self.doubtful_share
    }
}

impl Default for Thresholds {
    /// What a profile without thresholds has. Editions pin such profiles: these never change.
    fn default() -> Self {
        Self { sure_share: 0.95, doubtful_share: 0.6 }
    }
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
    /// The branches (城区, 农村) that its levels may speak of, possibly none.
    pub branches: Vec<Branch>,
    /// The levels, coarsest first.
    pub levels: Vec<LevelSpec>,
    /// The code schemes that the levels use, and those that the file defines for foreign codes.
    pub schemes: Vec<CodeScheme>,
    /// Where data of this profile may lie (check G13).
    pub extent: Extent,
    /// How far the outlines of known areas reach, so that a wrong datum is noticed (check G13); possibly none.
    pub outlines: Vec<Outline>,
    /// The names of coordinate systems that input may use.
    pub crs: CrsNames,
    /// What happens where an exclusive area meets a comprehensive one.
    pub overlap: OverlapPolicy,
    /// How far from every area the nearest one is still named, in metres.
    pub nearest_limit_m: f64,
    /// When an answer is sure, given the accuracy of its position.
    pub thresholds: Thresholds,
    /// IANA name of the time zone and its offset from UTC in minutes, which has no summer time.
    pub time_zone: (String, i16),
    /// The roles, in answering order.
    pub roles: Vec<Role>,
    /// What cases are about; at least one.
    pub categories: Vec<Category>,
    /// Who is to answer for what, in the order in which they are tried; none for whoever [`Profile::escalation`] finds.
    pub rules: Vec<Rule>,
    /// Who answers when no rule finds anybody on duty.
    pub escalation: Escalation,
    /// The classes of places, in the order in which they are listed.
    pub place_classes: Vec<PlaceClass>,
    /// The indicators, possibly none.
    pub indicators: Vec<Indicator>,
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

    /// The category with the given id.
    pub fn category(&self, id: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == id)
    }

    /// The class of places with the given id.
    pub fn place_class(&self, id: &str) -> Option<&PlaceClass> {
        self.place_classes.iter().find(|class| class.id == id)
    }

    /// How far the district's clock is ahead of UTC.
    pub fn utc_offset(&self) -> UtcOffset {
        UtcOffset::from_whole_seconds(i32::from(self.time_zone.1) * 60).unwrap_or(UtcOffset::UTC)
    }

    /// A moment by the district's clock; as it is at either end of all time, where there is no other clock.
    pub fn local(&self, at: OffsetDateTime) -> OffsetDateTime {
        at.checked_to_offset(self.utc_offset()).unwrap_or(at)
    }

    /// The day of a moment by the district's clock.
    pub fn day(&self, at: OffsetDateTime) -> Date {
        self.local(at).date()
    }

    /// The indicator with an id.
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id == id)
    }

    /// The finest level.
    pub fn finest(&self) -> Level {
        Level((self.levels.len() - 1) as u8)
    }

    /// The scheme that judges the codes of `level`, and the id of the level inside it.
    pub fn scheme(&self, level: Level) -> (&CodeScheme, &str) {
        let code = &self.level(level).code;
        (&self.schemes[code.scheme], &code.level)
    }

    /// What the scheme of `level` makes of `code`.
    pub fn judge_code(&self, level: Level, code: &AreaCode) -> Result<Judged, CodeProblem> {
        let (scheme, inside) = self.scheme(level);
        scheme.judge(inside, code)
    }

    /// The code of the parent that `code` has in itself; `None` on the top level and where the scheme keeps none.
    pub fn parent_prefix(&self, level: Level, code: &AreaCode) -> Option<AreaCode> {
        if level.0 == 0 {
            return None;
        }
        let (scheme, inside) = self.scheme(level);
        scheme.parent_prefix(inside, code)
    }
}
