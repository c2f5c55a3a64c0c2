//! One edition, ready to answer.

use std::sync::Arc;

use super::{Area, AreaFacts, Edition, Hierarchy, HierarchyError};
use crate::domain::{
    coverage::{AreaIndex, BuildError, Carried, Coverage, FaceId, Finest, Owners},
    duty::{Object, OnDuty, Roster},
    geometry::{Extent, MultiPolygon, Position},
    held::Held,
    locate::{
        Accuracy, Answering, Disc, Ground, LocateIndex, Located, Shares, Spot, Spread, Trust, locate, located, trust,
    },
    profile::Profile,
};

/// One edition with its areas, map, index and postings: complete, immutable, shared by all readers.
pub struct Snapshot {
    /// The profile.
    pub profile: Arc<Profile>,
    /// The edition; `None` for a store in which nothing was published.
    pub edition: Option<Edition>,
    /// The areas.
    pub hierarchy: Hierarchy,
    /// The map of all levels.
    pub coverage: Coverage,
    pub(super) index: LocateIndex,
    pub(super) owners: Owners,
    pub(super) roster: Arc<Roster>,
}

/// Why a snapshot cannot be built from what a store holds.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The areas form no hierarchy.
    #[error(transparent)]
    Hierarchy(#[from] HierarchyError),
    /// The polygons form no coverage.
    #[error(transparent)]
    Coverage(#[from] BuildError),
}

impl Snapshot {
    /// The snapshot of areas, sorted by level and code, and their noded polygons in the same order.
    ///
    /// With the snapshot `before` it the map carries the numbers of that one, and the index shares all tiles that did not
    /// change; answers are the same either way.
    pub fn new(
        profile: Arc<Profile>,
        edition: Option<Edition>,
        areas: Vec<Area>,
        polygons: Vec<MultiPolygon>,
        roster: Arc<Roster>,
        before: Option<&Self>,
    ) -> Result<Self, SnapshotError> {
        let hierarchy = Hierarchy::new(areas, profile.levels.len())?;
        let coverage = Coverage::build(polygons.iter())?;
        drop(polygons);
        Self::of(profile, edition, hierarchy, coverage, roster, before)
    }

    /// The snapshot of a coverage that was built, not patched.
    pub(super) fn of(
        profile: Arc<Profile>,
        edition: Option<Edition>,
        hierarchy: Hierarchy,
        coverage: Coverage,
        roster: Arc<Roster>,
        before: Option<&Self>,
    ) -> Result<Self, SnapshotError> {
        let (coverage, index) = match before {
            Some(before) => {
                let Carried { coverage, changed } = coverage.carry_numbers(&before.coverage);
                let index = before.index.updated(&before.coverage, &coverage, &changed);
                (coverage, index)
            }
            None => {
                let index = LocateIndex::build(&coverage);
                (coverage, index)
            }
        };
        let owners = Owners::new(&coverage, &facts_of(&hierarchy));
        Ok(Self { profile, edition, hierarchy, coverage, index, owners, roster })
    }

    /// Who a position belongs to.
    pub fn locate(&self, position: Position) -> Located<'_> {
        locate(self.ground(), position)
    }

    /// Who each of `positions` belongs to, in their order: `each` gets the number and the answer.
    ///
    /// Faster than one by one: the memory of many is asked for before any is read.
    pub fn locate_many<'a>(&'a self, positions: &[Position], mut each: impl FnMut(usize, Located<'a>)) {
        const GROUP: usize = 256;
        let mut spots = [Spot::default(); GROUP];
        for (group, positions) in positions.chunks(GROUP).enumerate() {
            let spots = &mut spots[..positions.len()];
            self.index.locate_batch(positions, spots);
            for (i, (&position, &spot)) in positions.iter().zip(&*spots).enumerate() {
                each(group * GROUP + i, located(self.ground(), position, spot));
            }
        }
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            coverage: &self.coverage,
            index: &self.index,
            owners: &self.owners,
            level_count: self.profile.levels.len(),
            nearest_limit_m: self.profile.nearest_limit_m,
        }
    }

    /// How far the answer for a position of the given accuracy can be trusted.
    pub fn trust(&self, position: Position, accuracy: Accuracy) -> Trust {
        let position = position.wrapped();
        let owner = self.index.locate(position).face;
        let disc = Disc::new(position, Spread::of(accuracy));
        let mut shares = Shares::default();
        shares.begin(owner);
        self.index.edges_near(&self.coverage, disc.extent(), |edge| shares.add(&disc, edge));
        let answering = |face| {
            let finest = self.owners.finest(face);
            Answering { chain: self.owners.chain(finest), area: self.owners.representative(finest) }
        };
        trust(shares.finish(), owner, answering, self.profile.thresholds)
    }

    /// The index of the map.
    pub fn index(&self) -> &LocateIndex {
        &self.index
    }

    /// Who answers for each face.
    pub fn owners(&self) -> &Owners {
        &self.owners
    }

    /// What answers for a face at its finest.
    pub fn finest(&self, face: FaceId) -> Finest {
        self.owners.finest(face)
    }

    /// Who answers for one area, in answering order.
    pub fn on_duty(&self, area: AreaIndex) -> &[OnDuty] {
        self.roster.of(Object::Area(self.hierarchy.area(area).id))
    }

    /// Who answers for all areas.
    pub fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// The extent of all areas; `None` when there are none.
    pub fn extent(&self) -> Option<Extent> {
        self.coverage.bounds()
    }

    /// Counts its memory but for itself and for the roster, which belongs to no edition.
    pub fn hold(&self, held: &mut Held) {
        self.hierarchy.hold(held);
        self.coverage.hold(held);
        self.index.hold(held);
        self.owners.hold(held);
    }

    /// Bytes of what [`Snapshot::hold`] counts that only those editions need that it shares memory with: built anew it would
    /// take so much less.
    pub fn spare(&self) -> usize {
        self.coverage.spare() + self.index.spare()
    }

    /// Number of the edition; 0 for an empty store.
    pub fn edition_number(&self) -> u32 {
        self.edition.as_ref().map_or(0, |edition| edition.number)
    }
}

/// What coverage and checks need to know of each area.
pub(super) fn facts_of(hierarchy: &Hierarchy) -> Vec<AreaFacts> {
    hierarchy.areas().iter().map(|area| area.facts()).collect()
}
