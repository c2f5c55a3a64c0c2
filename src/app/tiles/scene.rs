//! What one tile of the areas shows.

use std::ops::Range;

use onemap_tiles::LatticeBounds;

use super::{
    AreaTiles,
    arc_index::differing_areas,
    areas::{SORT_BORDER, at},
    rings::Piece,
    shape::point,
    version::{Digest, Inputs},
    window::{Window, crosses, is_turned, put_stretch},
};
use crate::domain::{
    area::Level,
    coverage::{ArcId, AreaIndex},
    geometry::Position,
};

/// The borders near a tile at its zoom, and the areas that it shows.
pub(super) struct Scene<'a> {
    tiles: &'a AreaTiles,
    /// The levels shown, one bit each.
    pub(super) shown: u8,
    /// The arcs whose bounds meet the window, ascending, with their part of `positions`.
    arcs: Vec<(ArcId, Range<usize>)>,
    /// The parts of arcs that are in the window, each with its arc and its part of `positions`.
    stretches: Vec<(ArcId, Range<usize>)>,
    /// The positions of arcs at the zoom.
    positions: Vec<Position>,
    /// The areas of shown levels that are in the window, ascending.
    pub(super) areas: Vec<AreaIndex>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(tiles: &'a AreaTiles, window: &Window) -> Self {
        let coverage = &tiles.snapshot.coverage;
        let shown = tiles.shown_levels(window.zoom);
        let (arcs, stretches, positions, areas) = Default::default();
        let mut scene = Self { tiles, shown, arcs, stretches, positions, areas };
        let mut near = Vec::new();
        tiles.arcs.visit(window.reach, window.zoom, |arc| near.push(arc));
        near.sort_unstable();
        for arc in near {
            let start = scene.positions.len();
            scene.positions.extend(tiles.pyramid.positions(coverage, window.zoom, arc));
            let bounds = tiles.arcs.bounds(arc);
            if window.reach.contains(bounds.min()) && window.reach.contains(bounds.max()) {
                scene.stretches.push((arc, start..scene.positions.len()));
            } else {
                let stretches = &mut scene.stretches;
                window.stretches(&scene.positions[start..], |part| {
                    stretches.push((arc, start + part.start..start + part.end));
                });
            }
            scene.arcs.push((arc, start..scene.positions.len()));
        }
        let mut areas = Vec::new();
        for (arc, _) in &scene.stretches {
            scene.for_each_side(*arc, |area, _| areas.push(area));
        }
        areas.sort_unstable();
        areas.dedup();
        scene.areas = areas;
        scene.add_covering(window);
        scene
    }

    /// Adds the areas without a border in the window that hold all of it.
    fn add_covering(&mut self, window: &Window) {
        let middle = window.middle();
        let bordering = self.areas.len();
        for (_, tree) in self.tiles.areas.iter().enumerate().filter(|(level, _)| self.shown & 1 << level != 0) {
            let mut around = Vec::new();
            let bounds = |area: AreaIndex| self.tiles.area_bounds[area as usize];
            tree.visit(at(middle), bounds, |area| around.push(area));
            for area in around {
                if self.areas[..bordering].binary_search(&area).is_err() && self.holds(area, middle, window.zoom) {
                    self.areas.push(area);
                }
            }
        }
        self.areas.sort_unstable();
    }

    /// Whether `position` is inside an area that has no border near it.
    fn holds(&self, area: AreaIndex, position: [i32; 2], zoom: u8) -> bool {
        let tiles = self.tiles;
        let coverage = &tiles.snapshot.coverage;
        let is_far = |bounds: LatticeBounds| !bounds.contains(position);
        let mut is_inside = false;
        let mut pass = |ends: [Position; 2]| is_inside ^= crosses(position, ends.map(point));
        for ring in tiles.rings.rings(area) {
            tiles.rings.walk(ring, coverage, is_far, |piece| match piece {
                Piece::Far(ends) => pass(ends),
                Piece::Side(side) if is_far(tiles.arcs.bounds(side.arc())) => pass(side.ends(coverage)),
                Piece::Side(side) => {
                    let positions = tiles.pyramid.positions(coverage, zoom, side.arc());
                    positions.clone().zip(positions.skip(1)).for_each(|(here, next)| pass([here, next]));
                }
            });
        }
        is_inside
    }

    /// The arcs whose bounds meet the window, ascending, with their positions at the zoom.
    pub(super) fn arcs(&self) -> impl Iterator<Item = (ArcId, &[Position])> {
        self.arcs.iter().map(|(arc, part)| (*arc, &self.positions[part.clone()]))
    }

    /// The number of an arc among [`Scene::arcs`], if it is there.
    pub(super) fn find(&self, arc: ArcId) -> Option<usize> {
        self.arcs.binary_search_by_key(&arc, |(near, _)| *near).ok()
    }

    /// The parts of arcs that are in the window, each with its arc.
    pub(super) fn stretches(&self) -> impl Iterator<Item = (ArcId, &[Position])> {
        self.stretches.iter().map(|(arc, part)| (*arc, &self.positions[part.clone()]))
    }

    /// Calls `each` with the areas of shown levels on one side only of an arc, and whether that is the left one.
    pub(super) fn for_each_side(&self, arc: ArcId, mut each: impl FnMut(AreaIndex, bool)) {
        differing_areas(&self.tiles.snapshot, arc, |area, is_left| {
            if self.shown & 1 << self.tiles.area(area).level.0 != 0 {
                each(area, is_left);
            }
        });
    }

    /// The coarsest of the shown levels that an arc divides; `None` where the same areas answer on both sides, as below an
    /// area that lies over others.
    pub(super) fn divided_level(&self, arc: ArcId) -> Option<Level> {
        let snapshot = &self.tiles.snapshot;
        let sides = snapshot.coverage.arc(arc);
        let [left, right] = [sides.left, sides.right].map(|face| snapshot.finest(face));
        if left == right {
            return None;
        }
        let [left, right] = [left, right].map(|finest| snapshot.owners().chain(finest));
        let is_shown = |ordinal: usize| self.shown & 1 << ordinal != 0;
        let differs = |&ordinal: &usize| is_shown(ordinal) && left.get(ordinal) != right.get(ordinal);
        // stacked areas are below the end of the chain
        let level = (0..left.len().max(right.len())).find(differs).or((left[..] == right[..]).then_some(left.len()));
        level.filter(|&ordinal| is_shown(ordinal)).map(|ordinal| Level(ordinal as u8))
    }

    /// Adds the parts of borders that are in the window: how they run, and what is on which side.
    pub(super) fn put_borders(&self, inputs: &mut Inputs) {
        for (arc, stretch) in self.stretches() {
            let turned = is_turned(stretch);
            let mut digest = Digest::of(SORT_BORDER);
            self.for_each_side(arc, |area, is_left| {
                digest.word(self.tiles.area(area).id.0.unsigned_abs() << 1 | u64::from(is_left != turned));
            });
            digest.word(self.divided_level(arc).map_or(u64::MAX, |level| level.0.into()));
            put_stretch(&mut digest, stretch, turned);
            inputs.add(digest.finish());
        }
    }
}
