//! The edition before: 镇海街道 as it was first divided, in 30 grids without units.

use super::{
    figures::Figures, layout::Layout, names, number::NumberedGrid, number::child, plan::Content, share::apportion,
    source::Source, trace::trace,
};
use crate::domain::area::{AreaCode, FigureSource, Kind, Level, NewArea};

/// Index of the street that was divided anew (镇海街道).
const STREET: usize = 0;

/// It is documented with 30 grids at first, and 260 now.
const GRIDS_BEFORE: f64 = 30.0 / 260.0;

/// Old grids are numbered from here, so that no code of theirs comes back with another meaning.
const FIRST_NUMBER: u32 = 701;

/// No area of the earlier edition.
const NOWHERE: u32 = u32::MAX;

/// The grids that the street had before those of `grids`, in the order of their codes; `figures` are those of the cells.
pub fn earlier(
    layout: &Layout,
    source: &Source,
    grids: &[NumberedGrid],
    figures: &[Figures],
    content: Content,
) -> Vec<NewArea> {
    let here: Vec<usize> =
        (0..layout.communities.len()).filter(|&community| layout.communities[community].street == STREET).collect();
    let cells_of = |community: usize| -> Vec<usize> {
        (0..layout.grids.len()).filter(|&cell| layout.grids[cell].community == community).collect()
    };
    let cells: Vec<Vec<usize>> = here.iter().map(|&community| cells_of(community)).collect();
    let now: usize = cells.iter().map(Vec::len).sum();
    let count = ((now as f64 * GRIDS_BEFORE).round() as usize).max(here.len());
    let weights: Vec<f64> = cells.iter().map(|cells| cells.len() as f64).collect();
    let shares = apportion(count as u64, &weights, &vec![1; here.len()]);

    let mut old = Vec::new();
    let mut of_cell = vec![NOWHERE; layout.grids.len()];
    for ((&community, cells), share) in here.iter().zip(&cells).zip(shares) {
        let share = (share as usize).min(cells.len());
        for group in 0..share {
            // Neighbours in the list are neighbours on the ground.
            let members = &cells[cells.len() * group / share..cells.len() * (group + 1) / share];
            members.iter().for_each(|&cell| of_cell[cell] = old.len() as u32);
            let place = layout.communities[community];
            let place = &source.streets[place.street].communities[place.index];
            let sum = members.iter().fold(Figures::default(), |sum, &cell| sum.plus(figures[cell]));
            old.push(NewArea {
                code: child(&place.code, FIRST_NUMBER + group as u32),
                level: Level(3),
                parent: Some(AreaCode::new(&place.code).expect("digits are a code")),
                name: format!("{}第{}网格", place.stem, names::numeral(group + 1)),
                kind: Kind::Comprehensive,
                branch: Some(if place.urban { "urban" } else { "rural" }.to_owned()),
                households: Some(sum.households),
                residents: Some(sum.residents),
                figures: match content {
                    Content::Buildings => FigureSource::Buildings,
                    Content::Declared => FigureSource::Declared,
                },
                body: None,
                geometry: Default::default(),
            });
        }
    }
    if grids.iter().any(|grid| old.iter().any(|old| old.code == grid.code)) {
        // So many grids now that the old numbers are taken: a district for load tests, which has no past.
        return Vec::new();
    }
    let mut area_of = vec![NOWHERE; layout.planar.face_count()];
    for footprint in &layout.footprints {
        area_of[footprint.face as usize] = of_cell[footprint.grid];
    }
    let polygons = trace(&layout.planar, &area_of, old.len());
    for (area, geometry) in old.iter_mut().zip(polygons) {
        area.geometry = geometry;
    }
    old
}
