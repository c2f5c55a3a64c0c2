//! One edition, ready to answer.

use std::{collections::HashMap, sync::Arc};

use super::{Area, AreaFacts, Edition, Hierarchy, HierarchyError};
use crate::domain::{
    coverage::{AreaIndex, BuildError, Coverage, FaceId, Footprint, resolve},
    duty::Posting,
    geometry::{Extent, MultiPolygon, Position},
    locate::{Accuracy, Disc, Ground, LocateIndex, Located, Shares, Spread, Trust, locate, trust},
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
    index: LocateIndex,
    footprints: Vec<Footprint>,
    postings: HashMap<AreaIndex, Vec<Posting>>,
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
    pub fn new(
        profile: Arc<Profile>,
        edition: Option<Edition>,
        areas: Vec<Area>,
        polygons: Vec<MultiPolygon>,
        postings: Vec<Posting>,
    ) -> Result<Self, SnapshotError> {
        let coverage = Coverage::build(polygons.iter())?;
        drop(polygons);
        Ok(Self::with_coverage(profile, edition, areas, coverage, postings)?)
    }

    /// The snapshot of areas, sorted by level and code, over a coverage of them in the same order.
    pub fn with_coverage(
        profile: Arc<Profile>,
        edition: Option<Edition>,
        areas: Vec<Area>,
        coverage: Coverage,
        postings: Vec<Posting>,
    ) -> Result<Self, HierarchyError> {
        let hierarchy = Hierarchy::new(areas, profile.levels.len())?;
        let facts: Vec<AreaFacts> = hierarchy.areas().iter().map(Area::facts).collect();
        let faces = (0..coverage.face_count() as u32).map(FaceId);
        let footprints: Vec<Footprint> = faces.map(|face| resolve(coverage.areas_of(face), &facts)).collect();
        let index = LocateIndex::new(&coverage, |face| !footprints[face.0 as usize].chain.is_empty());
        let mut by_area: HashMap<AreaIndex, Vec<Posting>> = HashMap::new();
        for posting in postings {
            if let Some(area) = hierarchy.find(&posting.area) {
                by_area.entry(area).or_default().push(posting);
            }
        }
        let role_order = |posting: &Posting| profile.roles.iter().position(|role| role.id == posting.role);
        for list in by_area.values_mut() {
            list.sort_by(|a, b| {
                (role_order(a), a.order, &a.role, &a.name).cmp(&(role_order(b), b.order, &b.role, &b.name))
            });
        }
        Ok(Self { profile, edition, hierarchy, coverage, index, footprints, postings: by_area })
    }

    /// Who a position belongs to.
    pub fn locate(&self, position: Position) -> Located {
        let ground = Ground {
            hierarchy: &self.hierarchy,
            coverage: &self.coverage,
            index: &self.index,
            footprints: &self.footprints,
            level_count: self.profile.levels.len(),
            nearest_limit_m: self.profile.nearest_limit_m,
        };
        locate(ground, position)
    }

    /// How far the answer for a position of the given accuracy can be trusted.
    pub fn trust(&self, position: Position, accuracy: Accuracy) -> Option<Trust> {
        let position = position.wrapped();
        let owner = self.index.hit(&self.coverage, position).face;
        let disc = Disc::new(position, Spread::of(accuracy));
        let mut shares = Shares::default();
        shares.begin(owner);
        self.index.edges_near(&self.coverage, disc.extent(), |edge| shares.add(&disc, edge));
        Some(trust(shares.finish(), owner, |face| self.footprint(face), self.profile.thresholds))
    }

    /// What answers for a face.
    pub fn footprint(&self, face: FaceId) -> &Footprint {
        &self.footprints[face.0 as usize]
    }

    /// The postings of one area, in answering order.
    pub fn postings(&self, area: AreaIndex) -> &[Posting] {
        self.postings.get(&area).map_or(&[], Vec::as_slice)
    }

    /// The extent of all areas; `None` when there are none.
    pub fn extent(&self) -> Option<Extent> {
        let positions = self.coverage.arc_ids().flat_map(|arc| self.coverage.positions(arc).iter().copied());
        Extent::around(positions)
    }

    /// Number of the edition; 0 for an empty store.
    pub fn edition_number(&self) -> u32 {
        self.edition.as_ref().map_or(0, |edition| edition.number)
    }
}
