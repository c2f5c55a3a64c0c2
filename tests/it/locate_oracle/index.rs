//! The one door to the index under test.

use std::rc::Rc;

use onemap::domain::{
    coverage::{Coverage, FaceId},
    geometry::{Extent, MultiPolygon, Position},
    locate::{Edge, LocateIndex, Spot},
};

/// An index with its map.
pub struct Index {
    pub coverage: Rc<Coverage>,
    index: LocateIndex,
}

impl Index {
    /// The index of noded polygons.
    pub fn build<'a>(polygons: impl ExactSizeIterator<Item = &'a MultiPolygon>) -> Self {
        let coverage = Rc::new(Coverage::build(polygons).expect("a world is noded"));
        Self { index: LocateIndex::build(&coverage), coverage }
    }

    /// The index of the polygons that came after those of this one; only what changed is built.
    pub fn updated<'a>(&self, polygons: impl ExactSizeIterator<Item = &'a MultiPolygon>) -> Self {
        let carried = Coverage::build(polygons).expect("a world is noded").carry_numbers(&self.coverage);
        let index = self.index.updated(&self.coverage, &carried.coverage, &carried.changed);
        Self { index, coverage: Rc::new(carried.coverage) }
    }

    #[track_caller]
    pub fn assert_equals_a_full_build(&self, at: &str) {
        assert!(self.index == LocateIndex::build(&self.coverage), "{at}: not what a full build makes");
    }

    /// How many tiles are the same in memory as those of `other`, and how many there are.
    pub fn shared_tiles(&self, other: &Self) -> (usize, usize) {
        self.index.shared_tiles(&other.index)
    }

    pub fn locate(&self, position: Position) -> Spot {
        self.index.locate(position)
    }

    pub fn locate_batch(&self, positions: &[Position]) -> Vec<Spot> {
        // Anything that is left where an answer belongs shows.
        let mut spots = vec![Spot { face: FaceId(u32::MAX), on_edge: true }; positions.len()];
        self.locate_into(positions, &mut spots);
        spots
    }

    pub fn locate_into(&self, positions: &[Position], spots: &mut [Spot]) {
        self.index.locate_batch(positions, spots);
    }

    pub fn touching(&self, position: Position) -> Vec<FaceId> {
        self.index.touching(&self.coverage, position)
    }

    pub fn edges_near(&self, around: Extent, visit: impl FnMut(Edge)) {
        self.index.edges_near(&self.coverage, around, visit);
    }
}
