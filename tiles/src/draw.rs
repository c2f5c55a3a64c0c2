//! Draws the geometry of features in tile units and writes layers.

use crate::arcs::{Arcs, Step};
use crate::clip::{clip_ring, remove_repeated};
use crate::encode::LayerWriter;
use crate::lattice::LatticeBounds;
use crate::pending::{Pending, PendingFeature};
use crate::repair::{area_doubled, begin_at_smallest, is_simple, rebuild, remove_straight, turn};
use crate::simple::Distinct;
use crate::snap::{EXTENT, HotUnits, is_drawn};
use crate::trails::Net;
use crate::wire::Pen;

/// Draws features and writes them; its lists are used again for every feature and every layer of a tile.
#[derive(Default)]
pub(crate) struct Pencil {
    writer: LayerWriter,
    path: Vec<[i32; 2]>,
    clipped: Vec<[i32; 2]>,
    has_touched: bool,
    order: Vec<u32>,
    distinct: Distinct,
    net: Net,
    geometry: Vec<u8>,
}

impl Pencil {
    pub(crate) fn begin(&mut self) {
        self.writer.begin();
    }

    /// Draws a point if its unit is before `end` on both axes.
    pub(crate) fn draw_point(&mut self, hot: &HotUnits, position: [i64; 2], end: [i32; 2]) {
        let mut pen = Pen::new(&mut self.geometry);
        let unit = hot.unit(position);
        if (0..2).all(|axis| (0..end[axis]).contains(&unit[axis])) {
            pen.point(unit);
        }
    }

