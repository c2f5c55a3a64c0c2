//! The arcs of the map by place and by the zoom that shows them first.

use onemap_tiles::LatticeBounds;

use super::{extent_tree::ExtentTree, shape};
use crate::domain::{
    area::{Level, Snapshot},
    coverage::{ArcId, AreaIndex, FaceId},
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

/// The index before a change.
pub(super) struct Before<'a> {
    pub(super) arcs: &'a ArcIndex,
    /// The arcs that are new, gone, or others.
    pub(super) changed: &'a [ArcId],
    /// The faces that belong to other areas or that others answer for, where areas and levels are known by the same numbers; else `None`.
    pub(super) faces: Option<Vec<FaceId>>,
}

impl ArcIndex {
    /// The index of `snapshot`, made of the one before it where there is one.
    pub(super) fn new(snapshot: &Snapshot, before: Option<&Before<'_>>) -> Self {
        let coverage = &snapshot.coverage;
        let bounds_of = |arc: ArcId| shape::bounds_of(coverage.positions(arc));
        let (mut bounds, mut zooms, mut divided) = match before {
            Some(Before { arcs, .. }) => (arcs.bounds.clone(), arcs.zooms.clone(), arcs.divided.clone()),
            None => (Vec::new(), Vec::new(), Vec::new()),
        };
        let known = bounds.len() as u32;
        let changed = before.iter().flat_map(|before| before.changed).copied().filter(|arc| coverage.has_arc(*arc));
        changed.clone().filter(|arc| arc.0 < known).for_each(|arc| bounds[arc.0 as usize] = bounds_of(arc));
        bounds.extend((known..coverage.arc_count() as u32).map(ArcId).map(bounds_of));
        match before.and_then(|before| before.faces.as_deref()) {
            Some(faces) => {
                zooms.resize(coverage.arc_count(), NEVER);
                divided.resize(coverage.arc_count(), 0);
                let of_faces = faces.iter().filter(|face| (face.0 as usize) < coverage.face_count());
                let beside = of_faces.flat_map(|&face| coverage.border_of_face(face)).map(|side| side.arc);
                for arc in beside.chain(changed) {
                    zooms[arc.0 as usize] = first_zoom(snapshot, arc);
                    divided[arc.0 as usize] = divided_levels(snapshot, arc);
                }
            }
            None => {
                zooms = coverage.arc_ids().map(|arc| first_zoom(snapshot, arc)).collect();
                divided = coverage.arc_ids().map(|arc| divided_levels(snapshot, arc)).collect();
            }
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
        Self { bounds, zooms, divided, trees }
    }

    /// The bounds of an arc.
    pub(super) fn bounds(&self, arc: ArcId) -> LatticeBounds {
        self.bounds[arc.0 as usize]
    }

    /// Whether an arc divides something that `zoom` shows.
    pub(super) fn is_shown(&self, arc: ArcId, zoom: u8) -> bool {
        self.zooms.get(arc.0 as usize).is_some_and(|&first| first <= zoom)
    }

    /// The arcs that other zooms show than before, with the first of these zooms now and before.
    pub(super) fn shown_otherwise(&self, before: &Self) -> Vec<(ArcId, [u8; 2])> {
        let first = |zooms: &[u8], arc: usize| zooms.get(arc).copied().unwrap_or(NEVER);
        let zooms = |arc: usize| [first(&self.zooms, arc), first(&before.zooms, arc)];
        let arcs = (0..self.zooms.len().max(before.zooms.len())).map(|arc| (ArcId(arc as u32), zooms(arc)));
        arcs.filter(|(_, zooms)| zooms[0] != zooms[1]).collect()
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
