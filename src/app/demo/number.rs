//! Codes and names of grids and units, under the scheme `range-15-18`: rows from west to east, row after row from
//! north to south; exclusive ones from 801 on.

use std::collections::BTreeMap;

use super::{
    fabric::{BodyKind, Fabric, Use},
    layout::Layout,
    names,
    random::Random,
    source::Source,
};
use crate::domain::{
    area::{AreaCode, ResponsibleBody},
    geometry::{MultiPolygon, Position},
};

/// The first number of exclusive areas.
const FIRST_EXCLUSIVE: u32 = 801;

/// A grid with its units.
#[derive(Debug)]
pub struct NumberedGrid {
    /// Index of the grid cell.
    pub cell: usize,
    /// Fifteen digits.
    pub code: AreaCode,
    /// 第001网格, or what its body is called.
    pub name: String,
    /// Who answers for it, when it is exclusive.
    pub body: Option<ResponsibleBody>,
    /// What the estate or the row of houses in it is called.
    pub estate: String,
    /// Its units, in the order of their codes.
    pub units: Vec<NumberedUnit>,
}

/// A unit.
#[derive(Debug)]
pub struct NumberedUnit {
    /// Index of its footprint.
    pub footprint: usize,
    /// Which of the units on the footprint it is.
    pub stair: u32,
    /// Eighteen digits.
    pub code: AreaCode,
    /// 荔园小区3号楼2梯, 农田片区04.
    pub name: String,
    /// Who answers for it, when it is exclusive.
    pub body: Option<ResponsibleBody>,
}

/// Bodies so far: none is real, and each says so.
#[derive(Debug, Default)]
struct Bodies {
    all: u32,
    of_community: BTreeMap<(usize, &'static str), usize>,
}

impl Bodies {
    fn found(&mut self, community: usize, stem: &str, kind: BodyKind) -> ResponsibleBody {
        self.all += 1;
        let number = self.of_community.entry((community, kind.word())).or_default();
        *number += 1;
        ResponsibleBody {
            name: format!("示例{stem}第{}{}", names::numeral(*number), kind.word()),
            credit_code: None,
            leader: Some(format!("负责人示例{:04}", self.all)),
            duty_phone: Some(format!("000-9{:03}-{:04}", self.all / 10_000, self.all % 10_000)),
        }
    }
}

/// Numbers all grids and units; the grids come in the order of their codes.
///
/// `grids` and `footprints` are the polygons of the layout's.
pub fn number(
    layout: &Layout,
    source: &Source,
    grids: &[MultiPolygon],
    footprints: &[MultiPolygon],
    seed: &Random,
) -> Vec<NumberedGrid> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); layout.grids.len()];
    for (index, footprint) in layout.footprints.iter().enumerate() {
        members[footprint.grid].push(index);
    }
    let mut grids_of: Vec<Vec<usize>> = vec![Vec::new(); layout.communities.len()];
    for (index, grid) in layout.grids.iter().enumerate() {
        grids_of[grid.community].push(index);
    }
    let mut bodies = Bodies::default();
    let mut numbered = Vec::with_capacity(layout.grids.len());
    for (community, cells) in grids_of.iter().enumerate() {
        let place = &layout.communities[community];
        let place = &source.streets[place.street].communities[place.index];
        let exclusive = |cell: usize| layout.grids[cell].fabric.is_exclusive();
        for (cell, number) in in_order(cells, grids, exclusive) {
            let code = child(&place.code, number);
            let (name, body) = match layout.grids[cell].fabric {
                Fabric::Campus(kind) => {
                    let body = bodies.found(community, &place.stem, kind);
                    (format!("{}网格", body.name), Some(body))
                }
                _ => (format!("第{number:03}网格"), None),
            };
            let random = &mut seed.fork(cell as u64);
            let town = layout.grids[cell].fabric == Fabric::Town;
            let estate = if town { names::estate(random) } else { place.name.clone() };
            let mut grid = NumberedGrid { cell, code, name, body, estate, units: Vec::new() };
            let mut found = |kind| bodies.found(community, &place.stem, kind);
            number_units(layout, &mut grid, &members[cell], footprints, &mut found);
            numbered.push(grid);
        }
    }
    numbered
}

