//! What one tile of the areas shows.

use std::ops::Range;

use onemap_tiles::LatticeBounds;

use super::{
    AreaTiles,
    arc_index::differing_areas,
    areas::{SORT_BORDER, at},
    rings::Piece,
    shape::point,
    table::Table,
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
    /// The areas of those levels, which are in a row for each.
    shown_areas: Vec<Range<AreaIndex>>,
    /// The arcs whose bounds meet the window, ascending, with their part of `positions`.
    arcs: Vec<(ArcId, Range<usize>)>,
    /// The parts of arcs that are in the window, each with its arc and its part of `positions`.
    stretches: Vec<(ArcId, Range<usize>)>,
    /// The positions of arcs at the zoom.
    positions: Vec<Position>,
    /// By arc: its place in `arcs`.
    places: Table,
    /// The areas of shown levels that are in the window, ascending.
    pub(super) areas: Vec<AreaIndex>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(tiles: &'a AreaTiles, window: &Window) -> Self {
        let coverage = &tiles.snapshot.coverage;
        let shown = tiles.shown_levels(window.zoom);
        let (arcs, stretches, positions, places, areas) = Default::default();
        let shown_areas = tiles.areas_of_levels(shown);
        let mut scene = Self { tiles, shown, shown_areas, arcs, stretches, positions, places, areas };
        let mut near = Vec::new();
        tiles.arcs.visit(window.reach, window.zoom, |arc| near.push(arc));
        near.sort_unstable();
        scene.places = Table::with_room_for(near.len());
        for (place, arc) in (0..).zip(&near) {
            scene.places.insert(arc.0, place);
        }
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
        let (mut faces, mut areas) = (Table::with_room_for(64), Table::with_room_for(64));
        for (arc, _) in &scene.stretches {
            let sides = coverage.arc(*arc);
            for face in [sides.left, sides.right] {
                if !faces.insert(face.0, 0) {
                    continue;
                }
                for &area in coverage.areas_of(face) {
                    if scene.shown_areas.iter().any(|shown| shown.contains(&area)) && areas.insert(area, 0) {
                        scene.areas.push(area);
                    }
                }
            }
        }
        scene.areas.sort_unstable();
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
            ring.walk(coverage, is_far, |piece| match piece {
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
        self.places.find(arc.0).map(|place| place as usize)
    }

    /// The parts of arcs that are in the window, each with its arc.
    pub(super) fn stretches(&self) -> impl Iterator<Item = (ArcId, &[Position])> {
        self.stretches.iter().map(|(arc, part)| (*arc, &self.positions[part.clone()]))
    }

    /// Calls `each` with the areas of shown levels on one side only of an arc, and whether that is the left one.
    pub(super) fn for_each_side(&self, arc: ArcId, mut each: impl FnMut(AreaIndex, bool)) {
        differing_areas(&self.tiles.snapshot, arc, |area, is_left| {
            if self.shown_areas.iter().any(|shown| shown.contains(&area)) {
                each(area, is_left);
            }
        });
    }

    /// The coarsest of the shown levels that an arc divides, if any.
    pub(super) fn divided_level(&self, arc: ArcId) -> Option<Level> {
        self.tiles.arcs.divided_level(arc, self.shown)
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
