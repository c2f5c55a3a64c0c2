//! Households and residents: of buildings, so of units, so of everything above.

use super::{
    cut::STEP_M,
    fabric::Use,
    layout::{Layout, residents},
    random::Random,
    share::apportion,
};
use crate::domain::geometry::MultiPolygon;

/// Where people live: a building, or a footprint without buildings.
#[derive(Debug, Clone, Copy)]
pub struct Home {
    /// Index of the footprint.
    pub footprint: usize,
    /// How many people it could house, relative to others.
    pub capacity: f64,
}

/// 户数 and 人数.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// 户数.
    pub households: u32,
    /// 人数.
    pub residents: u32,
}

impl Figures {
    /// The sum of both.
    pub const fn plus(self, other: Self) -> Self {
        Self { households: self.households + other.households, residents: self.residents + other.residents }
    }

    /// The part of `index` when shared out evenly among `count`, the first ones having the odd ones.
    pub const fn part(self, index: u32, count: u32) -> Self {
        Self {
            households: self.households / count + (index < self.households % count) as u32,
            residents: self.residents / count + (index < self.residents % count) as u32,
        }
    }
}

/// Lets the residents of every street move into `homes` by capacity; the figures of each home.
pub fn move_in(layout: &Layout, homes: &[Home], streets: usize, random: &mut Random) -> Vec<Figures> {
    let street_of =
        |home: &Home| layout.communities[layout.grids[layout.footprints[home.footprint].grid].community].street;
    let mut figures = vec![Figures::default(); homes.len()];
    for street in 0..streets {
        let members: Vec<usize> = (0..homes.len()).filter(|&i| street_of(&homes[i]) == street).collect();
        let weights: Vec<f64> = members.iter().map(|&i| homes[i].capacity * random.between(0.7, 1.3)).collect();
        let shares = apportion(residents(street), &weights, &vec![0; members.len()]);
        for (i, residents) in members.into_iter().zip(shares) {
            let households = (residents as f64 / random.between(2.4, 3.4)).ceil();
            figures[i] = Figures { households: households as u32, residents: residents as u32 };
        }
    }
    figures
}

/// The home that a footprint is when no buildings are made.
pub fn declared_home(layout: &Layout, footprint: usize, polygon: &MultiPolygon) -> Home {
    let land_use = layout.footprints[footprint].land_use;
    let density = match land_use {
        Use::Stairs(_) => 2.0,
        Use::Estate => 1.0,
        Use::Houses => 0.3,
        Use::Shop => 0.2,
        Use::Field | Use::Pond | Use::Park | Use::Body(_) => 0.0,
    };
    let doubled: i128 = polygon.rings().map(|ring| ring.signed_area_doubled()).sum();
    let ground_m2 = doubled as f64 / 2.0 * STEP_M[0] * STEP_M[1];
    Home { footprint, capacity: ground_m2 * density }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        let whole = Figures { households: 11, residents: 31 };
        let parts = [0, 1, 2].map(|index| whole.part(index, 3));
        assert_eq!(parts.into_iter().fold(Figures::default(), Figures::plus), whole);
        assert_eq!(parts[0], Figures { households: 4, residents: 11 });
    }
}
