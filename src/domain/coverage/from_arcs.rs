//! From arcs whose faces are known to a coverage: nothing is noded or traced.

use super::{
    build::finish,
    paged::Table,
    topology::{Arc, AreaIndex, Coverage, FaceId},
};
use crate::domain::geometry::Position;

/// One arc to build from.
#[derive(Debug, Clone, Copy)]
pub struct ArcInput<'a> {
    /// The positions along it, both ends included; a closed arc repeats its first position.
    pub positions: &'a [Position],
    /// The face on the left, going forward.
    pub left: FaceId,
    /// The face on the right, going forward.
    pub right: FaceId,
}

/// Why arcs and faces form no coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArcError {
    /// An arc has fewer than two positions, or two equal ones in a row.
    #[error("arc {0} has fewer than two positions, or stands still")]
    Short(usize),
    /// An arc names a face that is not there.
    #[error("arc {0} names a face that is not among the faces")]
    Face(usize),
    /// The outside belongs to an area, or there is no face at all.
    #[error("face 0 is the outside and belongs to no area")]
    Outside,
    /// A face names an area that is not there, or its areas do not ascend.
    #[error("the areas of face {0} do not ascend, or are not among the areas")]
    Areas(usize),
}

impl Coverage {
    /// The coverage of arcs whose faces are known, as a generator knows them.
    ///
    /// `areas_of_faces` lists the areas of each face, ascending; the first face is the outside and has none. It is the
    /// caller's word that arcs meet only at their ends and that their faces are the right ones: the walk that builds a
    /// `LocateIndex` finds out about the latter, nothing about the former.
    pub fn from_arcs<'a>(
        arcs: impl Iterator<Item = ArcInput<'a>>,
        areas_of_faces: impl Iterator<Item = &'a [AreaIndex]>,
        area_count: usize,
    ) -> Result<Self, ArcError> {
        let mut face_areas = Table { starts: vec![0], entries: Vec::new() };
        for (face, areas) in areas_of_faces.enumerate() {
            let is_known = areas.last().is_none_or(|&area| (area as usize) < area_count);
            if !is_known || !areas.is_sorted_by(|one, other| one < other) {
                return Err(ArcError::Areas(face));
            }
            face_areas.entries.extend_from_slice(areas);
            face_areas.starts.push(face_areas.entries.len() as u32);
        }
        let face_count = face_areas.starts.len() - 1;
        if face_count == 0 || !face_areas.row(0).is_empty() {
            return Err(ArcError::Outside);
        }
        let (mut vertices, mut numbered) = (Vec::new(), Vec::new());
        for (number, ArcInput { positions, left, right }) in arcs.enumerate() {
            if positions.len() < 2 || positions.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(ArcError::Short(number));
            }
            if left.0.max(right.0) as usize >= face_count {
                return Err(ArcError::Face(number));
            }
            numbered.push(Arc { block: 0, start: vertices.len() as u32, length: positions.len() as u32, left, right });
            vertices.extend_from_slice(positions);
        }
        Ok(finish(vertices, numbered, face_areas, area_count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::coverage::sample::tiling;

    fn arcs(coverage: &Coverage) -> impl Iterator<Item = ArcInput<'_>> {
        coverage.arc_ids().map(|id| {
            let Arc { left, right, .. } = coverage.arc(id);
            ArcInput { positions: coverage.positions(id), left, right }
        })
    }

    fn areas(coverage: &Coverage) -> impl Iterator<Item = &[AreaIndex]> {
        (0..coverage.face_count() as u32).map(|face| coverage.areas_of(FaceId(face)))
    }

    #[test]
    fn the_arcs_of_a_coverage_make_the_same_coverage() {
        let polygons = tiling(5, 4, 1).all();
        let built = Coverage::build(polygons.iter()).expect("a tiling");
        let again = Coverage::from_arcs(arcs(&built), areas(&built), built.area_count()).expect("its own arcs");
        assert_eq!(again.arcs, built.arcs);
        for (area, polygon) in polygons.iter().enumerate() {
            assert_eq!(&again.polygon(area as AreaIndex), polygon);
        }
    }

    #[test]
    fn arcs_that_cannot_be_a_border_are_refused() {
        let [a, b] = [[0, 0], [5, 5]].map(|[lon, lat]| Position::new(lon, lat).expect("in the world"));
        fn arc(positions: &[Position], right: u32) -> ArcInput<'_> {
            ArcInput { positions, left: FaceId(0), right: FaceId(right) }
        }
        let check = |arc: ArcInput<'_>, faces: &[&[AreaIndex]], expected| {
            let found = Coverage::from_arcs([arc].into_iter(), faces.iter().copied(), 2);
            assert_eq!(found.err(), expected);
        };
        check(arc(&[a, b, a], 1), &[&[], &[1]], None);
        check(arc(&[a], 1), &[&[], &[1]], Some(ArcError::Short(0)));
        check(arc(&[a, a], 1), &[&[], &[1]], Some(ArcError::Short(0)));
        check(arc(&[a, b, a], 2), &[&[], &[1]], Some(ArcError::Face(0)));
        check(arc(&[a, b, a], 1), &[&[0], &[1]], Some(ArcError::Outside));
        check(arc(&[a, b, a], 0), &[], Some(ArcError::Outside));
        check(arc(&[a, b, a], 1), &[&[], &[2]], Some(ArcError::Areas(1)));
        check(arc(&[a, b, a], 1), &[&[], &[1, 0]], Some(ArcError::Areas(1)));
    }
}
