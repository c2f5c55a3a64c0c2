//! The arcs of the map by place and by the zoom that shows them first.

use onemap_tiles::LatticeBounds;

use super::{extent_tree::ExtentTree, shape};
use crate::domain::{
    area::Snapshot,
    coverage::{ArcId, AreaIndex},
};

/// The arcs that divide something.
pub(super) struct ArcIndex {
    /// By arc; those of a free number are of no use.
    bounds: Vec<LatticeBounds>,
    /// By arc: the zoom from which on a level that it divides is shown; [`NEVER`] for those that divide nothing.
    zooms: Vec<u8>,
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
        Self { bounds, zooms, trees }
    }

    /// The bounds of an arc.
    pub(super) fn bounds(&self, arc: ArcId) -> LatticeBounds {
        self.bounds[arc.0 as usize]
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
        trees + self.bounds.capacity() * size_of::<LatticeBounds>() + self.zooms.capacity()
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
