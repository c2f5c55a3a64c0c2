//! The edition before: 镇海街道 as it was first divided, in 30 grids without units.

use std::collections::BTreeSet;

use super::{
    figures::Figures,
    layout::Layout,
    names,
    number::NumberedGrid,
    number::child,
    plan::Content,
    planar::{HalfEdge, OUTSIDE},
    share::apportion,
    source::Source,
    trace::trace,
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

    let borders = borders(layout);
    let mut old = Vec::new();
    let mut of_cell = vec![NOWHERE; layout.grids.len()];
    for ((&community, cells), share) in here.iter().zip(&cells).zip(shares) {
        for (group, members) in grouped(cells, &borders, share as usize).into_iter().enumerate() {
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

/// Pairs of grid cells of the street with a common border, both ways.
fn borders(layout: &Layout) -> BTreeSet<(usize, usize)> {
    let mut cell_of = vec![usize::MAX; layout.planar.face_count()];
    let is_here = |grid: usize| layout.communities[layout.grids[grid].community].street == STREET;
    for footprint in layout.footprints.iter().filter(|footprint| is_here(footprint.grid)) {
        cell_of[footprint.face as usize] = footprint.grid;
    }
    let cell = |edge: HalfEdge| match layout.planar.face(edge) {
        OUTSIDE => usize::MAX,
        face => cell_of[face as usize],
    };
    let pairs = (0..layout.planar.half_edge_count() as HalfEdge).map(|edge| (cell(edge), cell(edge ^ 1)));
    pairs.filter(|&(a, b)| a != b && a != usize::MAX && b != usize::MAX).collect()
}

/// `cells` in `count` groups, each in one piece: the smallest group joins its smallest neighbour until so few are left.
fn grouped(cells: &[usize], borders: &BTreeSet<(usize, usize)>, count: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = cells.iter().map(|&cell| vec![cell]).collect();
    let touch = |a: &[usize], b: &[usize]| a.iter().any(|&a| b.iter().any(|&b| borders.contains(&(a, b))));
    while groups.len() > count.max(1) {
        groups.sort_by_key(|group| (group.len(), group[0]));
        let pair = (0..groups.len()).find_map(|one| {
            let other = (one + 1..groups.len()).find(|&other| touch(&groups[one], &groups[other]))?;
            Some((one, other))
        });
        let Some((one, other)) = pair else { break };
        let joined = groups.remove(one);
        groups[other - 1].extend(joined);
        groups[other - 1].sort_unstable();
    }
    groups.sort_by_key(|group| group[0]);
    groups
}