    pub(crate) fn draw_lines<'p>(&mut self, hot: &HotUnits, lines: impl Iterator<Item = &'p [[i64; 2]]>) {
        let mut pen = Pen::new(&mut self.geometry);
        for positions in lines {
            let path = &mut self.path;
            path.clear();
            for pair in positions.windows(2) {
                hot.route(pair[0], pair[1], path);
            }
            path.extend(positions.last().map(|&position| hot.unit(position)));
            let len = remove_repeated(path, 0);
            path.truncate(len);
            // no segment crosses the border of the drawn square between two of its units
            for part in path.split(|&unit| !is_drawn(unit)).filter(|part| part.len() > 1) {
                straighten(part, &mut self.clipped);
                pen.line(&self.clipped);
            }
        }
    }

    pub(crate) fn draw_polygons<'p>(
        &mut self,
        hot: &HotUnits,
        mut rings: impl ExactSizeIterator<Item = &'p [[i64; 2]]>,
    ) {
        let mut pen = Pen::new(&mut self.geometry);
        self.has_touched = false;
        let mut draw = |positions: &[[i64; 2]], path: &mut Vec<[i32; 2]>| {
            path.clear();
            for (index, &position) in positions.iter().enumerate() {
                let after = positions.get(index + 1).unwrap_or(&positions[0]);
                hot.route(position, *after, path);
            }
            if path.is_empty() {
                path.push(hot.unit(positions[0]));
            }
            self.has_touched |= path.iter().any(|&unit| is_in_tile(unit));
            clip_ring(path, &mut self.clipped);
        };
        if rings.len() == 1 {
            let Some(positions) = rings.next() else { return };
            draw(positions, &mut self.path);
            if is_simple(&self.path, &mut self.order) {
                draw_simple(&mut self.path, &mut pen);
                return;
            }
            if self.path.len() < 3 {
                return;
            }
            for ring in rebuild(std::slice::from_ref(&self.path)).iter().flatten() {
                pen.ring(ring);
            }
            return;
        }
        let mut drawn = Vec::with_capacity(rings.len());
        for positions in rings {
            let mut path = Vec::new();
            draw(positions, &mut path);
            if path.len() > 2 {
                drawn.push(path);
            }
        }
        for ring in rebuild(&drawn).iter().flatten() {
            pen.ring(ring);
        }
    }

    /// Draws a polygon whose rings are made of arcs.
    pub(crate) fn draw_rings<'s>(
        &mut self,
        arcs: &Arcs,
        reach: LatticeBounds,
        rings: impl ExactSizeIterator<Item = &'s [Step]>,
    ) {
        let mut pen = Pen::new(&mut self.geometry);
        self.has_touched = false;
        let is_one = rings.len() == 1;
        let mut drawn = Vec::new();
        for steps in rings {
            let path = &mut self.path;
            let is_inside = arcs.ring(steps, reach, path);
            if !is_inside {
                clip_ring(path, &mut self.clipped);
            }
            self.has_touched |= path.iter().any(|&unit| is_in_tile(unit));
            if path.len() < 3 {
                continue;
            }
            if !is_one {
                drawn.push(path.clone());
                continue;
            }
            let is_simple_ring = self.distinct.is_simple(path, !is_inside);
            debug_assert_eq!(is_simple_ring, is_simple(path, &mut self.order), "{path:?}");
            if is_simple_ring {
                draw_simple(path, &mut pen);
            } else {
                rebuild(std::slice::from_ref(path)).iter().flatten().for_each(|ring| pen.ring(ring));
            }
        }
        if let [path] = &mut drawn[..]
            && is_simple(path, &mut self.order)
        {
            draw_simple(path, &mut pen);
        } else if !drawn.is_empty() {
            rebuild(&drawn).iter().flatten().for_each(|ring| pen.ring(ring));
        }
    }

    /// Draws arcs as lines, each as long as it gets.
    pub(crate) fn draw_net<'s>(&mut self, arcs: &Arcs, steps: impl Iterator<Item = &'s Step>) {
        let mut pen = Pen::new(&mut self.geometry);
        self.net.clear();
        for &step in steps {
            if let Step::Along(arc) | Step::Against(arc) = step {
                // no segment crosses the border of the drawn square between two of its units
                let parts = arcs.units(arc).split(|&unit| !is_drawn(unit)).filter(|part| part.len() > 1);
                parts.for_each(|part| self.net.add(part));
            }
        }
        let straight = &mut self.clipped;
        self.net.draw(|trail| {
            straighten(trail, straight);
            pen.line(straight);
        });
    }

    /// Whether the polygon drawn last has a vertex in the tile itself or on its edge, visible or not.
    pub(crate) fn has_touched(&self) -> bool {
        self.has_touched
    }

    /// Whether anything of the feature drawn last is visible.
    pub(crate) fn has_drawn(&self) -> bool {
        !self.geometry.is_empty()
    }

    /// Writes the feature drawn last.
    pub(crate) fn put_feature(&mut self, feature: &PendingFeature, pending: &Pending) {
        for attribute in &pending.attributes[feature.attributes.clone()] {
            self.writer.tag(&pending.text[attribute.key.clone()], &pending.text[attribute.value.clone()]);
        }
        self.writer.feature(feature.id, feature.geometry_type, &self.geometry);
    }

    /// Writes the layer, unless it has no feature.
    pub(crate) fn put_layer(&mut self, name: &str, out: &mut Vec<u8>) {
        self.writer.finish(name, EXTENT, out);
    }
}

/// Draws a ring that touches itself nowhere.
fn draw_simple(path: &mut Vec<[i32; 2]>, pen: &mut Pen<'_>) {
    if area_doubled(path) < 0 {
        path.reverse();
    }
    remove_straight(path);
    begin_at_smallest(path);
    pen.ring(path);
}

fn is_in_tile(unit: [i32; 2]) -> bool {
    unit.iter().all(|c| (0..=EXTENT as i32).contains(c))
}

/// Copies `part` to `out` without the units at which it goes straight on.
fn straighten(part: &[[i32; 2]], out: &mut Vec<[i32; 2]>) {
    out.clear();
    for &unit in part {
        if let [.., before, here] = out[..] {
            let onwards: i64 =
                (0..2).map(|axis| i64::from(here[axis] - before[axis]) * i64::from(unit[axis] - here[axis])).sum();
            if turn(before, here, unit) == 0 && onwards > 0 {
                out.pop();
            }
        }
        out.push(unit);
    }
}
