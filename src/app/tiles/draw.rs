//! Draws one tile of the areas.

use onemap_tiles::{LayerBuilder, Step, TileBuilder, TileCoord, Value};

use super::{AreaTiles, BORDERS_LAYER, LABELS_LAYER, rings::Piece, scene::Scene, shape::point, window::Window};
use crate::domain::{
    area::{AreaId, Level},
    coverage::AreaIndex,
};

impl AreaTiles {
    /// The tile at `coord` of any matrix set, MVT, not compressed; empty when nothing is there.
    pub fn tile(&self, coord: TileCoord) -> Vec<u8> {
        let window = Window::new(coord);
        let scene = Scene::new(self, &window);
        let mut tile = TileBuilder::new(coord);
        for (_, positions) in scene.arcs() {
            tile.arc(positions.iter().map(|&position| point(position)));
        }
        // The finest level first and the borders next to it: what repeats itself then stands close together for gzip.
        let levels = (0..self.snapshot.profile.levels.len()).rev();
        let mut levels = levels.filter(|ordinal| scene.shown & 1 << ordinal != 0);
        let Some(finest) = levels.next() else { return Vec::new() };
        self.draw_level(&mut tile, &scene, &window, finest).hold();
        let mut layer = open(&mut tile, BORDERS_LAYER);
        self.draw_borders(&mut layer, &scene);
        for coarser in levels {
            layer.hold();
            layer = self.draw_level(&mut tile, &scene, &window, coarser);
        }
        let collapsed = layer.finish().collapsed.into_iter().filter_map(|area| area.id);
        let area_of = |id: u64| self.snapshot.hierarchy.find_id(AreaId(i64::try_from(id).ok()?));
        let mut labels = self.labels_in(&window);
        self.add_collapsed(&window, collapsed.filter_map(area_of), &mut labels);
        let mut layer = open(&mut tile, LABELS_LAYER);
        for label in labels {
            let area = self.area(label.area);
            // What many have in common comes first, which gzip makes less of.
            let mut attributes = Vec::with_capacity(7);
            attributes.extend(area.kind.id().map(|kind| ("kind", Value::String(kind))));
            attributes.extend([
                ("level", Value::String(&self.snapshot.profile.levels[usize::from(area.level.0)].id)),
                ("code", Value::String(&area.code)),
                ("name", Value::String(&area.name)),
                ("short", Value::String(self.label_text(label.area))),
                ("rank", Value::Integer(label.rank.into())),
            ]);
            attributes.extend(label.is_tiny.then_some(("tiny", Value::Bool(true))));
            let drawn = layer.point(area.id.0.unsigned_abs(), &attributes, point(area.label));
            drawn.expect("keys of a label differ");
        }
        layer.finish();
        tile.into_bytes()
    }

    /// Begins the layer of a level and puts its areas in.
    fn draw_level<'t>(
        &self,
        tile: &'t mut TileBuilder,
        scene: &Scene<'_>,
        window: &Window,
        ordinal: usize,
    ) -> LayerBuilder<'t> {
        let mut layer = open(tile, &self.snapshot.profile.levels[ordinal].id);
        let of_level = self.snapshot.hierarchy.of_level(Level(ordinal as u8));
        let first = scene.areas.partition_point(|&area| area < of_level.start);
        let end = scene.areas.partition_point(|&area| area < of_level.end);
        let mut steps = Vec::new();
        for &area in &scene.areas[first..end] {
            self.draw_area(&mut layer, scene, window, area, &mut steps);
        }
        layer
    }

    /// One feature a level: every line once, with the coarsest level that it divides.
    fn draw_borders(&self, layer: &mut LayerBuilder<'_>, scene: &Scene<'_>) {
        let levels = &self.snapshot.profile.levels;
        let mut arcs: Vec<Vec<u32>> = vec![Vec::new(); levels.len()];
        for (number, (arc, _)) in (0..).zip(scene.arcs()) {
            let level = scene.divided_level(arc).map(|level| usize::from(level.0));
            if let Some(arcs) = level.and_then(|level| arcs.get_mut(level)) {
                arcs.push(number);
            }
        }
        for (ordinal, arcs) in arcs.into_iter().enumerate().filter(|(_, arcs)| !arcs.is_empty()) {
            let attributes = [("level", Value::String(&levels[ordinal].id)), ("rank", Value::Integer(ordinal as i64))];
            layer.lines_of(None, &attributes, arcs).expect("keys of a border differ");
        }
    }

    fn draw_area(
        &self,
        layer: &mut LayerBuilder<'_>,
        scene: &Scene<'_>,
        window: &Window,
        number: AreaIndex,
        steps: &mut Vec<Step>,
    ) {
        steps.clear();
        let mut ends = Vec::new();
        for ring in self.rings.rings(number) {
            self.put_steps(ring, scene, window, steps);
            ends.push(steps.len());
        }
        let mut start = 0;
        let rings = ends.into_iter().map(|end| steps[std::mem::replace(&mut start, end)..end].iter().copied());
        let area = self.area(number);
        let kind = area.kind.id().unwrap_or_default();
        let attributes =
            [("kind", Value::String(kind)), ("code", Value::String(&area.code)), ("name", Value::String(&area.name))];
        let attributes = &attributes[usize::from(kind.is_empty())..];
        let drawn = layer.polygon_of(area.id.0.unsigned_abs(), attributes, rings);
        drawn.expect("keys of an area differ");
    }

    /// A ring: along the arcs near the tile, and past the others.
    fn put_steps(&self, ring: std::ops::Range<usize>, scene: &Scene<'_>, window: &Window, steps: &mut Vec<Step>) {
        let coverage = &self.snapshot.coverage;
        let reach = window.reach;
        self.rings.walk(
            ring,
            coverage,
            |bounds| !bounds.intersects(reach),
            |piece| match piece {
                Piece::Far([_, end]) => steps.push(Step::Beyond(point(end))),
                Piece::Side(side) => steps.push(match (scene.find(side.arc()), side.is_forward()) {
                    (Some(near), true) => Step::Along(near as u32),
                    (Some(near), false) => Step::Against(near as u32),
                    (None, _) => Step::Beyond(point(side.ends(coverage)[1])),
                }),
            },
        );
    }
}

fn open<'t>(tile: &'t mut TileBuilder, name: &str) -> LayerBuilder<'t> {
    tile.layer(name).expect("level ids are unique and none is the name of a layer of ours: the profile is checked")
}
