//! The product's own index, one position at a time, in batches, and on two threads.

use onemap::domain::{
    coverage::{Coverage, FaceId},
    geometry::Position,
    locate::{LocateIndex, Spot},
};

use super::locator::{Found, Locator, NOBODY};

/// Positions whose spots are on their way from batch to answer: they stay in the first cache.
const GROUP: usize = 1024;

/// The index of a map, and the finest area of each face, as a snapshot keeps it.
pub struct FaceCells {
    /// The index.
    pub index: LocateIndex,
    finest: Vec<u32>,
}

impl FaceCells {
    /// The index of a coverage.
    pub fn new(coverage: &Coverage) -> Self {
        let faces = (0..coverage.face_count() as u32).map(FaceId);
        let finest = faces.map(|face| coverage.areas_of(face).last().copied().unwrap_or(NOBODY)).collect();
        Self { index: LocateIndex::build(coverage), finest }
    }

    fn found(&self, spot: Spot) -> Found {
        Found { area: self.finest[spot.face.0 as usize], on_border: spot.on_edge }
    }

    fn bytes(&self) -> usize {
        self.index.bytes() + self.finest.len() * size_of::<u32>()
    }

    /// Answers for one position.
    pub fn locate(&self, position: Position) -> Found {
        self.found(self.index.locate(position))
    }

    fn locate_batch(&self, positions: &[Position], found: &mut [Found]) {
        let mut spots = [Spot { face: FaceId::OUTSIDE, on_edge: false }; GROUP];
        for (positions, found) in positions.chunks(GROUP).zip(found.chunks_mut(GROUP)) {
            let spots = &mut spots[..positions.len()];
            self.index.locate_batch(positions, spots);
            for (found, &spot) in found.iter_mut().zip(&*spots) {
                *found = self.found(spot);
            }
        }
    }
}

/// One position at a time.
pub struct Single<'a>(pub &'a FaceCells);

impl Locator for Single<'_> {
    fn name(&self) -> &'static str {
        "**face cells, single**"
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.0.bytes())
    }

    fn locate_all(&self, positions: &[Position], found: &mut [Found]) {
        for (found, &position) in found.iter_mut().zip(positions) {
            *found = self.0.locate(position);
        }
    }
}

/// In batches, unsorted.
pub struct Batch<'a>(pub &'a FaceCells);

impl Locator for Batch<'_> {
    fn name(&self) -> &'static str {
        "**face cells, batch**"
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.0.bytes())
    }

    fn locate_all(&self, positions: &[Position], found: &mut [Found]) {
        self.0.locate_batch(positions, found);
    }
}

/// In batches, half of the positions on each of two threads.
pub struct TwoThreads<'a>(pub &'a FaceCells);

impl Locator for TwoThreads<'_> {
    fn name(&self) -> &'static str {
        "**face cells, batch, two threads**"
    }

    fn threads(&self) -> usize {
        2
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.0.bytes())
    }

    fn locate_all(&self, positions: &[Position], found: &mut [Found]) {
        let half = positions.len() / 2;
        let (first, second) = positions.split_at(half);
        let (first_found, second_found) = found.split_at_mut(half);
        std::thread::scope(|scope| {
            scope.spawn(|| self.0.locate_batch(first, first_found));
            self.0.locate_batch(second, second_found);
        });
    }
}