fn number_units(
    layout: &Layout,
    grid: &mut NumberedGrid,
    members: &[usize],
    footprints: &[MultiPolygon],
    found: &mut dyn FnMut(BodyKind) -> ResponsibleBody,
) {
    let exclusive = |footprint: usize| matches!(layout.footprints[footprint].land_use, Use::Body(_));
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let (mut number, mut last_exclusive) = (0, FIRST_EXCLUSIVE - 1);
    for (footprint, _) in in_order(members, footprints, exclusive) {
        let here = &layout.footprints[footprint];
        let mut count = |word: &'static str| {
            let count = counts.entry(word).or_default();
            *count += 1;
            *count
        };
        let (title, body) = match here.land_use {
            Use::Estate => (format!("{}第{:02}单元", grid.estate, count("区")), None),
            Use::Stairs(_) => (format!("{}{}号楼", grid.estate, count("号楼")), None),
            Use::Shop => (format!("沿街商铺{:02}", count("商铺")), None),
            Use::Houses => (format!("{}第{:02}单元", grid.estate, count("片")), None),
            Use::Field => (format!("农田片区{:02}", count("农田")), None),
            Use::Pond => (format!("水塘{:02}", count("水塘")), None),
            Use::Park => (format!("公共绿地{:02}", count("绿地")), None),
            Use::Body(kind) => match &grid.body {
                Some(body) => {
                    let part = kind.parts()[count("分区") % 3];
                    (format!("{}{part}{}", body.name, counts["分区"]), Some(body.clone()))
                }
                None => {
                    let body = found(kind);
                    (body.name.clone(), Some(body))
                }
            },
        };
        for stair in 0..here.units {
            let place = if body.is_some() { &mut last_exclusive } else { &mut number };
            *place += 1;
            let name = if here.units > 1 { format!("{title}{}梯", stair + 1) } else { title.clone() };
            let code = child(&grid.code, *place);
            grid.units.push(NumberedUnit { footprint, stair, code, name, body: body.clone() });
        }
    }
}

/// The code of the child `number` of the area `parent`.
pub(super) fn child(parent: &str, number: u32) -> AreaCode {
    assert!(number != 800 && number <= 999, "no area has more children than its codes allow");
    AreaCode::new(&format!("{parent}{number:03}")).expect("digits are a code")
}

/// `members` with their numbers: comprehensive ones from 1, then exclusive ones from 801, each in reading order.
fn in_order(members: &[usize], polygons: &[MultiPolygon], exclusive: impl Fn(usize) -> bool) -> Vec<(usize, u32)> {
    let (apart, together): (Vec<usize>, Vec<usize>) = members.iter().partition(|&&member| exclusive(member));
    let numbered = |members: Vec<usize>, first: u32| {
        let middles: Vec<Position> = members.iter().map(|&member| middle(&polygons[member])).collect();
        reading_order(&middles).into_iter().zip(first..).map(move |(place, number)| (members[place], number))
    };
    numbered(together, 1).chain(numbered(apart, FIRST_EXCLUSIVE)).collect()
}

fn middle(polygon: &MultiPolygon) -> Position {
    let extent = polygon.extent().expect("every area has a part");
    let half = |a: i32, b: i32| a + (b - a) / 2;
    let (lon, lat) = (half(extent.min().lon(), extent.max().lon()), half(extent.min().lat(), extent.max().lat()));
    Position::new(lon, lat).expect("between two positions of the world")
}

/// Indices of `middles` as one reads: rows from west to east, the northern row first.
fn reading_order(middles: &[Position]) -> Vec<usize> {
    let north = middles.iter().map(|p| p.lat()).max().unwrap_or(0);
    let south = middles.iter().map(|p| p.lat()).min().unwrap_or(0);
    let rows = (middles.len() as f64).sqrt().ceil().max(1.0) as i64;
    let row = |p: &Position| i64::from(north - p.lat()) * rows / (i64::from(north - south) + 1);
    let mut order: Vec<usize> = (0..middles.len()).collect();
    order.sort_by_key(|&i| (row(&middles[i]), middles[i].lon(), middles[i].lat(), i));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    // 0 1
    //     4
    // 2 3
    #[test]
    fn numbers_run_west_to_east_and_row_by_row_from_the_north() {
        let at = |lon, lat| Position::new(lon, lat).expect("in the world");
        let middles = [at(0, 20), at(10, 19), at(1, 0), at(11, 1), at(20, 10)];
        assert_eq!(reading_order(&middles), [0, 1, 4, 2, 3]);
    }
}
