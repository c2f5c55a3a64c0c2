//! Roads and waters: the lines that the borders were cut along, with their looks and names.

use std::collections::BTreeMap;

use super::{cut::Style, fabric::Fabric, names, planar::HalfEdge, random::Random, subdivide::Cuts};
use crate::domain::place::PlaceLayer;

/// Chance that a line between villages is a ditch rather than a road.
const DITCHES: f64 = 0.38;

/// A road or water along borders.
#[derive(Debug, Clone)]
pub struct Line {
    /// Road or water.
    pub class: PlaceLayer,
    /// 0 river or trunk road, 1 main, 2 other roads, 3 lanes and ditches, 4 alleys.
    pub rank: u8,
    /// Its name.
    pub name: String,
    /// The first half-edge of its path.
    pub first: HalfEdge,
}

/// Names given so far.
#[derive(Debug, Default)]
pub struct LineNames {
    main_roads: usize,
    main_waters: usize,
    /// By community and kind.
    lanes: BTreeMap<(String, &'static str), usize>,
}

impl LineNames {
    fn main(&mut self, class: PlaceLayer, random: &mut Random) -> String {
        if class == PlaceLayer::Water {
            self.main_waters += 1;
            names::main_water(self.main_waters - 1, random)
        } else {
            self.main_roads += 1;
            names::main_road(self.main_roads - 1, random)
        }
    }

    fn lane(&mut self, stem: &str, kind: &'static str) -> String {
        let number = self.lanes.entry((stem.to_owned(), kind)).or_default();
        *number += 1;
        names::lane(stem, *number, kind)
    }
}

/// A cut between streets or towns.
#[derive(Debug)]
pub struct StreetCut {
    /// The streets on the first side.
    pub first: &'static [usize],
    /// The streets on the other side.
    pub second: &'static [usize],
    toward: [f64; 2],
    class: PlaceLayer,
    name: &'static str,
}

/// 镇海 0, 拱辰 1, 西天尾 2, 黄石 3, 新度 4, 北高 5, roughly where they lie.
pub const STREET_CUTS: [StreetCut; 5] = [
    StreetCut {
        first: &[2, 1, 0], second: &[4, 3, 5], toward: [0.25, -1.0], class: PlaceLayer::Water, name: "木兰溪"
    },
    StreetCut { first: &[2], second: &[1, 0], toward: [0.1, -1.0], class: PlaceLayer::Water, name: "延寿溪" },
    StreetCut { first: &[1], second: &[0], toward: [-0.35, -1.0], class: PlaceLayer::Road, name: "荔城大道" },
    StreetCut { first: &[4], second: &[3, 5], toward: [1.0, 0.25], class: PlaceLayer::Road, name: "荔港大道" },
    StreetCut { first: &[3], second: &[5], toward: [1.0, -0.3], class: PlaceLayer::Road, name: "黄北大道" },
];

/// The cuts between streets.
#[derive(Debug)]
pub struct StreetCuts;

impl StreetCuts {
    /// The look of one.
    pub fn style(cut: &StreetCut) -> Style {
        let swing = if cut.class == PlaceLayer::Water { 0.075 } else { 0.045 };
        Style { directions: 0, tilt: 0.0, swing, spacing_m: 75.0, snap: 0.0, toward: Some(cut.toward) }
    }

    /// The line that it leaves.
    pub fn line(cut: &StreetCut, first: HalfEdge) -> Line {
        Line { class: cut.class, rank: 0, name: cut.name.to_owned(), first }
    }
}

/// The cuts between the communities of one street.
#[derive(Debug)]
pub struct CommunityCuts<'a> {
    /// Whether it is a street in town.
    pub town: bool,
    /// Names given so far.
    pub names: &'a mut LineNames,
    /// Where the lines go.
    pub lines: &'a mut Vec<Line>,
}

impl Cuts for CommunityCuts<'_> {
    fn style(&self, _depth: usize) -> Style {
        if self.town {
            Style { directions: 2, tilt: 0.06, swing: 0.03, spacing_m: 60.0, snap: 0.08, toward: None }
        } else {
            Style { directions: 5, tilt: 0.15, swing: 0.05, spacing_m: 90.0, snap: 0.1, toward: None }
        }
    }

    fn drawn(&mut self, depth: usize, first: HalfEdge, random: &mut Random) {
        let wet = random.chance(if self.town { DITCHES / 2.0 } else { DITCHES });
        let class = if wet { PlaceLayer::Water } else { PlaceLayer::Road };
        let (rank, name) = match (depth, wet) {
            (0..2, _) => (1, self.names.main(class, random)),
            (_, true) => (2, names::water(random)),
            (_, false) => (2, names::road(random)),
        };
        self.lines.push(Line { class, rank, name, first });
    }
}

/// The cuts between the grids of one community.
#[derive(Debug)]
pub struct GridCuts<'a> {
    /// Whether it is in town.
    pub town: bool,
    /// What the community is called, without 社区 or 村.
    pub stem: &'a str,
    /// Names given so far.
    pub names: &'a mut LineNames,
    /// Where the lines go.
    pub lines: &'a mut Vec<Line>,
}

impl Cuts for GridCuts<'_> {
    fn style(&self, _depth: usize) -> Style {
        if self.town {
            Style { directions: 0, tilt: 0.05, swing: 0.012, spacing_m: 45.0, snap: 0.16, toward: None }
        } else {
            Style { directions: 2, tilt: 0.12, swing: 0.04, spacing_m: 55.0, snap: 0.14, toward: None }
        }
    }

    fn drawn(&mut self, depth: usize, first: HalfEdge, random: &mut Random) {
        let wet = !self.town && random.chance(DITCHES);
        let class = if wet { PlaceLayer::Water } else { PlaceLayer::Road };
        let (rank, kind) = match (depth, wet) {
            (0, true) => (2, "渠"),
            (0, false) => (2, "路"),
            (_, true) => (3, "沟"),
            (_, false) => (3, if self.town { "巷" } else { "支路" }),
        };
        self.lines.push(Line { class, rank, name: self.names.lane(self.stem, kind), first });
    }
}

/// The cuts between the units of one grid.
#[derive(Debug)]
pub struct UnitCuts<'a> {
    /// The texture of the grid.
    pub fabric: Fabric,
    /// Whether the first cuts are alleys.
    pub lanes: bool,
    /// What the community is called, without 社区 or 村.
    pub stem: &'a str,
    /// Names given so far.
    pub names: &'a mut LineNames,
    /// Where the lines go.
    pub lines: &'a mut Vec<Line>,
}

impl Cuts for UnitCuts<'_> {
    fn style(&self, _depth: usize) -> Style {
        let (tilt, swing, spacing_m) = match self.fabric {
            Fabric::Town | Fabric::Campus(_) => (0.03, 0.0, 40.0),
            Fabric::Core => (0.1, 0.03, 22.0),
            Fabric::Fields => (0.15, 0.03, 45.0),
        };
        Style { directions: 0, tilt, swing, spacing_m, snap: 0.15, toward: None }
    }

    fn drawn(&mut self, depth: usize, first: HalfEdge, _random: &mut Random) {
        if self.lanes && depth < 2 && !self.fabric.is_exclusive() {
            let name = self.names.lane(self.stem, "弄");
            self.lines.push(Line { class: PlaceLayer::Road, rank: 4, name, first });
        }
    }
}
