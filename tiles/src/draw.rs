//! Draws the geometry of features in tile units and writes layers.

use crate::arcs::{Arcs, Ring, Step, outside};
use crate::clip::{clip_ring, remove_repeated};
use crate::encode::LayerWriter;
use crate::lattice::LatticeBounds;
use crate::packed::{PackedLine, PackedShape};
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
        let mut geometry = std::mem::take(&mut self.geometry);
        let mut pen = Pen::new(&mut geometry);
        self.has_touched = false;
        let is_one = rings.len() == 1;
        let mut drawn = Vec::new();
        for steps in rings {
            let is_inside = arcs.ring(steps, reach, &mut self.path);
            self.draw_ring(is_inside, is_one, &mut drawn, &mut pen);
        }
        self.draw_collected(&mut drawn, &mut pen);
        self.geometry = geometry;
    }

    /// Draws a polygon packed from units of the sheet; `origin` is the tile's corner.
    pub(crate) fn draw_packed(&mut self, shape: &[u8], origin: [i32; 2]) {
        let mut geometry = std::mem::take(&mut self.geometry);
        let mut pen = Pen::new(&mut geometry);
        self.has_touched = false;
        if let Some(shape) = PackedShape::read(shape, origin)
            && is_near(shape.bounds)
        {
            self.draw_near(shape, &mut pen);
        }
        self.geometry = geometry;
    }

    fn draw_near(&mut self, shape: PackedShape<'_>, pen: &mut Pen<'_>) {
        let is_whole = shape.bounds.into_iter().all(is_drawn);
        if is_whole {
            shape.enclosed().for_each(|ring| pen.ring_of_steps(ring.first, ring.last, ring.count, ring.steps));
            if !pen.is_new() {
                return;
            }
        }
        let (mut drawn, is_one) = (Vec::new(), shape.rings().nth(1).is_none());
        for ring in shape.rings() {
            if shape.is_simple && is_whole {
                pen.only_ring(ring.first, ring.count, ring.steps);
                return;
            }
            let mut path = Ring::new(&mut self.path);
            match ring.chunks() {
                Some(chunks) => chunks.for_each(|chunk| {
                    if path.may_pass(chunk.first, chunk.bounds) {
                        path.push(chunk.first);
                    } else {
                        chunk.units(|unit| path.push(unit));
                    }
                }),
                None => ring.units(|unit| path.push(unit)),
            }
            let is_inside = path.finish();
            self.draw_ring(is_inside, is_one, &mut drawn, pen);
        }
        self.draw_collected(&mut drawn, pen);
    }

    /// Cuts the ring in `path` and draws it, or keeps it to be drawn with others.
    fn draw_ring(&mut self, is_inside: bool, is_one: bool, drawn: &mut Vec<Vec<[i32; 2]>>, pen: &mut Pen<'_>) {
        let path = &mut self.path;
        if !is_inside {
            clip_ring(path, &mut self.clipped);
        }
        self.has_touched |= path.iter().any(|&unit| is_in_tile(unit));
        if path.len() < 3 {
            return;
        }
        if !is_one {
            drawn.push(path.clone());
            return;
        }
        let is_simple_ring = self.distinct.is_simple(path, !is_inside);
        debug_assert_eq!(is_simple_ring, is_simple(path, &mut self.order), "{path:?}");
        if is_simple_ring {
            draw_simple(path, pen);
        } else {
            rebuild(std::slice::from_ref(path)).iter().flatten().for_each(|ring| pen.ring(ring));
        }
    }

    /// Draws the rings that were kept.
    fn draw_collected(&mut self, drawn: &mut [Vec<[i32; 2]>], pen: &mut Pen<'_>) {
        if let [path] = drawn
            && is_simple(path, &mut self.order)
        {
            draw_simple(path, pen);
        } else if !drawn.is_empty() {
            rebuild(drawn).iter().flatten().for_each(|ring| pen.ring(ring));
        }
    }

    /// Draws arcs as lines, each as long as it gets.
    pub(crate) fn draw_net<'s>(&mut self, arcs: &Arcs, steps: impl Iterator<Item = &'s Step>) {
        let mut pen = Pen::new(&mut self.geometry);
        self.net.clear();
        for &step in steps {
            if let Step::Along(arc) | Step::Against(arc) = step {
                add_drawn(&mut self.net, arcs.units(arc));
            }
        }
        draw_net(&mut self.net, &mut self.clipped, &mut pen);
    }

    /// Draws packed lines, each as long as it gets; `origin` is the tile's corner.
    pub(crate) fn draw_packed_net<'l>(&mut self, lines: impl Iterator<Item = &'l [u8]>, origin: [i32; 2]) {
        let mut pen = Pen::new(&mut self.geometry);
        self.has_touched = false;
        self.net.clear();
        for line in lines.filter_map(|line| PackedLine::read(line, origin)).filter(|line| is_near(line.bounds)) {
            self.path.clear();
            line.units(origin, &mut self.path);
            if line.bounds.into_iter().all(is_drawn) && self.path.len() > 1 {
                self.net.add(&self.path);
            } else {
                add_drawn(&mut self.net, &self.path);
            }
        }
        draw_net(&mut self.net, &mut self.clipped, &mut pen);
    }

    /// What was drawn last, as a command stream.
    pub(crate) fn geometry(&self) -> &[u8] {
        &self.geometry
    }

    /// Takes what was drawn before as drawn last.
    pub(crate) fn draw_again(&mut self, geometry: &[u8], has_touched: bool) {
        self.geometry.clear();
        self.geometry.extend_from_slice(geometry);
        self.has_touched = has_touched;
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

/// Whether something within bounds may be in the drawn square.
fn is_near([min, max]: [[i32; 2]; 2]) -> bool {
    outside(min) & outside(max) == 0
}

/// Adds the parts of a line that are drawn: none of its segments crosses the border of the drawn square between its ends.
fn add_drawn(net: &mut Net, line: &[[i32; 2]]) {
    line.split(|&unit| !is_drawn(unit)).filter(|part| part.len() > 1).for_each(|part| net.add(part));
}

fn draw_net(net: &mut Net, straight: &mut Vec<[i32; 2]>, pen: &mut Pen<'_>) {
    net.draw(|trail| {
        straighten(trail, straight);
        pen.line(straight);
    });
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
