//! What is asked for, and what comes out.

use crate::domain::{area::NewArea, duty::ListedPosting, place::Place};

/// Fewest units: every one of the 130 communities has a grid, and every grid a unit.
pub const MIN_UNITS: u64 = 200;

/// Most units, so that no parent runs out of codes and no unit falls below a few square metres.
pub const MAX_UNITS: u64 = 4_000_000;

/// The units of the demo that `make run` loads: 镇海街道 has its 260 grids and 4,565 units then.
pub const DEFAULT_UNITS: u64 = 40_000;

/// What district to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoPlan {
    units: u64,
    seed: u64,
    content: Content,
}

/// How much goes with the areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Roads, waters, greens and buildings, whose households and residents add up to the areas'.
    Buildings,
    /// Roads and waters only, with declared figures: for load tests.
    Declared,
}

/// Why a plan cannot be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a demo district of {units} units; allowed are {MIN_UNITS} to {MAX_UNITS}")]
pub struct DemoPlanError {
    /// How many units were asked for.
    pub units: u64,
}

impl DemoPlan {
    /// A plan for exactly `units` units; equal plans give equal districts.
    pub const fn new(units: u64, seed: u64, content: Content) -> Result<Self, DemoPlanError> {
        if units < MIN_UNITS || units > MAX_UNITS {
            return Err(DemoPlanError { units });
        }
        Ok(Self { units, seed, content })
    }

    /// How many units, stacked ones counted one by one.
    pub const fn units(self) -> u64 {
        self.units
    }

    /// The seed.
    pub const fn seed(self) -> u64 {
        self.seed
    }

    /// How much goes with the areas.
    pub const fn content(self) -> Content {
        self.content
    }

    /// How many grids: 20 units each, more for load tests so that no community runs out of grid codes.
    pub(super) const fn grids(self) -> u64 {
        let units_per_grid = if self.units <= 500_000 {
            20
        } else if self.units <= 2_000_000 {
            40
        } else {
            80
        };
        self.units / units_per_grid
    }
}

impl Default for DemoPlan {
    fn default() -> Self {
        Self { units: DEFAULT_UNITS, seed: 350_304, content: Content::Buildings }
    }
}

/// A made-up district inside a real outline.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoDistrict {
    /// All areas, coarse levels first, in the order of their codes; parents before children.
    pub areas: Vec<NewArea>,
    /// Greens, waters, roads and buildings; ids from 1 without holes.
    pub places: Vec<Place>,
    /// Who answers for the areas; every name and number is visibly synthetic.
    pub postings: Vec<ListedPosting>,
}

/// A made-up district with its past: what part of it was before it was divided anew.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoStory {
    /// The district now.
    pub now: DemoDistrict,
    /// Grids that stood in the place of some of its grids and of all of their units, in the order of their codes.
    pub before: Vec<NewArea>,
}
