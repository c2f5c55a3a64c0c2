//! Positions to ask for.

use onemap::domain::geometry::{Extent, Position};

use crate::random::Random;

/// Clusters of the clustered kind, and the deviation of each as a share of the side.
const CLUSTERS: usize = 20;
const CLUSTER_DEVIATION: f64 = 0.01;
/// Share of the clustered kind that is spread evenly all the same.
const EVEN_SHARE: f64 = 0.2;

/// How positions are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Evenly.
    Uniform,
    /// Four in five around twenty places, in random order.
    Clustered,
}

impl Spread {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Uniform, Self::Clustered];

    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Clustered => "clustered",
        }
    }
}

/// `count` positions within `extent`.
pub fn positions(extent: Extent, spread: Spread, count: usize) -> Vec<Position> {
    let mut random = Random::new(spread as u64 + 1);
    let (west, south) = (f64::from(extent.min().lon()), f64::from(extent.min().lat()));
    let (wide, high) = (f64::from(extent.max().lon()) - west, f64::from(extent.max().lat()) - south);
    let even = |random: &mut Random| [west + random.unit() * wide, south + random.unit() * high];
    let centres: Vec<[f64; 2]> = (0..CLUSTERS).map(|_| even(&mut random)).collect();
    let mut positions = Vec::with_capacity(count);
    while positions.len() < count {
        let [lon, lat] = if spread == Spread::Uniform || random.unit() < EVEN_SHARE {
            even(&mut random)
        } else {
            let [lon, lat] = centres[random.below(CLUSTERS as u64) as usize];
            [lon + random.normal() * CLUSTER_DEVIATION * wide, lat + random.normal() * CLUSTER_DEVIATION * high]
        };
        let position = Position::new(lon as i32, lat as i32).filter(|&position| extent.contains(position));
        positions.extend(position);
    }
    positions
}
