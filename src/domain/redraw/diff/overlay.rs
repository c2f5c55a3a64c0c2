//! The ground of two editions, one over the other.

use crate::domain::{
    coverage::{BuildError, Coverage, Layer},
    geometry::{
        MultiPolygon,
        measure::{area_m2, perimeter_m},
    },
};

/// Tolerance for noding the overlay: below the lattice's step, so that only what crosses is cut.
const SNAP_M: f64 = 0.001;

/// How often outlines that have no inside left are taken out.
const MAX_ATTEMPTS: usize = 4;

/// A piece of ground with the outlines that cover it, before and after.
pub(super) struct Piece {
    /// Which of the outlines before, ascending.
    pub(super) before: Vec<usize>,
    /// Which of the outlines after, ascending.
    pub(super) after: Vec<usize>,
    /// On the ellipsoid.
    pub(super) area_m2: f64,
    /// How wide it is, about: twice its area over its perimeter.
    pub(super) width_m: f64,
}

/// The pieces that the outlines `before` and `after` cut each other into, exact to the lattice.
///
/// Outlines so narrow that nothing is left of them on the lattice have no pieces.
pub(super) fn overlay(before: &[&MultiPolygon], after: &[&MultiPolygon]) -> Result<Vec<Piece>, BuildError> {
    let mut alive: Vec<usize> = (0..before.len() + after.len()).collect();
    let outline = |index: usize| before.get(index).copied().unwrap_or_else(|| after[index - before.len()]);
    for _ in 0..MAX_ATTEMPTS {
        let layers: Vec<Layer<'_>> =
            alive.iter().map(|&index| Layer { geometry: outline(index), settled: true }).collect();
        match Coverage::node_and_build(&layers, SNAP_M) {
            Ok(coverage) => return Ok(pieces(&coverage, &alive, before.len())),
            Err(BuildError::Collapsed(collapsed)) => {
                let mut at = 0..;
                alive.retain(|_| !at.next().is_some_and(|at| collapsed.contains(&at)));
            }
            Err(error) => return Err(error),
        }
    }
    Err(BuildError::Collapsed(Vec::new()))
}

fn pieces(coverage: &Coverage, alive: &[usize], before: usize) -> Vec<Piece> {
    let of = |face| {
        let covering = coverage.areas_of(face).iter().map(|&area| alive[area as usize]);
        let (old, new): (Vec<usize>, Vec<usize>) = covering.partition(|&index| index < before);
        if old.is_empty() && new.is_empty() {
            return None;
        }
        let polygon = coverage.face_polygon(face);
        let (area_m2, perimeter_m) = (area_m2(&polygon), perimeter_m(&polygon));
        let after = new.into_iter().map(|index| index - before).collect();
        Some(Piece { before: old, after, area_m2, width_m: 2.0 * area_m2 / perimeter_m.max(f64::MIN_POSITIVE) })
    };
    coverage.faces().filter_map(of).collect()
}
