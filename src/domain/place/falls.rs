//! Which places lie in which areas of an edition (资源落格).

use super::{Place, PlaceDirectory, PlaceGeometry};
use crate::domain::{area::Snapshot, coverage::AreaIndex, geometry::Position, locate::Spot};

/// Sums over the buildings of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BuildingsSum {
    /// How many buildings stand in it.
    pub buildings: u32,
    /// 户数 of all of them.
    pub households: u64,
    /// 人数 of all of them.
    pub residents: u64,
}

/// The places of each area of an edition. A function of the edition and the places, made anew for each pair.
///
/// A point lies where its position lies, by the rule for borders that holds for every position. A building counts once, where
/// the position lies that stands for it. A line and any other polygon lie in every area in which one of their positions or the
/// one that stands for them lies.
#[derive(Debug, Default)]
pub struct PlacesByArea {
    /// By area: where its places begin in `numbers`; one more at the end.
    starts: Vec<u32>,
    /// Ascending within an area.
    numbers: Vec<u32>,
    sums: Vec<BuildingsSum>,
    /// Places outside every area, ascending.
    outside: Vec<u32>,
}

/// Positions that are looked up together.
const GROUP: usize = 256;

impl PlacesByArea {
    /// Finds the areas of all places.
    pub fn new(snapshot: &Snapshot, directory: &PlaceDirectory) -> Self {
        let mut found =
            Finder { snapshot, pairs: Vec::with_capacity(directory.places().len() * 6), waiting: Vec::new() };
        let mut is_inside = vec![false; directory.places().len()];
        for (number, place) in (0..).zip(directory.places()) {
            positions(place, directory.anchor(number), |position| found.add(number, position));
        }
        found.flush();
        let mut pairs = found.pairs;
        pairs.sort_unstable();
        pairs.dedup();
        let areas = snapshot.hierarchy.areas().len();
        let (mut starts, mut sums) = (vec![0_u32; areas + 1], vec![BuildingsSum::default(); areas]);
        for &(area, number) in &pairs {
            starts[area as usize + 1] += 1;
            is_inside[number as usize] = true;
            if let Some(building) = &directory.place(number).building {
                let sum = &mut sums[area as usize];
                sum.buildings += 1;
                sum.households += u64::from(building.households);
                sum.residents += u64::from(building.residents);
            }
        }
        for area in 0..areas {
            starts[area + 1] += starts[area];
        }
        let outside = (0..).zip(&is_inside).filter(|(_, inside)| !**inside).map(|(number, _)| number).collect();
        Self { starts, numbers: pairs.into_iter().map(|(_, number)| number).collect(), sums, outside }
    }

    /// The numbers of the places in an area, ascending: by class, then by id.
    pub fn of(&self, area: AreaIndex) -> &[u32] {
        let [from, to] = [area as usize, area as usize + 1].map(|at| self.starts[at] as usize);
        &self.numbers[from..to]
    }

    /// Of the places in an area those with numbers in `range`: those of one class.
    pub fn of_range(&self, area: AreaIndex, range: &std::ops::Range<u32>) -> &[u32] {
        within(self.of(area), range)
    }

    /// What the buildings of an area add up to.
    pub fn buildings_sum(&self, area: AreaIndex) -> BuildingsSum {
        self.sums[area as usize]
    }

    /// The numbers in `range` of places outside every area, ascending.
    pub fn outside(&self, range: &std::ops::Range<u32>) -> &[u32] {
        within(&self.outside, range)
    }
}

/// Those of ascending `numbers` that are in `range`.
fn within<'a>(numbers: &'a [u32], range: &std::ops::Range<u32>) -> &'a [u32] {
    let at = |number: u32| numbers.partition_point(|&other| other < number);
    &numbers[at(range.start)..at(range.end)]
}

/// The positions by which a place lies in areas.
pub fn positions(place: &Place, anchor: Option<Position>, mut each: impl FnMut(Position)) {
    anchor.into_iter().for_each(&mut each);
    if place.building.is_some() {
        return;
    }
    match &place.geometry {
        PlaceGeometry::Point(_) => {}
        PlaceGeometry::Line(line) => line.iter().copied().for_each(each),
        PlaceGeometry::Polygon(area) => area.rings().flat_map(|ring| ring.positions()).copied().for_each(each),
    }
}

/// Collects pairs of area and place.
struct Finder<'a> {
    snapshot: &'a Snapshot,
    pairs: Vec<(AreaIndex, u32)>,
    waiting: Vec<(u32, Position)>,
}

impl Finder<'_> {
    fn add(&mut self, number: u32, position: Position) {
        self.waiting.push((number, position.wrapped()));
        if self.waiting.len() == GROUP {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let positions: Vec<Position> = self.waiting.iter().map(|&(_, position)| position).collect();
        let mut spots = vec![Spot::default(); positions.len()];
        self.snapshot.index().locate_batch(&positions, &mut spots);
        for (&(number, _), spot) in self.waiting.iter().zip(&spots) {
            let finest = self.snapshot.finest(spot.face);
            let owners = self.snapshot.owners();
            let areas = owners.chain(finest);
            self.pairs.extend(areas.iter().chain(owners.stacked(finest)).map(|&area| (area, number)));
        }
        self.waiting.clear();
    }
}
