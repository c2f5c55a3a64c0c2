//! The arcs of the map by place and by the zoom that shows them first.

use onemap_tiles::LatticeBounds;

use super::{extent_tree::ExtentTree, shape};
use crate::domain::{
    area::{Level, Snapshot},
    coverage::{ArcId, AreaIndex},
};

/// The arcs that divide something.
pub(super) struct ArcIndex {
    /// By arc; those of a free number are of no use.
    bounds: Vec<LatticeBounds>,
    /// By arc: the zoom from which on a level that it divides is shown; [`NEVER`] for those that divide nothing.
    zooms: Vec<u8>,
    /// By arc: the levels that it divides as answers go, one bit each, see [`divided_levels`].
    divided: Vec<u8>,
    /// The arcs of each zoom that some level is shown from.
    trees: Vec<(u8, ExtentTree)>,
}

const NEVER: u8 = u8::MAX;

impl ArcIndex {
    /// The index of `snapshot`, made of the one before it and the arcs that changed in between.
    pub(super) fn new(snapshot: &Snapshot, before: Option<(&Self, &[ArcId])>) -> Self {
        let coverage = &snapshot.coverage;
        let bounds: Vec<LatticeBounds> =
            coverage.arc_ids().map(|arc| shape::bounds_of(coverage.positions(arc))).collect();
        let zooms: Vec<u8> = coverage.arc_ids().map(|arc| first_zoom(snapshot, arc)).collect();
        let divided = coverage.arc_ids().map(|arc| divided_levels(snapshot, arc)).collect();
        let mut firsts: Vec<u8> = snapshot.profile.levels.iter().map(|spec| spec.min_zoom).collect();
        firsts.sort_unstable();
        firsts.dedup();
        let mut is_moved = vec![before.is_none(); zooms.len()];
        for arc in before.iter().flat_map(|(_, changed)| *changed) {
            if let Some(moved) = is_moved.get_mut(arc.0 as usize) {
                *moved = true;
            }
        }
        let none = ExtentTree::default();
        let tree = |zoom: u8| {
            let old = before.and_then(|(before, _)| before.trees.iter().find(|(of, _)| *of == zoom));
            let stays = |number: u32| {
                let number = number as usize;
                zooms.get(number) == Some(&zoom) && !is_moved[number]
            };
            let was_here = |number: usize| before.is_some_and(|(before, _)| before.zooms.get(number) == Some(&zoom));
            let comes = |&number: &usize| zooms[number] == zoom && (is_moved[number] || !was_here(number));
            let coming = (0..zooms.len()).filter(comes).map(|number| number as u32);
            let old = old.map_or(&none, |(_, tree)| tree);
            (zoom, old.with(stays, coming, |number| bounds[number as usize]))
        };
        let trees = firsts.into_iter().map(tree).collect();
        Self { bounds, zooms, divided, trees }
    }

    /// The bounds of an arc.
    pub(super) fn bounds(&self, arc: ArcId) -> LatticeBounds {
        self.bounds[arc.0 as usize]
    }

    /// The coarsest of the levels `shown` that an arc divides; `None` where the same areas answer on both sides, as below an
    /// area that lies over others.
    pub(super) fn divided_level(&self, arc: ArcId, shown: u8) -> Option<Level> {
        let levels = self.divided[arc.0 as usize] & shown;
        (levels != 0).then(|| Level(levels.trailing_zeros() as u8))
    }

    /// Visits the arcs whose bounds meet `window` and that divide something that `zoom` shows.
    pub(super) fn visit(&self, window: LatticeBounds, zoom: u8, mut found: impl FnMut(ArcId)) {
        for (_, tree) in self.trees.iter().filter(|(first, _)| *first <= zoom) {
            tree.visit(window, |number| self.bounds[number as usize], |number| found(ArcId(number)));
        }
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        let trees = self.trees.iter().map(|(_, tree)| tree.bytes()).sum::<usize>();
        trees + self.bounds.capacity() * size_of::<LatticeBounds>() + self.zooms.capacity() + self.divided.capacity()
    }
}

/// The zoom from which on a level that the arc divides is shown.
fn first_zoom(snapshot: &Snapshot, arc: ArcId) -> u8 {
    let mut zoom = NEVER;
    differing_areas(snapshot, arc, |area, _| {
        let level = snapshot.hierarchy.area(area).level;
        zoom = zoom.min(snapshot.profile.levels[usize::from(level.0)].min_zoom);
    });
    zoom
}

/// The levels on which other areas answer on the two sides of an arc, one bit each.
///
/// Stacked areas are below the end of a chain: where the chains are alike and the stacks are not, it is the level after.
fn divided_levels(snapshot: &Snapshot, arc: ArcId) -> u8 {
    let sides = snapshot.coverage.arc(arc);
    let [left, right] = [sides.left, sides.right].map(|face| snapshot.finest(face));
    if left == right {
        return 0;
    }
    let [left, right] = [left, right].map(|finest| snapshot.owners().chain(finest));
    let bit = |ordinal: usize| 1_u8.checked_shl(ordinal as u32).unwrap_or(0);
    if left[..] == right[..] {
        return bit(left.len());
    }
    let differs = |&ordinal: &usize| left.get(ordinal) != right.get(ordinal);
    (0..left.len().max(right.len())).filter(differs).fold(0, |levels, ordinal| levels | bit(ordinal))
}

/// Calls `each` with the areas that are on one side of an arc only, by level and code, and whether that is the left one.
pub(super) fn differing_areas(snapshot: &Snapshot, arc: ArcId, mut each: impl FnMut(AreaIndex, bool)) {
    let coverage = &snapshot.coverage;
    let sides = coverage.arc(arc);
    let (mut left, mut right) = (coverage.areas_of(sides.left), coverage.areas_of(sides.right));
    loop {
        match (left, right) {
            ([], []) => return,
            ([one, ones @ ..], [other, others @ ..]) if one == other => (left, right) = (ones, others),
            ([one, ones @ ..], _) if right.first().is_none_or(|other| one < other) => {
                each(*one, true);
                left = ones;
            }
            (_, [other, others @ ..]) => {
                each(*other, false);
                right = others;
            }
            (_, []) => return,
        }
    }
}
