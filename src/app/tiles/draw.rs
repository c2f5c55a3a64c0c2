//! Draws one tile of the areas.

use std::collections::HashSet;

use onemap_tiles::{LayerBuilder, Outline, Path, Run, TileBuilder, TileCoord, Value};

use super::{
    AreaTiles, BORDERS_LAYER, LABELS_LAYER,
    rings::Piece,
    scene::Scene,
    shape::point,
    window::{Window, is_turned},
};
use crate::domain::{area::Level, coverage::AreaIndex, geometry::Position};

/// A part of a ring as the tile library takes it.
#[derive(Clone, Copy)]
enum Stroke {
    /// An outline of `Pens::near`, and whether it is walked along.
    Near(usize, bool),
    /// An outline of `Pens::far`.
    Far(usize),
}

/// Outlines for the rings of one tile; near arcs are there once for all areas and levels.
struct Pens<'a> {
    tiles: &'a AreaTiles,
    scene: &'a Scene<'a>,
    window: &'a Window,
    near: Vec<Outline>,
}

impl AreaTiles {
    /// The tile at `coord` of any matrix set, MVT, not compressed; empty when nothing is there.
    pub fn tile(&self, coord: TileCoord) -> Vec<u8> {
        let window = Window::new(coord);
        let scene = Scene::new(self, &window);
        let labels = self.labels_in(&window);
        let mut tile = TileBuilder::new(coord);
        let pens = Pens::new(self, &scene, &window);
        let levels = self.snapshot.profile.levels.iter().enumerate();
        for (ordinal, spec) in levels.filter(|(ordinal, _)| scene.shown & 1 << ordinal != 0) {
            let mut layer = open(&mut tile, &spec.id);
            let of_level = self.snapshot.hierarchy.of_level(Level(ordinal as u8));
            let first = scene.areas.partition_point(|&area| area < of_level.start);
            let end = scene.areas.partition_point(|&area| area < of_level.end);
            scene.areas[first..end].iter().for_each(|&area| pens.draw_area(&mut layer, area));
            layer.hold();
        }
        let mut layer = open(&mut tile, BORDERS_LAYER);
        self.draw_borders(&mut layer, &scene);
        let collapsed: HashSet<u64> = layer.finish().collapsed.into_iter().filter_map(|area| area.id).collect();
        let mut layer = open(&mut tile, LABELS_LAYER);
        for label in labels {
            let area = self.area(label.area);
            let is_tiny = label.is_tiny || collapsed.contains(&area.id.0.unsigned_abs());
            if !label.is_shown && !is_tiny {
                continue;
            }
            let mut attributes = vec![
                ("code", Value::String(&area.code)),
                ("name", Value::String(&area.name)),
                ("short", Value::String(self.label_text(label.area))),
                ("level", Value::String(&self.snapshot.profile.levels[usize::from(area.level.0)].id)),
                ("rank", Value::Integer(label.rank.into())),
            ];
            attributes.extend(area.kind.id().map(|kind| ("kind", Value::String(kind))));
            attributes.extend(is_tiny.then_some(("tiny", Value::Bool(true))));
            let drawn = layer.point(area.id.0.unsigned_abs(), &attributes, point(area.label));
            drawn.expect("keys of a label differ");
        }
        layer.finish();
        tile.into_bytes()
    }

    /// One feature a level: every line once, with the coarsest level that it divides.
    fn draw_borders(&self, layer: &mut LayerBuilder<'_>, scene: &Scene<'_>) {
        let levels = &self.snapshot.profile.levels;
        let mut lines: Vec<Vec<Vec<[i32; 2]>>> = vec![Vec::new(); levels.len()];
        for (arc, stretch) in scene.stretches() {
            let level = scene.divided_level(arc).map(|level| usize::from(level.0));
            if let Some(lines) = level.and_then(|level| lines.get_mut(level)) {
                let mut line: Vec<[i32; 2]> = stretch.iter().map(|&position| point(position)).collect();
                if is_turned(stretch) {
                    line.reverse();
                }
                lines.push(line);
            }
        }
        for (ordinal, mut lines) in lines.into_iter().enumerate().filter(|(_, lines)| !lines.is_empty()) {
            // by place: numbers of arcs tell of former editions
            lines.sort_unstable();
            let attributes = [("level", Value::String(&levels[ordinal].id)), ("rank", Value::Integer(ordinal as i64))];
            let drawn = layer.line(None, &attributes, lines.iter().map(Vec::as_slice));
            drawn.expect("keys of a border differ");
        }
    }
}

impl<'a> Pens<'a> {
    fn new(tiles: &'a AreaTiles, scene: &'a Scene<'a>, window: &'a Window) -> Self {
        let near = scene.arcs().map(|(_, positions)| Outline::new(window.reduced(positions))).collect();
        Self { tiles, scene, window, near }
    }

    fn draw_area(&self, layer: &mut LayerBuilder<'_>, number: AreaIndex) {
        let (mut far, mut rings) = (Vec::new(), Vec::new());
        for ring in self.tiles.rings.rings(number) {
            rings.push(self.strokes(ring, &mut far));
        }
        let far: Vec<Outline> = far.into_iter().map(Outline::new).collect();
        let runs: Vec<Vec<Run<'_>>> = rings
            .iter()
            .map(|strokes| {
                let run = |&stroke: &Stroke| match stroke {
                    Stroke::Near(near, true) => Run::Along(&self.near[near]),
                    Stroke::Near(near, false) => Run::Against(&self.near[near]),
                    Stroke::Far(number) => Run::Along(&far[number]),
                };
                strokes.iter().map(run).collect()
            })
            .collect();
        let area = self.tiles.area(number);
        let mut attributes = vec![("code", Value::String(&area.code)), ("name", Value::String(&area.name))];
        attributes.extend(area.kind.id().map(|kind| ("kind", Value::String(kind))));
        let rings = runs.iter().map(|runs| Path::from(runs.as_slice()));
        layer.polygon(area.id.0.unsigned_abs(), &attributes, [rings]).expect("keys of an area differ");
    }

    /// The parts of a ring; far parts are straight lines from one of their ends to the other.
    fn strokes(&self, ring: std::ops::Range<usize>, far: &mut Vec<Vec<[i32; 2]>>) -> Vec<Stroke> {
        let coverage = &self.tiles.snapshot.coverage;
        let reach = self.window.reach;
        let mut strokes: Vec<Stroke> = Vec::new();
        let mut skip = |ends: [Position; 2], strokes: &mut Vec<Stroke>| match strokes.last() {
            Some(&Stroke::Far(last)) => far[last].push(point(ends[1])),
            _ => {
                strokes.push(Stroke::Far(far.len()));
                far.push(ends.map(point).to_vec());
            }
        };
        self.tiles.rings.walk(
            ring,
            coverage,
            |bounds| !bounds.intersects(reach),
            |piece| match piece {
                Piece::Far(ends) => skip(ends, &mut strokes),
                Piece::Side(side) => match self.scene.find(side.arc()) {
                    Some(near) => strokes.push(Stroke::Near(near, side.is_forward())),
                    None => skip(side.ends(coverage), &mut strokes),
                },
            },
        );
        strokes
    }
}

fn open<'t>(tile: &'t mut TileBuilder, name: &str) -> LayerBuilder<'t> {
    tile.layer(name).expect("level ids are unique and none is the name of a layer of ours: the profile is checked")
}
