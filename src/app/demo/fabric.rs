//! What grids are made of: dense town, village core, fields, and campuses of one body; and so their units.

use super::random::Random;

/// The texture of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fabric {
    /// Estates, stairwells, shops.
    Town,
    /// Houses close together.
    Core,
    /// Fields with some houses.
    Fields,
    /// The grounds of one body: an exclusive grid.
    Campus(BodyKind),
}

/// What kind of body answers for an exclusive area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// 小学.
    Primary,
    /// 中学.
    Secondary,
    /// 医院.
    Hospital,
    /// 市场.
    Market,
    /// 园区.
    Works,
    /// 机关单位.
    Office,
}

/// What a footprint is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Part of an estate.
    Estate,
    /// One building with a unit for each stairwell.
    Stairs(u8),
    /// A shop at the street.
    Shop,
    /// Village houses.
    Houses,
    /// Farmland.
    Field,
    /// A pond.
    Pond,
    /// A small park.
    Park,
    /// The grounds of a body: an exclusive unit.
    Body(BodyKind),
}

/// Most stairwells of a building.
pub const MAX_STAIRS: u8 = 4;

impl BodyKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Primary, Self::Secondary, Self::Hospital, Self::Market, Self::Works, Self::Office];

    /// A kind by chance, as a town or a village has them.
    pub fn any(random: &mut Random) -> Self {
        Self::ALL[random.below(Self::ALL.len())]
    }

    /// What the body is called after the name of its place.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Primary => "小学",
            Self::Secondary => "中学",
            Self::Hospital => "医院",
            Self::Market => "农贸市场",
            Self::Works => "产业园区",
            Self::Office => "机关大院",
        }
    }

    /// What the parts of its grounds are called.
    pub const fn parts(self) -> [&'static str; 3] {
        match self {
            Self::Primary | Self::Secondary => ["教学区", "运动区", "生活区"],
            Self::Hospital => ["门诊区", "住院区", "后勤区"],
            Self::Market => ["经营区", "仓储区", "停车区"],
            Self::Works => ["生产区", "仓储区", "办公区"],
            Self::Office => ["办公区", "服务区", "停车区"],
        }
    }
}

impl Fabric {
    /// Whether it is an exclusive grid.
    pub const fn is_exclusive(self) -> bool {
        matches!(self, Self::Campus(_))
    }

    /// Its share of the community's ground, relative to a town grid.
    pub fn ground(self, random: &mut Random) -> f64 {
        match self {
            Self::Town => random.between(0.8, 1.25),
            Self::Core => random.between(0.9, 1.5),
            Self::Fields => random.between(2.5, 5.0),
            Self::Campus(_) => random.between(0.5, 0.9),
        }
    }

    /// Its share of the street's units, relative to a town grid.
    pub fn units(self, random: &mut Random) -> f64 {
        match self {
            Self::Town => random.between(0.85, 1.15),
            Self::Core => random.between(1.0, 1.4),
            Self::Fields => random.between(0.5, 0.9),
            Self::Campus(_) => 0.15,
        }
    }

    /// The uses of `units` units, of which `exclusive` belong to bodies, large grounds first; with the weight of each.
    pub fn uses(self, units: u64, exclusive: u64, random: &mut Random) -> Vec<(Use, f64)> {
        let mut uses = Vec::new();
        if let Self::Campus(body) = self {
            uses.extend((0..units).map(|_| (Use::Body(body), random.between(0.7, 1.3))));
            return uses;
        }
        let exclusive = exclusive.min(units.saturating_sub(1));
        let roomy = if self == Self::Town { 1.0 } else { 0.5 };
        uses.extend((0..exclusive).map(|_| (Use::Body(BodyKind::any(random)), random.between(2.0, 3.5) * roomy)));
        let mut left = units - exclusive;
        while left > 0 {
            // The first is always lived in, so that no grid stands empty.
            let one = if uses.len() as u64 == exclusive { self.home() } else { self.any_use(random) };
            let one = match one {
                Use::Stairs(stairs) if u64::from(stairs) > left => Use::Estate,
                other => other,
            };
            let (weight, taken) = match one {
                Use::Estate | Use::Houses => (random.between(0.8, 1.25), 1),
                Use::Stairs(stairs) => (random.between(0.5, 0.7) * f64::from(stairs), stairs),
                Use::Shop => (random.between(0.25, 0.45), 1),
                Use::Field => (random.between(6.0, 11.0), 1),
                Use::Pond => (random.between(0.8, 2.0), 1),
                Use::Park => (random.between(1.2, 2.2), 1),
                Use::Body(_) => (1.0, 1),
            };
            uses.push((one, weight));
            left -= u64::from(taken);
        }
        uses.sort_by(|a, b| b.1.total_cmp(&a.1));
        uses
    }

    const fn home(self) -> Use {
        if matches!(self, Self::Town) { Use::Estate } else { Use::Houses }
    }

    fn any_use(self, random: &mut Random) -> Use {
        let draw = random.share();
        match self {
            Self::Town => match draw {
                ..0.10 => Use::Stairs(2 + random.below(usize::from(MAX_STAIRS) - 1) as u8),
                ..0.28 => Use::Shop,
                ..0.31 => Use::Park,
                _ => Use::Estate,
            },
            Self::Core => match draw {
                ..0.10 => Use::Shop,
                ..0.13 => Use::Pond,
                ..0.18 => Use::Field,
                _ => Use::Houses,
            },
            Self::Fields | Self::Campus(_) => match draw {
                ..0.50 => Use::Field,
                ..0.56 => Use::Pond,
                ..0.59 => Use::Park,
                _ => Use::Houses,
            },
        }
    }
}
