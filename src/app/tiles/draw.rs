//! Draws one tile of the areas.

use onemap_tiles::{Collapsed, LayerBuilder, Step, TileBuilder, TileCoord, Value};

use super::{
    AreaTiles, BORDERS_LAYER, LABELS_LAYER,
    rings::{Piece, Ring},
    scene::Scene,
    shape::point,
    sheets::ZoomSheet,
    window::Window,
};
use crate::domain::{
    area::{Area, AreaId, Level},
    coverage::AreaIndex,
};

impl AreaTiles {
    /// The tile at `coord` of any matrix set, MVT, not compressed; empty when nothing is there.
    pub fn tile(&self, coord: TileCoord) -> Vec<u8> {
        let window = Window::new(coord);
        let mut tile = TileBuilder::new(coord);
        // The finest level first and the borders next to it: what repeats itself then stands close together for gzip.
        let shown = self.shown_levels(window.zoom);
        let mut levels = (0..self.snapshot.profile.levels.len()).rev().filter(|ordinal| shown & 1 << ordinal != 0);
        let Some(finest) = levels.next() else { return Vec::new() };
        let collapsed = match self.sheets.get().and_then(|sheets| sheets.of(coord)) {
            Some(sheet) => self.cut(&mut tile, sheet, &window, finest, levels),
            None => self.snap(&mut tile, &window, finest, levels),
        };
        let collapsed = collapsed.into_iter().filter_map(|area| area.id);
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

    /// Draws areas and borders from the sheet of the zoom; gives the areas that collapsed.
    fn cut(
        &self,
        tile: &mut TileBuilder,
        sheet: &ZoomSheet,
        window: &Window,
        finest: usize,
        coarser: impl Iterator<Item = usize>,
    ) -> Vec<Collapsed> {
        self.cut_level(tile, sheet, window, finest).hold();
        let mut layer = open(tile, BORDERS_LAYER);
        self.cut_borders(&mut layer, sheet, window);
        for ordinal in coarser {
            layer.hold();
            layer = self.cut_level(tile, sheet, window, ordinal);
        }
        layer.finish().collapsed
    }

    fn cut_level<'t>(
        &self,
        tile: &'t mut TileBuilder,
        sheet: &ZoomSheet,
        window: &Window,
        ordinal: usize,
    ) -> LayerBuilder<'t> {
        let bounds = |area: AreaIndex| self.area_bounds[area as usize];
        let mut near = Vec::new();
        self.areas[ordinal].visit(window.reach, bounds, |area| near.push(area));
        near.sort_unstable();
        let mut layer = open(tile, &self.snapshot.profile.levels[ordinal].id);
        for number in near {
            let area = self.area(number);
            let shape = sheet.areas.get(number as usize);
            let drawn = with_attributes(area, |attributes| layer.packed(area.id.0.unsigned_abs(), attributes, shape));
            drawn.expect("keys of an area differ");
        }
        layer
    }

    fn cut_borders(&self, layer: &mut LayerBuilder<'_>, sheet: &ZoomSheet, window: &Window) {
        let shown = self.shown_levels(window.zoom);
        let mut arcs: Vec<Vec<&[u8]>> = vec![Vec::new(); self.snapshot.profile.levels.len()];
        self.arcs.visit(window.reach, window.zoom, |arc| {
            let level = self.arcs.divided_level(arc, shown).map(|level| usize::from(level.0));
            if let Some(arcs) = level.and_then(|level| arcs.get_mut(level)) {
                arcs.push(sheet.arcs.get(arc.0 as usize));
            }
        });
        for (ordinal, arcs) in arcs.into_iter().enumerate().filter(|(_, arcs)| !arcs.is_empty()) {
            let drawn = layer.packed_lines(None, &self.border_attributes(ordinal), arcs);
            drawn.expect("keys of a border differ");
        }
    }

    /// Draws areas and borders from the arcs near the tile; gives the areas that collapsed.
    fn snap(
        &self,
        tile: &mut TileBuilder,
        window: &Window,
        finest: usize,
        coarser: impl Iterator<Item = usize>,
    ) -> Vec<Collapsed> {
        let scene = Scene::new(self, window);
        for (_, positions) in scene.arcs() {
            tile.arc(positions.iter().map(|&position| point(position)));
        }
        self.snap_level(tile, &scene, window, finest).hold();
        let mut layer = open(tile, BORDERS_LAYER);
        self.draw_borders(&mut layer, &scene);
        for ordinal in coarser {
            layer.hold();
            layer = self.snap_level(tile, &scene, window, ordinal);
        }
        layer.finish().collapsed
    }

    fn snap_level<'t>(
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
        let mut arcs: Vec<Vec<u32>> = vec![Vec::new(); self.snapshot.profile.levels.len()];
        for (number, (arc, _)) in (0..).zip(scene.arcs()) {
            let level = scene.divided_level(arc).map(|level| usize::from(level.0));
            if let Some(arcs) = level.and_then(|level| arcs.get_mut(level)) {
                arcs.push(number);
            }
        }
        for (ordinal, arcs) in arcs.into_iter().enumerate().filter(|(_, arcs)| !arcs.is_empty()) {
            layer.lines_of(None, &self.border_attributes(ordinal), arcs).expect("keys of a border differ");
        }
    }

    fn border_attributes(&self, ordinal: usize) -> [(&'static str, Value<'_>); 2] {
        let level = &self.snapshot.profile.levels[ordinal].id;
        [("level", Value::String(level)), ("rank", Value::Integer(ordinal as i64))]
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
            self.put_steps(&ring, scene, window, steps);
            ends.push(steps.len());
        }
        let mut start = 0;
        let rings = ends.into_iter().map(|end| steps[std::mem::replace(&mut start, end)..end].iter().copied());
        let area = self.area(number);
        let drawn = with_attributes(area, |attributes| layer.polygon_of(area.id.0.unsigned_abs(), attributes, rings));
        drawn.expect("keys of an area differ");
    }

    /// A ring: along the arcs near the tile, and past the others.
    fn put_steps(&self, ring: &Ring<'_>, scene: &Scene<'_>, window: &Window, steps: &mut Vec<Step>) {
        let coverage = &self.snapshot.coverage;
        let reach = window.reach;
        ring.walk(
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

/// Gives the attributes of an area to `draw`. The kind, which many have in common, comes first: gzip makes less of it.
fn with_attributes<T>(area: &Area, draw: impl FnOnce(&[(&'static str, Value<'_>)]) -> T) -> T {
    let kind = area.kind.id().unwrap_or_default();
    let attributes =
        [("kind", Value::String(kind)), ("code", Value::String(&area.code)), ("name", Value::String(&area.name))];
    draw(&attributes[usize::from(kind.is_empty())..])
}

fn open<'t>(tile: &'t mut TileBuilder, name: &str) -> LayerBuilder<'t> {
    tile.layer(name).expect("level ids are unique and none is the name of a layer of ours: the profile is checked")
}
