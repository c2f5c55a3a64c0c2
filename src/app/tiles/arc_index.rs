//! The arcs of the map by place and by the zoom that shows them first.

use std::collections::BTreeSet;

use onemap_tiles::LatticeBounds;

use super::shape;
use crate::domain::{
    area::{Level, Snapshot},
    coverage::{ArcId, AreaIndex, FaceId, Paged},
    extent_tree::ExtentTree,
    held::Held,
};

/// The arcs that divide something.
#[derive(Clone)]
pub(super) struct ArcIndex {
    /// By arc; those of a free number are of no use.
    bounds: Paged<LatticeBounds>,
    /// By arc.
    shown: Paged<Shown>,
    /// The arcs of each zoom that some level is shown from.
    trees: Vec<(u8, ExtentTree<LatticeBounds>)>,
}

/// Where an arc is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    /// The zoom from which on a level that it divides is shown; [`NEVER`] for an arc that divides nothing.
    from: u8,
    /// The levels that it divides as answers go, one bit each, see [`divided_levels`].
    divided: u8,
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
        // Numbers stay, also those that are free; where they do not, nothing can be taken over.
        let before = before.filter(|before| before.arcs.bounds.len() <= snapshot.coverage.arc_count());
        match before {
            Some(before) => before.arcs.updated(snapshot, before),
            None => Self::built(snapshot),
        }
    }

    fn built(snapshot: &Snapshot) -> Self {
        let coverage = &snapshot.coverage;
        let bounds: Vec<_> = coverage.arc_ids().map(|arc| shape::bounds_of(coverage.positions(arc))).collect();
        let shown: Vec<_> = coverage.arc_ids().map(|arc| Shown::of(snapshot, arc)).collect();
        let tree = |zoom: u8| {
            let arcs = (0..).zip(&shown).filter(|(_, shown)| shown.from == zoom).map(|(arc, _)| arc);
            (zoom, ExtentTree::new(arcs, |arc| bounds[arc as usize]))
        };
        let trees = first_zooms(snapshot).into_iter().map(tree).collect();
        Self { bounds: Paged::new(&bounds), shown: Paged::new(&shown), trees }
    }

    fn updated(&self, snapshot: &Snapshot, before: &Before<'_>) -> Self {
        let coverage = &snapshot.coverage;
        let known = self.bounds.len();
        let new = (known as u32..coverage.arc_count() as u32).map(ArcId);
        let changed: BTreeSet<ArcId> = before.changed.iter().copied().chain(new).collect();
        let edits = changed.iter().map(|&arc| (arc.0 as usize, shape::bounds_of(coverage.positions(arc))));
        let bounds = self.bounds.edited(&edits.collect());
        let mut others = changed.clone();
        let shown = match &before.faces {
            Some(faces) => {
                let of_faces = faces.iter().filter(|face| (face.0 as usize) < coverage.face_count());
                others.extend(of_faces.flat_map(|&face| coverage.border_of_face(face)).map(|side| side.arc));
                let edits = others.iter().map(|&arc| (arc.0 as usize, Shown::of(snapshot, arc)));
                self.shown.edited(&edits.collect())
            }
            None => {
                let shown: Vec<_> = coverage.arc_ids().map(|arc| Shown::of(snapshot, arc)).collect();
                let shown = self.shown.with(&shown);
                let from = |list: &Paged<Shown>, arc: usize| (arc < list.len()).then(|| list[arc].from);
                let differing = shown.differing(&self.shown, |arc| from(&shown, arc) == from(&self.shown, arc));
                others.extend(differing.into_iter().map(|arc| ArcId(arc as u32)));
                shown
            }
        };
        let none = ExtentTree::default();
        let tree = |zoom: u8| {
            let old = self.trees.iter().find(|(of, _)| *of == zoom).map_or(&none, |(_, tree)| tree);
            let number = |arc: &ArcId| arc.0 as usize;
            let was_here = |arc: &&ArcId| number(arc) < known && self.shown[number(arc)].from == zoom;
            let is_here = |arc: &&ArcId| shown[number(arc)].from == zoom;
            let is_other = |arc: &&ArcId| changed.contains(arc) || was_here(arc) != is_here(arc);
            let gone = others.iter().filter(|arc| was_here(arc) && is_other(arc));
            let come = others.iter().filter(|arc| is_here(arc) && is_other(arc));
            let gone = gone.map(|arc| (arc.0, self.bounds[number(arc)]));
            (zoom, old.edited(gone, come.map(|arc| arc.0), |arc| bounds[arc as usize]))
        };
        let trees = first_zooms(snapshot).into_iter().map(tree).collect();
        Self { bounds, shown, trees }
    }

    /// The bounds of an arc.
    pub(super) fn bounds(&self, arc: ArcId) -> LatticeBounds {
        self.bounds[arc.0 as usize]
    }

    /// Whether an arc divides something that `zoom` shows.
    pub(super) fn is_shown(&self, arc: ArcId, zoom: u8) -> bool {
        self.from(arc.0 as usize) <= zoom
    }

    /// The zoom from which on an arc is shown, if there is such an arc.
    fn from(&self, arc: usize) -> u8 {
        if arc < self.shown.len() { self.shown[arc].from } else { NEVER }
    }

    /// The arcs that other zooms show than before, with the first of these zooms now and before.
    pub(super) fn shown_otherwise(&self, before: &Self) -> Vec<(ArcId, [u8; 2])> {
        let zooms = |arc: usize| [self.from(arc), before.from(arc)];
        let is_same = |arc: usize| {
            let [now, then] = zooms(arc);
            now == then
        };
        let arcs = self.shown.differing(&before.shown, is_same);
        arcs.into_iter().map(|arc| (ArcId(arc as u32), zooms(arc))).collect()
    }

    /// The coarsest of the levels `shown` that an arc divides; `None` where the same areas answer on both sides, as below an
    /// area that lies over others.
    pub(super) fn divided_level(&self, arc: ArcId, shown: u8) -> Option<Level> {
        let levels = self.shown[arc.0 as usize].divided & shown;
        (levels != 0).then(|| Level(levels.trailing_zeros() as u8))
    }

    /// Visits the arcs whose bounds meet `window` and that divide something that `zoom` shows.
    pub(super) fn visit(&self, window: LatticeBounds, zoom: u8, mut found: impl FnMut(ArcId)) {
        for (_, tree) in self.trees.iter().filter(|(first, _)| *first <= zoom) {
            tree.visit(window, |number| self.bounds[number as usize], |number| found(ArcId(number)));
        }
    }

    /// Counts its memory.
    pub(super) fn hold(&self, held: &mut Held) {
        self.bounds.hold(held, |_, _| ());
        self.shown.hold(held, |_, _| ());
        self.trees.iter().for_each(|(_, tree)| tree.hold(held));
    }
}

impl Shown {
    fn of(snapshot: &Snapshot, arc: ArcId) -> Self {
        Self { from: first_zoom(snapshot, arc), divided: divided_levels(snapshot, arc) }
    }
}

/// The zooms that some level is shown from, ascending.
fn first_zooms(snapshot: &Snapshot) -> BTreeSet<u8> {
    snapshot.profile.levels.iter().map(|spec| spec.min_zoom).collect()
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
