//! The arcs of the map by place and by the zoom that shows them first.

use onemap_tiles::LatticeBounds;

use super::{extent_tree::ExtentTree, shape};
use crate::domain::{
    area::Snapshot,
    coverage::{ArcId, AreaIndex, FaceId},
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

/// The index before a change.
pub(super) struct Before<'a> {
    pub(super) arcs: &'a ArcIndex,
    /// The arcs that are new, gone, or others.
    pub(super) changed: &'a [ArcId],
    /// The faces that belong to other areas, where areas and levels are known by the same numbers; else `None`.
    pub(super) faces: Option<Vec<FaceId>>,
}

impl ArcIndex {
    /// The index of `snapshot`, made of the one before it where there is one.
    pub(super) fn new(snapshot: &Snapshot, before: Option<&Before<'_>>) -> Self {
        let coverage = &snapshot.coverage;
        let bounds_of = |arc: ArcId| shape::bounds_of(coverage.positions(arc));
        let (mut bounds, mut zooms) = match before {
            Some(before) => (before.arcs.bounds.clone(), before.arcs.zooms.clone()),
            None => (Vec::new(), Vec::new()),
        };
        let known = bounds.len() as u32;
        let changed = before.iter().flat_map(|before| before.changed).copied().filter(|arc| coverage.has_arc(*arc));
        changed.clone().filter(|arc| arc.0 < known).for_each(|arc| bounds[arc.0 as usize] = bounds_of(arc));
        bounds.extend((known..coverage.arc_count() as u32).map(ArcId).map(bounds_of));
        match before.and_then(|before| before.faces.as_deref()) {
            Some(faces) => {
                zooms.resize(coverage.arc_count(), NEVER);
                let of_faces = faces.iter().filter(|face| (face.0 as usize) < coverage.face_count());
                let beside = of_faces.flat_map(|&face| coverage.border_of_face(face)).map(|side| side.arc);
                beside.chain(changed).for_each(|arc| zooms[arc.0 as usize] = first_zoom(snapshot, arc));
            }
            None => zooms = coverage.arc_ids().map(|arc| first_zoom(snapshot, arc)).collect(),
        }
        let mut firsts: Vec<u8> = snapshot.profile.levels.iter().map(|spec| spec.min_zoom).collect();
        firsts.sort_unstable();
        firsts.dedup();
        let mut is_moved = vec![before.is_none(); zooms.len()];
        for arc in before.iter().flat_map(|before| before.changed) {
            if let Some(moved) = is_moved.get_mut(arc.0 as usize) {
                *moved = true;
            }
        }
        let none = ExtentTree::default();
        let tree = |zoom: u8| {
            let old = before.and_then(|before| before.arcs.trees.iter().find(|(of, _)| *of == zoom));
            let stays = |number: u32| {
                let number = number as usize;
                zooms.get(number) == Some(&zoom) && !is_moved[number]
            };
            let was_here = |number: usize| before.is_some_and(|before| before.arcs.zooms.get(number) == Some(&zoom));
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
