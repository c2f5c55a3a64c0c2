//! The difference of two editions as values of its own, which hold on to neither.

use crate::domain::area::{Area, AreaCode, AreaId, EditionNumber, Level};

/// An area is a part of another one, or went into it, from this share of its ground on.
pub(super) const MAIN_SHARE: f64 = 0.5;

/// Two areas of the same ground are one area with two codes from this share of each on.
pub(super) const SAME_SHARE: f64 = 0.99;

/// What happened to an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It was not there.
    Created,
    /// It is no more (撤销).
    Retired,
    /// Two or more areas are mostly made of it (拆分).
    Split,
    /// Two or more areas went mostly into it (合并).
    Merged,
    /// Its outline is another one (边界调整).
    Reshaped,
    /// The same ground has another code (换码).
    Recoded,
    /// It has another name (更名).
    Renamed,
    /// Its parent, kind, branch, figures or responsible body differ (属性变更).
    Updated,
}

impl ChangeKind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Retired,
        Self::Split,
        Self::Merged,
        Self::Reshaped,
        Self::Recoded,
        Self::Renamed,
        Self::Updated,
    ];

    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Retired => "retired",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::Reshaped => "reshaped",
            Self::Recoded => "recoded",
            Self::Renamed => "renamed",
            Self::Updated => "updated",
        }
    }

    /// The word on the screens.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Created => "新设",
            Self::Retired => "撤销",
            Self::Split => "拆分",
            Self::Merged => "合并",
            Self::Reshaped => "边界调整",
            Self::Recoded => "换码",
            Self::Renamed => "更名",
            Self::Updated => "属性变更",
        }
    }
}

/// An area of one of the two editions.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    /// Its number.
    pub id: AreaId,
    /// Its code.
    pub code: AreaCode,
    /// Its level.
    pub level: Level,
    /// Its name.
    pub name: String,
    /// 户数, when known.
    pub households: Option<u32>,
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
}

impl Party {
    pub(super) fn of(area: &Area) -> Self {
        Self {
            id: area.id,
            code: area.code,
            level: area.level,
            name: area.name.clone(),
            households: area.households,
            area_m2: area.area_m2,
        }
    }
}

/// How the households of an area before were shared out among those after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weighting {
    /// By the households of the buildings on the common ground.
    Buildings,
    /// By area: an estimate (估算).
    Area,
}

impl Weighting {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Buildings => "buildings",
            Self::Area => "area",
        }
    }
}

/// The common ground of an area before and one after: a row of the 新旧编码对照表.
#[derive(Debug, Clone, PartialEq)]
pub struct Kinship {
    /// The area before; `None` for new ground.
    pub before: Option<Party>,
    /// The area after; `None` for ground that is nobody's any more.
    pub after: Option<Party>,
    /// Square metres of the common ground, to 0.01.
    pub area_m2: f64,
    /// Its share of the area before, to 1e-4; 0 without one.
    pub share_before: f64,
    /// Its share of the area after, to 1e-4; 0 without one.
    pub share_after: f64,
    /// The part of the households of the area before; they add up to them. `None` where those are not known.
    pub households: Option<u32>,
    /// How that was found; `None` with the households.
    pub weighting: Option<Weighting>,
}

/// How an area after stands to one before: the word in a row of the 新旧编码对照表.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// New ground.
    Created,
    /// Ground that is nobody's any more.
    Retired,
    /// The same area.
    Kept,
    /// The same ground under another code.
    Recoded,
    /// The one after is mostly made of the one before.
    Split,
    /// The one before went mostly into the one after.
    Merged,
    /// A piece changed hands.
    Transferred,
}

impl Relation {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Retired => "retired",
            Self::Kept => "kept",
            Self::Recoded => "recoded",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::Transferred => "transferred",
        }
    }

    /// The word on the screens.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Created => "新设",
            Self::Retired => "撤销",
            Self::Kept => "沿用",
            Self::Recoded => "换码",
            Self::Split => "拆分",
            Self::Merged => "合并",
            Self::Transferred => "划转",
        }
    }
}

impl Kinship {
    /// How the two stand to each other.
    pub fn relation(&self) -> Relation {
        match (&self.before, &self.after) {
            (None, _) => Relation::Created,
            (_, None) => Relation::Retired,
            (Some(before), Some(after)) if before.id == after.id => Relation::Kept,
            _ if self.share_before >= SAME_SHARE && self.share_after >= SAME_SHARE => Relation::Recoded,
            // Of two halves that become one each is half of it, and of one that becomes two each has half of it.
            _ if self.share_after >= MAIN_SHARE && self.share_after > self.share_before => Relation::Split,
            _ if self.share_before >= MAIN_SHARE => Relation::Merged,
            _ => Relation::Transferred,
        }
    }

    /// The level of both.
    pub fn level(&self) -> Level {
        let party = self.before.as_ref().or(self.after.as_ref());
        party.expect("common ground is of an area at least").level
    }
}

/// One change of one area.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The area before; none for one that was created.
    pub before: Option<Party>,
    /// The area after; none for one that was retired or split.
    pub after: Option<Party>,
    /// What it shares ground with on the other side, the largest share first: successors, predecessors.
    pub kin: Vec<Kinship>,
}

/// What differs between two editions; noded borders do not.
#[derive(Debug, Clone, PartialEq)]
pub struct Diff {
    /// The edition before; 0 for none.
    pub before: EditionNumber,
    /// The edition after.
    pub after: EditionNumber,
    /// The changes: coarse levels first, by kind and code within a level.
    pub changes: Vec<Change>,
    /// All common ground of areas that changed, coarse levels first, by the codes before and after.
    pub lineage: Vec<Kinship>,
}

impl Diff {
    /// How many changes of a kind there are on a level.
    pub fn count(&self, kind: ChangeKind, level: Level) -> usize {
        let is_it = |change: &&Change| change.kind == kind && change.level() == level;
        self.changes.iter().filter(is_it).count()
    }
}

impl Change {
    /// The level of the area.
    pub fn level(&self) -> Level {
        self.party().level
    }

    /// The area that it is told of.
    pub fn party(&self) -> &Party {
        self.before.as_ref().or(self.after.as_ref()).expect("a change is one of an area")
    }
}
